//! Lots that have no result, and why: what the engines of workflows keep of runs that did not come to one.

use std::path::Path;

use puricell_report::cohort::LeftOut;
use puricell_report::model::InputFile;

use super::lots::input_of;
use crate::error::AppError;

/// What a table says of lots that have no result.
#[derive(Debug)]
pub struct Missing {
    /// The file.
    pub input: InputFile,
    /// Its lots, each with the reason, in the order of the table.
    pub lots: Vec<LeftOut>,
}

impl Missing {
    /// Reads a table, tab-separated, with columns `lot` and `why`. The reason begins with the exit code where a column `exit_code`
    /// has one; a row without a name (`-`) is told by its `line` of the sample sheet.
    ///
    /// # Errors
    /// [`AppError::Read`]; [`AppError::Usage`] where a column is lacking or a row has another length.
    pub fn read(path: &Path) -> Result<Self, AppError> {
        let input = input_of(path, "lots without a result")?;
        let text = std::fs::read_to_string(path).map_err(|source| AppError::Read { path: path.to_owned(), source })?;
        let lots = rows(&text).map_err(|problem| {
            AppError::usage(
                format!("{}: {problem}", path.display()),
                "the form is that of set_aside.tsv, which the workflows write: tab-separated, the first line names the columns",
            )
        })?;
        Ok(Self { input, lots })
    }
}

fn rows(text: &str) -> Result<Vec<LeftOut>, String> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| names.iter().position(|n| *n == name);
    let lacks = |name: &str| format!("there is no column `{name}` (columns: {})", names.join(", "));
    let lot = column("lot").ok_or_else(|| lacks("lot"))?;
    let why = column("why").ok_or_else(|| lacks("why"))?;
    let (code, line) = (column("exit_code"), column("line"));
    let row = |(i, text): (usize, &str)| {
        let fields: Vec<&str> = text.split('\t').collect();
        if fields.len() != names.len() {
            return Err(format!("line {} has {} fields, the first line {}", i + 2, fields.len(), names.len()));
        }
        let stated = |column: Option<usize>| column.map(|c| fields[c]).filter(|v| !v.is_empty() && *v != "-");
        let folder = match (stated(Some(lot)), stated(line)) {
            (Some(lot), _) => lot.to_owned(),
            (None, Some(line)) => format!("line {line} of the sample sheet"),
            (None, None) => return Err(format!("line {} names no lot", i + 2)),
        };
        let why = stated(Some(why)).unwrap_or("no message");
        let reason = stated(code).map_or_else(|| why.to_owned(), |code| format!("exit code {code}: {why}"));
        Ok(LeftOut { folder, reason })
    };
    lines.enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_lot_of_the_table_has_its_reason() {
        let text = "lot\tline\tpath\texit_code\twhy\twhat_to_do\n\
                    a\t2\ta.h5\t65\ta.h5: the file is cut off\tcopy it anew\n\
                    b\t3\tb.h5\t-\tkilled, or never started\tstart again\n\
                    -\t4\t-\t2\tno name\t-\n";
        let found: Vec<(String, String)> = rows(text).unwrap().into_iter().map(|l| (l.folder, l.reason)).collect();
        let expected = [
            ("a", "exit code 65: a.h5: the file is cut off"),
            ("b", "killed, or never started"),
            ("line 4 of the sample sheet", "exit code 2: no name"),
        ];
        assert_eq!(found, expected.map(|(lot, why)| (lot.to_owned(), why.to_owned())));
    }

    #[test]
    fn a_table_of_another_form_is_refused_by_what_it_lacks() {
        assert_eq!(rows("lot\tline\n").unwrap_err(), "there is no column `why` (columns: lot, line)");
        assert_eq!(rows("lot\twhy\na\n").unwrap_err(), "line 2 has 1 fields, the first line 2");
        assert_eq!(rows("lot\twhy\n-\tx\n").unwrap_err(), "line 2 names no lot");
    }
}
