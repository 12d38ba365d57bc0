//! Against scanpy 1.11.5 on real cells; see `test-data/scanpy-prep/README.md`.
#![allow(clippy::unwrap_used, reason = "a golden file that cannot be read must fail the test")]

use std::path::{Path, PathBuf};

use puricell_core::CountMatrix;
use puricell_prep::rna::{
    FeatureSets, NormaliseParams, VariableParams, cell_metrics, feature_metrics, log_normalise, variable_features,
};

fn folder(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/scanpy-prep").join(set)
}

/// The matrix of `counts.bin`.
fn counts(set: &str) -> CountMatrix {
    let bytes = std::fs::read(folder(set).join("counts.bin")).unwrap();
    let (words, mut at) = (|at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()), 12);
    let (n_rows, n_cols, nnz) = (words(0) as usize, words(4) as usize, words(8) as usize);
    let indptr = (0..=n_rows).map(|i| u64::from(words(at + 4 * i))).collect();
    at += 4 * (n_rows + 1);
    let halves = |at: usize| {
        (0..nnz).map(|i| u32::from(u16::from_le_bytes(bytes[at + 2 * i..at + 2 * i + 2].try_into().unwrap()))).collect()
    };
    CountMatrix::new(n_rows, n_cols, indptr, halves(at), halves(at + 2 * nnz)).unwrap()
}

/// A table's column names and rows; `NaN` parses as a number.
fn table(set: &str, name: &str) -> Vec<Vec<f64>> {
    let text = std::fs::read_to_string(folder(set).join(name)).unwrap();
    text.lines().skip(1).map(|l| l.split('\t').map(|v| v.parse().unwrap()).collect()).collect()
}

fn sets(set: &str) -> FeatureSets {
    let text = std::fs::read_to_string(folder(set).join("sets.tsv")).unwrap();
    let mut columns = text.lines().skip(1).map(|l| {
        let list = l.split('\t').nth(1).unwrap();
        list.split(',').map(|c| c.parse().unwrap()).collect::<Vec<usize>>()
    });
    FeatureSets { mito: columns.next().unwrap(), ribo: columns.next().unwrap(), haemoglobin: columns.next().unwrap() }
}

/// scanpy computes in f32 (relative rounding 6e-8 per step, through a logarithm and back), so 1e-6 relative leaves room
/// for a few steps, partly averaged out, and for nothing else; both NaN are equal.
fn close(found: f64, want: f64) -> bool {
    (found.is_nan() && want.is_nan()) || (found - want).abs() <= 1e-6 * want.abs().max(1e-6)
}

#[test]
fn cell_metrics_agree() {
    for set in ["balf", "breast"] {
        let metrics = cell_metrics(&counts(set), &sets(set)).unwrap();
        let want = table(set, "cells.tsv");
        assert_eq!(metrics.n_cells(), want.len());
        for (cell, want) in want.iter().enumerate() {
            let found = [
                metrics.total_counts[cell] as f64,
                f64::from(metrics.n_features[cell]),
                100.0 * metrics.mito_fraction[cell],
                100.0 * metrics.ribo_fraction[cell],
                100.0 * metrics.hb_fraction[cell],
                100.0 * metrics.top50_fraction[cell],
            ];
            assert!(found.iter().zip(want).all(|(&f, &w)| close(f, w)), "{set} {cell}: {found:?} {want:?}");
        }
    }
}

#[test]
fn feature_metrics_agree() {
    for set in ["balf", "breast"] {
        let counts = counts(set);
        let rows: Vec<usize> = (0..counts.n_rows()).collect();
        let metrics = feature_metrics(&counts, &rows).unwrap();
        for (gene, want) in table(set, "genes.tsv").iter().enumerate() {
            let found = [f64::from(metrics.n_cells[gene]), metrics.mean_counts[gene], 100.0 * metrics.dropout[gene]];
            assert!(found.iter().zip(want).all(|(&f, &w)| close(f, w)), "{set} {gene}: {found:?} {want:?}");
        }
    }
}

fn molecules(counts: &CountMatrix) -> Vec<u64> {
    (0..counts.n_rows()).map(|row| counts.row(row).total()).collect()
}

#[test]
fn normalised_values_agree() {
    for set in ["balf", "breast"] {
        let counts = counts(set);
        let columns: Vec<usize> = (0..counts.n_cols()).collect();
        let molecules = molecules(&counts);
        let all = log_normalise(&counts, &molecules, &columns, &NormaliseParams::default()).unwrap();
        assert_eq!(all.nnz(), counts.nnz());
        for want in table(set, "log.tsv") {
            let found = f64::from(all.get(want[0] as usize, want[1] as u32).unwrap());
            assert!(close(found, want[2]), "{set}: {found} {want:?}");
        }
        for (cell, want) in table(set, "cells.tsv").iter().enumerate() {
            let sum: f64 = all.row(cell).1.iter().map(|&v| f64::from(v)).sum();
            assert!(close(sum, want[6]), "{set} {cell}: {sum} {}", want[6]);
        }
        // A block of it is the same values.
        let some_columns: Vec<usize> = (0..counts.n_cols()).step_by(7).collect();
        let block = log_normalise(&counts, &molecules, &some_columns, &NormaliseParams::default()).unwrap();
        assert_eq!(block, all.select_columns(&some_columns));
    }
}

#[test]
fn variable_genes_are_the_same_set() {
    for set in ["balf", "breast"] {
        let counts = counts(set);
        let rows: Vec<usize> = (0..counts.n_rows()).collect();
        let found = variable_features(&counts, &rows, &VariableParams::default()).unwrap();
        assert!(found.warnings.is_empty());
        let found = found.value;
        let want = table(set, "genes.tsv");
        let selected: Vec<usize> = (0..want.len()).filter(|&g| want[g][6] > 0.5).collect();
        assert_eq!(found.selected, selected, "{set}");
        for (gene, want) in want.iter().enumerate() {
            let values = [found.means[gene], found.dispersions[gene], found.dispersions_norm[gene]];
            // A dispersion is a logarithm and a score a difference: a relative error of what they are
            // made from is an absolute one of theirs, divided for a score by the deviation of its bin (0.1 to 1
            // here; where two genes share a bin their scores are -0.7 and 0.7 whatever it is).
            let near = |f: f64, w: f64| close(f, w) || (f - w).abs() < 2e-6;
            assert!(close(values[0], want[3]), "{set} {gene}: {values:?} {want:?}");
            assert!(near(values[1], want[4]) && near(values[2], want[5]), "{set} {gene}: {values:?} {want:?}");
        }
    }
}

#[test]
fn results_have_the_same_bits_at_any_thread_count() {
    // Rows three times over, so that there are several chunks.
    let once = counts("breast");
    let counts = once.select_rows(&(0..3 * once.n_rows()).map(|i| i % once.n_rows()).collect::<Vec<_>>());
    let rows: Vec<usize> = (0..counts.n_rows()).collect();
    let columns: Vec<usize> = (0..counts.n_cols()).step_by(2).collect();
    let compute = || {
        let metrics = cell_metrics(&counts, &sets("breast")).unwrap();
        let log = log_normalise(&counts, &metrics.total_counts, &columns, &NormaliseParams::default()).unwrap();
        let v = variable_features(&counts, &rows, &VariableParams::default()).unwrap().value;
        let mut bits: Vec<u64> = metrics.mito_fraction.iter().map(|f| f.to_bits()).collect();
        bits.extend(log.parts().2.iter().map(|f| u64::from(f.to_bits())));
        bits.extend(v.means.iter().chain(&v.dispersions_norm).map(|f| f.to_bits()));
        (bits, feature_metrics(&counts, &rows).unwrap().n_cells)
    };
    let [one, two, four] = [1, 2, 4].map(|n| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        pool.install(compute)
    });
    assert!(one == two && two == four);
}
