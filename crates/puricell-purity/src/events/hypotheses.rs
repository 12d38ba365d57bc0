//! What an event may be, and how likely its values make each.

use super::model::{EventModel, SignProbabilities};
use super::resolve::{ResolvedEvents, Sign, SignedMarkers};

/// What an event may be. Classes are indices of `Resolved::classes`, sub-classes among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Target,
    None,
    Class(usize),
    /// A target cell and one of that class.
    Doublet(usize),
}

/// All hypotheses, with the probability that each marker is carried.
pub(super) struct Hypotheses {
    pub(super) kinds: Vec<Kind>,
    priors: Vec<f64>,
    /// `kinds.len() x n_markers`, row-major.
    carried: Vec<f64>,
    n_markers: usize,
    max_log_ratio: f64,
}

impl Hypotheses {
    pub(super) fn new(resolved: &ResolvedEvents, model: &EventModel) -> Self {
        let n_markers = resolved.markers.len();
        let of = |signed: &SignedMarkers| -> Vec<f64> {
            let mut carried = vec![model.sign.unstated; n_markers];
            for &(marker, sign) in &signed.signs {
                carried[marker] = probability(sign, &model.sign);
            }
            carried
        };
        let target = of(&resolved.target);
        let mut all = Self {
            kinds: Vec::new(),
            priors: Vec::new(),
            carried: Vec::new(),
            n_markers,
            max_log_ratio: model.evidence.max_log_ratio,
        };
        all.push(Kind::None, model.prior.none, &vec![model.sign.either; n_markers]);
        let classes = &resolved.resolved.classes;
        let takes_part =
            |c: usize| classes[c].reportable && classes[c].parent.is_none_or(|top| classes[top].reportable);
        if resolved.resolved.target.reportable {
            all.push(Kind::Target, model.prior.target, &target);
        }
        for class in (0..classes.len()).filter(|&c| takes_part(c)) {
            let carried = of(&resolved.classes[class]);
            all.push(Kind::Class(class), model.prior.contaminant, &carried);
            if resolved.resolved.target.reportable {
                let both: Vec<f64> = carried.iter().zip(&target).map(|(a, b)| 1.0 - (1.0 - a) * (1.0 - b)).collect();
                all.push(Kind::Doublet(class), model.prior.doublet, &both);
            }
        }
        all
    }

    fn push(&mut self, kind: Kind, prior: f64, carried: &[f64]) {
        self.kinds.push(kind);
        self.priors.push(prior);
        self.carried.extend_from_slice(carried);
    }

    /// Posterior probabilities, one per hypothesis, into `posterior`; `ln_ratios` has an entry per marker.
    ///
    /// Each factor q r + (1 - q) is divided by max(r, 1), the same for all hypotheses, so that products stay within a
    /// double whatever the number of markers. Hypotheses with a target cell are left out where the event may not be one.
    pub(super) fn weigh(
        &self,
        may_be_target: bool,
        ln_ratios: &[f64],
        ratios: &mut Vec<(f64, f64)>,
        posterior: &mut Vec<f64>,
    ) {
        ratios.clear();
        ratios.extend(ln_ratios.iter().map(|&l| {
            let r = puricell_core::math::exp(l.clamp(-self.max_log_ratio, self.max_log_ratio));
            // Weights of "carried" and "lacked", the larger of them 1.
            if r > 1.0 { (1.0, 1.0 / r) } else { (r, 1.0) }
        }));
        posterior.clear();
        posterior.extend(self.priors.iter().enumerate().map(|(h, prior)| {
            if !may_be_target && matches!(self.kinds[h], Kind::Target | Kind::Doublet(_)) {
                return 0.0;
            }
            let carried = &self.carried[h * self.n_markers..(h + 1) * self.n_markers];
            carried
                .iter()
                .zip(ratios.iter())
                .fold(*prior, |p, (q, (if_carried, if_lacked))| p * (q * if_carried + (1.0 - q) * if_lacked))
        }));
        let total: f64 = posterior.iter().sum();
        for p in posterior.iter_mut() {
            *p /= total;
        }
    }
}

fn probability(sign: Sign, model: &SignProbabilities) -> f64 {
    match sign {
        Sign::Required | Sign::Positive | Sign::Optional => model.positive,
        Sign::Dim => model.dim,
        Sign::Modulated => model.modulated,
        Sign::Negative => model.negative,
        Sign::Either => model.either,
    }
}
