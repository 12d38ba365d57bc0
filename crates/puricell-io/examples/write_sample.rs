//! Writes `sample.h5ad`, `empty.h5ad`, `sample.parquet` and `empty.parquet` into the folder given, for the checks with
//! other implementations in `test-data/writers`. Every value follows from its row and column by the formulas below,
//! which the checks repeat.

#![allow(clippy::cast_possible_wrap, reason = "a few thousand rows")]

use std::path::PathBuf;

use puricell_core::{CountBuilder, Csr, Dense};
use puricell_io::write::{
    Column, Frame, H5ad, H5adParams, ParquetParams, Uns, WriteError, unique_names, write_h5ad, write_parquet,
};

const N_GENES: usize = 100;
const N_NEIGHBOURS: usize = 6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: write_sample FOLDER")?);
    for (name, n_cells) in [("sample", 3000), ("empty", 0)] {
        h5ad(&folder.join(format!("{name}.h5ad")), n_cells)?;
        let columns = cell_columns(n_cells);
        write_parquet(&folder.join(format!("{name}.parquet")), &columns, &ParquetParams::default())?;
    }
    Ok(())
}

/// Count of gene `j` in cell `i`: 0 for two in three.
fn count(i: usize, j: usize) -> u32 {
    let k = i * 31 + j * 17 + i * j;
    if k.is_multiple_of(3) { (k % 11 + 1) as u32 } else { 0 }
}

/// Three groups of cells on a line, with a jitter that no two cells of a group share.
fn point(i: usize) -> [f32; 3] {
    [10.0 * (i % 3) as f32, (i / 3) as f32 / 1000.0, ((i * 7) % 13) as f32 / 13.0]
}

fn cell_columns(n_cells: usize) -> Vec<(String, Column)> {
    let classes = ["target", "hematopoietic", "未知"].map(str::to_owned).to_vec();
    let called = |i: usize| (!i.is_multiple_of(5)).then_some(["target", "未知"][i % 2]);
    let rows = 0..n_cells;
    let columns = [
        ("cell_id", Column::Text(rows.clone().map(|i| format!("CELL{i}-细胞")).collect())),
        ("call", Column::with_categories(rows.clone().map(called), classes)),
        ("kept", Column::Bool(rows.clone().map(|i| !i.is_multiple_of(4)).collect())),
        ("score", Column::F64(rows.clone().map(|i| if i % 7 == 3 { f64::NAN } else { i as f64 / 3.0 }).collect())),
        ("score32", Column::F32(rows.clone().map(|i| if i % 7 == 4 { f32::NAN } else { i as f32 / 3.0 }).collect())),
        ("wide", Column::I64(rows.clone().map(|i| i as i64 * 10_000_000_000 - 5).collect())),
        ("narrow", Column::I32(rows.map(|i| i as i32 * -3).collect())),
    ];
    columns.map(|(name, column)| (name.to_owned(), column)).to_vec()
}

fn h5ad(path: &std::path::Path, n_cells: usize) -> Result<(), Box<dyn std::error::Error>> {
    let rows = (0..n_cells).map(|i| (0..N_GENES).map(|j| count(i, j)).collect::<Vec<_>>());
    let mut counts = CountBuilder::new(N_GENES);
    for row in rows {
        row.into_iter().enumerate().filter(|(_, v)| *v != 0).for_each(|(gene, v)| counts.push(gene as u32, v));
        counts.end_row();
    }
    let counts = counts.finish()?;
    let points: Vec<f32> = (0..n_cells).flat_map(point).collect();
    let points = Dense::new(n_cells, 3, points)?;
    let loadings = Dense::new(N_GENES, 3, (0..N_GENES * 3).map(|i| i as f32 / 8.0).collect())?;
    let (distances, connectivities) = neighbours(&points)?;

    let barcodes: Vec<String> = (0..n_cells).map(|i| format!("CELL{i}-细胞")).collect();
    let symbols: Vec<String> = (0..N_GENES).map(|j| format!("GENE{}", j / 2)).collect();
    let genes = unique_names(&symbols);
    let mut obs = cell_columns(n_cells);
    let clusters = (0..if n_cells == 0 { 0 } else { 3 }).map(|c| c.to_string()).collect();
    let labels: Vec<String> = (0..n_cells).map(|i| (i % 3).to_string()).collect();
    obs.push(("leiden".to_owned(), Column::with_categories(labels.iter().map(|l| Some(l.as_str())), clusters)));

    let neighbors = group([
        ("connectivities_key", Uns::Text("connectivities".to_owned())),
        ("distances_key", Uns::Text("distances".to_owned())),
        (
            "params",
            group([
                ("method", Uns::Text("umap".to_owned())),
                ("metric", Uns::Text("euclidean".to_owned())),
                ("n_neighbors", Uns::Integer(N_NEIGHBOURS as i64 + 1)),
                ("random_state", Uns::Integer(0)),
                ("use_rep", Uns::Text("X_pca".to_owned())),
            ]),
        ),
    ]);
    let table_names: Vec<String> = vec!["a".to_owned(), "b".to_owned()];
    let puricell = group([
        ("version", Uns::Text("0.1.0".to_owned())),
        ("light", Uns::Bool(true)),
        ("threshold", Uns::Real(0.1)),
        ("seeds", Uns::Integers(vec![1, -2])),
        ("sizes", Uns::Reals(vec![])),
        ("lots", Uns::Texts(vec!["批次一".to_owned(), String::new()])),
        ("nothing", Uns::Texts(vec![])),
        ("table", Uns::Frame(Frame { names: &table_names, columns: vec![("n".to_owned(), Column::I64(vec![3, 4]))] })),
        ("bare", Uns::Frame(Frame { names: &table_names, columns: vec![] })),
    ]);
    let data = H5ad {
        x: &counts,
        obs: Frame { names: &barcodes, columns: obs },
        var: Frame { names: &genes, columns: vec![("gene_symbols".to_owned(), Column::Text(symbols.clone()))] },
        obsm: vec![("X_pca".to_owned(), &points)],
        varm: vec![("PCs".to_owned(), &loadings)],
        obsp: vec![("distances".to_owned(), &distances), ("connectivities".to_owned(), &connectivities)],
        uns: vec![("neighbors".to_owned(), neighbors), ("puricell".to_owned(), puricell)],
    };
    write_h5ad(path, &data, &H5adParams::default()).map_err(|e: WriteError| e.into())
}

fn group<'a, const N: usize>(members: [(&str, Uns<'a>); N]) -> Uns<'a> {
    Uns::Group(members.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

/// Distances to the nearest neighbours, and `1 / (1 + distance)` wherever either of two cells has the other as one.
fn neighbours(points: &Dense<f32>) -> Result<(Csr<f32>, Csr<f32>), Box<dyn std::error::Error>> {
    let n = points.n_rows();
    let distance = |a: usize, b: usize| {
        points.row(a).iter().zip(points.row(b)).map(|(x, y)| (x - y) * (x - y)).sum::<f32>().sqrt()
    };
    let mut near = vec![vec![0.0; n]; n];
    let mut linked = near.clone();
    for cell in 0..n {
        let mut others: Vec<usize> = (0..n).filter(|&other| other != cell).collect();
        others.sort_by(|&a, &b| distance(cell, a).total_cmp(&distance(cell, b)).then(a.cmp(&b)));
        for &other in others.iter().take(N_NEIGHBOURS) {
            let d = distance(cell, other);
            near[cell][other] = d;
            linked[cell][other] = 1.0 / (1.0 + d);
            linked[other][cell] = 1.0 / (1.0 + d);
        }
    }
    Ok((csr(near, n, |v| *v > 0.0)?, csr(linked, n, |v| *v > 0.0)?))
}

fn csr<V: Copy>(
    rows: Vec<Vec<V>>,
    n_cols: usize,
    stored: impl Fn(&V) -> bool,
) -> Result<Csr<V>, puricell_core::CsrError> {
    let n_rows = rows.len();
    let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in rows {
        for (column, value) in row.into_iter().enumerate().filter(|(_, v)| stored(v)) {
            indices.push(column as u32);
            values.push(value);
        }
        indptr.push(indices.len() as u64);
    }
    Csr::new(n_rows, n_cols, indptr, indices, values)
}
