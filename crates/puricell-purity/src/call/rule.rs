//! The two-key rule.

use puricell_core::math::ln;

use super::evidence::CellEvidence;
use super::model::CallModel;
use super::posterior::Posterior;
use super::subclass;
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

pub(super) fn decide(evidence: &CellEvidence, posterior: &Posterior, resolved: &Resolved, model: &CallModel) -> Call {
    let target_high = evidence.target_distinct >= resolved.target.min_distinct && evidence.target_key() >= 0.0;
    let class_high = |class: usize| {
        evidence.classes[class].distinct >= resolved.classes[class].min_distinct
            && evidence.classes[class].key() >= ln(model.rule.key_ratio)
    };
    let best_class = largest(&posterior.classes);
    let best_doublet = largest(&posterior.doublets);
    let suspect: f64 = posterior.doublets.iter().sum();
    let call =
        |kind, subclass, subsets, confidence| Call { kind, subclass, subsets, confidence, evidence: evidence.clone() };
    if let Some((class, subclass)) = dominating(evidence, resolved) {
        let confidence = 1.0 - posterior.target;
        return if target_high {
            call(CallKind::Suspect(class), None, Vec::new(), confidence.max(posterior.doublets[class]))
        } else {
            call(CallKind::Class(class), subclass, Vec::new(), confidence)
        };
    }
    if let Some(class) = best_class
        && !target_high
        && class_high(class)
        && posterior.classes[class] >= model.rule.min_confidence
    {
        let subclass = subclass::of(evidence, resolved, class);
        return call(CallKind::Class(class), subclass, Vec::new(), posterior.classes[class]);
    }
    if let Some(class) = best_doublet
        && target_high
        && class_high(class)
        && suspect >= model.rule.min_target_confidence
    {
        return call(CallKind::Suspect(class), None, Vec::new(), suspect);
    }
    if target_high && posterior.target >= model.rule.min_target_confidence {
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

/// The reportable top class, and the sub-class, whose dominant gene set makes up most of the cell.
fn dominating(evidence: &CellEvidence, resolved: &Resolved) -> Option<(usize, Option<usize>)> {
    let class = evidence.classes.iter().position(|c| c.dominates)?;
    let (top, subclass) = match resolved.classes[class].parent {
        Some(parent) => (parent, resolved.classes[class].reportable.then_some(class)),
        None => (class, None),
    };
    resolved.classes[top].reportable.then_some((top, subclass))
}

/// Index of the largest value, the first of equals; `None` when empty or all are 0.
fn largest(values: &[f64]) -> Option<usize> {
    let mut best = None;
    for (i, &value) in values.iter().enumerate() {
        if value > 0.0 && best.is_none_or(|b: usize| value > values[b]) {
            best = Some(i);
        }
    }
    best
}
