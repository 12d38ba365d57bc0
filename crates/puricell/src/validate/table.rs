//! `recovery.tsv`: a row per mixture and class.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::mix::State;
use super::pool::Group;
use super::study::RunResult;

/// A row per mixture and planted class, tab-separated, with a header. `planted`, `kept` and `recovered` are live single cells
/// of the class: mixed, left by quality control, and called the class. `k` of `n` is the row that the lot's table states,
/// whatever the cells are; `NA` where nothing was counted.
pub fn recovery_tsv(groups: &[Group], runs: &[RunResult]) -> String {
    let mut text =
        "run\tseed\tdepth\tlevel\treplicate\tclass\tplanted\tdistinct\tkept\trecovered\tplanted_fraction\tk\tn\t\
                    fraction\tci_low\tci_high\n"
            .to_owned();
    for run in runs {
        let plan = run.plan;
        let singles = run.cells.iter().filter(|c| c.cell.state == State::Single).count();
        for (group, of) in groups.iter().enumerate() {
            let own = || run.cells.iter().filter(move |c| c.cell.group == group && c.cell.state == State::Single);
            let planted = own().count();
            let distinct = own().map(|c| c.cell.source).collect::<BTreeSet<usize>>().len();
            let kept = own().filter(|c| c.call.is_some()).count();
            let recovered = own().filter(|c| c.call.is_some() && c.call == run.kinds[group]).count();
            let share = planted as f64 / singles.max(1) as f64;
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "{}\t{}\t{}\t{}\t{}\t{}\t{planted}\t{distinct}\t{kept}\t{recovered}\t{share}",
                plan.number + 1,
                plan.seed,
                plan.depth,
                plan.fraction,
                plan.replicate + 1,
                of.id
            );
            let _ = match run.called[group] {
                Some(called) => {
                    let end = |end: Option<f64>| end.map_or_else(|| "NA".to_owned(), |e| e.to_string());
                    let fraction = (called.n > 0).then(|| called.k as f64 / called.n as f64);
                    let (low, high) = (called.interval.map(|i| i.low), called.interval.map(|i| i.high));
                    writeln!(text, "\t{}\t{}\t{}\t{}\t{}", called.k, called.n, end(fraction), end(low), end(high))
                }
                None => writeln!(text, "\tNA\tNA\tNA\tNA\tNA"),
            };
        }
    }
    text
}
