//! `distributions.tsv`.

use std::fmt::Write as _;

use super::{Distribution, DistributionKind, Distributions};
use crate::PurityError;
use crate::cohort::expression::N_QUANTILES;
use crate::cohort::expression::header::{self, Lines, Lot};
use crate::cohort::expression::quantiles::{PER_UNIT, whole};
use crate::error::Document;

const SCHEMA: &str = "puricell-distributions/1";
const ABSENT: &str = "absent";
/// Names of the parts, in their order.
const PARTS: [&str; 3] = ["all", "first", "second"];
/// Columns before the quantiles.
const N_NAMES: usize = 3;

/// The distributions as tab-separated text: lines that begin with `#` (schema; species; target cells of each half; genes of the
/// list that are absent), a header, and three rows for each distribution. Quantiles have at most four decimals.
pub fn write_distributions(distributions: &Distributions) -> String {
    let Distributions { species, cells, absent, rows } = distributions;
    let mut text = String::new();
    header::write(&mut text, SCHEMA, Lot { species: *species, cells: *cells });
    text.push_str("# ");
    text.push_str(ABSENT);
    text.extend(absent.iter().flat_map(|gene| ["\t", gene]));
    text.push('\n');
    text.push_str(&columns());
    text.push('\n');
    for row in rows {
        let (kind, name) = (row.kind.name(), &row.name);
        for (part, quantiles) in PARTS.iter().zip(&row.parts) {
            // Writing to a text cannot fail.
            let _ = write!(text, "{kind}\t{name}\t{part}");
            for &quantile in quantiles {
                push(&mut text, quantile);
            }
            text.push('\n');
        }
    }
    text
}

/// Reads what [`write_distributions`] wrote; `name` is what messages call the file.
///
/// # Errors
/// [`PurityError::Syntax`] with the line and what was expected there.
pub fn parse_distributions(text: &str, name: &str) -> Result<Distributions, PurityError> {
    let mut lines = Lines::new(text, Document::Distributions, name);
    let Lot { species, cells } = lines.lot(SCHEMA)?;
    let absent = lines.values(ABSENT)?.into_iter().map(str::to_owned).collect();
    lines.expect(&columns())?;
    let mut rows = Vec::new();
    while let Some(first) = lines.next_line() {
        let (kind, name) = names(first);
        let kind_of = DistributionKind::from_name(kind).ok_or_else(|| {
            let known = DistributionKind::ALL.map(DistributionKind::name).join(", ");
            lines.error(format!("found kind '{kind}', expected one of {known}"))
        })?;
        let mut parts = [const { Vec::new() }; PARTS.len()];
        let mut line = Some(first);
        for (slot, part) in parts.iter_mut().zip(PARTS) {
            let line = line.take().or_else(|| lines.next_line());
            *slot = quantiles(&lines, line, [kind, name, part])?;
        }
        rows.push(Distribution { kind: kind_of, name: name.to_owned(), parts });
    }
    Ok(Distributions { species, cells, absent, rows })
}

/// Kind and name of a row.
fn names(line: &str) -> (&str, &str) {
    let mut fields = line.split('\t');
    (fields.next().unwrap_or_default(), fields.next().unwrap_or_default())
}

/// Of a line that must have these names.
fn quantiles(lines: &Lines<'_>, line: Option<&str>, expected: [&str; N_NAMES]) -> Result<Vec<i32>, PurityError> {
    let is = expected.join(", ");
    let line = line.ok_or_else(|| lines.error(format!("the file ends here, expected the row of {is}")))?;
    let mut fields = line.split('\t');
    for name in expected {
        let found = fields.next().unwrap_or_default();
        if found != name {
            return Err(lines.error(format!("found '{found}', expected '{name}' of the row of {is}")));
        }
    }
    let number = |field: &str| {
        let number = field.parse::<f64>().ok().filter(|number| (number * PER_UNIT).abs() < f64::from(i32::MAX));
        number.map(whole).ok_or_else(|| lines.error(format!("found '{field}', expected a number, in the row of {is}")))
    };
    let found = fields.map(number).collect::<Result<Vec<i32>, _>>()?;
    if found.len() != N_QUANTILES {
        return Err(lines.error(format!("found {} quantiles, expected {N_QUANTILES}, in the row of {is}", found.len())));
    }
    if !found.is_sorted() {
        return Err(lines.error(format!("the quantiles of {is} fall, expected numbers that do not")));
    }
    Ok(found)
}

fn columns() -> String {
    let mut text = "kind\tname\tpart".to_owned();
    // Writing to a text cannot fail.
    (0..N_QUANTILES).for_each(|i| _ = write!(text, "\tq0.{:03}", (2 * i + 1) * 1000 / (2 * N_QUANTILES)));
    text
}

/// Adds a tab and a number of ten-thousandths, without zeros at its end.
fn push(text: &mut String, quantile: i32) {
    let sign = if quantile < 0 { "-" } else { "" };
    let (whole, mut rest, mut digits) = (quantile.unsigned_abs() / 10_000, quantile.unsigned_abs() % 10_000, 4);
    // Writing to a text cannot fail.
    let _ = if rest == 0 {
        write!(text, "\t{sign}{whole}")
    } else {
        while rest.is_multiple_of(10) {
            (rest, digits) = (rest / 10, digits - 1);
        }
        write!(text, "\t{sign}{whole}.{rest:0digits$}")
    };
}
