//! Simulated lots of a release panel, with known truth.

use puricell_core::Seed;
use puricell_core::math::exp;
use puricell_fcs::{NewDataSet, NewParameter, Spillover, SpilloverSource, WriteError};

/// Markers and detectors of the panel.
pub const FLOW_PANEL: [(&str, &str); 10] = [
    ("CD90", "FITC-A"),
    ("CD73", "PE-A"),
    ("CD105", "APC-A"),
    ("CD45", "APC-H7-A"),
    ("CD34", "PE-Cy7-A"),
    ("CD14", "PerCP-A"),
    ("CD19", "BV421-A"),
    ("HLA-DR", "BV711-A"),
    ("CD31", "BV786-A"),
    ("Viability", "BV510-A"),
];

/// Mean of ln intensity of cells that lack a marker, and of a dead cell's dye.
const LACKED: f64 = 4.6;
const DEAD: f64 = 9.2;

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowCell {
    /// A stromal cell.
    Stromal,
    /// A monocyte.
    Monocyte,
    /// A B cell.
    BCell,
    /// An endothelial cell.
    Endothelial,
    /// A dead stromal cell.
    Dead,
    /// Debris.
    Debris,
}

impl FlowCell {
    /// Markers carried and the mean of their ln intensity.
    fn carried(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Stromal | Self::Dead => &[("CD90", 9.6), ("CD73", 9.2), ("CD105", 8.6)],
            Self::Monocyte => &[("CD45", 8.8), ("CD14", 9.0), ("HLA-DR", 8.4)],
            Self::BCell => &[("CD45", 9.4), ("CD19", 8.6), ("HLA-DR", 8.8)],
            Self::Endothelial => &[("CD31", 9.2), ("CD34", 8.2), ("CD105", 9.0), ("CD73", 7.8)],
            Self::Debris => &[],
        }
    }

    /// Means of ln forward and side scatter.
    fn scatter(self) -> (f64, f64) {
        match self {
            Self::Stromal | Self::Dead => (11.5, 11.2),
            Self::Monocyte => (11.0, 10.7),
            Self::BCell => (10.5, 9.7),
            Self::Endothelial => (11.2, 10.8),
            Self::Debris => (9.0, 8.6),
        }
    }
}

/// How a lot is made.
#[derive(Debug, Clone)]
pub struct FlowPlan {
    /// Events of each kind; they come in a random order.
    pub cells: Vec<(FlowCell, usize)>,
    /// Markers that are left unstained: all for an unstained control, one for an FMO.
    pub unstained: Vec<&'static str>,
    /// Seed.
    pub seed: u64,
}

/// A lot and what its events are.
#[derive(Debug, Clone)]
pub struct FlowLot {
    /// Channels, in column order.
    pub parameters: Vec<NewParameter>,
    /// Events x channels, as measured: with spillover and noise.
    pub values: Vec<f32>,
    /// The spillover.
    pub spillover: Spillover,
    /// What each event is.
    pub truth: Vec<FlowCell>,
}

impl FlowLot {
    /// Simulates a lot: lognormal dyes, spillover, photon and electronic noise.
    pub fn simulate(plan: &FlowPlan) -> Self {
        let mut stream = Seed(plan.seed).stream("flow_lot", 0);
        let mut truth: Vec<FlowCell> = plan.cells.iter().flat_map(|&(cell, n)| vec![cell; n]).collect();
        stream.shuffle(&mut truth);
        let n = FLOW_PANEL.len();
        // A dye is seen in its neighbours' detectors, more in the redder one.
        let mut matrix = vec![0.0; n * n];
        for dye in 0..n {
            matrix[dye * n + dye] = 1.0;
            if dye + 1 < n {
                matrix[dye * n + dye + 1] = 0.06;
            }
            if dye > 0 {
                matrix[dye * n + dye - 1] = 0.015;
            }
        }
        let mut values = Vec::with_capacity(truth.len() * (n + 4));
        for (event, &cell) in truth.iter().enumerate() {
            let (forward, side) = cell.scatter();
            let size = 0.2 * stream.normal();
            let area = exp(forward + size);
            values.extend([area as f32, (area / 1.05 * exp(0.03 * stream.normal())) as f32]);
            values.push(exp(side + 0.5 * size + 0.25 * stream.normal()) as f32);
            let dyes: Vec<f64> = FLOW_PANEL
                .iter()
                .map(|(marker, _)| {
                    let carried = cell.carried().iter().find(|c| c.0 == *marker).map(|c| c.1);
                    let mean = match (*marker, cell) {
                        ("Viability", FlowCell::Dead) => DEAD,
                        _ if plan.unstained.contains(marker) => LACKED,
                        _ if cell == FlowCell::Debris => LACKED - 2.5,
                        _ => carried.unwrap_or(LACKED),
                    };
                    let sd = if mean > LACKED { 0.35 } else { 0.5 };
                    exp(mean + sd * stream.normal())
                })
                .collect();
            for detector in 0..n {
                let light: f64 = dyes.iter().enumerate().map(|(dye, v)| v * matrix[dye * n + detector]).sum();
                let noisy = light + (6.0 * light).sqrt() * stream.normal() + 80.0 * stream.normal();
                values.push(noisy.min(262_143.0) as f32);
            }
            values.push(event as f32);
        }
        let parameter = |name: &str, label: Option<&str>| NewParameter {
            name: name.to_owned(),
            label: label.map(str::to_owned),
            range: 262_144,
            gain: 1.0,
        };
        let mut parameters = vec![parameter("FSC-A", None), parameter("FSC-H", None), parameter("SSC-A", None)];
        parameters.extend(FLOW_PANEL.iter().map(|(marker, detector)| parameter(detector, Some(marker))));
        parameters.push(parameter("Time", None));
        let spillover = Spillover {
            source: SpilloverSource::DollarSpillover,
            channels: FLOW_PANEL.iter().map(|p| p.1.to_owned()).collect(),
            matrix,
        };
        Self { parameters, values, spillover, truth }
    }

    /// The lot as an FCS file, with its spillover or without.
    ///
    /// # Errors
    /// [`WriteError`] where the parameters were changed to what cannot be written.
    pub fn to_fcs(&self, with_spillover: bool) -> Result<Vec<u8>, WriteError> {
        let mut bytes = Vec::new();
        let keywords = [("$CYT".to_owned(), "simulated".to_owned()), ("$DATE".to_owned(), "01-JAN-2025".to_owned())];
        let data_set = NewDataSet {
            parameters: &self.parameters,
            values: &self.values,
            keywords: &keywords,
            spillover: with_spillover.then_some(&self.spillover),
            delimiter: None,
        };
        puricell_fcs::write(&mut bytes, &data_set)?;
        Ok(bytes)
    }
}
