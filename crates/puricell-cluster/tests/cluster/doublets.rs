//! Planted doublets are found, their kind named, and the same at any thread count.

use puricell_cluster::{DoubletCells, DoubletParams, PcaParams, doublets, pca};
use puricell_core::{CountMatrix, Csr, Seed, math};
use puricell_testkit::thread_sweep;

const COLUMNS: usize = 120;

/// Counts of cells of two groups and of planted doublets of one of each (the last ones, in no group). A group has 40 columns of its
/// own with a mean of 6 molecules, and all others a mean of 0.5; a cell's depth varies twofold.
fn lot(sizes: [usize; 2], planted: usize, seed: Seed) -> (CountMatrix, Vec<Option<u32>>) {
    let mut rows: Vec<Vec<u32>> = Vec::new();
    let single = |group: usize, item: u64| {
        let mut stream = seed.stream("lot", item);
        let depth = 0.7 + 0.7 * stream.uniform();
        (0..COLUMNS)
            .map(|column| {
                let mean = depth * if column / 40 == group { 6.0 } else { 0.5 };
                // Poisson by multiplication.
                let (limit, mut product, mut count) = (math::exp(-mean), stream.uniform(), 0);
                while product > limit {
                    product *= stream.uniform();
                    count += 1;
                }
                count
            })
            .collect::<Vec<u32>>()
    };
    let mut groups = Vec::new();
    for (group, &size) in sizes.iter().enumerate() {
        for _ in 0..size {
            rows.push(single(group, rows.len() as u64));
            groups.push(Some(group as u32));
        }
    }
    for i in 0..planted as u64 {
        let (a, b) = (single(0, 1_000_000 + i), single(1, 2_000_000 + i));
        rows.push(a.iter().zip(&b).map(|(a, b)| a + b).collect());
        groups.push(None);
    }
    let (mut indptr, mut indices, mut values) = (vec![0_u64], Vec::new(), Vec::new());
    for row in &rows {
        for (column, &count) in row.iter().enumerate().filter(|(_, c)| **c > 0) {
            indices.push(column as u32);
            values.push(count);
        }
        indptr.push(indices.len() as u64);
    }
    (CountMatrix::new(rows.len(), COLUMNS, indptr, indices, values).unwrap(), groups)
}

#[test]
fn planted_doublets_of_a_common_and_a_rare_group_are_found_and_named() {
    let (counts, groups) = lot([1500, 60], 20, Seed(4));
    let totals: Vec<u64> = (0..counts.n_rows()).map(|c| counts.row(c).total()).collect();
    let normalised = (0..counts.n_rows()).flat_map(|cell| {
        let total = totals[cell] as f64;
        counts.row(cell).iter().map(move |(_, v)| math::ln_1p(f64::from(v) * 1e4 / total) as f32).collect::<Vec<_>>()
    });
    let (indptr, indices, _) = counts.to_arrays();
    let matrix = Csr::new(counts.n_rows(), COLUMNS, indptr, indices, normalised.collect()).unwrap();
    let space = pca(&matrix, &PcaParams { n_components: 10, ..PcaParams::default() }, Seed(1)).unwrap().value;
    let cells = DoubletCells {
        counts: &counts,
        totals: &totals,
        embedding: &space.embedding,
        loadings: &space.loadings,
        mean: &space.mean,
        target_sum: 1e4,
        groups: &groups,
        n_groups: 2,
    };
    let params = DoubletParams { expected_rate: 0.15, ..DoubletParams::default() };
    let found = thread_sweep(|| doublets(&cells, &params, Seed(2)).unwrap()).unwrap().value.unwrap();
    let mixed = found.pairs.iter().position(|p| p.groups == (0, 1)).unwrap();
    assert!((1560..1580).all(|c| found.pair[c] == Some(mixed)), "{:?}", &found.pair[1560..]);
    let in_order: usize = (1560..1580)
        .map(|doublet| (0..1560).filter(|&single| found.score[single] < found.score[doublet]).count())
        .sum();
    // Sums of two cells of one group have half its noise and gather in its middle, so that some single cells there have
    // high scores too: one of twenty pairs may be out of order.
    assert!(in_order as f64 >= 0.95 * 20.0 * 1560.0, "{in_order}");
    // 20 planted where 0.15 x 2 x 0.04 x 1580 = 18 are expected: a posterior of 0.9, less what the added neighbour of
    // each sort takes from a neighbourhood of four or five cells.
    let planted: f64 = found.posterior[1560..].iter().sum();
    assert!((10.0..=20.0).contains(&planted), "{planted}");
}
