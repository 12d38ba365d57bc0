//! How far two labellings of the same cells agree.

use std::collections::BTreeMap;

use puricell_core::math;

/// How many cells carry each pair of labels, and each label.
struct Contingency {
    n: usize,
    pairs: BTreeMap<(u32, u32), usize>,
    rows: BTreeMap<u32, usize>,
    columns: BTreeMap<u32, usize>,
}

impl Contingency {
    /// `None` where the labellings differ in length.
    fn of(a: &[u32], b: &[u32]) -> Option<Self> {
        if a.len() != b.len() {
            return None;
        }
        let mut table = Self { n: a.len(), pairs: BTreeMap::new(), rows: BTreeMap::new(), columns: BTreeMap::new() };
        for (&i, &j) in a.iter().zip(b) {
            *table.pairs.entry((i, j)).or_default() += 1;
            *table.rows.entry(i).or_default() += 1;
            *table.columns.entry(j).or_default() += 1;
        }
        Some(table)
    }
}

/// Adjusted Rand index (Hubert and Arabie 1985, doi:10.1007/BF01908075): 1 for equal groupings, about 0 for independent
/// ones, at least -0.5.
///
/// 1 where both put all cells in one group, or each cell in its own, and for fewer than two cells, as scikit-learn. NaN
/// where the labellings differ in length.
pub fn adjusted_rand_index(a: &[u32], b: &[u32]) -> f64 {
    let Some(table) = Contingency::of(a, b) else { return f64::NAN };
    let pairs = |n: usize| 0.5 * n as f64 * (n as f64 - 1.0);
    let together: f64 = table.pairs.values().map(|&n| pairs(n)).sum();
    let in_a: f64 = table.rows.values().map(|&n| pairs(n)).sum();
    let in_b: f64 = table.columns.values().map(|&n| pairs(n)).sum();
    let all = pairs(table.n);
    let expected = if all > 0.0 { in_a * in_b / all } else { 0.0 };
    let most = 0.5 * (in_a + in_b);
    if (most - expected).abs() <= f64::EPSILON * most { 1.0 } else { (together - expected) / (most - expected) }
}

/// Mutual information over the mean of the two entropies, 0 to 1 (`normalized_mutual_info_score` of scikit-learn).
///
/// 1 where both have a single group or there is no cell; NaN where the labellings differ in length.
pub fn normalised_mutual_information(a: &[u32], b: &[u32]) -> f64 {
    let Some(table) = Contingency::of(a, b) else { return f64::NAN };
    if table.rows.len() <= 1 && table.columns.len() <= 1 {
        return 1.0;
    }
    let n = table.n as f64;
    let entropy =
        |sizes: &BTreeMap<u32, usize>| -> f64 { sizes.values().map(|&s| s as f64 / n).map(|p| -p * math::ln(p)).sum() };
    let shared: f64 = table
        .pairs
        .iter()
        .map(|(&(i, j), &both)| {
            let both = both as f64;
            both / n * math::ln(both * n / (table.rows[&i] as f64 * table.columns[&j] as f64))
        })
        .sum();
    (shared / (0.5 * (entropy(&table.rows) + entropy(&table.columns)))).clamp(0.0, 1.0)
}

/// For each group `0..n_groups` of `a`, the largest Jaccard index with any group of `b`: cells in both over cells in
/// either, 0 to 1.
///
/// NaN for a group without cells, and everywhere where the labellings differ in length.
pub fn best_jaccard(a: &[u32], b: &[u32], n_groups: usize) -> Vec<f64> {
    let mut best = vec![f64::NAN; n_groups];
    let Some(table) = Contingency::of(a, b) else { return best };
    for (&(i, j), &both) in &table.pairs {
        if let Some(best) = best.get_mut(i as usize) {
            // f64::max takes the number where one is NaN.
            *best = best.max(both as f64 / (table.rows[&i] + table.columns[&j] - both) as f64);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agree_with_scikit_learn() {
        // scikit-learn 1.9.1: adjusted_rand_score and normalized_mutual_info_score of these lists.
        let a = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
        let b = [0, 0, 1, 1, 1, 2, 2, 2, 2, 0];
        // Rounding of a dozen double-precision operations.
        assert!((adjusted_rand_index(&a, &b) - 0.204_545_454_545_454_56).abs() < 1e-14);
        assert!((normalised_mutual_information(&a, &b) - 0.442_701_283_346_05).abs() < 1e-14);
        assert!((adjusted_rand_index(&[0, 1, 0, 1], &[0, 0, 1, 1]) - -0.5).abs() < 1e-14);
    }

    #[test]
    fn names_of_groups_do_not_matter() {
        let (a, b) = ([0, 0, 1, 1, 2], [7, 7, 3, 3, 1]);
        assert!((adjusted_rand_index(&a, &b) - 1.0).abs() < 1e-14);
        assert!((normalised_mutual_information(&a, &b) - 1.0).abs() < 1e-14);
        assert!(best_jaccard(&a, &b, 3).iter().all(|j| (j - 1.0).abs() < 1e-14));
    }

    #[test]
    fn best_jaccard_by_hand() {
        // Group 0 = {0, 1, 2}; of b's groups {0, 1} shares 2 of 3. Group 1 = {3, 4}; {2, 3, 4} shares 2 of 3.
        let j = best_jaccard(&[0, 0, 0, 1, 1], &[5, 5, 6, 6, 6], 3);
        assert!((j[0] - 2.0 / 3.0).abs() < 1e-14 && (j[1] - 2.0 / 3.0).abs() < 1e-14 && j[2].is_nan());
    }

    #[test]
    fn trivial_and_mismatched_labellings() {
        assert!((adjusted_rand_index(&[], &[]) - 1.0).abs() < 1e-14);
        assert!((adjusted_rand_index(&[4], &[2]) - 1.0).abs() < 1e-14);
        assert!((adjusted_rand_index(&[0, 1, 2], &[5, 6, 7]) - 1.0).abs() < 1e-14);
        assert!(adjusted_rand_index(&[0, 0, 0], &[0, 1, 2]).abs() < 1e-14);
        assert!((normalised_mutual_information(&[3, 3], &[1, 1]) - 1.0).abs() < 1e-14);
        assert!(normalised_mutual_information(&[0, 0, 0], &[0, 1, 2]).abs() < 1e-14);
        assert!(adjusted_rand_index(&[0], &[0, 1]).is_nan());
    }
}
