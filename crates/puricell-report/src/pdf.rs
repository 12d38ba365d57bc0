//! The report as a dossier document: A4, PDF/A-2b, text that can be searched and copied, drawings as vectors.
//!
//! The layout is ours: `text` breaks lines, `table` and `flow` fill pages, `page` holds what stands on one, `paint` writes
//! the file. The first page is `first`, what follows `annex` and `cytometry`.

mod annex;
mod cohort;
mod composition;
mod cytometry;
mod figure;
mod first;
mod flow;
mod font;
mod page;
mod paint;
mod table;
mod text;

pub use cohort::cohort_pdf;
use figure::Drawing;
use flow::Flow;
use font::Fonts;
use page::{HEIGHT, LEFT, MEASURE, Mark, Sheet};
use text::{MUTED, Style, cut, plain, single, wrap};

use crate::error::ReportError;
use crate::figure::Figure;
use crate::lang::Lang;
use crate::model::{Model, Tool};
use crate::terms::{self, document};
use crate::view::{figures, say::Say, verdict};

/// How the document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PdfOptions {
    /// The language of headings, columns and fixed sentences. Default: English.
    pub lang: Lang,
    /// Seconds since 1970, UTC, printed as the document's date and written into its metadata. Default: none is printed,
    /// and the metadata says 1970, for PDF/A asks for a date.
    pub date: Option<i64>,
}

/// The report as a PDF/A-2b document. `figures` are those of [`crate::figures`]; a missing one is left out. Figures with
/// a shape per cell become pictures where they hold thousands, the others are vectors. Equal arguments give equal bytes.
/// A character that no shipped font has is printed as its code point, and the document says so.
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself; [`ReportError::Svg`] and [`ReportError::PictureSize`] for a
/// figure; [`ReportError::Pdf`] when the writer or its PDF/A validator refuses.
pub fn pdf(model: &Model, figures: &[Figure], options: &PdfOptions) -> Result<Vec<u8>, ReportError> {
    model.check()?;
    let fonts = Fonts::new()?;
    let lang = options.lang;
    let s = Say(lang);
    let drawings = figures.iter().map(|f| Drawing::new(f, model, lang)).collect::<Result<Vec<_>, _>>()?;

    let mut flow = first::page(&fonts, model, options);
    put_figures(&mut flow, figures, &drawings, model, s);
    annex::put(&mut flow, model, lang);
    put_lacking(&mut flow, s);

    let Flow { mut sheets, bookmarks, .. } = flow;
    let lot = format!("{}: {}", s.plain(document::LOT), model.lot.lot_id);
    put_footers(&fonts, &mut sheets, &lot, &model.tool, s);
    let about = paint::About {
        title: format!("{}: {}", s.plain(terms::DOCUMENT), model.lot.lot_id),
        subject: s.plain(verdict::verdict(model).sentence),
        language: s.code(),
        creator: format!("{} {}", model.tool.name, model.tool.version),
        date: options.date,
    };
    paint::paint(&fonts, &sheets, &bookmarks, &drawings, about)
}

/// The figures in their order, what each shows below it.
fn put_figures(flow: &mut Flow<'_>, figures: &[Figure], drawings: &[Drawing], model: &Model, s: Say) {
    let note = Style::new(7.2).colour(MUTED);
    for (index, (figure, drawing)) in figures.iter().zip(drawings).enumerate() {
        let title = s.plain(figures::title(model, figure));
        let caption = plain(s.lines(figures::caption(figure)), note);
        let below = text::height(&wrap(flow.fonts, &caption, MEASURE)) + 6.0;
        let (width, height) = drawing.size();
        if index == 0 {
            flow.new_page();
            flow.heading(1, &s.plain(document::FIGURES), height + below);
        }
        flow.figure(index, (width, height), &title, below);
        flow.paragraph(&caption);
        flow.space(5.0);
    }
}

/// Which characters no font had.
fn put_lacking(flow: &mut Flow<'_>, s: Say) {
    let lacking: Vec<String> = flow.fonts.lacking().into_iter().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    if !lacking.is_empty() {
        flow.heading(2, &s.plain(terms::WARNINGS), 0.0);
        flow.paragraph(&plain(
            s.lines(document::UNPRINTABLE.with(&[&lacking.join(", ")])),
            Style::new(8.0).colour(text::RED),
        ));
    }
}

/// What the document is about, program and page number below every page.
fn put_footers(fonts: &Fonts, sheets: &mut [Sheet], about: &str, tool: &Tool, s: Say) {
    const BASE: f32 = HEIGHT - 26.0;
    let style = Style::new(7.0).colour(MUTED);
    let pages = sheets.len();
    for (i, sheet) in sheets.iter_mut().enumerate() {
        let numbers = s.plain(document::PAGE.with(&[&(i + 1), &pages]));
        let right = single(fonts, &numbers, style);
        let middle = single(fonts, &format!("{} {}", tool.name, tool.version), style);
        let left = cut(fonts, about, style, MEASURE - right.width - middle.width - 40.0);
        sheet.marks.push(Mark::Rule {
            x: LEFT,
            y: BASE - 10.0,
            width: MEASURE,
            weight: 0.4,
            colour: (0xC9, 0xCE, 0xD4),
        });
        let right_x = LEFT + MEASURE - right.width;
        let middle_x = right_x - middle.width - 20.0;
        sheet.marks.push(Mark::Text { x: LEFT, y: BASE, line: left });
        sheet.marks.push(Mark::Text { x: middle_x, y: BASE, line: middle });
        sheet.marks.push(Mark::Text { x: right_x, y: BASE, line: right });
    }
}
