//! What a command line says, in a form that a run can be repeated from.
//!
//! A manifest holds the options that decide the result, files by their names alone: the same run in another folder has the
//! same manifest. Where the files lay is in the record.

use clap::ArgMatches;
use clap::parser::ValueSource;
use puricell_purity::Profile;
use puricell_purity::events::CytoProfile;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// An option as given, or an input without an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// `--spec`; `None` for the input.
    pub option: Option<String>,
    /// Its values; none for a switch.
    pub values: Vec<String>,
}

/// Options that leave the result as it is.
const WITHOUT_EFFECT: [&str; 11] = [
    "out",
    "threads",
    "quiet",
    "log_format",
    "force",
    "memory_limit",
    "fail_on_spec",
    "operator",
    "site",
    "from",
    "files",
];

/// Options whose value is a file.
const FILES: [&str; 9] = ["input", "spec", "validation", "panels", "metadata", "config", "raw", "gates", "unstained"];

/// Options whose value is a file or a word.
const FILES_OR_WORDS: [&str; 2] = ["profile", "compensation"];

/// Options with a file behind an equals sign.
const FILES_OF: [&str; 2] = ["fmo", "isotype"];

/// The arguments that decide the result, in the order of the help, as they were given.
pub fn given(command: &clap::Command, matches: &ArgMatches) -> Vec<Argument> {
    let mut all = Vec::new();
    for argument in command.get_arguments() {
        let id = argument.get_id().as_str();
        let is_given = matches!(matches.try_contains_id(id), Ok(true))
            && matches.value_source(id) == Some(ValueSource::CommandLine);
        if WITHOUT_EFFECT.contains(&id) || !is_given {
            continue;
        }
        let takes_value = argument.get_action().takes_values();
        let raw = matches.get_raw(id).filter(|_| takes_value);
        let values = raw.map(|all| all.map(|v| v.to_string_lossy().into_owned()).collect()).unwrap_or_default();
        all.push(Argument { option: argument.get_long().map(|long| format!("--{long}")), values });
    }
    all
}

impl Argument {
    /// The file that a value names, if it names one.
    pub fn file<'a>(&self, value: &'a str) -> Option<&'a str> {
        let id = self.option.as_deref().map_or("input", |o| o.trim_start_matches("--")).replace('-', "_");
        let id = id.as_str();
        if FILES.contains(&id) {
            Some(value)
        } else if FILES_OF.contains(&id) {
            value.split_once('=').map(|(_, file)| file)
        } else if FILES_OR_WORDS.contains(&id) {
            let is_word = value == "none" || Profile::list().contains(&value) || CytoProfile::list().contains(&value);
            (!is_word).then_some(value)
        } else {
            None
        }
    }

    /// The same with files by their names alone.
    #[must_use]
    pub fn portable(&self) -> Self {
        self.with_files(|file| {
            Path::new(file).file_name().map_or_else(|| file.to_owned(), |n| n.to_string_lossy().into_owned())
        })
    }

    /// The same with each file as `place` says.
    #[must_use]
    pub fn with_files(&self, mut place: impl FnMut(&str) -> String) -> Self {
        let mut value = |value: &String| match self.file(value) {
            Some(file) => format!("{}{}", &value[..value.len() - file.len()], place(file)),
            None => value.clone(),
        };
        Self { option: self.option.clone(), values: self.values.iter().map(&mut value).collect() }
    }

    /// As on a command line.
    pub fn words(&self) -> Vec<String> {
        match &self.option {
            None => self.values.clone(),
            Some(option) if self.values.is_empty() => vec![option.clone()],
            // One by one, with the equals sign, so that a value may begin with a dash.
            Some(option) => self.values.iter().map(|value| format!("{option}={value}")).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(option: Option<&str>, values: &[&str]) -> Argument {
        Argument { option: option.map(str::to_owned), values: values.iter().map(|v| (*v).to_owned()).collect() }
    }

    #[test]
    fn files_are_named_without_their_folders() {
        for (given, expected) in [
            (argument(None, &["/data/lot.h5"]), argument(None, &["lot.h5"])),
            (argument(Some("--profile"), &["bone-marrow"]), argument(Some("--profile"), &["bone-marrow"])),
            (argument(Some("--profile"), &["p/own.toml"]), argument(Some("--profile"), &["own.toml"])),
            (argument(Some("--compensation"), &["none"]), argument(Some("--compensation"), &["none"])),
            (
                argument(Some("--fmo"), &["CD45=c/a.fcs", "CD34=b.fcs"]),
                argument(Some("--fmo"), &["CD45=a.fcs", "CD34=b.fcs"]),
            ),
            (argument(Some("--set"), &["qc.a/b=1"]), argument(Some("--set"), &["qc.a/b=1"])),
        ] {
            assert_eq!(given.portable(), expected);
        }
    }
}
