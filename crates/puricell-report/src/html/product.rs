//! What the profile asks of the product, as text.

use super::or_dash;
use super::result::share;
use crate::model::{AppliedRule, MixtureComponent, Model, Screen, TransgeneShare, Waiver};
use crate::number;

/// Everything of the section.
pub(super) struct ProductView {
    pub(super) mixture: Vec<ComponentView>,
    pub(super) screens: Vec<ScreenView>,
    pub(super) transgenes: Option<TransgenesView>,
    pub(super) rules: Vec<RuleView>,
    pub(super) waivers: Vec<WaiverView>,
}

/// A component of a mixture.
pub(super) struct ComponentView {
    pub(super) label: String,
    pub(super) label_zh: Option<String>,
    pub(super) within_another: bool,
    pub(super) range: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
    pub(super) result: &'static str,
    pub(super) css: &'static str,
    pub(super) basis: String,
}

/// A screen.
pub(super) struct ScreenView {
    pub(super) label: String,
    pub(super) label_zh: Option<String>,
    pub(super) found: String,
    pub(super) screened: String,
    pub(super) upper: String,
    pub(super) smallest: String,
    pub(super) lod: String,
    pub(super) sentence: String,
    pub(super) shows: String,
    pub(super) cannot_show: String,
    pub(super) orthogonal: String,
    pub(super) excluded: Vec<String>,
    pub(super) basis: String,
}

/// Transgenes.
pub(super) struct TransgenesView {
    pub(super) molecules: String,
    pub(super) rows: Vec<TransgeneView>,
}

/// A transgene.
pub(super) struct TransgeneView {
    pub(super) feature: String,
    pub(super) counts: String,
    pub(super) share: String,
    pub(super) interval: String,
}

/// A rule of the profile.
pub(super) struct RuleView {
    pub(super) id: String,
    pub(super) when: String,
    pub(super) holds: &'static str,
    pub(super) applied: &'static str,
    pub(super) effect: String,
    pub(super) reason: String,
    pub(super) basis: String,
}

/// A gene or marker that did not count.
pub(super) struct WaiverView {
    pub(super) gene: String,
    pub(super) classes: String,
    pub(super) reason: String,
}

/// `None` where the profile asks for nothing.
pub(super) fn product(model: &Model) -> Option<ProductView> {
    let product = &model.product;
    let view = ProductView {
        mixture: product.mixture.iter().flat_map(|m| &m.components).map(|c| component(model, c)).collect(),
        screens: product.screens.iter().map(|s| screen(model, s)).collect(),
        transgenes: product.transgenes.as_ref().map(|t| TransgenesView {
            molecules: match t.min_molecules {
                1 => "one molecule".to_owned(),
                n => format!("{} molecules", number::count(u64::from(n))),
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

/// Name and Chinese name of a class.
fn names(model: &Model, id: &str) -> (String, Option<String>) {
    let class = model.classes.iter().find(|c| c.id == id);
    (class.map_or_else(|| id.to_owned(), |c| c.label.clone()), class.and_then(|c| c.label_zh.clone()))
}

fn counts(k: Option<u64>, n: Option<u64>) -> String {
    k.zip(n).map_or_else(
        || number::NOT_ESTIMATED.to_owned(),
        |(k, n)| format!("{} of {}", number::count(k), number::count(n)),
    )
}

fn component(model: &Model, component: &MixtureComponent) -> ComponentView {
    let (label, label_zh) = names(model, &component.class);
    let ci = component.ci_low.zip(component.ci_high);
    let end = number::given_percent;
    // The nearer end, from which the share must be told.
    let limit = component.fraction.and_then(|x| {
        let ends = [component.range_min, component.range_max].into_iter().flatten();
        ends.min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()))
    });
    let (result, css) = match (component.within_by_point, component.within_by_bound) {
        (Some(true), Some(true)) => ("within, shown with 95 % confidence", "meets"),
        (Some(true), _) => ("within; not shown with 95 % confidence", "meets"),
        (Some(false), Some(false)) => ("outside, with 95 % confidence", "fails"),
        (Some(false), _) => ("outside; not excluded with 95 % confidence", "open"),
        (None, _) => ("not reportable", "none"),
    };
    ComponentView {
        label,
        label_zh,
        within_another: component.within_another,
        range: match (component.range_min, component.range_max) {
            (Some(min), Some(max)) => {
                format!("{} – {}", end(min).trim_end_matches(['%', number::NBSP]), end(max))
            }
            (Some(min), None) => format!("≥{}{}", number::NBSP, end(min)),
            (None, Some(max)) => format!("≤{}{}", number::NBSP, end(max)),
            (None, None) => "–".to_owned(),
        },
        counts: counts(component.k, Some(component.n)),
        share: share(component.k, component.n, component.fraction, ci, component.upper_one_sided, limit),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
        result,
        css,
        basis: component.basis.clone(),
    }
}

fn screen(model: &Model, screen: &Screen) -> ScreenView {
    let (label, label_zh) = names(model, &screen.class);
    let bound = |value: Option<f64>| or_dash(value.map(number::upper_bound));
    let number = |value: Option<u64>| value.map_or_else(|| number::NOT_ESTIMATED.to_owned(), number::count);
    ScreenView {
        label,
        label_zh,
        found: number(screen.k),
        screened: number(screen.n),
        upper: bound(screen.upper_one_sided),
        smallest: bound(screen.smallest_seen),
        lod: or_dash(screen.lod.map(number::upper_bound)),
        sentence: screen.sentence.clone(),
        shows: screen.shows.clone(),
        cannot_show: screen.cannot_show.clone(),
        orthogonal: screen.orthogonal.clone(),
        excluded: screen.excluded.iter().map(|e| format!("{}: {}", e.gene, e.reason)).collect(),
        basis: screen.basis.clone(),
    }
}

fn transgene(found: &TransgeneShare) -> TransgeneView {
    let ci = found.ci_low.zip(found.ci_high);
    TransgeneView {
        feature: if found.feature == "any" { "any of them".to_owned() } else { found.feature.clone() },
        counts: counts(found.k, found.n),
        share: share(found.k, found.n.unwrap_or(0), found.fraction, ci, found.upper_one_sided, None),
        interval: or_dash(ci.map(|(low, high)| number::interval(low, high))),
    }
}

fn rule(rule: &AppliedRule) -> RuleView {
    RuleView {
        id: rule.id.clone(),
        when: rule.when.clone(),
        holds: match rule.holds {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "not known",
        },
        applied: if rule.applied { "✓ applied" } else { "– left out" },
        effect: rule.effect.clone().unwrap_or_else(|| "says nothing about data of this kind".to_owned()),
        reason: rule.reason.clone(),
        basis: rule.basis.clone(),
    }
}

fn waiver(waiver: &Waiver) -> WaiverView {
    WaiverView {
        gene: waiver.gene.clone(),
        classes: if waiver.classes.is_empty() {
            "none: it would have decided for no class".to_owned()
        } else {
            waiver.classes.join(", ")
        },
        reason: waiver.reason.clone(),
    }
}
