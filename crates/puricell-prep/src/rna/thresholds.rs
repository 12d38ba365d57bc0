//! Tier 2: the bounds of one lot, from its own likely target cells.

mod apply;
mod mad;

use puricell_core::{Noted, Warning, math};

use super::CellMetrics;
use crate::PrepError;

pub use apply::apply_lot_thresholds;
pub use mad::{Derivation, MadRule, Threshold};
use mad::{Scale, Side, check_rule, derive};

/// How the bounds of a lot are derived. The limits are the profile's; the statistics are the lot's own.
#[derive(Debug, Clone, PartialEq)]
pub struct LotParams {
    /// Lower bound on molecules, by the MAD of `ln(1 + molecules)`. Default 3 MAD, at least 0, no upper limit. Set
    /// `at_least` where a product is known to be deeply sequenced, `at_most` where lots mix shallow and deep cells.
    pub counts_low: MadRule,
    /// Lower bound on detected genes, by the MAD of `ln(1 + genes)`. Default as for molecules.
    pub features_low: MadRule,
    /// Upper bound on molecules; cells above it leave as `Doublet`. Default none: large cycling stromal cells lie
    /// there too. Set it only when the profile asks for it.
    pub counts_high: Option<MadRule>,
    /// Upper bound on detected genes; as `counts_high`.
    pub features_high: Option<MadRule>,
    /// Upper bound on the mitochondrial fraction, by the MAD of the fraction itself. Default 3 MAD, at least 0.10, at
    /// most 0.20. `at_most` is also the hard cap that no cell is exempt from. A flat 5 % is not the default: it fails
    /// in 13 of 44 human tissues (Osorio and Cai 2021, doi:10.1093/bioinformatics/btaa751).
    pub mito_high: MadRule,
    /// With fewer likely target cells than this a MAD says little, and only the limits are used (default 50).
    pub min_cells: usize,
}

impl Default for LotParams {
    fn default() -> Self {
        let low = MadRule { n_mads: 3.0, at_least: 0.0, at_most: f64::INFINITY };
        Self {
            counts_low: low,
            features_low: low,
            counts_high: None,
            features_high: None,
            mito_high: MadRule { n_mads: 3.0, at_least: 0.10, at_most: 0.20 },
            min_cells: 50,
        }
    }
}

/// The bounds of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct LotThresholds {
    /// Fewest molecules.
    pub min_counts: Threshold,
    /// Fewest genes.
    pub min_features: Threshold,
    /// Most molecules, where asked for.
    pub max_counts: Option<Threshold>,
    /// Most genes, where asked for.
    pub max_features: Option<Threshold>,
    /// Largest mitochondrial fraction; `None` where it cannot be measured.
    pub max_mito: Option<Threshold>,
    /// The mitochondrial fraction above which no cell is exempt.
    pub mito_cap: f64,
}

/// Bounds of this lot from `cells`: its likely target cells that passed the floor, one flag per cell of `metrics`.
///
/// Each bound is `median -+ n_mads * 1.4826 * MAD`, on `ln(1 + x)` for molecules and genes and on the fraction for
/// mitochondria (Leys et al. 2013, doi:10.1016/j.jesp.2013.03.013; scater's `isOutlier`), then kept within the rule's
/// limits. With too few cells, or without spread, the limit that drops fewer cells stands (`at_least` of a lower
/// bound, `at_most` of an upper one) and a warning says so.
///
/// # Errors
/// [`PrepError::Length`] where `cells` does not fit `metrics`; [`PrepError::Parameter`] or [`PrepError::Limits`] where
/// a rule is not valid.
pub fn lot_thresholds(
    metrics: &CellMetrics,
    cells: &[bool],
    params: &LotParams,
) -> Result<Noted<LotThresholds>, PrepError> {
    PrepError::check_length("cells", cells.len(), metrics.n_cells())?;
    check_rule("mito_high", &params.mito_high, 1.0)?;
    let mut warnings = Vec::new();
    let chosen: Vec<usize> = (0..cells.len()).filter(|&i| cells[i]).collect();
    let counts: Vec<f64> = chosen.iter().map(|&i| math::ln_1p(metrics.total_counts[i] as f64)).collect();
    let features: Vec<f64> = chosen.iter().map(|&i| math::ln_1p(f64::from(metrics.n_features[i]))).collect();
    let mito: Vec<f64> = chosen.iter().map(|&i| metrics.mito_fraction[i]).filter(|v| v.is_finite()).collect();

    let mut derive = |name: &'static str, values: &[f64], rule: &MadRule, side: Side| {
        check_rule(name, rule, f64::INFINITY)?;
        let threshold =
            derive(values, rule, side, params.min_cells, if name == "mito_high" { Scale::Linear } else { Scale::Log });
        match threshold.derivation {
            Derivation::TooFewCells => warnings.push(Warning::new(
                "threshold_too_few_cells",
                format!(
                    "bound `{name}`: {} likely target cells are fewer than the {} a MAD needs; only the profile's limit {} is used",
                    threshold.n_cells, params.min_cells, threshold.value
                ),
            )),
            Derivation::NoSpread => warnings.push(Warning::new(
                "threshold_no_spread",
                format!(
                    "bound `{name}`: more than half of {} likely target cells have the same value, so the MAD is 0; only the profile's limit {} is used",
                    threshold.n_cells, threshold.value
                ),
            )),
            Derivation::Mad | Derivation::RaisedToLimit | Derivation::LoweredToLimit => {}
        }
        Ok::<Threshold, PrepError>(threshold)
    };
    let min_counts = derive("counts_low", &counts, &params.counts_low, Side::Low)?;
    let min_features = derive("features_low", &features, &params.features_low, Side::Low)?;
    let max_counts = params.counts_high.map(|r| derive("counts_high", &counts, &r, Side::High)).transpose()?;
    let max_features = params.features_high.map(|r| derive("features_high", &features, &r, Side::High)).transpose()?;
    let measurable = metrics.mito_fraction.iter().any(|v| v.is_finite());
    let max_mito = if measurable { Some(derive("mito_high", &mito, &params.mito_high, Side::High)?) } else { None };
    if !measurable && metrics.n_cells() > 0 {
        warnings.push(Warning::new(
            "mito_not_measurable",
            "no mitochondrial gene was found in the data, so cells cannot be judged by their mitochondrial fraction; \
             non-viable cells may be among the kept ones",
        ));
    }
    let thresholds = LotThresholds {
        min_counts,
        min_features,
        max_counts,
        max_features,
        max_mito,
        mito_cap: params.mito_high.at_most,
    };
    Ok(Noted { value: thresholds, warnings })
}

#[cfg(test)]
mod tests {
    use puricell_core::CellMask;

    use super::*;

    fn metrics(counts: &[u64], mito: &[f64]) -> CellMetrics {
        CellMetrics {
            total_counts: counts.to_vec(),
            n_features: counts.iter().map(|&c| (c / 2) as u32).collect(),
            mito_fraction: mito.to_vec(),
            ..CellMetrics::default()
        }
    }

    fn few() -> LotParams {
        LotParams { min_cells: 3, ..LotParams::default() }
    }

    #[test]
    fn bounds_follow_the_definition() {
        // ln(1 + x) of 999, 9999, 99999 is 3, 4, 5 times ln 10: median 4 ln 10, MAD ln 10.
        let m = metrics(&[999, 9_999, 99_999], &[0.05, 0.08, 0.09]);
        let params = LotParams {
            counts_low: MadRule { n_mads: 1.0, at_least: 0.0, at_most: f64::INFINITY },
            counts_high: Some(MadRule { n_mads: 1.0, at_least: 0.0, at_most: f64::INFINITY }),
            ..few()
        };
        let t = lot_thresholds(&m, &[true; 3], &params).unwrap();
        // 10^(4 - 1.4826) - 1 = 328.155, 10^(4 + 1.4826) - 1 = 303807.6: whole molecules inwards.
        assert!((t.value.min_counts.value - 329.0).abs() < 1e-9, "{t:?}");
        assert!((t.value.max_counts.unwrap().value - 303_807.0).abs() < 1e-9);
        assert_eq!(t.value.min_counts.derivation, Derivation::Mad);
        // 0.08 + 3 * 1.4826 * 0.01 = 0.124478
        let mito = t.value.max_mito.unwrap();
        assert!((mito.value - 0.124_478).abs() < 1e-12 && mito.derivation == Derivation::Mad);
        assert!(t.warnings.is_empty());
    }

    #[test]
    fn limits_stand_where_the_lot_passes_them() {
        let clean = metrics(&[1000, 1100, 1200], &[0.01, 0.011, 0.012]);
        let t = lot_thresholds(&clean, &[true; 3], &few()).unwrap().value.max_mito.unwrap();
        assert_eq!((t.derivation, t.value.to_bits()), (Derivation::RaisedToLimit, 0.10_f64.to_bits()));
        let dying = metrics(&[1000, 1100, 1200], &[0.3, 0.4, 0.5]);
        let t = lot_thresholds(&dying, &[true; 3], &few()).unwrap().value.max_mito.unwrap();
        assert_eq!((t.derivation, t.value.to_bits()), (Derivation::LoweredToLimit, 0.20_f64.to_bits()));
        assert!(t.unlimited.unwrap() > 0.4);
    }

    #[test]
    fn degenerate_lots_fall_back_to_the_limits_and_say_so() {
        let params = LotParams { counts_low: MadRule { n_mads: 3.0, at_least: 500.0, at_most: 2000.0 }, ..few() };
        // No cell, one cell, all equal, no mitochondrial gene.
        for (counts, mito, code) in [
            (vec![], vec![], "threshold_too_few_cells"),
            (vec![7000], vec![0.04], "threshold_too_few_cells"),
            (vec![7000; 9], vec![0.04; 9], "threshold_no_spread"),
        ] {
            let m = metrics(&counts, &mito);
            let t = lot_thresholds(&m, &vec![true; counts.len()], &params).unwrap();
            assert!((t.value.min_counts.value - 500.0).abs() < 1e-12);
            assert!(t.value.min_features.value.abs() < 1e-12);
            assert!(t.warnings.iter().all(|w| w.code == code) && t.warnings.len() >= 2, "{:?}", t.warnings);
            if let Some(mito) = t.value.max_mito {
                assert!((mito.value - 0.20).abs() < 1e-12, "the lenient limit is the cap");
            }
        }
        let m = metrics(&[900, 1000, 1100], &[f64::NAN; 3]);
        let t = lot_thresholds(&m, &[true; 3], &params).unwrap();
        assert!(t.value.max_mito.is_none());
        assert_eq!(t.warnings[0].code, "mito_not_measurable");
        let mut mask = CellMask::all_kept(3);
        apply_lot_thresholds(&mut mask, &m, &t.value, &[false; 3]).unwrap();
        assert_eq!(mask.n_kept(), 3);
    }

    #[test]
    fn wrong_arguments_are_named() {
        let m = metrics(&[1000], &[0.0]);
        assert!(matches!(
            lot_thresholds(&m, &[], &LotParams::default()),
            Err(PrepError::Length { argument: "cells", .. })
        ));
        for rule in [
            MadRule { n_mads: f64::NAN, at_least: 0.0, at_most: 1.0 },
            MadRule { n_mads: 3.0, at_least: 0.3, at_most: 0.2 },
            MadRule { n_mads: 3.0, at_least: 0.1, at_most: 20.0 },
            MadRule { n_mads: 3.0, at_least: f64::NAN, at_most: 0.2 },
        ] {
            let params = LotParams { mito_high: rule, ..LotParams::default() };
            assert!(lot_thresholds(&m, &[true], &params).is_err(), "{rule:?}");
        }
        let t = lot_thresholds(&m, &[true], &LotParams::default()).unwrap().value;
        let mut mask = CellMask::all_kept(2);
        assert!(apply_lot_thresholds(&mut mask, &m, &t, &[false]).is_err());
    }
}
