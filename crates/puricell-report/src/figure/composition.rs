//! Share and interval per class on a log scale; a zero count is an arrow below its upper bound.

use super::axis::{Axis, power_of_ten};
use super::canvas::{
    Area, BOTTOM, Chart, ChartFrame, Drawn, Frame, NORMAL, SMALL, TITLE_HEIGHT, at, chart, coloured, figure, fill,
    font, inside, line, rectangle, right, shortened, stroke, times, write,
};
use super::marker::{Shape, marker};
use super::style::{BAND, ClassStyle, INK, LIMIT, MUTED, class_styles};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Class, CompositionRow, DenominatorId, Model};
use crate::number;
use crate::terms::captions;
use crate::terms::words::NOT_REPORTABLE;
use crate::text::{Sayable, Text, sentence};
use crate::view::class_name;
use crate::words::{self, Units};

const ROW: i32 = 56;
const HEADER: i32 = 44;
const LEGEND: i32 = 60;
const LABEL_LEFT: i32 = 20;
const LABEL_CHARS: usize = 31;
const PLOT: (i32, i32) = (520, 1075);
const COUNTS_RIGHT: i32 = 1345;
const SHARE_LEFT: i32 = 1370;

/// One line of the figure.
struct Line<'m> {
    row: &'m CompositionRow,
    class: &'m Class,
    style: ClassStyle,
}

/// The composition of the viable singlets.
pub(crate) fn composition(model: &Model) -> Result<Option<Figure>, ReportError> {
    let styles = class_styles(&model.classes);
    let lines: Vec<Line<'_>> = model
        .composition
        .iter()
        .filter(|row| row.denominator == DenominatorId::ViableSinglets)
        .filter_map(|row| {
            let index = model.classes.iter().position(|c| c.id == row.class)?;
            Some(Line { row, class: &model.classes[index], style: styles[index] })
        })
        .collect();
    let Some(first) = lines.first() else { return Ok(None) };
    let title = format!("Composition of {} viable singlets", number::count(first.row.n));
    let parts: Vec<Text> =
        lines.iter().map(|l| captions::NAMED.with(&[&class_name(model, &l.class.id), &result_text(l.row)])).collect();
    let height = TITLE_HEIGHT + HEADER + times(lines.len(), ROW) + BOTTOM + LEGEND;
    let frame = Frame { kind: FigureKind::Composition, title, alt: sentence(&parts), said: Vec::new(), height };
    let units = words::of_what(model);
    figure(frame, |area| draw(area, &lines, height, units, words::interval(model.statistics.interval))).map(Some)
}

fn draw(area: &Area<'_>, lines: &[Line<'_>], height: i32, units: Units, interval: &str) -> Drawn {
    let top = TITLE_HEIGHT + HEADER;
    let bottom = top + times(lines.len(), ROW);
    let middle = |i: usize| top + times(i, ROW) + ROW / 2;
    for i in (0..lines.len()).step_by(2) {
        rectangle(area, (LABEL_LEFT - 8, middle(i) - ROW / 2), (1790, middle(i) + ROW / 2), fill(BAND))?;
    }
    let header = coloured(SMALL, MUTED);
    let header_y = top - HEADER / 2;
    write(area, "Class", (LABEL_LEFT, header_y), &header)?;
    write(area, &format!("{} / viable singlets", units.many), (COUNTS_RIGHT, header_y), &right(&header))?;
    write(area, "share (95 % interval)", (SHARE_LEFT, header_y), &header)?;

    let axis =
        Axis::log10(lowest(lines), 1.0, |v| number::given_percent(v).trim_end_matches(['%', number::NBSP]).to_owned());
    let rows = Axis::with_ticks(0.0, lines.len() as f64, Vec::new());
    let frame = ChartFrame {
        origin: (PLOT.0 - 1, top),
        // The chart keeps a unit on either side for itself.
        size: (PLOT.1 - PLOT.0 + 2, bottom - top + BOTTOM),
        left: 1,
        x_title: "share of viable singlets, % (log scale)",
        y_title: "",
    };
    let chart = chart(area, &frame, axis, rows)?;
    for (i, entry) in lines.iter().enumerate() {
        row(area, &chart, entry, middle(i))?;
    }
    legend(area, height - LEGEND / 2, units, interval)
}

/// Lower end of the axis: a whole power of ten below everything drawn, not below one in a million.
fn lowest(lines: &[Line<'_>]) -> f64 {
    let drawn = lines.iter().flat_map(|l| {
        let zero = l.row.k == Some(0);
        [l.row.ci_low, l.row.limit, if zero { l.row.upper_one_sided.map(|u| u / 5.0) } else { None }]
    });
    let smallest = drawn.flatten().filter(|&v| v > 0.0).fold(0.01_f64, f64::min);
    power_of_ten((libm::floor(libm::log10(smallest)) as i32).max(-6))
}

fn row(area: &Area<'_>, chart: &Chart<'_>, entry: &Line<'_>, y: i32) -> Drawn {
    let Line { row, class, style } = entry;
    let indent = if class.parent.is_some() { 60 } else { 34 };
    let size = if class.parent.is_some() { SMALL } else { NORMAL };
    if class.parent.is_none() {
        marker(area, (LABEL_LEFT + 10, y), 9, style.shape, style.colour)?;
    }
    write(area, &shortened(&class.label, LABEL_CHARS), (LABEL_LEFT + indent, y), &font(size))?;
    let counts = row.k.map_or_else(
        || format!("{} / {}", number::NOT_ESTIMATED, number::count(row.n)),
        |k| format!("{} / {}", number::count(k), number::count(row.n)),
    );
    write(area, &counts, (COUNTS_RIGHT, y), &right(&font(SMALL)))?;
    write(area, &share_text(row), (SHARE_LEFT, y), &font(SMALL))?;

    let (left, _, _, _) = inside(chart);
    let x = |fraction: f64| at(chart, fraction, 0.0).0;
    if let Some(limit) = row.limit {
        line(area, (x(limit), y - 22), (x(limit), y + 22), stroke(LIMIT, 4))?;
    }
    let bar = stroke(style.colour, 4);
    match (row.k, row.fraction, row.ci_low, row.ci_high) {
        (Some(0), _, _, _) => {
            if let Some(upper) = row.upper_one_sided {
                let (tip, end) = (left + 6, x(upper));
                line(area, (tip, y), (end, y), bar)?;
                line(area, (end, y - 13), (end, y + 13), bar)?;
                line(area, (tip, y), (tip + 18, y - 11), bar)?;
                line(area, (tip, y), (tip + 18, y + 11), bar)?;
            }
            Ok(())
        }
        (Some(_), Some(fraction), Some(low), Some(high)) => {
            line(area, (x(low), y), (x(high), y), bar)?;
            line(area, (x(low), y - 9), (x(low), y + 9), bar)?;
            line(area, (x(high), y - 9), (x(high), y + 9), bar)?;
            marker(area, (x(fraction), y), 10, style.shape, style.colour)
        }
        _ => write(area, "not reportable", (left + 12, y), &coloured(SMALL, MUTED)),
    }
}

/// `93.1 % (91.9 – 94.2 %)`, or the bound of a zero count.
fn share_text(row: &CompositionRow) -> String {
    match (row.k, row.fraction, row.ci_low.zip(row.ci_high)) {
        (Some(0), _, _) => row.upper_one_sided.map_or_else(
            || number::NOT_ESTIMATED.to_owned(),
            |u| format!("<{}{}", number::NBSP, number::upper_bound(u)),
        ),
        (Some(_), Some(fraction), Some(ci)) => {
            format!("{} ({})", number::percent(fraction, row.n, Some(ci), row.limit), number::interval(ci.0, ci.1))
        }
        _ => "not reportable".to_owned(),
    }
}

fn result_text(row: &CompositionRow) -> Text {
    row.k.map_or_else(
        || NOT_REPORTABLE.said(),
        |k| Text::Number(number::share(k, row.n, row.fraction, row.ci_low.zip(row.ci_high), row.upper_one_sided)),
    )
}

fn legend(area: &Area<'_>, y: i32, units: Units, interval: &str) -> Drawn {
    let text = coloured(SMALL, MUTED);
    let ink = stroke(INK, 4);
    line(area, (60, y), (130, y), ink)?;
    marker(area, (95, y), 10, Shape::Disc, INK)?;
    write(area, &format!("estimate, {interval} 95 % interval"), (150, y), &text)?;
    line(area, (620, y), (690, y), ink)?;
    line(area, (690, y - 12), (690, y + 12), ink)?;
    line(area, (620, y), (636, y - 10), ink)?;
    line(area, (620, y), (636, y + 10), ink)?;
    write(area, &format!("no {} found: below the one-sided 95 % bound", units.one), (710, y), &text)?;
    line(area, (1375, y - 18), (1375, y + 18), stroke(LIMIT, 4))?;
    write(area, "limit of the specification", (1395, y), &coloured(SMALL, LIMIT))
}
