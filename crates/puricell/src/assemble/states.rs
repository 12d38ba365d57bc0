//! The states of the target cells.

use puricell_purity::{Proportion, TargetState};
use puricell_report::model as report;

pub(super) fn states(found: &[TargetState]) -> Vec<report::StateShare> {
    let share = |state: &TargetState| report::StateShare {
        id: state.id.to_owned(),
        label: state.name_en.to_owned(),
        k: state.counted.map(Proportion::k),
        n: state.n,
        fraction: state.counted.and_then(Proportion::fraction),
        ci_low: state.interval.map(|i| i.low),
        ci_high: state.interval.map(|i| i.high),
        upper_one_sided: state.upper_bound,
        note: Some(state.note.clone()),
    };
    found.iter().map(share).collect()
}
