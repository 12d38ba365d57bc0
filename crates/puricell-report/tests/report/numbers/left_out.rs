//! What the documents leave out on purpose.

use serde_json::Value;

use super::record::{Leaf, Record};

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    Pdf,
    Html,
}

/// When an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// Of a count of some.
    SomeCell,
    /// Of a count that was not taken.
    NotCounted,
    /// Of less than half a cell.
    Hardly,
    /// Of a number that is zero, or an answer that is no.
    Nothing,
    /// Of an answer that is yes.
    Usual,
}

/// An entry of the list.
pub(super) struct LeftOut {
    /// Keys with `*` for a place in a list; `**` at the end is everything below.
    pub(super) keys: &'static str,
    /// The document, or both.
    pub(super) of: Option<Document>,
    pub(super) when: When,
    pub(super) because: &'static str,
}

impl When {
    pub(super) fn holds(self, leaf: &Leaf, record: &Record) -> bool {
        match self {
            Self::Always => true,
            Self::SomeCell => record.k.is_some_and(|k| k > 0),
            Self::Hardly => leaf.value.as_f64().is_some_and(|cells| cells < 0.5),
            Self::NotCounted => record.k.is_none(),
            Self::Usual => leaf.value == Value::Bool(true),
            Self::Nothing => leaf.value.as_f64() == Some(0.0) || leaf.value == Value::Bool(false),
        }
    }
}

const fn both(keys: &'static str, when: When, because: &'static str) -> LeftOut {
    LeftOut { keys, of: None, when, because }
}

const fn pdf(keys: &'static str, when: When, because: &'static str) -> LeftOut {
    LeftOut { keys, of: Some(Document::Pdf), when, because }
}

const fn html(keys: &'static str, when: When, because: &'static str) -> LeftOut {
    LeftOut { keys, of: Some(Document::Html), when, because }
}

use When::{Always, Hardly, NotCounted, Nothing, SomeCell, Usual};

/// The list.
pub(super) const LEFT_OUT: [LeftOut; 45] = [
    // Drawn.
    both("umap.**", Always, "a figure draws it, cells.parquet has it"),
    both("calls.scatter.**", Always, "a figure draws it"),
    both("qc.distributions.**", Always, "a figure draws it"),
    both("heterogeneity.stability.resolutions.**", Always, "a figure draws it"),
    both("heterogeneity.stability.seeds.**", Always, "a figure draws it, the text has the ends"),
    both("cytometry.histograms.**", Always, "a figure draws it"),
    both("cytometry.densities.**", Always, "a figure draws it"),
    both("cytometry.som.nodes.**", Always, "a figure draws it"),
    both("cytometry.som.edges.**", Always, "a figure draws it"),
    both("cytometry.som.ranges.**", Always, "ends of the colours of a figure"),
    both("cytometry.compensation.matrix.**", Always, "a figure prints it"),
    // Said in other units.
    both("cytometry.positivity.*.threshold", Always, "a display coordinate; the scale value is printed"),
    both("cytometry.positivity.*.second_peak", Always, "a display coordinate; the scale value is printed"),
    both("cytometry.positivity.*.band_low", Always, "a display coordinate; a figure draws it"),
    both("cytometry.positivity.*.band_high", Always, "a display coordinate; a figure draws it"),
    both("cytometry.gates.*.geometry.covariance.**", Always, "gates.xml has it; the text has centre and distance"),
    // A count of some has a share, one of none a bound in its place.
    both("composition.*.corrected_fraction", Nothing, "its upper end stands there"),
    both("states.*.upper_one_sided", SomeCell, "the bound of a count of none"),
    both("cytometry.positivity.*.upper_one_sided", SomeCell, "the bound of a count of none"),
    both("cytometry.gates.*.upper_one_sided", SomeCell, "the bound of a count of none"),
    both("product.mixture.components.*.upper_one_sided", SomeCell, "the bound of a count of none"),
    both("product.transgenes.shares.*.upper_one_sided", SomeCell, "the bound of a count of none"),
    both("cytometry.positivity.*.n", NotCounted, "NA stands for both counts"),
    both("verdict.items.*.n", NotCounted, "NA stands for both counts"),
    both("states.*.n", NotCounted, "'not reportable' stands there"),
    both("cytometry.isct.rows.*.n", NotCounted, "NA stands for both counts"),
    // The usual answer has no word.
    both("purity.*.headline", Nothing, "the headline alone is marked"),
    both("qc.sweeps.*.rows.*.used", Nothing, "the value used alone is marked"),
    both("cytometry.positivity.*.separable", Usual, "the share says so"),
    both("product.mixture.components.*.within_another", Nothing, "what is within another alone is marked"),
    both("product.transgenes.shares.*.sentence", Always, "its row says it"),
    both("product.transgenes.expected", Always, "a warning says where expected ones are lacking"),
    both("calls.background.*.rate", Nothing, "'none in n' says so"),
    html("heterogeneity.subpopulations.*.markers.*.fraction_out", Nothing, "'none' says so"),
    both("clusters.clusters.*.class_counts.*", Nothing, "a dash says so, and a class without a cell has no column"),
    pdf(
        "heterogeneity.subpopulations.*.markers.*.log2_fold_change",
        Always,
        "report.html has it; here the markers by effect size",
    ),
    pdf(
        "heterogeneity.subpopulations.*.markers.*.p_adjusted",
        Always,
        "report.html has it; here the markers by effect size",
    ),
    pdf(
        "heterogeneity.subpopulations.*.markers.*.fraction_in",
        Always,
        "report.html has it; here the markers by effect size",
    ),
    pdf(
        "heterogeneity.subpopulations.*.markers.*.fraction_out",
        Always,
        "report.html has it; here the markers by effect size",
    ),
    // Steps of a calculation whose result is printed.
    both("doublets.kinds.*.share", Always, "the cells expected follow from it"),
    both("doublets.kinds.*.expected", Hardly, "a pair not expected and not suspected has no row"),
    both("doublets.kinds.*.suspected", Nothing, "a pair not expected and not suspected has no row"),
    both("clusters.neighbour_search.share_searched", Always, "the regions searched are printed, and the recall"),
    // Cells one by one.
    pdf("explained.**", Always, "evidence.tsv has it"),
    html("explained.**", Always, "evidence.tsv has it; the explorer shows it by script"),
];
