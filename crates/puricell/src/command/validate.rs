//! `puricell validate`: what the method finds of cells that were put in on purpose.

mod cells;
mod events;
mod material;
mod record;
mod view;

use std::collections::BTreeMap;

use puricell_core::Warning;
use puricell_purity::Resolved;
use puricell_report::validation::validation_html;

use super::run::is_events;
use super::written;
use crate::cli::{SpikeArgs, ValidateCommand};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::OutputFolder;
use crate::record::{Made, Origin, Record};
use crate::ro_crate::{self, Described};
use crate::timing::Clock;
use crate::validate::{Design, Group, RunResult, evaluate, recovery_tsv};
use record::Study;

pub(super) fn validate(command: &ValidateCommand, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    let clock = Clock::start(n_threads, log);
    let ValidateCommand::Spike(args) = command;
    let record = Record::start(&args.out, Origin::here(&args.attribution, n_threads));
    let ended = if is_events(&args.target) {
        events::spike(args, &record, log, clock)
    } else {
        cells::spike(args, &record, log, clock)
    };
    record.end(&ended, log);
    ended
}

/// The design asked for; `depths` decreasing, `cells` where the user does not say.
fn design(args: &SpikeArgs, groups: &[Group], depths: Vec<f64>, cells: usize) -> Result<Design, AppError> {
    let mut fractions = args.fractions.clone();
    // Without a blank there is neither a specificity nor a limit.
    fractions.push(0.0);
    let design = Design {
        fractions: increasing(&fractions),
        replicates: args.replicates.get(),
        cells: args.cells.map_or(cells, std::num::NonZeroUsize::get),
        ambient: args.ambient,
        doublets: args.doublets,
        dead: args.dead,
        depths,
        seeds: (0..args.seeds.get() as u64).map(|i| args.seed.wrapping_add(i)).collect(),
    };
    design.check(groups.len() - 1)?;
    if args.exact {
        for (i, group) in groups.iter().enumerate() {
            for &fraction in &design.fractions {
                let planted = design.planted(fraction);
                let n = if i == 0 { design.cells - planted * (groups.len() - 1) } else { planted };
                if n > group.rows.len() {
                    return Err(AppError::usage(
                        format!(
                            "at fraction {fraction} a mixture of {} cells needs {n} of {}, but there are {}",
                            design.cells,
                            group.id,
                            group.rows.len()
                        ),
                        "give fewer --cells, smaller --fractions or more cells, or leave --exact out: then cells are drawn \
                         again and the report says so",
                    ));
                }
            }
        }
    }
    Ok(design)
}

fn increasing(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| a.total_cmp(b).is_eq());
    values
}

/// What the mixtures gave.
struct Runs {
    mixtures: Vec<RunResult>,
    told: BTreeMap<&'static str, (usize, String)>,
    resolved: Resolved,
    warnings: Vec<Warning>,
}

/// Holds the calls against what was mixed, and writes everything.
fn finish(
    study: &Study<'_>,
    found: Runs,
    folder: OutputFolder,
    record: &Record,
    log: &Log,
    clock: &mut Clock,
) -> Result<Exit, AppError> {
    let Runs { mixtures: runs, told, resolved, mut warnings } = found;
    let evaluation = evaluate(study.groups, study.design, &resolved, &runs)?;
    warnings.extend(material::repeats(&evaluation.uses, runs.len()));
    let mut warnings = written::warnings(&warnings);
    warnings.extend(record::warnings_of_runs(&told, runs.len()));
    for warning in &warnings {
        log.warn(&warning.code, &warning.message);
    }

    log.stage("report");
    let validation = record::validation(study, &evaluation, &runs);
    validation.check("validation.json")?;
    let page = view::page(study, &evaluation, &resolved, runs.len(), &warnings);
    folder.write("validation.json", written::json(&validation, "validation.json")?.as_bytes())?;
    folder.write("recovery.tsv", recovery_tsv(study.groups, &runs).as_bytes())?;
    let html = validation_html(&page).map_err(|e| AppError::Internal { place: "report", message: e.to_string() })?;
    folder.write("validation.html", html.as_bytes())?;
    let described = Described {
        name: format!("puricell: spike-in study of {}", page.profile),
        description: "What the method finds of cells that were put in on purpose.",
        command: "puricell validate spike".to_owned(),
        tool: &page.tool,
        inputs: &page.inputs,
        definitions: &page.definitions,
        // The study's documents are not dated either.
        date: None,
    };
    ro_crate::write(&folder, &described)?;
    let manifest = record::manifest(&page, &folder.hashes())?;
    folder.write("manifest.json", manifest.as_bytes())?;
    let timing = written::json(&clock.timing(), "timing.json")?;
    folder.write_unhashed("timing.json", timing.as_bytes())?;
    let made = Made {
        result: "study",
        inputs: study.inputs,
        prepared: &[],
        definitions: study.listed,
        parameters: &page.parameters,
    };
    let head = record.finish(&folder, Exit::Done, &made)?;
    folder.publish()?;

    log.finish();
    log.info(&format!("record closed with SHA-256 {head}"));
    log.info(&format!("open {}", study.args.out.join("validation.html").display()));
    Ok(Exit::Done)
}
