//! Columns on both sides of what two bytes name, counts on both sides of what one byte holds, in pieces of a chunk.

#![allow(clippy::unwrap_used, clippy::cast_possible_wrap, reason = "a test may panic, counts small")]

use std::path::Path;

use hdf5_pure::{AttrValue, FileBuilder, GroupBuilder};
use puricell_io::{ReadOptions, open};

fn integers(group: &mut GroupBuilder, name: &str, values: &[u64]) {
    let values: Vec<i64> = values.iter().map(|&v| i64::try_from(v).unwrap()).collect();
    let dataset = group.create_dataset(name).with_i64_data(&values);
    // Two chunks, so that there are pieces to join.
    dataset.with_shape(&[values.len() as u64]).with_chunks(&[(values.len() as u64).div_ceil(2).max(1)]);
}

/// Cells (or columns of a CSC) of (gene or cell, count).
type Lines = [Vec<(u64, u64)>];

fn arrays(group: &mut GroupBuilder, lines: &Lines) {
    let mut indptr = vec![0];
    for line in lines {
        indptr.push(indptr[indptr.len() - 1] + line.len() as u64);
    }
    integers(group, "indptr", &indptr);
    integers(group, "indices", &lines.iter().flatten().map(|e| e.0).collect::<Vec<_>>());
    integers(group, "data", &lines.iter().flatten().map(|e| e.1).collect::<Vec<_>>());
}

fn texts(group: &mut GroupBuilder, name: &str, values: &[String]) {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    group.create_dataset(name).with_vlen_strings(&values);
}

fn names(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{prefix}{i}")).collect()
}

fn write_tenx(path: &Path, n_genes: usize, cells: &Lines) {
    let mut root = FileBuilder::new();
    let mut matrix = root.create_group("matrix");
    texts(&mut matrix, "barcodes", &names("cell", cells.len()));
    arrays(&mut matrix, cells);
    integers(&mut matrix, "shape", &[n_genes as u64, cells.len() as u64]);
    let mut features = matrix.create_group("features");
    texts(&mut features, "id", &names("ENSG", n_genes));
    texts(&mut features, "name", &names("gene", n_genes));
    texts(&mut features, "feature_type", &vec!["Gene Expression".to_owned(); n_genes]);
    matrix.add_group(features.finish());
    root.add_group(matrix.finish());
    root.finish_to(std::fs::File::create(path).unwrap()).unwrap();
}

fn write_csc(path: &Path, n_cells: usize, genes: &Lines) {
    let mut root = FileBuilder::new();
    root.set_attr("encoding-type", AttrValue::VarLenString("anndata".to_owned()));
    let mut x = root.create_group("X");
    x.set_attr("encoding-type", AttrValue::VarLenString("csc_matrix".to_owned()));
    x.set_attr("shape", AttrValue::I64Array(vec![n_cells as i64, genes.len() as i64]));
    arrays(&mut x, genes);
    root.add_group(x.finish());
    for (name, n) in [("obs", n_cells), ("var", genes.len())] {
        let mut frame = root.create_group(name);
        frame.set_attr("encoding-type", AttrValue::VarLenString("dataframe".to_owned()));
        frame.set_attr("_index", AttrValue::VarLenString("_index".to_owned()));
        texts(&mut frame, "_index", &names(name, n));
        root.add_group(frame.finish());
    }
    root.finish_to(std::fs::File::create(path).unwrap()).unwrap();
}

fn cells() -> Vec<Vec<(u64, u64)>> {
    // Unsorted, with a stored zero among large counts.
    vec![vec![(2, 255), (0, 254), (1, 0)], vec![], vec![(1, 256), (2, 0), (0, 4_294_967_295)]]
}

fn rows(path: &Path) -> Vec<Vec<(u32, u32)>> {
    let dataset = open(path, &ReadOptions::default()).unwrap().value.dataset;
    (0..dataset.n_cells()).map(|cell| dataset.counts().row(cell).iter().collect()).collect()
}

#[test]
fn every_width_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for n_genes in [3, 65_536, 65_537] {
        let path = folder.path().join(format!("{n_genes}.h5"));
        let last = n_genes as u64 - 1;
        let mut cells = cells();
        cells[1].push((last, 70_000));
        write_tenx(&path, n_genes, &cells);
        let want = [vec![(0, 254), (2, 255)], vec![(last as u32, 70_000)], vec![(0, u32::MAX), (1, 256)]];
        assert_eq!(rows(&path), want, "{n_genes}");
    }
}

#[test]
fn sparse_columns_of_more_cells_than_two_bytes_name_are_turned() {
    let folder = tempfile::tempdir().unwrap();
    for n_cells in [4, 65_600] {
        let path = folder.path().join(format!("{n_cells}.h5ad"));
        let last = n_cells as u64 - 1;
        write_csc(&path, n_cells, &[vec![(last, 900), (0, 255)], vec![(0, 3), (last, 300)], vec![(0, 1000)]]);
        let rows = rows(&path);
        assert_eq!(rows[0], [(0, 255), (1, 3), (2, 1000)]);
        assert_eq!(rows[n_cells - 1], [(0, 900), (1, 300)]);
        assert!(rows[1..n_cells - 1].iter().all(Vec::is_empty));
    }
}

#[test]
fn a_column_beyond_two_bytes_and_the_matrix_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("beyond.h5");
    let mut cells = cells();
    cells[1].push((65_538, 1));
    write_tenx(&path, 3, &cells);
    let said = open(&path, &ReadOptions::default()).unwrap_err().to_string();
    assert!(said.contains("row 1 names column 65538, but the matrix has 3 columns"), "{said}");
}
