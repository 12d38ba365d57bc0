//! Minimum spanning tree over the codes of a map: the tree FlowSOM draws.

use puricell_core::Dense;

/// One edge of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TreeEdge {
    /// The end with the lower number.
    pub from: usize,
    /// The other end.
    pub to: usize,
    /// Euclidean distance between the two.
    pub length: f64,
}

/// Minimum spanning tree of the rows of `codes` under Euclidean distance (Prim 1957,
/// doi:10.1002/j.1538-7305.1957.tb01515.x): one edge fewer than rows, ordered by `from`, then `to`.
///
/// Pass [`Som::scaled_codes`](crate::Som::scaled_codes) for the tree in the units of a map's distances. Between equal
/// lengths the row with the lowest number is taken in first. No or one row gives no edge. Takes `n_rows^2 * n_cols`
/// operations and memory linear in rows.
pub fn spanning_tree(codes: &Dense<f64>) -> Vec<TreeEdge> {
    let n = codes.n_rows();
    // For each row outside the tree: squared distance to the tree, and the row of the tree it is to.
    let mut link = vec![(f64::INFINITY, 0_usize); n];
    let mut outside: Vec<usize> = (1..n).collect();
    let mut edges = Vec::with_capacity(outside.len());
    let mut newest = 0;
    while !outside.is_empty() {
        for &row in &outside {
            let square = squared_distance(codes.row(newest), codes.row(row));
            if square < link[row].0 {
                link[row] = (square, newest);
            }
        }
        let Some(place) = (0..outside.len()).min_by(|&a, &b| link[outside[a]].0.total_cmp(&link[outside[b]].0)) else {
            break;
        };
        // Keeps the order of rows, by which ties are broken.
        newest = outside.remove(place);
        let (square, other) = link[newest];
        edges.push(TreeEdge { from: newest.min(other), to: newest.max(other), length: square.sqrt() });
    }
    edges.sort_by_key(|edge| (edge.from, edge.to));
    edges
}

/// Squared Euclidean distance, summed from the first dimension to the last.
pub(crate) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Seed;

    #[test]
    fn a_line_is_its_own_tree() {
        let codes = Dense::new(4, 1, vec![0.0, 7.0, 1.0, 3.0]).unwrap();
        let edge = |from, to, length| TreeEdge { from, to, length };
        assert_eq!(spanning_tree(&codes), [edge(0, 2, 1.0), edge(1, 3, 4.0), edge(2, 3, 2.0)]);
    }

    #[test]
    fn equals_kruskal() {
        let mut stream = Seed(3).stream("test.tree", 0);
        for n in [2, 5, 40] {
            let codes = Dense::new(n, 3, (0..3 * n).map(|_| stream.normal()).collect()).unwrap();
            assert_eq!(spanning_tree(&codes), kruskal(&codes));
        }
    }

    /// Kruskal's algorithm; with no two distances equal the tree is unique.
    fn kruskal(codes: &Dense<f64>) -> Vec<TreeEdge> {
        let n = codes.n_rows();
        let mut pairs: Vec<TreeEdge> = (0..n)
            .flat_map(|from| (from + 1..n).map(move |to| (from, to)))
            .map(|(from, to)| TreeEdge { from, to, length: squared_distance(codes.row(from), codes.row(to)).sqrt() })
            .collect();
        pairs.sort_by(|a, b| a.length.total_cmp(&b.length));
        let mut part: Vec<usize> = (0..n).collect();
        pairs.retain(|edge| {
            let (a, b) = (part[edge.from], part[edge.to]);
            part.iter_mut().filter(|p| **p == b).for_each(|p| *p = a);
            a != b
        });
        pairs.sort_by_key(|edge| (edge.from, edge.to));
        pairs
    }

    #[test]
    fn few_rows_and_equal_rows() {
        assert!(spanning_tree(&Dense::filled(0, 2, 0.0)).is_empty());
        assert!(spanning_tree(&Dense::filled(1, 2, 0.0)).is_empty());
        let edges = spanning_tree(&Dense::filled(4, 2, 1.5));
        assert_eq!(edges.len(), 3);
        assert!(edges.iter().all(|edge| edge.from == 0 && edge.length.to_bits() == 0));
    }
}
