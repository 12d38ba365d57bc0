//! How far apart the target cells of the lots are in what they express.

use puricell_core::Warning;
use puricell_purity::cohort::expression::{
    Apart, Cohort, CompareParams, Comparison, LotExpression, Measure, parse_distributions, parse_pseudobulk,
};
use puricell_report::cohort::{ExpressionDistance, ExpressionPair};

use super::Lot;
use crate::error::AppError;

/// Distances by every measure that the lots have something for, and what there is to say where there is none.
///
/// # Errors
/// [`AppError::Results`] for a file that is not as it was written; the errors of its format.
pub fn expression(lots: &[Lot], control: Option<usize>) -> Result<(Vec<ExpressionDistance>, Vec<Warning>), AppError> {
    let mut cohort = Cohort::default();
    let mut without = Vec::new();
    // One after the other: what is kept of each is a fraction of its file.
    for lot in lots {
        let name = |file: &str| format!("{}/{file}", lot.folder);
        let Some(text) = lot.beside("distributions.tsv")? else {
            without.push(lot.id.as_str());
            continue;
        };
        let distributions = parse_distributions(&text, &name("distributions.tsv"))?;
        let pseudobulk = lot.beside("pseudobulk.tsv")?;
        let pseudobulk = pseudobulk.map(|text| parse_pseudobulk(&text, &name("pseudobulk.tsv"))).transpose()?;
        cohort.add(LotExpression { pseudobulk, distributions });
    }
    if !without.is_empty() {
        let message = format!(
            "expression is not compared: the results of {} have no distributions.tsv; run them again with this version",
            without.join(", ")
        );
        return Ok((Vec::new(), vec![Warning::new("no_distributions", message)]));
    }
    let mut found = Vec::new();
    for measure in Measure::ALL {
        let compared = cohort.compare(measure, control, &CompareParams::default())?;
        found.extend(distance(&compared));
    }
    Ok((found, Vec::new()))
}

/// As it goes into the report; `None` where no pair of lots can be compared by it.
fn distance(compared: &Comparison) -> Option<ExpressionDistance> {
    if compared.pairs.iter().all(|p| p.distance.is_err()) {
        return None;
    }
    let within: Vec<f64> = compared.within.iter().filter_map(|w| w.as_ref().ok().copied()).collect();
    let pairs: Vec<ExpressionPair> = compared
        .pairs
        .iter()
        .map(|pair| {
            let known = pair.distance.as_ref().ok();
            ExpressionPair {
                lots: [pair.first, pair.second],
                between: known.map(|d| d.between),
                within: known.map(|d| d.within),
                is_further: known.map(|d| d.apart == Apart::Further),
                of_control: known.and_then(|d| d.of_control),
                why_not: pair.distance.as_ref().err().map(ToString::to_string),
            }
        })
        .collect();
    let median = |of: &dyn Fn(&ExpressionPair) -> Option<f64>| {
        puricell_core::math::median(&pairs.iter().filter_map(of).collect::<Vec<f64>>())
    };
    Some(ExpressionDistance {
        measure: compared.measure.name().to_owned(),
        within_median: puricell_core::math::median(&within),
        between_median: median(&|p| p.between),
        of_control_median: median(&|p| p.of_control),
        n_further: pairs.iter().filter(|p| p.is_further == Some(true)).count() as u64,
        n_compared: pairs.iter().filter(|p| p.between.is_some()).count() as u64,
        pairs,
    })
}
