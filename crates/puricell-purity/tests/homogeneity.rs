//! Homogeneity against the formula of ROGUE on real cells (`test-data/homogeneity/README.md`), and on planted lots.
#![allow(clippy::unwrap_used, reason = "a golden file that cannot be read must fail the test")]

use std::path::{Path, PathBuf};

use puricell_core::{CountMatrix, Dense, Seed, Stream, math};
use puricell_purity::{Homogeneity, HomogeneityParams, OutlierCells, SeparationParams, homogeneity, separation};

fn test_data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data")
}

/// The matrix of `scanpy-prep/<set>/counts.bin`.
fn real_counts(set: &str) -> CountMatrix {
    let bytes = std::fs::read(test_data().join("scanpy-prep").join(set).join("counts.bin")).unwrap();
    let (word, mut at) = (|at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()), 12);
    let (n_rows, n_cols, nnz) = (word(0) as usize, word(4) as usize, word(8) as usize);
    let indptr = (0..=n_rows).map(|i| u64::from(word(at + 4 * i))).collect();
    at += 4 * (n_rows + 1);
    let halves = |at: usize| {
        (0..nnz).map(|i| u32::from(u16::from_le_bytes(bytes[at + 2 * i..at + 2 * i + 2].try_into().unwrap()))).collect()
    };
    CountMatrix::new(n_rows, n_cols, indptr, halves(at), halves(at + 2 * nnz)).unwrap()
}

fn of(counts: &CountMatrix, params: &HomogeneityParams) -> Homogeneity {
    let rows: Vec<usize> = (0..counts.n_rows()).collect();
    homogeneity(counts, &rows, params, Seed(1)).value
}

#[test]
fn index_and_genes_agree_with_the_formula() {
    let text = std::fs::read_to_string(test_data().join("homogeneity/summary.tsv")).unwrap();
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let outlier_cells = if fields[1] == "2" { OutlierCells::LeaveOutTwo } else { OutlierCells::Keep };
        let params = HomogeneityParams { outlier_cells, n_splits: 0, ..HomogeneityParams::default() };
        let found = of(&real_counts(fields[0]), &params);
        assert_eq!(found.n_genes, fields[3].parse::<usize>().unwrap());
        // Both are double precision along one path of local fits; sums of thousands of terms keep nine digits.
        assert!((found.index.unwrap() - fields[5].parse::<f64>().unwrap()).abs() < 1e-9, "{line} {found:?}");
        let golden =
            std::fs::read_to_string(test_data().join(format!("homogeneity/{}_{}.tsv", fields[0], fields[1]))).unwrap();
        let golden: Vec<(usize, f64)> = golden
            .lines()
            .skip(1)
            .map(|l| l.split_once('\t').map(|(g, ds)| (g.parse().unwrap(), ds.parse().unwrap())).unwrap())
            .collect();
        assert_eq!(found.informative.len(), golden.len());
        for (found, want) in found.informative.iter().zip(golden) {
            assert!(found.0 == want.0 && (found.1 - want.1).abs() < 1e-9, "{found:?} {want:?}");
        }
        compared += 1;
    }
    assert_eq!(compared, 4);
}

fn poisson(mean: f64, stream: &mut Stream) -> u32 {
    let (limit, mut product, mut count) = (math::exp(-mean), stream.uniform(), 0);
    while product > limit {
        product *= stream.uniform();
        count += 1;
    }
    count
}

/// `n` cells of 800 genes with Poisson counts; in a share `second` of them the first 120 genes are eight times as high.
fn planted(n: usize, second: f64) -> CountMatrix {
    let means: Vec<f64> = {
        let mut stream = Seed(2).stream("means", 0);
        (0..800).map(|_| math::exp(0.8 * stream.normal() - 1.2)).collect()
    };
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for cell in 0..n {
        let mut stream = Seed(2).stream("cells", cell as u64);
        let shifted = (cell as f64) < second * n as f64;
        for (gene, mean) in means.iter().enumerate() {
            let count = poisson(if shifted && gene < 120 { 8.0 * mean } else { *mean }, &mut stream);
            if count > 0 {
                indices.push(gene as u32);
                values.push(count);
            }
        }
        indptr.push(indices.len() as u64);
    }
    CountMatrix::new(n, 800, indptr, indices, values).unwrap()
}

#[test]
fn one_population_is_homogeneous_and_two_are_not() {
    let params = HomogeneityParams::default();
    let (pure, mixed) = (of(&planted(600, 0.0), &params), of(&planted(600, 0.5), &params));
    let (pure_index, mixed_index) = (pure.index.unwrap(), mixed.index.unwrap());
    assert!(pure_index > 0.98, "{pure_index}");
    // The genes that differ are found, and no other.
    assert!(mixed.informative.len() > 20 && mixed.informative.iter().all(|g| g.0 < 120), "{:?}", mixed.informative);
    // Two draws of one lot differ by less than the two lots do.
    let (a, b) = (pure.split_half.unwrap(), mixed.split_half.unwrap());
    assert_eq!((a.cells_per_half, a.indices.len()), (300, 20));
    assert!(a.median_difference <= a.p95_difference);
    let between = a.median_index - b.median_index;
    assert!(between > a.p95_difference && between > b.p95_difference, "{between} {a:?} {b:?}");
    assert!(pure_index - mixed_index > 0.05, "{pure_index} {mixed_index}");
}

// Verifies R-11.
#[test]
fn too_little_is_not_estimable_and_says_why() {
    let counts = planted(120, 0.0);
    let params = HomogeneityParams { min_cells: 50, ..HomogeneityParams::default() };
    let code = |rows: &[usize]| {
        let noted = homogeneity(&counts, rows, &params, Seed(1));
        (noted.value.index.is_some(), noted.value.split_half.is_some(), noted.warnings.first().map(|w| w.code))
    };
    let rows: Vec<usize> = (0..120).collect();
    assert_eq!(code(&[]), (false, false, Some("homogeneity_not_estimable")));
    assert_eq!(code(&rows[..49]), (false, false, Some("homogeneity_not_estimable")));
    assert_eq!(code(&rows[..99]), (true, false, Some("split_half_not_estimable")));
    assert_eq!(code(&rows), (true, true, None));
    let outside: Vec<usize> = (71..121).collect();
    assert_eq!(code(&outside), (false, false, Some("homogeneity_not_estimable")));
    let empty = CountMatrix::new(60, 0, vec![0; 61], vec![], vec![]).unwrap();
    assert!(homogeneity(&empty, &rows[..60], &params, Seed(1)).value.index.is_none());
    // All cells equal: no gene has an excess.
    let equal = CountMatrix::new(
        60,
        200,
        (0..=60).map(|i| i * 200).collect(),
        (0..60).flat_map(|_| 0..200).collect(),
        (0..60).flat_map(|_| (0..200).map(|g| g % 17 + 1)).collect(),
    )
    .unwrap();
    let index = homogeneity(&equal, &rows[..60], &params, Seed(1)).value.index.unwrap();
    assert!((index - 1.0).abs() < 1e-9, "{index}");
}

/// Normal points in five dimensions, the second half shifted along the first.
fn points(n: usize, shift: f64) -> Dense<f32> {
    let mut stream = Seed(4).stream("points", 0);
    let values =
        (0..5 * n).map(|i| (stream.normal() + if i % 5 == 0 && i / 5 >= n / 2 { shift } else { 0.0 }) as f32).collect();
    Dense::new(n, 5, values).unwrap()
}

#[test]
fn separation_is_noise_for_random_groups_and_large_for_planted_ones() {
    let labels: Vec<u32> = (0..400).map(|i| if i < 200 { 7 } else { 3 }).collect();
    let of = |shift| separation(&points(400, shift), &labels, &SeparationParams::default(), Seed(1));
    let noise = of(0.0);
    assert!(noise.warnings.is_empty());
    assert!(noise.value.ratio.unwrap() < noise.value.null_p95.unwrap(), "{noise:?}");
    let far = of(3.0).value;
    // The centroids lie 3 apart, each known to 1/sqrt(200) per dimension; random halves differ by a tenth of that.
    assert!((far.distance.unwrap() - 3.0).abs() < 0.4, "{far:?}");
    assert!(far.ratio.unwrap() > 3.0 * far.null_p95.unwrap(), "{far:?}");
    assert_eq!((far.n_groups, far.n_cells), (2, 400));
}

#[test]
fn separation_is_not_estimable_without_groups() {
    let p = points(40, 0.0);
    let code = |p: &Dense<f32>, labels: &[u32]| {
        let noted = separation(p, labels, &SeparationParams::default(), Seed(1));
        assert!(noted.value.ratio.is_none());
        noted.warnings.iter().map(|w| w.code).collect::<Vec<_>>()
    };
    assert_eq!(code(&p, &[0; 40]), ["separation_not_estimable"]);
    assert_eq!(code(&p, &[0; 39]), ["separation_not_estimable"]);
    let mut one_small = [0; 40];
    one_small[0] = 1;
    assert_eq!(code(&p, &one_small), ["separation_small_groups", "separation_not_estimable"]);
    let halves: Vec<u32> = (0..40).map(|i| i / 20).collect();
    assert_eq!(code(&Dense::filled(40, 3, 1.0), &halves), ["separation_not_estimable"]);
    assert_eq!(code(&Dense::filled(40, 3, f32::NAN), &halves), ["separation_not_estimable"]);
    assert_eq!(code(&Dense::filled(0, 3, 1.0), &[]), ["separation_not_estimable"]);
}

#[test]
fn results_have_the_same_bits_at_any_thread_count() {
    let counts = planted(1300, 0.2);
    let labels: Vec<u32> = (0..300).map(|i| i % 3).collect();
    let run = || {
        let params = HomogeneityParams { n_splits: 4, ..HomogeneityParams::default() };
        let h = of(&counts, &params);
        let s = separation(&points(300, 1.0), &labels, &SeparationParams::default(), Seed(1)).value;
        let mut bits = vec![h.index.unwrap().to_bits(), s.ratio.unwrap().to_bits(), s.null_p95.unwrap().to_bits()];
        bits.extend(h.split_half.unwrap().indices.iter().flatten().map(|i| i.to_bits()));
        bits.extend(h.informative.iter().map(|g| g.1.to_bits()));
        bits
    };
    let [one, two, four] = [1, 2, 4].map(|n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(run)
    });
    assert!(one == two && two == four);
}
