//! Refinement: each community is built up again from single nodes, by merges that are drawn at random among those that
//! pay, and only of parts that are well connected to their community.

use puricell_core::{Stream, math};

use super::moving::renumber;
use super::network::{Members, Network, Sums};

/// A partition that refines `labels`, numbered from 0 without gaps, and how many parts it has.
pub(super) fn refine(
    network: &Network,
    labels: &[u32],
    n_communities: usize,
    penalty: f64,
    randomness: f64,
    stream: &mut Stream,
) -> (Vec<u32>, usize) {
    let n = network.n_nodes();
    let mut refinement = Refinement {
        network,
        labels,
        penalty,
        randomness,
        parts: (0..n as u32).collect(),
        strengths: (0..n).map(|v| network.strength(v)).collect(),
        outward: vec![0.0; n],
        single: vec![true; n],
        sums: Sums::new(n),
        choices: Vec::new(),
    };
    let members = Members::of(labels, n_communities);
    for community in 0..n_communities {
        refinement.merge_within(members.of_group(community), stream);
    }
    let mut parts = refinement.parts;
    let n_parts = renumber(&mut parts, n);
    (parts, n_parts)
}

struct Refinement<'a> {
    network: &'a Network,
    labels: &'a [u32],
    penalty: f64,
    randomness: f64,
    parts: Vec<u32>,
    /// Strength of each part.
    strengths: Vec<f64>,
    /// Weight from each part to the rest of its community.
    outward: Vec<f64>,
    /// Whether a node's part is still the node alone.
    single: Vec<bool>,
    sums: Sums,
    /// Parts a node may join, with their gains.
    choices: Vec<(u32, f64)>,
}

impl Refinement<'_> {
    fn merge_within(&mut self, community: &[u32], stream: &mut Stream) {
        if community.len() < 2 {
            return;
        }
        let strength: f64 = community.iter().map(|&v| self.network.strength(v as usize)).sum();
        for &v in community {
            let label = self.labels[v as usize];
            self.outward[v as usize] = self
                .network
                .neighbours(v as usize)
                .filter(|e| self.labels[e.0 as usize] == label)
                .fold(0.0, |sum, e| sum + e.1);
        }
        let mut order = community.to_vec();
        stream.shuffle(&mut order);
        for v in order {
            if self.single[v as usize] && self.well_connected(v, strength) {
                self.merge(v as usize, strength, stream);
            }
        }
    }

    fn well_connected(&self, part: u32, community_strength: f64) -> bool {
        let strength = self.strengths[part as usize];
        self.outward[part as usize] >= self.penalty * strength * (community_strength - strength)
    }

    /// Lets a single node join a part of its community, or stay alone.
    fn merge(&mut self, v: usize, community_strength: f64, stream: &mut Stream) {
        let strength = self.network.strength(v);
        for (other, weight) in self.network.neighbours(v) {
            if self.labels[other as usize] == self.labels[v] {
                self.sums.add(self.parts[other as usize], weight);
            }
        }
        self.choices.clear();
        let choices = &mut self.choices;
        self.sums.drain(|part, weight| choices.push((part, weight)));
        let here = self.parts[v];
        let mut best = 0.0_f64;
        let (strengths, penalty) = (&self.strengths, self.penalty);
        let outward = &self.outward;
        // Each choice is left with its gain; the weight to the part is needed again for the chosen one only.
        self.choices.retain_mut(|(part, weight)| {
            let p = *part as usize;
            let connected = outward[p] >= penalty * strengths[p] * (community_strength - strengths[p]);
            let gain = *weight - penalty * strength * strengths[p];
            if connected && gain >= 0.0 {
                *weight = gain;
                best = best.max(gain);
                true
            } else {
                false
            }
        });
        if self.choices.is_empty() {
            return;
        }
        // Staying alone gains nothing and is drawn with the weight of a gain of 0. Gains are taken from the best, which
        // changes no proportion and cannot overflow.
        let alone = math::exp(-best / self.randomness);
        let mut total = alone;
        for choice in &mut self.choices {
            total += math::exp((choice.1 - best) / self.randomness);
            choice.1 = total;
        }
        let drawn = stream.uniform() * total;
        if drawn < alone {
            return;
        }
        let Some(&(to, _)) = self.choices.iter().find(|c| drawn < c.1).or(self.choices.last()) else { return };

        let shared = self
            .network
            .neighbours(v)
            .filter(|e| self.labels[e.0 as usize] == self.labels[v] && self.parts[e.0 as usize] == to)
            .fold(0.0, |sum, e| sum + e.1);
        let (t, h) = (to as usize, here as usize);
        self.outward[t] += self.outward[h] - 2.0 * shared;
        self.outward[h] = 0.0;
        self.strengths[t] += strength;
        self.strengths[h] = 0.0;
        self.single[t] = false;
        self.single[v] = false;
        self.parts[v] = to;
    }
}
