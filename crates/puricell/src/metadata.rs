//! What is known of the lot besides its cells.

mod terms;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::AppError;
pub use terms::DeclaredTerms;

/// The `--metadata` file: TOML, every key optional. Printed in the report. Passage and sample state say which rules of the
/// profile hold; nothing else of it enters a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Lot number; else the input's name.
    pub lot: Option<String>,
    /// Product name.
    pub product: Option<String>,
    /// Donor code.
    pub donor: Option<String>,
    /// Donor age, as written.
    pub donor_age: Option<String>,
    /// Donor sex as declared.
    pub donor_sex: Option<String>,
    /// Tissue source as declared, where it is narrower than the profile's.
    pub tissue: Option<String>,
    /// Passage, as written (`P5`); rules of the profile read a single passage number.
    pub passage: Option<String>,
    /// `fresh`, `post-thaw 30 min`, ...; rules read the words fresh, cultured, post-thaw and licensed.
    pub sample_state: Option<String>,
    /// Process version.
    pub process_version: Option<String>,
    /// Assay, such as `10x 3' v3`.
    pub assay: Option<String>,
    /// Where it was shown that the cells are stem cells; without it a warning says that the word has no evidence.
    pub stemness_evidence: Option<String>,
    /// `characterisation`, `release` or `in-process`.
    #[serde(rename = "use")]
    pub intended_use: Option<String>,
    /// Terms of ontologies for result.h5ad.
    #[serde(default)]
    pub cellxgene: DeclaredTerms,
}

impl Metadata {
    /// Reads the text of a metadata file.
    ///
    /// # Errors
    /// [`AppError::Usage`] with line and column for text that is no TOML, and for an unknown key.
    pub fn parse(path: &Path, text: &str) -> Result<Self, AppError> {
        let metadata: Self = toml::from_str(text).map_err(|e| {
            let hint =
                "every value is text, such as lot = \"L2026-01\"; who runs it and where are --operator and --site";
            AppError::usage(format!("{}: {e}", path.display()), hint)
        })?;
        if let Some(problem) = metadata.cellxgene.problem() {
            return Err(AppError::usage(
                format!("{}: [cellxgene] {problem}", path.display()),
                "its keys are columns of result.h5ad, see docs/other-programs.md; leave out what is not known",
            ));
        }
        match metadata.intended_use.as_deref() {
            None | Some("characterisation" | "release" | "in-process") => Ok(metadata),
            Some(other) => Err(AppError::usage(
                format!("{}: use = \"{other}\" is not known", path.display()),
                "use is characterisation, release or in-process",
            )),
        }
    }
}
