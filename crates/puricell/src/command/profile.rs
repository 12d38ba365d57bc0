//! `puricell profile`: list, show, check.

use std::fmt::Write;
use std::path::Path;

use puricell_purity::events::{CytoProfile, MarkerPanel};
use puricell_purity::{ClassList, Panels, Profile, PurityError, Spec};

use super::definitions::{base_name, read_text};
use super::print;
use crate::cli::ProfileCommand;
use crate::error::AppError;
use crate::exit::Exit;

pub(super) fn profile(command: &ProfileCommand) -> Result<Exit, AppError> {
    match command {
        ProfileCommand::List => list(),
        ProfileCommand::Show { id } => print(built_in(id)?),
        ProfileCommand::Check { file } => check(file),
    }
}

/// A line per profile: id, name by ISCT, the data it is for, name.
fn list() -> Result<Exit, AppError> {
    let mut text = String::new();
    let mut line = |id: &str, isct: &str, data: &str, name: &str, version: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{id:<16} {isct:<8} {data:<25} {name} (version {version})");
    };
    for id in Profile::list() {
        let p = Profile::builtin(id)?;
        let data = if p.cytometry.is_some() { "expression and cytometry" } else { "expression" };
        line(id, &p.isct_name, data, &p.name_en, &p.version);
    }
    for id in CytoProfile::list() {
        let p = CytoProfile::builtin(id)?;
        line(id, p.isct_name.as_deref().unwrap_or("-"), "cytometry", &p.name_en, &p.version);
    }
    print(&text)
}

/// The text of a built-in file.
fn built_in(id: &str) -> Result<&'static str, AppError> {
    if let Some(profile) = id.strip_prefix("spec:") {
        return Ok(Spec::example_text(profile)?);
    }
    match id {
        "panels" => Ok(Panels::builtin_text()),
        "markers" => Ok(MarkerPanel::builtin_text()),
        _ if CytoProfile::list().contains(&id) => Ok(CytoProfile::builtin_text(id)?),
        _ if Profile::list().contains(&id) => Ok(Profile::builtin_text(id)?),
        _ => Err(AppError::usage(
            format!("there is no built-in profile '{id}'"),
            format!(
                "built-in profiles: {}, {}; other files: panels, markers, spec:ID",
                Profile::list().join(", "),
                CytoProfile::list().join(", ")
            ),
        )),
    }
}

/// What a file is follows from its `schema` line.
fn check(file: &Path) -> Result<Exit, AppError> {
    let text = read_text(file)?;
    let name = base_name(file);
    let schema = text
        .parse::<toml::Table>()
        .ok()
        .and_then(|t| t.get("schema").and_then(toml::Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let kind = schema.split_once('/').map_or("", |(kind, _)| kind);
    let what = match kind {
        "puricell-panels" => format!("{} panels", Panels::parse(&text, &name)?.panels.len()),
        "puricell-markers" => format!("{} markers", MarkerPanel::parse(&text, &name)?.markers.len()),
        "puricell-spec" => {
            let (spec, fits) = check_spec(&text, &name)?;
            format!("specification {} with {} items, for {}", spec.id, spec.items.len(), fits.join(", "))
        }
        "puricell-cyto-profile" => {
            let profile = CytoProfile::parse_checked(&text, &name, &MarkerPanel::builtin()?)?;
            format!("cytometry profile {} with {} classes", profile.id, profile.classes.len())
        }
        _ => {
            let profile = Profile::parse_checked(&text, &name, Panels::builtin()?)?;
            format!("profile {} with {} classes", profile.id, profile.classes.len())
        }
    };
    print(&format!("{}: fine ({what})", file.display()))
}

/// A specification names classes of a profile: the built-in ones that it fits, of which there must be one. Where there is
/// none, the problems are those with the profile that it comes closest to.
fn check_spec(text: &str, name: &str) -> Result<(Spec, Vec<&'static str>), AppError> {
    let mut lists: Vec<(&'static str, ClassList)> = Vec::new();
    for id in Profile::list() {
        lists.push((id, ClassList::from(&Profile::builtin(id)?)));
    }
    for id in CytoProfile::list() {
        lists.push((id, ClassList::from(&CytoProfile::builtin(id)?)));
    }
    let (mut fitting, mut fits, mut closest) = (None, Vec::new(), None);
    for (id, classes) in lists {
        match Spec::parse(text, name, classes) {
            Ok(spec) => {
                fits.push(id);
                fitting = Some(spec);
            }
            Err(error) => {
                let problems = n_problems(&error);
                if closest.as_ref().is_none_or(|(least, _)| problems < *least) {
                    closest = Some((problems, error));
                }
            }
        }
    }
    match (fitting, closest) {
        (Some(spec), _) => Ok((spec, fits)),
        (None, Some((_, error))) => Err(error.into()),
        (None, None) => Err(AppError::Internal { place: "profile check", message: "no profile".into() }),
    }
}

fn n_problems(error: &PurityError) -> usize {
    match error {
        PurityError::Invalid { problems, .. } => problems.len(),
        _ => 0,
    }
}
