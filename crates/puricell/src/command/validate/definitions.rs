//! What a study is defined by: profile, panels, call model.

use puricell_purity::{CallModel, Method, Panels, Profile};
use puricell_report::model::Definition;

use super::super::definitions::{base_name, is_cytometry, list, method, profile_text, read_text};
use crate::cli::SpikeArgs;
use crate::config::{Overridden, override_profile};
use crate::error::AppError;

/// Everything that decides how a cell is called.
#[derive(Debug)]
pub(super) struct StudyDefinitions {
    pub(super) profile: Profile,
    pub(super) overridden: Overridden,
    pub(super) panels: Panels,
    pub(super) model: CallModel,
    pub(super) listed: Vec<Definition>,
    pub(super) method: Method,
}

pub(super) fn load(args: &SpikeArgs) -> Result<StudyDefinitions, AppError> {
    let mut listed = Vec::new();
    let (text, name, built_in) = profile_text(&args.profile)?;
    if is_cytometry(&text) {
        return Err(AppError::usage(
            format!("profile {name} is of cytometry, and {} is no FCS file", base_name(&args.target)),
            format!("profiles of expression: {}", Profile::list().join(", ")),
        ));
    }
    let config = args.config.as_deref().map(|path| Ok::<_, AppError>((path, read_text(path)?))).transpose()?;
    let overridden = override_profile(&text, config.as_ref().map(|(path, text)| (*path, text.as_str())), &args.set)?;
    let shown = if overridden.replaced.is_empty() { name } else { format!("{name}, with values replaced") };
    let profile = Profile::parse(&overridden.text, &shown)?;
    list(&mut listed, "profile", profile.id.clone(), Some(profile.version.clone()), built_in, &text);
    if let Some((path, text)) = &config {
        list(&mut listed, "config", base_name(path), None, false, text);
    }
    let panels = if let Some(path) = &args.panels {
        let text = read_text(path)?;
        let panels = Panels::parse(&text, &base_name(path))?;
        list(&mut listed, "panels", base_name(path), Some(panels.version.clone()), false, &text);
        panels
    } else {
        let panels = Panels::builtin()?;
        let version = Some(panels.version.clone());
        list(&mut listed, "panels", "built-in".into(), version, true, Panels::builtin_text());
        panels.clone()
    };
    profile.check(&panels)?;
    let model = CallModel::builtin()?;
    list(&mut listed, "call-model", "built-in".into(), Some(model.version.clone()), true, CallModel::BUILTIN);
    let method = method(&profile.id, &profile.version, &overridden.deciding, &listed);
    Ok(StudyDefinitions { profile, overridden, panels, model, listed, method })
}
