//! Lots that the other lots do not explain, each with the class and the numbers that say so.

use crate::distributions::student_two_sided;
use crate::{Interval, Level, Proportion};

use super::predictive::{next_lot, tails_by_others};
use super::tolerance::prediction_interval;
use super::{Logit, MIN_LOTS, fraction_of, holm, moments};

/// The fewest cells of a class in the median lot for its logits to be taken as normal; below, it is rare.
pub const RARE: u64 = 20;

/// The chance of naming any lot of a cohort in which none stands out.
pub const ALPHA: f64 = 0.05;

/// A lot that stands out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlier {
    /// Index of the class, as given.
    pub class: usize,
    /// Index of the lot.
    pub lot: usize,
    /// Its count.
    pub counted: Proportion,
    /// Between which fractions 95 % of lots lie, by the other lots.
    pub expected: Interval,
    /// P, adjusted for all lots and classes looked at.
    pub p_adjusted: f64,
}

/// Whether a class is rare among these lots: its counts are then beta-binomial, not logit-normal.
pub fn is_rare(lots: &[Proportion]) -> bool {
    let mut counts: Vec<u64> = lots.iter().map(|l| l.k().min(l.n() - l.k())).collect();
    counts.sort_unstable();
    counts.first() == Some(&0) || counts.get(counts.len() / 2).is_none_or(|&k| k < RARE)
}

/// Holds every lot's count of every class (`classes x lots`; `None` where it is not reportable) against what all other lots predict.
///
/// A class that is not rare by the prediction interval of their logits, a rare one by their beta-binomial distribution. P values are
/// adjusted by Holm over all lots and classes. Nothing is named with fewer than four lots.
pub fn outliers(classes: &[Vec<Option<Proportion>>]) -> Vec<Outlier> {
    let mut tested: Vec<(usize, usize, Proportion)> = Vec::new();
    let mut p_values = Vec::new();
    for (class, lots) in classes.iter().enumerate() {
        let known: Vec<(usize, Proportion)> =
            lots.iter().enumerate().filter_map(|(i, lot)| Some((i, (*lot)?))).filter(|(_, l)| l.n() > 0).collect();
        let counted: Vec<Proportion> = known.iter().map(|(_, lot)| *lot).collect();
        if counted.len() <= MIN_LOTS {
            continue;
        }
        let p_of_class =
            if is_rare(&counted) { rare(&counted) } else { (0..counted.len()).map(|i| common(&counted, i)).collect() };
        for ((lot, counted), p) in known.into_iter().zip(p_of_class) {
            tested.push((class, lot, counted));
            p_values.push(p);
        }
    }
    let adjusted = holm(&p_values);
    tested
        .into_iter()
        .zip(adjusted)
        .filter(|(_, p)| *p < ALPHA)
        .map(|((class, lot, counted), p_adjusted)| {
            let others: Vec<Proportion> =
                classes[class].iter().enumerate().filter(|(i, _)| *i != lot).filter_map(|(_, l)| *l).collect();
            Outlier { class, lot, counted, expected: expected(&others, counted.n()), p_adjusted }
        })
        .collect()
}

/// The central 95 % that lots of `n` cells lie in, by these lots.
pub fn expected(lots: &[Proportion], n: u64) -> Interval {
    if is_rare(lots) {
        let share = |k: u64| k as f64 / n as f64;
        // One-sided 95 % each way, which together hold 90 %: the bound above is the one that matters for what is rare.
        return next_lot(lots, n)
            .map_or(Interval { low: 0.0, high: 1.0 }, |p| Interval { low: share(p.k_lower), high: share(p.k_upper) });
    }
    let values: Vec<f64> = lots.iter().filter_map(|&l| Logit::of(l)).map(|l| l.value).collect();
    let (mean, deviation) = moments(&values);
    prediction_interval(mean, deviation, values.len(), Level::P95)
        .map_or(Interval { low: 0.0, high: 1.0 }, |i| Interval { low: fraction_of(i.low), high: fraction_of(i.high) })
}

fn common(lots: &[Proportion], left_out: usize) -> f64 {
    let logits: Vec<f64> = lots.iter().filter_map(|&l| Logit::of(l)).map(|l| l.value).collect();
    let others: Vec<f64> = logits.iter().enumerate().filter(|(i, _)| *i != left_out).map(|(_, v)| *v).collect();
    let (mean, deviation) = moments(&others);
    let n = others.len() as f64;
    let error = deviation * (1.0 + 1.0 / n).sqrt();
    if error > 0.0 { student_two_sided((logits[left_out] - mean) / error, n - 1.0) } else { 1.0 }
}

fn rare(lots: &[Proportion]) -> Vec<f64> {
    tails_by_others(lots)
        .into_iter()
        .map(|t| t.map_or(1.0, |[below, above]| (2.0 * below.min(above)).min(1.0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use puricell_core::Seed;

    use super::*;

    fn cohort(study: u64) -> Vec<Vec<Option<Proportion>>> {
        let mut random = Seed(9).stream("outliers", study);
        let mut class = |mean: f64, deviation: f64| -> Vec<Option<Proportion>> {
            (0..20)
                .map(|_| {
                    let share = fraction_of(mean + deviation * random.normal());
                    let k = (0..4000).filter(|_| random.uniform() < share).count() as u64;
                    Proportion::new(k, 4000).ok()
                })
                .collect()
        };
        vec![class(3.0, 0.3), class(-3.2, 0.3), class(-8.0, 0.2)]
    }

    #[test]
    fn nothing_is_named_where_nothing_stands_out() {
        const STUDIES: u64 = 120;
        let named = (0..STUDIES).filter(|&study| !outliers(&cohort(study)).is_empty()).count();
        // 5 % of 120 are 6; 14 or more come once in a thousand times.
        assert!(named <= 13, "{named} of {STUDIES}");
    }

    #[test]
    fn a_lot_is_named_with_its_class() {
        let mut classes = cohort(0);
        classes[2][7] = Proportion::new(60, 4000).ok();
        classes[1][3] = Proportion::new(900, 4000).ok();
        classes[0][0] = None;
        let found = outliers(&classes);
        assert_eq!(found.iter().map(|o| (o.class, o.lot)).collect::<Vec<_>>(), [(1, 3), (2, 7)]);
        for outlier in &found {
            assert!(outlier.counted.fraction().unwrap() > outlier.expected.high, "{outlier:?}");
        }
        assert!(outliers(&[classes[1][..3].to_vec()]).is_empty());
    }
}
