//! Neighbours, clusters and the map, on 3,000 simulated points in the 30 dimensions of a run's components.

use std::error::Error;
use std::hint::black_box;

use criterion::Criterion;
use puricell_cluster::{KnnParams, LeidenParams, UmapParams, fuzzy_graph, knn, leiden, umap};
use puricell_core::{Dense, Embedding, Seed};

const N_POINTS: usize = 3000;
const N_DIMS: usize = 30;
const N_GROUPS: usize = 8;

/// Gaussian groups that touch, with less variance in each further dimension, as components have.
fn points() -> Result<Embedding, Box<dyn Error>> {
    let mut stream = Seed(1).stream("bench.points", 0);
    let centres: Vec<f64> = (0..N_GROUPS * N_DIMS).map(|_| 2.5 * stream.normal()).collect();
    let mut values = Vec::with_capacity(N_POINTS * N_DIMS);
    for _ in 0..N_POINTS {
        let group = stream.below(N_GROUPS);
        for dim in 0..N_DIMS {
            let spread = 1.0 / (1.0 + dim as f64 / 6.0);
            values.push((spread * (centres[group * N_DIMS + dim] + stream.normal())) as f32);
        }
    }
    let dims = (0..N_DIMS).map(|dim| format!("PC{dim}")).collect();
    Ok(Embedding { points: Dense::new(N_POINTS, N_DIMS, values)?, dims })
}

pub(crate) fn bench(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let embedding = points()?;
    let params = KnnParams::default();
    criterion.bench_function("structure/neighbours", |b| b.iter(|| knn(black_box(&embedding), &params)));
    let found = knn(&embedding, &params)?.value;
    criterion.bench_function("structure/graph", |b| b.iter(|| fuzzy_graph(black_box(&found))));
    let graph = fuzzy_graph(&found)?;
    criterion.bench_function("structure/leiden", |b| {
        b.iter(|| leiden(black_box(&graph), &LeidenParams::default(), Seed(1)));
    });
    criterion.bench_function("structure/umap", |b| {
        b.iter(|| umap(black_box(&graph), &embedding, &UmapParams::default(), Seed(1)));
    });
    Ok(())
}
