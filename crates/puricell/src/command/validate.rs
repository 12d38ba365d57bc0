//! `puricell validate`: what the method finds of cells that were put in on purpose.

mod definitions;
mod material;
mod record;
mod view;

use puricell_purity::{Resolved, resolve};
use puricell_report::validation::validation_html;

use crate::cli::{SpikeArgs, ValidateCommand};
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, OutputFolder};
use crate::timing::Clock;
use crate::validate::{Design, Pool, StudySettings, evaluate, recovery_tsv, run_study};

/// Cells of a mixture where the user does not say: enough for a fraction of 0.1 %, and no more than a common lot.
const DEFAULT_CELLS: (usize, usize) = (2000, 5000);

pub(super) fn validate(command: &ValidateCommand, log: &Log, n_threads: usize) -> Result<Exit, AppError> {
    match command {
        ValidateCommand::Spike(args) => spike(args, log, Clock::start(n_threads)),
    }
}

fn spike(args: &SpikeArgs, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    let definitions = definitions::load(args)?;
    let plan = material::plan(args, &definitions.profile)?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let mut folder = OutputFolder::start(&args.out, existing)?;

    log.stage("reading");
    let material = clock.stage("read", || material::read(args, &plan))?;
    let pool = &material.pool;
    let design = design(args, pool)?;
    let mut warnings = material.warnings.clone();
    let resolved = resolve(&definitions.profile, &definitions.panels, &pool.features)?.into_value(&mut warnings);
    check_reportable(pool, &resolved)?;

    log.info(&format!("{} mixtures of {} cells", design.runs().len(), design.cells));
    let settings = StudySettings { profile: &definitions.profile, model: &definitions.model, resolved: &resolved };
    let (runs, told) = run_study(pool, &design, &settings, log, &mut clock)?;
    let evaluation = evaluate(pool, &design, &resolved, &runs)?;
    warnings.extend(material::repeats(&evaluation.uses, runs.len()));
    let mut warnings = record::warnings(&warnings);
    warnings.extend(record::warnings_of_runs(&told, runs.len()));
    for warning in &warnings {
        log.warn(&warning.code, &warning.message);
    }

    log.stage("report");
    let study = record::Study { args, definitions: &definitions, plan: &plan, material: &material, design: &design };
    let validation = record::validation(&study, &evaluation, &runs);
    validation.check("validation.json")?;
    let page = view::page(&study, &evaluation, &resolved, runs.len(), &warnings);
    folder.write("validation.json", record::json(&validation, "validation.json")?.as_bytes())?;
    folder.write("recovery.tsv", recovery_tsv(pool, &runs).as_bytes())?;
    let html = validation_html(&page).map_err(|e| AppError::Internal { place: "report", message: e.to_string() })?;
    folder.write("validation.html", html.as_bytes())?;
    let manifest = record::manifest(&page, folder.hashes())?;
    folder.write("manifest.json", manifest.as_bytes())?;
    let timing = record::json(&clock.timing(), "timing.json")?;
    folder.write_unhashed("timing.json", timing.as_bytes())?;
    folder.publish()?;

    log.finish();
    log.info(&format!("open {}", args.out.join("validation.html").display()));
    Ok(Exit::Done)
}

fn design(args: &SpikeArgs, pool: &Pool) -> Result<Design, AppError> {
    let increasing = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup_by(|a, b| a.total_cmp(b).is_eq());
        values
    };
    let mut fractions = args.fractions.clone();
    // Without a blank there is neither a specificity nor a limit.
    fractions.push(0.0);
    let mut depths = increasing(&args.depth);
    depths.reverse();
    let default = (pool.groups[0].rows.len() / 2).clamp(DEFAULT_CELLS.0, DEFAULT_CELLS.1);
    let design = Design {
        fractions: increasing(&fractions),
        replicates: args.replicates.get(),
        cells: args.cells.map_or(default, std::num::NonZeroUsize::get),
        ambient: args.ambient,
        doublets: args.doublets,
        dead: args.dead,
        depths,
        seeds: (0..args.seeds.get() as u64).map(|i| args.seed.wrapping_add(i)).collect(),
    };
    design.check(pool.groups.len() - 1)?;
    if args.exact {
        for (i, group) in pool.groups.iter().enumerate() {
            for &fraction in &design.fractions {
                let planted = design.planted(fraction);
                let n = if i == 0 { design.cells - planted * (pool.groups.len() - 1) } else { planted };
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

/// Refuses a class that the files cannot show: its recovery would be a zero that says nothing of the method.
fn check_reportable(pool: &Pool, resolved: &Resolved) -> Result<(), AppError> {
    for group in &pool.groups[1..] {
        let class = resolved.class(&group.id).map(|c| &resolved.classes[c]);
        if let Some(class) = class.filter(|c| !c.reportable) {
            return Err(AppError::Channels {
                message: format!(
                    "class {} is not reportable: {} of its {} decisive genes are among the shared genes",
                    group.id, class.coverage.present, class.coverage.total
                ),
                hint: format!("missing: {}", class.coverage.missing.join(", ")),
            });
        }
    }
    Ok(())
}
