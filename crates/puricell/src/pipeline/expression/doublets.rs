//! Doublets of the lot: simulated from its own cells, scored among them, and set against what the load lets expect.
//!
//! Two cells share a droplet of one capture, so that each capture is looked at by itself: its load, pairs of its cells, its cells as
//! neighbours. The space they lie in is that of the lot.
//!
//! No cell leaves by its score. A doublet that bears a contaminant is a suspect by its call; the scores say how many
//! doublets there are besides, and how much of a contaminant they hide.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use puricell_cluster::{DoubletCells, DoubletParams, Doublets, doublets};
use puricell_core::{CountMatrix, Embedding, Noted, Seed};
use puricell_prep::rna::NormaliseParams;
use puricell_purity::{CallKind, Calls, Resolved};

use super::{CellSettings, Components, Quality, SelectedCounts, Structure};
use crate::error::AppError;

/// Posterior from which a cell is counted as a suspected doublet.
pub const SUSPECTED_FROM: f64 = 0.5;
/// Share of doublets beyond which no load is run, and which a linear rate must not pass.
const MAX_RATE: f64 = 0.5;

/// The doublets of a lot, expected and found.
#[derive(Debug)]
pub struct LotDoublets {
    /// The cells scored, indices among the loaded ones, increasing.
    pub rows: Vec<usize>,
    /// Share of simulated doublets among the neighbours of each of them, above 0 and below 1.
    pub score: Vec<f64>,
    /// Probability that each is a doublet, 0 to 1.
    pub posterior: Vec<f64>,
    /// The kind that each is nearest to, an index of `pairs`; `None` where no neighbour is simulated.
    pub pair: Vec<Option<usize>>,
    /// The kinds simulated, by groups.
    pub pairs: Vec<LotPair>,
    /// Ids of the groups that pairs are drawn of: `target`, the top classes, `unassigned`.
    pub groups: Vec<String>,
    /// Cells of each group.
    pub sizes: Vec<usize>,
    /// Suspects among the cells scored, per group, by the class they are suspected of.
    pub suspects: Vec<usize>,
    /// Doublets per 1,000 recovered cells, as a share, by the profile.
    pub rate_per_1000: f64,
    /// All captures of the lot, also those with too few cells to be scored.
    pub captures: Vec<CaptureDoublets>,
}

/// Doublets of one kind.
#[derive(Debug, Clone, Copy)]
pub struct LotPair {
    /// The two groups, indices of [`LotDoublets::groups`], the lower one first.
    pub groups: (u32, u32),
    /// Share of this kind among random pairs of cells of one capture, 0 to 1.
    pub share: f64,
    /// Cells expected to be such doublets.
    pub expected: f64,
}

/// What is known of the doublets of one capture.
#[derive(Debug)]
pub struct CaptureDoublets {
    /// Which, an index of [`CellSettings::captures`].
    pub capture: usize,
    /// Cells recovered: those above the floor of molecules and genes.
    pub recovered: usize,
    /// Expected share of doublets among the cells.
    pub expected_rate: f64,
    /// Cells scored; 0 where they are too few.
    pub n_cells: usize,
    /// Cells of each group among them.
    pub sizes: Vec<usize>,
    /// Suspects among them, per group.
    pub suspects: Vec<usize>,
    /// Doublets simulated.
    pub n_simulated: usize,
    /// Neighbours looked at.
    pub k: usize,
}

impl CaptureDoublets {
    /// Share of a group's cells that are expected in a doublet with a target cell: of every `1 - d` single barcodes there
    /// are `d` with two cells, so `2 d` of `1 + d` cells share one, with a target cell by its share.
    fn hidden_share(&self) -> f64 {
        let share = self.sizes[0] as f64 / (self.sizes.iter().sum::<usize>().max(1)) as f64;
        2.0 * self.expected_rate * share / (1.0 + self.expected_rate)
    }
}

impl LotDoublets {
    /// Cells recovered in all captures.
    pub fn recovered(&self) -> usize {
        self.captures.iter().map(|c| c.recovered).sum()
    }

    /// Expected share of doublets among the cells.
    pub fn expected_rate(&self) -> f64 {
        weighed(self.captures.iter().map(|c| (c.n_cells, c.expected_rate)))
    }

    /// Name of each kind of `pairs`, such as `target+endothelial`.
    pub fn kinds(&self) -> Vec<String> {
        let name = |group: u32| self.groups[group as usize].as_str();
        self.pairs.iter().map(|p| format!("{}+{}", name(p.groups.0), name(p.groups.1))).collect()
    }

    /// Positions in `rows` of the suspected doublets of one kind.
    pub fn suspected(&self, pair: usize) -> impl Iterator<Item = usize> {
        (0..self.rows.len()).filter(move |&i| self.posterior[i] >= SUSPECTED_FROM && self.pair[i] == Some(pair))
    }

    /// Share of a group's cells that are expected in a doublet with a target cell; of the cells of each capture that has such.
    pub fn hidden_share(&self, group: usize) -> f64 {
        let has_any = self.sizes[group] > 0;
        weighed(self.captures.iter().map(|c| (if has_any { c.sizes[group] } else { c.n_cells }, c.hidden_share())))
    }
}

/// The mean of values with a number of cells each; the value itself where there is one.
fn weighed(values: impl Iterator<Item = (usize, f64)> + Clone) -> f64 {
    let n: usize = values.clone().map(|v| v.0).sum();
    values.map(|(cells, value)| cells as f64 / n.max(1) as f64 * value).sum()
}

/// Who may be half of a doublet, of all cells scored.
struct Groups {
    ids: Vec<String>,
    /// Group of each cell; `None` for one that may be two cells already.
    of_cells: Vec<Option<u32>>,
    /// Group of the class that each cell is suspected to hold besides the target.
    suspected: Vec<Option<u32>>,
}

impl Groups {
    fn of_calls(rows: &[usize], calls: &Calls, resolved: &Resolved) -> Self {
        let mut ids = vec!["target".to_owned()];
        let tops: Vec<usize> = resolved.top_classes().collect();
        ids.extend(tops.iter().map(|&class| resolved.classes[class].id.clone()));
        ids.push("unassigned".to_owned());
        let of_class = |class: usize| tops.iter().position(|&t| t == class).map(|t| t as u32 + 1);
        let mut suspected = Vec::with_capacity(rows.len());
        let mut of_cells = Vec::with_capacity(rows.len());
        for &row in rows {
            let (group, suspect) = match calls.cells[row].as_ref().map(|c| c.kind) {
                Some(CallKind::Target) => (Some(0), None),
                Some(CallKind::Class(class)) => (of_class(class), None),
                // What may be two cells already is no half of a doublet.
                Some(CallKind::Suspect(class)) => (None, of_class(class)),
                Some(CallKind::Unassigned) | None => (Some(ids.len() as u32 - 1), None),
            };
            of_cells.push(group);
            suspected.push(suspect);
        }
        Self { ids, of_cells, suspected }
    }

    /// How many of some cells are of each group.
    fn sizes(&self, of_cells: &[Option<u32>]) -> Vec<usize> {
        let mut sizes = vec![0; self.ids.len()];
        of_cells.iter().flatten().for_each(|&group| sizes[group as usize] += 1);
        sizes
    }
}

pub(super) fn of_lot(
    selected: &SelectedCounts,
    quality: &Quality,
    calls: &Calls,
    resolved: &Resolved,
    (structure, components): (&Structure, &Components),
    settings: &CellSettings<'_>,
) -> Result<Noted<Option<LotDoublets>>, AppError> {
    let groups = Groups::of_calls(&structure.rows, calls, resolved);
    let metrics = &quality.metrics;
    let totals: Vec<u64> = structure.rows.iter().map(|&row| metrics.total_counts[row]).collect();
    let counts = selected.of(&components.variable.selected);
    let is_recovered = |&row: &usize| {
        metrics.total_counts[row] >= quality.floor.min_counts && metrics.n_features[row] >= quality.floor.min_features
    };
    let rate_per_1000 = settings.profile.qc.doublet_rate_per_1000;

    let mut warnings = Vec::new();
    let mut found: Vec<(Range<usize>, CaptureDoublets, Option<Doublets>)> = Vec::new();
    for (capture, rows) in settings.captures.iter().enumerate() {
        let position = |row: usize| structure.rows.partition_point(|&r| r < row);
        let positions = position(rows.start)..position(rows.end);
        let recovered = rows.clone().filter(is_recovered).count();
        let expected_rate = (rate_per_1000 * recovered as f64 / 1000.0).min(MAX_RATE);
        let (counts, embedding) = cells_of(&counts, &structure.embedding, &positions);
        let cells = DoubletCells {
            counts: &counts,
            totals: &totals[positions.clone()],
            embedding: &embedding,
            loadings: &components.loadings,
            mean: &components.mean,
            target_sum: NormaliseParams::default().target_sum,
            groups: &groups.of_cells[positions.clone()],
            n_groups: groups.ids.len(),
        };
        let params = DoubletParams { expected_rate, ..DoubletParams::default() };
        let scored =
            doublets(&cells, &params, seed_of(settings.settings.seed, capture)).map_err(AppError::stage("doublets"))?;
        warnings.extend(scored.warnings.into_iter().map(|mut warning| {
            if settings.captures.len() > 1 {
                warning.message = format!("capture {}: {}", capture + 1, warning.message);
            }
            warning
        }));
        let scores = scored.value;
        let positions = if scores.is_some() { positions } else { 0..0 };
        let (n_simulated, k) = scores.as_ref().map_or((0, 0), |scores| (scores.n_simulated, scores.k));
        let of = CaptureDoublets {
            capture,
            recovered,
            expected_rate,
            n_cells: positions.len(),
            sizes: groups.sizes(&groups.of_cells[positions.clone()]),
            suspects: groups.sizes(&groups.suspected[positions.clone()]),
            n_simulated,
            k,
        };
        found.push((positions, of, scores));
    }
    let is_any = found.iter().any(|(_, _, scores)| scores.is_some());
    let value = is_any.then(|| together(found, groups.ids, &structure.rows, rate_per_1000));
    Ok(Noted { value, warnings })
}

/// The seed of a capture: of the first that of the lot, so that a lot in one file and in one capture are the same.
fn seed_of(lot: Seed, capture: usize) -> Seed {
    if capture == 0 { lot } else { Seed(lot.stream("doublets_of_capture", capture as u64).bits()) }
}

/// The cells of a capture.
fn cells_of<'a>(
    counts: &'a CountMatrix,
    embedding: &'a Embedding,
    positions: &Range<usize>,
) -> (Cow<'a, CountMatrix>, Cow<'a, Embedding>) {
    if positions.len() == counts.n_rows() {
        return (Cow::Borrowed(counts), Cow::Borrowed(embedding));
    }
    let rows: Vec<usize> = positions.clone().collect();
    let points = embedding.points.select_rows(&rows);
    (Cow::Owned(counts.select_rows(&rows)), Cow::Owned(Embedding { points, dims: embedding.dims.clone() }))
}

/// What was found in each capture, as one.
fn together(
    found: Vec<(Range<usize>, CaptureDoublets, Option<Doublets>)>,
    groups: Vec<String>,
    all_rows: &[usize],
    rate_per_1000: f64,
) -> LotDoublets {
    let n_cells: usize = found.iter().map(|(_, capture, _)| capture.n_cells).sum();
    // By the two groups, as each capture lists them.
    let mut kinds: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    for (_, capture, scores) in &found {
        let (cells, rate) = (capture.n_cells as f64, capture.expected_rate);
        for pair in scores.iter().flat_map(|scores| &scores.pairs) {
            let kind = kinds.entry(pair.groups).or_default();
            kind.0 += cells / n_cells as f64 * pair.share;
            kind.1 += cells * rate * pair.share;
        }
    }
    let pairs: Vec<LotPair> =
        kinds.into_iter().map(|(groups, (share, expected))| LotPair { groups, share, expected }).collect();
    let mut lot = LotDoublets {
        rows: Vec::with_capacity(n_cells),
        score: Vec::with_capacity(n_cells),
        posterior: Vec::with_capacity(n_cells),
        pair: Vec::with_capacity(n_cells),
        pairs,
        sizes: vec![0; groups.len()],
        suspects: vec![0; groups.len()],
        groups,
        rate_per_1000,
        captures: Vec::with_capacity(found.len()),
    };
    for (positions, capture, scores) in found {
        if let Some(scores) = scores {
            let in_lot = |pair: usize| lot.pairs.binary_search_by_key(&scores.pairs[pair].groups, |p| p.groups).ok();
            lot.pair.extend(scores.pair.iter().map(|&pair| pair.and_then(in_lot)));
            lot.rows.extend(&all_rows[positions]);
            lot.score.extend(scores.score);
            lot.posterior.extend(scores.posterior);
        }
        lot.sizes.iter_mut().zip(&capture.sizes).for_each(|(all, of)| *all += of);
        lot.suspects.iter_mut().zip(&capture.suspects).for_each(|(all, of)| *all += of);
        lot.captures.push(capture);
    }
    lot
}
