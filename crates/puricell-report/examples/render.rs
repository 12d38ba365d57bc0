//! Renders a `report.json` again: figures, HTML, PDF, MultiQC files and the schema, for those who work on their looks.
//!
//! `cargo run --release -p puricell-report --example render -- report.json OUT [en|zh|both]`
#![allow(clippy::print_stderr)]

use std::error::Error;
use std::path::PathBuf;

use puricell_report::Lang;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(input), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: render report.json OUT [en|zh|both]".into());
    };
    let lang = match arguments.next().as_deref().and_then(|l| l.to_str()) {
        None | Some("en") => Lang::En,
        Some("zh") => Lang::Zh,
        Some("both") => Lang::Both,
        Some(other) => return Err(format!("{other} is none of en, zh, both").into()),
    };
    let model: puricell_report::Model = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    std::fs::create_dir_all(&out)?;
    let figures = puricell_report::figures(&model)?;
    for figure in &figures {
        let stem = figure.kind.file_stem();
        std::fs::write(out.join(format!("{stem}.svg")), &figure.svg)?;
        std::fs::write(out.join(format!("{stem}.png")), puricell_report::png(&figure.svg, 300)?)?;
    }
    std::fs::write(out.join("report.html"), puricell_report::html(&model, &figures, lang)?)?;
    let options = puricell_report::PdfOptions { lang, ..Default::default() };
    std::fs::write(out.join("report.pdf"), puricell_report::pdf(&model, &figures, &options)?)?;
    std::fs::write(out.join("report.json"), puricell_report::json(&model)?)?;
    std::fs::write(out.join("report.schema.json"), puricell_report::json_schema()?)?;
    for file in puricell_report::multiqc(&model)? {
        std::fs::write(out.join(file.name), file.text)?;
    }
    Ok(())
}
