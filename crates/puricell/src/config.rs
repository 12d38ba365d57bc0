//! The resolved configuration: every value, and where it came from.
//!
//! The profile is a TOML document. A `--config` file and `--set key=value` replace values in its tables of numbers
//! (`[qc]`, `[analysis]`) and in `[transgene]`; everything else of a profile is changed by writing a profile.

use std::collections::BTreeMap;
use std::path::Path;

use toml::{Table, Value};

use crate::error::AppError;

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The program.
    BuiltIn,
    /// The profile.
    Profile,
    /// The `--config` file.
    ConfigFile,
    /// The command line.
    CommandLine,
}

impl Origin {
    /// The word of the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Profile => "profile",
            Self::ConfigFile => "config file",
            Self::CommandLine => "command line",
        }
    }
}

/// Tables of a profile whose values may be replaced.
const REPLACEABLE: [&str; 3] = ["qc", "analysis", TRANSGENE];
/// The table that names what is looked for in called cells, and so decides nothing about a call.
const TRANSGENE: &str = "transgene";

/// A profile's text with values replaced, and which they are.
#[derive(Debug)]
pub struct Overridden {
    /// The whole document.
    pub text: String,
    /// The same with the transgenes of the profile as it stands: what decides how a cell is called.
    pub deciding: String,
    /// Dotted key and origin of each value replaced.
    pub replaced: BTreeMap<String, Origin>,
}

/// Replaces values of `profile` by those of a config file's text and of `key=value` pairs, in this order.
///
/// # Errors
/// [`AppError::Usage`] for text that is no TOML, a key outside the replaceable tables, one that the profile does not
/// have, or a pair without `=`.
pub fn override_profile(
    profile: &str,
    config: Option<(&Path, &str)>,
    pairs: &[String],
) -> Result<Overridden, AppError> {
    if config.is_none() && pairs.is_empty() {
        let text = profile.to_owned();
        return Ok(Overridden { deciding: text.clone(), text, replaced: BTreeMap::new() });
    }
    let mut document: Table = profile.parse().map_err(|e: toml::de::Error| AppError::Usage {
        message: format!("the profile is no TOML: {e}"),
        hint: None,
    })?;
    let transgene = document.get(TRANSGENE).cloned();
    let mut replaced = BTreeMap::new();
    if let Some((path, text)) = config {
        let overlay: Table = text.parse().map_err(|e: toml::de::Error| AppError::Usage {
            message: format!("{}: {e}", path.display()),
            hint: None,
        })?;
        for (table, values) in &overlay {
            let Value::Table(values) = values else {
                return Err(unknown_key(&document, table, &path.display().to_string()));
            };
            for (key, value) in values {
                let place = path.display().to_string();
                replace(&mut document, &format!("{table}.{key}"), value.clone(), &place)?;
                replaced.insert(format!("{table}.{key}"), Origin::ConfigFile);
            }
        }
    }
    for pair in pairs {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(AppError::usage(
                format!("--set {pair}: expected KEY=VALUE"),
                "for instance --set qc.mito_cap=0.25",
            ));
        };
        let key = key.trim();
        // A bare word is text; anything else is read as TOML.
        let value = format!("v = {value}")
            .parse::<Table>()
            .ok()
            .and_then(|mut t| t.remove("v"))
            .unwrap_or_else(|| Value::String(value.trim().to_owned()));
        replace(&mut document, key, value, &format!("--set {pair}"))?;
        replaced.insert(key.to_owned(), Origin::CommandLine);
    }
    let text = document.to_string();
    if let Some(table) = transgene {
        document.insert(TRANSGENE.to_owned(), table);
    }
    let decides = |key: &String| key.split_once('.').is_none_or(|(table, _)| table != TRANSGENE);
    let deciding = if replaced.keys().any(decides) { document.to_string() } else { profile.to_owned() };
    Ok(Overridden { text, deciding, replaced })
}

fn replace(document: &mut Table, key: &str, value: Value, place: &str) -> Result<(), AppError> {
    let known = key.split_once('.').filter(|(table, _)| REPLACEABLE.contains(table));
    let slot = known
        .and_then(|(table, name)| document.get_mut(table).and_then(Value::as_table_mut).and_then(|t| t.get_mut(name)));
    let Some(slot) = slot else {
        return Err(unknown_key(document, key, place));
    };
    let same_kind = std::mem::discriminant(slot) == std::mem::discriminant(&value);
    *slot = match (&*slot, value) {
        (Value::Float(_), Value::Integer(n)) => Value::Float(n as f64),
        // One name where a list of names is expected.
        (Value::Array(_), text @ Value::String(_)) => Value::Array(vec![text]),
        (_, value) if same_kind => value,
        (old, new) => {
            return Err(AppError::usage(
                format!("{place}: {key} is {} in the profile, but {new} is {}", old.type_str(), new.type_str()),
                "give a value of the same kind",
            ));
        }
    };
    Ok(())
}

fn unknown_key(document: &Table, key: &str, place: &str) -> AppError {
    let known: Vec<String> = REPLACEABLE
        .iter()
        .filter_map(|table| Some((table, document.get(*table)?.as_table()?)))
        .flat_map(|(table, values)| values.keys().map(move |k| format!("{table}.{k}")))
        .collect();
    AppError::usage(
        format!("{place}: the profile has no value '{key}' that may be replaced"),
        format!("those that may: {}", known.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "id = \"x\"\n[qc]\nmito_cap = 0.2\nmin_counts = 200\n[analysis]\nk = 15\n";

    #[test]
    fn the_command_line_beats_the_file_beats_the_profile() {
        let file = "[qc]\nmito_cap = 0.3\nmin_counts = 500\n";
        let got =
            override_profile(PROFILE, Some((Path::new("c.toml"), file)), &["qc.mito_cap=0.4".to_owned()]).unwrap();
        let table: Table = got.text.parse().unwrap();
        assert_eq!(table["qc"]["mito_cap"].as_float(), Some(0.4));
        assert_eq!(table["qc"]["min_counts"].as_integer(), Some(500));
        assert_eq!(got.replaced["qc.mito_cap"], Origin::CommandLine);
        assert_eq!(got.replaced["qc.min_counts"], Origin::ConfigFile);
    }

    #[test]
    fn transgenes_are_named_and_decide_nothing() {
        let profile = format!("{PROFILE}[transgene]\nfeatures = []\nmin_molecules = 1\n");
        let of = |pairs: &[&str]| {
            let pairs: Vec<String> = pairs.iter().map(|&p| p.to_owned()).collect();
            let got = override_profile(&profile, None, &pairs).unwrap();
            let table: Table = got.text.parse().unwrap();
            (table["transgene"]["features"].to_string(), got.deciding)
        };
        assert_eq!(of(&["transgene.features=GFP"]), ("[\"GFP\"]".to_owned(), profile.clone()));
        assert_eq!(of(&["transgene.features=[\"GFP\", \"CAR\"]"]).0, "[\"GFP\", \"CAR\"]");
        // What is called otherwise is another method, whatever is looked for besides.
        let deciding = of(&["qc.mito_cap=0.3"]).1;
        assert_ne!(deciding, profile);
        assert_eq!(of(&["qc.mito_cap=0.3", "transgene.features=GFP"]).1, deciding);
    }

    #[test]
    fn unknown_keys_and_kinds_are_named() {
        let message = |pair: &str| override_profile(PROFILE, None, &[pair.to_owned()]).unwrap_err().to_string();
        assert!(message("qc.mito=1").contains("no value 'qc.mito'"));
        assert!(message("id=y").contains("no value 'id'"));
        assert!(message("qc.min_counts=many").contains("integer"));
        assert!(message("qc.min_counts").contains("KEY=VALUE"));
    }
}
