//! The hierarchy of the gates with their numbers of events.

use super::axis::Axis;
use super::canvas::{
    Area, BOTTOM, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, at, chart, coloured, figure, fill, font, line,
    rectangle, stroke, times, write,
};
use super::said::cut;
use super::style::{BLUE, BLUE_TINT, MUTED};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{EventGate, Model};
use crate::number;
use crate::terms::{captions, known};
use crate::text::{Text, sentence};

const ROW: i32 = 56;
const HEADER: i32 = 40;
const INDENT: i32 = 36;
const BARS: (i32, i32) = (720, 1270);
const TEXT: i32 = 1290;
/// Width that a character of a name takes, on average.
const CHAR: i32 = 15;

/// A gate with its depth in the tree.
struct Row<'m> {
    gate: &'m EventGate,
    depth: usize,
    /// Row of the parent; `None` for all events.
    parent: Option<usize>,
}

/// One row per gate, below its first parent.
pub(crate) fn gating(model: &Model) -> Result<Option<Figure>, ReportError> {
    let gates = model.cytometry.as_ref().map_or(&[][..], |c| &c.gates);
    if gates.is_empty() {
        return Ok(None);
    }
    let mut rows = Vec::with_capacity(gates.len());
    branch(gates, None, &mut rows);
    let loaded = model.qc.accounting.loaded;
    let parts: Vec<Text> =
        rows.iter().map(|r| captions::COUNTED.with(&[&known(&r.gate.name), &Text::Number(share(r.gate))])).collect();
    let frame = Frame {
        kind: FigureKind::Gating,
        title: format!("Gates of {} events", number::count(loaded)),
        alt: sentence(&parts),
        said: rows.iter().map(|row| name(row).1).collect(),
        height: TITLE_HEIGHT + HEADER + times(rows.len() + 1, ROW) + BOTTOM + 10,
    };
    figure(frame, |area| draw(area, &rows, loaded)).map(Some)
}

/// Appends the gates below a row, each followed by those below it.
fn branch<'m>(gates: &'m [EventGate], parent: Option<usize>, rows: &mut Vec<Row<'m>>) {
    let (id, depth) = match parent.and_then(|p| rows.get(p)) {
        Some(row) => (Some(row.gate.id.as_str()), row.depth + 1),
        None => (None, 1),
    };
    for gate in gates.iter().filter(|g| g.parents.first().map(String::as_str) == id) {
        rows.push(Row { gate, depth, parent });
        branch(gates, Some(rows.len() - 1), rows);
    }
}

/// Left end and words of a row's name.
fn name(row: &Row<'_>) -> (i32, Text) {
    // Deep trees stop indenting, so that names keep room.
    let x = 20 + times(row.depth.min(8), INDENT);
    let room = ((BARS.0 - 20 - x) / CHAR).max(8) as usize;
    (x, cut(&known(&row.gate.name), room))
}

fn share(gate: &EventGate) -> String {
    number::share(gate.k, gate.n, gate.fraction, gate.ci_low.zip(gate.ci_high), gate.upper_one_sided)
}

fn draw(area: &Area<'_>, rows: &[Row<'_>], loaded: u64) -> Drawn {
    let top = TITLE_HEIGHT + HEADER;
    let middle = |row: usize| top + times(row, ROW) + ROW / 2;
    let header = coloured(SMALL, MUTED);
    write(area, "Gate", (20, top - HEADER / 2), &header)?;
    write(area, "events of the parent (share)", (TEXT, top - HEADER / 2), &header)?;
    let frame = ChartFrame {
        origin: (BARS.0 - 1, top),
        size: (BARS.1 - BARS.0, times(rows.len() + 1, ROW) + BOTTOM),
        left: 1,
        x_title: "events (log scale)",
        y_title: "",
    };
    let x_axis = Axis::log10(0.8, loaded.max(10) as f64 * 1.2, |v| number::significant(v, 1));
    let chart = chart(area, &frame, x_axis, Axis::with_ticks(0.0, 1.0, Vec::new()))?;
    let bar = |row: usize, k: u64| -> Drawn {
        if k == 0 {
            return Ok(());
        }
        let (from, to) = (at(&chart, 0.8, 0.0).0, at(&chart, k as f64, 0.0).0);
        rectangle(area, (from, middle(row) - 15), (to, middle(row) + 15), fill(BLUE_TINT))?;
        line(area, (to, middle(row) - 15), (to, middle(row) + 15), stroke(BLUE, 4))
    };
    write(area, "All events", (20, middle(0)), &font(NORMAL))?;
    write(area, &number::count(loaded), (TEXT, middle(0)), &font(SMALL))?;
    bar(0, loaded)?;
    for (i, row) in rows.iter().enumerate() {
        let at_row = i + 1;
        let (x, name) = name(row);
        let stem = x - INDENT + 10;
        let from = row.parent.map_or(0, |p| p + 1);
        line(area, (stem, middle(from) + 20), (stem, middle(at_row)), stroke(MUTED, 2))?;
        line(area, (stem, middle(at_row)), (x - 6, middle(at_row)), stroke(MUTED, 2))?;
        write(area, &name.en(), (x, middle(at_row)), &font(NORMAL))?;
        bar(at_row, row.gate.k)?;
        write(area, &share(row.gate), (TEXT, middle(at_row)), &font(SMALL))?;
    }
    Ok(())
}
