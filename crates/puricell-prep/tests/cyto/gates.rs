//! Gates against the compliance tests of Gating-ML 2.0.

use std::collections::BTreeSet;
use std::path::Path;

use puricell_core::{Channel, ChannelKind, Dense, Events, math};
use puricell_prep::cyto::{GatingMl, Membership};

use crate::test_data;

/// From a channel's number to its value.
type ToScale = Box<dyn Fn(f64) -> f64>;

/// `data1.fcs`, by its keywords: 8 parameters of 16 bits, big-endian; gains 3.67 and 8, four decades where logarithmic.
pub(crate) fn data1() -> Events {
    let bytes = std::fs::read(test_data("gatingml").join("data1.fcs")).unwrap();
    let start: usize = std::str::from_utf8(&bytes[26..34]).unwrap().trim().parse().unwrap();
    let linear = |gain: f64| move |v: f64| v / gain;
    let decades = |v: f64| math::pow(10.0, 4.0 * v / 1024.0);
    let channels: [(&str, ToScale); 8] = [
        ("FSC-H", Box::new(linear(3.67))),
        ("SSC-H", Box::new(linear(8.0))),
        ("FL1-H", Box::new(decades)),
        ("FL2-H", Box::new(decades)),
        ("FL3-H", Box::new(decades)),
        ("FL2-A", Box::new(linear(1.0))),
        ("FL4-H", Box::new(decades)),
        ("Time", Box::new(linear(1.0))),
    ];
    let values: Vec<f32> = bytes[start..start + 13_367 * 16]
        .chunks_exact(2)
        .enumerate()
        .map(|(i, word)| channels[i % 8].1(f64::from(u16::from_be_bytes([word[0], word[1]]))) as f32)
        .collect();
    let channel =
        |(name, _): &(&str, _)| Channel { name: (*name).into(), label: None, kind: ChannelKind::Other, range: 1024.0 };
    Events::new(Dense::new(13_367, 8, values).unwrap(), channels.iter().map(channel).collect()).unwrap()
}

/// Names of the truth files are those of the gates, but for one. The suite has none for `myEllipse2`: FlowKit's stands in.
fn truth(gate: &str) -> Vec<bool> {
    let path = match gate {
        "myEllipse2" => "flowkit/myEllipse2.txt".to_owned(),
        "ParRectangle1" => "truth/Results_ParQuadRect.txt".to_owned(),
        other => format!("truth/Results_{other}.txt"),
    };
    truth_file(&test_data("gatingml").join(path))
}

/// One 0 or 1 per event.
pub(crate) fn truth_file(path: &Path) -> Vec<bool> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let bits: Vec<bool> = text.lines().map(|line| line.trim() == "1").collect();
    assert_eq!(bits.len(), 13_367);
    bits
}

pub(crate) fn bits(events: &Membership) -> Vec<bool> {
    (0..events.n_events()).map(|event| events.contains(event)).collect()
}

// Verifies R-24.
#[test]
fn every_event_of_the_compliance_tests_is_where_the_truth_says() {
    let events = data1();
    let mut seen = BTreeSet::new();
    let mut n_files = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(test_data("gatingml").join("gml")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let parsed = GatingMl::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        // The one file with an element of its own.
        assert_eq!(parsed.warnings.len(), usize::from(file.contains("attr_testing")), "{file}");
        let found = parsed.value.evaluate(&events, None).unwrap();
        for (gate, membership) in &found.value.gates {
            let truth = truth(gate);
            let n_wrong = bits(membership).iter().zip(&truth).filter(|(a, b)| a != b).count();
            if n_wrong > 0 {
                wrong.push(format!("{file} {gate}: {n_wrong} events"));
            }
            assert_eq!(membership.count(), membership.events().count());
            seen.insert(gate.clone());
        }
        // Written and read again, it is the same document.
        assert_eq!(GatingMl::parse(&parsed.value.to_xml().unwrap()).unwrap().value, parsed.value, "{file}");
        n_files += 1;
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(n_files, 47);
    let n_truths = std::fs::read_dir(test_data("gatingml").join("truth")).unwrap().count();
    // All truth files are used, and `myEllipse2` has none.
    assert_eq!(seen.len(), n_truths + 1, "{seen:?}");
}
