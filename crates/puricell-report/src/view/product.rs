//! What the profile asks of the product, as text.

use super::result::share;
use super::{class_name, interval, message, not_estimated, number_or_dash};
use crate::lang::Term;
use crate::model::{AppliedRule, MixtureComponent, Model, Screen, TransgeneShare, Waiver};
use crate::number::{self, NBSP};
use crate::terms::{self, words};
use crate::text::{Sayable, Text};

/// Everything of the section.
pub(crate) struct ProductView {
    pub(crate) mixture: Vec<ComponentView>,
    pub(crate) screens: Vec<ScreenView>,
    pub(crate) transgenes: Option<TransgenesView>,
    pub(crate) rules: Vec<RuleView>,
    pub(crate) waivers: Vec<WaiverView>,
}

/// A component of a mixture.
pub(crate) struct ComponentView {
    pub(crate) label: Text,
    pub(crate) within_another: bool,
    pub(crate) range: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
    pub(crate) result: Term,
    pub(crate) css: &'static str,
    pub(crate) basis: Text,
}

/// A screen.
pub(crate) struct ScreenView {
    pub(crate) label: Text,
    pub(crate) found: Text,
    pub(crate) screened: Text,
    pub(crate) upper: Text,
    pub(crate) smallest: Text,
    pub(crate) lod: Text,
    pub(crate) sentence: Text,
    pub(crate) shows: Text,
    pub(crate) cannot_show: Text,
    pub(crate) orthogonal: Text,
    pub(crate) excluded: Vec<Text>,
    pub(crate) basis: Text,
}

/// Transgenes.
pub(crate) struct TransgenesView {
    pub(crate) molecules: Text,
    pub(crate) rows: Vec<TransgeneView>,
}

/// A transgene.
pub(crate) struct TransgeneView {
    pub(crate) feature: Text,
    pub(crate) counts: Text,
    pub(crate) share: Text,
    pub(crate) interval: Text,
}

/// A rule of the profile.
pub(crate) struct RuleView {
    pub(crate) id: Text,
    pub(crate) when: Text,
    pub(crate) holds: Term,
    pub(crate) applied: Term,
    pub(crate) effect: Text,
    pub(crate) reason: Text,
    pub(crate) basis: Text,
}

/// A gene or marker that did not count.
pub(crate) struct WaiverView {
    pub(crate) gene: Text,
    pub(crate) classes: Text,
    pub(crate) reason: Text,
}

/// `None` where the profile asks for nothing.
pub(crate) fn product(model: &Model) -> Option<ProductView> {
    let product = &model.product;
    let view = ProductView {
        mixture: product.mixture.iter().flat_map(|m| &m.components).map(|c| component(model, c)).collect(),
        screens: product.screens.iter().map(|s| screen(model, s)).collect(),
        transgenes: product.transgenes.as_ref().map(|t| TransgenesView {
            molecules: match t.min_molecules {
                1 => terms::ONE_MOLECULE.said(),
                n => terms::MOLECULES.with(&[&number::count(u64::from(n))]),
            },
            rows: t.shares.iter().map(transgene).collect(),
        }),
        rules: product.rules.iter().map(rule).collect(),
        waivers: product.waivers.iter().map(waiver).collect(),
    };
    let is_empty = view.mixture.is_empty()
        && view.screens.is_empty()
        && view.transgenes.is_none()
        && view.rules.is_empty()
        && view.waivers.is_empty();
    (!is_empty).then_some(view)
}

fn counts(k: Option<u64>, n: Option<u64>) -> Text {
    k.zip(n).map_or_else(not_estimated, |(k, n)| super::counts(k, n))
}

fn component(model: &Model, component: &MixtureComponent) -> ComponentView {
    let ci = component.ci_low.zip(component.ci_high);
    let end = number::given_percent;
    // The nearer end, from which the share must be told.
    let limit = component.fraction.and_then(|x| {
        let ends = [component.range_min, component.range_max].into_iter().flatten();
        ends.min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()))
    });
    let (result, css) = match (component.within_by_point, component.within_by_bound) {
        (Some(true), Some(true)) => (terms::WITHIN_SHOWN, "meets"),
        (Some(true), _) => (terms::WITHIN_NOT_SHOWN, "meets"),
        (Some(false), Some(false)) => (terms::OUTSIDE_SHOWN, "fails"),
        (Some(false), _) => (terms::OUTSIDE_OPEN, "open"),
        (None, _) => (words::NOT_REPORTABLE, "none"),
    };
    ComponentView {
        label: class_name(model, &component.class),
        within_another: component.within_another,
        range: Text::Number(match (component.range_min, component.range_max) {
            (Some(min), Some(max)) => {
                format!("{}{NBSP}–{NBSP}{}", end(min).trim_end_matches(['%', NBSP]), end(max))
            }
            (Some(min), None) => format!("≥{NBSP}{}", end(min)),
            (None, Some(max)) => format!("≤{NBSP}{}", end(max)),
            (None, None) => "–".to_owned(),
        }),
        counts: counts(component.k, Some(component.n)),
        share: share(component.k, component.n, component.fraction, ci, component.upper_one_sided, limit),
        interval: interval(ci),
        result,
        css,
        basis: message(&component.basis),
    }
}

fn screen(model: &Model, screen: &Screen) -> ScreenView {
    let bound = |value: Option<f64>| number_or_dash(value.map(number::upper_bound));
    let number = |value: Option<u64>| value.map_or_else(not_estimated, super::count);
    ScreenView {
        label: class_name(model, &screen.class),
        found: number(screen.k),
        screened: number(screen.n),
        upper: bound(screen.upper_one_sided),
        smallest: bound(screen.smallest_seen),
        lod: bound(screen.lod),
        sentence: Text::words(screen.sentence.clone(), screened(model, screen).zh()),
        shows: message(&screen.shows),
        cannot_show: message(&screen.cannot_show),
        orthogonal: message(&screen.orthogonal),
        excluded: screen.excluded.iter().map(|e| Text::English(format!("{}: {}", e.gene, e.reason))).collect(),
        basis: message(&screen.basis),
    }
}

fn transgene(found: &TransgeneShare) -> TransgeneView {
    let ci = found.ci_low.zip(found.ci_high);
    TransgeneView {
        feature: if found.feature == "any" { terms::ANY_OF_THEM.said() } else { Text::Same(found.feature.clone()) },
        counts: counts(found.k, found.n),
        share: share(found.k, found.n.unwrap_or(0), found.fraction, ci, found.upper_one_sided, None),
        interval: interval(ci),
    }
}

fn rule(rule: &AppliedRule) -> RuleView {
    RuleView {
        id: Text::Same(rule.id.clone()),
        when: message(&rule.when),
        holds: match rule.holds {
            Some(true) => terms::HOLDS,
            Some(false) => terms::DOES_NOT_HOLD,
            None => terms::NOT_KNOWN,
        },
        applied: if rule.applied { terms::WAS_APPLIED } else { terms::LEFT_OUT },
        effect: rule.effect.as_deref().map_or_else(|| terms::NO_EFFECT.said(), message),
        reason: message(&rule.reason),
        basis: message(&rule.basis),
    }
}

fn waiver(waiver: &Waiver) -> WaiverView {
    WaiverView {
        gene: Text::Same(waiver.gene.clone()),
        classes: if waiver.classes.is_empty() { terms::WOULD_NOT.said() } else { message(&waiver.classes.join(", ")) },
        reason: message(&waiver.reason),
    }
}

/// The result of a screen in words.
fn screened(model: &Model, screen: &Screen) -> Text {
    let unit = words::of(model.cytometry.is_some()).many;
    match (screen.k, screen.n, screen.upper_one_sided) {
        (Some(0), Some(n), Some(upper)) => {
            terms::SCREEN_NONE.with(&[&unit, &number::count(n), &Text::Number(number::upper_bound(upper))])
        }
        (Some(k), Some(n), _) => terms::SCREEN_FOUND.with(&[&number::count(k), &number::count(n), &unit]),
        _ => terms::SCREEN_NOT.said(),
    }
}
