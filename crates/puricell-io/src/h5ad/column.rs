//! One column of a data frame.

use puricell_core::CellColumn;

use crate::error::IoError;
use crate::hdf5::{Element, Hdf5, Numbers};

/// The values of a column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Column {
    /// Text or categories; `None` where missing.
    Text(Vec<Option<String>>),
    /// Integers; `None` where missing.
    Integers(Vec<Option<i64>>),
    /// Numbers; NaN where missing.
    Floats(Vec<f64>),
    /// Truth values; `None` where missing.
    Bools(Vec<Option<bool>>),
}

impl Column {
    /// Without anything missing.
    pub(super) fn from_numbers(numbers: Numbers) -> Self {
        match numbers {
            Numbers::Integers(values) => Self::Integers(values.into_iter().map(Some).collect()),
            Numbers::Floats(values) => Self::Floats(values),
            Numbers::Bools(values) => Self::Bools(values.into_iter().map(Some).collect()),
        }
    }

    /// Entries.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Integers(v) => v.len(),
            Self::Floats(v) => v.len(),
            Self::Bools(v) => v.len(),
        }
    }

    /// What it holds, in a word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integers(_) => "integer",
            Self::Floats(_) => "number",
            Self::Bools(_) => "bool",
        }
    }

    /// As text; numbers as Python prints them.
    pub(crate) fn into_texts(self) -> Vec<Option<String>> {
        match self {
            Self::Text(v) => v,
            Self::Integers(v) => v.into_iter().map(|v| v.map(|v| v.to_string())).collect(),
            Self::Floats(v) => v.into_iter().map(|v| (!v.is_nan()).then(|| format!("{v:?}"))).collect(),
            Self::Bools(v) => v.into_iter().map(|v| v.map(|v| if v { "True" } else { "False" }.to_owned())).collect(),
        }
    }

    /// For the table of cells.
    pub(super) fn into_cell_column(self) -> CellColumn {
        match self {
            Self::Text(v) => CellColumn::Text(v),
            Self::Integers(v) => CellColumn::Number(v.into_iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect()),
            Self::Floats(v) => CellColumn::Number(v),
            Self::Bools(v) => CellColumn::Bool(v),
        }
    }

    fn without(mut self, missing: &[bool]) -> Self {
        fn clear<T>(values: &mut [Option<T>], missing: &[bool]) {
            for (value, _) in values.iter_mut().zip(missing).filter(|(_, m)| **m) {
                *value = None;
            }
        }
        match &mut self {
            Self::Text(v) => clear(v, missing),
            Self::Integers(v) => clear(v, missing),
            Self::Floats(v) => {
                for (value, _) in v.iter_mut().zip(missing).filter(|(_, m)| **m) {
                    *value = f64::NAN;
                }
            }
            Self::Bools(v) => clear(v, missing),
        }
        self
    }
}

/// Reads a column of a frame that is a group.
pub(super) fn read_column(file: &Hdf5, frame: &str, name: &str) -> Result<Column, IoError> {
    const EXPECTED: &str = "text, numbers, truth values, categorical, or nullable values";
    let path = format!("{frame}/{name}");
    let Some(member) = file.find(&path)? else {
        return Err(file.encoding(&path, "nothing", EXPECTED));
    };
    if member.is_group {
        return match file.text_attribute(&path, "encoding-type")?.as_deref() {
            Some("categorical") => {
                let codes = file.numbers(&format!("{path}/codes"))?;
                with_categories(file, frame, name, &codes, read_column(file, &path, "categories")?)
            }
            Some("nullable-integer" | "nullable-boolean" | "nullable-string-array") => {
                let values = read_column(file, &path, "values")?;
                match file.numbers(&format!("{path}/mask"))? {
                    Numbers::Bools(mask) if mask.len() == values.len() => Ok(values.without(&mask)),
                    _ => Err(file.encoding(&path, "nullable values without a mask of their length", EXPECTED)),
                }
            }
            Some(other) => Err(file.encoding(&path, format!("'{other}'"), EXPECTED)),
            None => Err(file.encoding(&path, "a group without 'encoding-type'", EXPECTED)),
        };
    }
    let description = file.describe(&path)?;
    if description.shape.len() != 1 {
        let found = format!("an array of {} dimensions", description.shape.len());
        return Err(file.encoding(&path, found, "one value per row"));
    }
    if description.element == Element::Text {
        return Ok(Column::Text(file.text(&path)?.into_iter().map(Some).collect()));
    }
    if description.element.number_size().is_none() {
        return Err(file.encoding(&path, description.element.to_string(), EXPECTED));
    }
    let numbers = file.numbers(&path)?;
    // AnnData 0.7 marks the codes of a categorical with a reference to its categories, which lie beside the columns.
    if file.attribute(&path, "categories")?.is_some() {
        let categories = read_column(file, &format!("{frame}/__categories"), name)?;
        return with_categories(file, frame, name, &numbers, categories);
    }
    Ok(Column::from_numbers(numbers))
}

/// Replaces codes by categories; -1 is missing.
pub(super) fn with_categories(
    file: &Hdf5,
    frame: &str,
    name: &str,
    codes: &Numbers,
    categories: Column,
) -> Result<Column, IoError> {
    let object = || format!("{frame}/{name}");
    let categories = categories.into_texts();
    let Numbers::Integers(codes) = codes else {
        return Err(file.encoding(&object(), "categories with codes that are no integers", "integer codes"));
    };
    let texts: Result<Vec<Option<String>>, IoError> = codes
        .iter()
        .map(|&code| match usize::try_from(code) {
            Err(_) => Ok(None),
            Ok(i) => categories.get(i).cloned().ok_or_else(|| {
                file.shape_error(&object(), format!("code {code}"), format!("below {} (categories)", categories.len()))
            }),
        })
        .collect();
    texts.map(Column::Text)
}
