//! Local moving: nodes go where they gain most, until none gains.

use super::network::{Edge, Network};

/// Share of its strength that a node must gain to move: above what rounding of aggregated weights can feign, so that moving ends.
const TIE: f64 = 1e-6;

/// A community as a node weighs it.
#[derive(Clone, Copy)]
struct Community {
    /// Weight from the node in hand; 0 between nodes.
    shared: f64,
    strength: f64,
}

/// Communities, and room to note which of them a node meets.
struct Scales {
    communities: Vec<Community>,
    met: Vec<u32>,
}

impl Scales {
    fn of(network: &Network, labels: &[u32]) -> Self {
        let mut communities = vec![Community { shared: 0.0, strength: 0.0 }; network.n_nodes()];
        for (node, &label) in labels.iter().enumerate() {
            communities[label as usize].strength += network.strength(node);
        }
        // The node's own community, and one place for what is written there but not kept.
        Self { communities, met: vec![0; network.most_edges() + 2] }
    }

    /// The community that a node gains most in, and the gain over being alone. The strength of `from` must be without the node.
    #[inline]
    fn best(
        &mut self,
        edges: &[Edge],
        from: u32,
        strength: f64,
        penalty: f64,
        label: impl Fn(u32) -> u32,
    ) -> (u32, f64) {
        // Staying wins a tie, and what rounding could make of one.
        self.communities[from as usize].shared = strength * TIE;
        self.met[0] = from;
        let mut n_met = 1;
        for edge in edges {
            let label = label(edge.to);
            let community = &mut self.communities[label as usize];
            // Written always and kept where new: no branch for the processor to guess.
            self.met[n_met] = label;
            n_met += usize::from(community.shared <= 0.0);
            community.shared += f64::from(edge.weight);
        }
        let expected = penalty * strength;
        let mut best = (from, f64::NEG_INFINITY);
        for &label in &self.met[..n_met] {
            let community = &mut self.communities[label as usize];
            let gain = community.shared - expected * community.strength;
            community.shared = 0.0;
            if gain > best.1 {
                best = (label, gain);
            }
        }
        best
    }
}

/// Visits every node once, from single nodes. `penalty` is resolution / 2m.
///
/// Returns the labels, from 0 without gaps in order of first appearance, and how many there are.
pub(super) fn sweep(network: &Network, penalty: f64) -> (Vec<u32>, usize) {
    let n = network.n_nodes();
    let mut labels: Vec<u32> = (0..n as u32).collect();
    let mut scales = Scales::of(network, &labels);
    for node in 0..n {
        let (from, strength) = (labels[node], network.strength(node));
        scales.communities[from as usize].strength -= strength;
        let (to, _) = scales.best(network.edges(node), from, strength, penalty, |other| labels[other as usize]);
        scales.communities[to as usize].strength += strength;
        labels[node] = to;
    }
    let n_communities = renumber(&mut labels, n);
    (labels, n_communities)
}

/// Moves nodes between communities, or into empty ones, while that raises the quality. `penalty` is resolution / 2m.
///
/// `labels` hold numbers below `n_nodes`; on return they run from 0 without gaps, in order of first appearance. Returns
/// how many there are.
pub(super) fn move_nodes(network: &Network, labels: &mut [u32], penalty: f64) -> usize {
    let n = network.n_nodes();
    let mut scales = Scales::of(network, labels);
    let mut sizes = vec![0_u32; n];
    for &label in labels.iter() {
        sizes[label as usize] += 1;
    }
    // Taken from the end, so the lowest free number comes first. No node meets an empty community, so none is filled but from here.
    let mut empty: Vec<u32> = (0..n as u32).rev().filter(|&c| sizes[c as usize] == 0).collect();
    // Each node's label, and in the lowest bit whether it waits in the queue: the two are asked for together.
    let mut states: Vec<u32> = labels.iter().map(|label| label << 1 | 1).collect();
    // A ring with room for every node and one more, for what is written there but not kept.
    let mut queue: Vec<u32> = (0..n as u32).collect();
    queue.resize((n + 1).next_power_of_two(), 0);
    let mask = queue.len() - 1;
    let (mut head, mut tail) = (0, n);

    while head != tail {
        let node = queue[head & mask] as usize;
        head += 1;
        let from = states[node] >> 1;
        states[node] = from << 1;
        let (edges, strength) = (network.edges(node), network.strength(node));
        let before = scales.communities[from as usize].strength;
        scales.communities[from as usize].strength = before - strength;
        let (mut to, gain) = scales.best(edges, from, strength, penalty, |other| states[other as usize] >> 1);
        if gain < 0.0
            && sizes[from as usize] > 1
            && let Some(free) = empty.pop()
        {
            to = free;
        }
        if to == from {
            scales.communities[from as usize].strength = before;
            continue;
        }
        sizes[from as usize] -= 1;
        sizes[to as usize] += 1;
        if sizes[from as usize] == 0 {
            // What rounding left behind must not follow the number to its next use.
            scales.communities[from as usize].strength = 0.0;
            empty.push(from);
        }
        scales.communities[to as usize].strength += strength;
        states[node] = to << 1;
        for edge in edges {
            let state = &mut states[edge.to as usize];
            let again = u32::from(*state >> 1 != to) & !*state & 1;
            queue[tail & mask] = edge.to;
            tail += again as usize;
            *state |= again;
        }
    }
    for (label, state) in labels.iter_mut().zip(&states) {
        *label = state >> 1;
    }
    renumber(labels, n)
}

/// Numbers the labels from 0 in order of first appearance; returns how many there are.
pub(super) fn renumber(labels: &mut [u32], most: usize) -> usize {
    let mut new_label = vec![u32::MAX; most];
    let mut n = 0;
    for label in labels {
        let new = &mut new_label[*label as usize];
        if *new == u32::MAX {
            *new = n;
            n += 1;
        }
        *label = *new;
    }
    n as usize
}
