//! The lots within the program, laid out as files, and how they are run.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cli::{self, Asked, Command, RunArgs};
use crate::error::AppError;

/// A lot within the program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bundled {
    /// The profile that it is run by.
    profile: &'static str,
    /// Option, if any, name and content of each file.
    files: &'static [(Option<&'static str>, &'static str, Content)],
}

#[derive(Debug, Clone, Copy)]
enum Content {
    Data(&'static [u8]),
    /// The example specification of a profile.
    Example(&'static str),
}

/// Real cells, with known truth.
pub(super) const CELLS: Bundled = Bundled {
    profile: "adipose",
    files: &[
        (None, "demo-lot.h5", Content::Data(include_bytes!("../../../../test-data/demo/lot.h5"))),
        (Some("--metadata"), "demo-lot.toml", Content::Data(include_bytes!("../../../../test-data/demo/lot.toml"))),
        (Some("--spec"), "demo-spec.toml", Content::Example("adipose")),
    ],
};

/// Simulated events.
pub(super) const EVENTS: Bundled = Bundled {
    profile: "msc-flow",
    files: &[
        (None, "simulated.fcs", Content::Data(include_bytes!("../../../../test-data/flow-lots/simulated.fcs"))),
        (Some("--spec"), "flow-spec.toml", Content::Example("msc-flow")),
    ],
};

impl Bundled {
    /// The name of the lot's file.
    pub(super) fn name(&self) -> &'static str {
        self.files[0].1
    }

    /// Writes the files to a folder of their own, which vanishes with the first value, and says how to run them into `out`.
    ///
    /// # Errors
    /// [`AppError::CannotCreate`] and [`AppError::Write`] for a system without room for temporary files.
    pub(super) fn laid_out(&self, out: &Path) -> Result<(TempDir, RunArgs), AppError> {
        let refuse = |source| AppError::CannotCreate { path: std::env::temp_dir(), source };
        let folder = tempfile::tempdir().map_err(refuse)?;
        let mut words: Vec<std::ffi::OsString> = vec!["puricell".into(), "run".into()];
        for (option, name, content) in self.files {
            let bytes = match content {
                Content::Data(bytes) => bytes,
                Content::Example(profile) => puricell_purity::Spec::example_text(profile)?.as_bytes(),
            };
            let path: PathBuf = folder.path().join(name);
            std::fs::write(&path, bytes).map_err(|source| AppError::Write { path: path.clone(), source })?;
            words.extend(option.map(Into::into));
            words.push(path.into());
        }
        words.extend(["--profile".into(), self.profile.into(), "--out".into(), out.into()]);
        match cli::parse(words) {
            Ok((Asked::Command(Command::Run(args)), _)) => Ok((folder, *args)),
            other => Err(AppError::Internal { place: "bundled lots", message: format!("{other:?}") }),
        }
    }
}
