//! `composition.tsv`.

use std::fmt::Write as _;

use super::Composition;
use crate::Limit;

const COLUMNS: &str = "class\tparent\trole\tk\tn\tdenominator\tfraction\tci_low\tci_high\tupper_one_sided\tlob\tlod\tloq\tlimit\tstatus\tcorrected_fraction\tcorrected_low\tcorrected_high\tresult\n";

/// The rows as tab-separated text with a header.
///
/// Numbers are rounded to 10 significant digits and written as the shortest text that reads back as the same number,
/// never in exponent form. `NA` is "not estimated"; `parent`, `limit`, `status` and `result` are empty where there is none. A
/// limit reads `>=0.95`, `<=0.02` or both with a blank between.
pub fn write_tsv(composition: &Composition) -> String {
    let mut text = COLUMNS.to_owned();
    for row in &composition.rows {
        let k = row.k.map_or_else(|| "NA".to_owned(), |k| k.to_string());
        let fields = [
            row.class.clone(),
            row.parent.clone().unwrap_or_default(),
            row.role.name().to_owned(),
            k,
            row.n.to_string(),
            row.denominator.name().to_owned(),
            number(row.fraction),
            number(row.interval.map(|i| i.low)),
            number(row.interval.map(|i| i.high)),
            number(row.upper_one_sided),
            number(row.lob),
            number(row.lod),
            number(row.loq),
            row.limit.map(limit).unwrap_or_default(),
            row.status.map(|s| s.name().to_owned()).unwrap_or_default(),
            number(row.corrected),
            number(row.corrected_interval.map(|i| i.low)),
            number(row.corrected_interval.map(|i| i.high)),
            row.detection.map(|d| d.name().to_owned()).unwrap_or_default(),
        ];
        text.push_str(&fields.join("\t"));
        text.push('\n');
    }
    text
}

fn number(value: Option<f64>) -> String {
    let Some(value) = value.filter(|v| v.is_finite()) else { return "NA".to_owned() };
    // Ten significant digits: the statistics are good to twelve, and the last bits say nothing of cells.
    let rounded: f64 = format!("{value:.9e}").parse().unwrap_or(value);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

fn limit(limit: Limit) -> String {
    let mut text = String::new();
    for (sign, end) in [(">=", limit.min), ("<=", limit.max)] {
        if let Some(end) = end {
            let blank = if text.is_empty() { "" } else { " " };
            // Writing to a String cannot fail.
            let _ = write!(text, "{blank}{sign}{}", number(Some(end)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        for (value, want) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.3333333333"),
            (2.995_732_273_56e-6, "0.000002995732274"),
            (0.952_1, "0.9521"),
        ] {
            assert_eq!(number(Some(value)), want);
        }
        assert_eq!(number(None), "NA");
        assert_eq!(number(Some(f64::NAN)), "NA");
        assert_eq!(limit(Limit { min: Some(0.9), max: Some(0.99) }), ">=0.9 <=0.99");
    }
}
