//! The hypotheses weighed.

use puricell_core::math::{exp, ln};

use super::evidence::CellEvidence;
use super::model::CallModel;
use super::panel_counts::PanelCounts;
use crate::profile::TargetConflict;
use crate::resolve::Resolved;

/// Posterior probabilities of one cell; they sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Posterior {
    /// A target cell.
    pub(super) target: f64,
    /// A cell of no class named.
    pub(super) none: f64,
    /// A cell of each class of `Resolved::classes`; 0 for sub-classes.
    pub(super) classes: Vec<f64>,
    /// A target cell and a cell of that class in one droplet; 0 where the profile lets the target keep the cell.
    pub(super) doublets: Vec<f64>,
}

/// Weighs target, each top class, target with each top class, and none.
pub(super) fn weigh(evidence: &CellEvidence, resolved: &Resolved, panel: &PanelCounts, model: &CallModel) -> Posterior {
    let [in_target, in_other, in_doublet] = evidence.ln_target;
    // A sub-class takes part through its parent; a class without a gene, or not reportable, does not take part.
    let takes_part = |class: usize| {
        resolved.classes[class].parent.is_none()
            && resolved.classes[class].reportable
            && !panel.classes()[class].is_empty()
    };
    let n = resolved.classes.len();
    let background: f64 = (0..n).filter(|&c| takes_part(c)).map(|c| evidence.classes[c].ln[0]).sum();
    let ln_target = ln(model.prior.target) + in_target + background;
    let ln_none = ln(model.prior.none) + in_other + background;
    let mut ln_classes = vec![f64::NEG_INFINITY; n];
    let mut ln_doublets = vec![f64::NEG_INFINITY; n];
    for class in (0..n).filter(|&c| takes_part(c)) {
        let [as_background, as_class, as_doublet] = evidence.classes[class].ln;
        let others = background - as_background;
        ln_classes[class] = ln(model.prior.contaminant) + in_other + others + as_class;
        if resolved.classes[class].when_target_high == TargetConflict::Suspect {
            ln_doublets[class] = ln(model.prior.doublet) + in_doublet + others + as_doublet;
        }
    }
    let largest = ln_classes.iter().chain(&ln_doublets).fold(ln_target.max(ln_none), |a, &b| a.max(b));
    let weight = |l: f64| exp(l - largest);
    let mut posterior = Posterior {
        target: weight(ln_target),
        none: weight(ln_none),
        classes: ln_classes.into_iter().map(weight).collect(),
        doublets: ln_doublets.into_iter().map(weight).collect(),
    };
    let total = posterior.target
        + posterior.none
        + posterior.classes.iter().sum::<f64>()
        + posterior.doublets.iter().sum::<f64>();
    posterior.target /= total;
    posterior.none /= total;
    posterior.classes.iter_mut().chain(&mut posterior.doublets).for_each(|p| *p /= total);
    posterior
}
