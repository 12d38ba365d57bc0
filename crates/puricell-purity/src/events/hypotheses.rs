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
    /// Of each hypothesis, the markers that decide by definition.
    definitions: Vec<Definition>,
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
            definitions: Vec::new(),
            n_markers,
            max_log_ratio: model.evidence.max_log_ratio,
        };
        all.push(Kind::None, model.prior.none, &vec![model.sign.either; n_markers], Definition::default());
        let classes = &resolved.resolved.classes;
        let takes_part =
            |c: usize| classes[c].reportable && classes[c].parent.is_none_or(|top| classes[top].reportable);
        if resolved.resolved.target.reportable {
            all.push(Kind::Target, model.prior.target, &target, Definition::of(&resolved.target));
        }
        for class in (0..classes.len()).filter(|&c| takes_part(c)) {
            let carried = of(&resolved.classes[class]);
            let definition = Definition::of(&resolved.classes[class]);
            let doublet = definition.with(&resolved.target);
            all.push(Kind::Class(class), model.prior.contaminant, &carried, definition);
            if resolved.resolved.target.reportable {
                let both: Vec<f64> = carried.iter().zip(&target).map(|(a, b)| 1.0 - (1.0 - a) * (1.0 - b)).collect();
                all.push(Kind::Doublet(class), model.prior.doublet, &both, doublet);
            }
        }
        all
    }

    fn push(&mut self, kind: Kind, prior: f64, carried: &[f64], definition: Definition) {
        self.kinds.push(kind);
        self.definitions.push(definition);
        self.priors.push(prior);
        self.carried.extend_from_slice(carried);
    }

    /// Probability that a cell of this hypothesis carries the marker.
    pub(super) fn carried(&self, hypothesis: usize, marker: usize) -> f64 {
        self.carried[hypothesis * self.n_markers + marker]
    }

    /// How much likelier a value is where the marker is carried, within the bounds of the evidence; 1 of a NaN.
    pub(super) fn bounded_ratio(&self, ln_ratio: f64) -> f64 {
        puricell_core::math::exp(ln_ratio.clamp(-self.max_log_ratio, self.max_log_ratio))
    }

    /// Posterior probabilities, one per hypothesis, into `posterior`; `seen` and `ln_ratios` have an entry per marker.
    ///
    /// Each factor q r + (1 - q) is divided by max(r, 1), the same for all hypotheses, so that products stay within a
    /// double whatever the number of markers. Hypotheses whose definition the event does not meet are left out.
    pub(super) fn weigh(
        &self,
        seen: &[bool],
        ln_ratios: &[f64],
        ratios: &mut Vec<(f64, f64)>,
        posterior: &mut Vec<f64>,
    ) {
        ratios.clear();
        ratios.extend(ln_ratios.iter().map(|&l| {
            let r = self.bounded_ratio(l);
            // Weights of "carried" and "lacked", the larger of them 1.
            if r > 1.0 { (1.0, 1.0 / r) } else { (r, 1.0) }
        }));
        posterior.clear();
        posterior.extend(self.priors.iter().enumerate().map(|(h, prior)| {
            if !self.definitions[h].is_met(seen) {
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

/// The markers that an event must and must not show to be of a kind.
#[derive(Debug, Clone, Default)]
struct Definition {
    required: Vec<usize>,
    excluded: Vec<usize>,
}

impl Definition {
    fn of(signed: &SignedMarkers) -> Self {
        let list = |wanted| signed.signs.iter().filter(move |(_, sign)| *sign == wanted).map(|&(marker, _)| marker);
        Self { required: list(Sign::Required).collect(), excluded: list(Sign::Excluded).collect() }
    }

    /// Of two cells in one event: it shows what either must show; what one lacks the other may carry.
    fn with(&self, other: &SignedMarkers) -> Self {
        let required = self.required.iter().copied().chain(Self::of(other).required).collect();
        Self { required, excluded: Vec::new() }
    }

    fn is_met(&self, seen: &[bool]) -> bool {
        self.required.iter().all(|&m| seen[m]) && !self.excluded.iter().any(|&m| seen[m])
    }
}

fn probability(sign: Sign, model: &SignProbabilities) -> f64 {
    match sign {
        Sign::Required | Sign::Positive | Sign::Bright | Sign::Optional => model.positive,
        Sign::Dim => model.dim,
        Sign::Modulated => model.modulated,
        Sign::Negative | Sign::Excluded => model.negative,
        Sign::Either => model.either,
    }
}
