//! The table of what is known of the lots.

use std::collections::BTreeMap;
use std::path::Path;

use puricell_core::Warning;
use puricell_report::model::InputFile;

use super::Lot;
use super::lots::input_of;
use crate::error::AppError;

/// Names of the column that says which lot a row is about.
const KEYS: [&str; 2] = ["lot", "sample"];

/// Words that stand for a value that is not known.
const UNKNOWN: [&str; 4] = ["", "NA", "N/A", "na"];

/// What a table says, by lot.
#[derive(Debug)]
pub struct Facts {
    /// The file.
    pub input: InputFile,
    rows: Vec<(String, BTreeMap<String, String>)>,
}

impl Facts {
    /// Reads a table: tab-separated, or comma-separated where its name ends with `.csv`.
    ///
    /// # Errors
    /// [`AppError::Usage`] with every problem of the table: no column `lot`, a lot twice, a row of another length, no row.
    pub fn read(path: &Path) -> Result<Self, AppError> {
        let input = input_of(path, "table of the lots")?;
        let is_csv = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        let separator = if is_csv { b',' } else { b'\t' };
        let fail = |problems: Vec<String>| {
            AppError::usage(
                format!("{}: {}", path.display(), problems.join("; ")),
                "the first line names the columns, one of them `lot`; each further line is about one lot, by its number or the name of \
                 its result folder; .csv files are separated by commas, others by tabs",
            )
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .from_path(path)
            .map_err(|e| fail(vec![e.to_string()]))?;
        let names: Vec<String> =
            reader.headers().map_err(|e| fail(vec![e.to_string()]))?.iter().map(str::to_owned).collect();
        let key = KEYS.iter().find_map(|key| names.iter().position(|name| name.trim_start_matches('\u{feff}') == *key));
        let Some(key) = key else {
            return Err(fail(vec![format!("there is no column `lot` (columns: {})", names.join(", "))]));
        };
        let mut problems = Vec::new();
        let mut rows: Vec<(String, BTreeMap<String, String>)> = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| fail(vec![e.to_string()]))?;
            let line = record.position().map_or(0, csv::Position::line);
            let lot = record.get(key).unwrap_or_default().to_owned();
            if record.len() != names.len() {
                problems.push(format!("line {line} has {} fields, the first line {}", record.len(), names.len()));
            } else if lot.is_empty() {
                problems.push(format!("line {line} names no lot"));
            } else if rows.iter().any(|(other, _)| *other == lot) {
                problems.push(format!("line {line}: lot '{lot}' has a row already"));
            } else {
                let known =
                    names.iter().zip(record.iter()).enumerate().filter(|(i, (_, v))| *i != key && !UNKNOWN.contains(v));
                rows.push((lot, known.map(|(_, (name, value))| (name.clone(), value.to_owned())).collect()));
            }
        }
        if rows.is_empty() && problems.is_empty() {
            problems.push("it has no row".to_owned());
        }
        if problems.is_empty() { Ok(Self { input, rows }) } else { Err(fail(problems)) }
    }

    /// Gives the lots what the table says; what a result says itself and the table contradicts is told.
    pub fn give(&self, lots: &mut [Lot]) -> Vec<Warning> {
        let mut without = Vec::new();
        let mut contradicted = Vec::new();
        for lot in lots {
            let row = self.rows.iter().find(|(key, _)| *key == lot.id || *key == lot.folder);
            let Some((_, facts)) = row else {
                without.push(lot.id.clone());
                continue;
            };
            for (name, value) in facts {
                if let Some(before) = lot.facts.insert(name.clone(), value.clone())
                    && before != *value
                {
                    contradicted.push(format!("{name} of {} is '{value}', its result says '{before}'", lot.id));
                }
            }
        }
        let mut warnings = Vec::new();
        if !without.is_empty() {
            let message = format!("the table says nothing of {}", without.join(", "));
            warnings.push(Warning::new("lot_without_facts", message));
        }
        if !contradicted.is_empty() {
            let message = format!("the table goes before the results: {}", contradicted.join("; "));
            warnings.push(Warning::new("facts_contradicted", message));
        }
        warnings
    }
}
