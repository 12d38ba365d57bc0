//! Which cells are in a lot, and in what proportion.
//!
//! The order of use: [`Panels`] and a [`Profile`] say which genes speak for which class; [`resolve`] finds those genes
//! among the features of a file; each cell is called (two keys must turn: the class programme high and the stromal
//! programme low); [`composition()`] counts the calls into rows with exact intervals; [`judge`] compares the rows with
//! the limits of a [`Spec`].
//!
//! The statistics stand by themselves: [`Proportion`] with its intervals, [`detection`] for what a number of cells can
//! show at all, [`misclassification`] for the error of the method.
//!
//! Nothing here re-normalises, re-clusters, reads a file, a clock or the environment.

pub mod ambient;
mod beta;
mod beta_binomial;
mod binomial;
mod call;
pub mod cohort;
pub mod composition;
pub mod detection;
mod distributions;
pub mod diversity;
mod error;
pub mod events;
pub mod homogeneity;
mod intervals;
pub mod misclassification;
mod ontology;
mod outcome;
mod outline;
mod panels;
mod profile;
mod readout;
pub mod replicates;
mod resolve;
mod spec;
mod species;
pub mod states;
mod validation;
mod verdict;
mod wording;

pub use beta::{Tail, beta_quantile, regularised_beta};
pub use binomial::{binomial_cdf, binomial_quantile, binomial_tail};
pub use call::{
    Call, CallKind, CallModel, Calls, CellEvidence, ClassEvidence, Explainer, GeneBackground, GeneEvidence,
    LotBackground, PanelCounts, PanelPass, call_cells,
};
pub use composition::{
    Composition, CompositionParams, Denominator, Detection, MethodLimits, Row, RowRole, composition, composition_of,
    write_tsv,
};
pub use diversity::{Diversity, DiversityParams, HillNumber, diversity};
pub use error::{Document, Located, Problem, PurityError};
pub use homogeneity::{
    Homogeneity, HomogeneityParams, HomogeneityPass, OutlierCells, Platform, Separation, SeparationParams, SplitHalf,
    homogeneity, separation,
};
pub use intervals::{Interval, IntervalMethod, Level, Proportion};
pub use ontology::Ontology;
pub use outcome::{Called, Outcome};
pub use outline::{ClassList, ListedClass};
pub use panels::{Direction, Marker, PANELS_SCHEMA, Panel, Panels, Reagent};
pub use profile::{
    Analysis, Class, ClassRole, ComponentFound, CytometryUse, Dominant, ExcludedGene, GeneSetName, Guard, IfUnknown,
    LotState, Majority, Mixture, MixtureComponent, MixtureFound, MixturePurity, PROFILE_SCHEMA, Profile, Qc, Rollup,
    Rule, RuleOutcome, SampleState, Screen, ScreenFound, Subset, Target, TargetConflict, Transgene, TransgeneColumns,
    TransgeneShare, Waiver, When, refuse_claim,
};
pub use readout::Readout;
pub use resolve::{
    AppliedWaiver, Coverage, GeneSets, MatchedBy, Module, Resolved, ResolvedClass, ResolvedGene, ResolvedRollup,
    ResolvedSubset, resolve,
};
pub use spec::{Decision, Limit, SPEC_SCHEMA, Spec, SpecItem, SpecUse};
pub use species::{Species, bare_ids};
pub use states::{STATES, StateDefinition, StateParams, TargetState, state_columns, target_states};
pub use validation::{
    ClassValidation, Design, LevelResult, Limits, Linearity, MadeWith, Method, Tally, TestedRange, VALIDATION_SCHEMA,
    Validation,
};
pub use verdict::{ItemVerdict, Judgement, Status, judge};
pub use wording::{given_per_cent, group_thousands, per_cent, sentence, sentence_by};
