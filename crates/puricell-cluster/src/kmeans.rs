//! k-means as a second witness: groups that Leiden finds on the graph and k-means in the space itself are no artefact of
//! either.
//!
//! linfa-clustering 0.8 with k-means++ (its k-means|| ignores the seed under threads). The only file that names linfa and
//! ndarray.

use linfa::DatasetBase;
use linfa::prelude::{Fit, Predict};
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::Array2;
use puricell_core::{Dense, Embedding, Noted, Partition, Seed, Warning};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::ClusterError;

/// How the centres are found.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansParams {
    /// Starts, of which the best is kept. Default 10. More for many groups.
    pub n_starts: usize,
    /// Most rounds of one start. Default 300.
    pub max_iterations: u64,
    /// Centres are fitted on at most this many cells, drawn without replacement; all cells are then given to their
    /// nearest centre. Default 5,000. As a witness of large groups more cells bring nothing.
    pub max_cells: usize,
}

impl Default for KMeansParams {
    fn default() -> Self {
        Self { n_starts: 10, max_iterations: 300, max_cells: 5_000 }
    }
}

/// Centres and who is nearest to them.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansResult {
    /// Group of each cell.
    pub partition: Partition,
    /// Centres, `k x n_dims`, in the order linfa found them, not that of the groups.
    pub centres: Dense<f64>,
    /// Mean squared distance of the fitted cells to their centre.
    pub inertia: f64,
    /// Cells the centres were fitted on.
    pub n_fitted: usize,
}

/// k-means with `k` centres on the points of an embedding.
///
/// `k` is clipped to the number of cells with the warning `fewer_centres`; groups that end empty are left out of the
/// partition. No cell or `k = 0` gives an empty result.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite coordinates, [`ClusterError::Parameter`] for no start or no round,
/// [`ClusterError::KMeansInertia`] where distances overflow.
pub fn kmeans(
    embedding: &Embedding,
    k: usize,
    params: &KMeansParams,
    seed: Seed,
) -> Result<Noted<KMeansResult>, ClusterError> {
    let points = &embedding.points;
    let (n, dims) = (points.n_rows(), points.n_cols());
    if let Some(at) = points.values().iter().position(|v| !v.is_finite()) {
        let (row, column) = (at / dims, at % dims);
        return Err(ClusterError::NonFinite { what: "embedding", row, column, value: points.values()[at] });
    }
    for (name, value) in [("n_starts", params.n_starts as f64), ("max_iterations", params.max_iterations as f64)] {
        if value < 1.0 {
            return Err(ClusterError::Parameter { name, value, expected: "at least 1" });
        }
    }
    let mut stream = seed.stream("kmeans", 0);
    let mut sample: Vec<usize> = (0..n).collect();
    if n > params.max_cells {
        stream.shuffle(&mut sample);
        sample.truncate(params.max_cells);
        sample.sort_unstable();
    }
    let mut warnings = Vec::new();
    let centres_wanted = k;
    let k = k.min(sample.len());
    if k < centres_wanted {
        warnings.push(Warning::new(
            "fewer_centres",
            format!("{centres_wanted} k-means centres wanted, {k} given: centres are fitted on {} cells", sample.len()),
        ));
    }
    if k == 0 || dims == 0 {
        // Without dimensions all cells are in one place.
        let partition = Partition::from_labels(&vec![0; n])?;
        let centres = Dense::new(0, dims, Vec::new())?;
        return Ok(Noted {
            value: KMeansResult { partition, centres, inertia: 0.0, n_fitted: sample.len() },
            warnings,
        });
    }

    let records =
        |rows: &[usize]| Array2::from_shape_fn((rows.len(), dims), |(i, d)| f64::from(points.row(rows[i])[d]));
    let diverged = || ClusterError::KMeansInertia { k, n_cells: n };
    let model = KMeans::params_with_rng(k, Xoshiro256Plus::seed_from_u64(stream.bits()))
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(params.n_starts)
        .max_n_iterations(params.max_iterations)
        .fit(&DatasetBase::from(records(&sample)))
        .map_err(|_| diverged())?;
    let all: Vec<usize> = (0..n).collect();
    let labels = model.predict(&records(&all));
    let inertia = model.inertia();
    if !inertia.is_finite() {
        return Err(diverged());
    }
    let centres = Dense::new(k, dims, model.centroids().iter().copied().collect())?;
    let partition = Partition::from_labels(&labels.to_vec())?;
    Ok(Noted { value: KMeansResult { partition, centres, inertia, n_fitted: sample.len() }, warnings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedding(values: Vec<f32>, dims: usize) -> Embedding {
        let n = values.len().checked_div(dims).unwrap_or(0);
        Embedding { points: Dense::new(n, dims, values).unwrap(), dims: (0..dims).map(|d| format!("D{d}")).collect() }
    }

    #[test]
    fn two_pairs_on_a_line() {
        let line = embedding(vec![0.0, 1.0, 10.0, 12.0, 11.0], 1);
        let found = kmeans(&line, 2, &KMeansParams::default(), Seed(1)).unwrap().value;
        assert_eq!(found.partition.labels(), &[1, 1, 0, 0, 0]);
        // Squared distances to the means 0.5 and 11: 0.25 + 0.25 + 1 + 1 + 0, over 5 cells. linfa lets the old centre count
        // as one more point and stops when centres move less than 1e-4, so the mean is not quite reached.
        assert!((found.inertia - 0.5).abs() < 1e-3, "{}", found.inertia);
    }

    #[test]
    fn few_cells_and_no_cells() {
        let params = KMeansParams::default();
        let two = kmeans(&embedding(vec![0.0, 5.0], 1), 4, &params, Seed(1)).unwrap();
        assert_eq!(two.value.partition.n_groups(), 2);
        assert_eq!(two.warnings[0].code, "fewer_centres");
        assert_eq!(kmeans(&embedding(vec![], 2), 3, &params, Seed(1)).unwrap().value.partition.n_groups(), 0);
        let same = kmeans(&embedding(vec![1.0; 12], 2), 3, &params, Seed(1)).unwrap().value;
        assert_eq!(same.partition.n_groups(), 1);
        let nan = kmeans(&embedding(vec![0.0, f32::NAN], 1), 1, &params, Seed(1));
        assert!(matches!(nan, Err(ClusterError::NonFinite { row: 1, .. })));
    }
}
