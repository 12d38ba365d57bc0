//! Processor time and recall of the search for neighbours among the points of a bare matrix.
//!
//! `neighbours MATRIX N_DIMS EXACT_UP_TO SEED`: `MATRIX` holds 32-bit little-endian floats, a point after the other. Prints how
//! the search was done, and a hash of its bits. `time` tells what it took.

use std::error::Error;
use std::io::Write;

use puricell_cluster::{NeighbourParams, neighbours};
use puricell_core::{Dense, Embedding, Seed};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [matrix, n_dims, exact_up_to, seed] = args.as_slice() else {
        return Err("usage: neighbours MATRIX N_DIMS EXACT_UP_TO SEED".into());
    };
    let values: Vec<f32> = std::fs::read(matrix)?.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let dims: usize = n_dims.parse()?;
    let n_points = values.len().checked_div(dims).unwrap_or(0);
    let points =
        Embedding { points: Dense::new(n_points, dims, values)?, dims: (0..dims).map(|d| format!("D{d}")).collect() };
    let params = NeighbourParams { exact_up_to: exact_up_to.parse()?, ..NeighbourParams::default() };
    let found = neighbours(&points, &params, Seed(seed.parse()?))?;
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for cell in 0..n_points {
        let (indices, distances) = found.value.knn.of(cell);
        for word in indices.iter().copied().chain(distances.iter().map(|d| d.to_bits())) {
            hash = (hash ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    let out = &mut std::io::stdout().lock();
    writeln!(out, "{n_points} points, {:?}, {hash:016x}, {:?}", found.value.search, found.warnings)?;
    Ok(())
}
