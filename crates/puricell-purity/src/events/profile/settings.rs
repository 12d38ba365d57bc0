//! The numbers of a profile of cytometry: which events are kept, and how their populations are looked for.

use serde::Deserialize;

use crate::outline::NumberRange;

/// Which events are kept. The steps themselves are those of event quality in `puricell-prep`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CytoQc {
    /// Deviations (1.4826 MAD over bins of time) from the median bin beyond which a bin's rate or values are anomalous.
    /// Default 6, as PeacoQC 1.0 has it (doi:10.1002/cyto.a.24501). Raise it where an unsteady instrument loses good cells.
    pub time_mads: f64,
    /// A bin's event rate is anomalous only where it is at least this many fold off, 1 or more. Default 1.5.
    pub time_min_rate_fold: f64,
    /// A bin's values are anomalous only where the mean rank of a channel is off by at least this share of all ranks, 0 to
    /// 1. Default 0.07: a quarter of a normal distribution's standard deviation.
    pub time_min_shift: f64,
    /// Debris is never cut above this share of the main population's forward scatter, 0 to 1. Default 0.25: lymphocytes
    /// beside cultured stromal cells scatter about a third of their light. Raise it for products of one cell size.
    pub debris_max_share: f64,
    /// Deviations above the median of ln(area / height) at which a doublet begins. Default 5.
    pub singlet_mads: f64,
    /// A doublet's ratio of area to height is at least this many times the median, 1 or more. Default 1.1.
    pub singlet_min_fold: f64,
    /// A threshold of the viability dye that would call more than this share dead is not applied, 0 to 1. Default 0.5.
    /// Raise it for lots known to be poor.
    pub max_dead: f64,
    /// Dead cells stain at least this much brighter than the live, on the asinh scale. Default 1: 2.7 fold.
    pub min_dead_separation: f64,
}

impl Default for CytoQc {
    fn default() -> Self {
        Self {
            time_mads: 6.0,
            time_min_rate_fold: 1.5,
            time_min_shift: 0.07,
            debris_max_share: 0.25,
            singlet_mads: 5.0,
            singlet_min_fold: 1.1,
            max_dead: 0.5,
            min_dead_separation: 1.0,
        }
    }
}

impl CytoQc {
    pub(super) fn ranges(&self) -> [NumberRange; 8] {
        [
            NumberRange::at_least_0("time_mads", self.time_mads),
            NumberRange::at_least_1("time_min_rate_fold", self.time_min_rate_fold),
            NumberRange::fraction("time_min_shift", self.time_min_shift),
            NumberRange::fraction("debris_max_share", self.debris_max_share),
            NumberRange::at_least_0("singlet_mads", self.singlet_mads),
            NumberRange::at_least_1("singlet_min_fold", self.singlet_min_fold),
            NumberRange::fraction("max_dead", self.max_dead),
            NumberRange::at_least_0("min_dead_separation", self.min_dead_separation),
        ]
    }
}

/// How positivity is set and populations are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CytoAnalysis {
    /// Events drawn for the graph of neighbours, its clusters and the map, at least 1; all where there are fewer. Every
    /// event is called, drawn or not. Default 20000. More shows rarer populations and takes time in proportion.
    pub sample: usize,
    /// Neighbours of each event in the graph, at least 1. Default 15; more gives fewer and larger groups.
    pub k: usize,
    /// Resolution of the partition, above 0. Default 0.5, as for expression; higher gives more groups.
    pub resolution: f64,
    /// Nodes along the first side of the self-organising map, at least 1; at most 10000 nodes in all. Default 10. More
    /// nodes resolve smaller populations and cost time in proportion.
    pub som_x: usize,
    /// Nodes along the second side. Default 10.
    pub som_y: usize,
    /// Groups into which the nodes are gathered, 1 to the number of nodes. Default 10.
    pub metaclusters: usize,
    /// Divisor of mass cytometry's asinh transform, above 0. Default 5, the field's custom for ion counts. Fluorescence is
    /// transformed by scales estimated from the file.
    pub cofactor_mass: f64,
    /// Quantile of a control's events at which a marker counts as positive, between 0 and 1. Default 0.995: one control
    /// event in 200 lies above.
    pub control_quantile: f64,
}

impl Default for CytoAnalysis {
    fn default() -> Self {
        Self {
            sample: 20_000,
            k: 15,
            resolution: 0.5,
            som_x: 10,
            som_y: 10,
            metaclusters: 10,
            cofactor_mass: 5.0,
            control_quantile: 0.995,
        }
    }
}

/// Most nodes of a map.
const MOST_NODES: usize = 10_000;

impl CytoAnalysis {
    pub(super) fn ranges(&self) -> [NumberRange; 9] {
        let nodes = self.som_x.saturating_mul(self.som_y);
        let quantile = (f64::EPSILON, 1.0 - f64::EPSILON);
        [
            NumberRange::count("sample", self.sample),
            NumberRange::count("k", self.k),
            NumberRange::above_0("resolution", self.resolution),
            NumberRange::count("som_x", self.som_x),
            NumberRange::count("som_y", self.som_y),
            NumberRange::new("som_x times som_y", nodes as f64, (0.0, MOST_NODES as f64), "at most 10000 nodes"),
            NumberRange::new(
                "metaclusters",
                self.metaclusters as f64,
                (1.0, nodes as f64),
                "1 to the number of nodes, som_x times som_y",
            ),
            NumberRange::above_0("cofactor_mass", self.cofactor_mass),
            NumberRange::new("control_quantile", self.control_quantile, quantile, "above 0 and below 1"),
        ]
    }
}
