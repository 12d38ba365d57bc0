//! Profiles, panels, specifications and metadata as given: built-in or a file.

use std::path::{Path, PathBuf};

use puricell_purity::{CallModel, Panels, Profile, Spec};
use puricell_report::model::Definition;

use crate::cli::RunArgs;
use crate::config::{Overridden, override_profile};
use crate::error::AppError;
use crate::metadata::Metadata;
use crate::output::hash_text;

/// What a run is defined by.
#[derive(Debug)]
pub(super) struct Definitions {
    pub(super) profile: Profile,
    pub(super) overridden: Overridden,
    pub(super) panels: Panels,
    pub(super) spec: Option<Spec>,
    pub(super) model: CallModel,
    pub(super) metadata: Metadata,
    pub(super) listed: Vec<Definition>,
}

/// Reads and checks everything that defines a run, before any data is touched.
pub(super) fn load(args: &RunArgs) -> Result<Definitions, AppError> {
    let mut listed = Vec::new();
    let mut list = |kind: &str, id: String, version: Option<String>, built_in, text: &str| {
        listed.push(Definition { kind: kind.to_owned(), id, version, built_in, sha256: hash_text(text) });
    };
    let (profile_text, name, built_in) = profile_text(&args.profile)?;
    let config = args.config.as_deref().map(|path| Ok::<_, AppError>((path, read_text(path)?))).transpose()?;
    let overridden =
        override_profile(&profile_text, config.as_ref().map(|(path, text)| (*path, text.as_str())), &args.set)?;
    let name = if overridden.replaced.is_empty() { name } else { format!("{name}, with values replaced") };
    let profile = Profile::parse(&overridden.text, &name)?;
    list("profile", profile.id.clone(), Some(profile.version.clone()), built_in, &profile_text);
    if let Some((path, text)) = &config {
        list("config", base_name(path), None, false, text);
    }

    let panels = if let Some(path) = &args.panels {
        let text = read_text(path)?;
        let panels = Panels::parse(&text, &base_name(path))?;
        list("panels", base_name(path), Some(panels.version.clone()), false, &text);
        panels
    } else {
        let panels = Panels::builtin()?;
        list("panels", "built-in".into(), Some(panels.version.clone()), true, Panels::builtin_text());
        panels.clone()
    };
    profile.check(&panels)?;

    let model = CallModel::builtin()?;
    list("call-model", "built-in".into(), Some(model.version.clone()), true, CallModel::BUILTIN);

    let spec = if let Some(path) = &args.spec {
        let text = read_text(path)?;
        let spec = Spec::parse(&text, &base_name(path), &profile)?;
        list("spec", spec.id.clone(), Some(spec.version.clone()), false, &text);
        Some(spec)
    } else {
        None
    };
    let metadata = if let Some(path) = &args.metadata {
        let text = read_text(path)?;
        list("metadata", base_name(path), None, false, &text);
        Metadata::parse(path, &text)?
    } else {
        Metadata::default()
    };
    Ok(Definitions { profile, overridden, panels, spec, model, metadata, listed })
}

/// The text of a profile, what messages call it, and whether it is built in.
pub(super) fn profile_text(given: &str) -> Result<(String, String, bool), AppError> {
    if Profile::list().contains(&given) {
        return Ok((Profile::builtin_text(given)?.to_owned(), given.to_owned(), true));
    }
    let path = PathBuf::from(given);
    if path.exists() || path.extension().is_some_and(|e| e == "toml") {
        return Ok((read_text(&path)?, base_name(&path), false));
    }
    Err(AppError::usage(
        format!("there is no profile '{given}'"),
        format!("built-in profiles: {}; or give a TOML file", Profile::list().join(", ")),
    ))
}

pub(super) fn read_text(path: &Path) -> Result<String, AppError> {
    std::fs::read_to_string(path).map_err(|source| AppError::Read { path: path.to_owned(), source })
}

pub(super) fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
