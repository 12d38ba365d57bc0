//! The study as files: `validation.json` and the manifest.

use std::collections::BTreeMap;

use puricell_purity::misclassification::Confusion;
use puricell_purity::{
    ClassValidation, Design as RecordedDesign, LevelResult, Limits, Linearity, Method, TestedRange, VALIDATION_SCHEMA,
    Validation,
};
use puricell_report::model::{Definition, InputFile, Parameter, ReportWarning};
use puricell_report::validation::StudyPage;

use super::super::written::{Manifest, json};
use super::material::Plan;
use crate::cli::SpikeArgs;
use crate::error::AppError;
use crate::validate::{ClassResult, Design, Evaluation, Fit, Group, Level, MAX_BIAS, MAX_CV, RunResult};

/// What a study was made of.
pub(super) struct Study<'a> {
    pub(super) args: &'a SpikeArgs,
    pub(super) method: &'a Method,
    pub(super) listed: &'a [Definition],
    /// The target's short name.
    pub(super) target: String,
    /// What the profile calls the product.
    pub(super) product: String,
    /// Profile id and version.
    pub(super) profile: String,
    pub(super) plan: &'a Plan,
    pub(super) groups: &'a [Group],
    pub(super) inputs: &'a [InputFile],
    pub(super) design: &'a Design,
    /// Values of the profile, and what was given beside.
    pub(super) parameters: Vec<Parameter>,
    /// Of events: those of the target's files that are outside their gates. `None` of cells.
    pub(super) n_outside: Option<usize>,
}

impl Study<'_> {
    /// Whether events were mixed.
    pub(super) fn is_of_events(&self) -> bool {
        self.n_outside.is_some()
    }
}

/// What a run reads: rates, limits and the table of calls, at full depth.
pub(super) fn validation(study: &Study<'_>, evaluation: &Evaluation, runs: &[RunResult]) -> Validation {
    let design = study.design;
    let input: Vec<String> =
        study.groups.iter().enumerate().map(|(i, g)| format!("{}: {}", g.id, study.plan.source(i))).collect();
    Validation {
        schema: VALIDATION_SCHEMA.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        method: study.method.clone(),
        input: input.join("; "),
        design: RecordedDesign {
            n_runs: runs.len() as u64,
            n_blank_runs: runs.iter().filter(|r| r.plan.fraction <= 0.0).count() as u64,
            cells_per_run: design.cells as u64,
            replicates: design.replicates as u64,
            fractions: design.fractions.clone(),
            depths: if study.is_of_events() { Vec::new() } else { design.depths.clone() },
            ambient: design.ambient,
            doublets: design.doublets,
            dead: design.dead,
            seed: study.args.seed,
        },
        classes: evaluation.classes.iter().map(class).collect(),
        confusion: Confusion {
            truth: evaluation.fates.iter().map(|f| f.id.clone()).collect(),
            called: evaluation.calls.clone(),
            counts: evaluation.fates.iter().map(|f| f.called.clone()).collect(),
            distinct: evaluation.fates.iter().map(|f| f.n_distinct).collect(),
        },
    }
}

fn class(class: &ClassResult) -> ClassValidation {
    let planted = || class.levels.iter().map(|l| l.planted).filter(|&p| p > 0.0);
    let lowest = planted().min_by(f64::total_cmp);
    let highest = planted().max_by(f64::total_cmp);
    ClassValidation {
        class: class.id.clone(),
        blank: class.blank.tally(),
        sensitivity: class.sensitivity.tally(),
        lost: class.lost.tally(),
        limits: Limits {
            n_cells: class.n_cells,
            lob: (class.blank.n > 0).then_some(class.lob),
            lod: class.lod,
            loq: class.loq,
            loq_max_cv: MAX_CV,
            loq_max_bias: MAX_BIAS,
            how: "limit of blank and detection by the rates of false and right calls; limit of quantification: lowest level \
                  from which on the coefficient of variation of a lot (repeatability and counting) and the bias keep \
                  their targets"
                .to_owned(),
        },
        linearity: class.fit.as_ref().map(linearity),
        range: lowest.zip(highest).map(|(low, high)| TestedRange { low, high }),
        levels: class.levels.iter().map(level).collect(),
        intermediate_cv: intermediate_cv(class),
    }
}

fn linearity(fit: &Fit) -> Linearity {
    Linearity {
        n: fit.n as u64,
        slope: fit.slope,
        slope_low: fit.slope - fit.slope_half_width,
        slope_high: fit.slope + fit.slope_half_width,
        intercept: fit.intercept,
        intercept_low: fit.intercept - fit.intercept_half_width,
        intercept_high: fit.intercept + fit.intercept_half_width,
        r_squared: fit.r_squared,
        lack_of_fit_p: fit.lack_of_fit_p,
    }
}

fn level(level: &Level) -> LevelResult {
    LevelResult {
        planted: level.planted,
        n_runs: level.n_runs as u64,
        called: level.called,
        called_low: level.called_interval.map(|i| i.0),
        called_high: level.called_interval.map(|i| i.1),
        recovery: level.recovery,
        sd: level.repeatability,
        cv: level.cv(),
    }
}

/// Root mean square over the levels above the limit of detection.
fn intermediate_cv(class: &ClassResult) -> Option<f64> {
    let above = class.levels.iter().filter(|l| class.lod.is_some_and(|lod| l.planted > 0.0 && l.planted >= lod));
    let squares: Vec<f64> = above.filter_map(|l| l.intermediate.map(|sd| sd / l.planted)).map(|cv| cv * cv).collect();
    (!squares.is_empty()).then(|| (squares.iter().sum::<f64>() / squares.len() as f64).sqrt())
}

/// One sentence per kind of warning of the mixtures' analyses.
pub(super) fn warnings_of_runs(told: &BTreeMap<&'static str, (usize, String)>, n_runs: usize) -> Vec<ReportWarning> {
    told.iter()
        .map(|(code, (n, message))| ReportWarning {
            code: (*code).to_owned(),
            message: format!("in {n} of {n_runs} mixtures, first: {message}"),
        })
        .collect()
}

/// `manifest.json`: the deterministic record of the study.
pub(super) fn manifest(page: &StudyPage, outputs: &BTreeMap<String, String>) -> Result<String, AppError> {
    let manifest = Manifest {
        schema_version: "puricell-study-manifest/1",
        tool: &page.tool,
        seed: page.seed,
        inputs: &page.inputs,
        definitions: &page.definitions,
        parameters: &page.parameters,
        warnings: &page.warnings,
        outputs,
    };
    json(&manifest, "manifest.json")
}
