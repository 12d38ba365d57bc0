//! Metaclusters: nodes of a map joined by consensus clustering, as FlowSOM's `metaClustering_consensus` does through
//! ConsensusClusterPlus (Wilkerson and Hayes 2010, doi:10.1093/bioinformatics/btq170; Monti 2003,
//! doi:10.1023/A:1023949509487).

mod consensus;
mod elbow;
mod linkage;

use puricell_core::{Dense, Noted, Partition, Seed, Warning};

use crate::spanning_tree::squared_distance;
use crate::{ClusterError, Som, TrainedSom};
use linkage::{Dendrogram, Distances};

/// How many metaclusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetaclusterCount {
    /// This many. As FlowSOM's `nClus`: some more than populations are expected.
    Fixed(usize),
    /// As many as the elbow says of the codes' sum of squares over 1 to this many metaclusters, as FlowSOM's
    /// `maxMeta`. It finds clear groups and misses small ones.
    Elbow(usize),
}

/// How the consensus is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct MetaclusterParams {
    /// Subsets of the nodes that are clustered. Default 100, as FlowSOM. More for a smoother consensus.
    pub n_resamples: usize,
    /// Share of the nodes in each subset, above 0 to 1. Default 0.8, as ConsensusClusterPlus; FlowSOM asks it for 0.9. Less
    /// shows more doubt.
    pub fraction: f64,
    /// How much a node counts in the means of average linkage. Default [`MetaclusterWeight::Points`].
    pub weight: MetaclusterWeight,
}

/// How much a node counts in the means of average linkage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetaclusterWeight {
    /// As many times as it has points, so that distances are means over pairs of points. A stray node in the gap between
    /// two populations then has little say, and populations are kept apart from run to run.
    Points,
    /// All the same, as FlowSOM.
    Equal,
}

impl Default for MetaclusterParams {
    fn default() -> Self {
        Self { n_resamples: 100, fraction: 0.8, weight: MetaclusterWeight::Points }
    }
}

/// Nodes and points in metaclusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Metaclusters {
    /// Metacluster of each point: 0 holds the most points, equal ones are ordered by their first point.
    pub partition: Partition,
    /// Metacluster of each node. A node without points has that of the nearest code with points. Empty where no node has
    /// points.
    pub of_node: Vec<u32>,
    /// Share of the subsets with both nodes in which they fell in one group, `n_occupied x n_occupied`, symmetric, 0 to 1,
    /// 1 on the diagonal; 0 for nodes that were never drawn together. Of the number of metaclusters returned.
    pub consensus: Dense<f64>,
    /// Nodes with points, ascending: the rows and columns of `consensus`.
    pub occupied: Vec<usize>,
    /// Sum over occupied codes of the squared distance to the mean of their metacluster, for 1, 2, ... metaclusters;
    /// empty where the number was fixed.
    pub sum_of_squares: Vec<f64>,
}

/// Nodes in metaclusters, of points that are known by their number only.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeMetaclusters {
    /// As [`Metaclusters::of_node`], but equal metaclusters are ordered by their lowest node with points.
    pub of_node: Vec<u32>,
    /// Points of each metacluster, largest first; none is empty.
    pub sizes: Vec<usize>,
    /// As [`Metaclusters::consensus`].
    pub consensus: Dense<f64>,
    /// As [`Metaclusters::occupied`].
    pub occupied: Vec<usize>,
    /// As [`Metaclusters::sum_of_squares`].
    pub sum_of_squares: Vec<f64>,
}

/// Joins the nodes of a map into metaclusters.
///
/// Subsets of the nodes are clustered by average linkage of the Euclidean distance between codes and cut into `k` groups;
/// the shares of co-occurrence are clustered by average linkage of 1 - consensus and cut into `k` again. Only nodes with
/// points take part, so that no metacluster is empty (FlowSOM lets all take part).
///
/// More metaclusters than nodes with points are clipped with the warning `fewer_metaclusters`. Subset `i` draws from item
/// `i` of the stream `metacluster`. Takes `n_resamples * n_nodes^2 * n_dims` operations, with the elbow also `n_nodes^2` for
/// each number tried.
///
/// # Errors
/// [`ClusterError::Parameter`] for no metacluster, no subset or a fraction outside (0, 1]; [`ClusterError::Length`] where
/// the parts of the map do not fit one another.
pub fn metacluster(
    som: &Som,
    count: MetaclusterCount,
    params: &MetaclusterParams,
    seed: Seed,
) -> Result<Noted<Metaclusters>, ClusterError> {
    params.check(count)?;
    check_parts(&som.codes, &som.scale, &som.sizes)?;
    check_points(som)?;
    let Noted { value: joined, warnings } = join(&som.scaled_codes(), &som.sizes, count, params, seed);
    let labels: Vec<usize> = som.nodes.iter().map(|&node| joined.group_of_node[node as usize]).collect();
    let partition = Partition::from_labels(&labels)?;
    let mut renamed = vec![0; joined.n_groups];
    for (&old, &new) in labels.iter().zip(partition.labels()) {
        renamed[old] = new;
    }
    let of_node = joined.group_of_node.iter().map(|&group| renamed[group]).collect();
    let Joined { consensus, occupied, sum_of_squares, .. } = joined;
    Ok(Noted { value: Metaclusters { partition, of_node, consensus, occupied, sum_of_squares }, warnings })
}

/// As [`metacluster`], for points that were mapped to a map with [`crate::map_to_nodes`]: `sizes` are the points of each
/// node, and the metacluster of a point is that of its node.
///
/// # Errors
/// As [`metacluster`].
pub fn metacluster_nodes(
    map: &TrainedSom,
    sizes: &[usize],
    count: MetaclusterCount,
    params: &MetaclusterParams,
    seed: Seed,
) -> Result<Noted<NodeMetaclusters>, ClusterError> {
    params.check(count)?;
    check_parts(&map.codes, &map.scale, sizes)?;
    let Noted { value: joined, warnings } = join(&map.scaled_codes(), sizes, count, params, seed);
    let mut groups: Vec<(usize, usize)> = (0..joined.n_groups).map(|group| (group, 0)).collect();
    let mut first = vec![usize::MAX; joined.n_groups];
    for &node in &joined.occupied {
        let group = joined.group_of_node[node];
        groups[group].1 += sizes[node];
        first[group] = first[group].min(node);
    }
    groups.sort_by_key(|&(group, size)| (std::cmp::Reverse(size), first[group]));
    let mut renamed = vec![0; joined.n_groups];
    for (&(old, _), new) in groups.iter().zip(0..) {
        renamed[old] = new;
    }
    let of_node = joined.group_of_node.iter().map(|&group| renamed[group]).collect();
    let sizes = groups.iter().map(|&(_, size)| size).collect();
    let Joined { consensus, occupied, sum_of_squares, .. } = joined;
    Ok(Noted { value: NodeMetaclusters { of_node, sizes, consensus, occupied, sum_of_squares }, warnings })
}

/// Metaclusters before they are ordered.
struct Joined {
    /// Of every node; empty where no node has points.
    group_of_node: Vec<usize>,
    n_groups: usize,
    consensus: Dense<f64>,
    occupied: Vec<usize>,
    sum_of_squares: Vec<f64>,
}

fn join(
    all_codes: &Dense<f64>,
    sizes: &[usize],
    count: MetaclusterCount,
    params: &MetaclusterParams,
    seed: Seed,
) -> Noted<Joined> {
    let wanted = count.most();
    let occupied: Vec<usize> = (0..sizes.len()).filter(|&node| sizes[node] > 0).collect();
    let codes = all_codes.select_rows(&occupied);
    let mut warnings = Vec::new();
    let most = wanted.min(occupied.len());
    if most < wanted {
        warnings.push(Warning::new(
            "fewer_metaclusters",
            format!("{wanted} metaclusters wanted, {most} possible: so many nodes of the map hold points"),
        ));
    }

    let weights: Vec<f64> = match params.weight {
        MetaclusterWeight::Points => occupied.iter().map(|&node| sizes[node] as f64).collect(),
        MetaclusterWeight::Equal => vec![1.0; occupied.len()],
    };
    let resamples = consensus::resamples(&codes, &weights, params, seed);
    let cut = |k: usize| {
        let consensus = consensus::matrix(occupied.len(), &resamples, k);
        let apart = Distances::new(occupied.len(), |a, b| 1.0 - consensus.row(a)[b]);
        (Dendrogram::average_linkage(apart, &weights).cut(k), consensus)
    };
    let mut sum_of_squares = Vec::new();
    let n_groups = match count {
        MetaclusterCount::Fixed(_) => most,
        MetaclusterCount::Elbow(_) => {
            sum_of_squares = (1..=most).map(|k| elbow::sum_of_squares(&codes, &cut(k).0, k)).collect();
            elbow::find(&sum_of_squares)
        }
    };
    let (group_of_code, consensus) = cut(n_groups);

    let group_of = |node: usize| {
        let row = all_codes.row(node);
        let square = |&code: &usize| squared_distance(row, codes.row(code));
        let nearest = occupied
            .binary_search(&node)
            .ok()
            .or_else(|| (0..occupied.len()).min_by(|a, b| square(a).total_cmp(&square(b))));
        nearest.map(|code| group_of_code[code])
    };
    let group_of_node = (0..all_codes.n_rows()).filter_map(group_of).collect();
    Noted { value: Joined { group_of_node, n_groups, consensus, occupied, sum_of_squares }, warnings }
}

impl MetaclusterCount {
    fn most(self) -> usize {
        let (Self::Fixed(most) | Self::Elbow(most)) = self;
        most
    }
}

impl MetaclusterParams {
    fn check(&self, count: MetaclusterCount) -> Result<(), ClusterError> {
        for (name, value) in [("count", count.most()), ("n_resamples", self.n_resamples)] {
            if value == 0 {
                return Err(ClusterError::Parameter { name, value: 0.0, expected: "at least 1" });
            }
        }
        if !(self.fraction > 0.0 && self.fraction <= 1.0) {
            let value = self.fraction;
            return Err(ClusterError::Parameter { name: "fraction", value, expected: "above 0 and at most 1" });
        }
        Ok(())
    }
}

/// A map may have been changed by hand: its parts must fit.
fn check_parts(codes: &Dense<f64>, scale: &[f64], sizes: &[usize]) -> Result<(), ClusterError> {
    let fits = [("sizes of nodes", sizes.len(), codes.n_rows()), ("scales of dimensions", scale.len(), codes.n_cols())];
    for (what, found, expected) in fits {
        if found != expected {
            return Err(ClusterError::Length { what, found, expected });
        }
    }
    Ok(())
}

/// The sizes of the nodes must be those of its points.
fn check_points(som: &Som) -> Result<(), ClusterError> {
    let n_nodes = som.sizes.len();
    let mut sizes = vec![0; n_nodes];
    for (cell, &label) in som.nodes.iter().enumerate() {
        let Some(size) = sizes.get_mut(label as usize) else {
            return Err(ClusterError::Label { cell, label, n_groups: n_nodes });
        };
        *size += 1;
    }
    for (&found, &expected) in som.sizes.iter().zip(&sizes) {
        if found != expected {
            return Err(ClusterError::Length { what: "points of a node", found, expected });
        }
    }
    Ok(())
}
