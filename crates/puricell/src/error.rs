//! What can end a command, with its exit code and a way out.

use std::path::PathBuf;

use puricell_purity::{Document, PurityError};
use thiserror::Error;

use crate::exit::Exit;

/// Why a command ended early.
#[derive(Debug, Error)]
pub enum AppError {
    /// The command line or a file that configures the run.
    #[error("{message}")]
    Usage {
        /// What was found and what was expected.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Reading an input.
    #[error(transparent)]
    Input(#[from] puricell_io::IoError),
    /// Profiles, panels, specifications, calls.
    #[error(transparent)]
    Purity(#[from] PurityError),
    /// A stage of the analysis refused its input.
    #[error("{stage}: {message}")]
    Stage {
        /// The stage.
        stage: &'static str,
        /// What it said.
        message: String,
    },
    /// A file that configures the run is missing or unreadable.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output folder exists.
    #[error("the output folder {} exists already", path.display())]
    OutputExists {
        /// The folder.
        path: PathBuf,
    },
    /// The output file exists.
    #[error("the file {} exists already", path.display())]
    FileExists {
        /// The file.
        path: PathBuf,
    },
    /// The folder to replace is no result.
    #[error("{} is not a puricell result (it holds no manifest.json), so --force does not replace it", path.display())]
    NotAResult {
        /// The folder.
        path: PathBuf,
    },
    /// The input can be read and says nothing.
    #[error("{message}")]
    NoData {
        /// What was found.
        message: String,
        /// What to do.
        hint: &'static str,
    },
    /// The channels of a file do not fit.
    #[error("{message}")]
    Channels {
        /// What was found and what was expected.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The output folder cannot be made.
    #[error("cannot create the output folder {}: {source}", path.display())]
    CannotCreate {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A result could not be put into a file format.
    #[error("cannot write {file}: {message}")]
    Encode {
        /// The file.
        file: &'static str,
        /// What the writer said.
        message: String,
    },
    /// A locked run departs from what was signed off.
    #[error("refused: {}", listed(refused))]
    Locked {
        /// Everything that is refused.
        refused: Vec<String>,
    },
    /// Results that cannot be put together.
    #[error("{} of {n_given} results cannot be used: {}", problems.len(), listed(problems))]
    Results {
        /// Results given.
        n_given: usize,
        /// What is wrong, result by result.
        problems: Vec<String>,
    },
    /// A result is not as it was written.
    #[error("{} is not as it was written: {}", path.display(), listed(differences))]
    Altered {
        /// The folder.
        path: PathBuf,
        /// What differs, file by file.
        differences: Vec<String>,
    },
    /// A repeated run gave other bytes.
    #[error("{} differs from the run of {}: {}", path.display(), before.display(), listed(differences))]
    NotRepeated {
        /// The new folder.
        path: PathBuf,
        /// The manifest of the first run.
        before: PathBuf,
        /// What differs, file by file.
        differences: Vec<String>,
    },
    /// The program does not do on this machine what it is to do.
    #[error("the self-test failed: {}", listed(differences))]
    SelfTest {
        /// What differs, file by file.
        differences: Vec<String>,
    },
    /// Something that cannot happen did.
    #[error("internal error in {place}: {message}")]
    Internal {
        /// Where.
        place: &'static str,
        /// What.
        message: String,
    },
}

/// Findings as part of a message: one as it is, several a line each.
fn listed(findings: &[String]) -> String {
    match findings {
        [only] => only.clone(),
        several => several.iter().fold(String::new(), |text, finding| text + "\n  " + finding),
    }
}

impl AppError {
    /// A usage error with a hint.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
    }

    /// For `map_err` of a stage whose error speaks for itself.
    pub fn stage<E: std::fmt::Display>(stage: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Stage { stage, message: error.to_string() }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Input(error) => match error.kind() {
                puricell_io::ErrorKind::BadData => Exit::BadData,
                puricell_io::ErrorKind::Missing => Exit::NoInput,
            },
            Self::Purity(
                PurityError::UnknownSpecies { .. }
                | PurityError::NoTargetGene { .. }
                | PurityError::NoTargetMarker { .. }
                | PurityError::NoEmptyDroplets { .. },
            )
            | Self::Stage { .. }
            | Self::Altered { .. }
            | Self::Results { .. }
            | Self::NotRepeated { .. }
            | Self::NoData { .. }
            | Self::Channels { .. } => Exit::BadData,
            Self::Usage { .. } | Self::Purity(_) | Self::Locked { .. } => Exit::Usage,
            Self::Read { .. } => Exit::NoInput,
            Self::OutputExists { .. }
            | Self::FileExists { .. }
            | Self::NotAResult { .. }
            | Self::CannotCreate { .. } => Exit::CannotCreate,
            Self::Write { .. } | Self::Encode { .. } => Exit::WriteFailed,

            Self::SelfTest { .. } | Self::Internal { .. } => Exit::Internal,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::Input(error) => error.hint(),
            Self::Purity(PurityError::UnknownSpecies { .. } | PurityError::NoTargetGene { .. }) => Some(
                "see what the features look like with `puricell inspect`; the panels are those of \
                 `puricell profile show panels`"
                    .into(),
            ),
            Self::Purity(PurityError::NoEmptyDroplets { .. }) => {
                Some("give the unfiltered matrix (raw_feature_bc_matrix.h5), with the barcodes that are no cells".into())
            }
            Self::Purity(PurityError::NoTargetMarker { .. }) => Some(
                "say which channel measures them with --marker, give controls where they cannot be told apart, or take a \
                 profile whose target this panel measures"
                    .into(),
            ),
            Self::Purity(PurityError::Assignment { .. }) => Some(
                "list the channels with `puricell inspect`, the markers with `puricell profile show markers`".into(),
            ),
            Self::Purity(PurityError::OtherMethod { .. }) => Some(
                "repeat the study with `puricell validate` and the profile, panels, values, gates and thresholds of this run, or leave \
                 --validation out"
                    .into(),
            ),
            Self::Purity(
                PurityError::Syntax { document: Document::Validation, .. }
                | PurityError::Invalid { document: Document::Validation, .. },
            ) => Some("give the validation.json of `puricell validate` as it was written".into()),
            Self::Purity(_) => Some("see a working file with `puricell profile show ID`".into()),
            Self::OutputExists { .. } => {
                Some("give another --out, or --force to replace the folder once the new result is complete".into())
            }
            Self::FileExists { .. } => Some("give another --out, or --force to replace the file".into()),
            Self::NotAResult { .. } => Some("give another --out, or remove the folder yourself".into()),
            Self::NoData { hint, .. } => Some((*hint).into()),
            Self::Channels { hint, .. } => Some(hint.clone()),
            Self::CannotCreate { .. } => Some("check that the folder's parent exists and may be written to".into()),
            Self::Write { .. } => {
                Some("check free space and permissions; nothing was left behind, so the command can be repeated".into())
            }
            Self::Locked { .. } => Some("run by what was signed off, or leave --locked and --require-hash out: then the report names each departure".into()),
            Self::Results { .. } => Some("repeat the runs of these, or give --keep-going to leave them out and say so in the report".into()),
            Self::Altered { .. } => Some("take the folder from where it was archived, or repeat the run with `puricell run --from`".into()),
            Self::SelfTest { .. } => Some("do not use this installation; take the program again from where it is published, and report this if it stays".into()),
            Self::NotRepeated { .. } => Some("the new folder is in place; see what differs with `puricell diff`".into()),
            Self::Internal { .. } => Some("this is a fault of puricell; please report it with the command line".into()),
            Self::Stage { .. } | Self::Read { .. } | Self::Encode { .. } => None,
        }
    }
}
