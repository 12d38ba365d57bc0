//! The partition of the target over resolutions and seeds.

use super::axis::Axis;
use super::canvas::{
    Area, Chart, ChartFrame, Drawn, Frame, SMALL, TITLE_HEIGHT, at, chart, coloured, dashed, figure, inside, line,
    stroke, write,
};
use super::marker::{Shape, marker};
use super::style::{BLUE, INK, LIMIT, MUTED};
use super::{Figure, FigureKind};
use crate::error::ReportError;
use crate::model::{Model, Stability};
use crate::number;
use crate::terms::captions;
use crate::text::{Text, join};

const PANEL: i32 = 520;
const NOTES: i32 = 64;

/// Agreement and number of groups over resolutions, and agreement over seeds.
pub(crate) fn stability(model: &Model) -> Result<Option<Figure>, ReportError> {
    let Some(data) = model.heterogeneity.as_ref().and_then(|h| h.stability.as_ref()) else { return Ok(None) };
    if data.resolutions.is_empty() {
        return Ok(None);
    }
    let points: Vec<Text> = data
        .resolutions
        .iter()
        .map(|r| {
            captions::RESOLUTION.with(&[
                &number::significant(r.resolution, 2),
                &r.n_groups.to_string(),
                &number::fixed(r.ari, 2),
            ])
        })
        .collect();
    let frame = Frame {
        kind: FigureKind::Stability,
        title: "Stability of the sub-populations: resolution and seed".to_owned(),
        alt: captions::STABILITY.with(&[&join(&points, "; ", "；")]),
        said: Vec::new(),
        height: TITLE_HEIGHT + PANEL + NOTES,
    };
    figure(frame, |area| draw(area, data)).map(Some)
}

fn draw(area: &Area<'_>, data: &Stability) -> Drawn {
    let ari = || Axis::linear(0.0, 1.0, 5);
    let (low, high) = data
        .resolutions
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), r| (low.min(r.resolution), high.max(r.resolution)));
    let resolution = || Axis::linear(low.min(0.0), high, 5);
    let frame = |left: i32, width: i32, x_title, y_title| ChartFrame {
        origin: (left, TITLE_HEIGHT + 12),
        size: (width, PANEL - 12),
        left: 100,
        x_title,
        y_title,
    };

    let agreement =
        chart(area, &frame(10, 680, "resolution", "agreement with this report (ARI)"), resolution(), ari())?;
    let points: Vec<(f64, f64, bool)> =
        data.resolutions.iter().map(|r| (r.resolution, r.ari.max(0.0), r.used)).collect();
    curve(area, &agreement, &points)?;

    let most = data.resolutions.iter().map(|r| r.n_groups).max().unwrap_or(1);
    let groups = chart(
        area,
        &frame(720, 600, "resolution", "sub-populations found"),
        resolution(),
        Axis::linear(0.0, most as f64, 5),
    )?;
    let points: Vec<(f64, f64, bool)> =
        data.resolutions.iter().map(|r| (r.resolution, r.n_groups as f64, r.used)).collect();
    curve(area, &groups, &points)?;

    if !data.seeds.is_empty() {
        let title = format!("{} other seeds", data.seeds.len());
        let none = Axis::with_ticks(0.0, data.seeds.len() as f64, Vec::new());
        let seeds = chart(area, &frame(1360, 420, &title, "agreement (ARI)"), none, ari())?;
        for (i, seed) in data.seeds.iter().enumerate() {
            marker(area, at(&seeds, i as f64 + 0.5, seed.ari.max(0.0)), 9, Shape::Disc, BLUE)?;
        }
    }
    let y = TITLE_HEIGHT + PANEL + NOTES / 2 + 4;
    dashed(area, (120, y), (190, y), stroke(LIMIT, 3))?;
    write(area, "resolution of this report", (206, y), &coloured(SMALL, MUTED))
}

fn curve(area: &Area<'_>, chart: &Chart<'_>, points: &[(f64, f64, bool)]) -> Drawn {
    let (_, top, _, bottom) = inside(chart);
    for &(x, _, used) in points {
        if used {
            let x = at(chart, x, 0.0).0;
            dashed(area, (x, top), (x, bottom), stroke(LIMIT, 3))?;
        }
    }
    for pair in points.windows(2) {
        if let [from, to] = pair {
            line(area, at(chart, from.0, from.1), at(chart, to.0, to.1), stroke(INK, 3))?;
        }
    }
    points
        .iter()
        .try_for_each(|&(x, y, used)| marker(area, at(chart, x, y), if used { 12 } else { 9 }, Shape::Disc, BLUE))
}
