//! Groups of lots by what is known of them.

use super::Lot;
use crate::error::AppError;

/// Lots with one value of a fact.
#[derive(Debug)]
pub struct Group {
    /// The value.
    pub value: String,
    /// Indices of the lots.
    pub lots: Vec<usize>,
}

/// A fact and groups of lots by it.
#[derive(Debug)]
pub struct Groups {
    /// Name of the fact.
    pub fact: String,
    /// The groups, in the order asked for.
    pub groups: Vec<Group>,
}

impl Groups {
    /// Reads `FACT=A,B` with `n` values, such as of `--compare`, and finds their lots.
    ///
    /// # Errors
    /// [`AppError::Usage`] for another form, a fact that no lot states, or a value that no lot has.
    pub fn find(option: &str, asked: &str, n: usize, lots: &[Lot]) -> Result<Self, AppError> {
        let form = if n == 1 { "FACT=VALUE" } else { "FACT=A,B" };
        let Some((fact, values)) = asked.split_once('=') else {
            return Err(AppError::usage(
                format!("{option} {asked} has no '='"),
                format!("the form is {option} {form}"),
            ));
        };
        let values: Vec<&str> = if n == 1 { vec![values] } else { values.split(',').collect() };
        if values.len() != n || values.iter().any(|v| v.is_empty()) || (n == 2 && values[0] == values[1]) {
            return Err(AppError::usage(
                format!("{option} {asked} does not name {n} value{} of '{fact}'", if n == 1 { "" } else { "s" }),
                format!("the form is {option} {form}"),
            ));
        }
        let mut known: Vec<&str> = lots.iter().filter_map(|l| l.facts.get(fact)).map(String::as_str).collect();
        known.sort_unstable();
        known.dedup();
        let groups = values
            .iter()
            .map(|&value| {
                let has = |lot: &Lot| lot.facts.get(fact).is_some_and(|v| v == value);
                let lots: Vec<usize> = (0..lots.len()).filter(|&i| has(&lots[i])).collect();
                if lots.is_empty() {
                    let found = if known.is_empty() { "no lot states it".to_owned() } else { known.join(", ") };
                    return Err(AppError::usage(
                        format!("{option} {asked}: no lot has {fact} '{value}' (found: {found})"),
                        "name a column of --metadata, or what the results say: donor, age, sex, tissue, passage, process_version, \
                         sample_state, assay",
                    ));
                }
                Ok(Group { value: value.to_owned(), lots })
            })
            .collect::<Result<Vec<Group>, AppError>>()?;
        Ok(Self { fact: fact.to_owned(), groups })
    }
}
