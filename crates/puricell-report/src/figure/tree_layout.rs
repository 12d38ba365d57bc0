//! A drawing of a tree: distances on the sheet follow the number of edges between nodes.
//!
//! Stress majorisation in its local form (Gansner, Koren and North 2004, doi:10.1007/978-3-540-31843-9_25), from a fixed
//! start: what igraph's `layout_with_kk`, used by FlowSOM, minimises too. Only a square root goes beyond arithmetic.

use std::collections::VecDeque;

use crate::model::SomEdge;

const SWEEPS: usize = 300;

/// A place for each of `n` nodes. Parts that no edge joins are drawn apart. `O(n^2)` per sweep.
pub(crate) fn tree_layout(n: usize, edges: &[SomEdge]) -> Vec<(f64, f64)> {
    let distances = distances(n, edges);
    let mut places = start(n);
    for _ in 0..SWEEPS {
        for i in 0..n {
            let (mut x, mut y, mut weights) = (0.0, 0.0, 0.0);
            let (xi, yi) = places[i];
            for (j, &(xj, yj)) in places.iter().enumerate() {
                if i == j {
                    continue;
                }
                let wanted = distances[i][j];
                let weight = 1.0 / (wanted * wanted);
                let (dx, dy) = (xi - xj, yi - yj);
                let length = libm::sqrt(dx * dx + dy * dy).max(1e-9);
                x += weight * (xj + wanted * dx / length);
                y += weight * (yj + wanted * dy / length);
                weights += weight;
            }
            if weights > 0.0 {
                places[i] = (x / weights, y / weights);
            }
        }
    }
    places
}

/// Points on a spiral, so that no two coincide.
fn start(n: usize) -> Vec<(f64, f64)> {
    // The golden angle in radians.
    const TURN: f64 = 2.399_963_229_728_653;
    (0..n)
        .map(|i| {
            let (angle, radius) = (TURN * i as f64, libm::sqrt(i as f64 + 0.5));
            (radius * libm::cos(angle), radius * libm::sin(angle))
        })
        .collect()
}

/// Edges between each two nodes; nodes that no path joins are a little further apart than the longest path.
fn distances(n: usize, edges: &[SomEdge]) -> Vec<Vec<f64>> {
    let mut neighbours = vec![Vec::new(); n];
    for edge in edges {
        let (a, b) = (edge.from as usize, edge.to as usize);
        if a < n && b < n && a != b {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
    }
    let steps: Vec<Vec<Option<u32>>> = (0..n).map(|from| steps_from(from, &neighbours)).collect();
    let longest = steps.iter().flatten().flatten().copied().max().unwrap_or(0);
    let apart = f64::from(longest) + 2.0;
    steps.into_iter().map(|row| row.into_iter().map(|s| s.map_or(apart, f64::from)).collect()).collect()
}

fn steps_from(from: usize, neighbours: &[Vec<usize>]) -> Vec<Option<u32>> {
    let mut steps = vec![None; neighbours.len()];
    steps[from] = Some(0);
    let mut queue = VecDeque::from([(from, 0)]);
    while let Some((node, here)) = queue.pop_front() {
        for &next in &neighbours[node] {
            if steps[next].is_none() {
                steps[next] = Some(here + 1);
                queue.push_back((next, here + 1));
            }
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(places: &[(f64, f64)], a: usize, b: usize) -> f64 {
        libm::hypot(places[a].0 - places[b].0, places[a].1 - places[b].1)
    }

    #[test]
    fn a_path_is_drawn_straight() {
        let edges: Vec<SomEdge> = (0..4).map(|i| SomEdge { from: i, to: i + 1 }).collect();
        let places = tree_layout(5, &edges);
        // A path fits its distances without stress; the sweeps end close to it.
        assert!((length(&places, 0, 4) - 4.0).abs() < 0.05, "{places:?}");
        assert!((length(&places, 1, 2) - 1.0).abs() < 0.05, "{places:?}");
    }

    #[test]
    fn every_node_has_a_place_also_without_edges() {
        assert!(tree_layout(0, &[]).is_empty());
        assert!(tree_layout(1, &[]).iter().all(|p| p.0.is_finite() && p.1.is_finite()));
        let places = tree_layout(3, &[SomEdge { from: 0, to: 1 }]);
        assert!(length(&places, 0, 2) > length(&places, 0, 1));
    }
}
