//! Cells of known class and what they were called.

use serde::{Deserialize, Serialize};

use crate::Problem;

/// Counts of kept cells by true class and call.
///
/// Doublets, dead cells and cells that quality control removed are in no row: a row says what becomes of a clean single
/// cell of its class that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confusion {
    /// Rows: `target` and the top classes planted.
    pub truth: Vec<String>,
    /// Columns: `target`, every top class of the profile, `suspect`, `unassigned`, in any order; each row's class among
    /// them.
    pub called: Vec<String>,
    /// `truth x called`: cells over all runs.
    pub counts: Vec<Vec<u64>>,
    /// Per row: distinct source cells behind its sum, at most the sum. The uncertainty of a row is that of so many cells.
    pub distinct: Vec<u64>,
}

impl Confusion {
    /// The share of the cells of class `truth` that were called `called`; `None` for an unknown class or an empty row.
    pub fn rate(&self, truth: &str, called: &str) -> Option<f64> {
        let row = self.counts.get(self.truth.iter().position(|t| t == truth)?)?;
        let count = *row.get(self.called.iter().position(|c| c == called)?)?;
        let n: u64 = row.iter().sum();
        (n > 0).then(|| count as f64 / n as f64)
    }

    pub(crate) fn problems(&self, problems: &mut Vec<Problem>) {
        let of = || "the confusion matrix".to_owned();
        for (names, what) in [(&self.truth, "true class"), (&self.called, "call")] {
            for (i, name) in names.iter().enumerate() {
                if names[..i].contains(name) {
                    problems.push(Problem::Duplicate { what, id: name.clone() });
                }
            }
        }
        for name in self.truth.iter().filter(|t| !self.called.contains(t)) {
            problems.push(Problem::Unknown { of: of(), what: "call", name: name.clone() });
        }
        let rows = self.truth.len();
        for (field, found) in [("counts", self.counts.len()), ("distinct", self.distinct.len())] {
            if found != rows {
                let expected = "an entry per true class";
                problems.push(Problem::Range { field, of: of(), found: found as f64, expected });
            }
        }
        for (row, distinct) in self.counts.iter().zip(&self.distinct) {
            if row.len() != self.called.len() {
                let expected = "an entry per call";
                problems.push(Problem::Range { field: "counts", of: of(), found: row.len() as f64, expected });
            }
            let sum: u64 = row.iter().sum();
            if *distinct > sum || (*distinct == 0 && sum > 0) {
                let expected = "distinct cells from 1 to the sum of the row";
                problems.push(Problem::Range { field: "distinct", of: of(), found: *distinct as f64, expected });
            }
        }
    }
}
