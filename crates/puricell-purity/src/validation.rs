//! What a validation study has shown of the method: the file that a study writes and a run reads.
//!
//! The file is JSON of schema [`VALIDATION_SCHEMA`]. It belongs to one method: a run refuses it where its profile, panels
//! or call model are not the ones the study was made with ([`Validation::check_method`]).
//!
//! Fractions are from 0 to 1 and shares of the *kept* cells (viable singlets); cells that quality control removed are
//! counted apart ([`ClassValidation::lost`]) and in no rate. What was not estimated is `null`, never 0.

mod check;
mod method;

use serde::{Deserialize, Serialize};

use crate::PurityError;
use crate::misclassification::Confusion;

pub use method::{MadeWith, Method};

/// The schema that [`Validation::parse`] reads.
pub const VALIDATION_SCHEMA: &str = "puricell-validation/1";

/// The results of a validation study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// [`VALIDATION_SCHEMA`].
    pub schema: String,
    /// Version of the program that made the study, as `0.1.0`.
    pub tool_version: String,
    /// Profile, panels and call model the study was made with.
    pub method: Method,
    /// What was mixed, in words for the report: file names, labels, kind of data.
    pub input: String,
    /// How the runs were made.
    pub design: Design,
    /// A class each, in the order of the profile; classes that were not planted have no entry, unless blanks were measured
    /// for them (then sensitivity is 0 of 0).
    pub classes: Vec<ClassValidation>,
    /// Which kept cells of known class were called what.
    pub confusion: Confusion,
}

/// How the runs of a study were made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Runs in all.
    pub n_runs: u64,
    /// Runs without any contaminant, among these.
    pub n_blank_runs: u64,
    /// Cells mixed per run, before quality control and at full depth.
    pub cells_per_run: u64,
    /// Replicates of each level (independent draws of cells).
    pub replicates: u64,
    /// Planted fractions, ascending; 0 is the blank.
    pub fractions: Vec<f64>,
    /// Depths, as shares of the molecules kept by down-sampling; `[1.0]` without. Empty for events.
    pub depths: Vec<f64>,
    /// Share of ambient molecules added; 0 for none.
    pub ambient: f64,
    /// Share of doublets added; 0 for none. Doublets are in no row of the confusion matrix.
    pub doublets: f64,
    /// Share of dead cells added; 0 for none. Dead cells are in no row of the confusion matrix.
    pub dead: f64,
    /// Seed of the study.
    pub seed: u64,
}

/// A count among a number, where the same source cell may have been drawn more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The count, over all runs.
    pub k: u64,
    /// The number it is a part of, over all runs.
    pub n: u64,
    /// Distinct source cells among the n (at most n). Drawing a cell again teaches nothing new, so that every interval is
    /// computed as if k/n had been seen among no more than these.
    pub n_distinct: u64,
}

impl Tally {
    /// Count and number as of distinct cells: k and n scaled by `n_distinct` / n.
    ///
    /// # Errors
    /// [`PurityError::Proportion`] for k > n, or no cell at all.
    pub(crate) fn effective(self) -> Result<(f64, f64), PurityError> {
        if self.k > self.n || self.n == 0 {
            return Err(PurityError::Proportion { k: self.k, n: self.n });
        }
        let n = self.n_distinct.clamp(1, self.n) as f64;
        Ok((self.k as f64 / self.n as f64 * n, n))
    }
}

/// What the study has shown for one class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassValidation {
    /// Class id of the profile: a top class, or a sub-class.
    pub class: String,
    /// False positives: kept cells that are *not* of this class and were called it, among all kept cells of runs into
    /// which the class was not mixed. 1 - k/n is the specificity.
    pub blank: Tally,
    /// Recall: kept planted cells of this class that were called it, among all of them. k/n is the sensitivity; 0 of 0
    /// where none was planted.
    pub sensitivity: Tally,
    /// Planted cells of this class that quality control removed, among all planted.
    pub lost: Tally,
    /// Limits of blank, detection and quantification.
    pub limits: Limits,
    /// Called against planted fraction; `null` with fewer than three levels.
    pub linearity: Option<Linearity>,
    /// Lowest and highest planted fraction above 0; `null` where none was planted.
    pub range: Option<TestedRange>,
    /// What was found at each planted fraction, ascending; the blank is the first where it was run.
    pub levels: Vec<LevelResult>,
    /// Standard deviation of the called fraction between seeds and depths at one level, relative to the planted fraction
    /// (intermediate precision), pooled over the levels above the limit of detection; `null` where there is only one
    /// depth and one seed.
    pub intermediate_cv: Option<f64>,
}

/// Limits of the study's own runs, as fractions of kept cells.
///
/// A run computes LOB and LOD anew from [`ClassValidation::blank`], [`ClassValidation::sensitivity`] and its own number of
/// cells; these are those of the study at `n_cells`, for its report. The limit of quantification is taken over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Kept cells per run for which `lob` and `lod` hold (the median of the runs).
    pub n_cells: u64,
    /// Limit of blank.
    pub lob: Option<f64>,
    /// Limit of detection.
    pub lod: Option<f64>,
    /// Limit of quantification: the smallest planted fraction from which on every level has a coefficient of variation
    /// and a bias within the targets; `null` where none has ("LOQ not established").
    pub loq: Option<f64>,
    /// Target of the coefficient of variation for `loq`, as 0.3.
    pub loq_max_cv: f64,
    /// Target of the absolute relative bias for `loq`, as 0.3.
    pub loq_max_bias: f64,
    /// How they were found, in a sentence for the report.
    pub how: String,
}

/// Weighted least squares of the called on the planted fraction, one point per run; a run of n cells weighs
/// 1 / (planted + 1 / n), the scatter of a count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Linearity {
    /// Points (runs).
    pub n: u64,
    /// Slope; 1 is full recovery.
    pub slope: f64,
    /// Lower end of its 95 % interval.
    pub slope_low: f64,
    /// Upper end of its 95 % interval.
    pub slope_high: f64,
    /// Intercept, a fraction.
    pub intercept: f64,
    /// Lower end of its 95 % interval.
    pub intercept_low: f64,
    /// Upper end of its 95 % interval.
    pub intercept_high: f64,
    /// Coefficient of determination.
    pub r_squared: f64,
    /// p of the F test for lack of fit (pure error from the replicates); `null` without replicates, or with two levels.
    pub lack_of_fit_p: Option<f64>,
}

/// Lowest and highest fraction tested.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestedRange {
    /// Lowest planted fraction above 0.
    pub low: f64,
    /// Highest planted fraction.
    pub high: f64,
}

/// What was found at one planted fraction.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelResult {
    /// Fraction planted: live single cells of the class among all live single cells mixed, the mean over runs.
    pub planted: f64,
    /// Runs.
    pub n_runs: u64,
    /// Mean fraction called, over runs.
    pub called: f64,
    /// Lower end of the 95 % interval of the mean (Student's t over runs); `null` for one run.
    pub called_low: Option<f64>,
    /// Upper end of the same.
    pub called_high: Option<f64>,
    /// Mean called over mean planted; `null` for the blank.
    pub recovery: Option<f64>,
    /// Standard deviation over replicates (repeatability); `null` for one run.
    pub sd: Option<f64>,
    /// `sd` over `called`; `null` for one run, or where nothing was called.
    pub cv: Option<f64>,
}

#[cfg(test)]
mod tests;
