//! Positivity per marker, and the criteria of 2006.

use puricell_core::math::median;
use puricell_prep::cyto::density::Peak;
use puricell_prep::cyto::positivity::{Threshold, positivity as look_at};
use puricell_purity::events::IsctNote;
use puricell_purity::{Level, Proportion, events::IsctRow};
use puricell_report::model as report;

use super::super::composition::status;
use super::axes::{linear, sample};
use super::bins;
use crate::pipeline::{Analysis, Basis, Control, EventLot, LotThreshold};

/// Kept events that medians and peaks are taken from, evenly spaced.
const MOST_LOOKED_AT: usize = 200_000;
/// Fewest events on either side for the ratio of their medians.
const MIN_OF_RATIO: usize = 20;

pub(super) fn positivity(analysis: &Analysis<EventLot>) -> Vec<report::MarkerPositivity> {
    let lot = &analysis.measured;
    let rows = sample(&analysis.mask, |event| analysis.mask.is_kept(event), MOST_LOOKED_AT);
    lot.thresholds.iter().map(|threshold| marker(threshold, analysis, &rows)).collect()
}

/// What a threshold rests on.
pub(super) fn source(basis: Basis) -> report::ThresholdSource {
    match basis {
        Basis::Given => report::ThresholdSource::User,
        Basis::Fmo => report::ThresholdSource::Fmo,
        Basis::Isotype => report::ThresholdSource::Isotype,
        Basis::Unstained => report::ThresholdSource::Unstained,
        Basis::Mixture => report::ThresholdSource::Mixture,
        Basis::Background => report::ThresholdSource::Background,
    }
}

fn marker(found: &LotThreshold, analysis: &Analysis<EventLot>, rows: &[usize]) -> report::MarkerPositivity {
    let lot = &analysis.measured;
    let threshold = &found.threshold;
    let column = threshold.column;
    let of_kept: Vec<f32> = rows.iter().map(|&row| lot.events.values().row(row)[column]).collect();
    let scale = |value: f64| linear(lot, column, value);
    let all: Vec<f64> = of_kept.iter().map(|&v| f64::from(v)).collect();
    let mut line = report::MarkerPositivity {
        marker: threshold.marker.clone(),
        channel: lot.events.channels()[column].name.clone(),
        source: source(found.basis),
        derivation: clause(&found.derivation),
        separable: threshold.separable,
        n: analysis.mask.n_kept() as u64,
        median: median(&all).map(scale),
        ..report::MarkerPositivity::default()
    };
    if !threshold.separable {
        return line;
    }
    let counted = lot.positive.iter().find(|p| p.marker == threshold.marker).and_then(|p| p.counted);
    let (low, high) = threshold.band;
    let has_band = low < high;
    let interval = counted.filter(|p| p.n() > 0).map(|p| p.clopper_pearson(Level::P95));
    line.threshold = Some(threshold.threshold);
    line.threshold_scale = Some(scale(threshold.threshold));
    line.band_low = has_band.then_some(low);
    line.band_high = has_band.then_some(high);
    line.n_uncertain = has_band.then(|| within(analysis, column, low, high));
    line.k = counted.map(Proportion::k);
    line.fraction = counted.and_then(Proportion::fraction);
    line.ci_low = interval.map(|i| i.low);
    line.ci_high = interval.map(|i| i.high);
    line.upper_one_sided = counted.filter(|p| p.n() > 0).map(|p| p.upper_bound(Level::P95));

    // Medians keep their place on any scale, so they are found on the display's and taken back.
    let at = Threshold::given(threshold.threshold);
    let Ok(sides) = look_at(&of_kept, &of_kept, &at) else { return line };
    let n_negative = sides.n - sides.n_positive;
    let control = found.control.and_then(|c| lot.controls.get(c));
    let reference = match control {
        Some(control) => median_of(control, column).map(|m| (m, reference_words(found.basis))),
        None => sides.median_negative.filter(|_| n_negative >= MIN_OF_RATIO).map(|m| (m, "negative events")),
    };
    let positive = sides.median_positive.filter(|_| sides.n_positive >= MIN_OF_RATIO).map(scale);
    let ratio = positive.zip(reference).map(|(p, (m, words))| (p / scale(m), scale(m), words));
    // Compensation may leave a median of 0 or less, to which nothing has a ratio.
    if let Some((ratio, _, words)) = ratio.filter(|r| r.1 > 0.0) {
        line.mfi_ratio = Some(ratio);
        line.mfi_reference = Some(words.to_owned());
    }
    line.second_peak = second_peak(&sides.peaks, threshold.threshold);
    line.second_peak_scale = line.second_peak.map(scale);
    line
}

/// A sentence as it follows a colon.
fn clause(sentence: &str) -> String {
    let text = sentence.trim_end_matches('.');
    let mut characters = text.chars();
    match (characters.next(), characters.clone().next()) {
        // A name in capitals keeps them.
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(characters).collect(),
        _ => text.to_owned(),
    }
}

fn reference_words(basis: Basis) -> &'static str {
    match basis {
        Basis::Fmo => "FMO control",
        Basis::Isotype => "isotype control",
        Basis::Unstained => "unstained control",
        Basis::Given | Basis::Mixture | Basis::Background => "negative events",
    }
}

fn within(analysis: &Analysis<EventLot>, column: usize, low: f64, high: f64) -> u64 {
    let values = analysis.measured.events.values();
    let counts = bins::count(values.n_rows(), 1, |event| {
        let value = f64::from(values.row(event)[column]);
        (analysis.mask.is_kept(event) && value >= low && value < high).then_some(0)
    });
    counts[0]
}

fn median_of(control: &Control, column: usize) -> Option<f64> {
    let rows = sample(&control.mask, |event| control.mask.is_kept(event), MOST_LOOKED_AT);
    let values: Vec<f64> = rows.iter().map(|&row| f64::from(control.values.row(row)[column])).collect();
    median(&values)
}

/// The second highest peak of the positive events, else of the negative ones.
fn second_peak(peaks: &[Peak], threshold: f64) -> Option<f64> {
    let second = |positive: bool| {
        let mut side: Vec<&Peak> = peaks.iter().filter(|p| (p.position >= threshold) == positive).collect();
        side.sort_by(|a, b| b.height.total_cmp(&a.height).then(a.index.cmp(&b.index)));
        side.get(1).map(|p| p.position)
    };
    second(true).or_else(|| second(false))
}

pub(super) fn isct(analysis: &Analysis<EventLot>) -> Option<report::IsctTable> {
    let lot = &analysis.measured;
    let table = lot.isct.as_ref()?;
    Some(report::IsctTable {
        standard: "ISCT 2006 (Dominici et al., Cytotherapy 8:315)".to_owned(),
        population: super::quality::population(lot).to_owned(),
        rows: table.rows.iter().map(|row| isct_row(row, &table.rows, analysis)).collect(),
    })
}

fn isct_row(row: &IsctRow, all: &[IsctRow], analysis: &Analysis<EventLot>) -> report::IsctRow {
    let counted = row.counted.filter(|p| p.n() > 0);
    report::IsctRow {
        item: row.item.to_owned(),
        marker: row.marker.clone(),
        limit: row.limit.max.or(row.limit.min),
        limit_side: if row.limit.max.is_some() { report::LimitSide::Maximum } else { report::LimitSide::Minimum },
        k: row.counted.map(Proportion::k),
        n: analysis.mask.n_kept() as u64,
        fraction: counted.and_then(Proportion::fraction),
        ci_low: counted.and(row.interval).map(|i| i.low),
        ci_high: counted.and(row.interval).map(|i| i.high),
        bound_one_sided: counted.and(row.bound),
        status: status(row.status),
        note: row.note.as_ref().map(|note| words(note, row, all, &analysis.measured)),
    }
}

fn words(note: &IsctNote, row: &IsctRow, all: &[IsctRow], lot: &EventLot) -> String {
    match note {
        IsctNote::NotMeasured => "No channel of the file measures it, which is not zero.".to_owned(),
        IsctNote::NotSeparable => {
            let threshold = lot.thresholds.iter().find(|t| Some(&t.threshold.marker) == row.marker.as_ref());
            let why = threshold.and_then(|t| t.why_not.as_deref());
            let why = why.map_or_else(String::new, |w| format!(": {w}"));
            format!("Negative and positive events cannot be told apart{why}.")
        }
        IsctNote::Waived(reason) => format!("Waived by the profile: {reason}"),
        IsctNote::Informative => {
            "For information: licensed or dense stromal cells carry HLA-DR with their function intact.".to_owned()
        }
        IsctNote::Alternate => {
            let informs = |r: &IsctRow| matches!(r.note, Some(IsctNote::Alternate | IsctNote::Waived(_)));
            let decides = all.iter().find(|r| r.item == row.item && !informs(r)).and_then(|r| r.marker.as_deref());
            format!("For information: {} decides this criterion.", decides.unwrap_or("the other marker"))
        }
        IsctNote::Cd105Modulation => {
            "CD105 alone is low, with CD73 and CD90 in place and no negative marker above its \
                                      limit: lowered by culture rather than an impurity."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_becomes_a_clause_and_a_name_stays() {
        assert_eq!(clause("Two populations."), "two populations");
        assert_eq!(clause("FMO control 'a.fcs'."), "FMO control 'a.fcs'");
        assert_eq!(clause(""), "");
    }

    #[test]
    fn a_second_peak_lies_on_one_side_of_the_threshold() {
        let peak = |index: usize, height: f64| Peak { index, position: index as f64, height, prominence: height };
        let peaks = [peak(1, 5.0), peak(3, 9.0), peak(6, 2.0), peak(8, 4.0)];
        assert_eq!(second_peak(&peaks, 5.0), Some(6.0));
        assert_eq!(second_peak(&peaks[..3], 5.0), Some(1.0));
        assert_eq!(second_peak(&peaks[1..3], 5.0), None);
    }
}
