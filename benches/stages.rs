//! What a run costs, stage by stage: `cargo run --release -p puricell-benches -- PURICELL RUNS run LOT --profile P ...`.
//!
//! Runs the program several times into a temporary folder and prints, as Markdown, the median processor seconds, wall
//! seconds and peak memory of each stage from `timing.json`. Compare two versions by alternating the command with each
//! binary: processor seconds, not wall, on a shared machine.

#![allow(clippy::print_stdout)] // the table is the result

use std::collections::BTreeMap;
use std::error::Error;
use std::process::Command;

/// Seconds, seconds, bytes.
type Cost = [f64; 3];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(program), Some(runs)) = (arguments.next(), arguments.next()) else {
        return Err("usage: stages PURICELL RUNS run LOT --profile P [OPTIONS]".into());
    };
    let runs: usize = runs.parse()?;
    let rest: Vec<String> = arguments.collect();
    let folder = tempfile::tempdir()?;
    let mut order: Vec<String> = Vec::new();
    let mut costs: BTreeMap<String, Vec<Cost>> = BTreeMap::new();
    for run in 0..runs {
        let out = folder.path().join(run.to_string());
        let status = Command::new(&program).args(&rest).arg("--quiet").arg("--out").arg(&out).status()?;
        if !status.success() {
            return Err(format!("{program} ended with {status}").into());
        }
        let timing: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("timing.json"))?)?;
        let stages = timing["stages"].as_array().into_iter().flatten().chain([&timing["total"]]);
        for stage in stages {
            let name = stage["stage"].as_str().unwrap_or("?").to_owned();
            let number = |key: &str| stage[key].as_f64().unwrap_or(f64::NAN);
            if !order.contains(&name) {
                order.push(name.clone());
            }
            costs.entry(name).or_default().push([number("cpu_s"), number("wall_s"), number("peak_bytes")]);
        }
        std::fs::remove_dir_all(out)?;
    }
    println!("| stage | CPU s | wall s | peak MiB |\n|---|---|---|---|");
    for name in order {
        let [cpu, wall, peak] = medians(&costs[&name]);
        println!("| {name} | {cpu:.2} | {wall:.2} | {:.0} |", peak / f64::from(1 << 20));
    }
    Ok(())
}

fn medians(costs: &[Cost]) -> Cost {
    [0, 1, 2].map(|i| {
        let mut values: Vec<f64> = costs.iter().map(|c| c[i]).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    })
}
