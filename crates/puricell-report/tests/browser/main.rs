//! The report in a real browser: opens without an error, sorts, filters, enlarges, downloads, explains a cell.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot run must fail or say why"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use puricell_report::model::{Explained, ExplainedCell, ExplainingGene, ExplainingMarker};
use puricell_report::{Lang, Model, figures, html};

/// Names that Chromium goes by.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn browser() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let programs = std::env::split_paths(&folders).flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

fn lot(text: &str) -> Model {
    serde_json::from_str(text).unwrap()
}

/// Cells of two calls, more than the page holds at its full size.
fn explained(n: usize) -> Explained {
    let gene = |i: usize| ExplainingGene {
        gene: format!("GENE{i}"),
        molecules: i as u64 % 7,
        expected_in_target: 0.25 * i as f64,
        log_ratio: 4.0 - i as f64 * 0.5,
    };
    let cells = (0..n).map(|i| ExplainedCell {
        cell: format!("CELL-{i:05}</script><b>"),
        call: Some(if i % 3 == 0 { "suspect" } else { "hematopoietic" }.to_owned()),
        class: "hematopoietic".to_owned(),
        cell_type: "t_cell".to_owned(),
        confidence: Some(0.9),
        genes: (0..15).map(gene).collect(),
        markers: Vec::new(),
    });
    Explained { n_total: n as u64, cells: cells.collect() }
}

/// Events in place of cells, with what markers say.
fn explained_events(n: usize) -> Explained {
    let mut explained = explained(n);
    for (i, event) in explained.cells.iter_mut().enumerate() {
        let genes = std::mem::take(&mut event.genes);
        event.cell = (i + 1).to_string();
        event.markers = genes
            .into_iter()
            .map(|g| ExplainingMarker { marker: g.gene, value: 12_340.0, threshold: 567.0, log_ratio: g.log_ratio })
            .collect();
    }
    explained
}

#[test]
fn pages_work_in_a_browser() {
    let Some(chromium) = browser() else {
        eprintln!("SKIPPED: no Chromium in PATH ({}); .ci/run installs one", BROWSERS.join(", "));
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    std::fs::create_dir_all(&folder).unwrap();
    let mut cells = lot(include_str!("../fixture/lot.json"));
    cells.explained = Some(explained(5000));
    let mut events = lot(include_str!("../fixture/flow_lot.json"));
    events.explained = Some(explained_events(300));
    let mut pages = Vec::new();
    for (name, model, lang) in [
        ("cells-en", &cells, Lang::En),
        ("cells-zh", &cells, Lang::Zh),
        ("cells-both", &cells, Lang::Both),
        ("events-en", &events, Lang::En),
        ("events-zh", &events, Lang::Zh),
        ("events-both", &events, Lang::Both),
    ] {
        let text = html(model, &figures(model).unwrap(), lang).unwrap();
        assert!(text.len() < 5_000_000, "{name}: {} bytes", text.len());
        let page = folder.join(format!("{name}.html"));
        std::fs::write(&page, text).unwrap();
        pages.push(page);
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/check.py");
    let output = Command::new("python3").arg(script).arg(chromium).args(&pages).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("6 pages, 0 failures"), "{said}");
}
