//! Where a result comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// What a person should know about the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportWarning {
    /// A stable word for machines, such as `low_panel_coverage`.
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// An effective parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parameter {
    /// Name, such as `qc.mito_cap`.
    pub name: String,
    /// Value as text.
    pub value: String,
    /// Where the value came from.
    pub source: ParameterSource,
}

/// Where a parameter's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterSource {
    /// The program's default.
    BuiltIn,
    /// The product profile.
    Profile,
    /// The specification.
    Spec,
    /// A configuration file.
    File,
    /// The command line.
    CommandLine,
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputFile {
    /// Base name: no folder of the machine is recorded.
    pub name: String,
    /// What it is, such as "10x HDF5, Cell Ranger 3".
    pub kind: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal, lower case.
    pub sha256: String,
}

/// A profile, a set of panels or a specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Definition {
    /// What it is: `profile`, `panels`, `spec` or `metadata`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// True for one that is part of the program, false for a file of the user.
    pub built_in: bool,
    /// SHA-256 of its text, hexadecimal, lower case.
    pub sha256: String,
}
