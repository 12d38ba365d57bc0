//! Rules that a gate's shape must obey whoever made it.

use puricell_core::Warning;

use super::{BooleanOperation, Gate, Shape};
use crate::cyto::CytoError;

impl Gate {
    /// Checks counts and ranges of the shape.
    ///
    /// Warning `no_ellipsoid` where a covariance is not symmetric or not positive definite: the points within the
    /// distance then form no ellipsoid. The standard's own compliance tests have such a gate, so that it is no error.
    pub(super) fn check(&self) -> Result<Option<Warning>, CytoError> {
        let mut warning = None;
        let rule = |holds: bool, found: String, expected: &'static str| {
            if holds { Ok(()) } else { Err(CytoError::Shape { gate: self.id.clone(), found, expected }) }
        };
        let finite = |values: &[f64]| {
            let odd = values.iter().find(|v| !v.is_finite());
            rule(odd.is_none(), format!("the value {}", odd.unwrap_or(&0.0)), "finite numbers")
        };
        match &self.shape {
            Shape::Rectangle(sides) => {
                rule(!sides.is_empty(), "no dimension".into(), "one or more")?;
                for (_, interval) in sides {
                    let ends: Vec<f64> = [interval.min, interval.max].into_iter().flatten().collect();
                    finite(&ends)?;
                    let ordered = ends.windows(2).all(|w| w[0] <= w[1]);
                    rule(ordered, format!("an interval {ends:?}"), "min at most max")?;
                }
            }
            Shape::Polygon { vertices, .. } => {
                rule(vertices.len() >= 3, format!("{} vertices", vertices.len()), "three or more")?;
                finite(vertices.as_flattened())?;
            }
            Shape::Ellipsoid { dimensions, mean, covariance, distance_square } => {
                let n = dimensions.len();
                rule(n >= 2, format!("{n} dimension"), "two or more")?;
                rule(mean.len() == n, format!("a mean of {} coordinates", mean.len()), "one per dimension")?;
                let shape = (covariance.n_rows(), covariance.n_cols());
                rule(shape == (n, n), format!("a covariance of {} x {}", shape.0, shape.1), "a row per dimension")?;
                finite(mean)?;
                finite(covariance.values())?;
                finite(&[*distance_square])?;
                rule(*distance_square > 0.0, format!("a squared distance of {distance_square}"), "more than 0")?;
                if !(symmetric(covariance.values(), n) && positive_definite(covariance.values(), n)) {
                    warning = Some(Warning::new(
                        "no_ellipsoid",
                        format!(
                            "the covariance of gate '{}' is not symmetric and positive definite: what lies within its \
                             distance is no ellipsoid",
                            self.id
                        ),
                    ));
                }
            }
            Shape::Quadrants { dividers, quadrants } => {
                rule(!dividers.is_empty(), "no divider".into(), "one or more")?;
                rule(!quadrants.is_empty(), "no quadrant".into(), "one or more")?;
                for (i, divider) in dividers.iter().enumerate() {
                    finite(&divider.values)?;
                    let rising = divider.values.windows(2).all(|w| w[0] < w[1]) && !divider.values.is_empty();
                    rule(rising, format!("a divider at {:?}", divider.values), "increasing values, one or more")?;
                    let again = dividers[..i].iter().any(|d| d.id == divider.id);
                    rule(!again, format!("two dividers '{}'", divider.id), "different names")?;
                }
                for quadrant in quadrants {
                    let found = format!("quadrant '{}' without a position", quadrant.id);
                    rule(!quadrant.positions.is_empty(), found, "one or more")?;
                    for (_, location) in &quadrant.positions {
                        finite(&[*location])?;
                    }
                }
            }
            Shape::Boolean { operation, operands } => {
                let (holds, expected) = match operation {
                    BooleanOperation::Not => (operands.len() == 1, "one for 'not'"),
                    BooleanOperation::And | BooleanOperation::Or => (operands.len() >= 2, "two or more"),
                };
                rule(holds, format!("{} gate references", operands.len()), expected)?;
            }
        }
        Ok(warning)
    }
}

fn symmetric(values: &[f64], n: usize) -> bool {
    // Written with a handful of digits.
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(b.abs());
    (0..n).all(|i| (0..i).all(|j| near(values[i * n + j], values[j * n + i])))
}

/// Whether all pivots of the elimination are positive (Sylvester's criterion).
fn positive_definite(values: &[f64], n: usize) -> bool {
    let mut a = values.to_vec();
    for k in 0..n {
        let pivot = a[k * n + k];
        if pivot <= 0.0 {
            return false;
        }
        for i in k + 1..n {
            let factor = a[i * n + k] / pivot;
            for j in k..n {
                a[i * n + j] -= factor * a[k * n + j];
            }
        }
    }
    true
}
