//! What each gene says for a hypothesis against a target cell, at any depth, without a logarithm per gene and cell.
//!
//! With `a` and `b` a gene's rates in a target cell and under the hypothesis, `x` of its molecules in a cell of `n` weigh
//! `x ln(b/a) + (x + 1) ln((1 + n a)/(1 + n b))`: negative binomials of shape 1, in which no factorial is left. The second
//! logarithm depends on the depth alone, so it is tabulated on a grid of `ln n` and interpolated; in steps of 0.4 the
//! error stays below 0.005, and sums over all unseen genes are interpolated from their own table.

#![allow(clippy::inline_always)] // a weight is a few operations, called from the innermost loops

use puricell_core::math::{exp, ln};

use super::model::GeneWeight;

const GRID_START: f64 = 3.0;
const GRID_STEP: f64 = 0.4;
/// Up to ln n = 17.4, 36 million molecules; deeper cells count as that deep.
const GRID_LEN: usize = 37;

/// One gene under one hypothesis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Term {
    /// The sum that it belongs to.
    pub(super) sum: usize,
    /// Slot of the panel counts.
    pub(super) slot: usize,
    /// Molecules per molecule in a target cell, above 0.
    pub(super) target: f64,
    /// The same under the hypothesis, above 0.
    pub(super) rate: f64,
    /// Probability that a cell of the hypothesis makes the gene; 1 for ambient RNA.
    pub(super) on: f64,
    /// 1, or -1 to take back what another table counts.
    pub(super) sign: f64,
}

/// Terms by slot, tabulated.
#[derive(Debug, Clone)]
pub(super) struct TermTable {
    n_sums: usize,
    max: f64,
    terms: Vec<Term>,
    /// Where each slot's terms begin; one more than slots.
    starts: Vec<usize>,
    parts: Vec<Part>,
    /// `GRID_LEN` rows of the depth's part and of the weight of an unseen gene, side by side per term.
    depth: Vec<[f64; 2]>,
    /// `GRID_LEN` rows of the sums over all genes unseen.
    unseen: Vec<f64>,
}

/// What of a term is the same at any depth, side by side in memory.
#[derive(Debug, Clone, Copy)]
struct Part {
    sum: usize,
    sign: f64,
    ln_rate_ratio: f64,
    ln_on: f64,
}

/// A place between two grid points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Depth {
    row: usize,
    weight: f64,
}

impl Depth {
    /// Of a cell of `n` molecules.
    pub(super) fn of(n: f64) -> Self {
        let place = ((ln(n.max(1.0)) - GRID_START) / GRID_STEP).clamp(0.0, (GRID_LEN - 1) as f64);
        let row = (place as usize).min(GRID_LEN - 2);
        Self { row, weight: place - row as f64 }
    }

    fn between(self, low: f64, high: f64) -> f64 {
        low + self.weight * (high - low)
    }
}

impl TermTable {
    /// A table of `n_sums` sums; `terms` in any order.
    pub(super) fn new(mut terms: Vec<Term>, n_sums: usize, n_slots: usize, weight: &GeneWeight) -> Self {
        terms.sort_by_key(|t| (t.slot, t.sum));
        let mut starts = vec![0; n_slots + 1];
        for term in &terms {
            starts[term.slot + 1] += 1;
        }
        for slot in 0..n_slots {
            starts[slot + 1] += starts[slot];
        }
        let max = weight.max_log_ratio;
        let mut depth = Vec::with_capacity(GRID_LEN * terms.len());
        let mut unseen = vec![0.0; GRID_LEN * n_sums];
        for row in 0..GRID_LEN {
            let n = exp(GRID_START + GRID_STEP * row as f64);
            for term in &terms {
                let z = ln((1.0 + n * term.target) / (1.0 + n * term.rate));
                let silent = if term.on < 1.0 {
                    ln(1.0 - term.on + term.on * exp(z.clamp(-50.0, max)))
                } else {
                    z.clamp(-max, max)
                };
                depth.push([z, silent]);
                unseen[row * n_sums + term.sum] += term.sign * silent;
            }
        }
        let part = |t: &Term| Part { sum: t.sum, sign: t.sign, ln_rate_ratio: ln(t.rate / t.target), ln_on: ln(t.on) };
        let parts = terms.iter().map(part).collect();
        Self { n_sums, max, terms, starts, parts, depth, unseen }
    }

    /// The sums of one cell, into `sums`: `slots` and `counts` are its row of the panel counts.
    pub(super) fn sums(&self, at: Depth, slots: &[u32], counts: &[u32], sums: &mut Vec<f64>) {
        let (low, high) = (at.row * self.n_sums, (at.row + 1) * self.n_sums);
        sums.clear();
        sums.extend((0..self.n_sums).map(|s| at.between(self.unseen[low + s], self.unseen[high + s])));
        let (before, behind) = self.beside(at);
        for (&slot, &count) in slots.iter().zip(counts) {
            let own = self.starts[slot as usize]..self.starts[slot as usize + 1];
            let beside = before[own.clone()].iter().zip(&behind[own.clone()]);
            for (part, (before, behind)) in self.parts[own].iter().zip(beside) {
                let [seen, unseen] = self.weigh(part, at, (before, behind), count);
                sums[part.sum] += part.sign * (seen - unseen);
            }
        }
    }

    /// Distinct genes seen whose weight in one of the sums asked for is at least `least`.
    pub(super) fn count_above(
        &self,
        at: Depth,
        slots: &[u32],
        counts: &[u32],
        least: f64,
        asked: impl Fn(usize) -> bool,
    ) -> u32 {
        let (before, behind) = self.beside(at);
        let speaks = |(slot, count): &(&u32, &u32)| {
            (self.starts[**slot as usize]..self.starts[**slot as usize + 1]).any(|t| {
                let part = &self.parts[t];
                asked(part.sum) && self.weigh(part, at, (&before[t], &behind[t]), **count)[0] >= least
            })
        };
        slots.iter().zip(counts).filter(speaks).count() as u32
    }

    /// The rows of `depth` on both sides of a depth, an entry per term.
    fn beside(&self, at: Depth) -> (&[[f64; 2]], &[[f64; 2]]) {
        let n = self.terms.len();
        self.depth[at.row * n..(at.row + 2) * n].split_at(n)
    }

    /// Weight of `count` molecules, and of none.
    #[inline(always)]
    fn weigh(&self, part: &Part, at: Depth, (low, high): (&[f64; 2], &[f64; 2]), count: u32) -> [f64; 2] {
        let unseen = at.between(low[1], high[1]);
        if count == 0 {
            return [unseen, unseen];
        }
        let x = f64::from(count);
        let seen = x * part.ln_rate_ratio + (x + 1.0) * at.between(low[0], high[0]) + part.ln_on;
        [seen.clamp(-self.max, self.max), unseen]
    }

    /// The slot and the weight of each term of one sum, in the order of the slots.
    pub(super) fn weights(&self, at: Depth, slots: &[u32], counts: &[u32], sum: usize) -> Vec<(usize, f64)> {
        let (before, behind) = self.beside(at);
        (0..self.terms.len())
            .filter(|&t| self.parts[t].sum == sum)
            .map(|t| {
                let term = self.terms[t];
                let count = slots.binary_search(&(term.slot as u32)).map_or(0, |i| counts[i]);
                (term.slot, term.sign * self.weigh(&self.parts[t], at, (&before[t], &behind[t]), count)[0])
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHT: GeneWeight = GeneWeight { max_log_ratio: 4.0, on: 0.8, panel_on: 0.3, panel_rate: 3.0 };

    /// The formula, with no table.
    fn by_formula(n: f64, x: f64, a: f64, b: f64, on: f64) -> f64 {
        let ratio = x * ln(b / a) + (x + 1.0) * ln((1.0 + n * a) / (1.0 + n * b));
        if x > 0.0 { (ratio + ln(on)).clamp(-4.0, 4.0) } else { ln(1.0 - on + on * exp(ratio)).clamp(-4.0, 4.0) }
    }

    #[test]
    fn the_ratios_are_those_of_scipys_negative_binomials() {
        // scipy 1.17.1, nbinom.logpmf(x, 1, 1/(1+b)) - nbinom.logpmf(x, 1, 1/(1+a)) with means a and b of 1,000 molecules.
        // The seen weigh ln 1 = 0 more; the third is below the bound of -4.
        let wide = GeneWeight { max_log_ratio: 20.0, ..WEIGHT };
        for (x, a, b, expected) in [
            (2, 0.3, 1.8, 1.281_753_480_315_107_8),
            (0, 0.3, 1.8, -0.767_255_152_713_667_1),
            (5, 2.0, 0.16, -6.927_489_520_242_261),
        ] {
            let term = Term { sum: 0, slot: 0, target: a / 1e3, rate: b / 1e3, on: 1.0, sign: 1.0 };
            let table = TermTable::new(vec![term], 1, 1, &wide);
            let mut sums = Vec::new();
            let seen: &[u32] = if x > 0 { &[0] } else { &[] };
            table.sums(Depth::of(1e3), seen, &vec![x; seen.len()], &mut sums);
            // Interpolation is off by up to 0.005 for each of x + 1.
            assert!((sums[0] - expected).abs() < 0.005 * f64::from(x + 1), "{} {expected}", sums[0]);
        }
    }

    #[test]
    fn sums_follow_the_formula_at_any_depth() {
        let term = |slot, a, b, on| Term { sum: 0, slot, target: a, rate: b, on, sign: 1.0 };
        let all = vec![term(0, 1e-5, 6e-4, 0.8), term(1, 2e-3, 1e-4, 1.0), term(2, 3e-6, 3e-4, 0.3)];
        let table = TermTable::new(all.clone(), 1, 3, &WEIGHT);
        for n in [30.0, 730.0, 1000.0, 23_456.0, 400_000.0] {
            for counts in [[0, 0, 0], [1, 0, 0], [2, 1, 1], [9, 40, 3]] {
                let slots: Vec<u32> = (0..3).filter(|&s| counts[s as usize] > 0).collect();
                let found: Vec<u32> = counts.into_iter().filter(|&c| c > 0).collect();
                let mut sums = Vec::new();
                table.sums(Depth::of(n), &slots, &found, &mut sums);
                let expected: f64 =
                    all.iter().zip(counts).map(|(t, x)| by_formula(n, f64::from(x), t.target, t.rate, t.on)).sum();
                // Interpolation is off by up to 0.005 per molecule, and a weight of many molecules is at its bound.
                assert!((sums[0] - expected).abs() < 0.06, "{n} {counts:?}: {} {expected}", sums[0]);
                let listed: f64 = table.weights(Depth::of(n), &slots, &found, 0).iter().map(|w| w.1).sum();
                assert!((listed - sums[0]).abs() < 1e-9, "the parts add up");
            }
        }
    }
}
