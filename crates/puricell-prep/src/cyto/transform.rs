//! Scales of Gating-ML 2.0 and mass cytometry's arcsinh, with inverses.

mod biexponential;
mod table;
mod width;

use puricell_core::{Events, math};
use rayon::prelude::*;
use std::f64::consts::LN_10;

use self::biexponential::{Hyperlog, Logicle};
use self::table::Table;
pub use self::width::{LogicleWidth, estimate_logicle_width};
use super::CytoError;

/// Events per block of work.
const BLOCK: usize = 4096;
/// Events whose channels are taken one after the other: they and the table of one channel stay in the first-level cache.
const AT_ONCE: usize = 128;

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
    curve: Curve,
}

#[derive(Debug, Clone, PartialEq)]
enum Curve {
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
                Curve::Linear { offset: a, width: t + a }
            }
            Scale::Log { t, m } => {
                check("T", t, t > 0.0, above_zero)?;
                check("M", m, m > 0.0, above_zero)?;
                Curve::Log { t, m }
            }
            Scale::Asinh { t, m, a } => {
                check("T", t, t > 0.0, above_zero)?;
                check("M", m, m > 0.0, above_zero)?;
                check("A", a, (0.0..=m).contains(&a), "a number from 0 to M")?;
                let factor = math::sinh(m * LN_10) / t;
                check("M", m, factor.is_finite(), "fewer decades than f64 has")?;
                Curve::Asinh { factor, offset: a * LN_10, width: (m + a) * LN_10 }
            }
            Scale::Logicle { t, w, m, a } => {
                biexponential(t, w, m, a)?;
                check("M", m, m + a <= 100.0, "together with A at most 100 decades")?;
                Curve::Logicle(Logicle::new(t, w, m, a))
            }
            Scale::Hyperlog { t, w, m, a } => {
                biexponential(t, w, m, a)?;
                check("M", m, m + a <= 100.0, "together with A at most 100 decades")?;
                check("W", w, w > 0.0, "a number above 0 to M / 2")?;
                Curve::Hyperlog(Hyperlog::new(t, w, m, a))
            }
            Scale::Arcsinh { cofactor } => {
                check("cofactor", cofactor, cofactor > 0.0, above_zero)?;
                Curve::Asinh { factor: 1.0 / cofactor, offset: 0.0, width: 1.0 }
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
            Curve::Linear { offset, width } => (x + offset) / width,
            Curve::Log { t, m } => math::log10(x / t) / m + 1.0,
            Curve::Asinh { factor, offset, width } => (math::asinh(x * factor) + offset) / width,
            Curve::Logicle(logicle) => logicle.forward(x),
            Curve::Hyperlog(hyperlog) => hyperlog.forward(x),
        }
    }

    /// From the scale back to a linear value. NaN stays NaN.
    pub fn inverse(&self, y: f64) -> f64 {
        match &self.curve {
            Curve::Linear { offset, width } => y * width - offset,
            Curve::Log { t, m } => t * math::exp((y - 1.0) * m * LN_10),
            Curve::Asinh { factor, offset, width } => math::sinh(y * width - offset) / factor,
            Curve::Logicle(logicle) => logicle.inverse(y),
            Curve::Hyperlog(hyperlog) => hyperlog.inverse(y),
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

    fn table(&self) -> Option<Table> {
        match &self.curve {
            Curve::Linear { .. } | Curve::Log { .. } => None,
            Curve::Asinh { factor, .. } => Some(Table::new(self, 1.0 / factor)),
            Curve::Logicle(logicle) => Some(Table::new(self, logicle.knee())),
            Curve::Hyperlog(hyperlog) => Some(Table::new(self, hyperlog.knee())),
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
    let width = events.n_channels();
    if let Some(&(column, _)) = channels.iter().find(|(column, _)| *column >= width) {
        return Err(CytoError::Column { column, n_channels: width });
    }
    if channels.is_empty() {
        return Ok(());
    }
    let tables: Vec<Option<Table>> = channels.iter().map(|(_, transform)| transform.table()).collect();
    events.values_mut().values_mut().par_chunks_mut(BLOCK * width).for_each(|block| {
        for some in block.chunks_mut(AT_ONCE * width) {
            for ((column, transform), table) in channels.iter().zip(&tables) {
                for value in some[*column..].iter_mut().step_by(width) {
                    *value = transform.fast(table.as_ref(), f64::from(*value)) as f32;
                }
            }
        }
    });
    Ok(())
}
