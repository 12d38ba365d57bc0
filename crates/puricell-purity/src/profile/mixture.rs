//! A product that is a mixture by declaration: its components, and the range of each.

use serde::Deserialize;

use super::Profile;
use crate::verdict::{at_bound, at_point};
use crate::{Composition, Denominator, Interval, Level, Limit, Proportion, PurityError, Status};

/// The declared components.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixture {
    /// The components, in the order of the file. The target is one of them.
    #[serde(rename = "component")]
    pub components: Vec<MixtureComponent>,
}

/// One component and its range.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixtureComponent {
    /// `target`, a class of role `component`, or a subset of the target.
    pub class: String,
    /// Expected share of the viable singlets; an expectation of the method, no limit of a product.
    pub range: Limit,
    /// What the range rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// A component as found.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentFound {
    /// The class.
    pub class: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// The range expected.
    pub range: Limit,
    /// Its cells, of the viable singlets; `None` where the class is not reportable.
    pub counted: Option<Proportion>,
    /// Two-sided 95 % interval, by the composition's method.
    pub interval: Option<Interval>,
    /// Whether the fraction lies in the range.
    pub by_point: Status,
    /// Whether the one-sided 95 % bounds do.
    pub by_bound: Status,
    /// What the range rests on.
    pub basis: String,
}

/// The cells of the target and of the top classes declared, together, of one denominator: the purity of a mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct MixturePurity {
    /// What they are a share of.
    pub denominator: Denominator,
    /// The cells, and those of the denominator; `None` where a component is not reportable.
    pub counted: Option<Proportion>,
    /// Two-sided 95 % interval, by the composition's method; `None` also where there is no cell.
    pub interval: Option<Interval>,
}

/// The mixture as found.
#[derive(Debug, Clone, PartialEq)]
pub struct MixtureFound {
    /// The components, in the order of the profile.
    pub components: Vec<ComponentFound>,
    /// Its purity, in the order of [`Denominator::ALL`].
    pub purity: Vec<MixturePurity>,
}

impl MixtureFound {
    /// The purity over one denominator.
    pub fn purity_of(&self, denominator: Denominator) -> Option<&MixturePurity> {
        self.purity.iter().find(|p| p.denominator == denominator)
    }
}

impl Profile {
    /// Ids of the classes that the mixture declares; none where the product is no mixture.
    pub fn declared_components(&self) -> Vec<String> {
        self.mixture.iter().flat_map(|m| &m.components).map(|c| c.class.clone()).collect()
    }

    /// Compares a composition with the declared mixture; `None` where the product is none.
    ///
    /// # Errors
    /// [`PurityError::Proportion`] where a row counts more cells than there are.
    pub fn mixture_found(&self, composition: &Composition) -> Result<Option<MixtureFound>, PurityError> {
        let Some(mixture) = &self.mixture else { return Ok(None) };
        let n = composition.n(Denominator::ViableSinglets);
        let mut components = Vec::with_capacity(mixture.components.len());
        for component in &mixture.components {
            let row = composition.row(&component.class, Denominator::ViableSinglets);
            let counted = row.and_then(|r| r.k).map(|k| Proportion::new(k, n)).transpose()?;
            let judge =
                |by: fn(Proportion, Limit) -> Status| counted.map_or(Status::NotReportable, |p| by(p, component.range));
            components.push(ComponentFound {
                class: component.class.clone(),
                name_en: row.map_or_else(|| component.class.clone(), |r| r.name_en.clone()),
                name_zh: row.map_or_else(|| component.class.clone(), |r| r.name_zh.clone()),
                range: component.range,
                interval: row.and_then(|r| r.interval),
                counted,
                by_point: judge(at_point),
                by_bound: judge(at_bound),
                basis: component.basis.clone(),
            });
        }
        let purity = Denominator::ALL.map(|d| purity(mixture, composition, d)).into_iter().collect::<Result<_, _>>()?;
        Ok(Some(MixtureFound { components, purity }))
    }
}

fn purity(
    mixture: &Mixture,
    composition: &Composition,
    denominator: Denominator,
) -> Result<MixturePurity, PurityError> {
    let mut together = Some(0);
    for component in &mixture.components {
        let row = |of| composition.row(&component.class, of);
        // A sub-class is counted in its parent, a subset in the target; neither has a row of every denominator.
        if row(Denominator::ViableSinglets).is_some_and(|r| r.parent.is_some()) {
            continue;
        }
        together = together.zip(row(denominator).and_then(|r| r.k)).map(|(sum, k)| sum + k);
    }
    let counted = together.map(|k| Proportion::new(k, composition.n(denominator))).transpose()?;
    let of_some = counted.filter(|p| p.n() > 0);
    Ok(MixturePurity { denominator, counted, interval: of_some.map(|p| p.interval(composition.interval, Level::P95)) })
}

#[cfg(test)]
mod tests;
