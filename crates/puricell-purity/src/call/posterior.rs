//! The hypotheses weighed.

use puricell_core::math::exp;

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

impl Posterior {
    /// From the logarithms of prior times likelihood, minus infinity for what does not take part.
    pub(super) fn of(ln_target: f64, ln_none: f64, ln_classes: &[f64], ln_doublets: &[f64]) -> Self {
        let largest = ln_classes.iter().chain(ln_doublets).fold(ln_target.max(ln_none), |a, &b| a.max(b));
        let weight = |l: f64| if l == f64::NEG_INFINITY { 0.0 } else { exp(l - largest) };
        let mut posterior = Self {
            target: weight(ln_target),
            none: weight(ln_none),
            classes: ln_classes.iter().copied().map(weight).collect(),
            doublets: ln_doublets.iter().copied().map(weight).collect(),
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

    /// The class with the largest posterior of a cell of it, alone or beside a target cell, and that posterior; the
    /// first of equals, `None` where it is 0.
    pub(super) fn best(&self) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for (class, (alone, beside)) in self.classes.iter().zip(&self.doublets).enumerate() {
            let both = alone + beside;
            if both > 0.0 && best.is_none_or(|(_, b)| both > b) {
                best = Some((class, both));
            }
        }
        best
    }
}
