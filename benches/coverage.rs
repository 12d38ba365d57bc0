//! How often intervals cover: `cargo run --release -p puricell-benches --bin coverage -- LOTS > benches/accuracy/coverage.md`.
//!
//! Simulates lots at the level of counts and prints, as Markdown, the coverage of 95 % intervals per mean fraction.

#![allow(clippy::print_stdout)] // the table is the result
#![allow(clippy::unwrap_used)] // counts of a simulation are possible ones

#[path = "../crates/puricell-purity/tests/coverage/simulation.rs"]
mod simulation;

use std::error::Error;

use puricell_purity::IntervalMethod;
use simulation::{FRACTIONS, Lots, SCENARIOS, Tally, simulate, sum};

fn main() -> Result<(), Box<dyn Error>> {
    let n_lots: u32 = match std::env::args().nth(1) {
        Some(n) => n.parse()?,
        None => 1000,
    };
    println!("# Coverage of 95 % intervals\n");
    println!(
        "Made by `cargo run --release -p puricell-benches --bin coverage -- {n_lots}`: {n_lots} lots per row and scenario,"
    );
    println!(
        "simulated at the level of counts. A lot has 4,000 to 12,000 kept cells, a class (blood) within 20 % of the mean"
    );
    println!(
        "fraction of the row, a second one (vessel) at half as much, and 1 % doublets. Each lot has a study of its own, whose"
    );
    println!("confusion matrix is drawn anew; corrected intervals use 4,000 draws. The same bytes on every machine.\n");

    let all: Vec<Vec<Lots>> = SCENARIOS
        .iter()
        .enumerate()
        .map(|(s, scenario)| {
            let one = |(i, &f): (usize, &f64)| simulate(scenario, f, n_lots, 4000, 1_000_000 + (s * 100 + i) as u64);
            FRACTIONS.iter().enumerate().map(one).collect()
        })
        .collect();

    println!("## Counted fractions\n");
    println!(
        "Cells drawn from a lot and counted without error: the fraction of the lot against the interval, all scenarios"
    );
    println!("together. Beside the coverage, the mean width in per cent points.\n");
    println!("| mean fraction | lots | Clopper-Pearson | Wilson | Jeffreys |\n|---|---|---|---|---|");
    let raw = |method: usize, i: usize| sum(all.iter().map(|rows| &rows[i].raw[method]));
    let methods = IntervalMethod::ALL.len();
    for (i, fraction) in FRACTIONS.iter().enumerate() {
        let cells: Vec<String> = (0..methods).map(|m| with_width(&raw(m, i))).collect();
        println!("| {:.2} % | {} | {} |", fraction * 100.0, raw(0, i).n, cells.join(" | "));
    }
    let together: Vec<Tally> =
        (0..methods).map(|m| sum(&(0..FRACTIONS.len()).map(|i| raw(m, i)).collect::<Vec<_>>())).collect();
    let cells: Vec<String> = together.iter().map(with_width).collect();
    println!("| all | {} | {} |\n", together[0].n, cells.join(" | "));

    println!("## Corrected fractions\n");
    println!(
        "What a fallible method called, corrected by its study; both classes. `called` is the exact interval of the raw"
    );
    println!(
        "count of blood, as if the method made no error; `missed` is how often the truth lay below and above the corrected"
    );
    println!(
        "interval. The study of few source cells stands for a pool that was drawn from again and again: it learns little of"
    );
    println!(
        "false calls, so that lower ends are mostly 0, and the interval covers more than it says; upper ends hold.\n"
    );
    for (scenario, rows) in SCENARIOS.iter().zip(&all) {
        println!(
            "{}: {:.2} % of target cells called blood, sensitivity {:.0} %, study of {} target cells and {} of each class.\n",
            capital(scenario.name),
            scenario.false_positives * 100.0,
            scenario.sensitivity * 100.0,
            scenario.n_target,
            scenario.n_class
        );
        println!("| mean fraction | intervals | called | corrected | missed below / above |\n|---|---|---|---|---|");
        for (fraction, lots) in FRACTIONS.iter().zip(rows) {
            line(&format!("{:.2} %", fraction * 100.0), &lots.uncorrected, &lots.corrected);
        }
        let uncorrected = sum(rows.iter().map(|l| &l.uncorrected));
        line("all", &uncorrected, &sum(rows.iter().map(|l| &l.corrected)));
        println!();
    }
    Ok(())
}

fn line(label: &str, uncorrected: &Tally, corrected: &Tally) {
    let share = |k: u32| f64::from(k) * 100.0 / f64::from(corrected.n);
    println!(
        "| {label} | {} | {:.1} % | {:.1} % | {:.1} % / {:.1} % |",
        corrected.n,
        uncorrected.coverage() * 100.0,
        corrected.coverage() * 100.0,
        share(corrected.below),
        share(corrected.n - corrected.covered - corrected.below)
    );
}

fn with_width(tally: &Tally) -> String {
    format!("{:.1} % ({:.3})", tally.coverage() * 100.0, tally.width * 100.0 / f64::from(tally.n))
}

fn capital(text: &str) -> String {
    text.chars().enumerate().map(|(i, c)| if i == 0 { c.to_ascii_uppercase() } else { c }).collect()
}
