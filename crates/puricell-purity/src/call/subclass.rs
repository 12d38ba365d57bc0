//! Finer than the class: sub-classes of a called cell, informative subsets of a target cell.

use puricell_core::math::ln;

use super::evidence::CellEvidence;
use super::model::CallModel;
use crate::resolve::Resolved;

/// The sub-class whose key stands out: its genes are seen, the cell's class explains them better than the background,
/// and no sibling comes near. `None` where nothing stands out.
pub(super) fn of(evidence: &CellEvidence, resolved: &Resolved, class: usize) -> Option<usize> {
    let mut keys: Vec<(f64, usize)> = (0..resolved.classes.len())
        .filter(|&c| resolved.classes[c].parent == Some(class) && evidence.classes[c].distinct > 0)
        .map(|c| (evidence.classes[c].key(), c))
        .collect();
    keys.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let &(best, subclass) = keys.first()?;
    let second = keys.get(1).map_or(0.0, |k| k.0.max(0.0));
    // Twice as likely as the background, and as the runner-up.
    (best >= ln(2.0) && best - second >= ln(2.0)).then_some(subclass)
}

/// The subsets whose key is high in a target cell.
pub(super) fn subsets(evidence: &CellEvidence, resolved: &Resolved, model: &CallModel) -> Vec<usize> {
    (0..resolved.subsets.len())
        .filter(|&s| {
            evidence.subsets[s].distinct >= resolved.subsets[s].min_distinct
                && evidence.subsets[s].key() >= ln(model.rule.key_ratio)
        })
        .collect()
}
