//! Local moving: nodes go where they gain most, until none gains.

use std::collections::VecDeque;

use puricell_core::Stream;

use super::network::{Network, Sums};

/// Share of its strength that a node must gain to move.
const TIE: f64 = 1e-12;

/// Moves nodes between communities, or into empty ones, while that raises the quality. `penalty` is resolution / 2m.
///
/// `labels` hold numbers below `n_nodes`; on return they run from 0 without gaps, in order of first appearance. Returns
/// how many there are.
pub(super) fn move_nodes(network: &Network, labels: &mut [u32], penalty: f64, stream: &mut Stream) -> usize {
    let n = network.n_nodes();
    let mut strengths = vec![0.0; n];
    let mut sizes = vec![0_u32; n];
    for (node, &label) in labels.iter().enumerate() {
        strengths[label as usize] += network.strength(node);
        sizes[label as usize] += 1;
    }
    // Taken from the end, so the lowest free number comes first.
    let mut empty: Vec<u32> = (0..n as u32).rev().filter(|&c| sizes[c as usize] == 0).collect();

    let mut order: Vec<u32> = (0..n as u32).collect();
    stream.shuffle(&mut order);
    let mut queue: VecDeque<u32> = order.into();
    let mut queued = vec![true; n];
    let mut sums = Sums::new(n);

    while let Some(node) = queue.pop_front() {
        let v = node as usize;
        queued[v] = false;
        let (from, strength) = (labels[v], network.strength(v));
        strengths[from as usize] -= strength;
        sizes[from as usize] -= 1;
        if sizes[from as usize] == 0 {
            // What rounding left behind must not follow the number to its next use.
            strengths[from as usize] = 0.0;
        }
        // Staying, also in an empty community, wins a tie, and what rounding could make of one: so this ends.
        sums.add(from, strength * TIE);
        for (other, weight) in network.neighbours(v) {
            sums.add(labels[other as usize], weight);
        }
        let mut best = (from, f64::NEG_INFINITY);
        sums.drain(|label, weight| {
            let gain = weight - penalty * strength * strengths[label as usize];
            if gain > best.1 {
                best = (label, gain);
            }
        });
        if best.1 < 0.0
            && let Some(&free) = empty.last()
        {
            best = (free, 0.0);
        }
        let to = best.0;
        strengths[to as usize] += strength;
        sizes[to as usize] += 1;
        if to == from {
            continue;
        }
        if sizes[to as usize] == 1 {
            empty.pop();
        }
        if sizes[from as usize] == 0 {
            empty.push(from);
        }
        labels[v] = to;
        for (other, _) in network.neighbours(v) {
            if labels[other as usize] != to && !queued[other as usize] {
                queued[other as usize] = true;
                queue.push_back(other);
            }
        }
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
