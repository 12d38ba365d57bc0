//! A column of a table, as both writers take it.

use std::collections::{BTreeMap, BTreeSet};

use super::WriteError;

/// One column, an entry per row.
///
/// Text has no missing entry; where one may be missing, use [`Column::Categorical`]. A number that may be missing is a
/// float with NaN.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Text, mostly distinct, such as identifiers.
    Text(Vec<String>),
    /// Text from a closed list, or with missing entries.
    Categorical {
        /// Index into `categories` per row; -1 where missing.
        codes: Vec<i32>,
        /// The distinct texts, in their order. A category may be unused.
        categories: Vec<String>,
    },
    /// 64-bit floats; NaN where missing.
    F64(Vec<f64>),
    /// 32-bit floats; NaN where missing.
    F32(Vec<f32>),
    /// 64-bit signed integers.
    I64(Vec<i64>),
    /// 32-bit signed integers.
    I32(Vec<i32>),
    /// Truth values.
    Bool(Vec<bool>),
}

impl Column {
    /// A categorical from a text per row, `None` where missing; the categories are the distinct texts in byte order.
    pub fn categorical<'s>(values: impl IntoIterator<Item = Option<&'s str>>) -> Self {
        let values: Vec<Option<&str>> = values.into_iter().collect();
        let distinct: BTreeSet<&str> = values.iter().flatten().copied().collect();
        Self::with_categories(values, distinct.into_iter().map(str::to_owned).collect())
    }

    /// A categorical from a text per row with the categories and their order given, so that the column is the same
    /// kind whichever of them occur; a text that is none of them becomes missing.
    pub fn with_categories<'s>(values: impl IntoIterator<Item = Option<&'s str>>, categories: Vec<String>) -> Self {
        let code_of: BTreeMap<&str, i32> = categories.iter().map(String::as_str).zip(0..).collect();
        let codes = values.into_iter().map(|v| v.and_then(|text| code_of.get(text).copied()).unwrap_or(-1)).collect();
        Self::Categorical { codes, categories }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Categorical { codes, .. } => codes.len(),
            Self::F64(v) => v.len(),
            Self::F32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }

    /// True when there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A table with a name per row: `obs`, `var`, or a table in `uns`.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame<'a> {
    /// A name per row, in AnnData's terms the index. Should not repeat ([`super::unique_names`]): AnnData warns if it
    /// does.
    pub names: &'a [String],
    /// Name and values of each column, in order.
    pub columns: Vec<(String, Column)>,
}

/// Checks that the columns are `n_rows` long, that no name is empty or repeats, and that every code has a category.
pub(super) fn check_columns(place: &str, n_rows: usize, columns: &[(String, Column)]) -> Result<(), WriteError> {
    let mut seen = BTreeSet::new();
    for (name, column) in columns {
        let refuse = |reason| WriteError::Name { place: place.to_owned(), name: name.clone(), reason };
        if name.is_empty() {
            return Err(refuse("it is empty"));
        }
        if !seen.insert(name) {
            return Err(refuse("it is there twice"));
        }
        let what = || format!("{place} column '{name}'");
        if column.len() != n_rows {
            return Err(WriteError::Length { what: what(), found: column.len(), expected: n_rows });
        }
        if let Column::Categorical { codes, categories } = column {
            let n_categories = categories.len();
            let outside = |code: i32| code < -1 || usize::try_from(code).is_ok_and(|c| c >= n_categories);
            if let Some(row) = codes.iter().position(|&code| outside(code)) {
                return Err(WriteError::Code { what: what(), row, code: codes[row], n_categories });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_keep_the_order_given() {
        let column = Column::with_categories(
            [Some("b"), None, Some("a"), Some("?")],
            vec!["b".to_owned(), "a".to_owned(), "c".to_owned()],
        );
        let Column::Categorical { codes, categories } = column else { panic!("not categorical") };
        assert_eq!(codes, [0, -1, 1, -1]);
        assert_eq!(categories, ["b", "a", "c"]);
        assert_eq!(
            Column::categorical([Some("z"), None, Some("a"), Some("z")]),
            Column::Categorical { codes: vec![1, -1, 0, 1], categories: vec!["a".to_owned(), "z".to_owned()] }
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |columns: &[(String, Column)]| check_columns("obs", 2, columns).unwrap_err().to_string();
        let column = || Column::I32(vec![1, 2]);
        assert_eq!(check(&[("a".to_owned(), Column::I32(vec![1]))]), "obs column 'a' has 1 entries, expected 2");
        assert_eq!(
            check(&[("a".to_owned(), column()), ("a".to_owned(), column())]),
            "'a' cannot be a name in obs: it is there twice"
        );
        for code in [-2, 1] {
            let bad = Column::Categorical { codes: vec![0, code], categories: vec!["x".to_owned()] };
            assert!(check(&[("a".to_owned(), bad)]).starts_with(&format!("obs column 'a': row 1 has code {code},")));
        }
    }
}
