//! Doublets as text.

use super::{class_name, count, or_dash};
use crate::model::{DoubletCapture, Doublets, Model, SweepCount};
use crate::number;
use crate::terms;
use crate::text::{Sayable, Text, join, list};

/// Expected cells below which a kind of which none was suspected is left out of the table.
const WORTH_A_ROW: f64 = 0.5;

/// One kind of doublet.
pub(crate) struct KindView {
    pub(crate) label: Text,
    pub(crate) expected: Text,
    pub(crate) suspected: Text,
    pub(crate) called: Text,
}

/// What doublets hide of a class.
pub(crate) struct HiddenView {
    pub(crate) label: Text,
    pub(crate) k: Text,
    pub(crate) suspects: Text,
    pub(crate) expected: Text,
    pub(crate) share: Text,
}

/// Doublets, expected and suspected.
pub(crate) struct DoubletsView {
    pub(crate) method: Text,
    pub(crate) basis: Text,
    pub(crate) expected: Text,
    pub(crate) suspected: Text,
    pub(crate) from: Text,
    pub(crate) kinds: Vec<KindView>,
    pub(crate) hidden: Vec<HiddenView>,
}

pub(crate) fn doublets(model: &Model) -> Option<DoubletsView> {
    let doublets: &Doublets = model.doublets.as_ref()?;
    let label = |id: &str| class_name(model, id);
    let by_capture = !doublets.captures.is_empty();
    let method = if by_capture { terms::DOUBLETS_METHOD_BY_CAPTURE } else { terms::DOUBLETS_METHOD };
    let method =
        method.with(&[&number::count(doublets.n_simulated), &number::count(doublets.n_neighbours), &doublets.method]);
    Some(DoubletsView {
        method: join(&[method, terms::DOUBLETS_NOT_DROPPED.said()], "", ""),
        basis: basis(doublets),
        expected: Text::Number(format!("{} of {}", about(doublets.expected), number::count(doublets.n))),
        suspected: count(doublets.suspected),
        from: Text::Number(number::significant(doublets.suspected_from, 2)),
        kinds: doublets
            .kinds
            .iter()
            .filter(|k| k.suspected > 0 || k.expected >= WORTH_A_ROW)
            .map(|k| KindView {
                label: if k.classes.0 == k.classes.1 {
                    terms::TWO_OF.with(&[&label(&k.classes.0)])
                } else {
                    terms::ONE_WITH.with(&[&label(&k.classes.0), &label(&k.classes.1)])
                },
                expected: Text::Number(about(k.expected)),
                suspected: count(k.suspected),
                called: if k.called.is_empty() {
                    or_dash(None)
                } else {
                    let one = |c: &SweepCount| terms::N_OF_CLASS.with(&[&number::count(c.k), &label(&c.class)]);
                    list(&k.called.iter().map(one).collect::<Vec<_>>())
                },
            })
            .collect(),
        hidden: doublets
            .hidden
            .iter()
            .map(|h| HiddenView {
                label: label(&h.class),
                k: count(h.k),
                suspects: count(h.suspects),
                expected: Text::Number(about(h.expected)),
                share: Text::Number(share(h.hidden_share)),
            })
            .collect(),
    })
}

/// What the expected number follows from.
fn basis(doublets: &Doublets) -> Text {
    let rate = Text::Number(share(doublets.rate_per_1000));
    if doublets.captures.is_empty() {
        let expected = Text::Number(share(doublets.expected_rate));
        return terms::DOUBLETS_BASIS.with(&[&rate, &number::count(doublets.recovered), &expected]);
    }
    let one = |capture: &DoubletCapture| {
        let (name, expected) = (Text::Same(capture.capture.clone()), Text::Number(share(capture.expected_rate)));
        terms::CAPTURE_LOAD.with(&[&name, &number::count(capture.recovered), &expected])
    };
    let captures = join(&doublets.captures.iter().map(one).collect::<Vec<_>>(), "; ", "；");
    let all = Text::Number(share(doublets.expected_rate));
    terms::DOUBLETS_BASIS_BY_CAPTURE.with(&[&rate, &captures, &number::count(doublets.recovered), &all])
}

/// A share that follows from set values, not from counted cells.
fn share(fraction: f64) -> String {
    if fraction > 0.0 { number::cut_off_percent(fraction) } else { "0".to_owned() }
}

/// An expected number of cells.
fn about(cells: f64) -> String {
    match cells {
        cells if cells >= 10.0 => number::count(cells.round() as u64),
        // What is expected is not zero, and must not look so.
        cells if cells > 0.0 && cells < 0.05 => format!("<{}0.1", number::NBSP),
        cells => number::fixed(cells, 1),
    }
}
