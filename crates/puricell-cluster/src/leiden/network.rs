//! The graph as Leiden walks it: cells at first, then communities of cells.

use crate::Graph;

/// One end of an edge, as seen from the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    /// The node at the other end.
    pub(super) to: u32,
    pub(super) weight: f32,
}

/// A weighted undirected network. What an aggregated node holds within itself counts in its strength only.
///
/// Edges of a node and its neighbours' numbers lie side by side, and every pass takes the nodes by rising number: walking the
/// rows in any other order costs three times as much. So the order in which nodes are visited is drawn once, as their numbering.
pub(crate) struct Network {
    starts: Vec<usize>,
    edges: Vec<Edge>,
    /// Sum of all weights at a node, those within it included.
    strengths: Vec<f64>,
    total: f64,
}

impl Network {
    /// The network among the cells named, numbered in the order given; no cell may be named twice.
    pub(crate) fn among(graph: &Graph, cells: &[u32]) -> Self {
        let mut node_of = vec![u32::MAX; graph.n_cells()];
        for (node, &cell) in cells.iter().enumerate() {
            node_of[cell as usize] = node as u32;
        }
        let mut starts = Vec::with_capacity(cells.len() + 1);
        let mut edges = Vec::with_capacity(graph.weights().nnz());
        let mut strengths = Vec::with_capacity(cells.len());
        starts.push(0);
        for &cell in cells {
            let (columns, weights) = graph.weights().row(cell as usize);
            let mut strength = 0.0;
            for (&column, &weight) in columns.iter().zip(weights) {
                let to = node_of[column as usize];
                if to != u32::MAX {
                    edges.push(Edge { to, weight });
                    strength += f64::from(weight);
                }
            }
            strengths.push(strength);
            starts.push(edges.len());
        }
        let total = strengths.iter().sum();
        Self { starts, edges, strengths, total }
    }

    pub(crate) fn n_nodes(&self) -> usize {
        self.strengths.len()
    }

    /// Sum of all strengths: twice the weight of all edges.
    pub(crate) fn total(&self) -> f64 {
        self.total
    }

    pub(super) fn strength(&self, node: usize) -> f64 {
        self.strengths[node]
    }

    pub(super) fn edges(&self, node: usize) -> &[Edge] {
        &self.edges[self.starts[node]..self.starts[node + 1]]
    }

    /// Most edges of a node.
    pub(super) fn most_edges(&self) -> usize {
        self.starts.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(0)
    }

    /// The network whose nodes are the parts; `parts` numbers them from 0 without gaps.
    ///
    /// Weights are rounded to single precision, so the two directions of an edge may differ by 1e-7 of it.
    pub(super) fn aggregate(&self, parts: &[u32], n_parts: usize) -> Self {
        let members = Members::of(parts, n_parts);
        let mut starts = Vec::with_capacity(n_parts + 1);
        let mut edges = Vec::with_capacity(self.edges.len());
        let mut strengths = Vec::with_capacity(n_parts);
        let mut sums = vec![0.0_f64; n_parts];
        // One place more, for what is written there but not kept.
        let mut met = vec![0_u32; n_parts + 1];
        starts.push(0);
        for part in 0..n_parts {
            let mut n_met = 0;
            let mut strength = 0.0;
            for &node in members.of_group(part) {
                strength += self.strengths[node as usize];
                for edge in self.edges(node as usize) {
                    let other = parts[edge.to as usize];
                    let sum = &mut sums[other as usize];
                    met[n_met] = other;
                    n_met += usize::from(*sum <= 0.0);
                    *sum += f64::from(edge.weight);
                }
            }
            sums[part] = 0.0;
            for &other in &met[..n_met] {
                let weight = std::mem::take(&mut sums[other as usize]);
                if other as usize != part {
                    edges.push(Edge { to: other, weight: weight as f32 });
                }
            }
            strengths.push(strength);
            starts.push(edges.len());
        }
        Self { starts, edges, strengths, total: self.total }
    }
}

/// The nodes of each group, rising within a group.
struct Members {
    starts: Vec<usize>,
    nodes: Vec<u32>,
}

impl Members {
    fn of(labels: &[u32], n_groups: usize) -> Self {
        let mut starts = vec![0; n_groups + 1];
        for &label in labels {
            starts[label as usize + 1] += 1;
        }
        for i in 0..n_groups {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut nodes = vec![0; labels.len()];
        for (node, &label) in labels.iter().enumerate() {
            nodes[next[label as usize]] = node as u32;
            next[label as usize] += 1;
        }
        Self { starts, nodes }
    }

    fn of_group(&self, group: usize) -> &[u32] {
        &self.nodes[self.starts[group]..self.starts[group + 1]]
    }
}
