//! The parts against their definitions.

use puricell_core::{CountMatrix, Dense, Embedding, Seed, math};

use super::pairs::{Plan, sample};
use super::*;

/// Six cells, two groups, two columns.
fn plan(wanted: usize, least: usize) -> Plan {
    let groups = [Some(0), Some(1), Some(0), None, Some(0), Some(0)];
    Plan::new(&groups, 2, wanted, least).unwrap()
}

#[test]
fn pairs_are_those_of_random_draws_and_rare_ones_are_raised_and_weighted_down() {
    // Four cells and one: 4 * 3 of 20 ordered pairs are of the first group, 2 * 4 of both, none of the second alone.
    let even = plan(100, 1);
    let shares: Vec<(f64, usize)> = even.pairs().iter().map(|p| (p.share, p.n_simulated)).collect();
    assert_eq!(shares, [(0.6, 60), (0.4, 40)]);
    let raised = plan(100, 80);
    assert_eq!(raised.pairs()[1].n_simulated, 80);
    assert!((raised.pairs()[1].weight - 0.5).abs() < 1e-12);
    assert_eq!((raised.len(), raised.pair_of(59), raised.pair_of(60)), (140, 0, 1));
}

#[test]
fn a_doublet_is_of_its_groups_and_never_one_cell_twice() {
    let plan = plan(100, 80);
    let mut seen = [0; 6];
    for doublet in 0..plan.len() {
        let (a, b) = plan.cells(doublet, Seed(3));
        assert_ne!(a, b);
        assert_ne!(a, 1);
        assert_eq!(b == 1, plan.pair_of(doublet) == 1);
        seen[a] += 1;
    }
    assert_eq!(seen[3], 0);
    // 140 draws of four cells: 35 each, standard deviation 5.1; 15 is three of them.
    assert!([0, 2, 4, 5].iter().all(|&c| (20..=50).contains(&seen[c])), "{seen:?}");
    assert!(Plan::new(&[Some(0), None], 1, 10, 1).is_none());
}

#[test]
fn a_sample_holds_each_cell_once_and_all_where_they_are_few() {
    assert_eq!(sample(5, 9, Seed(1)), [0, 1, 2, 3, 4]);
    let drawn = sample(1000, 100, Seed(1));
    assert_eq!(drawn.len(), 100);
    assert!(drawn.windows(2).all(|w| w[0] < w[1]));
    assert!(drawn.iter().all(|&c| c < 1000));
}

/// `n` cells of counts that differ, with a space of `dims` made-up axes, all by formula.
struct Made {
    counts: CountMatrix,
    totals: Vec<u64>,
    loadings: Dense<f64>,
    mean: Vec<f64>,
    embedding: Embedding,
    groups: Vec<Option<u32>>,
}

impl Made {
    fn new(n: usize, columns: usize, dims: usize) -> Self {
        let (mut indptr, mut indices, mut values) = (vec![0_u64], Vec::new(), Vec::new());
        let mut totals = Vec::new();
        for cell in 0..n {
            let mut total = 50 + cell as u64 % 17;
            for column in 0..columns {
                let count = (cell * 31 + column * 17 + cell * column) % 7;
                // Beyond the table of sums that are looked up, for one column.
                let count = if column == 2 { count * 120 } else { count.saturating_sub(2) };
                if count > 0 {
                    indices.push(column as u32);
                    values.push(count as u32);
                    total += count as u64;
                }
            }
            indptr.push(indices.len() as u64);
            totals.push(total);
        }
        let counts = CountMatrix::new(n, columns, indptr, indices, values).unwrap();
        let mean: Vec<f64> = (0..columns).map(|c| 0.3 + 0.1 * c as f64).collect();
        let weights = (0..columns * dims).map(|i| ((i * 37 % 101) as f64 - 50.0) / 100.0).collect();
        let loadings = Dense::new(columns, dims, weights).unwrap();
        let groups = (0..n).map(|c| if c % 11 == 5 { None } else { Some(u32::from(c % 9 == 0)) }).collect();
        let mut made = Self {
            counts,
            totals,
            loadings,
            mean,
            embedding: Embedding { points: Dense::filled(n, dims, 0.0), dims: vec![String::new(); dims] },
            groups,
        };
        for cell in 0..n {
            let point = made.place(&[cell]);
            for (out, v) in made.embedding.points.row_mut(cell).iter_mut().zip(point) {
                *out = v as f32;
            }
        }
        made
    }

    /// Where the sum of cells lies, by the definition and densely.
    fn place(&self, cells: &[usize]) -> Vec<f64> {
        let total: u64 = cells.iter().map(|&c| self.totals[c]).sum();
        let value = |column: usize| {
            let count: u32 = cells.iter().filter_map(|&c| self.counts.get(c, column as u32)).sum();
            math::ln_1p(f64::from(count) * 1e4 / total as f64) - self.mean[column]
        };
        (0..self.loadings.n_cols())
            .map(|d| (0..self.counts.n_cols()).map(|c| value(c) * self.loadings.row(c)[d]).sum())
            .collect()
    }

    fn cells(&self) -> DoubletCells<'_> {
        DoubletCells {
            counts: &self.counts,
            totals: &self.totals,
            embedding: &self.embedding,
            loadings: &self.loadings,
            mean: &self.mean,
            target_sum: 1e4,
            groups: &self.groups,
            n_groups: 2,
        }
    }
}

#[test]
fn a_doublet_lies_where_the_sum_of_its_counts_does() {
    // More components than one block holds, and more doublets than one task.
    let made = Made::new(60, 12, 19);
    let cells = made.cells();
    let plan = Plan::new(&made.groups, 2, 150, 20).unwrap();
    let points = projection::project(&cells, &plan, Seed(5));
    for doublet in 0..plan.len() {
        let (a, b) = plan.cells(doublet, Seed(5));
        for (&got, want) in points.row(doublet).iter().zip(made.place(&[a, b])) {
            // Stored as f32: half a unit in the last place of coordinates below 32 is 1e-6.
            assert!((f64::from(got) - want).abs() < 2e-6, "{doublet}: {got} {want}");
        }
    }
}

#[test]
fn scores_are_the_shares_of_an_exhaustive_search() {
    let made = Made::new(230, 12, 6);
    // A reference smaller than the lot, so that cells of both sorts are scored, and groups weighted.
    let params = DoubletParams {
        max_reference: 100,
        min_simulated: 0,
        min_per_pair: 70,
        expected_rate: 0.1,
        ..DoubletParams::default()
    };
    let (cells, seed) = (made.cells(), Seed(8));
    let got = doublets(&cells, &params, seed).unwrap().value.unwrap();
    let reference = sample(230, 100, seed);
    let plan = Plan::new(&made.groups, 2, 200, 70).unwrap();
    let simulated = projection::project(&cells, &plan, seed);
    // Half the square root of 100, times points per cell.
    assert_eq!(got.k, (5.0 * (100 + plan.len()) as f64 / 100.0).round() as usize);
    assert_eq!((got.n_reference, got.n_simulated), (100, plan.len()));
    let mut agree = 0;
    for cell in 0..230 {
        let x = made.embedding.points.row(cell);
        let distance = |y: &[f32]| -> f64 { x.iter().zip(y).map(|(a, b)| f64::from(a - b) * f64::from(a - b)).sum() };
        let mut all: Vec<(f64, Option<usize>)> =
            reference.iter().filter(|&&c| c != cell).map(|&c| (distance(made.embedding.points.row(c)), None)).collect();
        all.extend((0..plan.len()).map(|d| (distance(simulated.row(d)), Some(plan.pair_of(d)))));
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let near = &all[..got.k];
        let mass: f64 = near.iter().filter_map(|n| n.1).map(|p| plan.pairs()[p].weight).sum();
        let n_cells = near.iter().filter(|n| n.1.is_none()).count() as f64;
        let q = (mass + 1.0) / (mass + n_cells + 2.0);
        let (d, r) = (0.1, 2.0);
        // Doublets expected near the cell over the cells there, and nothing above certainty.
        let expected = (d * (mass + 1.0) / r) / (n_cells + 1.0);
        agree +=
            usize::from((got.score[cell] - q).abs() < 1e-12 && (got.posterior[cell] - expected.min(1.0)).abs() < 1e-9);
    }
    // Ranks of points at nearly one distance may differ between f32 and f64; these few hundred points are far apart.
    assert!(agree >= 228, "{agree}");
}

#[test]
fn nonsense_is_named_and_nothing_gives_nothing() {
    let made = Made::new(20, 4, 3);
    let good = made.cells();
    let run = |cells: &DoubletCells<'_>, params: &DoubletParams| doublets(cells, params, Seed(1));
    let rate = DoubletParams { expected_rate: 1.0, ..DoubletParams::default() };
    assert!(matches!(run(&good, &rate), Err(ClusterError::Parameter { name: "expected_rate", .. })));
    let ratio = DoubletParams { ratio: f64::NAN, ..DoubletParams::default() };
    assert!(matches!(run(&good, &ratio), Err(ClusterError::Parameter { name: "ratio", .. })));
    let short = DoubletCells { totals: &made.totals[1..], ..good };
    assert!(matches!(
        run(&short, &DoubletParams::default()),
        Err(ClusterError::Length { found: 19, expected: 20, .. })
    ));
    let beyond = DoubletCells { n_groups: 1, ..good };
    assert!(matches!(run(&beyond, &DoubletParams::default()), Err(ClusterError::Label { label: 1, .. })));
    let none = DoubletCells { groups: &[None; 20], ..good };
    let said = run(&none, &DoubletParams::default()).unwrap();
    assert_eq!((said.value, said.warnings[0].code), (None, "doublets_not_simulated"));
    // A rate of 0 expects no doublet.
    let zero = DoubletParams { expected_rate: 0.0, ..DoubletParams::default() };
    assert!(run(&good, &zero).unwrap().value.unwrap().posterior.iter().all(|&p| p == 0.0));
}
