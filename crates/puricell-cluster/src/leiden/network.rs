//! The graph as Leiden walks it: cells at first, then communities of cells.

use crate::Graph;

/// A weighted undirected network whose nodes may have loops.
pub(crate) struct Network {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
    /// Weight within a node, both directions counted.
    loops: Vec<f64>,
    /// Sum of all weights at a node, loops included.
    strengths: Vec<f64>,
    total: f64,
}

impl Network {
    pub(crate) fn of(graph: &Graph) -> Self {
        let (indptr, indices, values) = graph.weights().parts();
        Self::new(
            indptr.iter().map(|&p| p as usize).collect(),
            indices.to_vec(),
            values.iter().map(|&v| f64::from(v)).collect(),
            vec![0.0; graph.n_cells()],
        )
    }

    fn new(starts: Vec<usize>, targets: Vec<u32>, weights: Vec<f64>, loops: Vec<f64>) -> Self {
        let strengths: Vec<f64> = loops
            .iter()
            .zip(starts.windows(2))
            .map(|(l, w)| weights[w[0]..w[1]].iter().fold(*l, |a, b| a + b))
            .collect();
        let total = strengths.iter().sum();
        Self { starts, targets, weights, loops, strengths, total }
    }

    pub(crate) fn n_nodes(&self) -> usize {
        self.loops.len()
    }

    /// The same network with the nodes in another order: `order[new]` is a node of this one.
    pub(crate) fn reordered(&self, order: &[u32]) -> Self {
        let mut new_index = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            new_index[old as usize] = new as u32;
        }
        let mut starts = Vec::with_capacity(order.len() + 1);
        let (mut targets, mut weights) =
            (Vec::with_capacity(self.targets.len()), Vec::with_capacity(self.weights.len()));
        starts.push(0);
        for &old in order {
            for (other, weight) in self.neighbours(old as usize) {
                targets.push(new_index[other as usize]);
                weights.push(weight);
            }
            starts.push(targets.len());
        }
        let loops = order.iter().map(|&old| self.loops[old as usize]).collect();
        Self::new(starts, targets, weights, loops)
    }

    /// Sum of all strengths: twice the weight of all edges.
    pub(crate) fn total(&self) -> f64 {
        self.total
    }

    pub(crate) fn strength(&self, node: usize) -> f64 {
        self.strengths[node]
    }

    pub(crate) fn loop_weight(&self, node: usize) -> f64 {
        self.loops[node]
    }

    /// Other nodes and the weight of the edge to each.
    pub(crate) fn neighbours(&self, node: usize) -> impl Iterator<Item = (u32, f64)> {
        let range = self.starts[node]..self.starts[node + 1];
        self.targets[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }

    /// The network whose nodes are the parts; `parts` numbers them from 0 without gaps.
    pub(crate) fn aggregate(&self, parts: &[u32], n_parts: usize) -> Self {
        let members = Members::of(parts, n_parts);
        let mut starts = Vec::with_capacity(n_parts + 1);
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        let mut loops = vec![0.0; n_parts];
        let mut sums = Sums::new(n_parts);
        starts.push(0);
        for (part, inside) in loops.iter_mut().enumerate() {
            for &node in members.of_group(part) {
                *inside += self.loops[node as usize];
                for (other, weight) in self.neighbours(node as usize) {
                    let other = parts[other as usize];
                    if other as usize == part {
                        *inside += weight;
                    } else {
                        sums.add(other, weight);
                    }
                }
            }
            sums.drain(|other, weight| {
                targets.push(other);
                weights.push(weight);
            });
            starts.push(targets.len());
        }
        Self::new(starts, targets, weights, loops)
    }

    /// The network among the nodes named, which are strictly increasing and renumbered in that order.
    pub(crate) fn induced(&self, nodes: &[u32]) -> Self {
        let mut new_index = vec![u32::MAX; self.n_nodes()];
        for (new, &old) in nodes.iter().enumerate() {
            new_index[old as usize] = new as u32;
        }
        let mut starts = Vec::with_capacity(nodes.len() + 1);
        let (mut targets, mut weights) = (Vec::new(), Vec::new());
        starts.push(0);
        for &node in nodes {
            for (other, weight) in self.neighbours(node as usize) {
                let other = new_index[other as usize];
                if other != u32::MAX {
                    targets.push(other);
                    weights.push(weight);
                }
            }
            starts.push(targets.len());
        }
        let loops = nodes.iter().map(|&n| self.loops[n as usize]).collect();
        Self::new(starts, targets, weights, loops)
    }
}

/// The nodes of each group, rising within a group.
pub(super) struct Members {
    starts: Vec<usize>,
    nodes: Vec<u32>,
}

impl Members {
    pub(super) fn of(labels: &[u32], n_groups: usize) -> Self {
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

    pub(super) fn of_group(&self, group: usize) -> &[u32] {
        &self.nodes[self.starts[group]..self.starts[group + 1]]
    }
}

/// Weights summed by group, groups in the order they were first met.
pub(super) struct Sums {
    sums: Vec<f64>,
    met: Vec<u32>,
}

impl Sums {
    pub(super) fn new(n_groups: usize) -> Self {
        Self { sums: vec![-1.0; n_groups], met: Vec::new() }
    }

    /// Adds a weight, which is never negative.
    pub(super) fn add(&mut self, group: u32, weight: f64) {
        let sum = &mut self.sums[group as usize];
        if *sum < 0.0 {
            self.met.push(group);
            *sum = weight;
        } else {
            *sum += weight;
        }
    }

    /// Hands out each group met with its sum, and forgets them.
    pub(super) fn drain(&mut self, mut take: impl FnMut(u32, f64)) {
        for &group in &self.met {
            let sum = std::mem::replace(&mut self.sums[group as usize], -1.0);
            take(group, sum);
        }
        self.met.clear();
    }
}
