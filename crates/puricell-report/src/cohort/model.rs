//! The model of `cohort.json`: everything the document says, and nothing it computes.

mod between;
mod class;
mod methods;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use between::*;
pub use class::*;
pub use methods::*;

use crate::model::{Definition, InputFile, Parameter, ReportWarning, Status, Tool};

/// Version of the model's shape; changes as that of [`crate::SCHEMA_VERSION`] does.
pub const COHORT_SCHEMA_VERSION: &str = "1.0";

/// What a cohort of lots shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cohort {
    /// [`COHORT_SCHEMA_VERSION`] of the program that wrote this.
    pub schema_version: String,
    /// The program.
    pub tool: Tool,
    /// What was measured of the cells of all lots: `expression` or `cytometry`.
    pub readout: Readout,
    /// What the number of lots allows.
    pub standing: Standing,
    /// The lots in their order: by date where all state one, else as given.
    pub lots: Vec<CohortLot>,
    /// Results that were given and take no part, each with the reason.
    pub left_out: Vec<LeftOut>,
    /// Classes, in display order.
    pub classes: Vec<CohortClass>,
    /// Distances between the lots' compositions; `None` with fewer than two lots or where classes are not all reportable.
    pub composition_distance: Option<DistanceMatrix>,
    /// Distances between the lots' target cells in what they express, by measure; empty where the results keep nothing of it.
    pub expression_distances: Vec<ExpressionDistance>,
    /// Lots that the others do not explain.
    pub outliers: Vec<OutlierLot>,
    /// Two groups of lots compared; `None` where none was asked for.
    pub comparison: Option<GroupComparison>,
    /// Lots of a new source against reference lots; `None` where none was asked for.
    pub bridging: Option<Bridging>,
    /// Lots measured by two methods; empty where there is none.
    pub methods: Vec<MethodComparison>,
    /// The same lots by marker, RNA beside protein; empty where there is none.
    pub markers: Vec<MarkerComparison>,
    /// What a person should know about this result.
    pub warnings: Vec<ReportWarning>,
    /// Each effective parameter.
    pub parameters: Vec<Parameter>,
    /// The results that were read, and the tables beside.
    pub inputs: Vec<InputFile>,
    /// Profiles of the lots, margins.
    pub definitions: Vec<Definition>,
    /// The seed of all random streams.
    pub seed: u64,
}

/// What was measured of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readout {
    /// Genes of single cells.
    Expression,
    /// Markers of events.
    Cytometry,
}

/// What a number of lots allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Fewer than three lots: described only.
    DescribeOnly,
    /// Fewer than twenty: limits and capability are preliminary.
    Preliminary,
    /// Twenty or more.
    Settled,
}

/// One lot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CohortLot {
    /// Lot number.
    pub id: String,
    /// Base name of its result folder or file.
    pub folder: String,
    /// Viable singlets.
    pub n: u64,
    /// Its verdict.
    pub verdict: Status,
    /// Donor, tissue, passage, process version and what else is known, by name.
    pub facts: BTreeMap<String, String>,
}

/// A result that takes no part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Folder or file.
    pub folder: String,
    /// Why.
    pub reason: String,
}
