//! The events that thresholds are found in, and the scale they are on.

use puricell_core::{CellMask, Dense};
use puricell_prep::cyto::positivity::{BackgroundParams, LinearSpan, MainPopulation};
use puricell_prep::cyto::{Scale, Transform};

/// At most `most` kept events, evenly spaced in the order of acquisition.
pub(super) fn rows(mask: &CellMask, most: usize) -> Vec<usize> {
    let stride = mask.n_kept().div_ceil(most).max(1);
    (0..mask.n_loaded()).filter(|&event| mask.is_kept(event)).step_by(stride).collect()
}

/// Finite values of a column in these rows, in increasing order.
pub(super) fn column(values: &Dense<f32>, rows: &[usize], column: usize) -> Vec<f64> {
    let all = rows.iter().map(|&row| f64::from(values.row(row)[column]));
    let mut found: Vec<f64> = all.filter(|v| v.is_finite()).collect();
    found.sort_unstable_by(f64::total_cmp);
    found
}

/// A marker's scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scaled<'a> {
    transform: Option<&'a Transform>,
}

impl<'a> Scaled<'a> {
    pub(super) fn new(transform: Option<&'a Transform>) -> Self {
        Self { transform }
    }

    pub(super) fn linear(self, value: f64) -> f64 {
        self.transform.map_or(value, |t| t.inverse(value))
    }

    pub(super) fn forward(self, linear: f64) -> f64 {
        self.transform.map_or(linear, |t| t.forward(linear))
    }

    /// Where a population lies in linear units.
    pub(super) fn span(self, population: &MainPopulation, params: &BackgroundParams) -> LinearSpan {
        LinearSpan {
            lower: self.linear(population.edge(-params.edge_sds)),
            median: self.linear(population.median),
            upper: self.linear(population.edge(params.edge_sds)),
        }
    }

    /// Least linear value of a threshold above background: the cofactor of an arcsinh scale, below which the user's
    /// own scale calls counts noise.
    pub(super) fn least_linear(self) -> Option<f64> {
        match self.transform.map(Transform::scale) {
            Some(Scale::Arcsinh { cofactor }) => Some(cofactor),
            _ => None,
        }
    }

    /// The linear value in words.
    pub(super) fn words(self, value: f64) -> String {
        format!("{:.0} in linear units", self.linear(value))
    }
}
