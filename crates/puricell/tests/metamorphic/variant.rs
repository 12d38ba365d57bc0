//! Variants of a lot that mean the same.

use std::io::Write;
use std::path::Path;

use puricell_core::{CellTable, CountMatrix, Dataset, Seed};
use puricell_io::write::{Column, Frame, H5ad, H5adParams, unique_names, write_h5ad};

/// An order of `n` things, drawn by `seed`.
pub(crate) fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Seed(seed).stream("metamorphic", 0).shuffle(&mut order);
    order
}

/// The lot with cells and genes in the orders given; a gene or cell that is not named is left out.
pub(crate) fn reordered(lot: &Dataset, cells: &[usize], genes: &[usize]) -> Dataset {
    let mut new_index = vec![None; lot.n_features()];
    for (new, &gene) in genes.iter().enumerate() {
        new_index[gene] = Some(new as u32);
    }
    let rows = cells.iter().map(|&cell| {
        let of_cell = lot.counts().row(cell).iter();
        let mut row: Vec<(u32, u32)> = of_cell.filter_map(|(gene, v)| Some((new_index[gene as usize]?, v))).collect();
        row.sort_unstable();
        row
    });
    let ids = cells.iter().map(|&cell| lot.cells().ids[cell].clone()).collect();
    of_rows(rows, ids, lot.features().select(genes))
}

/// The lot with genes that nobody shows put before, between and after its own.
pub(crate) fn with_empty_genes(lot: &Dataset) -> Dataset {
    let mut features = puricell_core::FeatureTable::default();
    let mut new_index = Vec::with_capacity(lot.n_features());
    let own = lot.features();
    let empty = |features: &mut puricell_core::FeatureTable| {
        let name = format!("EMPTY{}", features.ids.len());
        features.ids.push(name.clone());
        features.names.push(name);
        features.kinds.push(own.kinds[0].clone());
        features.genomes.push(own.genomes[0].clone());
    };
    for gene in 0..lot.n_features() {
        if gene % 100 == 0 {
            empty(&mut features);
        }
        new_index.push(features.ids.len() as u32);
        features.ids.push(own.ids[gene].clone());
        features.names.push(own.names[gene].clone());
        features.kinds.push(own.kinds[gene].clone());
        features.genomes.push(own.genomes[gene].clone());
    }
    empty(&mut features);
    let rows = (0..lot.n_cells())
        .map(|cell| lot.counts().row(cell).iter().map(|(gene, v)| (new_index[gene as usize], v)).collect());
    of_rows(rows, lot.cells().ids.clone(), features)
}

/// A data set of rows of (gene, count), genes increasing.
pub(crate) fn of_rows(
    rows: impl Iterator<Item = Vec<(u32, u32)>>,
    ids: Vec<String>,
    features: puricell_core::FeatureTable,
) -> Dataset {
    let (mut starts, mut indices, mut values) = (vec![0_u64], Vec::new(), Vec::new());
    for row in rows {
        for (gene, value) in row {
            indices.push(gene);
            values.push(value);
        }
        starts.push(indices.len() as u64);
    }
    let counts = CountMatrix::new(ids.len(), features.len(), starts, indices, values).unwrap();
    Dataset::new(counts, CellTable { ids, columns: Vec::new() }, features).unwrap()
}

/// Writes a 10x MTX folder as Cell Ranger 3 does, not compressed.
pub(crate) fn write_mtx(folder: &Path, lot: &Dataset) {
    std::fs::create_dir_all(folder).unwrap();
    let file = |name: &str| std::io::BufWriter::new(std::fs::File::create(folder.join(name)).unwrap());
    let mut barcodes = file("barcodes.tsv");
    for id in &lot.cells().ids {
        writeln!(barcodes, "{id}").unwrap();
    }
    let mut features = file("features.tsv");
    for (id, name) in lot.features().ids.iter().zip(&lot.features().names) {
        writeln!(features, "{id}\t{name}\tGene Expression").unwrap();
    }
    let mut matrix = file("matrix.mtx");
    writeln!(matrix, "%%MatrixMarket matrix coordinate integer general").unwrap();
    writeln!(matrix, "{} {} {}", lot.n_features(), lot.n_cells(), lot.counts().nnz()).unwrap();
    for cell in 0..lot.n_cells() {
        for (gene, value) in lot.counts().row(cell) {
            writeln!(matrix, "{} {} {value}", gene + 1, cell + 1).unwrap();
        }
    }
}

/// Writes an h5ad with the symbols as names of the genes and the accessions beside them.
pub(crate) fn write_annotated(path: &Path, lot: &Dataset) {
    let features = lot.features();
    let names = unique_names(&features.names);
    let data = H5ad {
        x: lot.counts(),
        obs: Frame { names: &lot.cells().ids, columns: Vec::new() },
        var: Frame { names: &names, columns: vec![("gene_ids".to_owned(), Column::Text(features.ids.clone()))] },
        obsm: Vec::new(),
        varm: Vec::new(),
        obsp: Vec::new(),
        uns: Vec::new(),
    };
    write_h5ad(path, &data, &H5adParams::default()).unwrap();
}
