//! Leiden on a stored graph: `leiden GRAPH RUNS RESOLUTION ITERATIONS [stability]`, for `compare/leiden.py`.
//!
//! GRAPH is a folder with the parts of a symmetric matrix in compressed rows, little-endian: `indptr.u64`, `indices.u32`,
//! `weights.f32`. Prints a line of JSON per run (seeds 0, 1, ...): processor seconds, modularity and number of groups,
//! and with `stability` what the groups of the first run are worth. Linux: the kernel tells the processor time.

#![allow(clippy::print_stdout)] // the lines are the result

use std::error::Error;
use std::path::Path;

use puricell_cluster::{Graph, LeidenParams, StabilityParams, leiden, modularity, stability};
use puricell_core::{Csr, Seed};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, runs, resolution, iterations, rest @ ..] = arguments.as_slice() else {
        return Err("usage: leiden GRAPH RUNS RESOLUTION ITERATIONS [stability]".into());
    };
    let graph = read(Path::new(folder))?;
    let params = LeidenParams {
        resolution: resolution.parse()?,
        max_iterations: iterations.parse()?,
        ..LeidenParams::default()
    };
    for seed in 0..runs.parse()? {
        let before = cpu_seconds()?;
        let partition = leiden(&graph, &params, Seed(seed))?.value;
        let seconds = cpu_seconds()? - before;
        let quality = modularity(&graph, partition.labels(), params.resolution)?;
        let groups = partition.n_groups();
        println!("{}", serde_json::json!({"seed": seed, "cpu_s": seconds, "modularity": quality, "groups": groups}));
    }
    if rest.first().is_some_and(|r| r == "stability") {
        let base = leiden(&graph, &LeidenParams { max_iterations: 10, ..params.clone() }, Seed(0))?.value;
        let runs = StabilityParams { leiden: params, ..StabilityParams::default() };
        let before = cpu_seconds()?;
        let found = stability(&graph, &base, &runs, Seed(0))?.value;
        let seconds = cpu_seconds()? - before;
        let of = |runs: &[puricell_cluster::RunAgreement]| -> Vec<[f64; 3]> {
            runs.iter().map(|r| [r.n_groups as f64, r.ari, r.modularity]).collect()
        };
        let groups: Vec<[f64; 3]> =
            found.groups.iter().map(|g| [g.n_cells as f64, g.jaccard_mean, g.jaccard_median]).collect();
        let (resolutions, seeds, subsamples) = (of(&found.by_resolution), of(&found.by_seed), of(&found.by_subsample));
        println!(
            "{}",
            serde_json::json!({"cpu_s": seconds, "groups": groups, "by_resolution": resolutions, "by_seed": seeds, "by_subsample": subsamples})
        );
    }
    Ok(())
}

fn read(folder: &Path) -> Result<Graph, Box<dyn Error>> {
    let bytes = |name: &str| std::fs::read(folder.join(name));
    let indptr: Vec<u64> = bytes("indptr.u64")?.as_chunks::<8>().0.iter().map(|&b| u64::from_le_bytes(b)).collect();
    let indices = bytes("indices.u32")?.as_chunks::<4>().0.iter().map(|&b| u32::from_le_bytes(b)).collect();
    let weights = bytes("weights.f32")?.as_chunks::<4>().0.iter().map(|&b| f32::from_le_bytes(b)).collect();
    let n = indptr.len().saturating_sub(1);
    Ok(Graph::new(Csr::new(n, n, indptr, indices, weights)?)?)
}

/// Processor seconds of all threads of this process, from the scheduler's own count.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let mut nanoseconds = 0.0;
    for thread in std::fs::read_dir("/proc/self/task")? {
        let counts = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanoseconds += counts.split_whitespace().next().ok_or("no scheduler statistics")?.parse::<f64>()?;
    }
    Ok(nanoseconds / 1e9)
}
