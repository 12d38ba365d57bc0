//! How events were called, in words.

use puricell_purity::events::{Sign, SignedMarkers};
use puricell_report::model as report;

use super::super::calls::{label, tops};
use crate::pipeline::{Analysis, EventLot};

pub(in crate::assemble) fn calls(analysis: &Analysis<EventLot>, target_name: &str) -> report::Calls {
    report::Calls {
        rule: "Each event is called by itself, by the likelihood of the signs of several markers: how far its value lies \
               from each marker's threshold, weighed by how surely a cell of the class carries or lacks the marker. A \
               class is called only where enough of its own markers are seen at or above their thresholds. Signs of the \
               target and of a class together are suspect (a doublet or a coincidence); signs of neither are \
               unassigned. No single bright marker and no cluster decides."
            .to_owned(),
        thresholds: thresholds(analysis, target_name),
        background: tops(&analysis.resolved)
            .map(|(_, class)| report::Background {
                class: class.id.clone(),
                label: class.name_en.clone(),
                rate: None,
                n: None,
                derivation: "no blank (a lot known to be free of the class) was measured".to_owned(),
            })
            .collect(),
        // Densities of the markers themselves show it.
        scatter: None,
    }
}

/// The target, then every class and sub-class.
fn thresholds(analysis: &Analysis<EventLot>, target_name: &str) -> Vec<report::CallThreshold> {
    let (resolved, markers) = (&analysis.resolved, &analysis.measured.markers);
    let classes = std::iter::once(&resolved.target).chain(&resolved.classes);
    let signs = std::iter::once(&markers.target).chain(&markers.classes);
    classes
        .zip(signs)
        .map(|(class, signed)| report::CallThreshold {
            class: class.id.clone(),
            label: label(class, target_name),
            high: None,
            low: None,
            min_distinct: signed.min_positive as u64,
            unit: "markers seen".to_owned(),
            derivation: if class.reportable {
                rule(signed, &analysis.measured)
            } else {
                format!("not assessed: it needs {}", needed(&class.coverage.missing))
            },
        })
        .collect()
}

fn needed(missing: &[String]) -> String {
    if missing.is_empty() { "a marker that it lacks".to_owned() } else { missing.join(", ") }
}

/// `at least 2 of CD73, CD90, CD105 (may be lowered); lacks CD45, CD34`.
fn rule(signed: &SignedMarkers, lot: &EventLot) -> String {
    let of = |wanted: &dyn Fn(Sign) -> bool| -> Vec<String> {
        let name = |(marker, sign): &(usize, Sign)| {
            let id = &lot.markers.markers[*marker].marker;
            match sign {
                Sign::Required => format!("{id} (on every cell)"),
                Sign::Dim => format!("{id} (dim)"),
                Sign::Bright => format!("{id} (bright)"),
                Sign::Modulated => format!("{id} (may be lowered)"),
                _ => id.clone(),
            }
        };
        signed.signs.iter().filter(|(_, sign)| wanted(*sign)).map(name).collect()
    };
    let counted = of(&Sign::counts);
    let mut parts = vec![if counted.len() == signed.min_positive {
        format!("{} seen", counted.join(" and "))
    } else {
        format!("at least {} of {} seen", signed.min_positive, counted.join(", "))
    }];
    for (wanted, words) in [(Sign::Negative, "lacks"), (Sign::Optional, "may carry"), (Sign::Either, "not judged by")] {
        let found = of(&|sign| sign == wanted);
        if !found.is_empty() {
            parts.push(format!("{words} {}", found.join(", ")));
        }
    }
    parts.join("; ")
}
