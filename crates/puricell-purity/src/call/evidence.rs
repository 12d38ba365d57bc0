//! What one cell shows, and how well each hypothesis accounts for it.

use puricell_core::math::{exp, ln};

use super::model::CallModel;
use super::panel_counts::PanelCounts;
use super::posterior::Posterior;
use super::terms::Depth;
use super::weights::{ClassWeights, Weights};
use crate::profile::GeneSetName;
use crate::resolve::{Resolved, ResolvedClass};

/// The evidence of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEvidence {
    /// All molecules.
    pub total: u64,
    /// Molecules of the target's decisive genes.
    pub target_molecules: u64,
    /// Distinct decisive genes of the target.
    pub target_distinct: u32,
    /// Log likelihood ratio of the stromal key: see [`CellEvidence::target_key`].
    pub ln_target_key: f64,
    /// Per class of `Resolved::classes`.
    pub classes: Vec<ClassEvidence>,
    /// Per subset of `Resolved::subsets`.
    pub subsets: Vec<ClassEvidence>,
}

/// One class's key in one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassEvidence {
    /// Distinct decisive genes seen.
    pub distinct: u32,
    /// Their molecules.
    pub molecules: u64,
    /// Log likelihood ratio of the class's own genes: the best of its types, alone or beside a target cell, against the
    /// lot's background. 0 for a class that takes no part.
    pub ln_key: f64,
    /// How surely the cell is of the class, in one number: see [`ClassEvidence::log_odds`].
    pub ln_odds: f32,
    /// The class's dominant gene set makes up as much of the cell as the profile asks for: the second way to a class.
    pub dominates: bool,
}

impl CellEvidence {
    /// Log likelihood ratio of the target's key: its decisive genes in a droplet with a target cell, against a cell
    /// with the most ambient RNA.
    pub fn target_key(&self) -> f64 {
        self.ln_target_key
    }
}

impl ClassEvidence {
    /// Log likelihood ratio of the class's key.
    pub fn key(&self) -> f64 {
        self.ln_key
    }

    /// Log odds of a cell of the class, alone or beside a target cell, against every other hypothesis; but no more than
    /// those of the cell alone against beside a target cell, times the odds that the model lets pass. A call asks its least
    /// confidence of the first and 0 of the second; by the lesser of both, cells can be ranked. `None` for a class that
    /// takes no part, and for a sub-class.
    pub fn log_odds(&self) -> Option<f32> {
        self.ln_odds.is_finite().then_some(self.ln_odds)
    }
}

/// Buffers of one thread of cells.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    other: Vec<f64>,
    sums: Vec<f64>,
    parts: Vec<f64>,
    exps: Vec<f64>,
    ln_classes: Vec<f64>,
    ln_doublets: Vec<f64>,
}

/// The evidence of a cell and its hypotheses weighed.
pub(super) fn weigh(
    panel: &PanelCounts,
    resolved: &Resolved,
    cell: usize,
    weights: &Weights,
    model: &CallModel,
    buffers: &mut Buffers,
) -> (CellEvidence, Posterior) {
    let (slots, counts) = panel.row(cell);
    let at = Depth::of(panel.total(cell) as f64);
    let (target_distinct, target_molecules) = panel.among(cell, panel.target());
    let Buffers { other, sums, parts, exps, ln_classes, ln_doublets } = buffers;
    weights.other.sums(at, slots, counts, other);

    let mut classes: Vec<ClassEvidence> = panel
        .classes()
        .iter()
        .zip(&resolved.classes)
        .map(|(of_class, class)| {
            let (distinct, molecules) = panel.among(cell, of_class);
            ClassEvidence {
                distinct,
                molecules,
                ln_key: 0.0,
                ln_odds: f32::NEG_INFINITY,
                dominates: dominates(panel, cell, class),
            }
        })
        .collect();
    weights.key.sums(depth_beside(panel, &classes, cell), slots, counts, sums);
    let (ln_target_key, ln_none) = (sums[1] - sums[0], sums[2]);
    let prior = &model.prior;
    for ln in [&mut *ln_classes, &mut *ln_doublets] {
        ln.clear();
        ln.resize(classes.len(), f64::NEG_INFINITY);
    }
    for (class, of_class) in weights.classes.iter().enumerate() {
        let Some(of_class) = of_class else { continue };
        of_class.table.sums(at, slots, counts, sums);
        set_keys(&mut classes, class, of_class, sums, weights.n_shares);
        let per_type = 2 * (1 + weights.n_shares);
        let n_types = of_class.types.len() as f64;
        let of_type = |t: usize, k: usize| sums[t * per_type + 2 * k] + sums[t * per_type + 2 * k + 1] + other[k];
        parts.clear();
        parts.extend((0..of_class.types.len()).map(|t| of_type(t, 0)));
        ln_classes[class] = ln(prior.contaminant / n_types) + ln_sum_exp(parts);
        if of_class.has_doublets {
            parts.clear();
            parts.extend(
                (0..of_class.types.len())
                    .flat_map(|t| (1..=weights.n_shares).map(move |k| (t, k)))
                    .map(|(t, k)| of_type(t, k)),
            );
            ln_doublets[class] = ln(prior.doublet / (n_types * weights.n_shares as f64)) + ln_sum_exp(parts);
        }
    }
    // A class of which no decisive gene is seen cannot be called, so it does not compete with one of which some is.
    if weights.classes.iter().zip(&classes).any(|(w, c)| w.is_some() && c.distinct > 0) {
        for (class, _) in classes.iter().enumerate().filter(|(_, c)| c.distinct == 0) {
            ln_classes[class] = f64::NEG_INFINITY;
            ln_doublets[class] = f64::NEG_INFINITY;
        }
    }
    let (ln_target, ln_none) = (ln(prior.target), ln(prior.none) + ln_none);
    set_odds(&mut classes, [ln_target, ln_none], ln_classes, ln_doublets, ln(model.rule.doublet_odds), (parts, exps));
    let posterior = Posterior::of(ln_target, ln_none, ln_classes, ln_doublets);

    weights.subsets.sums(at, slots, counts, sums);
    let subsets = panel
        .subsets()
        .iter()
        .zip(sums.iter())
        .map(|(of_subset, &ln_key)| {
            let (distinct, molecules) = panel.among(cell, of_subset);
            ClassEvidence { distinct, molecules, ln_key, ln_odds: f32::NEG_INFINITY, dominates: false }
        })
        .collect();
    let evidence =
        CellEvidence { total: panel.total(cell), target_molecules, target_distinct, ln_target_key, classes, subsets };
    (evidence, posterior)
}

/// The best of the class's types, and of each sub-class's.
fn set_keys(classes: &mut [ClassEvidence], class: usize, of_class: &ClassWeights, sums: &[f64], n_shares: usize) {
    let n_keys = 1 + if of_class.has_doublets { n_shares } else { 0 };
    classes[class].ln_key = f64::NEG_INFINITY;
    for known in of_class.types.iter().filter_map(|t| t.subclass) {
        classes[known].ln_key = f64::NEG_INFINITY;
    }
    for (t, of_type) in of_class.types.iter().enumerate() {
        let first = t * 2 * (1 + n_shares);
        let key = (0..n_keys).map(|k| sums[first + 2 * k]).fold(f64::NEG_INFINITY, f64::max);
        for c in [Some(class), of_type.subclass].into_iter().flatten() {
            classes[c].ln_key = classes[c].ln_key.max(key);
        }
    }
}

/// Depth at which the stromal key is weighed: all molecules; where a class's dominant gene set makes up most of the
/// cell, the others, for it is they that are a target cell's or not.
pub(super) fn depth_beside(panel: &PanelCounts, classes: &[ClassEvidence], cell: usize) -> Depth {
    let total = panel.total(cell) as f64;
    let is_dominated = classes.iter().any(|class| class.dominates);
    Depth::of(if is_dominated { total * (1.0 - panel.haemoglobin_share(cell)) } else { total })
}

/// `passed` is the logarithm of the odds of a target cell beside the class's at which the class is still called.
fn set_odds(
    classes: &mut [ClassEvidence],
    neither: [f64; 2],
    ln_classes: &[f64],
    ln_doublets: &[f64],
    passed: f64,
    (parts, exps): (&mut Vec<f64>, &mut Vec<f64>),
) {
    let both = |class: usize| [ln_classes[class], ln_doublets[class]];
    parts.clear();
    parts.extend(neither);
    parts.extend((0..ln_classes.len()).flat_map(both));
    // Relative to the likeliest of all, the exponentials are the same for every class but the one that has it.
    let largest = parts.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    exps.clear();
    exps.extend(parts.iter().map(|ln| exp(ln - largest)));
    for class in (0..ln_classes.len()).filter(|&class| ln_classes[class].is_finite()) {
        let [alone, beside] = both(class);
        let own = neither.len() + 2 * class;
        let ln_others = if alone.max(beside) < largest {
            largest + ln(exps[..own].iter().chain(&exps[own + 2..]).sum())
        } else {
            parts[own..own + 2].fill(f64::NEG_INFINITY);
            let others = ln_sum_exp(parts);
            parts[own..own + 2].copy_from_slice(&[alone, beside]);
            others
        };
        let odds = ln_sum_exp(&[alone, beside]) - ln_others;
        classes[class].ln_odds = odds.min(alone - beside + passed) as f32;
    }
}

fn dominates(panel: &PanelCounts, cell: usize, class: &ResolvedClass) -> bool {
    class.dominant.is_some_and(|dominant| match dominant.set {
        GeneSetName::Haemoglobin => panel.haemoglobin_share(cell) >= dominant.min_share,
    })
}

/// The logarithm of a sum of exponentials, added in order.
pub(super) fn ln_sum_exp(values: &[f64]) -> f64 {
    let largest = values.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    if largest.is_finite() { largest + ln(values.iter().map(|v| exp(v - largest)).sum()) } else { largest }
}

/// Whether a cell carries the target's signature plainly enough to help to estimate the lot's background: enough genes,
/// a high enough rate, and no class of which it shows more molecules.
pub(super) fn is_provisional_target(panel: &PanelCounts, cell: usize, model: &CallModel) -> bool {
    let total = panel.total(cell);
    let (distinct, molecules) = panel.among(cell, panel.target());
    let (slots, counts) = panel.row(cell);
    let of_class = |class: &Vec<usize>| -> u64 {
        let is_own = |slot: u32| {
            class.binary_search(&(slot as usize)).is_ok() && panel.target().binary_search(&(slot as usize)).is_err()
        };
        slots.iter().zip(counts).filter(|(s, _)| is_own(**s)).map(|(_, &c)| u64::from(c)).sum()
    };
    total > 0
        && distinct >= model.target.provisional_distinct
        && molecules as f64 / total as f64 >= model.target.provisional_rate
        && panel.classes().iter().all(|class| of_class(class) <= molecules)
}
