//! Spillover matrices as text.

use puricell_core::Dense;

use super::Spillover;
use crate::cyto::CytoError;

impl Spillover {
    /// Reads the value of FCS's `$SPILLOVER` keyword: `n,name 1,..,name n,coefficient 11,coefficient 12,..`, row by row.
    ///
    /// # Errors
    /// [`CytoError`] where the text is none, and as [`Spillover::new`].
    pub fn from_keyword(text: &str) -> Result<Self, CytoError> {
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let n: usize = fields[0].parse().map_err(|_| wrong(1, fields[0], "the number of channels"))?;
        let expected = n.checked_mul(n).and_then(|v| v.checked_add(n)?.checked_add(1));
        if expected != Some(fields.len()) {
            let found = format!("{} fields for {n} channels", fields.len());
            return Err(wrong(1, &found, "1 + n + n x n fields"));
        }
        let channels = fields[1..=n].iter().map(|&name| name.to_owned()).collect();
        let values = fields[n + 1..].iter().map(|f| number(1, f)).collect::<Result<Vec<_>, _>>()?;
        square(channels, values)
    }

    /// Reads a table: a head line of detector names, then a line per dye, separated by commas, tabs or semicolons.
    ///
    /// Lines may begin with the name of the dye's own detector (the head line then with an empty field or any word);
    /// then they may stand in any order. Empty lines and quotes around fields are passed over.
    ///
    /// # Errors
    /// [`CytoError`] with the line where the text is no such table, and as [`Spillover::new`].
    pub fn from_csv(text: &str) -> Result<Self, CytoError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut lines = text.lines().enumerate().map(|(i, l)| (i + 1, l)).filter(|(_, l)| !l.trim().is_empty());
        let (head_line, head) = lines.next().ok_or_else(|| wrong(1, "nothing", "a line of channel names"))?;
        let separator = ['\t', ';', ','].into_iter().find(|&s| head.contains(s)).unwrap_or(',');
        let split = |line: &str| -> Vec<String> {
            line.trim_end_matches('\r').split(separator).map(|f| f.trim().trim_matches('"').trim().to_owned()).collect()
        };
        let rows: Vec<(usize, Vec<String>)> = lines.map(|(i, l)| (i, split(l))).collect();
        let mut head = split(head);
        let first = rows.first().map_or(&[][..], |(_, fields)| fields);
        let named = first.first().is_some_and(|field| field.parse::<f64>().is_err()) || first.len() == head.len() + 1;
        if named && first.len() == head.len() {
            head.remove(0);
        }
        let n = head.len();
        if rows.len() != n {
            return Err(wrong(head_line, &format!("{n} channels and {} rows", rows.len()), "a row per channel"));
        }
        let mut values = vec![f64::NAN; n * n];
        let mut filled = vec![false; n];
        for (at, (line, fields)) in rows.iter().enumerate() {
            let (row, coefficients) = match fields.split_first() {
                Some((name, rest)) if named => {
                    let row = head.iter().position(|h| h == name);
                    (row.ok_or_else(|| wrong(*line, name, "the name of a channel of the head line"))?, rest)
                }
                _ => (at, fields.as_slice()),
            };
            if coefficients.len() != n {
                return Err(wrong(*line, &format!("{} coefficients", coefficients.len()), "one per channel"));
            }
            if std::mem::replace(&mut filled[row], true) {
                return Err(wrong(*line, &head[row], "each channel once"));
            }
            for (column, field) in coefficients.iter().enumerate() {
                values[row * n + column] = number(*line, field)?;
            }
        }
        square(head, values)
    }
}

fn square(channels: Vec<String>, values: Vec<f64>) -> Result<Spillover, CytoError> {
    let n = channels.len();
    let rows = values.len() / n.max(1);
    let matrix = Dense::new(n, n, values).map_err(|_| CytoError::MatrixShape {
        matrix: "spillover".into(),
        rows,
        columns: n,
        expected_rows: n,
        expected_columns: n,
    })?;
    Spillover::new(channels, matrix)
}

fn number(line: usize, field: &str) -> Result<f64, CytoError> {
    field.parse().map_err(|_| wrong(line, field, "a number"))
}

fn wrong(line: usize, found: &str, expected: &'static str) -> CytoError {
    CytoError::SpilloverText { line, found: found.to_owned(), expected }
}
