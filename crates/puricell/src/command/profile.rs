//! `puricell profile`: list, show, check.

use std::fmt::Write;

use puricell_purity::{Panels, Profile, Spec};

use super::definitions::{base_name, read_text};
use super::print;
use crate::cli::ProfileCommand;
use crate::error::AppError;
use crate::exit::Exit;

pub(super) fn profile(command: &ProfileCommand) -> Result<Exit, AppError> {
    match command {
        ProfileCommand::List => list(),
        ProfileCommand::Show { id } => print(match id.strip_prefix("spec:") {
            Some(profile) => Spec::example_text(profile)?,
            None if id == "panels" => Panels::builtin_text(),
            None => Profile::builtin_text(id)?,
        }),
        ProfileCommand::Check { file } => check(file),
    }
}

fn list() -> Result<Exit, AppError> {
    let mut text = String::new();
    for id in Profile::list() {
        let profile = Profile::builtin(id)?;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{id:<16} {:<10} {} (version {})", profile.isct_name, profile.name_en, profile.version);
    }
    print(&text)
}

/// What a file is follows from its `schema` line.
fn check(file: &std::path::Path) -> Result<Exit, AppError> {
    let text = read_text(file)?;
    let name = base_name(file);
    let schema = text
        .parse::<toml::Table>()
        .ok()
        .and_then(|t| t.get("schema").and_then(toml::Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let what = if schema.starts_with("puricell-panels/") {
        let panels = Panels::parse(&text, &name)?;
        format!("{} panels", panels.panels.len())
    } else if schema.starts_with("puricell-spec/") {
        let spec = check_spec(&text, &name)?;
        format!("specification {} with {} items", spec.id, spec.items.len())
    } else {
        let profile = Profile::parse_checked(&text, &name, Panels::builtin()?)?;
        format!("profile {} with {} classes", profile.id, profile.classes.len())
    };
    print(&format!("{}: fine ({what})", file.display()))
}

/// A specification names classes of a profile: any built-in one that it fits will do.
fn check_spec(text: &str, name: &str) -> Result<Spec, AppError> {
    let mut first = None;
    for id in Profile::list() {
        match Spec::parse(text, name, &Profile::builtin(id)?) {
            Ok(spec) => return Ok(spec),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first
        .map_or_else(|| AppError::Internal { place: "profile check", message: "no profile".into() }, AppError::from))
}
