//! ASCII numbers between delimiters (`$PnB` of `*`).

use std::io;

use crate::data_segment::DataPlan;
use crate::findings::{Findings, quote_bytes};
use crate::leniency::Leniency;
use crate::problem::Place;
use crate::source::Source;

/// Reads DATA in order, since the place of a value depends on the values before it. Runs of delimiters (space, tab, comma,
/// carriage return, line feed) count as one. Whole events only; `None` after a problem.
pub(super) fn decode(
    source: &impl Source,
    plan: &DataPlan,
    n_parameters: usize,
    findings: &mut Findings<'_>,
) -> io::Result<Option<Vec<f64>>> {
    let bytes = source.bytes(plan.begin, plan.length as usize)?;
    let wanted = plan.n_events.saturating_mul(n_parameters);
    let mut values = Vec::new();
    let mut surplus = false;
    let mut byte = plan.begin;
    for word in bytes.split(|byte| matches!(byte, b' ' | b'\t' | b',' | b'\r' | b'\n')) {
        if !word.is_empty() {
            if values.len() == wanted {
                surplus = true;
                break;
            }
            let Some(value) = std::str::from_utf8(word).ok().and_then(crate::number::whole) else {
                let place = Place::Segment { name: "DATA", byte };
                findings.refuse(place, quote_bytes(word), "a whole number in ASCII digits");
                return Ok(None);
            };
            values.push(value as f64);
        }
        byte += word.len() as u64 + 1;
    }
    let place = Place::Segment { name: "DATA", byte };
    let expected = format!("{wanted} values for {} events", plan.n_events);
    if surplus {
        findings.report(Leniency::DataLength, place, "more values", expected);
    } else if values.len() < wanted {
        findings.report(Leniency::TruncatedData, place, format!("{} values", values.len()), expected);
    }
    let n_events = values.len().checked_div(n_parameters).unwrap_or(0);
    values.truncate(n_events * n_parameters);
    Ok(Some(values))
}
