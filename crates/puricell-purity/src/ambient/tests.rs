use puricell_core::{FeatureKind, FeatureTable, Seed, Stream};

use super::*;
use crate::{Panels, Profile, resolve};

const STROMAL: [&str; 6] = ["COL1A1", "COL1A2", "COL3A1", "LUM", "DCN", "PDGFRB"];
const BLOOD: [&str; 6] = ["PTPRC", "CD3E", "CD3D", "TYROBP", "LYZ", "CD14"];

fn features() -> FeatureTable {
    let panels = Panels::builtin().unwrap();
    let mut table = FeatureTable::default();
    for (id, name) in panels
        .panels
        .iter()
        .flat_map(|p| &p.markers)
        .map(|m| (m.ensembl.clone(), m.symbol.clone()))
        .chain([("ENSG99999999999".to_owned(), "FILLER".to_owned())])
    {
        if !table.names.contains(&name) {
            table.ids.push(id);
            table.names.push(name);
            table.kinds.push(FeatureKind::GeneExpression);
            table.genomes.push(String::new());
        }
    }
    table
}

fn column(features: &FeatureTable, gene: &str) -> usize {
    features.names.iter().position(|n| n == gene).unwrap()
}

/// Molecules of a droplet: `n` draws of which a share `rho` is of the soup, the rest of a stromal cell.
fn droplet(features: &FeatureTable, n: u64, rho: f64, blood: f64, stream: &mut Stream) -> Vec<(u32, u32)> {
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..n {
        let of_soup = stream.uniform() < rho;
        let u = stream.uniform();
        // The soup: 3 % stromal genes, `blood` blood genes. A stromal cell: 4 % stromal genes.
        let gene = if of_soup && u < blood {
            BLOOD[stream.below(6)]
        } else if u > if of_soup { 0.97 } else { 0.96 } {
            STROMAL[stream.below(6)]
        } else {
            "FILLER"
        };
        *counts.entry(column(features, gene) as u32).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

fn matrix(rows: &[Vec<(u32, u32)>], n_cols: usize) -> CountMatrix {
    let mut indptr = vec![0_u64];
    for row in rows {
        indptr.push(indptr[indptr.len() - 1] + row.len() as u64);
    }
    let (indices, values) = rows.iter().flatten().copied().unzip();
    CountMatrix::new(rows.len(), n_cols, indptr, indices, values).unwrap()
}

/// 400 stromal cells of 2,000 molecules with this share of ambient ones, and 2,000 empty droplets of 30.
fn lot(rho: f64, blood: f64, seed: u64) -> Result<(Ambient, Resolved), PurityError> {
    let features = features();
    let resolved =
        resolve(&Profile::builtin("bone-marrow").unwrap(), Panels::builtin().unwrap(), &features).unwrap().value;
    let mut stream = Seed(seed).stream("test.ambient", 0);
    let cells: Vec<_> = (0..400).map(|_| droplet(&features, 2_000, rho, blood, &mut stream)).collect();
    let empty: Vec<_> = (0..2_000).map(|_| droplet(&features, 30, 1.0, blood, &mut stream)).collect();
    let raw: Vec<_> = cells.iter().chain(&empty).cloned().collect();
    let is_cell: Vec<bool> = (0..raw.len()).map(|i| i < cells.len()).collect();
    let params = AmbientParams::default();
    let mut pass = droplets_pass(features.names.len(), &is_cell, &params);
    pass.take(0, &matrix(&raw, features.names.len()));
    let [droplets] = pass.finish();
    let droplets = checked_droplets(droplets, &params)?;
    assert_eq!((droplets.n, droplets.molecules), (2_000, 60_000));
    let counts = matrix(&cells, features.names.len());
    let halves = halves_of_target(&vec![true; cells.len()]);
    let mut pass = TotalsPass::<_, 2>::new(counts.n_cols(), |row, _| halves.iter().position(|half| half[row]));
    pass.take(0, &counts);
    let halves = pass.finish();
    assert_eq!(halves.each_ref().map(|half| half.n_cells), [200, 200]);
    let counted = [halves[1].molecules];
    let ambient = ambient_share(vec![droplets], &counted, &halves, &resolved, &params)?;
    Ok((ambient, resolved))
}

#[test]
fn a_planted_share_is_found_by_genes_that_the_target_lacks() {
    for (rho, seed) in [(0.02, 1), (0.08, 2), (0.3, 3)] {
        let (ambient, _) = lot(rho, 0.05, seed).unwrap();
        let best = ambient.bound.unwrap();
        // Half of the cells hold 400,000 molecules, 5 % of the soup is of blood genes; relative errors of 1 / sqrt(observed) and of the
        // quarter of the profile's 3,000 molecules, 3 standard errors of both.
        let relative = 3.0 * (1.0 / best.observed as f64 + 1.0 / 750.0).sqrt();
        assert!((best.share / rho - 1.0).abs() < relative, "{rho}: {} {}", best.share, best.observed);
        assert!(best.upper > best.share);
    }
}

#[test]
fn each_capture_is_held_against_its_own_soup() {
    let features = features();
    let resolved =
        resolve(&Profile::builtin("bone-marrow").unwrap(), Panels::builtin().unwrap(), &features).unwrap().value;
    let n_cols = features.names.len();
    // The first capture has much blood in its soup and few ambient molecules, the second the other way round.
    let captures = [(0.02, 0.20), (0.20, 0.02)];
    let mut stream = Seed(5).stream("test.ambient", 0);
    let (mut cells, mut soups) = (Vec::new(), Vec::new());
    for (rho, blood) in captures {
        cells.extend((0..200).map(|_| droplet(&features, 2_000, rho, blood, &mut stream)));
        let empty: Vec<_> = (0..2_000).map(|_| droplet(&features, 30, 1.0, blood, &mut stream)).collect();
        let (is_cell, params) = ([false; 2_000], AmbientParams::default());
        let mut pass = droplets_pass(n_cols, &is_cell, &params);
        pass.take(0, &matrix(&empty, n_cols));
        let [soup] = pass.finish();
        soups.push(EmptyDroplets::from(soup));
    }
    let halves = halves_of_target(&vec![true; cells.len()]);
    let mut pass = TotalsPass::<_, 2>::new(n_cols, |row, _| halves.iter().position(|half| half[row]));
    pass.take(0, &matrix(&cells, n_cols));
    let halves = pass.finish();
    let share = |soups: Vec<EmptyDroplets>, counted: &[u64]| {
        let found = ambient_share(soups, counted, &halves, &resolved, &AmbientParams::default()).unwrap();
        found.bound.unwrap()
    };
    let found = share(soups.clone(), &[200_000, 200_000]);
    // Shares weighed by what was expected of each: (0.02 * 0.20 + 0.20 * 0.02) / (0.20 + 0.02). Of 44,000 expected molecules a
    // quarter and more was chosen; 3 standard errors of some 400 seen, and of the profile's 750.
    let truth = 0.008 / 0.22;
    assert!(
        (found.share / truth - 1.0).abs() < 3.0 * (1.0 / found.observed as f64 + 1.0 / 750.0_f64).sqrt(),
        "{found:?}"
    );
    // A capture without a target cell has no say.
    let first = share(soups.clone(), &[400_000, 0]);
    let alone = share(soups[..1].to_vec(), &[400_000]);
    assert_eq!(first.expected.to_bits(), alone.expected.to_bits());
    assert!(matches!(
        ambient_share(soups, &[1], &halves, &resolved, &AmbientParams::default()),
        Err(PurityError::AmbientShape { what: "captures", found: 1, expected: 2 })
    ));
}

#[test]
fn a_soup_of_the_target_alone_says_nothing() {
    let (ambient, _) = lot(0.1, 0.0, 4).unwrap();
    assert_eq!(ambient.bound, None);
}

#[test]
fn too_few_empty_droplets_are_refused() {
    // A cell, a droplet, one too full to be empty, and one without a molecule.
    let raw = matrix(&[vec![(0, 500)], vec![(0, 20)], vec![(1, 101)], vec![]], 3);
    let params = AmbientParams::default();
    let mut pass = droplets_pass(3, &[true, false, false, false], &params);
    pass.take(0, &raw);
    let [droplets] = pass.finish();
    let none = checked_droplets(droplets, &params);
    assert!(matches!(none, Err(PurityError::NoEmptyDroplets { n: 1, found: 20, .. })), "{none:?}");
}

#[test]
fn the_bound_of_a_poisson_mean_is_exact() {
    // scipy 1.15: gamma.ppf(0.95, k + 1).
    for (k, want) in [(0, 2.995_732_273_553_99), (5, 10.513_034_908_741_535), (100, 118.079_272_782_097_06)] {
        assert!((poisson_upper(k) / want - 1.0).abs() < 1e-6, "{k}: {}", poisson_upper(k));
    }
}
