//! What the command line gives beside a lot of events.

use std::path::{Path, PathBuf};

use puricell_prep::cyto::{GatingMl, Spillover};
use puricell_purity::events::Assignment;

use super::super::super::definitions::{base_name, read_text};
use crate::cli::EventArgs;
use crate::error::AppError;
use crate::pipeline::{ControlKind, UserGates};

/// What the command line gives beside the lot, read and checked before the lot is touched.
pub(in crate::command) struct Given {
    pub(in crate::command) assignments: Vec<Assignment>,
    pub(in crate::command) thresholds: Vec<(String, f64)>,
    pub(in crate::command) controls: Vec<GivenControl>,
    pub(in crate::command) gates: Option<UserGates>,
    pub(in crate::command) compensation: Compensation,
}

pub(in crate::command) struct GivenControl {
    pub(in crate::command) kind: ControlKind,
    /// `None`: every marker.
    pub(in crate::command) markers: Option<Vec<String>>,
    pub(in crate::command) path: PathBuf,
}

pub(in crate::command) enum Compensation {
    /// By the matrix of each file.
    OfFile,
    /// The events are to be taken as they are.
    None,
    /// By a matrix given, of this file.
    Given(Spillover, String),
}

impl Given {
    pub(in crate::command) fn read(args: &EventArgs) -> Result<Self, AppError> {
        let mut controls = Vec::new();
        for text in &args.fmo {
            let (marker, file) = pair("--fmo", text, "CD45=cd45_fmo.fcs")?;
            controls.push(GivenControl { kind: ControlKind::Fmo, markers: Some(vec![marker]), path: file.into() });
        }
        for text in &args.isotype {
            let (markers, file) = pair("--isotype", text, "CD34,CD45=isotype.fcs")?;
            let markers = markers.split(',').map(|m| m.trim().to_owned()).collect();
            controls.push(GivenControl { kind: ControlKind::Isotype, markers: Some(markers), path: file.into() });
        }
        if let Some(path) = &args.unstained {
            controls.push(GivenControl { kind: ControlKind::Unstained, markers: None, path: path.clone() });
        }
        let assignments = args
            .marker
            .iter()
            .map(|text| pair("--marker", text, "CD45=APC-A"))
            .map(|p| p.map(|(marker, channel)| Assignment { marker, channel }))
            .collect::<Result<_, _>>()?;
        let thresholds = args.threshold.iter().map(|text| threshold(text)).collect::<Result<_, _>>()?;
        let gates = args.gates.as_deref().map(|path| user_gates(path, args.population.clone())).transpose()?;
        let compensation = match &args.compensation {
            None => Compensation::OfFile,
            Some(path) if path.as_os_str() == "none" => Compensation::None,
            Some(path) => {
                let matrix = Spillover::from_csv(&read_text(path)?).map_err(|e| {
                    AppError::usage(
                        format!("{}: {e}", base_name(path)),
                        "the first line names the channels, and each further line is a row of the matrix",
                    )
                })?;
                Compensation::Given(matrix, base_name(path))
            }
        };
        Ok(Self { assignments, thresholds, controls, gates, compensation })
    }

    /// The markers named beside those of assignments, with the option that names them.
    pub(in crate::command) fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let thresholds = self.thresholds.iter().map(|t| ("--threshold", t.0.as_str()));
        let controls = self.controls.iter().flat_map(|c| {
            let option = if c.kind == ControlKind::Fmo { "--fmo" } else { "--isotype" };
            c.markers.iter().flatten().map(move |m| (option, m.as_str()))
        });
        thresholds.chain(controls)
    }
}

fn pair(option: &str, text: &str, example: &str) -> Result<(String, String), AppError> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(AppError::usage(
            format!("{option} {text}: expected a marker, '=' and what belongs to it"),
            format!("for instance {option} {example}"),
        )),
    }
}

fn threshold(text: &str) -> Result<(String, f64), AppError> {
    let (marker, value) = pair("--threshold", text, "CD45=1500")?;
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((marker, number)),
        _ => Err(AppError::usage(
            format!("--threshold {text}: '{value}' is no finite number"),
            "give the compensated, linear value from which on events are positive",
        )),
    }
}

fn user_gates(path: &Path, population: Option<String>) -> Result<UserGates, AppError> {
    let document = GatingMl::parse(&read_text(path)?)
        .map_err(|e| AppError::usage(format!("{}: {e}", base_name(path)), "gates are read from Gating-ML 2.0 (XML)"))?;
    Ok(UserGates { document: document.value, population, file: base_name(path) })
}
