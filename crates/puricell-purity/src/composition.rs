//! From calls to rows: how many cells of each class, of how many, and how sure.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use puricell_core::Seed;
use serde::Deserialize;

use crate::misclassification::Confusion;
use crate::{
    Interval, IntervalMethod, Level, Limit, Outcome, PurityError, Readout, Resolved, Status, Tally, Validation,
};

mod count;
mod rows;
mod study;
mod tsv;

pub use study::Detection;
pub use tsv::write_tsv;

/// What a class is a fraction of. Most quarrels about purity come from this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denominator {
    /// Every loaded barcode or event.
    AllEvents,
    /// The cells kept.
    ViableSinglets,
    /// The cells kept, less suspect, unassigned and classes of role `excluded`.
    Classified,
}

impl Denominator {
    /// Every denominator, in the order of the file.
    pub const ALL: [Self; 3] = [Self::ViableSinglets, Self::AllEvents, Self::Classified];

    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::AllEvents => "all_events",
            Self::ViableSinglets => "viable_singlets",
            Self::Classified => "classified",
        }
    }
}

/// What a row is to the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowRole {
    /// The declared product cell.
    Target,
    /// A declared or harmless companion.
    Component,
    /// A cellular impurity.
    Contaminant,
    /// Overlaps other rows and is in no sum.
    Informative,
    /// Counted, and outside `classified`: suspect, unassigned, not kept.
    Excluded,
}

impl RowRole {
    /// The word written to files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Component => "component",
            Self::Contaminant => "contaminant",
            Self::Informative => "informative",
            Self::Excluded => "excluded",
        }
    }
}

/// What is known of the method's own limits for one class.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MethodLimits {
    /// Cells of blanks that were called this class; `None` where no blank was measured: then neither LOB nor LOD is
    /// estimated.
    pub blank: Option<Tally>,
    /// Cells of this class that were called it; `None` where none was planted: then no limit of detection is estimated.
    pub sensitivity: Option<Tally>,
    /// Limit of quantification that a dilution or spike series has established, as a fraction.
    pub quantification_limit: Option<f64>,
    /// Highest fraction planted: above it nothing was shown. `None` where none was planted.
    pub highest_planted: Option<f64>,
}

/// How rows are computed.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositionParams {
    /// Level of intervals and one-sided bounds. Default 95 %, which the column names promise.
    pub level: Level,
    /// How the two-sided intervals are computed. Default exact (Clopper and Pearson); one-sided bounds are exact always.
    pub interval: IntervalMethod,
    /// Coefficient of variation at which a share counts as quantified in theory. Default 0.3.
    pub quantification_cv: f64,
    /// What was read of each cell: it gives the reasons for which cells leave, and names. Default genes.
    pub readout: Readout,
    /// What validation has shown, per class id. Default none.
    pub methods: BTreeMap<String, MethodLimits>,
    /// What validation has shown to be confused, by which fractions are corrected. Default none.
    pub confusion: Option<Confusion>,
    /// Seed of the draws behind the intervals of corrected fractions. Default 1.
    pub seed: Seed,
}

impl Default for CompositionParams {
    fn default() -> Self {
        Self {
            level: Level::P95,
            interval: IntervalMethod::ClopperPearson,
            quantification_cv: 0.3,
            readout: Readout::Genes,
            methods: BTreeMap::new(),
            confusion: None,
            seed: Seed(1),
        }
    }
}

impl CompositionParams {
    /// The defaults for events of a cytometer.
    pub fn of_events() -> Self {
        Self { readout: Readout::Markers, ..Self::default() }
    }

    /// With the limits and the confusion matrix of a study.
    #[must_use]
    pub fn with_study(self, study: &Validation) -> Self {
        Self { methods: study.method_limits(), confusion: Some(study.confusion.clone()), ..self }
    }
}

/// A class of one denominator. Fractions are from 0 to 1; `None` is "not estimated", never 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Class id.
    pub class: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Id of the class that this row is part of.
    pub parent: Option<String>,
    /// What it is to the product.
    pub role: RowRole,
    /// Cells of the class; `None` where the class is not reportable.
    pub k: Option<u64>,
    /// Cells of the denominator.
    pub n: u64,
    /// The denominator.
    pub denominator: Denominator,
    /// k / n; `None` for n = 0.
    pub fraction: Option<f64>,
    /// Two-sided interval by [`CompositionParams::interval`].
    pub interval: Option<Interval>,
    /// Exact one-sided lower bound.
    pub lower_one_sided: Option<f64>,
    /// Exact one-sided upper bound.
    pub upper_one_sided: Option<f64>,
    /// Limit of blank as a fraction, from the false positives of blanks
    /// ([`limits_of_study`](crate::detection::limits_of_study)). It, the other limits and what is corrected exist for
    /// viable singlets only, since these are what a study counts.
    pub lob: Option<f64>,
    /// Limit of detection, from the same; `None` also where the study planted no cell of the class.
    pub lod: Option<f64>,
    /// Limit of quantification: what a series has established, and not below the limit of detection, nor below the share
    /// whose count has the coefficient of variation asked for among this lot's n.
    pub loq: Option<f64>,
    /// The fraction corrected for what the method confuses ([`correct`](crate::misclassification::correct)).
    pub corrected: Option<f64>,
    /// Its interval, which carries the uncertainty of sensitivity and specificity.
    pub corrected_interval: Option<Interval>,
    /// k against the limit of blank, and the fraction (corrected where there is one) against the limit of quantification.
    pub detection: Option<Detection>,
    /// Theory only: the smallest share of which at least one cell is seen among n with the level's probability, were the
    /// method free of error.
    pub sampling_lod: Option<f64>,
    /// Theory only: the share whose count has the coefficient of variation asked for by Poisson's law.
    pub poisson_loq: Option<f64>,
    /// The limit that a specification sets; filled by [`judge`](crate::judge).
    pub limit: Option<Limit>,
    /// The verdict; filled by [`judge`](crate::judge), and `not_reportable` from the start where nothing was counted.
    pub status: Option<Status>,
}

/// All rows of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct Composition {
    /// By denominator in the order of [`Denominator::ALL`]. Of one denominator, the rows without parent and not
    /// informative sum to its n.
    pub rows: Vec<Row>,
    /// Cells loaded.
    pub n_all_events: u64,
    /// Cells kept.
    pub n_viable_singlets: u64,
    /// Cells kept and in a class.
    pub n_classified: u64,
    /// What was read of each cell.
    pub readout: Readout,
    /// How the two-sided intervals were computed.
    pub interval: IntervalMethod,
}

impl Composition {
    /// The row of a class of a denominator.
    pub fn row(&self, class: &str, denominator: Denominator) -> Option<&Row> {
        self.rows.iter().find(|r| r.class == class && r.denominator == denominator)
    }

    /// n of a denominator.
    pub fn n(&self, denominator: Denominator) -> u64 {
        match denominator {
            Denominator::AllEvents => self.n_all_events,
            Denominator::ViableSinglets => self.n_viable_singlets,
            Denominator::Classified => self.n_classified,
        }
    }
}

/// Counts outcomes into rows.
///
/// `outcomes` has one entry per loaded cell. Every class has a row of viable singlets; the target, the top classes,
/// suspect and unassigned have one of all events too, beside a row per reason for which cells were not kept
/// (`non_viable` for `high_mito`: an RNA surrogate of dead cells); target and top classes have one of the classified
/// cells. Roll-ups and subsets are informative and in no sum. A sub-class that is not reportable has no count, and the
/// cells called so stay in its parent.
///
/// # Errors
/// [`PurityError::Outcome`] for a call that names no reportable top class, or a sub-class of another class;
/// [`PurityError::Share`] for a rate outside 0 to 1.
pub fn composition(
    resolved: &Resolved,
    outcomes: &[Outcome],
    params: &CompositionParams,
) -> Result<Composition, PurityError> {
    composition_of(resolved, outcomes.iter(), params)
}

/// [`composition()`] of outcomes that come one by one, so that ten million events need not be held.
///
/// # Errors
/// As [`composition()`].
pub fn composition_of<O: Borrow<Outcome>>(
    resolved: &Resolved,
    outcomes: impl Iterator<Item = O>,
    params: &CompositionParams,
) -> Result<Composition, PurityError> {
    let counts = count::count(resolved, outcomes)?;
    rows::rows(resolved, &counts, params)
}

#[cfg(test)]
mod tests;
