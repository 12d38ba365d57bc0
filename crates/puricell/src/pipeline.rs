//! The order of the stages, from a file's contents to calls, composition and heterogeneity.
//!
//! Expression and cytometry differ up to the calls ([`analyse_cells`], [`analyse_events`]); from the embedding on there is
//! one code path.

mod events;
mod expression;
mod heterogeneity;
mod product;
mod structure;

pub use events::{
    AutomaticSteps, Basis, ChannelScale, Control, ControlKind, EventLot, EventMap, EventSettings, GateShape, Gated,
    LotSpillover, LotThreshold, MarkerColumns, Measured, MeasuredControl, ScaleParams, ThresholdParams, UsedGate,
    UserGates, analyse_events, find_markers, gate_file, target_events,
};
pub use expression::{
    CaptureDoublets, CellLot, CellSettings, Components, KeepCounts, LotDoublets, LotPair, Quality, SUSPECTED_FROM,
    SelectedCounts, analyse_cells,
};
pub use heterogeneity::{Heterogeneity, Homogeneous, MIN_SUBPOPULATION};
pub use product::Product;
pub use structure::Structure;

use puricell_core::{CellMask, Seed, Warning};
use puricell_purity::{CallKind, Composition, CompositionParams, Judgement, Resolved, Spec};

/// What every analysis needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The specification, if any.
    pub spec: Option<&'a Spec>,
    /// How calls are counted: the method of intervals, and what a validation study has shown.
    pub counting: &'a CompositionParams,
    /// Seed of every stream.
    pub seed: Seed,
    /// Whether to look for clusters and sub-populations. Calls and composition need none.
    pub structure: bool,
    /// Whether to lay out a UMAP.
    pub umap: bool,
    /// Nearest neighbours of a cell, itself not counted.
    pub k: usize,
    /// Most cells whose neighbours are searched for exactly.
    pub exact_up_to: usize,
    /// Resolution of clusters and sub-populations.
    pub resolution: f64,
}

/// Everything found in a lot: what cells and events have in common, and what was measured of them.
#[derive(Debug)]
pub struct Analysis<M> {
    /// The profile's genes or markers among the features.
    pub resolved: Resolved,
    /// Which of the loaded cells stay, and why the others left.
    pub mask: CellMask,
    /// What is known of expression or events alone.
    pub measured: M,
    /// The composition table.
    pub composition: Composition,
    /// The verdicts, where there is a specification.
    pub judgement: Option<Judgement>,
    /// What the profile asks of the product beyond calls.
    pub product: Product,
    /// Embedding, neighbours, clusters; `None` with too few cells.
    pub structure: Option<Structure>,
    /// Sub-populations of the target; `None` with too few target cells.
    pub heterogeneity: Option<Heterogeneity>,
    /// Diversity and separation.
    pub homogeneous: Homogeneous,
    /// What there is to say, in the order it arose.
    pub warnings: Vec<Warning>,
}

/// What the calls of cells and of events have in common. Cells are indices among the loaded ones; `None` (or NaN) for one
/// that was not kept.
pub trait Called {
    /// What a cell was called.
    fn kind(&self, cell: usize) -> Option<CallKind>;
    /// The sub-class, an index of [`Resolved::classes`].
    fn subclass(&self, cell: usize) -> Option<usize>;
    /// Posterior probability of the call.
    fn confidence(&self, cell: usize) -> f64;
}
