//! Accounting, the QC strip, thresholds, distributions, sweeps.

use puricell_core::math::{log10, median, pow};
use puricell_core::{CellMask, DropReason};
use puricell_prep::rna::{Derivation, SweepRow, Threshold};
use puricell_purity::group_thousands;
use puricell_report::model as report;

use super::composition::reason_label;
use crate::pipeline::{Analysis, CellLot, Quality};

/// Bins of a histogram.
const N_BINS: usize = 60;

pub(super) fn qc(analysis: &Analysis<CellLot>) -> report::Qc {
    let quality = &analysis.measured.quality;
    report::Qc {
        accounting: accounting(&analysis.mask, &DropReason::OF_EXPRESSION),
        metrics: metrics(analysis),
        thresholds: thresholds(quality),
        distributions: distributions(quality, &analysis.mask),
        sweeps: sweeps(analysis),
    }
}

pub(super) fn accounting(mask: &CellMask, reasons: &[DropReason]) -> report::CellAccounting {
    report::CellAccounting {
        loaded: mask.n_loaded() as u64,
        kept: mask.n_kept() as u64,
        dropped: mask
            .dropped(reasons)
            .into_iter()
            .map(|(reason, n)| report::DroppedCells {
                reason: reason.name().to_owned(),
                label: reason_label(reason).to_owned(),
                n: n as u64,
            })
            .collect(),
    }
}

fn metrics(analysis: &Analysis<CellLot>) -> Vec<report::QcMetric> {
    let quality = &analysis.measured.quality;
    let kept = analysis.mask.kept();
    let of_kept = |value: &dyn Fn(usize) -> f64| median(&kept.iter().map(|&c| value(c)).collect::<Vec<_>>());
    let m = &quality.metrics;
    let n = Some(kept.len() as u64);
    let metric = |id: &str, label: &str, value: Option<f64>, unit, note: Option<&str>| report::QcMetric {
        id: id.to_owned(),
        label: label.to_owned(),
        value,
        unit,
        n,
        note: note.map(str::to_owned),
    };
    let no_mito = analysis.resolved.sets.mito.is_empty().then_some("no mitochondrial gene among the features");
    vec![
        metric(
            "median_counts",
            "Median molecules (UMI) per kept cell",
            of_kept(&|c| m.total_counts[c] as f64),
            report::Unit::Count,
            None,
        ),
        metric(
            "median_features",
            "Median genes per kept cell",
            of_kept(&|c| f64::from(m.n_features[c])),
            report::Unit::Count,
            None,
        ),
        metric(
            "median_mito",
            "Median mitochondrial share",
            of_kept(&|c| m.mito_fraction[c]),
            report::Unit::Fraction,
            no_mito,
        ),
        metric(
            "protected",
            "Contaminant candidates spared by the lot's cuts",
            Some(quality.n_protected as f64),
            report::Unit::Count,
            None,
        ),
        metric(
            "ambient",
            "Ambient RNA in target cells, at most",
            analysis.measured.ambient.bound.as_ref().map(|b| b.upper).filter(|&upper| upper < 1.0),
            report::Unit::Fraction,
            Some(&ambient(&analysis.measured)),
        ),
    ]
}

/// What the ambient share rests on.
fn ambient(lot: &CellLot) -> String {
    let found = &lot.ambient;
    let n_droplets = || group_thousands(found.soups.iter().map(|soup| soup.n as u64).sum());
    let source = match (lot.has_droplets, found.soups.len() > 1) {
        (true, false) => format!("{} empty droplets of the raw matrix", n_droplets()),
        (true, true) => format!("{} empty droplets of the raw matrices, capture by capture", n_droplets()),
        (false, false) => "the lot's cells pooled, as no raw matrix was given".to_owned(),
        (false, true) => "the cells of each capture pooled, as no raw matrix was given".to_owned(),
    };
    match &found.bound {
        Some(best) => format!(
            "{}{} molecules of {} genes of other classes in half of the target cells, {} if all they hold were ambient; \
             soup: {source}",
            // A bound of all or more says nothing.
            if best.upper < 1.0 { "" } else { "not estimable: " },
            group_thousands(best.observed),
            best.genes.len(),
            group_thousands(best.expected.round() as u64)
        ),
        None => format!("not estimable: too few molecules of other cells in the soup ({source})"),
    }
}

fn thresholds(quality: &Quality) -> Vec<report::QcThreshold> {
    use report::{Side, Unit};
    let t = &quality.thresholds;
    let m = &quality.metrics;
    let mut all = vec![
        floor("total_counts", quality.floor.min_counts as f64, m.total_counts.iter().map(|&v| v as f64)),
        floor("n_features", f64::from(quality.floor.min_features), m.n_features.iter().map(|&v| f64::from(v))),
    ];
    if !m.mito_fraction.iter().all(|v| v.is_nan()) {
        all.push(report::QcThreshold {
            metric: "mito_fraction".to_owned(),
            side: Side::Upper,
            value: Some(quality.floor.mito_cap),
            unit: Unit::Fraction,
            derivation: "cap from the profile; no cell is exempt".to_owned(),
            n_beyond: Some(m.mito_fraction.iter().filter(|&&v| v > quality.floor.mito_cap).count() as u64),
        });
    }
    let mut add = |metric: &str, side, unit, threshold: &Threshold, values: &mut dyn Iterator<Item = f64>| {
        let beyond = |v: f64| match side {
            Side::Lower => v < threshold.value,
            Side::Upper => v > threshold.value,
        };
        all.push(report::QcThreshold {
            metric: metric.to_owned(),
            side,
            value: threshold.value.is_finite().then_some(threshold.value),
            unit,
            derivation: derivation(threshold),
            n_beyond: Some(values.filter(|&v| beyond(v)).count() as u64),
        });
    };
    let counts = || m.total_counts.iter().map(|&v| v as f64);
    let features = || m.n_features.iter().map(|&v| f64::from(v));
    add("total_counts", Side::Lower, Unit::Count, &t.min_counts, &mut counts());
    if let Some(threshold) = &t.max_counts {
        add("total_counts", Side::Upper, Unit::Count, threshold, &mut counts());
    }
    add("n_features", Side::Lower, Unit::Count, &t.min_features, &mut features());
    if let Some(threshold) = &t.max_features {
        add("n_features", Side::Upper, Unit::Count, threshold, &mut features());
    }
    if let Some(threshold) = &t.max_mito {
        add("mito_fraction", Side::Upper, Unit::Fraction, threshold, &mut m.mito_fraction.iter().copied());
    }
    all
}

fn floor(metric: &str, value: f64, values: impl Iterator<Item = f64>) -> report::QcThreshold {
    report::QcThreshold {
        metric: metric.to_owned(),
        side: report::Side::Lower,
        value: Some(value),
        unit: report::Unit::Count,
        derivation: "floor of any cell, from the profile; no cell is exempt".to_owned(),
        n_beyond: Some(values.filter(|&v| v < value).count() as u64),
    }
}

fn derivation(threshold: &Threshold) -> String {
    let statistic = match (threshold.median, threshold.mad) {
        (Some(median), Some(mad)) => {
            format!(" (median {}, MAD {} of {} likely target cells)", short(median), short(mad), threshold.n_cells)
        }
        _ => format!(" ({} likely target cells)", threshold.n_cells),
    };
    let rule = match threshold.derivation {
        Derivation::Mad => "median and MAD of this lot",
        Derivation::RaisedToLimit => "median and MAD of this lot, raised to the profile's limit",
        Derivation::LoweredToLimit => "median and MAD of this lot, lowered to the profile's limit",
        Derivation::TooFewCells => "the profile's limit: too few likely target cells for a MAD",
        Derivation::NoSpread => "the profile's limit: the likely target cells show no spread",
    };
    format!("{rule}{statistic}; contaminant candidates are exempt")
}

fn short(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn distributions(quality: &Quality, mask: &CellMask) -> Vec<report::Distribution> {
    let m = &quality.metrics;
    let counts: Vec<f64> = m.total_counts.iter().map(|&v| v as f64).collect();
    let features: Vec<f64> = m.n_features.iter().map(|&v| f64::from(v)).collect();
    [
        ("total_counts", "Molecules (UMI) per cell", report::Unit::Count, report::Scale::Log10, &counts),
        ("n_features", "Genes per cell", report::Unit::Count, report::Scale::Log10, &features),
        ("mito_fraction", "Mitochondrial share", report::Unit::Fraction, report::Scale::Linear, &m.mito_fraction),
    ]
    .into_iter()
    .filter_map(|(metric, label, unit, scale, values)| histogram(metric, label, unit, scale, values, mask))
    .collect()
}

/// `None` where no value can be shown. On a log scale zeros lie in the first bin.
fn histogram(
    metric: &str,
    label: &str,
    unit: report::Unit,
    scale: report::Scale,
    values: &[f64],
    mask: &CellMask,
) -> Option<report::Distribution> {
    let to_scale = |v: f64| match scale {
        report::Scale::Log10 => log10(v.max(1.0)),
        report::Scale::Linear => v,
    };
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let low = finite().map(to_scale).min_by(f64::total_cmp)?;
    let high = finite().map(to_scale).max_by(f64::total_cmp)?;
    let low = if scale == report::Scale::Linear { 0.0 } else { low };
    let width = ((high - low) / N_BINS as f64).max(1e-6);
    let from_scale = |v: f64| match scale {
        report::Scale::Log10 => pow(10.0, v),
        report::Scale::Linear => v,
    };
    let mut kept = vec![0_u64; N_BINS];
    let mut dropped = vec![0_u64; N_BINS];
    for (cell, &value) in values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
        let bin = (((to_scale(value) - low) / width) as usize).min(N_BINS - 1);
        let counts = if mask.is_kept(cell) { &mut kept } else { &mut dropped };
        counts[bin] += 1;
    }
    Some(report::Distribution {
        metric: metric.to_owned(),
        label: label.to_owned(),
        unit,
        scale,
        edges: (0..=N_BINS).map(|i| from_scale(low + width * i as f64)).collect(),
        kept,
        dropped,
    })
}

/// Classes that are not reportable are left out: no cell can be called so, which is not zero cells.
fn sweeps(analysis: &Analysis<CellLot>) -> Vec<report::Sweep> {
    let quality = &analysis.measured.quality;
    let reportable = |id: &str| analysis.resolved.class(id).is_none_or(|c| analysis.resolved.classes[c].reportable);
    let used_mito = quality.thresholds.max_mito.as_ref().map(|t| t.value);
    let rows = |rows: &[SweepRow], value: &dyn Fn(&SweepRow) -> f64, used: &dyn Fn(f64) -> bool| {
        rows.iter()
            .map(|row| report::SweepRow {
                value: value(row),
                used: used(value(row)),
                n_kept: row.kept.iter().sum::<usize>() as u64,
                counts: quality
                    .sweep_groups
                    .iter()
                    .zip(&row.kept)
                    .filter(|(class, _)| reportable(class))
                    .map(|(class, &k)| report::SweepCount { class: class.clone(), k: k as u64 })
                    .collect(),
            })
            .collect()
    };
    let mut sweeps = Vec::new();
    if let Some(used) = used_mito {
        sweeps.push(report::Sweep {
            label: "Upper limit of the mitochondrial share (above the floor, no cell exempt)".to_owned(),
            unit: report::Unit::Fraction,
            rows: rows(&quality.mito_sweep, &|r| r.mito_cap, &|v| (v - used).abs() < 1e-9),
        });
    }
    let used = quality.thresholds.min_features.value;
    sweeps.push(report::Sweep {
        label: "Fewest genes per cell (no cell exempt)".to_owned(),
        unit: report::Unit::Count,
        rows: rows(&quality.feature_sweep, &|r| f64::from(r.min_features), &|v| (v - used.floor()).abs() < 1e-9),
    });
    sweeps
}
