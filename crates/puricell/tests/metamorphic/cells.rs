//! The demonstration lot: 2,000 barcodes with target cells, contaminants, doublets and dead cells in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use puricell_core::{Dataset, FeatureTable, Seed};
use puricell_io::ReadOptions;
use puricell_purity::{CallModel, Panels, Profile, resolve};
use tempfile::TempDir;

use crate::calls::{Called, assert_same, read, tally};
use crate::program::{run_lot, test_data};
use crate::variant::{of_rows, reordered, shuffled, with_empty_genes, write_annotated, write_mtx};

const PROFILE: &str = "adipose";

fn open(path: &Path) -> Dataset {
    puricell_io::open(path, &ReadOptions::default()).unwrap().value.dataset
}

fn calls_of(input: &Path, out: &Path) -> BTreeMap<String, Called> {
    run_lot(input, PROFILE, out, &["--no-umap", "--h5ad", "none"]);
    read(out)
}

/// The lot, a folder for variants, and the calls of the lot as it is.
struct Case {
    folder: TempDir,
    lot: Dataset,
    reference: BTreeMap<String, Called>,
}

impl Case {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let input = test_data("demo/lot.h5");
        let reference = calls_of(&input, &folder.path().join("reference"));
        // A lot of one call would be left unchanged by anything.
        let found = tally(&reference);
        for word in ["target", "hematopoietic", "endothelial", "suspect", "unassigned"] {
            assert!(found.contains_key(word), "no {word}: {found:?}");
        }
        assert!(reference.values().any(|c| c.reason.is_some()), "nothing was left out: {found:?}");
        assert!(reference.values().all(|c| c.call.is_none() || c.scores.len() > 8), "the scores were not read");
        Self { lot: open(&input), folder, reference }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a variant, written by `write` to a path of that name, and compares every cell.
    fn check(&self, name: &str, write: impl FnOnce(&Path)) {
        let input = self.path(name);
        write(&input);
        assert_same(name, &self.reference, &calls_of(&input, &self.path(&format!("out_{name}"))));
    }
}

fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[test]
fn the_order_of_cells_changes_no_call() {
    let case = Case::new();
    let genes = all(case.lot.n_features());
    for seed in [1, 2] {
        let cells = shuffled(case.lot.n_cells(), seed);
        case.check(&format!("cells_{seed}"), |path| {
            write_mtx(path, &reordered(&case.lot, &cells, &genes));
        });
    }
}

// Verifies R-15.
#[test]
fn the_order_of_genes_and_empty_genes_change_no_call() {
    let case = Case::new();
    let cells = all(case.lot.n_cells());
    let genes = shuffled(case.lot.n_features(), 3);
    case.check("genes", |path| write_mtx(path, &reordered(&case.lot, &cells, &genes)));
    case.check("empty", |path| write_mtx(path, &with_empty_genes(&case.lot)));
}

// Verifies R-15.
#[test]
fn the_format_of_the_file_changes_no_call() {
    let case = Case::new();
    case.check("mtx", |path| write_mtx(path, &case.lot));
    case.check("lot.h5ad", |path| write_annotated(path, &case.lot));
}

// Verifies R-15.
#[test]
fn splitting_and_rejoining_change_no_call() {
    let case = Case::new();
    let genes = all(case.lot.n_features());
    // Two files of different formats, as two wells of a lot would be, and cells in no order.
    let order = shuffled(case.lot.n_cells(), 4);
    let (first, second) = order.split_at(order.len() / 3);
    let (one, two) = (case.path("one"), case.path("two.h5ad"));
    write_mtx(&one, &reordered(&case.lot, first, &genes));
    write_annotated(&two, &reordered(&case.lot, second, &genes));
    let (one, two) = (open(&one), open(&two));
    assert_eq!(one.features().ids, two.features().ids, "the halves have other genes");
    let rows = [&one, &two]
        .into_iter()
        .flat_map(|half| (0..half.n_cells()).map(|cell| half.counts().row(cell).iter().collect::<Vec<_>>()));
    let ids = one.cells().ids.iter().chain(&two.cells().ids).cloned().collect();
    let joined = of_rows(rows, ids, one.features().clone());
    case.check("joined", |path| write_mtx(path, &joined));
}

/// Columns of the genes of state, cycle and senescence panels that are not weighed, and as many abundant ones to swap with.
fn state_genes(lot: &Dataset) -> (Vec<u32>, Vec<u32>) {
    let panels = Panels::builtin().unwrap();
    let profile = Profile::builtin(PROFILE).unwrap();
    let resolved = resolve(&profile, panels, lot.features()).unwrap().value;
    let decisive: Vec<usize> = std::iter::once(&resolved.target)
        .chain(&resolved.classes)
        .flat_map(|class| &class.genes)
        .chain(resolved.subsets.iter().flat_map(|subset| &subset.genes))
        .flat_map(|gene| gene.columns.iter().copied())
        .collect();
    let names = &lot.features().names;
    let is_of_state = |id: &str| ["state_", "cycle_", "senescence_"].iter().any(|start| id.starts_with(start));
    let in_states: Vec<&str> = panels
        .panels
        .iter()
        .filter(|panel| is_of_state(&panel.id))
        .flat_map(|panel| panel.markers.iter().map(|marker| marker.symbol.as_str()))
        .collect();
    // Those that quality control counts, of mitochondria, ribosomes and haemoglobin, stay where they are.
    let is_counted = |name: &str| ["MT-", "RPL", "RPS", "HB"].iter().any(|start| name.starts_with(start));
    let model = CallModel::builtin().unwrap();
    let levels = model.types.iter().flat_map(|t| t.genes.values()).chain(model.leukocyte.values()).flatten();
    let weighed: Vec<&String> = levels.chain(&model.stromal.genes).collect();
    let free =
        |gene: &usize| !decisive.contains(gene) && !weighed.contains(&&names[*gene]) && !is_counted(&names[*gene]);
    let of_state: Vec<u32> = (0..names.len())
        .filter(|gene| free(gene) && in_states.contains(&names[*gene].as_str()))
        .map(|g| g as u32)
        .collect();
    let mut molecules = vec![0_u64; names.len()];
    for cell in 0..lot.n_cells() {
        lot.counts().row(cell).for_each(|gene, value| molecules[gene as usize] += u64::from(value));
    }
    let mut others: Vec<usize> =
        (0..names.len()).filter(|gene| free(gene) && !in_states.contains(&names[*gene].as_str())).collect();
    others.sort_by_key(|&gene| (std::cmp::Reverse(molecules[gene]), gene));
    others.truncate(of_state.len());
    (of_state, others.into_iter().map(|g| g as u32).collect())
}

// Verifies R-16.
#[test]
fn the_states_of_cells_do_not_enter_the_calls() {
    let case = Case::new();
    let lot = &case.lot;
    let (of_state, others) = state_genes(lot);
    assert!(of_state.len() > 60, "only {} genes of states are among the features", of_state.len());
    // In each cell the counts of these genes go to others of them by a permutation of its own: depth and number of genes
    // stay, every score of a state and the lot's embedding change.
    let pool: Vec<u32> = of_state.iter().chain(&others).copied().collect();
    let mut moved = 0;
    let rows = (0..lot.n_cells()).map(|cell| {
        let mut turned = pool.clone();
        Seed(5).stream("states", cell as u64).shuffle(&mut turned);
        let mut row: Vec<(u32, u32)> = lot
            .counts()
            .row(cell)
            .iter()
            .map(|(gene, value)| (pool.iter().position(|&p| p == gene).map_or(gene, |p| turned[p]), value))
            .collect();
        row.sort_unstable();
        row
    });
    let changed = of_rows(rows, lot.cells().ids.clone(), FeatureTable::clone(lot.features()));
    for cell in 0..lot.n_cells() {
        let of = |lot: &Dataset| of_state.iter().map(|&g| lot.counts().get(cell, g).unwrap_or(0)).sum::<u32>();
        moved += usize::from(of(lot) != of(&changed));
    }
    assert!(moved > lot.n_cells() * 9 / 10, "the states of only {moved} cells changed");
    case.check("states", |path| write_mtx(path, &changed));
}
