//! What the profile asks of the product beyond calls: the guard, a declared mixture, screens, transgenes.

use puricell_core::Warning;
use puricell_purity::{
    Composition, Guard, Judgement, Majority, MixtureFound, ScreenFound, Spec, TransgeneShare, judge, refuse_claim,
};

/// What was found of it.
#[derive(Debug, Default)]
pub struct Product {
    /// The class, not the target, of which most kept cells are.
    pub majority: Option<Majority>,
    /// The declared mixture; `None` where the product is none.
    pub mixture: Option<MixtureFound>,
    /// One per screen; none of events, whose markers no screen is written for.
    pub screens: Vec<ScreenFound>,
    /// One per transgene named, and any of several; none of events.
    pub transgenes: Vec<TransgeneShare>,
}

impl Product {
    /// Whether the profile refuses a claim of purity on this lot.
    pub fn is_refused(&self) -> bool {
        self.majority.as_ref().is_some_and(|m| m.refuses)
    }
}

/// Judges the composition by the specification, unless the guard takes the claim back.
pub(super) fn judged(
    composition: &mut Composition,
    spec: Option<&Spec>,
    (guard, declared, name): (&Guard, &[String], &str),
    warnings: &mut Vec<Warning>,
) -> (Option<Judgement>, Option<Majority>) {
    let majority = guard.majority(composition, declared, name);
    let mut judgement = spec.map(|spec| judge(composition, spec));
    if let Some(majority) = &majority {
        warnings.push(majority.warning());
        refuse_claim(majority, composition, spec.zip(judgement.as_mut()));
    }
    (judgement, majority)
}
