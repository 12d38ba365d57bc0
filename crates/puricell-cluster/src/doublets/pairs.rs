//! Which cells are summed.

use puricell_core::Seed;

use super::DoubletPair;

/// The kinds of pairs, how many of each, and who may be in them.
pub(super) struct Plan {
    /// Cells of each group.
    members: Vec<Vec<u32>>,
    pairs: Vec<DoubletPair>,
    /// Where the doublets of each kind end.
    ends: Vec<usize>,
}

impl Plan {
    /// `wanted` random pairs, those of group 0 with another raised to `min_per_pair` where they would be fewer. `None`
    /// where no two cells have a group.
    pub(super) fn new(groups: &[Option<u32>], n_groups: usize, wanted: usize, min_per_pair: usize) -> Option<Self> {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); n_groups];
        for (cell, group) in (0_u32..).zip(groups) {
            if let Some(group) = group {
                members[*group as usize].push(cell);
            }
        }
        let sizes: Vec<f64> = members.iter().map(|m| m.len() as f64).collect();
        let n: f64 = sizes.iter().sum();
        if n < 2.0 {
            return None;
        }
        let all_pairs = n * (n - 1.0);
        let mut pairs = Vec::new();
        for a in 0..n_groups {
            for b in a..n_groups {
                let ordered = if a == b { sizes[a] * (sizes[a] - 1.0) } else { 2.0 * sizes[a] * sizes[b] };
                let share = ordered / all_pairs;
                if share > 0.0 {
                    let natural = share * wanted as f64;
                    let least = if a == 0 && b != 0 { min_per_pair } else { 1 };
                    let n_simulated = (natural.round() as usize).max(least).max(1);
                    let weight = natural / n_simulated as f64;
                    pairs.push(DoubletPair { groups: (a as u32, b as u32), share, n_simulated, weight });
                }
            }
        }
        let mut end = 0;
        let ends = pairs
            .iter()
            .map(|p| {
                end += p.n_simulated;
                end
            })
            .collect();
        Some(Self { members, pairs, ends })
    }

    /// Doublets in all.
    pub(super) fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    pub(super) fn pairs(&self) -> &[DoubletPair] {
        &self.pairs
    }

    pub(super) fn into_pairs(self) -> Vec<DoubletPair> {
        self.pairs
    }

    /// Kind of a doublet.
    pub(super) fn pair_of(&self, doublet: usize) -> usize {
        self.ends.partition_point(|&end| end <= doublet)
    }

    /// The two cells of a doublet, never one cell twice.
    pub(super) fn cells(&self, doublet: usize, seed: Seed) -> (usize, usize) {
        let mut stream = seed.stream("doublets", doublet as u64);
        let (a, b) = self.pairs[self.pair_of(doublet)].groups;
        let (of_a, of_b) = (&self.members[a as usize], &self.members[b as usize]);
        let first = stream.below(of_a.len());
        let second = if a == b {
            let other = stream.below(of_b.len() - 1);
            if other < first { other } else { other + 1 }
        } else {
            stream.below(of_b.len())
        };
        (of_a[first] as usize, of_b[second] as usize)
    }
}

/// `most` of `n` cells, all equally likely, in increasing order; all of them where there are no more.
pub(super) fn sample(n: usize, most: usize, seed: Seed) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut order: Vec<usize> = (0..n).collect();
    let mut stream = seed.stream("doublet_reference", 0);
    for i in 0..most {
        order.swap(i, i + stream.below(n - i));
    }
    order.truncate(most);
    order.sort_unstable();
    order
}
