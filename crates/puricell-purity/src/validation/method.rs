//! Which method a study speaks of.

use serde::{Deserialize, Serialize};

use super::Validation;
use crate::PurityError;

/// What decides how a cell is called: a study made with one of these holds for no other.
///
/// The hashes are of the texts *as used*: of the profile with the values of `--config` and `--set` in place and, for events, with
/// the user's gates, thresholds and channel assignments behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// The profile.
    pub profile: MadeWith,
    /// The panels; for events, the markers.
    pub panels: MadeWith,
    /// The frozen parameters of the call.
    pub call_model: MadeWith,
}

/// A definition by name, version and content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeWith {
    /// Id, or the file's base name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its text in lower-case hexadecimal.
    pub sha256: String,
}

impl Validation {
    /// Refuses a study of another method than the one in use: what decides are the hashes.
    ///
    /// # Errors
    /// [`PurityError::OtherMethod`] with the first definition that differs: profile, panels, call model.
    pub fn check_method(&self, used: &Method) -> Result<(), PurityError> {
        let pairs = [
            ("profile", &self.method.profile, &used.profile),
            ("panels", &self.method.panels, &used.panels),
            ("call model", &self.method.call_model, &used.call_model),
        ];
        match pairs.into_iter().find(|(_, study, run)| study.sha256 != run.sha256) {
            None => Ok(()),
            Some((what, study, run)) => {
                Err(PurityError::OtherMethod { what, study: Box::new(study.clone()), run: Box::new(run.clone()) })
            }
        }
    }
}
