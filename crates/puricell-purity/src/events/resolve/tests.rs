use super::*;
use crate::events::{Calibration, MarkerWaiver, ThresholdSource};

fn thresholds(markers: &[&str]) -> Vec<MarkerThreshold> {
    let of = |(column, marker): (usize, &&str)| MarkerThreshold {
        marker: (*marker).to_owned(),
        column,
        threshold: 3.0,
        band: (2.5, 3.5),
        separable: true,
        source: ThresholdSource::User,
        calibration: Calibration::Band,
    };
    markers.iter().enumerate().map(of).collect()
}

fn msc() -> CytoProfile {
    CytoProfile::builtin("msc-flow").unwrap()
}

fn reportable(resolved: &ResolvedEvents) -> Vec<&str> {
    resolved.resolved.classes.iter().filter(|c| c.reportable).map(|c| c.id.as_str()).collect()
}

#[test]
fn a_class_without_its_markers_is_not_reportable() {
    let noted = resolve_events(&msc(), &thresholds(&["CD73", "CD90", "CD105", "CD45", "CD14", "CD56"])).unwrap();
    // CD56 without CD3 cannot tell NK from NKT cells; CD31, CD326, CD34 and CD19 are missing.
    assert_eq!(reportable(&noted.value), ["hematopoietic", "monocyte"]);
    assert!(noted.value.resolved.target.reportable);
    let nk = noted.value.resolved.class("nk_cell").unwrap();
    assert_eq!(noted.value.resolved.classes[nk].coverage.missing, ["CD3"]);
    let text = format!("{:?}", noted.warnings);
    assert!(text.contains("class 'nk_cell' is not reportable: it needs CD3; its cells are counted in 'hematopoietic'"));
}

#[test]
fn a_marker_that_cannot_be_told_apart_is_not_used() {
    let mut all = thresholds(&["CD73", "CD90", "CD105", "CD45", "CD14"]);
    all[3].separable = false;
    let found = resolve_events(&msc(), &all).unwrap().value;
    assert_eq!(reportable(&found), Vec::<&str>::new());
    assert!(found.unused.contains(&UnusedMarker { marker: "CD45".to_owned(), why: WhyUnused::NotSeparable }));
    assert_eq!(found.resolved.classes[0].coverage.missing, ["CD45 (not separable)"]);
    all[0].separable = false;
    assert!(resolve_events(&msc(), &all).unwrap().value.resolved.target.reportable);
    all[1].separable = false;
    assert!(!resolve_events(&msc(), &all).unwrap().value.resolved.target.reportable);
}

#[test]
fn one_positive_marker_needs_one_that_the_class_lacks() {
    // CD45 with CD73 alone: nothing among CD90, CD105 and CD326 shows that the cell is not stromal.
    let found = resolve_events(&msc(), &thresholds(&["CD73", "CD45"])).unwrap().value;
    assert_eq!(reportable(&found), Vec::<&str>::new());
    let found = resolve_events(&msc(), &thresholds(&["CD73", "CD90", "CD45"])).unwrap().value;
    assert_eq!(reportable(&found), ["hematopoietic"]);
}

#[test]
fn a_choice_takes_the_first_marker_there_is() {
    let sign = |found: &ResolvedEvents, class: &str, marker: &str| {
        let column = found.markers.iter().position(|m| m.marker == marker)?;
        let class = found.resolved.class(class)?;
        found.classes[class].signs.iter().find(|(m, _)| *m == column).map(|(_, s)| *s)
    };
    let names = ["CD73", "CD90", "CD45", "CD34", "CD79a", "CD31"];
    let found = resolve_events(&msc(), &thresholds(&names)).unwrap().value;
    assert_eq!(sign(&found, "b_cell", "CD79a"), Some(Sign::Positive));
    assert_eq!(sign(&found, "endothelial", "CD34"), Some(Sign::Positive));
    // A sub-class's own word comes before its parent's.
    assert_eq!(sign(&found, "hsc", "CD45"), Some(Sign::Dim));
    assert_eq!(sign(&found, "b_cell", "CD45"), Some(Sign::Positive));
    assert_eq!(sign(&found, "hsc", "CD90"), Some(Sign::Either));
}

#[test]
fn a_waived_marker_is_no_evidence() {
    let waiver = MarkerWaiver { marker: "CD34".to_owned(), reason: "early adipose cells carry it".to_owned() };
    let names = ["CD73", "CD90", "CD45", "CD34", "CD31"];
    let found = resolve_events(&msc().with_waivers([waiver]), &thresholds(&names)).unwrap().value;
    assert_eq!(reportable(&found), ["hematopoietic"]);
    let endothelial = found.resolved.class("endothelial").unwrap();
    assert_eq!(found.resolved.classes[endothelial].coverage.missing, ["CD144|CD34 (waived)"]);
    let cd34 = found.markers.iter().position(|m| m.marker == "CD34").unwrap();
    assert!(found.target.signs.contains(&(cd34, Sign::Either)));
    assert_eq!(found.resolved.waivers[0].classes, ["hsc", "endothelial"]);
}

#[test]
fn thresholds_that_do_not_fit_are_refused() {
    let none = resolve_events(&msc(), &thresholds(&["CD45"]));
    assert!(matches!(none, Err(PurityError::NoTargetMarker { .. })), "{none:?}");
    let twice = resolve_events(&msc(), &thresholds(&["CD73", "CD73"]));
    assert!(matches!(twice, Err(PurityError::RepeatedThreshold { .. })), "{twice:?}");
    let mut outside = thresholds(&["CD73", "CD90"]);
    outside[1].threshold = 9.0;
    assert!(matches!(resolve_events(&msc(), &outside), Err(PurityError::Threshold { .. })));
    outside[1].threshold = f64::NAN;
    assert!(matches!(resolve_events(&msc(), &outside), Err(PurityError::Threshold { .. })));
}
