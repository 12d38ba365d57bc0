//! Principal components of a sparse matrix by a randomised block Krylov method, centred without being densified.
//!
//! The covariance is only ever applied to a block of vectors: each row of the matrix is read once per block, and the
//! centring is subtracted on the fly (Halko, Martinsson and Tropp 2011, doi:10.1137/090771806). Instead of power
//! iterations that throw the intermediate blocks away, all of them are kept as one basis (Musco and Musco 2015,
//! arXiv:1504.05477), which reaches the same accuracy with a fraction of the passes, and the pass count is not guessed:
//! blocks are added until the residual of every wanted component is small.

mod basis;
mod centred;
mod eigen;

use puricell_core::{Csr, Dense, Embedding, Noted, Seed, Warning};
use rayon::prelude::*;

use crate::ClusterError;
use crate::dot::add_scaled;
use basis::Basis;
use centred::Centred;

/// How many components, and how exact.
#[derive(Debug, Clone, PartialEq)]
pub struct PcaParams {
    /// Components wanted. Default 50. Fewer (20 to 30) for a lot of one cell type, where later ones are noise; clipped,
    /// with a warning, to what the matrix can give.
    pub n_components: usize,
    /// Residual `|C v - lambda v| / lambda` at which a component counts as found, `C` being the scatter matrix. Default
    /// 1e-4: the relative error of a variance is of the order of its square over the relative gap to the next one.
    /// Lower it to compare single late components with another program.
    pub tolerance: f64,
    /// Most basis vectors kept. Default 800. Bounds the memory (`n_columns x max_basis x 8` bytes) and the time; a
    /// matrix that needs more ends with the warning `pca_not_converged`.
    pub max_basis: usize,
}

impl Default for PcaParams {
    fn default() -> Self {
        Self { n_components: 50, tolerance: 1e-4, max_basis: 800 }
    }
}

/// Principal components.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// Scores, `n_cells x n_components`, dimensions named `PC1`, `PC2`, ...
    pub embedding: Embedding,
    /// Unit-length loadings, `n_columns x n_components`. The largest of each component by size is positive.
    pub loadings: Dense<f64>,
    /// Variance along each component (divisor `n_cells - 1`), falling.
    pub variance: Vec<f64>,
    /// The same over the variance of all columns together, 0 to 1.
    pub variance_ratio: Vec<f64>,
    /// Mean of each column, which the scores are centred on.
    pub mean: Vec<f64>,
}

/// Principal components of `matrix`, cells x columns (log-normalised values of variable genes), not scaled.
///
/// Components that carry no variance are left out: the result has at most `min(n_cells, n_columns) - 1` of them, and
/// none at all where all cells are equal. Signs follow scikit-learn 1.5 and later (`svd_flip` on the loadings). Cost
/// grows with `nnz * basis`; nothing of size cells x columns is made.
///
/// # Errors
/// [`ClusterError::NonFinite`] for NaN or infinite values, [`ClusterError::Parameter`] for a tolerance that is not
/// positive, [`ClusterError::Dense`] never in practice.
pub fn pca(matrix: &Csr<f32>, params: &PcaParams, seed: Seed) -> Result<Noted<Pca>, ClusterError> {
    if !(params.tolerance > 0.0 && params.tolerance.is_finite()) {
        return Err(ClusterError::Parameter {
            name: "tolerance",
            value: params.tolerance,
            expected: "a positive number",
        });
    }
    finite(matrix)?;
    let (n_cells, n_columns) = (matrix.n_rows(), matrix.n_cols());
    let possible = n_cells.min(n_columns).saturating_sub(1);
    let wanted = params.n_components.min(possible);
    let centred = Centred::new(matrix);
    let mut warnings = Vec::new();

    let found = basis::components(&centred, wanted, params, &mut seed.stream("pca", 0));
    if !found.converged {
        warnings.push(Warning::new(
            "pca_not_converged",
            format!(
                "principal components stopped at {} basis vectors with a residual of {:.1e}, wanted {:.1e}; raise \
                 max_basis or ask for fewer components",
                found.basis.len(),
                found.residual,
                params.tolerance
            ),
        ));
    }
    let n_components = found.eigenvalues.len();
    if n_components < params.n_components {
        warnings.push(Warning::new(
            "pca_fewer_components",
            format!(
                "{} principal components wanted, {n_components} given: {n_cells} cells x {n_columns} columns carry no more",
                params.n_components
            ),
        ));
    }

    let vectors = loadings(&found.basis, &found.coefficients);
    let scores = centred.scores(&vectors);
    let degrees = n_cells.saturating_sub(1).max(1) as f64;
    let variance: Vec<f64> = found.eigenvalues.iter().map(|l| l / degrees).collect();
    let total = centred.total_variance();
    let mut by_column = Dense::filled(n_columns, n_components, 0.0);
    for (c, vector) in vectors.iter().enumerate() {
        for (j, &value) in vector.iter().enumerate() {
            by_column.row_mut(j)[c] = value;
        }
    }
    Ok(Noted {
        value: Pca {
            embedding: Embedding {
                points: Dense::new(n_cells, n_components, scores)?,
                dims: (1..=n_components).map(|i| format!("PC{i}")).collect(),
            },
            loadings: by_column,
            variance_ratio: variance.iter().map(|v| v / total).collect(),
            variance,
            mean: centred.into_mean(),
        },
        warnings,
    })
}

fn finite(matrix: &Csr<f32>) -> Result<(), ClusterError> {
    let (indptr, indices, values) = matrix.parts();
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(at) => Err(ClusterError::NonFinite {
            what: "matrix",
            row: indptr.partition_point(|&p| p as usize <= at) - 1,
            column: indices[at] as usize,
            value: values[at],
        }),
    }
}

/// Combines the basis vectors into unit loadings and fixes their signs.
fn loadings(basis: &Basis, coefficients: &[Vec<f64>]) -> Vec<Vec<f64>> {
    coefficients
        .par_iter()
        .map(|weights| {
            let mut vector = vec![0.0; basis.dim()];
            for (w, b) in weights.iter().zip(basis.vectors()) {
                add_scaled(&mut vector, *w, b);
            }
            let mut largest = 0.0_f64;
            for &v in &vector {
                if v.abs() > largest.abs() {
                    largest = v;
                }
            }
            if largest < 0.0 {
                for v in &mut vector {
                    *v = -*v;
                }
            }
            vector
        })
        .collect()
}
