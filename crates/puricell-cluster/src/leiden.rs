//! Communities by the Leiden algorithm (Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z).
//!
//! Quality is modularity with a resolution (Reichardt and Bornholdt 2006, doi:10.1103/PhysRevE.74.016110): what leidenalg
//! calls `RBConfigurationVertexPartition` and igraph the objective `modularity`. Each iteration moves cells while that
//! pays (a queue, so only where something changed), refines each community from within so that none falls apart, and
//! repeats on the network of refined communities. The first iterations run on a network coarsened by one sweep of moving, and their
//! result is the start of those on the graph itself (multilevel search: Rotta and Noack 2011, doi:10.1145/1963190.1970376).

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
    /// Most iterations of the whole algorithm, each starting from the result of the one before: as many on the coarse network that
    /// it starts from, then as many on the graph. Default 10; either ends earlier when an iteration brings less than 1e-6 of
    /// modularity. igraph and scanpy's `flavor="igraph"` stop after 2.
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
    let mut stream = seed.stream("leiden", 0);
    let mut cells: Vec<u32> = (0..graph.n_cells() as u32).collect();
    stream.shuffle(&mut cells);
    let found = communities(&Network::among(graph, &cells), params, &mut stream);
    let mut labels = vec![0; cells.len()];
    for (&cell, &label) in cells.iter().zip(&found) {
        labels[cell as usize] = label as usize;
    }
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

/// Gain in modularity below which an iteration has brought nothing.
const NO_GAIN: f64 = 1e-6;

/// Nodes from which on a coarse network pays. With fewer, single nodes are the better start and cost next to nothing.
const COARSE_FROM: usize = 10_000;

/// Communities of a network whose nodes are numbered in random order.
///
/// The first iterations work on a coarse network, one node per community that a single sweep over the nodes has made: there moving
/// everything that wants to move costs a fraction, and what comes out is better than from single nodes.
pub(crate) fn communities(network: &Network, params: &LeidenParams, stream: &mut Stream) -> Vec<u32> {
    let n = network.n_nodes();
    let singles = |n: usize| (0..n as u32).collect();
    if network.total() <= 0.0 || params.max_iterations == 0 {
        return singles(n);
    }
    let labels = if n < COARSE_FROM {
        iterate(network, singles(n), params, stream)
    } else {
        let (parts, n_parts) = moving::sweep(network, params.resolution / network.total());
        let coarse = network.aggregate(&parts, n_parts);
        let found = iterate(&coarse, singles(n_parts), params, stream);
        parts.into_iter().map(|part| found[part as usize]).collect()
    };
    iterate(network, labels, params, stream)
}

fn iterate(network: &Network, mut labels: Vec<u32>, params: &LeidenParams, stream: &mut Stream) -> Vec<u32> {
    let mut quality = f64::NEG_INFINITY;
    for done in 1..=params.max_iterations {
        labels = iteration(network, labels, params, stream);
        // No iteration loses, so the last one's result need not be weighed.
        if done < params.max_iterations {
            let next = network.modularity(&labels, params.resolution);
            if next <= quality + NO_GAIN {
                break;
            }
            quality = next;
        }
    }
    labels
}

/// One iteration: move, refine, aggregate, until no community merges any more.
fn iteration(network: &Network, mut labels: Vec<u32>, params: &LeidenParams, stream: &mut Stream) -> Vec<u32> {
    let penalty = params.resolution / network.total();
    // `node_of[cell]`: the node of the current level that holds the cell; none yet at the first.
    let mut node_of: Option<Vec<u32>> = None;
    let mut level: Option<Network> = None;
    loop {
        let current = level.as_ref().unwrap_or(network);
        let n_communities = moving::move_nodes(current, &mut labels, penalty);
        if n_communities == current.n_nodes() {
            break;
        }
        let (refined, n_refined) = refine::refine(current, &labels, n_communities, penalty, params.randomness, stream);
        // Where the refinement merged nothing the communities themselves are the next nodes.
        let (parts, n_parts) =
            if n_refined == current.n_nodes() { (labels.clone(), n_communities) } else { (refined, n_refined) };
        let mut label_of_part = vec![0; n_parts];
        for (&part, &label) in parts.iter().zip(&labels) {
            label_of_part[part as usize] = label;
        }
        let next = current.aggregate(&parts, n_parts);
        node_of = Some(match node_of {
            None => parts,
            Some(nodes) => nodes.into_iter().map(|node| parts[node as usize]).collect(),
        });
        labels = label_of_part;
        level = Some(next);
    }
    match node_of {
        None => labels,
        Some(nodes) => nodes.into_iter().map(|node| labels[node as usize]).collect(),
    }
}
