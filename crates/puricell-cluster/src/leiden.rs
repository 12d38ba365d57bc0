//! Communities by the Leiden algorithm (Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z).
//!
//! Quality is modularity with a resolution (Reichardt and Bornholdt 2006, doi:10.1103/PhysRevE.74.016110): what leidenalg
//! calls `RBConfigurationVertexPartition` and igraph the objective `modularity`. Each iteration moves cells while that
//! pays (a queue, so only where something changed), refines each community from within so that none falls apart, and
//! repeats on the network of refined communities.

mod moving;
mod network;
mod quality;
mod refine;

use puricell_core::{Noted, Partition, Seed, Stream, Warning};

use crate::{ClusterError, Graph};
pub(crate) use network::Network;
pub use quality::modularity;

/// How fine, and how long.
#[derive(Debug, Clone, PartialEq)]
pub struct LeidenParams {
    /// Resolution of the modularity, at least 0. Default 1. Higher gives more and smaller groups.
    pub resolution: f64,
    /// Most iterations of the whole algorithm, each starting from the result of the one before. Default 10; it ends
    /// earlier when an iteration brings nothing. igraph and scanpy's `flavor="igraph"` stop after 2.
    pub max_iterations: usize,
    /// Randomness of the refinement: a merge is drawn with weight `exp(gain / randomness)`, the gain in edge weight.
    /// Default 0.01, as leidenalg and igraph. Towards 0 the best merge is always taken.
    pub randomness: f64,
}

impl Default for LeidenParams {
    fn default() -> Self {
        Self { resolution: 1.0, max_iterations: 10, randomness: 0.01 }
    }
}

impl LeidenParams {
    pub(crate) fn check(&self) -> Result<(), ClusterError> {
        if !(self.resolution >= 0.0 && self.resolution.is_finite()) {
            let value = self.resolution;
            return Err(ClusterError::Parameter {
                name: "resolution",
                value,
                expected: "a finite number of at least 0",
            });
        }
        if !(self.randomness > 0.0 && self.randomness.is_finite()) {
            let value = self.randomness;
            return Err(ClusterError::Parameter { name: "randomness", value, expected: "a positive finite number" });
        }
        Ok(())
    }
}

/// Communities of `graph`; every one is connected. A cell without edges is a group of its own, so many of those are
/// worth a look: the warning `cells_without_neighbours` counts them.
///
/// One stream (`leiden`, 0) drives the run; it is serial, so threads cannot touch it. Almost linear in edges.
///
/// # Errors
/// [`ClusterError::Parameter`] for a negative resolution or a randomness that is not positive.
pub fn leiden(graph: &Graph, params: &LeidenParams, seed: Seed) -> Result<Noted<Partition>, ClusterError> {
    params.check()?;
    let labels = communities(&Network::of(graph), params, &mut seed.stream("leiden", 0));
    let lonely = (0..graph.n_cells()).filter(|&c| graph.weights().row_nnz(c) == 0).count();
    let mut warnings = Vec::new();
    if lonely > 0 {
        warnings.push(Warning::new(
            "cells_without_neighbours",
            format!("{lonely} of {} cells have no neighbour in the graph; each is a group of its own", graph.n_cells()),
        ));
    }
    Ok(Noted { value: Partition::from_labels(&labels)?, warnings })
}

/// Gain in modularity below which an iteration has brought nothing: rounding of the sums.
const NO_GAIN: f64 = 1e-12;

pub(crate) fn communities(network: &Network, params: &LeidenParams, stream: &mut Stream) -> Vec<usize> {
    let mut labels: Vec<u32> = (0..network.n_nodes() as u32).collect();
    if network.total() > 0.0 {
        let mut quality = network.modularity(&labels, params.resolution);
        for _ in 0..params.max_iterations {
            let next = iteration(network, labels.clone(), params, stream);
            let next_quality = network.modularity(&next, params.resolution);
            if next_quality <= quality + NO_GAIN {
                break;
            }
            labels = next;
            quality = next_quality;
        }
    }
    labels.into_iter().map(|l| l as usize).collect()
}

/// One iteration: move, refine, aggregate, until no community merges any more.
fn iteration(network: &Network, labels: Vec<u32>, params: &LeidenParams, stream: &mut Stream) -> Vec<u32> {
    // `node_of[cell]`: the node of the current level that holds the cell.
    let mut node_of: Vec<u32> = (0..network.n_nodes() as u32).collect();
    let mut level: Option<Network> = None;
    let mut labels = labels;
    loop {
        let current = level.as_ref().unwrap_or(network);
        let n_communities = moving::move_nodes(current, &mut labels, params.resolution / network.total(), stream);
        if n_communities == current.n_nodes() {
            break;
        }
        let (refined, n_refined) = refine::refine(
            current,
            &labels,
            n_communities,
            params.resolution / network.total(),
            params.randomness,
            stream,
        );
        // Where the refinement merged nothing the communities themselves are the next nodes.
        let (parts, n_parts) =
            if n_refined == current.n_nodes() { (labels.clone(), n_communities) } else { (refined, n_refined) };
        let mut label_of_part = vec![0; n_parts];
        for (&part, &label) in parts.iter().zip(&labels) {
            label_of_part[part as usize] = label;
        }
        let next = current.aggregate(&parts, n_parts);
        for node in &mut node_of {
            *node = parts[*node as usize];
        }
        labels = label_of_part;
        level = Some(next);
    }
    node_of.into_iter().map(|node| labels[node as usize]).collect()
}
