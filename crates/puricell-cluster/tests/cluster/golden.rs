//! Reads test-data/scanpy-analysis.

use std::path::PathBuf;

use puricell_core::{Csr, Dense, Embedding, Knn};

fn path(file: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../test-data/scanpy-analysis")).join(file)
}

fn line(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path("golden.tsv")).unwrap();
    let line = text.lines().find(|l| l.split('\t').next() == Some(name)).unwrap_or_else(|| panic!("no {name}"));
    line.split('\t').map(String::from).collect()
}

/// A single number.
pub(crate) fn value(name: &str) -> f64 {
    line(name)[2].parse().unwrap()
}

fn words<const N: usize>(name: &str, kind: &str) -> Vec<[u8; N]> {
    let line = line(name);
    assert_eq!(line[1], kind);
    let words: Vec<[u8; N]> =
        std::fs::read(path(&format!("{name}.bin"))).unwrap().chunks_exact(N).map(|b| b.try_into().unwrap()).collect();
    assert_eq!(words.len(), line[2].split('x').map(|n| n.parse::<usize>().unwrap()).product::<usize>());
    words
}

pub(crate) fn f32s(name: &str) -> Vec<f32> {
    words(name, "<f4").into_iter().map(f32::from_le_bytes).collect()
}

pub(crate) fn f64s(name: &str) -> Vec<f64> {
    words(name, "<f8").into_iter().map(f64::from_le_bytes).collect()
}

pub(crate) fn u32s(name: &str) -> Vec<u32> {
    words(name, "<u4").into_iter().map(u32::from_le_bytes).collect()
}

/// A sparse matrix of 800 rows.
pub(crate) fn csr(name: &str, n_cols: usize) -> Csr<f32> {
    let indptr: Vec<u64> = words(&format!("{name}_indptr"), "<u8").into_iter().map(u64::from_le_bytes).collect();
    let (indices, values) = (u32s(&format!("{name}_indices")), f32s(&format!("{name}_data")));
    Csr::new(indptr.len() - 1, n_cols, indptr, indices, values).unwrap()
}

/// Log-normalised values, 800 cells x 600 genes.
pub(crate) fn matrix() -> Csr<f32> {
    csr("matrix", 600)
}

/// scanpy's principal components, 800 x 30.
pub(crate) fn points() -> Embedding {
    Embedding {
        points: Dense::new(800, 30, f32s("pca_embedding")).unwrap(),
        dims: (1..=30).map(|i| format!("PC{i}")).collect(),
    }
}

/// scikit-learn's neighbours, 15 per cell.
pub(crate) fn knn() -> Knn {
    Knn::new(800, 15, u32s("knn_indices"), f32s("knn_distances")).unwrap()
}
