//! Compensation: the light of one dye taken out of the detectors of the others.

mod inverse;
mod product;
mod text;

pub(crate) use inverse::inverse;
use puricell_core::{Dense, Events, Noted, Warning};

use super::CytoError;
use super::tile::Steps;
use super::transform::{Scales, Transform};
pub(super) use product::Product;

/// How much of each dye's light every detector sees, FCS's `$SPILLOVER`.
///
/// `n_channels x n_channels`; row: the dye meant for channel `row`, column: the detector. The diagonal is usually 1, and
/// measured values are `true values (a row) x matrix`.
#[derive(Debug, Clone, PartialEq)]
pub struct Spillover {
    channels: Vec<String>,
    matrix: Dense<f64>,
}

impl Spillover {
    /// Joins channel names (FCS's `$PnN`) and coefficients.
    ///
    /// # Errors
    /// [`CytoError`] where the matrix is not `channels x channels`, a name repeats or a coefficient is not finite.
    pub fn new(channels: Vec<String>, matrix: Dense<f64>) -> Result<Self, CytoError> {
        check_matrix("spillover", &channels, &channels, &matrix)?;
        Ok(Self { channels, matrix })
    }

    /// The channels, in row and column order.
    pub fn channels(&self) -> &[String] {
        &self.channels
    }

    /// The coefficients, a row per dye.
    pub fn matrix(&self) -> &Dense<f64> {
        &self.matrix
    }
}

/// Checks names, shape and values of a matrix of dyes x detectors.
pub(crate) fn check_matrix(
    name: &str,
    dyes: &[String],
    detectors: &[String],
    matrix: &Dense<f64>,
) -> Result<(), CytoError> {
    if (matrix.n_rows(), matrix.n_cols()) != (dyes.len(), detectors.len()) {
        return Err(CytoError::MatrixShape {
            matrix: name.into(),
            rows: matrix.n_rows(),
            columns: matrix.n_cols(),
            expected_rows: dyes.len(),
            expected_columns: detectors.len(),
        });
    }
    for names in [dyes, detectors] {
        if let Some(i) = (0..names.len()).find(|&i| names[..i].contains(&names[i])) {
            return Err(CytoError::RepeatedChannel { matrix: name.into(), channel: names[i].clone() });
        }
    }
    match matrix.values().iter().position(|v| !v.is_finite()) {
        Some(i) => Err(CytoError::MatrixValue {
            matrix: name.into(),
            row: i / detectors.len() + 1,
            column: i % detectors.len() + 1,
            found: matrix.values()[i],
        }),
        None => Ok(()),
    }
}

/// Parameters of [`compensate`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompensationParams {
    /// Largest condition number (1-norm) accepted. Coefficients are measured on single-stained controls to about 0.1 %,
    /// and the condition number is the factor by which their relative error may grow in the compensated values: at 1000
    /// these hold nothing but the controls' noise. A usual panel has 1 to 50. Lower it to be told earlier.
    pub max_condition: f64,
}

impl Default for CompensationParams {
    fn default() -> Self {
        Self { max_condition: 1e3 }
    }
}

/// What was done to the events.
#[derive(Debug, Clone, PartialEq)]
pub struct Compensated {
    /// Columns changed, in the matrix's order.
    pub columns: Vec<usize>,
    /// Condition number of the matrix in the 1-norm, at least 1.
    pub condition: f64,
}

/// Compensates in place: the matrix's channels are multiplied by its inverse (LU with partial pivoting, in `f64`).
///
/// Channels that the matrix does not name stay as they are. An event with a NaN in one of the matrix's channels has NaN
/// in all of them afterwards. Warnings: `spillover_diagonal` where a diagonal element is not 1, `spillover_coefficient`
/// where a dye is negative or at least as bright in another detector as in its own.
///
/// # Errors
/// [`CytoError::MissingChannels`] naming all that are missing; [`CytoError::IllConditioned`] with the number, infinite
/// for a singular matrix. The events are unchanged then.
pub fn compensate(
    events: &mut Events,
    spillover: &Spillover,
    params: &CompensationParams,
) -> Result<Noted<Compensated>, CytoError> {
    compensate_and_transform(events, spillover, params, &[])
}

/// As [`compensate`] and [`transform_channels`](super::transform_channels) after it, to the same bits, going through the events
/// once: for scales that are known and events that are not looked at in between.
///
/// # Errors
/// As both. The events are unchanged then.
pub fn compensate_and_transform(
    events: &mut Events,
    spillover: &Spillover,
    params: &CompensationParams,
    channels: &[(usize, Transform)],
) -> Result<Noted<Compensated>, CytoError> {
    let columns = columns_of("the spillover matrix", &spillover.channels, events)?;
    let (inverse, condition) = checked_inverse("spillover", &spillover.matrix, params.max_condition)?;
    let scales = Scales::new(events, channels)?;
    Steps { product: Some((Product::new(&inverse), &columns)), scales }.run(events.values_mut());
    Ok(Noted { value: Compensated { columns, condition }, warnings: remarks(spillover) })
}

/// The inverse and the condition number, if that is at most `limit`.
pub(crate) fn checked_inverse(name: &str, matrix: &Dense<f64>, limit: f64) -> Result<(Dense<f64>, f64), CytoError> {
    let refuse = |condition| CytoError::IllConditioned { matrix: name.into(), condition, limit };
    let (inverse, condition) = inverse(matrix).ok_or_else(|| refuse(f64::INFINITY))?;
    if condition <= limit { Ok((inverse, condition)) } else { Err(refuse(condition)) }
}

fn columns_of(wanted_by: &str, names: &[String], events: &Events) -> Result<Vec<usize>, CytoError> {
    let missing: Vec<String> = names.iter().filter(|n| events.channel(n).is_none()).cloned().collect();
    if missing.is_empty() {
        return Ok(names.iter().filter_map(|n| events.channel(n)).collect());
    }
    let present = events.channels().iter().map(|c| c.name.clone()).collect();
    Err(CytoError::MissingChannels { wanted_by: wanted_by.into(), missing, present })
}

fn remarks(spillover: &Spillover) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let names = &spillover.channels;
    for (dye, name) in names.iter().enumerate() {
        let row = spillover.matrix.row(dye);
        // Coefficients are written with six or more digits.
        if (row[dye] - 1.0).abs() > 1e-6 {
            warnings.push(Warning::new(
                "spillover_diagonal",
                format!(
                    "the spillover of {name} into its own detector is {}, not 1: its values are rescaled",
                    row[dye]
                ),
            ));
        }
        for (detector, &value) in row.iter().enumerate() {
            if detector != dye && (value < 0.0 || value >= row[dye].abs()) {
                warnings.push(Warning::new(
                    "spillover_coefficient",
                    format!(
                        "the spillover of {name} into {} is {value}, expected 0 to less than {}: check the controls",
                        names[detector], row[dye]
                    ),
                ));
            }
        }
    }
    warnings
}

#[cfg(test)]
mod tests;
