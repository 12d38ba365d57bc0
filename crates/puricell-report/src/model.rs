//! The report model: everything the documents say, and nothing they compute. Its JSON is the public contract.
//!
//! Conventions that hold for every field: fractions are 0 to 1 (per cent exist only in the rendered documents);
//! intervals are two-sided 95 % unless the name says one-sided; `None` (JSON `null`) means "not estimated", never zero;
//! lists keep the order in which they are to be shown; a class index points into [`Model::classes`].

mod calls;
mod check;
mod composition;
mod cytometry;
mod doublets;
mod explained;
mod heterogeneity;
mod homogeneity;
mod lot;
mod product;
mod qc;
mod structure;
mod trace;
mod verdict;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use calls::{Background, CallThreshold, Calls, PanelCoverage, Scatter, ScatterAxis};
pub use composition::{
    Class, CompositionRow, DenominatorId, DenominatorSize, Detection, IntervalMethod, PurityStatement, Role, Statistics,
};
pub use cytometry::{
    AxisTick, ChannelRange, ChannelRole, ChannelTransform, Compensation, ControlHistogram, Cytometry, CytometryChannel,
    DensityPlot, EventGate, GateGeometry, GateOrigin, Instrument, IsctRow, IsctTable, Keyword, MarkerHistogram,
    MarkerPositivity, Metacluster, NodePosition, PlotAxis, SomEdge, SomMap, SomNode, Span, ThresholdSource,
};
pub use doublets::{DoubletCapture, DoubletKind, Doublets, HiddenClass};
pub use explained::{Explained, ExplainedCell, ExplainingGene, ExplainingMarker};
pub use heterogeneity::{
    Bootstrap, Heterogeneity, Marker, Quantiles, ResolutionPoint, SeedPoint, Stability, SubPopulation,
};
pub use homogeneity::{HillNumber, Homogeneity, HomogeneityIndex, Separation};
pub use lot::{Lot, Use};
pub use product::{
    AppliedRule, ExcludedGene, Majority, Mixture, MixtureComponent, Product, Screen, TransgeneShare, Transgenes, Waiver,
};
pub use qc::{
    CellAccounting, Distribution, DroppedCells, Qc, QcMetric, QcThreshold, Scale, Side, StateShare, Sweep, SweepCount,
    SweepRow, Unit,
};
pub use structure::{Cluster, Clusters, NeighbourSearch, Umap};
pub use trace::{Definition, InputFile, Parameter, ParameterSource, ReportWarning, Tool};
pub use verdict::{Decision, LimitSide, Status, Verdict, VerdictItem};

/// Version of the model's shape. The first number changes when a reader must change, the second when fields are added.
pub const SCHEMA_VERSION: &str = "1.0";

/// One lot's report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// [`SCHEMA_VERSION`] of the program that wrote this.
    pub schema_version: String,
    /// The program.
    pub tool: Tool,
    /// What was measured: lot, donor, tissue, passage, state. All but the lot's name may be unknown.
    pub lot: Lot,
    /// Does the lot meet its specification.
    pub verdict: Verdict,
    /// Every class that a cell can be called, in display order; fixes colour and marker shape in all figures.
    pub classes: Vec<Class>,
    /// The denominators of `composition`, with their sizes and meanings.
    pub denominators: Vec<DenominatorSize>,
    /// Purity: the target's share of each denominator, largest population first; of a declared mixture, that of all its
    /// components together.
    pub purity: Vec<PurityStatement>,
    /// The composition table: the rows of `composition.tsv`.
    pub composition: Vec<CompositionRow>,
    /// How fractions were computed.
    #[serde(default)]
    pub statistics: Statistics,
    /// What the profile asks of the product beyond classes and limits: rules by passage and state, the guard, a declared
    /// mixture, screens, transgenes.
    #[serde(default)]
    pub product: Product,
    /// Quality of the cells: metrics, thresholds, distributions, accounting, sensitivity to the cut-offs.
    pub qc: Qc,
    /// Informative states of the target cells (cycling, senescence, licensing, stress). May be empty.
    pub states: Vec<StateShare>,
    /// How many markers of each class the file holds.
    pub panels: Vec<PanelCoverage>,
    /// What flow or mass cytometry adds; absent for expression data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cytometry: Option<Cytometry>,
    /// How cells were called: thresholds, background rates and the scores behind the calls.
    pub calls: Calls,
    /// Doublets, expected and suspected; `None` for cytometry and with too few cells.
    #[serde(default)]
    pub doublets: Option<Doublets>,
    /// Why contaminants and suspects were called so, gene by gene; absent for cytometry and where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<Explained>,
    /// Clusters of all kept cells; `None` when clustering was not run or too few cells were kept.
    pub clusters: Option<Clusters>,
    /// Two-dimensional map of the kept cells, an illustration only; `None` with `--no-umap`.
    pub umap: Option<Umap>,
    /// Sub-populations of the target cells and their stability; `None` when there were too few target cells.
    pub heterogeneity: Option<Heterogeneity>,
    /// Homogeneity (均一性) of the target cells: not purity; `None` when not estimable.
    pub homogeneity: Option<Homogeneity>,
    /// What a person should know about this result, in the order it arose.
    pub warnings: Vec<ReportWarning>,
    /// Each effective parameter, its value and where it came from.
    pub parameters: Vec<Parameter>,
    /// Input files and their hashes.
    pub inputs: Vec<InputFile>,
    /// Profile, panels and specification used, with versions and hashes.
    pub definitions: Vec<Definition>,
    /// The seed of all random streams.
    pub seed: u64,
}
