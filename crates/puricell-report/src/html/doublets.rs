//! Doublets as text.

use crate::model::{Doublets, Model};
use crate::number;

/// Expected cells below which a kind of which none was suspected is left out of the table.
const WORTH_A_ROW: f64 = 0.5;

/// One kind of doublet.
pub(super) struct KindView {
    pub(super) label: String,
    pub(super) expected: String,
    pub(super) suspected: String,
    pub(super) called: String,
}

/// What doublets hide of a class.
pub(super) struct HiddenView {
    pub(super) label: String,
    pub(super) k: String,
    pub(super) suspects: String,
    pub(super) expected: String,
    pub(super) share: String,
}

/// Doublets, expected and suspected.
pub(super) struct DoubletsView {
    pub(super) method: String,
    pub(super) basis: String,
    pub(super) expected: String,
    pub(super) suspected: String,
    pub(super) from: String,
    pub(super) kinds: Vec<KindView>,
    pub(super) hidden: Vec<HiddenView>,
}

pub(super) fn doublets(model: &Model) -> Option<DoubletsView> {
    let doublets: &Doublets = model.doublets.as_ref()?;
    let label = |id: &str| {
        let class = model.classes.iter().find(|c| c.id == id);
        class.map_or_else(|| id.to_owned(), |c| c.label.clone())
    };
    Some(DoubletsView {
        method: doublets.method.clone(),
        basis: format!(
            "{} per 1,000 of {} recovered cells: {}",
            share(doublets.rate_per_1000),
            number::count(doublets.recovered),
            share(doublets.expected_rate)
        ),
        expected: format!("{} of {}", about(doublets.expected), number::count(doublets.n)),
        suspected: number::count(doublets.suspected),
        from: number::significant(doublets.suspected_from, 2),
        kinds: doublets
            .kinds
            .iter()
            .filter(|k| k.suspected > 0 || k.expected >= WORTH_A_ROW)
            .map(|k| KindView {
                label: if k.classes.0 == k.classes.1 {
                    format!("two of {}", label(&k.classes.0))
                } else {
                    format!("{} with {}", label(&k.classes.0), label(&k.classes.1))
                },
                expected: about(k.expected),
                suspected: number::count(k.suspected),
                called: if k.called.is_empty() {
                    "–".to_owned()
                } else {
                    let one = |c: &crate::model::SweepCount| format!("{} {}", number::count(c.k), label(&c.class));
                    k.called.iter().map(one).collect::<Vec<_>>().join(", ")
                },
            })
            .collect(),
        hidden: doublets
            .hidden
            .iter()
            .map(|h| HiddenView {
                label: label(&h.class),
                k: number::count(h.k),
                suspects: number::count(h.suspects),
                expected: about(h.expected),
                share: share(h.hidden_share),
            })
            .collect(),
    })
}

/// A share that follows from set values, not from counted cells.
fn share(fraction: f64) -> String {
    if fraction > 0.0 { number::cut_off_percent(fraction) } else { "0".to_owned() }
}

/// An expected number of cells.
fn about(cells: f64) -> String {
    if cells >= 10.0 { number::count(cells.round() as u64) } else { number::fixed(cells, 1) }
}
