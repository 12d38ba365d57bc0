//! The quality of a partition.

use crate::{ClusterError, Graph};

use super::network::Network;

/// Modularity of `labels` on `graph` at a resolution: the share of edge weight inside groups, less
/// `resolution * sum over groups (strength / 2m)^2`.
///
/// At resolution 1 between -0.5 and 1; 0 for a graph without edges (igraph gives NaN).
///
/// # Errors
/// [`ClusterError::Length`] where there is not one label per cell.
pub fn modularity(graph: &Graph, labels: &[u32], resolution: f64) -> Result<f64, ClusterError> {
    if labels.len() != graph.n_cells() {
        return Err(ClusterError::Length { what: "labels", found: labels.len(), expected: graph.n_cells() });
    }
    let cells: Vec<u32> = (0..graph.n_cells() as u32).collect();
    Ok(Network::among(graph, &cells).modularity(labels, resolution))
}

impl Network {
    pub(crate) fn modularity(&self, labels: &[u32], resolution: f64) -> f64 {
        let total = self.total();
        if total <= 0.0 {
            return 0.0;
        }
        let n_labels = labels.iter().max().map_or(0, |&l| l as usize + 1);
        let mut strengths = vec![0.0; n_labels];
        // What is not inside goes out, so what an aggregated node holds within itself need not be known.
        let mut outside = 0.0;
        for (node, &label) in labels.iter().enumerate() {
            strengths[label as usize] += self.strength(node);
            outside += self
                .edges(node)
                .iter()
                .map(|edge| if labels[edge.to as usize] == label { 0.0 } else { f64::from(edge.weight) })
                .sum::<f64>();
        }
        let expected: f64 = strengths.iter().map(|s| s / total * (s / total)).sum();
        (1.0 - outside / total) - resolution * expected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use puricell_core::Csr;

    #[test]
    fn a_partition_is_worth_the_same_on_its_own_network() {
        // A path of five cells, weights 1, 2, 3, 4, in parts {0, 1}, {2, 3}, {4}.
        let indices = vec![1, 0, 2, 1, 3, 2, 4, 3];
        let values = vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0];
        let graph = Graph::new(Csr::new(5, 5, vec![0, 1, 3, 5, 7, 8], indices, values).unwrap()).unwrap();
        let parts = [0, 0, 1, 1, 2];
        let aggregated = Network::among(&graph, &[0, 1, 2, 3, 4]).aggregate(&parts, 3);
        for resolution in [0.5, 1.0, 2.0] {
            // Inside 2 * (1 + 3) of 20; strengths 4, 12, 4 of 20: 0.4 - resolution * (0.04 + 0.36 + 0.04).
            let want = 0.4 - resolution * 0.44;
            assert!((modularity(&graph, &parts, resolution).unwrap() - want).abs() < 1e-15);
            assert!((aggregated.modularity(&[0, 1, 2], resolution) - want).abs() < 1e-15);
        }
    }
}
