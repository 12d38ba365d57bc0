use super::*;
use crate::error::Problem;

#[test]
fn built_in_profiles_fit_the_built_in_markers() {
    let panel = MarkerPanel::builtin().unwrap();
    for id in CytoProfile::list() {
        let profile = CytoProfile::builtin(id).unwrap();
        assert_eq!(profile.id, *id);
        profile.check(&panel).unwrap();
        assert!(profile.classes.iter().all(|c| !c.name_zh.is_empty()));
    }
}

/// Problems found in the MSC profile after a replacement that must apply.
fn problems(from: &str, to: &str) -> Vec<Problem> {
    let text = CytoProfile::builtin_text("msc-flow").unwrap();
    assert!(text.contains(from), "{from}");
    match CytoProfile::parse(&text.replacen(from, to, 1), "changed") {
        Err(PurityError::Invalid { problems, .. }) => problems.into_iter().map(|p| p.problem).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_marker_calls_a_cell_only_with_a_reason() {
    let found = problems("single_marker_reason = \"CD326", "# \"CD326");
    assert!(matches!(&found[..], [Problem::SingleMarker { of, found: 1 }] if of == "class 'epithelial'"), "{found:?}");
    let found = problems("either = [\"HLA-DR\"]\nmin_positive = 2", "min_positive = 1");
    assert!(matches!(&found[..], [Problem::SingleMarker { .. }]), "{found:?}");
}

#[test]
fn contradictions_are_found_with_their_line() {
    let found = problems("pos = [\"CD31\", \"CD144|CD34\"]", "pos = [\"CD31\", \"CD45\"]");
    assert!(matches!(&found[..], [Problem::RepeatedMarker { marker, .. }] if marker == "CD45"), "{found:?}");
    let found = problems("pos = [\"CD31\", \"CD144|CD34\"]", "pos = [\"CD31\"]");
    assert!(matches!(&found[..], [Problem::TooFewMarkers { wanted: 2, found: 1, .. }]), "{found:?}");
    // Without its parent's CD45 the class has one marker left.
    let found = problems("parent = \"hematopoietic\"", "parent = \"blood\"");
    assert!(
        matches!(&found[..], [Problem::Unknown { what: "parent", .. }, Problem::TooFewMarkers { found: 1, .. }]),
        "{found:?}"
    );
    let found = problems("id = \"t_cell\"", "id = \"suspect\"");
    assert!(matches!(&found[..], [Problem::Reserved { .. }]), "{found:?}");
}

#[test]
fn an_unknown_marker_is_found_against_the_list() {
    let text = CytoProfile::builtin_text("msc-flow").unwrap().replacen("pos = [\"CD3\"]", "pos = [\"CD300\"]", 1);
    let profile = CytoProfile::parse(&text, "changed").unwrap();
    let Err(PurityError::Invalid { problems, .. }) = profile.check(&MarkerPanel::builtin().unwrap()) else {
        panic!("accepted")
    };
    assert_eq!(problems.len(), 1);
    assert!(problems[0].line.is_some() && problems[0].to_string().contains("CD300"), "{problems:?}");
}
