//! A validation study as a document: the page that stands beside `validation.json`.
//!
//! As everywhere in this crate, every number comes with the model and is only laid out.

mod page;

pub use page::validation_html;

use crate::model::{Definition, InputFile, Parameter, ReportWarning, Tool};

/// What the page of a study says. Fractions are from 0 to 1; what was not estimated is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyPage {
    /// The program.
    pub tool: Tool,
    /// What the profile calls the product.
    pub product: String,
    /// Profile id and version.
    pub profile: String,
    /// Whether events of a cytometer were mixed, not cells by their genes.
    pub is_of_events: bool,
    /// First seed.
    pub seed: u64,
    /// How the mixtures were made: name and value.
    pub facts: Vec<(String, String)>,
    /// Kept cells of a mixture, for which the limits hold.
    pub n_cells: u64,
    /// Depth at which the results are stated, 0 to 1.
    pub depth: f64,
    /// The pools.
    pub sources: Vec<StudySource>,
    /// The classes that were planted, in the order of the profile.
    pub classes: Vec<StudyClass>,
    /// Names of the columns of `fates`.
    pub calls: Vec<String>,
    /// What became of the cells.
    pub fates: Vec<StudyFate>,
    /// What there is to say.
    pub warnings: Vec<ReportWarning>,
    /// Every effective parameter.
    pub parameters: Vec<Parameter>,
    /// Input files.
    pub inputs: Vec<InputFile>,
    /// Profile, panels, call model.
    pub definitions: Vec<Definition>,
}

/// A pool of cells of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudySource {
    /// What the cells are.
    pub label: String,
    /// Files and labels they were taken from.
    pub from: String,
    /// Cells of the pool.
    pub n_pool: u64,
    /// Draws over all mixtures.
    pub n_drawn: u64,
    /// Distinct cells among the draws.
    pub n_distinct: u64,
    /// Mixtures in which some cell was drawn more than once.
    pub n_repeated: u64,
    /// Mixtures.
    pub n_runs: u64,
}

/// A count among draws of cells that may repeat.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StudyShare {
    /// The count.
    pub k: u64,
    /// The draws.
    pub n: u64,
    /// Distinct source cells among the count.
    pub k_distinct: u64,
    /// Distinct source cells among the draws.
    pub n_distinct: u64,
    /// 95 % interval by the distinct cells.
    pub ci: Option<(f64, f64)>,
    /// One-sided 95 % upper bound by the distinct cells.
    pub upper: Option<f64>,
}

/// What a study has shown for one class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyClass {
    /// Id.
    pub id: String,
    /// Name.
    pub label: String,
    /// False calls among the cells of the blanks.
    pub blank: StudyShare,
    /// Planted and kept cells called the class; `None` for a class that was not planted.
    pub planted: Option<StudyPlanted>,
    /// Limit of blank, cells.
    pub lob_count: u64,
    /// Limit of blank.
    pub lob: f64,
}

/// What a study has shown of the planted cells of a class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyPlanted {
    /// Planted and kept cells called the class.
    pub sensitivity: StudyShare,
    /// Planted cells that quality control removed.
    pub lost: StudyShare,
    /// Limit of detection by the rates.
    pub lod: Option<f64>,
    /// Lowest planted fraction from which on at least 95 % of the mixtures were above the limit of blank.
    pub lod_seen: Option<f64>,
    /// Limit of quantification.
    pub loq: Option<f64>,
    /// The line through the mixtures.
    pub line: Option<StudyLine>,
    /// Planted and called fraction of each mixture.
    pub points: Vec<(f64, f64)>,
    /// By planted fraction, increasing.
    pub levels: Vec<StudyLevel>,
}

/// A line with its 95 % intervals.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StudyLine {
    /// Mixtures.
    pub n: u64,
    /// Slope and the ends of its interval.
    pub slope: (f64, f64, f64),
    /// Intercept and the ends of its interval, fractions.
    pub intercept: (f64, f64, f64),
    /// Coefficient of determination.
    pub r_squared: f64,
    /// P of the test for lack of fit.
    pub lack_of_fit_p: Option<f64>,
}

/// What was found at one planted fraction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct StudyLevel {
    /// Fraction asked for.
    pub nominal: f64,
    /// Mixtures.
    pub n_runs: u64,
    /// Mixtures in which more cells than the limit of blank were called.
    pub n_detected: u64,
    /// Mean planted fraction.
    pub planted: f64,
    /// Mean called fraction.
    pub called: f64,
    /// 95 % interval of the mean called fraction.
    pub called_ci: Option<(f64, f64)>,
    /// Called over planted.
    pub recovery: Option<f64>,
    /// Planted cells that were called the class, lost ones in the number.
    pub recall: StudyShare,
    /// Standard deviation over replicates.
    pub sd: Option<f64>,
    /// The same over the called fraction.
    pub cv: Option<f64>,
    /// Standard deviation over replicates, seeds and depths, over the called fraction.
    pub intermediate_cv: Option<f64>,
    /// Coefficient of variation of one lot: repeatability and the counting of cells together.
    pub total_cv: Option<f64>,
}

/// What became of the cells of one kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyFate {
    /// What they are.
    pub label: String,
    /// Cells per call.
    pub called: Vec<u64>,
    /// Index of the call that is right; `None` where several are.
    pub right: Option<usize>,
    /// Cells that quality control removed.
    pub lost: u64,
    /// Distinct source cells among those called.
    pub n_distinct: u64,
}
