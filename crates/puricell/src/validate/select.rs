//! Which cells of a file are meant: `FILE` or `FILE:COLUMN=VALUE,VALUE`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use puricell_core::{CellColumn, CellTable};

use crate::error::AppError;

/// A column of a file's cell annotation and the values that are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The column.
    pub column: String,
    /// The values; at least one.
    pub values: Vec<String>,
}

/// A file, and which of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The file or folder.
    pub path: PathBuf,
    /// The cells meant; `None` for all.
    pub labels: Option<Labels>,
}

/// Values of a column that a message lists at most.
const LISTED: usize = 12;

impl Labels {
    /// Reads `COLUMN=VALUE,VALUE`; `option` is what messages call it.
    ///
    /// # Errors
    /// [`AppError::Usage`] without a column or a value.
    pub fn parse(text: &str, option: &str) -> Result<Self, AppError> {
        let parsed = text.split_once('=').map(|(column, values)| Self {
            column: column.trim().to_owned(),
            values: values.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect(),
        });
        match parsed {
            Some(labels) if !labels.column.is_empty() && !labels.values.is_empty() => Ok(labels),
            _ => Err(AppError::usage(
                format!("{option} {text}: expected COLUMN=VALUE, or COLUMN=VALUE,VALUE"),
                "for instance label=Fibroblast,Pericytes",
            )),
        }
    }

    /// The rows of the cells meant, increasing.
    ///
    /// # Errors
    /// [`AppError::Usage`] where there is no such column, or no cell has one of the values; `file` is what messages call it.
    pub fn rows(&self, cells: &CellTable, file: &str) -> Result<Vec<usize>, AppError> {
        let Some((_, column)) = cells.columns.iter().find(|(name, _)| *name == self.column) else {
            let names: Vec<&str> = cells.columns.iter().map(|(name, _)| name.as_str()).collect();
            let hint = if names.is_empty() {
                "only the obs columns of an h5ad file can choose cells; give a file of the wanted cells alone"
                    .to_owned()
            } else {
                format!("columns: {}", names.join(", "))
            };
            return Err(AppError::usage(format!("{file} has no column '{}' of labels", self.column), hint));
        };
        let texts = texts(column);
        if let Some(value) = self.values.iter().find(|v| !texts.iter().flatten().any(|t| t == *v)) {
            return Err(AppError::usage(
                format!("no cell of {file} has the {} '{value}'", self.column),
                format!("values: {}", most_frequent(&texts)),
            ));
        }
        let is_meant = |text: &Option<String>| text.as_ref().is_some_and(|t| self.values.contains(t));
        Ok((0..texts.len()).filter(|&row| is_meant(&texts[row])).collect())
    }

    /// As it is shown: `label = Fibroblast, Pericytes`.
    pub fn shown(&self) -> String {
        format!("{} = {}", self.column, self.values.join(", "))
    }
}

impl Selection {
    /// Reads `FILE` or `FILE:COLUMN=VALUE,VALUE`. A file of exactly this name is taken whole; else the labels begin after
    /// the first colon before which an existing path stands.
    ///
    /// # Errors
    /// As [`Labels::parse`].
    pub fn parse(text: &str, option: &str) -> Result<Self, AppError> {
        let whole = Self { path: PathBuf::from(text), labels: None };
        if whole.path.exists() {
            return Ok(whole);
        }
        let splits: Vec<(&str, &str)> = text
            .match_indices(':')
            .map(|(at, _)| (&text[..at], &text[at + 1..]))
            .filter(|s| s.1.contains('='))
            .collect();
        match splits.iter().find(|s| PathBuf::from(s.0).exists()).or_else(|| splits.first()) {
            Some((path, labels)) => {
                Ok(Self { path: PathBuf::from(path), labels: Some(Labels::parse(labels, option)?) })
            }
            None => Ok(whole),
        }
    }
}

fn texts(column: &CellColumn) -> Vec<Option<String>> {
    match column {
        CellColumn::Text(values) => values.clone(),
        CellColumn::Number(values) => values.iter().map(|v| (!v.is_nan()).then(|| v.to_string())).collect(),
        CellColumn::Bool(values) => {
            values.iter().map(|v| v.map(|v| if v { "True" } else { "False" }.to_owned())).collect()
        }
    }
}

fn most_frequent(texts: &[Option<String>]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts.iter().flatten() {
        *counts.entry(text).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let n = counts.len();
    let mut names: Vec<String> = counts.into_iter().take(LISTED).map(|(value, n)| format!("{value} ({n})")).collect();
    if n > LISTED {
        names.push(format!("and {} more", n - LISTED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_and_without_labels() {
        let parse = |text| Selection::parse(text, "--contaminant").unwrap();
        assert_eq!(parse("a.h5"), Selection { path: "a.h5".into(), labels: None });
        let got = parse("a.h5ad:cell type=T cell, CL:0000084");
        assert_eq!(got.path, PathBuf::from("a.h5ad"));
        let labels = got.labels.unwrap();
        assert_eq!(
            (labels.column.as_str(), labels.shown()),
            ("cell type", "cell type = T cell, CL:0000084".to_owned())
        );
        let message = Selection::parse("a.h5ad:=x", "--contaminant").unwrap_err().to_string();
        assert!(message.contains("expected COLUMN=VALUE"), "{message}");
    }

    #[test]
    fn rows_of_labels_and_what_is_said_without() {
        let column = CellColumn::Text(["T", "B", "T"].iter().map(|t| Some((*t).to_owned())).collect());
        let cells = CellTable {
            ids: ["a", "b", "c"].map(str::to_owned).to_vec(),
            columns: vec![("label".into(), column), ("n".into(), CellColumn::Number(vec![1.0, 2.0, f64::NAN]))],
        };
        let rows = |text| Labels::parse(text, "--target-labels").unwrap().rows(&cells, "x.h5ad");
        assert_eq!(rows("label=T").unwrap(), [0, 2]);
        assert_eq!(rows("label=T,B").unwrap(), [0, 1, 2]);
        assert_eq!(rows("n=2").unwrap(), [1]);
        let error = rows("label=NK").unwrap_err();
        assert_eq!(error.to_string(), "no cell of x.h5ad has the label 'NK'");
        assert_eq!(error.hint().unwrap(), "values: T (2), B (1)");
        assert_eq!(rows("type=NK").unwrap_err().hint().unwrap(), "columns: label, n");
    }
}
