//! Every mixture of events through the whole pipeline.

use std::collections::BTreeMap;

use puricell_core::{Noted, Seed};
use puricell_purity::Resolved;

use super::design::Design;
use super::event_mix::mix_events;
use super::event_pool::EventPool;
use super::study::{RunResult, check_reportable, result, tell};
use crate::error::AppError;
use crate::log::Log;
use crate::pipeline::{EventSettings, MarkerColumns, MeasuredControl, Settings, analyse_events};
use crate::timing::Clock;

/// What the mixtures of events gave.
#[derive(Debug)]
pub struct EventRuns {
    /// The mixtures.
    pub runs: Vec<RunResult>,
    /// Per code of a warning, how many runs gave it, and what the first of them said.
    pub warnings: BTreeMap<&'static str, (usize, String)>,
    /// The profile's markers: a class is reportable where it was in every mixture.
    pub resolved: Resolved,
}

/// A mixture has no time: that its flow was not looked at is no finding.
const OF_TIME: &str = "time_not_assessed";

/// Makes and analyses every mixture of the design, one after another, each as a lot with the same controls, gates and
/// thresholds. `channels` is what was found in the pool's channels.
///
/// # Errors
/// [`AppError`] where a stage refuses a mixture, or a class planted is not reportable in one; [`AppError::Internal`] for a design without a mixture.
pub fn run_event_study(
    pool: &EventPool,
    design: &Design,
    settings: &EventSettings<'_>,
    controls: &[MeasuredControl],
    channels: &MarkerColumns,
    log: &Log,
    clock: &mut Clock,
) -> Result<EventRuns, AppError> {
    let mut warnings: BTreeMap<&'static str, (usize, String)> = BTreeMap::new();
    let mut runs = Vec::new();
    let mut resolved: Option<Resolved> = None;
    for plan in design.runs() {
        let mixture = clock.stage("mix", || mix_events(pool, design, &plan))?;
        let settings = EventSettings {
            settings: Settings { seed: Seed(plan.seed), structure: false, umap: false, ..settings.settings },
            ..settings.clone()
        };
        let channels = Noted::quiet(channels.clone());
        let analysis = analyse_events(mixture.measured, controls.to_vec(), channels, &settings, log, clock)?;
        check_reportable(&pool.groups, &analysis.resolved, "markers can be used")?;
        tell(&mut warnings, &analysis.warnings);
        runs.push(result(plan, &mixture.cells, &analysis, &pool.groups));
        match &mut resolved {
            None => resolved = Some(analysis.resolved),
            Some(all) => {
                for (all, here) in all.classes.iter_mut().zip(&analysis.resolved.classes) {
                    all.reportable &= here.reportable;
                }
            }
        }
    }
    warnings.remove(OF_TIME);
    let nothing = || AppError::Internal { place: "study", message: "no mixture was planned".into() };
    Ok(EventRuns { runs, warnings, resolved: resolved.ok_or_else(nothing)? })
}
