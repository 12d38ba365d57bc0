//! Average linkage (UPGMA) of weighted items by chains of nearest neighbours.

/// Distances of the pairs of `n` items.
#[derive(Debug, Clone)]
pub(super) struct Distances {
    n: usize,
    values: Vec<f64>,
}

impl Distances {
    /// From a function of two items, asked once per pair, the lower first.
    pub(super) fn new(n: usize, distance: impl Fn(usize, usize) -> f64) -> Self {
        let mut values = vec![0.0; n * n];
        for a in 0..n {
            for b in a + 1..n {
                let d = distance(a, b);
                values[a * n + b] = d;
                values[b * n + a] = d;
            }
        }
        Self { n, values }
    }
}

/// Merges of items into one group, by ascending height.
#[derive(Debug)]
pub(super) struct Dendrogram {
    n: usize,
    /// An item of each of the two groups, and the mean distance between them.
    merges: Vec<(usize, usize, f64)>,
}

impl Dendrogram {
    /// Average linkage of items that count `weights` times, all above 0, in `n^2` steps (Müllner 2011, arXiv:1109.2378, algorithm NN-chain). Of equally near groups the one
    /// below on the chain is taken, else the one with the lowest item.
    pub(super) fn average_linkage(distances: Distances, weights: &[f64]) -> Self {
        let Distances { n, values: mut d } = distances;
        let mut sizes = weights.to_vec();
        // A group is named by one of its items, its row in `d`.
        let mut active: Vec<usize> = (0..n).collect();
        let mut chain: Vec<usize> = Vec::new();
        let mut merges = Vec::with_capacity(n.saturating_sub(1));
        while active.len() > 1 {
            let Some(&tip) = chain.last() else {
                chain.push(active[0]);
                continue;
            };
            let below = chain.len().checked_sub(2).map(|at| chain[at]);
            let (mut nearest, mut least) = below.map_or((usize::MAX, f64::INFINITY), |b| (b, d[tip * n + b]));
            for &other in &active {
                if other != tip && (nearest == usize::MAX || d[tip * n + other] < least) {
                    (nearest, least) = (other, d[tip * n + other]);
                }
            }
            if Some(nearest) != below {
                chain.push(nearest);
                continue;
            }
            chain.truncate(chain.len() - 2);
            let (kept, gone) = (tip.min(nearest), tip.max(nearest));
            merges.push((kept, gone, least));
            active.retain(|&group| group != gone);
            let (a, b) = (sizes[kept], sizes[gone]);
            for &other in active.iter().filter(|&&other| other != kept) {
                let mean = (a * d[kept * n + other] + b * d[gone * n + other]) / (a + b);
                d[kept * n + other] = mean;
                d[other * n + kept] = mean;
            }
            sizes[kept] = a + b;
        }
        // Stable: equal heights keep the order in which they were found, children first.
        merges.sort_by(|a, b| a.2.total_cmp(&b.2));
        Self { n, merges }
    }

    /// Group of each item, 0 to `k` - 1 by first item, after all but the last `k` - 1 merges. `k` must be at most the number
    /// of items, and at least 1 where there is one.
    pub(super) fn cut(&self, k: usize) -> Vec<usize> {
        let mut parent: Vec<usize> = (0..self.n).collect();
        let root = |parent: &[usize], mut item: usize| {
            while parent[item] != item {
                item = parent[item];
            }
            item
        };
        for &(a, b, _) in &self.merges[..self.n - k.min(self.n)] {
            let (a, b) = (root(&parent, a), root(&parent, b));
            parent[a.max(b)] = a.min(b);
        }
        let mut n_groups = 0;
        let mut group = vec![0; self.n];
        for item in 0..self.n {
            let first = root(&parent, item);
            if first == item {
                group[item] = n_groups;
                n_groups += 1;
            } else {
                group[item] = group[first];
            }
        }
        group
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    #[test]
    fn heights_and_groups_are_those_of_the_definition() {
        let mut stream = Seed(5).stream("test.linkage", 0);
        for n in [2, 7, 30] {
            let points: Vec<f64> = (0..2 * n).map(|_| stream.normal()).collect();
            let weights: Vec<f64> = (0..n).map(|_| 1.0 + stream.below(9) as f64).collect();
            let apart = |a: usize, b: usize| {
                ((points[2 * a] - points[2 * b]).powi(2) + (points[2 * a + 1] - points[2 * b + 1]).powi(2)).sqrt()
            };
            let tree = Dendrogram::average_linkage(Distances::new(n, apart), &weights);
            let mut groups: Vec<Vec<usize>> = (0..n).map(|item| vec![item]).collect();
            for step in 0..n - 1 {
                // Plain: merge the two groups with the smallest weighted mean over all pairs of their items.
                let mean = |a: &Vec<usize>, b: &Vec<usize>| {
                    let pairs = || a.iter().flat_map(|&i| b.iter().map(move |&j| (i, j)));
                    pairs().map(|(i, j)| weights[i] * weights[j] * apart(i, j)).sum::<f64>()
                        / pairs().map(|(i, j)| weights[i] * weights[j]).sum::<f64>()
                };
                let (least, a, b) = (0..groups.len())
                    .flat_map(|a| (a + 1..groups.len()).map(move |b| (a, b)))
                    .map(|(a, b)| (mean(&groups[a], &groups[b]), a, b))
                    .min_by(|x, y| x.0.total_cmp(&y.0))
                    .unwrap();
                // A mean of means against a mean of all: rounding of at most n additions.
                assert!((tree.merges[step].2 - least).abs() < 1e-12);
                let gone = groups.remove(b);
                groups[a].extend(gone);
                groups[a].sort_unstable();
                let mut expected = vec![0; n];
                groups.sort();
                for (label, group) in groups.iter().enumerate() {
                    for &item in group {
                        expected[item] = label;
                    }
                }
                assert_eq!(tree.cut(n - 1 - step), expected);
            }
        }
    }

    #[test]
    fn nothing_one_and_all_equal() {
        assert!(Dendrogram::average_linkage(Distances::new(0, |_, _| 0.0), &[]).cut(0).is_empty());
        assert_eq!(Dendrogram::average_linkage(Distances::new(1, |_, _| 0.0), &[3.0]).cut(1), [0]);
        let equal = Dendrogram::average_linkage(Distances::new(5, |_, _| 1.0), &[1.0; 5]);
        for k in 1..=5 {
            assert_eq!(equal.cut(k).iter().max(), Some(&(k - 1)));
        }
    }
}
