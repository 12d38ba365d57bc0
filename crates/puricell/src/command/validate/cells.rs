//! A study of cells by their expression.

use puricell_purity::{ClassList, resolve};

use super::super::definitions::{CellChoices, cell_method};
use super::super::parameters;
use super::record::Study;
use super::{Runs, design, finish, increasing, material};
use crate::cli::SpikeArgs;
use crate::error::AppError;
use crate::exit::Exit;
use crate::log::Log;
use crate::output::{Existing, OutputFolder};
use crate::record::Record;
use crate::timing::Clock;
use crate::validate::{StudySettings, check_reportable, run_study};

/// Cells of a mixture where the user does not say: enough for a fraction of 0.1 %, and no more than a common lot.
const DEFAULT_CELLS: (usize, usize) = (2000, 5000);

/// Depths where the user does not say.
const DEFAULT_DEPTHS: [f64; 2] = [1.0, 0.5];

pub(super) fn spike(args: &SpikeArgs, record: &Record, log: &Log, mut clock: Clock) -> Result<Exit, AppError> {
    if let Some(option) = args.events.first_given() {
        return Err(AppError::usage(
            format!("{option} is of FCS files, and the target is none"),
            "leave it out, or look at the file with `puricell inspect`",
        ));
    }
    let mut listed = Vec::new();
    let choices = CellChoices {
        profile: &args.profile,
        panels: args.panels.as_deref(),
        config: args.config.as_deref(),
        set: &args.set,
        input: &args.target,
    };
    let definitions = cell_method(&choices, &mut listed)?;
    let profile = &definitions.profile;
    let plan = material::plan(args, &ClassList::from(profile), &profile.id)?;
    let folder = OutputFolder::start(&args.out, Existing::forced(args.force))?;

    log.stage("reading");
    let material = clock.stage("read", || material::read(args, &plan))?;
    let pool = &material.pool;
    let mut depths = increasing(args.depth.as_deref().unwrap_or(&DEFAULT_DEPTHS));
    depths.reverse();
    let cells = (pool.groups[0].rows.len() / 2).clamp(DEFAULT_CELLS.0, DEFAULT_CELLS.1);
    let design = design(args, &pool.groups, depths, cells)?;
    let mut warnings = material.warnings.clone();
    let resolved = resolve(profile, &definitions.panels, &pool.features)?.into_value(&mut warnings);
    check_reportable(&pool.groups, &resolved, "genes are among the shared genes")?;

    log.info(&format!("{} mixtures of {} cells", design.runs().len(), design.cells));
    let settings = StudySettings { profile, model: &definitions.model, resolved: &resolved };
    let (runs, told) = run_study(pool, &design, &settings, log, &mut clock)?;
    let of_profile = parameters::of_profile(profile).into_iter();
    let study = Study {
        args,
        method: &definitions.method,
        listed: &listed,
        target: profile.isct_name.clone(),
        product: format!("mesenchymal stromal cells, {}", profile.isct_name),
        profile: format!("{} {}", profile.id, profile.version),
        plan: &plan,
        groups: &pool.groups,
        inputs: &material.inputs,
        design: &design,
        parameters: of_profile
            .map(|(name, value)| parameters::of(name, value, parameters::source(&definitions.overridden, name)))
            .collect(),
        n_outside: None,
    };
    finish(&study, Runs { mixtures: runs, told, resolved, warnings }, folder, record, log, &mut clock)
}
