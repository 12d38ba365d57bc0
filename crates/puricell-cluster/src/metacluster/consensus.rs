//! How often two codes fall in one group when subsets are clustered.

use puricell_core::{Dense, Seed};
use rayon::prelude::*;

use super::MetaclusterParams;
use super::linkage::{Dendrogram, Distances};
use crate::spanning_tree::squared_distance;

/// One subset of the codes and its tree, to be cut at any number of groups.
pub(super) struct Resample {
    members: Vec<usize>,
    tree: Dendrogram,
}

/// Draws and clusters the subsets, each from a stream of its own.
pub(super) fn resamples(codes: &Dense<f64>, weights: &[f64], params: &MetaclusterParams, seed: Seed) -> Vec<Resample> {
    let n = codes.n_rows();
    let drawn = ((n as f64 * params.fraction).floor() as usize).clamp(1.min(n), n);
    (0..params.n_resamples as u64)
        .into_par_iter()
        .map(|item| {
            let mut members: Vec<usize> = (0..n).collect();
            seed.stream("metacluster", item).shuffle(&mut members);
            members.truncate(drawn);
            members.sort_unstable();
            let apart = |a: usize, b: usize| squared_distance(codes.row(members[a]), codes.row(members[b])).sqrt();
            let drawn_weights: Vec<f64> = members.iter().map(|&code| weights[code]).collect();
            let tree = Dendrogram::average_linkage(Distances::new(drawn, apart), &drawn_weights);
            Resample { members, tree }
        })
        .collect()
}

/// Share of the subsets with both codes that put them in one of `k` groups; 0 where there is none, 1 on the diagonal.
pub(super) fn matrix(n: usize, resamples: &[Resample], k: usize) -> Dense<f64> {
    let mut together = Dense::filled(n, n, 0_u32);
    let mut drawn = Dense::filled(n, n, 0_u32);
    for resample in resamples {
        let groups = resample.tree.cut(k.min(resample.members.len()));
        for (i, &a) in resample.members.iter().enumerate() {
            for (j, &b) in resample.members.iter().enumerate() {
                drawn.row_mut(a)[b] += 1;
                together.row_mut(a)[b] += u32::from(groups[i] == groups[j]);
            }
        }
    }
    let mut consensus = Dense::filled(n, n, 0.0);
    for a in 0..n {
        for b in 0..n {
            let share = f64::from(together.row(a)[b]) / f64::from(drawn.row(a)[b].max(1));
            consensus.row_mut(a)[b] = if a == b { 1.0 } else { share };
        }
    }
    consensus
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symmetric_shares_that_equal_a_plain_count() {
        let mut stream = Seed(2).stream("test.consensus", 0);
        let n = 12;
        let codes = Dense::new(n, 2, (0..2 * n).map(|_| stream.normal()).collect()).unwrap();
        let params = MetaclusterParams { n_resamples: 25, fraction: 0.5, ..MetaclusterParams::default() };
        let resamples = resamples(&codes, &vec![1.0; codes.n_rows()], &params, Seed(1));
        let consensus = matrix(n, &resamples, 3);
        for a in 0..n {
            assert_eq!(consensus.row(a)[a].to_bits(), 1.0_f64.to_bits());
            for b in 0..n {
                let value = consensus.row(a)[b];
                assert!((0.0..=1.0).contains(&value) && value.to_bits() == consensus.row(b)[a].to_bits());
                let group = |r: &Resample, item| r.members.iter().position(|&m| m == item).map(|at| r.tree.cut(3)[at]);
                let pairs: Vec<bool> = resamples.iter().filter_map(|r| Some(group(r, a)? == group(r, b)?)).collect();
                let same = pairs.iter().filter(|&&same| same).count();
                if a != b && !pairs.is_empty() {
                    assert_eq!(value.to_bits(), (same as f64 / pairs.len() as f64).to_bits());
                }
            }
        }
        assert!(resamples.iter().all(|r| r.members.len() == 6 && r.members.is_sorted()));
    }

    #[test]
    fn all_in_every_subset_gives_zero_and_one() {
        let codes = Dense::new(4, 1, vec![0.0, 0.1, 5.0, 5.1]).unwrap();
        let params = MetaclusterParams { n_resamples: 3, fraction: 1.0, ..MetaclusterParams::default() };
        let consensus = matrix(4, &resamples(&codes, &vec![1.0; codes.n_rows()], &params, Seed(1)), 2);
        let expected = [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0];
        assert!(consensus.values().iter().zip(expected).all(|(a, b)| a.to_bits() == f64::to_bits(b)));
    }
}
