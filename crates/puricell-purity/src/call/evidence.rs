//! What one cell shows, and how well each key's two explanations account for it.

use puricell_core::math::exp;

use super::background::LotBackground;
use super::likelihood::ln_negative_binomial;
use super::model::CallModel;
use super::panel_counts::PanelCounts;
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
    /// Log likelihood of the target molecules in a target cell, in another cell, and in a doublet.
    pub ln_target: [f64; 3],
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
    /// Distinct genes that the lot's background explains.
    pub expected: f64,
    /// Log likelihood of `distinct` under the background, in a cell of the class, and in a doublet with one.
    pub ln: [f64; 3],
    /// The class's dominant gene set makes up as much of the cell as the profile asks for: the second way to a class.
    pub dominates: bool,
}

impl CellEvidence {
    pub(super) fn of(
        panel: &PanelCounts,
        resolved: &Resolved,
        cell: usize,
        background: &LotBackground,
        model: &CallModel,
    ) -> Self {
        let n = panel.total(cell) as f64;
        let (target_distinct, target_molecules) = panel.among(cell, panel.target());
        let s = target_molecules as f64;
        let mean = n * background.target_rate;
        let shape = background.target_shape;
        let ln_target = [
            ln_negative_binomial(s, mean, shape),
            ln_negative_binomial(s, mean * model.target.leak, model.target.leak_shape),
            ln_negative_binomial(s, mean * model.doublet.target_share, shape.min(model.doublet.max_shape)),
        ];
        let of_panel = |slots: &Vec<usize>| {
            let (distinct, molecules) = panel.among(cell, slots);
            let expected = background.expected_distinct(slots, n);
            let d = f64::from(distinct);
            let shown = |depth: f64| expected + shown_distinct(slots.len(), depth, model);
            let ln = [
                ln_negative_binomial(d, expected, model.class.background_shape),
                ln_negative_binomial(d, shown(n), model.class.class_shape),
                ln_negative_binomial(d, shown(n / 2.0), model.class.class_shape),
            ];
            ClassEvidence { distinct, molecules, expected, ln, dominates: false }
        };
        let dominates = |class: &ResolvedClass| {
            class.dominant.is_some_and(|dominant| match dominant.set {
                GeneSetName::Haemoglobin => panel.haemoglobin_share(cell) >= dominant.min_share,
            })
        };
        Self {
            total: panel.total(cell),
            target_molecules,
            target_distinct,
            ln_target,
            classes: panel
                .classes()
                .iter()
                .zip(&resolved.classes)
                .map(|(slots, class)| ClassEvidence { dominates: dominates(class), ..of_panel(slots) })
                .collect(),
            subsets: panel.subsets().iter().map(of_panel).collect(),
        }
    }

    /// Log likelihood ratio of the target's key: a target cell against another.
    pub fn target_key(&self) -> f64 {
        self.ln_target[0] - self.ln_target[1]
    }
}

impl ClassEvidence {
    /// Log likelihood ratio of the class's key: a cell of the class against the background.
    pub fn key(&self) -> f64 {
        self.ln[1] - self.ln[0]
    }
}

/// Distinct genes that a cell of a class of `n_genes` decisive genes shows at this depth.
pub(super) fn shown_distinct(n_genes: usize, depth: f64, model: &CallModel) -> f64 {
    model.class.detected_share * n_genes as f64 * (1.0 - exp(-depth / model.class.half_depth))
}

/// Whether a cell carries the target's signature plainly enough to help to estimate the lot's background.
pub(super) fn is_provisional_target(panel: &PanelCounts, cell: usize, model: &CallModel) -> bool {
    let total = panel.total(cell);
    let (distinct, molecules) = panel.among(cell, panel.target());
    total > 0
        && distinct >= model.target.provisional_distinct
        && molecules as f64 / total as f64 >= model.target.provisional_rate
}
