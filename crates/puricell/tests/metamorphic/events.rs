//! A simulated lot of a release panel.

use std::collections::BTreeMap;
use std::path::Path;

use puricell_testkit::{FlowCell, FlowLot, FlowPlan};

use crate::calls::{Called, assert_same, read, tally};
use crate::program::run_lot;
use crate::variant::shuffled;

fn lot() -> FlowLot {
    let cells = vec![
        (FlowCell::Stromal, 9_000),
        (FlowCell::Dead, 400),
        (FlowCell::Debris, 600),
        (FlowCell::Monocyte, 100),
        (FlowCell::BCell, 30),
        (FlowCell::Endothelial, 60),
    ];
    FlowLot::simulate(&FlowPlan { cells, unstained: Vec::new(), seed: 11 })
}

fn calls_of(lot: &FlowLot, folder: &Path, name: &str) -> BTreeMap<String, Called> {
    let path = folder.join(format!("{name}.fcs"));
    std::fs::write(&path, lot.to_fcs(true).unwrap()).unwrap();
    let out = folder.join(format!("out_{name}"));
    run_lot(&path, "msc-flow", &out, &["--no-umap"]);
    let calls = read(&out);
    let found = tally(&calls);
    for word in ["target", "hematopoietic", "endothelial"] {
        assert!(found.contains_key(word), "no {word}: {found:?}");
    }
    assert_eq!(calls.len(), lot.truth.len());
    calls
}

// Verifies R-15.
#[test]
fn the_order_of_events_changes_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let lot = lot();
    let reference = calls_of(&lot, folder.path(), "reference");
    let n = lot.parameters.len();
    let order = shuffled(lot.truth.len(), 12);
    let mut turned = lot.clone();
    // The clock still runs forward, as it does in a file: its column, the last, keeps its order.
    for (new, &old) in order.iter().enumerate() {
        turned.values[new * n..new * n + n - 1].copy_from_slice(&lot.values[old * n..old * n + n - 1]);
    }
    let calls = calls_of(&turned, folder.path(), "turned");
    let back = order.iter().enumerate().map(|(new, old)| {
        let called = calls[&(new + 1).to_string()].clone();
        ((old + 1).to_string(), called)
    });
    assert_same("events in another order", &reference, &back.collect());
}

#[test]
fn the_order_of_channels_changes_no_call() {
    let folder = tempfile::tempdir().unwrap();
    let lot = lot();
    let reference = calls_of(&lot, folder.path(), "reference");
    let n = lot.parameters.len();
    let order = shuffled(n, 13);
    let mut turned = lot.clone();
    turned.parameters = order.iter().map(|&column| lot.parameters[column].clone()).collect();
    turned.values = lot.values.chunks_exact(n).flat_map(|event| order.iter().map(|&column| event[column])).collect();
    assert_same("channels in another order", &reference, &calls_of(&turned, folder.path(), "turned"));
}
