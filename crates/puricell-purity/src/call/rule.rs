//! The two-key rule.

use puricell_core::math::ln;

use super::evidence::CellEvidence;
use super::model::CallModel;
use super::posterior::Posterior;
use super::subclass;
use crate::profile::TargetConflict;
use crate::resolve::Resolved;

/// What a cell is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// A target cell.
    Target,
    /// A cell of a class, by its index in `Resolved::classes`.
    Class(usize),
    /// Both keys high: a doublet of the target and the class at this index, or ambient RNA.
    Suspect(usize),
    /// Neither key high enough to say.
    Unassigned,
}

/// The call of one cell and the scores behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What it is.
    pub kind: CallKind,
    /// Sub-class of a class call, by its index in `Resolved::classes`.
    pub subclass: Option<usize>,
    /// Informative subsets that a target cell belongs to, by their index in `Resolved::subsets`.
    pub subsets: Vec<usize>,
    /// Posterior probability of the call; for an unassigned cell, of the likeliest hypothesis that it did not meet.
    pub confidence: f64,
    /// The evidence.
    pub evidence: CellEvidence,
}

impl Call {
    /// True for a cell that the target's cuts must not remove: any class, or a suspect.
    pub fn is_contaminant_candidate(&self) -> bool {
        matches!(self.kind, CallKind::Class(_) | CallKind::Suspect(_))
    }
}

/// Decides by two keys. The posterior says which class, if any, is in the droplet; the stromal key says whether a target
/// cell is as well.
pub(super) fn decide(
    evidence: &CellEvidence,
    posterior: &Posterior,
    resolved: &Resolved,
    weighed: Weighed,
    model: &CallModel,
) -> Call {
    // Target cells differ: one that lacks most of the lot's stromal genes still shows some in plenty.
    let asked = resolved.target.min_distinct;
    let target_high =
        (evidence.target_distinct >= asked && evidence.target_key() >= 0.0) || weighed.stromal_genes >= asked;
    let call =
        |kind, subclass, subsets, confidence| Call { kind, subclass, subsets, confidence, evidence: evidence.clone() };
    if let Some((class, subclass)) = dominating(evidence, resolved) {
        let confidence = 1.0 - posterior.target;
        return if target_high || beside_target(posterior, class, model) {
            call(CallKind::Suspect(class), None, Vec::new(), confidence.max(posterior.doublets[class]))
        } else {
            call(CallKind::Class(class), subclass, Vec::new(), confidence)
        };
    }
    if let Some((class, confidence)) = posterior.best() {
        let seen = evidence.classes[class];
        let is_high = seen.key() >= ln(model.rule.key_ratio);
        let enough = seen.distinct >= 1 && weighed.class_genes >= resolved.classes[class].min_distinct;
        let beside_target = beside_target(posterior, class, model);
        if !target_high && !beside_target && is_high && enough && confidence >= model.rule.min_confidence {
            let subclass = subclass::of(evidence, resolved, class);
            return call(CallKind::Class(class), subclass, Vec::new(), confidence);
        }
        if (target_high || beside_target)
            && is_high
            && seen.distinct >= resolved.classes[class].min_distinct
            && resolved.classes[class].when_target_high == TargetConflict::Suspect
            && confidence >= model.rule.min_target_confidence
        {
            return call(CallKind::Suspect(class), None, Vec::new(), confidence);
        }
    }
    if evidence.target_distinct >= weighed.target_genes_asked && posterior.target >= model.rule.min_target_confidence {
        let subsets = subclass::subsets(evidence, resolved, model);
        return call(CallKind::Target, None, subsets, posterior.target);
    }
    let likeliest = posterior
        .classes
        .iter()
        .chain(&posterior.doublets)
        .fold(posterior.target.max(posterior.none), |a, &b| a.max(b));
    call(CallKind::Unassigned, None, Vec::new(), likeliest)
}

/// A target cell in the same droplet is so much likelier that the cell cannot be called the class's own.
fn beside_target(posterior: &Posterior, class: usize, model: &CallModel) -> bool {
    posterior.doublets[class] > model.rule.doublet_odds * posterior.classes[class]
}

/// What the rule asks of the genes of one cell beside the evidence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weighed {
    /// Distinct genes of the likeliest class seen, decisive or not, that speak for it at least twice.
    pub(super) class_genes: u32,
    /// Distinct genes of the stromal key that heavy ambient RNA cannot explain.
    pub(super) stromal_genes: u32,
    /// Distinct stromal genes asked of a target cell: the profile's number, but no more than half of those that a
    /// target cell of this depth is expected to show, and at least one.
    pub(super) target_genes_asked: u32,
}

/// The reportable top class, and the sub-class, whose dominant gene set makes up most of the cell.
fn dominating(evidence: &CellEvidence, resolved: &Resolved) -> Option<(usize, Option<usize>)> {
    let class = evidence.classes.iter().position(|c| c.dominates)?;
    let (top, subclass) = match resolved.classes[class].parent {
        Some(parent) => (parent, resolved.classes[class].reportable.then_some(class)),
        None => (class, None),
    };
    resolved.classes[top].reportable.then_some((top, subclass))
}
