//! How far the compositions of two lots are apart, against the halves of one lot.

use puricell_core::math::{ln, quantile};
use puricell_core::{Seed, Stream};
use rayon::prelude::*;

/// Two measures of distance between compositions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distance {
    /// Aitchison's: the length of the difference of centred log-ratios, with half a cell added to each class (Aitchison 1986).
    pub aitchison: f64,
    /// The square root of Jensen's and Shannon's divergence to base 2, 0 to 1 (Endres and Schindelin 2003,
    /// doi:10.1109/TIT.2003.813506).
    pub jensen_shannon: f64,
}

/// Distance between two lots' counts of the same classes, which together are all their cells. `None` where a lot has no cell
/// or there are fewer than two classes.
pub fn distance(a: &[u64], b: &[u64]) -> Option<Distance> {
    let (sum_a, sum_b) = (a.iter().sum::<u64>(), b.iter().sum::<u64>());
    if a.len() != b.len() || a.len() < 2 || sum_a == 0 || sum_b == 0 {
        return None;
    }
    let (log_a, log_b) = (log_ratios(a), log_ratios(b));
    let aitchison = log_a.iter().zip(&log_b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
    let divergence: f64 = a
        .iter()
        .zip(b)
        .map(|(&k, &l)| {
            let (p, q) = (k as f64 / sum_a as f64, l as f64 / sum_b as f64);
            let middle = f64::midpoint(p, q);
            let part = |x: f64| if x > 0.0 { 0.5 * x * ln(x / middle) } else { 0.0 };
            part(p) + part(q)
        })
        .sum();
    Some(Distance { aitchison, jensen_shannon: (divergence.max(0.0) / ln(2.0)).sqrt() })
}

/// Logarithms of the counts, less their mean.
fn log_ratios(counts: &[u64]) -> Vec<f64> {
    let logs: Vec<f64> = counts.iter().map(|&k| ln(k as f64 + 0.5)).collect();
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    logs.iter().map(|l| l - mean).collect()
}

/// How often each lot is split for the null.
const SPLITS: u64 = 200;

/// What the halves of one lot are apart by: the 95th percentiles over random splits of every lot.
///
/// Lots are compared by halves, too, so that the numbers of cells are the same ([`between_halves`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Null {
    /// 95 % of splits lie below.
    pub p95: Distance,
    /// Half of them do.
    pub median: Distance,
}

/// The null of several lots; `None` where no lot can be split. Split `i` of lot `l` is drawn from stream `("halves", l * 200 + i)`.
pub fn null(lots: &[Vec<u64>], seed: Seed) -> Option<Null> {
    let drawn: Vec<Distance> = (0..lots.len() as u64 * SPLITS)
        .into_par_iter()
        .filter_map(|item| {
            let [a, b] = halves(&lots[(item / SPLITS) as usize], &mut seed.stream("halves", item));
            distance(&a, &b)
        })
        .collect();
    let at = |q| {
        let of = |value: &dyn Fn(&Distance) -> f64| quantile(&drawn.iter().map(value).collect::<Vec<f64>>(), q);
        Some(Distance { aitchison: of(&|d| d.aitchison)?, jensen_shannon: of(&|d| d.jensen_shannon)? })
    };
    Some(Null { p95: at(0.95)?, median: at(0.5)? })
}

/// The median distance between a half of one lot and a half of another, over random splits of both; `item` names the pair.
pub fn between_halves(a: &[u64], b: &[u64], seed: Seed, item: u64) -> Option<Distance> {
    const PAIRS: usize = 20;
    let mut random = seed.stream("pairs_of_halves", item);
    let drawn: Vec<Distance> = (0..PAIRS)
        .filter_map(|_| {
            let [first, _] = halves(a, &mut random);
            let [second, _] = halves(b, &mut random);
            distance(&first, &second)
        })
        .collect();
    let of = |value: &dyn Fn(&Distance) -> f64| quantile(&drawn.iter().map(value).collect::<Vec<f64>>(), 0.5);
    Some(Distance { aitchison: of(&|d| d.aitchison)?, jensen_shannon: of(&|d| d.jensen_shannon)? })
}

/// A random split of a lot's cells into two halves: each class is drawn without replacement (hypergeometric).
fn halves(counts: &[u64], random: &mut Stream) -> [Vec<u64>; 2] {
    let mut left: u64 = counts.iter().sum();
    let mut wanted = left / 2;
    let mut first = Vec::with_capacity(counts.len());
    for &class in counts {
        let drawn = hypergeometric(class, left - class, wanted, random);
        first.push(drawn);
        left -= class;
        wanted -= drawn;
    }
    let second = counts.iter().zip(&first).map(|(all, first)| all - first).collect();
    [first, second]
}

/// How many of `wanted` cells drawn are of a class that has `of_class` cells, beside `others`: inversion from the mode outwards.
fn hypergeometric(of_class: u64, others: u64, wanted: u64, random: &mut Stream) -> u64 {
    let least = wanted.saturating_sub(others);
    let most = wanted.min(of_class);
    if least == most {
        return least;
    }
    let (k, n, d) = (of_class as f64, others as f64, wanted as f64);
    let mode = (((d + 1.0) * (k + 1.0) / (k + n + 2.0)) as u64).clamp(least, most);
    // Weights relative to the mode's: p(x + 1) / p(x) = (k - x) (d - x) / ((x + 1) (n - d + x + 1)).
    let up = |x: u64| {
        let x = x as f64;
        (k - x) * (d - x) / ((x + 1.0) * (n - d + x + 1.0))
    };
    // All that matters lies within some standard deviations; beyond, a weight is below 1e-18 of the mode's.
    let mut weights = vec![(mode, 1.0)];
    let mut weight = 1.0;
    let mut x = mode;
    while x < most && weight > 1e-18 {
        weight *= up(x);
        x += 1;
        weights.push((x, weight));
    }
    (x, weight) = (mode, 1.0);
    while x > least && weight > 1e-18 {
        x -= 1;
        weight /= up(x);
        weights.push((x, weight));
    }
    let total: f64 = weights.iter().map(|(_, w)| w).sum();
    let mut rest = random.uniform() * total;
    for (x, weight) in &weights {
        rest -= weight;
        if rest <= 0.0 {
            return *x;
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    /// numpy, centred logarithms with the half added; scipy 1.17.1,.spatial.distance.jensenshannon(base=2).
    #[test]
    fn distances_agree_with_other_implementations() {
        let found = distance(&[950, 40, 10, 0], &[900, 70, 28, 2]).unwrap();
        assert!((found.aitchison - 1.217_473_838_609_815_2).abs() < 1e-12, "{found:?}");
        assert!((found.jensen_shannon - 0.087_624_917_704_640_29).abs() < 1e-12, "{found:?}");
        let none = distance(&[5, 5], &[5, 5]).unwrap();
        assert!(none.aitchison.abs() < 1e-15 && none.jensen_shannon.abs() < 1e-7);
        assert!((distance(&[5, 0], &[0, 5]).unwrap().jensen_shannon - 1.0).abs() < 1e-12);
        assert_eq!(distance(&[0, 0], &[1, 1]), None);
        assert_eq!(distance(&[1], &[1]), None);
    }

    #[test]
    fn halves_have_the_hypergeometric_moments() {
        let counts = [600, 300, 90, 10];
        let n = 4000;
        let mut sums = [0.0; 4];
        let mut squares = [0.0; 4];
        for item in 0..n {
            let [a, b] = halves(&counts, &mut Seed(3).stream("test", item));
            assert_eq!(a.iter().sum::<u64>(), 500);
            for i in 0..4 {
                assert_eq!(a[i] + b[i], counts[i]);
                sums[i] += a[i] as f64;
                squares[i] += (a[i] as f64).powi(2);
            }
        }
        for i in 0..4 {
            let k = counts[i] as f64;
            let mean = sums[i] / n as f64;
            let variance = squares[i] / n as f64 - mean * mean;
            let want = 500.0 * (k / 1000.0) * (1.0 - k / 1000.0) * 500.0 / 999.0;
            assert!((mean - k / 2.0).abs() < 4.0 * (want / n as f64).sqrt(), "{i}: {mean}");
            assert!((variance / want - 1.0).abs() < 0.12, "{i}: {variance} {want}");
        }
    }

    #[test]
    fn lots_of_one_composition_are_as_near_as_halves() {
        let lots = vec![vec![4700, 250, 40, 10], vec![4710, 241, 38, 11], vec![4200, 700, 90, 10]];
        let null = null(&lots, Seed(1)).unwrap();
        let near = between_halves(&lots[0], &lots[1], Seed(1), 0).unwrap();
        let far = between_halves(&lots[0], &lots[2], Seed(1), 1).unwrap();
        assert!(
            near.jensen_shannon < null.p95.jensen_shannon && near.aitchison < null.p95.aitchison,
            "{near:?} {null:?}"
        );
        assert!(far.jensen_shannon > 3.0 * null.p95.jensen_shannon, "{far:?} {null:?}");
    }
}
