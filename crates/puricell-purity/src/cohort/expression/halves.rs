//! The two halves of a lot's target cells.

use puricell_core::Seed;

/// Not a run's seed: a cell is in the same half in every run.
const SEED: Seed = Seed(0);

/// The target cells of the second half, a flag per cell loaded: `ids` are put in order by a random number drawn from their name,
/// and every second one is taken. The halves are equal but for one cell, whatever the order of the cells.
pub fn second_of_target(ids: &[String], is_target: &[bool]) -> Vec<bool> {
    let mut targets: Vec<(u64, &str, usize)> = ids
        .iter()
        .zip(is_target)
        .enumerate()
        .filter(|(_, (_, is_target))| **is_target)
        .map(|(cell, (id, _))| (SEED.stream(id, 0).bits(), id.as_str(), cell))
        .collect();
    targets.sort_unstable();
    let mut second = vec![false; ids.len()];
    targets.iter().skip(1).step_by(2).for_each(|target| second[target.2] = true);
    second
}

/// The same for events, which have no name: of the `n` target events every second one.
pub(super) fn second_of_events(n: usize) -> Vec<bool> {
    (0..n).map(|event| event % 2 == 1).collect()
}
