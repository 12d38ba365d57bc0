//! Scales of Gating-ML 2.0 and mass cytometry's arcsinh, with inverses.

mod biexponential;
mod table;
mod width;

use puricell_core::{Events, math};
use std::f64::consts::LN_10;

use self::biexponential::{Hyperlog, Logicle};
use self::table::Table;
pub use self::width::{LogicleWidth, estimate_logicle_width};
use super::CytoError;
use super::tile::{Column, Steps, TURNED, Turn, WideColumn};

/// A scale and its parameters, named as in Gating-ML 2.0: `t` is the top of the scale (a linear value, which all but
/// [`Scale::Arcsinh`] send to 1), `m` its decades, `w` the decades that are almost linear and `a` further negative decades.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// `flin`: `(x + a) / (t + a)`; `t > 0`, `0 <= a <= t`.
    Linear {
        /// Top of the scale.
        t: f64,
        /// What lies below zero: `-a` is sent to 0.
        a: f64,
    },
    /// `flog`: `log10(x / t) / m + 1`; `t > 0`, `m > 0`. Zero gives minus infinity, a negative value NaN.
    Log {
        /// Top of the scale.
        t: f64,
        /// Decades.
        m: f64,
    },
    /// `fasinh`: `(asinh(x sinh(m ln 10) / t) + a ln 10) / ((m + a) ln 10)`; `t > 0`, `m > 0`, `0 <= a <= m`.
    Asinh {
        /// Top of the scale.
        t: f64,
        /// Decades.
        m: f64,
        /// Negative decades.
        a: f64,
    },
    /// `logicle` (Moore and Parks 2012, doi:10.1002/cyto.a.22030); `t > 0`, `m > 0`, `0 <= w <= m / 2`,
    /// `-w <= a <= m - 2 w`.
    Logicle {
        /// Top of the scale.
        t: f64,
        /// Almost linear decades.
        w: f64,
        /// Decades.
        m: f64,
        /// Negative decades.
        a: f64,
    },
    /// `hyperlog` (Bagwell 2005, doi:10.1002/cyto.a.20114); as logicle, but `w > 0`.
    Hyperlog {
        /// Top of the scale.
        t: f64,
        /// Almost linear decades.
        w: f64,
        /// Decades.
        m: f64,
        /// Negative decades.
        a: f64,
    },
    /// `asinh(x / cofactor)`, as usual in mass cytometry (5) and sometimes for fluorescence (150); `cofactor > 0`.
    Arcsinh {
        /// Below this the scale is almost linear.
        cofactor: f64,
    },
}

impl Scale {
    /// The name in Gating-ML 2.0; `arcsinh` is none of the standard's.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear { .. } => "flin",
            Self::Log { .. } => "flog",
            Self::Asinh { .. } => "fasinh",
            Self::Logicle { .. } => "logicle",
            Self::Hyperlog { .. } => "hyperlog",
            Self::Arcsinh { .. } => "arcsinh",
        }
    }
}

/// A scale made ready: forwards from linear values, and back.
#[derive(Debug, Clone, PartialEq)]
pub struct Transform {
    scale: Scale,
    curve: Formula,
}

#[derive(Debug, Clone, PartialEq)]
enum Formula {
    Linear { offset: f64, width: f64 },
    Log { t: f64, m: f64 },
    Asinh { factor: f64, offset: f64, width: f64 },
    Logicle(Logicle),
    Hyperlog(Hyperlog),
}

impl Transform {
    /// Checks the parameters and works out the constants.
    ///
    /// # Errors
    /// [`CytoError::Parameter`] for a parameter outside the standard's range, NaN included.
    pub fn new(scale: Scale) -> Result<Self, CytoError> {
        let check = |parameter, found: f64, holds: bool, expected| {
            if holds && found.is_finite() {
                Ok(())
            } else {
                Err(CytoError::Parameter { scale: scale.name(), parameter, found, expected })
            }
        };
        let (above_zero, to_t) = ("a finite number above 0", "a number from 0 to T");
        let biexponential = |t: f64, w: f64, m: f64, a: f64| {
            check("T", t, t > 0.0, above_zero)?;
            check("M", m, m > 0.0, above_zero)?;
            check("W", w, (0.0..=m / 2.0).contains(&w), "a number from 0 to M / 2")?;
            check("A", a, (-w..=m - 2.0 * w).contains(&a), "a number from -W to M - 2 W")?;
            // Only for w = m / 2 and a = -w, where all of the scale would be one point.
            check("A", a, m + a > 0.0, "a number above -M")
        };
        let curve = match scale {
            Scale::Linear { t, a } => {
                check("T", t, t > 0.0, above_zero)?;
                check("A", a, (0.0..=t).contains(&a), to_t)?;
                Formula::Linear { offset: a, width: t + a }
            }
            Scale::Log { t, m } => {
                check("T", t, t > 0.0, above_zero)?;
                check("M", m, m > 0.0, above_zero)?;
                Formula::Log { t, m }
            }
            Scale::Asinh { t, m, a } => {
                check("T", t, t > 0.0, above_zero)?;
                check("M", m, m > 0.0, above_zero)?;
                check("A", a, (0.0..=m).contains(&a), "a number from 0 to M")?;
                let factor = math::sinh(m * LN_10) / t;
                check("M", m, factor.is_finite(), "fewer decades than f64 has")?;
                Formula::Asinh { factor, offset: a * LN_10, width: (m + a) * LN_10 }
            }
            Scale::Logicle { t, w, m, a } => {
                biexponential(t, w, m, a)?;
                check("M", m, m + a <= 100.0, "together with A at most 100 decades")?;
                Formula::Logicle(Logicle::new(t, w, m, a))
            }
            Scale::Hyperlog { t, w, m, a } => {
                biexponential(t, w, m, a)?;
                check("M", m, m + a <= 100.0, "together with A at most 100 decades")?;
                check("W", w, w > 0.0, "a number above 0 to M / 2")?;
                Formula::Hyperlog(Hyperlog::new(t, w, m, a))
            }
            Scale::Arcsinh { cofactor } => {
                check("cofactor", cofactor, cofactor > 0.0, above_zero)?;
                Formula::Asinh { factor: 1.0 / cofactor, offset: 0.0, width: 1.0 }
            }
        };
        Ok(Self { scale, curve })
    }

    /// The scale and its parameters.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// From a linear value to the scale. NaN stays NaN, infinities stay infinite.
    pub fn forward(&self, x: f64) -> f64 {
        match &self.curve {
            Formula::Linear { offset, width } => (x + offset) / width,
            Formula::Log { t, m } => math::log10(x / t) / m + 1.0,
            Formula::Asinh { factor, offset, width } => (math::asinh(x * factor) + offset) / width,
            Formula::Logicle(logicle) => logicle.forward(x),
            Formula::Hyperlog(hyperlog) => hyperlog.forward(x),
        }
    }

    /// From the scale back to a linear value. NaN stays NaN.
    pub fn inverse(&self, y: f64) -> f64 {
        match &self.curve {
            Formula::Linear { offset, width } => y * width - offset,
            Formula::Log { t, m } => t * math::exp((y - 1.0) * m * LN_10),
            Formula::Asinh { factor, offset, width } => math::sinh(y * width - offset) / factor,
            Formula::Logicle(logicle) => logicle.inverse(y),
            Formula::Hyperlog(hyperlog) => hyperlog.inverse(y),
        }
    }

    /// Transforms many values in place; logicle, hyperlog and the arcsinhs through a table within 1e-9 of
    /// [`Transform::forward`], and faster.
    pub fn apply(&self, values: &mut [f64]) {
        let table = self.table();
        for value in values {
            *value = self.fast(table.as_ref(), *value);
        }
    }

    pub(super) fn table(&self) -> Option<Table> {
        match &self.curve {
            Formula::Linear { .. } | Formula::Log { .. } => None,
            Formula::Asinh { factor, .. } => Some(Table::new(self, 1.0 / factor)),
            Formula::Logicle(logicle) => Some(Table::new(self, logicle.knee())),
            Formula::Hyperlog(hyperlog) => Some(Table::new(self, hyperlog.knee())),
        }
    }

    fn fast(&self, table: Option<&Table>, x: f64) -> f64 {
        table.and_then(|t| t.value(x)).unwrap_or_else(|| self.forward(x))
    }
}

/// Transforms channels of the events in place, each (column, transform) in turn, as [`Transform::apply`].
///
/// # Errors
/// [`CytoError::Column`] for a column that the events do not have; they are unchanged then.
pub fn transform_channels(events: &mut Events, channels: &[(usize, Transform)]) -> Result<(), CytoError> {
    let scales = Scales::new(events, channels)?;
    Steps { product: None, scales }.run(events.values_mut());
    Ok(())
}

/// Columns and their curves, to be applied in turn.
pub(super) struct Scales<'a> {
    curves: Vec<Curve<'a>>,
    /// A column and the place of its curve.
    channels: Vec<(usize, usize)>,
}

impl<'a> Scales<'a> {
    /// Makes the tables; channels on one scale share theirs.
    ///
    /// # Errors
    /// As [`transform_channels`].
    pub(super) fn new(events: &Events, channels: &'a [(usize, Transform)]) -> Result<Self, CytoError> {
        let n_channels = events.n_channels();
        if let Some(&(column, _)) = channels.iter().find(|(column, _)| *column >= n_channels) {
            return Err(CytoError::Column { column, n_channels });
        }
        let mut scales = Self { curves: Vec::new(), channels: Vec::with_capacity(channels.len()) };
        for (column, transform) in channels {
            let known = scales.curves.iter().position(|curve| curve.transform == transform);
            scales.channels.push((*column, known.unwrap_or(scales.curves.len())));
            if known.is_none() {
                scales.curves.push(Curve { transform, table: transform.table() });
            }
        }
        Ok(scales)
    }

    /// Number of channels.
    pub(super) fn len(&self) -> usize {
        self.channels.len()
    }

    /// Columns and their curves.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Curve<'a>)> {
        self.channels.iter().map(|&(column, curve)| (column, &self.curves[curve]))
    }
}

/// A transform with its table, if it has one.
pub(super) struct Curve<'a> {
    transform: &'a Transform,
    table: Option<Table>,
}

impl Curve<'_> {
    /// Transforms the first `n` values; what is done to the others is of no account.
    #[allow(clippy::inline_always)] // as in `tile`
    #[inline(always)]
    pub(super) fn apply(&self, turn: Turn, values: &mut Column, n: usize, space: &mut [WideColumn; TURNED]) {
        let from = *values;
        if turn.is_cheap() && self.table.as_ref().is_some_and(|table| table.values(turn, &from, values, space)) {
            return;
        }
        for (value, from) in values.iter_mut().zip(from).take(n) {
            *value = self.transform.fast(self.table.as_ref(), f64::from(from)) as f32;
        }
    }
}
