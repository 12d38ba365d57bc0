//! The annotation of cells (`obs`) and features (`var`): a group of columns, or one table of records before 0.7.

use puricell_core::{CellColumn, Warning};

use super::column::{Column, read_column, with_categories};
use crate::error::IoError;
use crate::hdf5::{Attribute, Hdf5, Table, TableColumn};

/// A data frame in the file.
pub(crate) struct Frame<'a> {
    file: &'a Hdf5,
    path: String,
    form: Form,
}

enum Form {
    Group { index: String, columns: Vec<String> },
    Table { table: Table, index: usize },
}

impl<'a> Frame<'a> {
    /// Finds a frame and the names of its columns.
    pub(crate) fn open(file: &'a Hdf5, path: &str) -> Result<Self, IoError> {
        const EXPECTED: &str = "a data frame (a group of columns with an index, or a table of records)";
        let member = file.find(path)?;
        let form = match member {
            None => return Err(file.encoding(path, "nothing", EXPECTED)),
            Some(member) if member.is_group => {
                let members = file.children(path)?;
                let named = file.text_attribute(path, "_index")?;
                let has = |name: &str| members.iter().any(|m| m.name == name);
                let index = named.into_iter().chain(["_index".to_owned(), "index".to_owned()]).find(|n| has(n));
                let Some(index) = index else {
                    return Err(file.encoding(path, "a group without an index", EXPECTED));
                };
                let columns = match file.attribute(path, "column-order")? {
                    Some(Attribute::Text(names)) => names,
                    // An empty list is stored as an empty list of numbers.
                    Some(_) => Vec::new(),
                    None => {
                        members.into_iter().map(|m| m.name).filter(|n| *n != index && n != "__categories").collect()
                    }
                };
                Form::Group { index, columns }
            }
            Some(_) => {
                let table = file.table(path)?;
                let named = |name: &str| table.columns.iter().position(|c| c.0 == name);
                let first_text = || table.columns.iter().position(|c| matches!(c.1, TableColumn::Text(_)));
                match named("index").or_else(|| named("_index")).or_else(first_text) {
                    Some(index) => Form::Table { table, index },
                    None => return Err(file.encoding(path, "a table without an index", EXPECTED)),
                }
            }
        };
        Ok(Self { file, path: path.to_owned(), form })
    }

    /// The names of the columns, without the index.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.form {
            Form::Group { columns, .. } => columns.clone(),
            Form::Table { table, index } => {
                let others = table.columns.iter().enumerate().filter(|(i, _)| i != index);
                others.map(|(_, column)| column.0.clone()).collect()
            }
        }
    }

    /// The index as text.
    pub(crate) fn index(&self) -> Result<Vec<String>, IoError> {
        let column = match &self.form {
            Form::Group { index, .. } => read_column(self.file, &self.path, index)?,
            Form::Table { table, index } => self.of_table(&table.columns[*index])?,
        };
        Ok(column.into_texts().into_iter().map(Option::unwrap_or_default).collect())
    }

    /// A column.
    pub(crate) fn column(&self, name: &str) -> Result<Column, IoError> {
        match &self.form {
            Form::Group { .. } => read_column(self.file, &self.path, name),
            Form::Table { table, .. } => match table.columns.iter().find(|c| c.0 == name) {
                Some(column) => self.of_table(column),
                None => Err(self.file.encoding(&format!("{}/{name}", self.path), "nothing", "a column")),
            },
        }
    }

    /// Every column; those stored in an unknown way, or of another length, are named in a warning and left out.
    pub(crate) fn columns(&self, warnings: &mut Vec<Warning>) -> Result<Vec<(String, CellColumn)>, IoError> {
        let n = self.index()?.len();
        let mut columns = Vec::new();
        for name in self.names() {
            match self.column(&name) {
                Ok(column) if column.len() == n => columns.push((name, column.into_cell_column())),
                Ok(column) => warnings.push(Warning::new(
                    "column_left_out",
                    format!("column '{name}' of {} has {} entries, not {n}; it is left out", self.path, column.len()),
                )),
                Err(IoError::Encoding { found, .. }) => warnings.push(Warning::new(
                    "column_left_out",
                    format!("column '{name}' of {} is stored as {found}, which is not read; it is left out", self.path),
                )),
                Err(error) => return Err(error),
            }
        }
        Ok(columns)
    }

    /// A column of a table; its categories, if it has some, are kept in `uns`.
    fn of_table(&self, (name, column): &(String, TableColumn)) -> Result<Column, IoError> {
        match column {
            TableColumn::Text(texts) => Ok(Column::Text(texts.iter().cloned().map(Some).collect())),
            TableColumn::Numbers(numbers) => {
                let categories = format!("uns/{name}_categories");
                if self.file.find(&categories)?.is_some_and(|m| !m.is_group) {
                    let categories = read_column(self.file, "uns", &format!("{name}_categories"))?;
                    with_categories(self.file, &self.path, name, numbers, categories)
                } else {
                    Ok(Column::from_numbers(numbers.clone()))
                }
            }
            TableColumn::Other(found) => {
                Err(self.file.encoding(&format!("{}/{name}", self.path), found.clone(), "text or numbers"))
            }
        }
    }
}
