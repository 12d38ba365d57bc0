use puricell_core::{CountMatrix, FeatureKind, FeatureTable, Seed};

use super::*;
use crate::{Panels, Profile, resolve};

/// Every gene of the panels, globins and mitochondrial genes included, and one filler that takes the other molecules.
fn features() -> FeatureTable {
    let panels = Panels::builtin().unwrap();
    let mut table = FeatureTable::default();
    let mut add = |id: &str, name: &str| {
        if !table.names.iter().any(|n| n == name) {
            table.ids.push(id.to_owned());
            table.names.push(name.to_owned());
            table.kinds.push(FeatureKind::GeneExpression);
            table.genomes.push(String::new());
        }
    };
    for marker in panels.panels.iter().flat_map(|p| &p.markers) {
        add(&marker.ensembl, &marker.symbol);
    }
    add("ENSG99999999999", "FILLER");
    table
}

struct Lot {
    features: FeatureTable,
    cells: Vec<Vec<(String, u32)>>,
}

impl Lot {
    fn new() -> Self {
        Self { features: features(), cells: Vec::new() }
    }

    /// A cell of `filler` other molecules and these genes.
    fn cell(&mut self, filler: u32, genes: &[(&str, u32)]) -> usize {
        let mut cell: Vec<(String, u32)> = genes.iter().map(|(g, n)| ((*g).to_owned(), *n)).collect();
        cell.push(("FILLER".to_owned(), filler));
        self.cells.push(cell);
        self.cells.len() - 1
    }

    /// Stromal cells of about 3,000 molecules, 2 % of them of stromal genes, each gene drawn at random.
    fn stroma(&mut self, n: usize) {
        let genes = ["COL1A1", "COL1A2", "COL3A1", "COL6A1", "COL6A2", "LUM", "DCN", "PDGFRB", "TAGLN", "TPM2"];
        let mut stream = Seed(5).stream("test.stroma", 0);
        for _ in 0..n {
            let mut counts = [0_u32; 10];
            for _ in 0..60 {
                counts[stream.below(10)] += 1;
            }
            let cell: Vec<(&str, u32)> = genes.iter().copied().zip(counts).collect();
            self.cell(2900 + stream.below(200) as u32, &cell);
        }
    }

    fn counts(&self) -> CountMatrix {
        let (mut indptr, mut indices, mut values) = (vec![0_u64], Vec::new(), Vec::new());
        for cell in &self.cells {
            let column = |name: &str| self.features.names.iter().position(|n| n == name).unwrap() as u32;
            for (gene, count) in cell.iter().filter(|c| c.1 > 0) {
                indices.push(column(gene));
                values.push(*count);
            }
            indptr.push(indices.len() as u64);
        }
        CountMatrix::new(self.cells.len(), self.features.len(), indptr, indices, values).unwrap()
    }

    fn call(&self) -> (Calls, Resolved) {
        let profile = Profile::builtin("bone-marrow").unwrap();
        let resolved = resolve(&profile, Panels::builtin().unwrap(), &self.features).unwrap().value;
        let counts = self.counts();
        let model = CallModel::builtin().unwrap();
        (
            call_cells(&PanelCounts::gather(&counts, &resolved), &resolved, &model, &vec![true; self.cells.len()])
                .value,
            resolved,
        )
    }
}

fn kind(calls: &Calls, resolved: &Resolved, cell: usize) -> String {
    match calls.cells[cell].as_ref().unwrap().kind {
        CallKind::Target => "target".to_owned(),
        CallKind::Class(class) => resolved.classes[class].id.clone(),
        CallKind::Suspect(class) => format!("suspect {}", resolved.classes[class].id),
        CallKind::Unassigned => "unassigned".to_owned(),
    }
}

const T_CELL: [(&str, u32); 8] =
    [("PTPRC", 3), ("CD3D", 4), ("CD3E", 2), ("CD2", 2), ("CORO1A", 3), ("CD52", 5), ("LAPTM5", 2), ("TRAC", 4)];

// Verifies R-04.
#[test]
fn both_keys_are_needed_for_a_contaminant() {
    let mut lot = Lot::new();
    lot.stroma(200);
    let t_cell = lot.cell(1500, &T_CELL);
    let mut both = T_CELL.to_vec();
    both.extend([("COL1A1", 10), ("COL1A2", 8), ("COL3A1", 8), ("LUM", 7), ("DCN", 9)]);
    let doublet = lot.cell(4400, &both);
    let neither = lot.cell(2000, &[]);
    let endothelial = lot.cell(2500, &[("PECAM1", 3), ("VWF", 6), ("CDH5", 2), ("KDR", 2), ("EGFL7", 4), ("CLDN5", 3)]);
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, t_cell), "hematopoietic");
    let subclass = calls.cells[t_cell].as_ref().unwrap().subclass.unwrap();
    assert_eq!(resolved.classes[subclass].id, "t_cell");
    assert_eq!(kind(&calls, &resolved, doublet), "suspect hematopoietic");
    assert_eq!(kind(&calls, &resolved, neither), "unassigned");
    assert_eq!(kind(&calls, &resolved, endothelial), "endothelial");
    let n_target = (0..200).filter(|&c| kind(&calls, &resolved, c) == "target").count();
    assert_eq!(n_target, 200);
}

// Verifies R-04.
#[test]
fn one_gene_decides_nothing_however_many_molecules_it_has() {
    let mut lot = Lot::new();
    lot.stroma(200);
    let one = lot.cell(1500, &[("PTPRC", 80)]);
    let stromal = lot.cell(3000, &[("COL1A1", 20), ("COL1A2", 20), ("DCN", 20), ("CD52", 80)]);
    let single_stromal = lot.cell(3000, &[("COL1A1", 60)]);
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, one), "unassigned");
    assert_eq!(kind(&calls, &resolved, stromal), "target");
    assert_eq!(kind(&calls, &resolved, single_stromal), "unassigned");
}

#[test]
fn what_every_target_cell_shows_is_background_and_no_contaminant() {
    // Four blood genes leak into every stromal cell at one molecule each: a lot's own ambient RNA.
    let mut clean = Lot::new();
    clean.stroma(200);
    let mut leaky = Lot::new();
    leaky.stroma(200);
    for cell in &mut leaky.cells {
        cell.extend([
            ("LAPTM5".to_owned(), 1),
            ("TYROBP".to_owned(), 1),
            ("CD52".to_owned(), 1),
            ("FCER1G".to_owned(), 1),
        ]);
    }
    let marked = |lot: &mut Lot| {
        lot.cell(
            2900,
            &[("COL1A1", 20), ("COL1A2", 20), ("DCN", 20), ("LAPTM5", 1), ("TYROBP", 1), ("CD52", 1), ("FCER1G", 1)],
        )
    };
    let (in_clean, in_leaky) = (marked(&mut clean), marked(&mut leaky));
    let t_cell = leaky.cell(1500, &T_CELL);
    let (calls, resolved) = clean.call();
    assert_eq!(kind(&calls, &resolved, in_clean), "suspect hematopoietic");
    let (calls, resolved) = leaky.call();
    assert_eq!(kind(&calls, &resolved, in_leaky), "target");
    assert_eq!(kind(&calls, &resolved, t_cell), "hematopoietic");
    let blood = calls.expected_at_median[resolved.class("hematopoietic").unwrap()];
    // Each of the four is seen once in every cell: about 4 (1 - exp(-1)), and a little for the others.
    assert!((2.2..2.9).contains(&blood), "{blood}");
}

#[test]
fn a_cell_full_of_globin_is_erythroid() {
    let mut lot = Lot::new();
    lot.stroma(100);
    let red = lot.cell(200, &[("HBB", 500), ("HBA1", 300), ("HBA2", 300), ("ALAS2", 1)]);
    let leaky = lot.cell(2800, &[("COL1A1", 20), ("COL1A2", 20), ("DCN", 20), ("HBB", 150)]);
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, red), "hematopoietic");
    assert_eq!(resolved.classes[calls.cells[red].as_ref().unwrap().subclass.unwrap()].id, "erythroid");
    assert_eq!(kind(&calls, &resolved, leaky), "target");
}

#[test]
fn a_target_cell_that_holds_a_red_cell_s_globin_is_suspect() {
    let mut lot = Lot::new();
    lot.stroma(100);
    let globin = [("HBB", 900), ("HBA1", 500), ("HBA2", 400)];
    let stroma = [("COL1A1", 4), ("COL1A2", 3), ("DCN", 3), ("LUM", 1)];
    let alone = lot.cell(400, &globin);
    let both = lot.cell(400, &[&globin[..], &stroma].concat());
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, alone), "hematopoietic");
    assert_eq!(kind(&calls, &resolved, both), "suspect hematopoietic");
}

#[test]
fn a_lot_without_target_cells_says_that_its_background_is_frozen() {
    let mut lot = Lot::new();
    for _ in 0..30 {
        lot.cell(1500, &T_CELL);
    }
    let (calls, resolved) = lot.call();
    assert!(calls.background.is_frozen);
    assert_eq!((0..30).filter(|&c| kind(&calls, &resolved, c) == "hematopoietic").count(), 30);
}

#[test]
fn the_lot_gives_rate_shape_and_gene_background_by_their_definitions() {
    let mut lot = Lot::new();
    lot.stroma(300);
    let (calls, _) = lot.call();
    let background = &calls.background;
    assert_eq!(background.n_reference, 300);
    // 60 stromal molecules of 2,960 to 3,160: a median of 60 / 3,060.
    assert!((background.target_rate - 60.0 / 3060.0).abs() < 2e-4, "{}", background.target_rate);
    // Every cell has the same 60: less spread than Poisson, so the shape is at its upper bound.
    assert!((background.target_shape - 20.0).abs() < 1e-12);
    let gene = |symbol: &str| background.genes.iter().find(|g| g.symbol == symbol).unwrap();
    assert_eq!(gene("CD3D").n_detected, 0);
    let molecules = 300.0 * 3060.0;
    // (0 + 0.2) / (molecules + 100,000), the molecules known to within 1 %.
    assert!((gene("CD3D").rate / (0.2 / (molecules + 1e5)) - 1.0).abs() < 0.01);
    assert!(gene("COL1A1").n_detected > 290);
}

#[test]
fn the_order_of_cells_changes_no_call() {
    let mut lot = Lot::new();
    lot.stroma(60);
    lot.cell(1500, &T_CELL);
    let (forwards, resolved) = lot.call();
    lot.cells.reverse();
    let (backwards, _) = lot.call();
    let n = lot.cells.len();
    for cell in 0..n {
        assert_eq!(kind(&forwards, &resolved, cell), kind(&backwards, &resolved, n - 1 - cell));
    }
}

#[test]
fn one_stromal_gene_is_enough_only_where_no_more_can_be_expected_and_nothing_else_speaks() {
    let mut lot = Lot::new();
    // Half a per cent of stromal genes: 15 molecules in a deep cell, 1.5 in a shallow one.
    for i in 0..100_usize {
        let genes = ["COL1A1", "COL1A2", "COL3A1", "COL6A1", "COL6A2", "LUM", "DCN", "PDGFRB", "TAGLN", "TPM2"];
        let cell: Vec<(&str, u32)> = (0..5).map(|g| (genes[(i + 2 * g) % 10], 3)).collect();
        lot.cell(2985, &cell);
    }
    let one = lot.cell(299, &[("COL1A1", 1)]);
    let none = lot.cell(300, &[]);
    let against = lot.cell(297, &[("COL1A1", 1), ("CD3D", 1), ("PTPRC", 1)]);
    let deep = lot.cell(6000, &[("COL1A1", 1)]);
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, one), "target");
    assert_eq!(kind(&calls, &resolved, none), "unassigned");
    assert_ne!(kind(&calls, &resolved, against), "target");
    assert_eq!(kind(&calls, &resolved, deep), "unassigned");
}

#[test]
fn a_small_lymphocyte_in_a_droplet_with_a_large_stromal_cell_is_a_suspect() {
    let mut lot = Lot::new();
    lot.stroma(200);
    // About what a T cell of 2,000 molecules shows, a twelfth of the droplet, where no stromal cell of the lot shows any.
    let mut both = vec![("CD52", 4), ("IL32", 3), ("TRAC", 2)];
    both.extend(["PTPRC", "CD3D", "CD3E", "CD2", "CORO1A", "CCL5", "IL7R", "LAPTM5", "CD53"].map(|g| (g, 1)));
    both.extend(["COL1A1", "COL1A2", "COL3A1", "COL6A1", "COL6A2", "LUM", "DCN", "PDGFRB", "TAGLN"].map(|g| (g, 50)));
    let doublet = lot.cell(22_500, &both);
    let (calls, resolved) = lot.call();
    assert_eq!(kind(&calls, &resolved, doublet), "suspect hematopoietic");
}

#[test]
fn the_genes_that_decided_add_up_to_the_likelihood_of_the_call() {
    let mut lot = Lot::new();
    lot.stroma(200);
    let t_cell = lot.cell(1500, &T_CELL);
    let (calls, resolved) = lot.call();
    let (panel, model) = (PanelCounts::gather(&lot.counts(), &resolved), CallModel::builtin().unwrap());
    let genes = Explainer::new(&panel, &resolved, &calls.background, &model).genes(t_cell);
    assert!(genes.windows(2).all(|w| w[0].log_ratio.abs() >= w[1].log_ratio.abs()));
    assert_eq!(resolved.classes[genes[0].class].id, "hematopoietic");
    assert_eq!(&*genes[0].cell_type, "t_cell");
    let gene = |symbol: &str| genes.iter().find(|g| *g.symbol == *symbol).unwrap();
    assert_eq!(gene("CD3D").molecules, 4);
    assert!(gene("CD3D").log_ratio > 3.0 && gene("CD3D").expected_in_target < 0.01);
    // A stromal gene that a target cell would show speaks by its absence.
    assert!(gene("COL1A1").molecules == 0 && gene("COL1A1").log_ratio > 0.5);
    // All of the class's genes seen are listed, and no gene weighs more than its bound.
    assert!(T_CELL.iter().all(|(g, _)| gene(g).log_ratio > 0.0));
    assert!(genes.iter().all(|g| g.log_ratio.abs() <= model.gene.max_log_ratio + 1e-12));

    let weights = Weights::new(&panel, &resolved, &model, &calls.background);
    let (_, posterior) = evidence::weigh(&panel, &resolved, t_cell, &weights, &model, &mut Buffers::default());
    let total: f64 = genes.iter().map(|g| g.log_ratio).sum();
    // The class's posterior is that of its best type, one of several of equal prior, and what the others add.
    let n_types = weights.classes[genes[0].class].as_ref().unwrap().types.len() as f64;
    let odds = puricell_core::math::ln(posterior.classes[genes[0].class] / posterior.target);
    let prior = puricell_core::math::ln(model.prior.contaminant / n_types / model.prior.target);
    // Up to 250 genes of less than 0.01 are not listed; the types that come second add less than ln 1.5.
    assert!((odds - prior - total).abs() < 1.0, "{odds} {prior} {total}");
}

// Verifies R-04.
#[test]
fn a_cell_beside_a_target_cell_is_called_no_contaminant() {
    let mut lot = Lot::new();
    lot.stroma(200);
    let vessel: [(&str, u32); 6] = [("PECAM1", 3), ("VWF", 6), ("CDH5", 2), ("KDR", 2), ("EGFL7", 4), ("CLDN5", 3)];
    let with = |stroma: &[(&'static str, u32)]| [vessel.as_slice(), stroma].concat();
    // The lot's stromal cells show 6 molecules of each of their genes; a twelfth of that is ambient RNA.
    let clean = lot.cell(2500, &vessel);
    let ambient = lot.cell(2500, &with(&[("COL1A1", 1), ("DCN", 1), ("TAGLN", 1)]));
    let one = lot.cell(2500, &with(&[("TAGLN", 8)]));
    let half = lot.cell(
        2500,
        &with(&[("COL1A1", 3), ("COL1A2", 3), ("COL3A1", 2), ("LUM", 3), ("DCN", 3), ("TAGLN", 2), ("TPM2", 3)]),
    );
    let (calls, resolved) = lot.call();
    for (cell, expected) in
        [(clean, "endothelial"), (ambient, "endothelial"), (one, "endothelial"), (half, "suspect endothelial")]
    {
        assert_eq!(kind(&calls, &resolved, cell), expected, "cell {cell}");
    }
}
