//! The figures: one function each, SVG at print size (180 mm wide), PNG by the shipped font.

mod accounting;
mod axis;
mod canvas;
pub(crate) mod comparability;
mod composition;
pub(crate) mod control;
mod densities;
pub(crate) mod distances;
mod event_axis;
mod gate_outline;
mod gating;
pub(crate) mod linearity;
mod marker;
mod marker_histograms;
mod qc;
mod raster;
mod said;
mod scatter;
mod som;
mod spillover;
mod stability;
mod style;
mod subpopulations;
mod tree_layout;
mod umap;
pub(crate) mod variance;

use crate::error::ReportError;
use crate::model::{Class, Model};

pub(crate) use canvas::shortened;
pub use raster::png;
pub(crate) use raster::{BOLD, HAN, REGULAR, tree};

/// Which figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FigureKind {
    /// Share and interval per class on a log scale.
    Composition,
    /// Cells loaded, dropped per reason, kept.
    Accounting,
    /// Score of the target against the score of each contaminant family.
    Scores,
    /// Histograms of the QC metrics.
    Qc,
    /// Sub-populations of the target: size, interval, stability.
    SubPopulations,
    /// The partition over resolutions and seeds.
    Stability,
    /// The map of all kept cells.
    Umap,
    /// Histograms of the markers with thresholds, bands and controls (cytometry).
    MarkerHistograms,
    /// Biaxial densities with gates (cytometry).
    Densities,
    /// The gating hierarchy with counts (cytometry).
    Gating,
    /// The spillover matrix (cytometry).
    Spillover,
    /// The self-organising map over its spanning tree (cytometry).
    Som,
    /// Called against planted fraction of a class (validation study).
    Linearity,
    /// The lots of a cohort in their order against control limits.
    Control,
    /// Shares of the variance between the lots of a cohort.
    Variance,
    /// Distances between the lots of a cohort.
    Distances,
    /// Two groups of lots of a cohort against margins.
    Comparability,
}

impl FigureKind {
    /// Base name of the figure's files.
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::Composition => "composition",
            Self::Accounting => "accounting",
            Self::Scores => "scores",
            Self::Qc => "qc",
            Self::SubPopulations => "subpopulations",
            Self::Stability => "stability",
            Self::Umap => "umap",
            Self::MarkerHistograms => "marker_histograms",
            Self::Densities => "densities",
            Self::Gating => "gating",
            Self::Spillover => "spillover",
            Self::Som => "som",
            Self::Linearity => "linearity",
            Self::Control => "control",
            Self::Variance => "variance",
            Self::Distances => "distances",
            Self::Comparability => "comparability",
        }
    }

    /// True for figures with a shape per cell or per bin of a density, which documents embed as a picture.
    pub fn has_point_per_cell(self) -> bool {
        matches!(self, Self::Scores | Self::Umap | Self::Densities)
    }
}

/// A drawn figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Which figure it is.
    pub kind: FigureKind,
    /// Its title.
    pub title: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// The same in Chinese.
    pub alt_zh: String,
    /// Words of the drawing, English and Chinese, that a document in Chinese cannot know from the catalogue alone.
    pub(crate) said: Vec<(String, String)>,
    /// The drawing: a whole SVG document, 180 mm wide.
    pub svg: String,
}

/// Colour of each class as `#rrggbb`, aligned with `classes`.
pub(crate) fn class_colours(classes: &[Class]) -> Vec<String> {
    style::class_styles(classes)
        .into_iter()
        .map(|s| format!("#{:02X}{:02X}{:02X}", s.colour.0, s.colour.1, s.colour.2))
        .collect()
}

/// Every figure that the model has data for, in the order of [`FigureKind`].
///
/// # Errors
/// [`ReportError::Model`] when the model contradicts itself, [`ReportError::Figure`] when one cannot be drawn.
pub fn figures(model: &Model) -> Result<Vec<Figure>, ReportError> {
    model.check()?;
    let drawn = [
        composition::composition(model)?,
        accounting::accounting(model)?,
        scatter::scores(model)?,
        qc::qc(model)?,
        subpopulations::subpopulations(model)?,
        stability::stability(model)?,
        umap::umap(model)?,
        marker_histograms::marker_histograms(model)?,
        densities::densities(model)?,
        gating::gating(model)?,
        spillover::spillover(model)?,
        som::som(model)?,
    ];
    Ok(drawn.into_iter().flatten().collect())
}
