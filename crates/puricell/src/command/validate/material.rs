//! The cells of a study: which files, which of their cells, and reading them.

use std::path::{Path, PathBuf};

use puricell_core::Warning;
use puricell_io::ReadOptions;
use puricell_purity::ClassList;
use puricell_report::model::InputFile;

use super::super::definitions::base_name;
use super::super::run::{input_file, is_events};
use crate::cli::SpikeArgs;
use crate::error::AppError;
use crate::validate::{GroupUse, Labels, Pool, Selected, Selection};

/// Files, groups and which cells make up which group.
#[derive(Debug)]
pub(super) struct Plan {
    /// Each file once, in the order of the command line.
    pub(super) files: Vec<PathBuf>,
    /// `target`, then the classes in the order of the command line.
    pub(super) groups: Vec<String>,
    /// Index of the group, index of the file, labels.
    pub(super) parts: Vec<(usize, usize, Option<Labels>)>,
}

impl Plan {
    /// Files and labels of a group, in words.
    pub(super) fn source(&self, group: usize) -> String {
        let part = |(_, file, labels): &(usize, usize, Option<Labels>)| {
            let name = base_name(&self.files[*file]);
            labels.as_ref().map_or_else(|| name.clone(), |l| format!("{name}, {}", l.shown()))
        };
        self.parts.iter().filter(|p| p.0 == group).map(part).collect::<Vec<_>>().join("; ")
    }
}

/// The cells, and what was read.
#[derive(Debug)]
pub(super) struct Material {
    pub(super) pool: Pool,
    pub(super) inputs: Vec<InputFile>,
    pub(super) warnings: Vec<Warning>,
}

/// Understands the command line before anything is read.
pub(super) fn plan(args: &SpikeArgs, classes: &ClassList, profile: &str) -> Result<Plan, AppError> {
    let mut plan = Plan { files: Vec::new(), groups: vec!["target".to_owned()], parts: Vec::new() };
    let labels = args.target_labels.as_deref().map(|text| Labels::parse(text, "--target-labels")).transpose()?;
    let file = file_index(&mut plan.files, &args.target)?;
    plan.parts.push((0, file, labels));
    for given in &args.contaminant {
        let Some((id, rest)) = given.split_once('=') else {
            return Err(AppError::usage(
                format!("--contaminant {given}: expected CLASS=FILE or CLASS=FILE:COLUMN=VALUE"),
                "for instance --contaminant hematopoietic=pbmc.h5ad:cell_type=Monocyte",
            ));
        };
        check_class(id, classes, profile)?;
        let selection = Selection::parse(rest, "--contaminant")?;
        let group = plan.groups.iter().position(|g| g == id).unwrap_or_else(|| {
            plan.groups.push(id.to_owned());
            plan.groups.len() - 1
        });
        let file = file_index(&mut plan.files, &selection.path)?;
        plan.parts.push((group, file, selection.labels));
    }
    Ok(plan)
}

fn check_class(id: &str, classes: &ClassList, profile: &str) -> Result<(), AppError> {
    let Some(class) = classes.class(id) else {
        let tops: Vec<&str> = classes.classes.iter().filter(|c| c.parent.is_none()).map(|c| c.id.as_str()).collect();
        return Err(AppError::usage(
            format!("profile {profile} has no class '{id}'"),
            format!("classes: {}", tops.join(", ")),
        ));
    };
    let Some(parent) = &class.parent else { return Ok(()) };
    Err(AppError::usage(
        format!("{id} is a sub-class of {parent}, and spike-in studies plant top classes"),
        format!("give {parent}=FILE"),
    ))
}

/// The index of a file, which is added where it is new. Files of another kind than the first are refused here, before they are
/// taken for a broken matrix.
fn file_index(files: &mut Vec<PathBuf>, path: &Path) -> Result<usize, AppError> {
    if let Some(first) = files.first().filter(|first| is_events(first) != is_events(path)) {
        let kind = |path: &Path| if is_events(path) { "an FCS file" } else { "a matrix of counts" };
        let (here, there) = (base_name(path), base_name(first));
        return Err(AppError::usage(
            format!("{there} is {} and {here} is {}: they cannot be mixed", kind(first), kind(path)),
            "give matrices of counts alone (10x .h5, .h5ad, a 10x MTX folder), or FCS files alone",
        ));
    }
    Ok(files.iter().position(|f| f == path).unwrap_or_else(|| {
        files.push(path.to_owned());
        files.len() - 1
    }))
}

/// Reads every file and brings the chosen cells together.
pub(super) fn read(args: &SpikeArgs, plan: &Plan) -> Result<Material, AppError> {
    let options = ReadOptions::default();
    let (mut datasets, mut inputs, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for path in &plan.files {
        let mut of_file = Vec::new();
        let loaded = puricell_io::open(path, &options)?.into_value(&mut of_file);
        let name = base_name(path);
        warnings.extend(of_file.into_iter().map(|w| Warning::new(w.code, format!("{name}: {}", w.message))));
        for file in &loaded.source.files {
            inputs.push(input_file(file, loaded.source.kind.name())?);
        }
        datasets.push(loaded.dataset);
    }
    let names: Vec<String> = plan.files.iter().map(|p| base_name(p)).collect();
    let mut selected = Vec::new();
    for (group, file, labels) in &plan.parts {
        let cells = datasets[*file].cells();
        let rows = match labels {
            Some(labels) => labels.rows(cells, &names[*file])?,
            None => (0..cells.len()).collect(),
        };
        selected.push(Selected { file: *file, group: *group, rows });
    }
    let pool = Pool::gather(&datasets, &names, &plan.groups, &selected)?;
    if pool.n_left_out > 0 {
        warnings.push(Warning::new(
            "genes_left_out",
            format!(
                "{} of {} genes of {} are missing from another file and are left out of every mixture",
                pool.n_left_out,
                pool.n_left_out + pool.features.len(),
                base_name(&args.target)
            ),
        ));
    }
    Ok(Material { pool, inputs, warnings })
}

/// A warning per group whose pool was too small for a mixture.
pub(super) fn repeats(uses: &[GroupUse], n_runs: usize) -> Vec<Warning> {
    uses.iter()
        .filter(|u| u.n_runs_repeated > 0)
        .map(|u| {
            Warning::new(
                "cells_drawn_again",
                format!(
                    "{} cells of {} did not suffice: in {} of {n_runs} mixtures some were drawn more than once, so that {} \
                     draws stand for {} distinct cells",
                    u.n_pool, u.id, u.n_runs_repeated, u.n_drawn, u.n_distinct
                ),
            )
        })
        .collect()
}
