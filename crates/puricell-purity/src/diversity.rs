//! How many kinds of cells there are: Hill numbers with sample coverage.

mod binomial_draw;

use puricell_core::{Noted, Seed, Stream, Warning, math};
use rayon::prelude::*;

pub use binomial_draw::binomial as binomial_draw;

/// How diversity is estimated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiversityParams {
    /// Bootstrap samples behind the intervals (default 500). More narrow the interval's own error; 0 gives no interval.
    pub n_bootstrap: usize,
}

impl Default for DiversityParams {
    fn default() -> Self {
        Self { n_bootstrap: 500 }
    }
}

/// One Hill number: the number of equally frequent groups that would be as diverse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HillNumber {
    /// The order: 0 counts groups, 1 weighs them by their share, 2 by the square of it.
    pub order: u8,
    /// The Hill number of the cells at hand, from 1 to the number of groups.
    pub value: f64,
    /// 95 % bootstrap interval, `None` where none was asked for.
    pub interval: Option<(f64, f64)>,
}

/// Diversity of a lot's cells over fixed groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Diversity {
    /// Cells counted.
    pub n_cells: u64,
    /// Groups with at least one cell.
    pub n_groups: usize,
    /// Orders 0, 1 and 2.
    pub hill: [HillNumber; 3],
    /// Estimated share of the lot that belongs to the groups seen, 0 to 1.
    pub coverage: f64,
    /// Chao1 estimate of groups in the lot that were not seen, at least 0. A lower bound.
    pub unseen_groups: f64,
}

/// Diversity of `counts`, the cells of each group; groups without a cell are of no account. `None` and a warning
/// (`diversity_no_cells`) without a cell.
///
/// Hill numbers are those of the cells at hand (Hill 1973, doi:10.2307/1934352): the number of groups, the exponential
/// of Shannon's entropy, the inverse of Simpson's concentration. They depend on how cells are grouped, so compare only
/// lots grouped by the same fixed classes.
///
/// Coverage is Chao and Jost's (2012, doi:10.1890/11-1952.1) equation 4a from the numbers of groups seen once and
/// twice; where none is seen twice, the form used in iNEXT. Intervals are `value -+ 1.96 s`, `s` being the standard
/// deviation over bootstrap samples of the assemblage that Chao et al. (2014, doi:10.1890/13-0133.1, appendix G)
/// estimate, unseen groups included, kept at 1 or above.
///
/// Deterministic: bootstrap sample `i` draws from stream `("diversity", i)`.
pub fn diversity(counts: &[u64], params: &DiversityParams, seed: Seed) -> Noted<Option<Diversity>> {
    let mut seen: Vec<u64> = counts.iter().copied().filter(|&c| c > 0).collect();
    // Largest first: the order in which a multinomial sample is drawn with the fewest random bits.
    seen.sort_unstable_by(|a, b| b.cmp(a));
    let n: u64 = seen.iter().sum();
    if n == 0 {
        let warning = Warning::new("diversity_no_cells", "there is no cell to count, so diversity is not estimable");
        return Noted { value: None, warnings: vec![warning] };
    }
    let rarity = Rarity::of(&seen, n);
    let values = hill_numbers(&seen, n);
    let spread = (params.n_bootstrap > 1).then(|| {
        let assemblage = estimated_assemblage(&seen, n, &rarity);
        let samples: Vec<[f64; 3]> = (0..params.n_bootstrap as u64)
            .into_par_iter()
            .map(|i| hill_numbers(&multinomial(n, &assemblage, &mut seed.stream("diversity", i)), n))
            .collect();
        [0, 1, 2].map(|q| standard_deviation(samples.iter().map(|s| s[q])))
    });
    let hill = [0_u8, 1, 2].map(|order| {
        let value = values[usize::from(order)];
        let interval = spread.map(|s| {
            let half = 1.959_963_984_540_054 * s[usize::from(order)];
            ((value - half).max(1.0), value + half)
        });
        HillNumber { order, value, interval }
    });
    let value =
        Diversity { n_cells: n, n_groups: seen.len(), hill, coverage: rarity.coverage, unseen_groups: rarity.unseen };
    Noted::quiet(Some(value))
}

/// Hill numbers of order 0, 1 and 2 of counts that sum to `n`.
fn hill_numbers(counts: &[u64], n: u64) -> [f64; 3] {
    let (mut groups, mut entropy, mut concentration) = (0.0, 0.0, 0.0);
    for share in counts.iter().filter(|&&c| c > 0).map(|&c| c as f64 / n as f64) {
        groups += 1.0;
        entropy -= share * math::ln(share);
        concentration += share * share;
    }
    [groups, math::exp(entropy), 1.0 / concentration]
}

/// What rare groups tell about those not seen.
struct Rarity {
    /// Good and Turing's share of the lot in groups seen, refined.
    coverage: f64,
    /// Chao1: groups not seen.
    unseen: f64,
}

impl Rarity {
    fn of(counts: &[u64], n: u64) -> Self {
        let times = |k: u64| counts.iter().filter(|&&c| c == k).count() as f64;
        let (once, twice, n) = (times(1), times(2), n as f64);
        let unseen = (n - 1.0) / n * if twice > 0.0 { once * once / (2.0 * twice) } else { once * (once - 1.0) / 2.0 };
        // With f1 singletons and f2 doubletons, C = 1 - f1/n * n f0 / (n f0 + f1); equation 4a, and its form for
        // f2 = 0, follow on inserting f0. One singleton alone leaves f0 = 0, and C = 1 - f1/n * 0 would claim that
        // all is seen, so Good and Turing's C = 1 - f1/n stands.
        let deficit = if once > 0.0 {
            let share = if unseen > 0.0 { n * unseen / (n * unseen + once) } else { 1.0 };
            once / n * share
        } else {
            0.0
        };
        Self { coverage: 1.0 - deficit, unseen }
    }
}

/// Shares of the groups seen, shrunk to make room for those not seen, which share the rest equally (Chao et al. 2014,
/// appendix G; `EstiBootComm.Ind` of iNEXT 3).
fn estimated_assemblage(counts: &[u64], n: u64, rarity: &Rarity) -> Vec<f64> {
    let total = n as f64;
    let shares: Vec<f64> = counts.iter().map(|&c| c as f64 / total).collect();
    let missed: Vec<f64> = shares.iter().map(|&p| math::pow(1.0 - p, total)).collect();
    let n_unseen = rarity.unseen.ceil();
    let deficit = 1.0 - rarity.coverage;
    let expected: f64 = shares.iter().zip(&missed).map(|(p, m)| p * m).sum();
    if n_unseen < 1.0 || expected <= 0.0 {
        return shares;
    }
    let weight = deficit / expected;
    let mut assemblage: Vec<f64> = shares.iter().zip(&missed).map(|(p, m)| p * (1.0 - weight * m)).collect();
    assemblage.extend((0..n_unseen as usize).map(|_| deficit / n_unseen));
    assemblage
}

/// One multinomial sample of `n` over `shares`, which sum to 1 up to rounding.
fn multinomial(n: u64, shares: &[f64], stream: &mut Stream) -> Vec<u64> {
    let (mut left, mut rest) = (n, shares.iter().sum::<f64>());
    let mut sample = Vec::with_capacity(shares.len());
    for (i, &share) in shares.iter().enumerate() {
        let drawn = if i + 1 == shares.len() { left } else { binomial_draw(left, share / rest, stream) };
        sample.push(drawn);
        left -= drawn;
        rest -= share;
    }
    sample
}

fn standard_deviation(values: impl ExactSizeIterator<Item = f64> + Clone) -> f64 {
    let n = values.len() as f64;
    let mean = values.clone().sum::<f64>() / n;
    (values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(counts: &[u64]) -> Diversity {
        diversity(counts, &DiversityParams::default(), Seed(1)).value.unwrap()
    }

    #[test]
    fn hill_numbers_of_a_nearly_pure_lot() {
        // 97, 2, 0.7 and 0.3 %: exp(0.15966) = 1.173, 1/0.941458 = 1.062.
        let d = of(&[9700, 0, 30, 70, 200]);
        assert_eq!((d.n_cells, d.n_groups), (10_000, 4));
        let values = d.hill.map(|h| h.value);
        assert!((values[0] - 4.0).abs() < 1e-12);
        // The oracle is given to three decimals.
        assert!((values[1] - 1.173).abs() < 5e-4 && (values[2] - 1.062).abs() < 5e-4, "{values:?}");
        assert!((d.coverage - 1.0).abs() < 1e-15 && d.unseen_groups.abs() < 1e-15);
    }

    #[test]
    fn equal_groups_count_fully_and_one_group_counts_once() {
        for h in of(&[25; 4]).hill {
            assert!((h.value - 4.0).abs() < 1e-12);
        }
        let one = of(&[1000]);
        for h in one.hill {
            let (low, high) = h.interval.unwrap();
            assert!((h.value - 1.0).abs() < 1e-12 && (low - 1.0).abs() < 1e-12 && (high - 1.0).abs() < 1e-12);
        }
        let none = diversity(&[0, 0], &DiversityParams::default(), Seed(1));
        assert!(none.value.is_none() && none.warnings[0].code == "diversity_no_cells");
    }

    #[test]
    fn coverage_follows_chao_and_jost() {
        // f1 = 3, f2 = 2, n = 40: 1 - 3/40 * 39*3 / (39*3 + 2*2) = 0.92747934 by hand.
        let d = of(&[30, 3, 2, 2, 1, 1, 1]);
        assert!((d.coverage - (1.0 - 3.0 / 40.0 * (117.0 / 121.0))).abs() < 1e-12);
        assert!((d.unseen_groups - 39.0 / 40.0 * 9.0 / 4.0).abs() < 1e-12);
        // f1 = 2, f2 = 0, n = 32: 1 - 2/32 * 31*1 / (31*1 + 2).
        let d = of(&[30, 1, 1]);
        assert!((d.coverage - (1.0 - 2.0 / 32.0 * (31.0 / 33.0))).abs() < 1e-12);
        assert!((of(&[9, 1]).coverage - 0.9).abs() < 1e-12);
        assert!(of(&[1]).coverage.abs() < 1e-12);
    }

    #[test]
    fn intervals_hold_the_truth_about_as_often_as_they_say() {
        // Planted: 200 lots of 500 cells from known shares; the Hill numbers of order 1 and 2 of the truth.
        let shares = [0.9, 0.06, 0.03, 0.01];
        let truth = {
            let counts = shares.map(|s: f64| (s * 1e6).round() as u64);
            hill_numbers(&counts, 1_000_000)
        };
        let mut hits = [0; 3];
        for lot in 0..200 {
            let counts = multinomial(500, &shares, &mut Seed(9).stream("lots", lot));
            let d = diversity(&counts, &DiversityParams { n_bootstrap: 200 }, Seed(lot)).value.unwrap();
            for q in 1..3 {
                let (low, high) = d.hill[q].interval.unwrap();
                hits[q] += usize::from(low <= truth[q] && truth[q] <= high);
            }
        }
        // 95 % of 200 is 190; three standard errors of a share of 0.95 are 4.6 %, and the normal interval is known to
        // fall a little short at 500 cells.
        assert!(hits[1] >= 178 && hits[2] >= 178, "{hits:?}");
    }

    #[test]
    fn bootstrap_repeats_at_any_thread_count() {
        let run = || diversity(&[900, 50, 30, 1, 1, 2], &DiversityParams::default(), Seed(5));
        let [one, two, four] = [1, 2, 4].map(|n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(run)
        });
        assert!(one == two && two == four);
        assert_ne!(one, diversity(&[900, 50, 30, 1, 1, 2], &DiversityParams::default(), Seed(6)));
    }
}
