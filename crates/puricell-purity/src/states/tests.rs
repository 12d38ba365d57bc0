use puricell_core::math::{exp, ln};
use puricell_core::{CountBuilder, CountMatrix, FeatureKind, FeatureTable, Seed, Stream};
use puricell_testkit::thread_sweep;

use super::*;
use crate::{Panels, Profile, resolve};

/// The features of these genes (id, name), and the built-in panels among them.
fn resolved(genes: &[(String, String)]) -> (FeatureTable, Resolved) {
    let features = FeatureTable {
        ids: genes.iter().map(|g| g.0.clone()).collect(),
        names: genes.iter().map(|g| g.1.clone()).collect(),
        kinds: vec![FeatureKind::GeneExpression; genes.len()],
        genomes: vec![String::new(); genes.len()],
    };
    let profile = Profile::builtin("umbilical-cord").unwrap();
    let resolved = resolve(&profile, Panels::builtin().unwrap(), &features).unwrap().value;
    (features, resolved)
}

/// Every gene of the panels, and one that stands for the rest of the transcriptome.
struct Lot {
    features: FeatureTable,
    resolved: Resolved,
}

impl Lot {
    fn new() -> Self {
        Self::without(&[])
    }

    fn without(left_out: &[&str]) -> Self {
        let markers = Panels::builtin().unwrap().panels.iter().flat_map(|p| &p.markers);
        let mut genes: Vec<(String, String)> = markers
            .filter(|m| !left_out.contains(&m.symbol.as_str()))
            .map(|m| (m.ensembl.clone(), m.symbol.clone()))
            .collect();
        genes.sort();
        genes.dedup();
        genes.push(("ENSG99999999999".to_owned(), "REST".to_owned()));
        let (features, resolved) = resolved(&genes);
        Self { features, resolved }
    }

    /// Molecules per molecule of each gene in a cell at rest: as many per 10,000 as stroma and lines at rest show of a
    /// state's genes together, in unequal parts.
    fn at_rest(&self) -> Vec<f64> {
        let mut rates = vec![0.0; self.features.len()];
        for (id, per_10_000) in
            [("cycling", 12.0), ("senescent", 30.0), ("licensed", 6.0), ("inflammatory", 20.0), ("stressed", 60.0)]
        {
            let columns = self.columns(id, true);
            let parts: Vec<f64> = (0..columns.len()).map(|i| 1.0 / (1.0 + i as f64 % 5.0)).collect();
            let sum: f64 = parts.iter().sum();
            for (column, part) in columns.iter().zip(parts) {
                rates[*column] = 1e-4 * per_10_000 * part / sum;
            }
        }
        for column in self.columns("senescent", false) {
            rates[column] = 5e-4;
        }
        rates
    }

    fn columns(&self, id: &str, rising: bool) -> Vec<usize> {
        let state = STATES.iter().find(|s| s.id == id).unwrap();
        let genes = StateGenes::find(state, &self.resolved).unwrap().genes;
        genes.iter().filter(|g| g.rises == rising).flat_map(|g| g.columns.iter().copied()).collect()
    }

    /// `n` cells of about `depth` molecules; the first `planted` of them have the rates `there`. Each gene of each cell
    /// bursts by itself.
    fn cells(&self, n: usize, depth: f64, planted: usize, there: &[f64]) -> Cells {
        let at_rest = self.at_rest();
        let mut counts = CountBuilder::new(self.features.len());
        let mut molecules = Vec::new();
        for cell in 0..n {
            let mut stream = Seed(7).stream("cells", cell as u64);
            let depth = depth * exp(0.4 * stream.normal() - 0.08);
            let rates = if cell < planted { there } else { &at_rest };
            let mut total = 0;
            for (column, rate) in rates.iter().enumerate() {
                let count = if column + 1 == rates.len() {
                    depth.round() as u32
                } else {
                    poisson(depth * rate * exp(0.5 * stream.normal() - 0.125), &mut stream)
                };
                total += u64::from(count);
                if count > 0 {
                    counts.push(column as u32, count);
                }
            }
            counts.end_row();
            molecules.push(total);
        }
        Cells { counts: counts.finish().unwrap(), rows: (0..n).collect(), molecules }
    }

    fn states(&self, cells: &Cells) -> Vec<TargetState> {
        let columns: Vec<usize> = (0..self.features.len()).collect();
        let of = (&cells.rows[..], &cells.molecules[..]);
        let params = StateParams::default();
        target_states(&cells.counts, &columns, of, &self.resolved, IntervalMethod::default(), &params).unwrap()
    }
}

struct Cells {
    counts: CountMatrix,
    rows: Vec<usize>,
    molecules: Vec<u64>,
}

fn poisson(mean: f64, stream: &mut Stream) -> u32 {
    let (limit, mut product, mut count) = (exp(-mean), stream.uniform(), 0);
    while product > limit {
        product *= stream.uniform();
        count += 1;
    }
    count
}

fn found<'a>(states: &'a [TargetState], id: &str) -> &'a TargetState {
    states.iter().find(|s| s.id == id).unwrap()
}

fn k(state: &TargetState) -> u64 {
    state.counted.unwrap_or_else(|| panic!("{}: {}", state.id, state.note)).k()
}

#[test]
fn cells_at_rest_are_in_no_state() {
    let lot = Lot::new();
    let states = lot.states(&lot.cells(2000, 20_000.0, 0, &[]));
    assert_eq!(states.iter().map(|s| s.id).collect::<Vec<_>>(), STATES.map(|s| s.id));
    for state in &states {
        // By chance at most 1 in 1,000 is expected, 2 of 2,000; more than 7 of them come with a probability of 0.001.
        assert!(k(state) <= 7, "{state:?}");
        assert!(state.upper_bound.unwrap() > 0.0 && state.n == 2000);
    }
}

#[test]
fn a_planted_tenth_is_found() {
    let lot = Lot::new();
    let at_rest = lot.at_rest();
    // What three growing cell lines show of the cycle; licensing as general knowledge has it; the others eight times what is
    // shown at rest, and genes that fall in senescence a quarter.
    for (id, per_10_000, fold) in [
        ("cycling", Some(130.0), 1.0),
        ("licensed", Some(200.0), 1.0),
        ("senescent", None, 8.0),
        ("inflammatory", None, 8.0),
        ("stressed", None, 8.0),
    ] {
        let mut there = at_rest.clone();
        let rising = lot.columns(id, true);
        for &column in &rising {
            there[column] = fold * at_rest[column] + per_10_000.map_or(0.0, |p| 1e-4 * p / rising.len() as f64);
        }
        for column in lot.columns(id, false) {
            there[column] = at_rest[column] / 4.0;
        }
        let states = lot.states(&lot.cells(2000, 20_000.0, 200, &there));
        // All are found but a few whose genes happen to be low; of the 1,800 at rest hardly one is counted.
        assert!((190..=207).contains(&k(found(&states, id))), "{:?}", found(&states, id));
        for other in states.iter().filter(|s| s.id != id) {
            assert!(k(other) <= 7, "{id}: {other:?}");
        }
    }
}

#[test]
fn a_state_of_two_in_five_cells_does_not_hide_itself() {
    let lot = Lot::new();
    let at_rest = lot.at_rest();
    let mut there = at_rest.clone();
    lot.columns("stressed", true).into_iter().for_each(|c| there[c] *= 8.0);
    let states = lot.states(&lot.cells(1000, 10_000.0, 400, &there));
    assert!((380..=405).contains(&k(found(&states, "stressed"))), "{states:?}");
}

#[test]
fn a_state_that_all_cells_share_is_seen_where_rest_has_a_limit() {
    let lot = Lot::new();
    let mut there = lot.at_rest();
    let cycle = lot.columns("cycling", true);
    for &column in &cycle {
        there[column] = 130e-4 / cycle.len() as f64;
    }
    let states = lot.states(&lot.cells(500, 10_000.0, 500, &there));
    let cycling = found(&states, "cycling");
    assert_eq!(k(cycling), 500, "{cycling:?}");
    // The limit is named, and what the lot shows beside it.
    assert!(cycling.note.contains("than at rest (20, as a limit, for this lot's own 1"), "{}", cycling.note);
    assert_eq!(cycling.at_rest, Some(20e-4));
}

#[test]
fn a_shallow_lot_cannot_tell_and_says_so() {
    let lot = Lot::new();
    let states = lot.states(&lot.cells(500, 400.0, 0, &[]));
    for state in &states {
        assert_eq!((state.counted, state.interval, state.upper_bound), (None, None, None), "{state:?}");
    }
    assert!(
        states.iter().all(|s| s.note.starts_with("too shallow: at the median of 365 molecules counted only from "))
    );
    let ends = |id: &str, end: &str| assert!(found(&states, id).note.ends_with(end), "{}", found(&states, id).note);
    ends("cycling", "), or from 50");
    ends("stressed", ")");
}

#[test]
fn missing_genes_and_few_cells_make_a_state_not_reportable() {
    let stress = ["FOS", "FOSB", "JUN", "JUNB", "EGR1", "ATF3", "IER2", "IER3", "ZFP36"];
    let lot = Lot::without(&stress);
    let states = lot.states(&lot.cells(200, 20_000.0, 0, &[]));
    let stressed = found(&states, "stressed");
    assert_eq!(stressed.counted, None);
    assert_eq!(stressed.note, "only 8 of 17 genes of state_stress are among the features; at least 9 are needed");
    assert!(found(&states, "cycling").counted.is_some());
    let few = lot.states(&lot.cells(49, 20_000.0, 0, &[]));
    assert_eq!(
        found(&few, "cycling").note,
        "49 target cells are too few to say what cells at rest show; at least 50 are needed"
    );
    let none = lot.states(&Cells { rows: Vec::new(), molecules: Vec::new(), ..lot.cells(1, 100.0, 0, &[]) });
    assert!(none.iter().all(|s| s.counted.is_none() && s.n == 0));
}

// Endothelium makes SERPINE1 and the genes of licensing, and blood those of inflammation.
#[test]
fn cells_that_are_no_target_cells_change_nothing() {
    let lot = Lot::new();
    let mut loud = lot.at_rest();
    for id in ["senescent", "licensed", "inflammatory", "stressed"] {
        lot.columns(id, true).into_iter().for_each(|c| loud[c] = 30e-4);
    }
    let mixed = lot.cells(400, 20_000.0, 100, &loud);
    let rows: Vec<usize> = (100..400).collect();
    let molecules: Vec<u64> = rows.iter().map(|&r| mixed.molecules[r]).collect();
    let alone =
        Cells { counts: mixed.counts.select_rows(&rows), rows: (0..300).collect(), molecules: molecules.clone() };
    let among = Cells { rows, molecules, ..mixed };
    assert_eq!(lot.states(&among), lot.states(&alone));
}

#[test]
fn columns_threads_and_order_do_not_matter() {
    let lot = Lot::new();
    let cells = lot.cells(3000, 3000.0, 300, &lot.at_rest().iter().map(|r| 6.0 * r).collect::<Vec<_>>());
    let all = thread_sweep(|| lot.states(&cells)).unwrap();
    let columns = state_columns(&lot.resolved);
    let selected = cells.counts.select_block(&cells.rows, &columns);
    let params = StateParams::default();
    let of = |counts: &CountMatrix, rows: &[usize], molecules: &[u64]| {
        target_states(counts, &columns, (rows, molecules), &lot.resolved, IntervalMethod::default(), &params).unwrap()
    };
    assert_eq!(of(&selected, &cells.rows, &cells.molecules), all);
    let (rows, molecules): (Vec<usize>, Vec<u64>) = cells.rows.iter().rev().map(|&r| (r, cells.molecules[r])).unzip();
    assert_eq!(of(&selected, &rows, &molecules), all);
}

/// Probability of `x` under a negative binomial, by its recurrence from 0 on.
fn negative_binomial(x: u32, mean: f64, shape: f64) -> f64 {
    let p = mean / (shape + mean);
    let at_zero = exp(shape * ln(shape / (shape + mean)));
    (1..=x).fold(at_zero, |before, i| before * (f64::from(i) - 1.0 + shape) / f64::from(i) * p)
}

#[test]
fn the_weight_is_the_likelihood_ratio_of_negative_binomials() {
    let gene = |symbol: &str, rises| counts::StateGene { symbol: symbol.to_owned(), columns: Vec::new(), rises };
    let genes = StateGenes { genes: vec![gene("A", true), gene("B", true), gene("C", false)], total: 3 };
    let params = StateParams { shape: 1.7, ..StateParams::default() };
    let weight = Weight::new(&genes, &params);
    let rates = [2e-4, 5e-4, 30e-4];
    for row in [vec![], vec![(0, 1)], vec![(0, 2), (2, 1)], vec![(1, 3), (2, 20)], vec![(0, 40), (1, 2), (2, 3)]] {
        let mut want = 0.0;
        for (i, (rate, fold)) in rates.iter().zip([4.0, 4.0, 0.25]).enumerate() {
            let x = row.iter().find(|e: &&(u32, u32)| e.0 as usize == i).map_or(0, |e| e.1);
            let mean = 5000.0 * rate;
            let ratio = negative_binomial(x, mean * fold, 1.7) / negative_binomial(x, mean, 1.7);
            // No gene weighs more than a third of what is asked.
            want += ln(ratio).min(ln(1000.0) / 3.0);
        }
        let found = weight.log_ratio(&row, 5000, &rates, &mut [0.0; 3]);
        // Two ways to the same number in double precision, of some twenty operations each.
        assert!((found - want).abs() < 1e-12 * (1.0 + want.abs()), "{row:?} {found} {want}");
    }
}

/// Real growing cells: what `test-data/states/make_golden.py` found in them by scipy's distribution, and scanpy's scores.
#[test]
fn real_cells_weigh_what_scipy_says_and_cycle_as_scanpy_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/states");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let table: Vec<Vec<String>> =
        read("counts.tsv").lines().map(|l| l.split('\t').map(str::to_owned).collect()).collect();
    let golden: Vec<Vec<f64>> = read("golden.tsv")
        .lines()
        .skip(1)
        .map(|l| l.split('\t').skip(1).map(|v| v.parse().unwrap()).collect())
        .collect();
    // A gene of the stroma beside them, without which a file is none of whole transcriptomes.
    let collagen = ("ENSG00000108821".to_owned(), "COL1A1".to_owned());
    let genes: Vec<(String, String)> =
        table.iter().map(|row| (row[0].clone(), row[1].clone())).chain([collagen]).collect();
    let (_, resolved) = resolved(&genes);
    let mut counts = CountBuilder::new(genes.len());
    for cell in 0..golden.len() {
        for (column, row) in table.iter().enumerate() {
            let count: u32 = row[2 + cell].parse().unwrap();
            if count > 0 {
                counts.push(column as u32, count);
            }
        }
        counts.end_row();
    }
    let counts = counts.finish().unwrap();
    let rows: Vec<usize> = (0..golden.len()).collect();
    let molecules: Vec<u64> = golden.iter().map(|g| g[0] as u64).collect();
    let columns: Vec<usize> = (0..genes.len()).collect();
    let params = StateParams::default();

    let of_states: Vec<StateGenes> = STATES.iter().map(|s| StateGenes::find(s, &resolved).unwrap()).collect();
    let all: Vec<&StateGenes> = of_states.iter().collect();
    let gathered = StateCounts::gather(&counts, &columns, (&rows, &molecules), &all);
    let mut cycling = Vec::new();
    for (i, (state, genes)) in STATES.iter().zip(&of_states).enumerate() {
        let weight = Weight::new(genes, &params);
        let rest = rest_of(state, &weight, &gathered, i, &params).unwrap();
        let mut room = vec![0.0; weight.n_genes()];
        for (cell, golden) in golden.iter().enumerate() {
            let row = gathered.row(i, cell);
            let found = weight.log_ratio(row, molecules[cell], &rest.rates, &mut room);
            // The golden values have nine digits; scipy's come from differences of ln gamma and keep as many.
            assert!(
                (found - golden[1 + i]).abs() < 1e-7 * (1.0 + found.abs()),
                "{} {cell}: {found} {golden:?}",
                state.id
            );
            if i == 0 {
                cycling.push(found >= weight.threshold);
            }
        }
        let in_state = golden.iter().filter(|g| g[1 + i] >= ln(1000.0)).count() as u64;
        assert_eq!(rest.in_state, in_state, "{}", state.id);
    }
    // scanpy scores S and G2/M beside genes as strong, and calls a cell of neither phase where both are below 0. Of those it
    // gives a phase every one is counted; six of the others are, for in a lot that grows half of the scores are below 0.
    let phase: Vec<bool> = golden.iter().map(|g| g[6] > 0.0 || g[7] > 0.0).collect();
    let both =
        |scanpy: bool, ours: bool| phase.iter().zip(&cycling).filter(|&(&s, &o)| s == scanpy && o == ours).count();
    assert_eq!([both(true, true), both(true, false), both(false, true), both(false, false)], [77, 0, 6, 20]);

    let of = (&rows[..], &molecules[..]);
    let states = target_states(&counts, &columns, of, &resolved, IntervalMethod::default(), &params).unwrap();
    assert_eq!(k(found(&states, "cycling")), 83);
}
