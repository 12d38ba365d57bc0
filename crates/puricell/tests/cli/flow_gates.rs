//! The gates written out hold the same events for FlowKit (golden counts, test-data/flow-lots).

use crate::program::{run_lot, test_data};

#[test]
fn gates_hold_the_events_that_flowkit_finds_in_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    run_lot(&test_data("flow-lots/simulated.fcs"), "msc-flow", &out, &["--no-umap"]);
    // FlowKit read just this document.
    let written = std::fs::read_to_string(out.join("gates.xml")).unwrap();
    assert_eq!(written, std::fs::read_to_string(test_data("flow-lots/simulated.gates.xml")).unwrap());
    let json = |path: &std::path::Path| -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let golden = json(&test_data("flow-lots/simulated.flowkit.json"));
    let report = json(&out.join("report.json"));
    let gates = report["cytometry"]["gates"].as_array().unwrap();
    assert_eq!(gates.len(), 4, "{gates:?}");
    for gate in gates {
        let id = gate["id"].as_str().unwrap();
        assert_eq!(gate["k"], golden["counts"][id], "{id}");
    }
    assert_eq!(report["qc"]["accounting"]["kept"], golden["counts"]["viable"]);
}
