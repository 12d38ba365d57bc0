//! Map and metaclusters of a bare matrix, for comparison with other programs.
//!
//! `flowsom MATRIX N_DIMS K FIRST_SEED N_SEEDS`: `MATRIX` holds 32-bit little-endian floats, a point after the other. Prints
//! a line per seed: the mean quantisation error, a tab, and the metacluster of each point, with spaces between. `K` of 0 lets the
//! elbow over 1 to 20 decide.

use std::error::Error;
use std::io::{BufWriter, Write};

use puricell_cluster::{MetaclusterCount, MetaclusterParams, SomParams, metacluster, som};
use puricell_core::{Dense, Embedding, Seed};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [matrix, n_dims, k, first_seed, n_seeds] = args.as_slice() else {
        return Err("usage: flowsom MATRIX N_DIMS K FIRST_SEED N_SEEDS".into());
    };
    let values: Vec<f32> = std::fs::read(matrix)?.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let dims: usize = n_dims.parse()?;
    let n_points = values.len().checked_div(dims).unwrap_or(0);
    let points =
        Embedding { points: Dense::new(n_points, dims, values)?, dims: (0..dims).map(|d| format!("D{d}")).collect() };
    let count = match k.parse()? {
        0 => MetaclusterCount::Elbow(20),
        k => MetaclusterCount::Fixed(k),
    };
    let (first, n_seeds): (u64, u64) = (first_seed.parse()?, n_seeds.parse()?);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for seed in (first..first + n_seeds).map(Seed) {
        let map = som(&points, &SomParams::default(), seed)?.value;
        let found = metacluster(&map, count, &MetaclusterParams::default(), seed)?.value;
        write!(out, "{}\t", map.mean_quantisation_error)?;
        for label in found.partition.labels() {
            write!(out, "{label} ")?;
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
