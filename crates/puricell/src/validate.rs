//! What the method sees of cells that were put into a lot on purpose: in-silico spike-in studies.
//!
//! Real cells of a target matrix and of contaminant matrices are mixed at a series of fractions ([`mix`]), every mixture
//! goes through the whole pipeline of `puricell run` ([`run_study`]), and the calls are held against what was mixed
//! ([`evaluate`]). Events of FCS files likewise, by [`mix_events`] and [`run_event_study`].

mod alter;
mod class;
mod design;
mod draw;
mod evaluate;
mod event_mix;
mod event_pool;
mod event_study;
mod genes;
mod limits;
mod linearity;
mod mix;
mod pool;
mod precision;
mod select;
mod student;
mod study;
mod table;

pub use class::{ClassResult, Level, Share};
pub use design::{Design, RunPlan};
pub use evaluate::{Evaluation, Fate, GroupUse, evaluate};
pub use event_mix::{EventMixture, mix_events};
pub use event_pool::{EventFile, EventPool};
pub use event_study::{EventRuns, run_event_study};
pub use limits::{MAX_BIAS, MAX_CV};
pub use linearity::{Fit, Point, fit_line};
pub use mix::{MixedCell, Mixture, State, mix};
pub use pool::{Group, Pool, Selected};
pub use precision::{Components, components};
pub use select::{Labels, Selection};
pub use study::{CalledShare, CellResult, RunResult, StudyRuns, StudySettings, check_reportable, run_study};
pub use table::recovery_tsv;
