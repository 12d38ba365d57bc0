//! The document on many lots.

use super::figure::Drawing;
use super::flow::{Boxed, Flow, STRIP};
use super::font::Fonts;
use super::table::{Side, Table};
use super::text::{Style, plain};
use super::{PdfOptions, paint, put_footers, put_lacking};
use crate::cohort::Cohort;
use crate::cohort::document::{self, Block, Section, Shown};
use crate::error::ReportError;
use crate::terms::cohort as t;
use crate::view::figures::caption;
use crate::view::say::Say;

/// The document on a cohort as PDF/A-2b, with the same words and tables as the page. Equal arguments give equal bytes.
///
/// # Errors
/// [`ReportError::Pdf`] when the writer or its PDF/A validator refuses.
pub fn cohort_pdf(model: &Cohort, options: &PdfOptions) -> Result<Vec<u8>, ReportError> {
    let fonts = Fonts::new()?;
    let s = Say(options.lang);
    let mut flow = Flow::new(&fonts);
    flow.paragraph(&plain(s.plain(t::TITLE), Style::new(15.0).bold()));
    flow.space(2.0);
    let facts: Vec<(String, String, bool)> =
        document::facts(model).into_iter().map(|(name, value)| (s.plain(name), s.plain(value), true)).collect();
    flow.facts(&facts, 4..=6);
    let said: Vec<String> = document::summary(model).into_iter().map(|line| s.lines(line)).collect();
    flow.heading(1, &s.plain(t::SUMMARY), 20.0);
    flow.boxes(&[Boxed::new(plain(said.join("\n"), Style::new(8.5)))], 1, Some(STRIP));
    let figures = document::figures(model, options.lang)?;
    let drawings = figures.iter().map(|f| Drawing::of(&f.figure.svg)).collect::<Result<Vec<_>, _>>()?;
    for section in document::sections(model) {
        put(&mut flow, &section, &figures, &drawings, s);
    }
    put_lacking(&mut flow, s);

    let Flow { mut sheets, bookmarks, .. } = flow;
    let title = s.plain(t::TITLE);
    put_footers(&fonts, &mut sheets, &title, &model.tool, s);
    let about = paint::About {
        title,
        subject: said.join(" "),
        language: s.code(),
        creator: format!("{} {}", model.tool.name, model.tool.version),
        date: options.date,
    };
    paint::paint(&fonts, &sheets, &bookmarks, &drawings, about)
}

fn put(flow: &mut Flow<'_>, section: &Section, figures: &[Shown], drawings: &[Drawing], s: Say) {
    let tables: Vec<(usize, Table)> = section
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(i, block)| match block {
            Block::Table(table) => {
                let side = |is_number: bool| if is_number { Side::Right } else { Side::Left };
                let mut out = s.table(table.columns.iter().map(|c| (&c.title, side(c.is_number))));
                for row in &table.rows {
                    out.row(row.iter().map(|cell| s.cell(cell)).collect());
                }
                Some((i, out))
            }
            Block::Paragraph(_) => None,
        })
        .collect();
    let company = tables.iter().find(|(_, t)| !t.is_empty()).map_or(0.0, |(_, t)| t.first_height(flow) + 24.0);
    flow.heading(1, &s.plain(&section.title), company);
    for (i, block) in section.blocks.iter().enumerate() {
        match block {
            Block::Paragraph(text) => flow.paragraph(&plain(s.lines(text), Style::new(8.0))),
            Block::Table(content) => {
                let found = tables.iter().find(|(at, t)| *at == i && !t.is_empty());
                if let Some((_, table)) = found {
                    flow.note(&s.lines(&content.caption));
                    table.put(flow);
                    flow.space(4.0);
                }
            }
        }
    }
    for (index, (shown, drawing)) in figures.iter().zip(drawings).enumerate() {
        if shown.section == section.id {
            flow.space(4.0);
            flow.figure(index, drawing.size(), &shown.figure.title, 24.0);
            flow.note(&s.lines(caption(&shown.figure)));
        }
    }
}
