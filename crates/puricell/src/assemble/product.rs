//! What the profile asks of the product: rules, waivers, majority, mixture, screens, transgenes.

use puricell_purity::{
    AppliedWaiver, ComponentFound, Composition, Denominator, Profile, Proportion, Readout, RuleOutcome, ScreenFound,
    Status, TransgeneShare,
};
use puricell_report::model as report;

use super::Context;
use crate::pipeline::Analysis;

pub(super) fn product<M>(context: &Context<'_>, analysis: &Analysis<M>) -> report::Product {
    let found = &analysis.product;
    let composition = &analysis.composition;
    report::Product {
        rules: context.rules.iter().map(|r| rule(r, composition.readout)).collect(),
        waivers: analysis.resolved.waivers.iter().map(|w| waiver(w, analysis)).collect(),
        majority: found.majority.as_ref().map(|m| report::Majority {
            class: m.class.clone(),
            k: m.k,
            n: m.n,
            refuses: m.refuses,
            sentence: m.sentence.clone(),
            basis: context.profile.filter(|_| m.refuses).map(|p| p.guard.basis.clone()),
        }),
        mixture: found
            .mixture
            .as_ref()
            .map(|m| report::Mixture { components: m.components.iter().map(|c| component(c, composition)).collect() }),
        screens: found.screens.iter().map(screen).collect(),
        transgenes: context
            .profile
            .filter(|_| composition.readout == Readout::Genes)
            .and_then(|p| transgenes(p, &found.transgenes)),
    }
}

fn rule(rule: &RuleOutcome, readout: Readout) -> report::AppliedRule {
    let (genes, silent) = (rule.waive_genes.join(", "), rule.silence_genes.join(", "));
    let parts = match readout {
        Readout::Genes => [
            (!genes.is_empty()).then(|| format!("{genes}: evidence for no class")),
            (!silent.is_empty()).then(|| format!("{silent}: say nothing in panels that are only shown")),
        ],
        Readout::Markers => {
            let markers = rule.waive_markers.join(", ");
            let effect = format!("{markers}: no sign of a class, and the ISCT 2006 limit is for information");
            [(!markers.is_empty()).then_some(effect), None]
        }
    };
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    report::AppliedRule {
        id: rule.rule.clone(),
        when: rule.when.clone(),
        holds: rule.holds,
        applied: rule.applied,
        effect: (!parts.is_empty()).then(|| parts.join("; ")),
        reason: rule.reason.clone(),
        basis: rule.basis.clone(),
    }
}

fn waiver<M>(waiver: &AppliedWaiver, analysis: &Analysis<M>) -> report::Waiver {
    let name = |id: &String| {
        let class = analysis.resolved.classes.iter().find(|c| c.id == *id);
        class.map_or_else(|| id.clone(), |c| c.name_en.clone())
    };
    report::Waiver {
        gene: waiver.gene.clone(),
        classes: waiver.classes.iter().map(name).collect(),
        reason: waiver.reason.clone(),
    }
}

fn component(found: &ComponentFound, composition: &Composition) -> report::MixtureComponent {
    let row = composition.row(&found.class, Denominator::ViableSinglets);
    report::MixtureComponent {
        class: found.class.clone(),
        within_another: row.is_some_and(|r| r.parent.is_some()),
        range_min: found.range.min,
        range_max: found.range.max,
        k: found.counted.map(Proportion::k),
        n: composition.n(Denominator::ViableSinglets),
        fraction: found.counted.and_then(Proportion::fraction),
        ci_low: found.interval.map(|i| i.low),
        ci_high: found.interval.map(|i| i.high),
        upper_one_sided: row.and_then(|r| r.upper_one_sided),
        within_by_point: within(found.by_point),
        within_by_bound: within(found.by_bound),
        basis: found.basis.clone(),
    }
}

fn within(status: Status) -> Option<bool> {
    match status {
        Status::Meets => Some(true),
        Status::DoesNotMeet => Some(false),
        _ => None,
    }
}

fn screen(found: &ScreenFound) -> report::Screen {
    let asked = &found.screen;
    report::Screen {
        class: asked.class.clone(),
        k: found.counted.map(Proportion::k),
        n: found.counted.map(Proportion::n),
        upper_one_sided: found.upper_bound,
        smallest_seen: found.smallest_seen,
        lod: found.measured_lod,
        sentence: found.sentence.clone(),
        shows: asked.shows.clone(),
        cannot_show: asked.cannot_show.clone(),
        orthogonal: asked.orthogonal.clone(),
        excluded: asked
            .excluded
            .iter()
            .map(|e| report::ExcludedGene { gene: e.gene.clone(), reason: e.reason.clone() })
            .collect(),
        basis: asked.basis.clone(),
    }
}

/// `None` where no transgene is named and none expected.
fn transgenes(profile: &Profile, shares: &[TransgeneShare]) -> Option<report::Transgenes> {
    let asked = &profile.transgene;
    (asked.expected || !asked.features.is_empty()).then(|| report::Transgenes {
        min_molecules: asked.min_molecules,
        expected: asked.expected,
        shares: shares
            .iter()
            .map(|share| report::TransgeneShare {
                feature: share.feature.clone(),
                k: share.counted.map(Proportion::k),
                n: share.counted.map(Proportion::n),
                fraction: share.counted.and_then(Proportion::fraction),
                ci_low: share.interval.map(|i| i.low),
                ci_high: share.interval.map(|i| i.high),
                upper_one_sided: share.upper_bound,
                sentence: share.sentence.clone(),
            })
            .collect(),
    })
}
