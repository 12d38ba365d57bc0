//! What was measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The header of the report. Everything but `lot_id` is optional: what is not known is shown as "not stated".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lot {
    /// Lot number, or the input's name where none was given.
    pub lot_id: String,
    /// Base name of the input file or folder.
    pub input_name: String,
    /// Product, such as "mesenchymal stromal cells, MSC(UC)".
    pub product: Option<String>,
    /// Tissue the cells came from, such as "umbilical cord".
    pub tissue_source: Option<String>,
    /// Passage or population doublings, such as "P5" or "PDL 18".
    pub passage: Option<String>,
    /// State at measurement, such as "fresh" or "post-thaw, 30 min".
    pub sample_state: Option<String>,
    /// Donor code (never a name).
    pub donor: Option<String>,
    /// Donor age as stated, such as "term birth" or "34 y".
    pub donor_age: Option<String>,
    /// Donor sex as declared.
    pub donor_sex: Option<String>,
    /// Version of the manufacturing process.
    pub process_version: Option<String>,
    /// Assay, such as "10x 3' v3.1".
    pub assay: Option<String>,
    /// Species of the features, such as "human".
    pub species: Option<String>,
    /// What the result is used for.
    pub r#use: Use,
}

/// What a result is used for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Use {
    /// Characterisation of a product (CTD 3.2.S.3): the usual place of single-cell RNA data.
    #[default]
    Characterisation,
    /// Release of a lot.
    Release,
    /// Control within the process.
    InProcess,
}
