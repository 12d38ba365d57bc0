//! Refinement: each community is built up again from single nodes, by merges that are drawn at random among those that
//! pay, and only of parts that are well connected to their community.

use puricell_core::Stream;

use super::moving::renumber;
use super::network::Network;

/// A gain this many times the randomness below the best is not drawn: its weight is below 2^-53 of the best one's.
const OUT_OF_REACH: f64 = 37.0;

/// A part of a community, named by one of its nodes.
struct Part {
    strength: f64,
    /// Weight to the rest of the community.
    outward: f64,
    community: u32,
    /// Whether it is still the node alone.
    single: bool,
}

/// A part that a node may join.
struct Choice {
    part: u32,
    shared: f64,
    gain: f64,
}

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
    let mut communities = vec![0.0; n_communities];
    for (node, &label) in labels.iter().enumerate() {
        communities[label as usize] += network.strength(node);
    }
    let mut parts: Vec<Part> = (0..n).map(|node| single(network, labels, node)).collect();
    let mut part_of: Vec<u32> = (0..n as u32).collect();
    let mut sums = vec![0.0_f64; n];
    // One place more, for what is written there but not kept.
    let mut met = vec![0_u32; network.most_edges() + 1];
    let mut choices: Vec<Choice> = Vec::new();
    let reach = -OUT_OF_REACH * randomness;
    for node in 0..n {
        let Part { strength, outward, community, single } = parts[node];
        let whole = communities[community as usize];
        let connected = |part: &Part| part.outward >= penalty * part.strength * (whole - part.strength);
        if !(single && connected(&parts[node])) {
            continue;
        }
        let mut n_met = 0;
        for edge in network.edges(node) {
            let part = part_of[edge.to as usize];
            let sum = &mut sums[part as usize];
            met[n_met] = part;
            n_met += usize::from(*sum <= 0.0);
            *sum += f64::from(edge.weight);
        }
        choices.clear();
        // Staying alone gains nothing and is drawn with the weight of a gain of 0.
        let mut best = 0.0_f64;
        for &part in &met[..n_met] {
            let shared = std::mem::take(&mut sums[part as usize]);
            let other = &parts[part as usize];
            let gain = shared - penalty * strength * other.strength;
            if other.community == community && gain >= 0.0 && gain - best > reach && connected(other) {
                choices.push(Choice { part, shared, gain });
                best = best.max(gain);
            }
        }
        let Some(chosen) = draw(&mut choices, best, randomness, stream) else { continue };
        let joined = &mut parts[chosen.part as usize];
        joined.outward += outward - 2.0 * chosen.shared;
        joined.strength += strength;
        joined.single = false;
        parts[node].single = false;
        part_of[node] = chosen.part;
    }
    let n_parts = renumber(&mut part_of, n);
    (part_of, n_parts)
}

fn single(network: &Network, labels: &[u32], node: usize) -> Part {
    let community = labels[node];
    let outward = network
        .edges(node)
        .iter()
        .map(|edge| if labels[edge.to as usize] == community { f64::from(edge.weight) } else { 0.0 })
        .sum();
    Part { strength: network.strength(node), outward, community, single: true }
}

/// One of the choices, with weight `exp(gain / randomness)`; `None` is to stay alone, a gain of 0.
fn draw<'a>(choices: &'a mut [Choice], best: f64, randomness: f64, stream: &mut Stream) -> Option<&'a Choice> {
    if choices.is_empty() {
        return None;
    }
    // Gains are taken from the best, which changes no proportion and cannot overflow.
    let weight = |gain: f64| exp_of_negative((gain - best) / randomness);
    let alone = weight(0.0);
    let mut total = alone;
    for choice in choices.iter_mut() {
        total += weight(choice.gain);
        choice.gain = total;
    }
    let drawn = stream.uniform() * total;
    if drawn < alone {
        return None;
    }
    choices.iter().find(|choice| drawn < choice.gain).or(choices.last())
}

/// `exp(x)` for x up to 0, to a relative 4e-6; 0 where a gain is out of reach. The odds of a draw need no more, and a third of the
/// refinement's time went into the full `exp`.
fn exp_of_negative(x: f64) -> f64 {
    /// 1.5 * 2^52: added and taken off again, it rounds to a whole number, which its lowest bits hold.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    if x < -OUT_OF_REACH {
        return 0.0;
    }
    let halvings = x * std::f64::consts::LOG2_E;
    let shifted = halvings + ROUND;
    let rest = (halvings - (shifted - ROUND)) * std::f64::consts::LN_2;
    // Taylor on +-0.35, then the exponent.
    let near =
        1.0 + rest * (1.0 + rest * (1.0 / 2.0 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0)))));
    f64::from_bits((shifted.to_bits() << 52).wrapping_add(near.to_bits()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::math;

    #[test]
    fn the_short_exponential_is_near_the_full_one() {
        for i in 0..=3700 {
            let x = -0.01 * f64::from(i);
            let relative = exp_of_negative(x) / math::exp(x) - 1.0;
            // The first term left out: 0.347^6 / 720 = 2.4e-6 of about 0.7 to 1.4.
            assert!(relative.abs() < 4e-6, "{x}: {relative}");
        }
        assert!(exp_of_negative(-38.0) <= 0.0);
    }
}
