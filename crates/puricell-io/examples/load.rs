//! Reads a matrix and prints its shape, sum, and the CPU time and memory it took: `load PATH [THREADS] [LAYER]`.
#![allow(clippy::print_stdout)]

use std::path::Path;

use puricell_io::{ReadOptions, open};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let path = args.get(1).ok_or("give a path")?;
    let threads = args.get(2).map_or(Ok(0), |n| n.parse())?;
    let options = ReadOptions { layer: args.get(3).cloned(), ..ReadOptions::default() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let loaded = match pool.install(|| open(Path::new(path), &options)) {
        Ok(loaded) => loaded,
        Err(error) => {
            println!("refused: {error}");
            println!("hint: {}", error.hint().unwrap_or_default());
            return Ok(());
        }
    };
    let dataset = &loaded.value.dataset;
    let sum: u64 = (0..dataset.n_cells()).map(|cell| dataset.counts().row(cell).total()).sum();
    println!("{:?} from {}", loaded.value.source.kind, loaded.value.source.matrix);
    println!(
        "{} cells x {} genes, {} nonzero, sum {sum}",
        dataset.n_cells(),
        dataset.n_features(),
        dataset.counts().nnz()
    );
    for warning in &loaded.warnings {
        println!("warning: {warning}");
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status.lines().filter(|l| l.starts_with("VmHWM")).for_each(|l| println!("{l}"));
    }
    if let Ok(stat) = std::fs::read_to_string("/proc/self/stat") {
        // Fields 14 and 15 after the program's name: user and system time in ticks of 10 ms.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        println!("user {} system {} (ticks of 10 ms)", fields[11], fields[12]);
    }
    Ok(())
}
