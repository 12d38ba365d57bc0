//! The automatic gates.

use puricell_core::{CellMask, ChannelKind, Events, Noted, Warning};
use puricell_prep::cyto::quality::{
    Derivation, QualityParams, QualityStep, debris, margin_events, singlets, time_anomalies, viability,
};

use super::document::{Plan, plan, to_gatingml};
use super::{AutomaticSteps, Gated, LotSpillover, UsedGate, compensate, derivation};
use crate::error::AppError;

impl AutomaticSteps {
    /// The steps in the order they ran. Events = kept + the sum of `n_dropped`.
    pub fn steps(&self) -> [&QualityStep; 5] {
        [&self.time.step, &self.margin.step, &self.debris.step, &self.singlets.step, &self.viability.step]
    }
}

pub(super) fn gate(
    events: &mut Events,
    spillover: LotSpillover<'_>,
    params: &QualityParams,
) -> Result<Noted<Gated>, AppError> {
    let failed = AppError::stage("event quality");
    let mut mask = CellMask::all_kept(events.n_events());
    let mut warnings = Vec::new();
    let time = time_anomalies(events, &mut mask, &params.time).map_err(&failed)?.into_value(&mut warnings);
    let mut of_scatter = Vec::new();
    let margin = margin_events(events, &mut mask, &params.margin).map_err(&failed)?.into_value(&mut of_scatter);
    let debris = debris(events, &mut mask, &params.debris).map_err(&failed)?.into_value(&mut of_scatter);
    let singlets = singlets(events, &mut mask, &params.singlets).map_err(&failed)?.into_value(&mut of_scatter);
    let has_scatter =
        events.channels().iter().any(|c| matches!(c.kind, ChannelKind::ForwardScatter | ChannelKind::SideScatter));
    if has_scatter {
        warnings.append(&mut of_scatter);
    } else {
        let not_assessed = [(&margin.step, "margin events"), (&debris.step, "debris"), (&singlets.step, "doublets")];
        warnings.extend(without_scatter(&not_assessed, of_scatter));
    }
    let compensated = compensate(events, spillover, &mut warnings)?;
    let viability = viability(events, &mut mask, &params.viability).map_err(&failed)?.into_value(&mut warnings);

    let steps = AutomaticSteps { time, margin, debris, singlets, viability };
    let document = to_gatingml(&steps, spillover);
    let gates = used(&steps, spillover, params);
    let population = gates.last().map(|g| g.id.clone());
    Ok(Noted { value: Gated { mask, gates, document, population, steps: Some(steps), compensated }, warnings })
}

/// One warning in place of one per step that has no channel.
fn without_scatter(steps: &[(&QualityStep, &str)], warnings: Vec<Warning>) -> Vec<Warning> {
    let missed: Vec<&str> =
        steps.iter().filter(|(s, _)| s.derivation == Derivation::NotAssessed).map(|&(_, name)| name).collect();
    let mut kept: Vec<Warning> = warnings.into_iter().filter(|w| !w.code.ends_with("_not_assessed")).collect();
    if let Some((last, others)) = missed.split_last() {
        let all = if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
        kept.push(Warning::new(
            "scatter_not_assessed",
            format!("the file has no scatter channels, as is usual in mass cytometry, so {all} are not assessed"),
        ));
    }
    kept
}

fn used(steps: &AutomaticSteps, spillover: LotSpillover<'_>, params: &QualityParams) -> Vec<UsedGate> {
    let sentence = derivation::sentences(steps, params);
    plan(steps, spillover)
        .into_iter()
        .map(|Plan { at, id, name, parent, channels, shape, compensated }| {
            let step = steps.steps()[at];
            UsedGate {
                id: id.to_owned(),
                name: name.to_owned(),
                parent: parent.map(str::to_owned),
                reason: step.reason,
                channels,
                shape,
                compensated,
                k: step.n_kept(),
                n: step.n_in,
                from_user: false,
                derivation: sentence[at].clone(),
            }
        })
        .collect()
}
