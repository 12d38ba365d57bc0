//! Figures inside the document.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::ReportError;
use crate::figure::{Figure, FigureKind, png};

/// Resolution of embedded pictures: sharp at print size and on dense screens.
const PICTURE_DPI: u16 = 220;

/// The markup of each figure, where there is one.
#[derive(Default)]
pub(super) struct FigureViews {
    pub(super) composition: Option<String>,
    pub(super) accounting: Option<String>,
    pub(super) scores: Option<String>,
    pub(super) qc: Option<String>,
    pub(super) subpopulations: Option<String>,
    pub(super) stability: Option<String>,
    pub(super) umap: Option<String>,
    pub(super) marker_histograms: Option<String>,
    pub(super) densities: Option<String>,
    pub(super) gating: Option<String>,
    pub(super) spillover: Option<String>,
    pub(super) som: Option<String>,
}

pub(super) fn embed(figures: &[Figure]) -> Result<FigureViews, ReportError> {
    let mut views = FigureViews::default();
    for figure in figures {
        let place = match figure.kind {
            FigureKind::Composition => &mut views.composition,
            FigureKind::Accounting => &mut views.accounting,
            FigureKind::Scores => &mut views.scores,
            FigureKind::Qc => &mut views.qc,
            FigureKind::SubPopulations => &mut views.subpopulations,
            FigureKind::Stability => &mut views.stability,
            FigureKind::Umap => &mut views.umap,
            FigureKind::MarkerHistograms => &mut views.marker_histograms,
            FigureKind::Densities => &mut views.densities,
            FigureKind::Gating => &mut views.gating,
            FigureKind::Spillover => &mut views.spillover,
            FigureKind::Som => &mut views.som,
            // Of the page of a study, which embeds it itself.
            FigureKind::Linearity => continue,
        };
        *place = Some(if figure.kind.has_point_per_cell() { picture(figure)? } else { drawing(&figure.svg) });
    }
    Ok(views)
}

/// An `img` with the PNG inside.
fn picture(figure: &Figure) -> Result<String, ReportError> {
    let bytes = png(&figure.svg, PICTURE_DPI)?;
    let alt = format!("{}. {}", figure.title, figure.alt)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    Ok(format!("<img alt=\"{alt}\" src=\"data:image/png;base64,{}\">", STANDARD.encode(bytes)))
}

/// The SVG element for use inside HTML, which needs no namespace.
pub(crate) fn drawing(svg: &str) -> String {
    svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1)
}
