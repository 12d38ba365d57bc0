//! Cells loaded, dropped per reason, kept: nothing leaves in silence.

use super::canvas::{
    Area, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, bold, coloured, figure, fill, font, line, rectangle, right,
    stroke, times, write,
};
use super::said::cut;
use super::style::{BLUE, GRID, MUTED, VERMILLION};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{CellAccounting, DenominatorId, DroppedCells, Model};
use crate::number;
use crate::terms::captions;
use crate::terms::known;
use crate::terms::words::of;
use crate::text::{Text, join};
use crate::words;

const ROW: i32 = 50;
const LABEL_RIGHT: i32 = 790;
const LABEL_CHARS: usize = 62;
const PLOT: (i32, i32) = (820, 1480);
const COUNT_RIGHT: i32 = 1620;
const SHARE_RIGHT: i32 = 1780;

/// The waterfall from loaded to kept cells.
pub(crate) fn accounting(model: &Model) -> Result<Option<Figure>, ReportError> {
    let cells = &model.qc.accounting;
    if cells.loaded == 0 {
        return Ok(None);
    }
    let units = words::of_what(model);
    let count = |n: u64| Text::Number(number::count(n));
    let reasons: Vec<Text> =
        cells.dropped.iter().map(|d| captions::DROPPED.with(&[&count(d.n), &known(&d.label)])).collect();
    let frame = Frame {
        kind: FigureKind::Accounting,
        title: format!("{} accounting: loaded = kept + dropped", units.first),
        alt: captions::ACCOUNTING.with(&[
            &count(cells.loaded),
            &of(model.cytometry.is_some()).many,
            &join(&reasons, ", ", "、"),
            &count(cells.kept),
        ]),
        said: cells.dropped.iter().map(reason).collect(),
        height: TITLE_HEIGHT + times(cells.dropped.len() + 2, ROW) + 24,
    };
    figure(frame, |area| draw(area, model, cells)).map(Some)
}

/// The row's name.
fn reason(dropped: &DroppedCells) -> Text {
    captions::MINUS.with(&[&cut(&known(&dropped.label), LABEL_CHARS)])
}

/// Interval of the cells that left for a reason, in the table of all cells; it has the words of viability for the share
/// of mitochondrial RNA.
fn interval_of(model: &Model, dropped: &DroppedCells) -> Option<(f64, f64)> {
    let class = if dropped.reason == "high_mito" { "non_viable" } else { &dropped.reason };
    let mut rows = model.composition.iter().filter(|r| r.denominator == DenominatorId::AllEvents);
    let row = rows.find(|r| r.class == class && r.k == Some(dropped.n) && r.n == model.qc.accounting.loaded)?;
    row.ci_low.zip(row.ci_high)
}

/// The widest interval of any part of all cells: what is kept, of many parts, is known no better.
fn widest_interval(model: &Model) -> Option<(f64, f64)> {
    let rows = model.composition.iter().filter(|r| r.denominator == DenominatorId::AllEvents);
    let intervals = rows.filter(|r| r.n == model.qc.accounting.loaded).filter_map(|r| r.ci_low.zip(r.ci_high));
    intervals.max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
}

fn draw(area: &Area<'_>, model: &Model, cells: &CellAccounting) -> Drawn {
    let x = |n: u64| PLOT.0 + libm::round(f64::from(PLOT.1 - PLOT.0) * (n as f64 / cells.loaded as f64)) as i32;
    let mut y = TITLE_HEIGHT + ROW / 2;
    let bar = |from: i32, to: i32, y: i32, colour| {
        // A bar of one cell is still seen.
        rectangle(area, (from.min(to - 3), y - 15), (to, y + 15), fill(colour))
    };
    let texts = |label: &str, n: u64, interval: Option<(f64, f64)>, y: i32, strong: bool| -> Drawn {
        let (style, number_style) = if strong { (bold(NORMAL), bold(NORMAL)) } else { (font(SMALL), font(NORMAL)) };
        write(area, label, (LABEL_RIGHT, y), &right(&style))?;
        write(area, &number::count(n), (COUNT_RIGHT, y), &right(&number_style))?;
        let share = match n {
            0 => "none".to_owned(),
            n if n == cells.loaded => format!("100{}%", number::NBSP),
            n => number::percent(n as f64 / cells.loaded as f64, cells.loaded, interval, None),
        };
        write(area, &share, (SHARE_RIGHT, y), &right(&coloured(SMALL, MUTED)))
    };

    bar(PLOT.0, x(cells.loaded), y, MUTED)?;
    texts("loaded", cells.loaded, None, y, true)?;
    let mut left = cells.loaded;
    for dropped in &cells.dropped {
        let before = left;
        left = left.saturating_sub(dropped.n);
        line(area, (x(before), y + 15), (x(before), y + ROW - 15), stroke(GRID, 3))?;
        y += ROW;
        if dropped.n > 0 {
            bar(x(left), x(before), y, VERMILLION)?;
        } else {
            line(area, (x(before), y - 15), (x(before), y + 15), stroke(GRID, 3))?;
        }
        texts(&reason(dropped).en(), dropped.n, interval_of(model, dropped), y, false)?;
    }
    line(area, (x(left), y + 15), (x(left), y + ROW - 15), stroke(GRID, 3))?;
    y += ROW;
    bar(PLOT.0, x(cells.kept), y, BLUE)?;
    texts("kept: viable singlets", cells.kept, widest_interval(model), y, true)
}
