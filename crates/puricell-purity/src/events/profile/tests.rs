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
    // Both kinds of problems come in one list.
    let text = text.replacen("k = 15", "k = 0", 1);
    let found = CytoProfile::parse_checked(&text, "changed", &MarkerPanel::builtin().unwrap());
    let Err(PurityError::Invalid { problems, .. }) = found else { panic!("accepted") };
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn built_in_profiles_write_every_number_out_at_its_default() {
    for id in CytoProfile::list() {
        let profile = CytoProfile::builtin(id).unwrap();
        assert_eq!((profile.qc, profile.analysis), (CytoQc::default(), CytoAnalysis::default()));
        let text: toml::Table = CytoProfile::builtin_text(id).unwrap().parse().unwrap();
        let written = |table: &str| text[table].as_table().unwrap().len();
        // As many keys as each has fields: a value can be replaced only where it stands in the text.
        assert_eq!((written("qc"), written("analysis")), (8, 8));
    }
    let text = CytoProfile::builtin_text("msc-flow").unwrap();
    let (before, after) = (text.find("[qc]").unwrap(), text.find("[target]").unwrap());
    let without = CytoProfile::parse(&format!("{}{}", &text[..before], &text[after..]), "x").unwrap();
    assert_eq!((without.qc, without.analysis), (CytoQc::default(), CytoAnalysis::default()));
    let changed = CytoProfile::parse(&text.replacen("som_x = 10", "som_x = 7", 1), "x").unwrap();
    assert_eq!(changed.analysis, CytoAnalysis { som_x: 7, ..CytoAnalysis::default() });
}

#[test]
fn a_number_out_of_its_range_is_found() {
    for (from, to, field, table) in [
        ("time_mads = 6.0", "time_mads = -1.0", "time_mads", "[qc]"),
        ("time_min_rate_fold = 1.5", "time_min_rate_fold = 0.9", "time_min_rate_fold", "[qc]"),
        ("time_min_shift = 0.07", "time_min_shift = 7.0", "time_min_shift", "[qc]"),
        ("debris_max_share = 0.25", "debris_max_share = 25.0", "debris_max_share", "[qc]"),
        ("singlet_mads = 5.0", "singlet_mads = nan", "singlet_mads", "[qc]"),
        ("singlet_min_fold = 1.1", "singlet_min_fold = 0.5", "singlet_min_fold", "[qc]"),
        ("max_dead = 0.5", "max_dead = 50.0", "max_dead", "[qc]"),
        ("min_dead_separation = 1.0", "min_dead_separation = inf", "min_dead_separation", "[qc]"),
        ("sample = 20000", "sample = 0", "sample", "[analysis]"),
        ("k = 15", "k = 0", "k", "[analysis]"),
        ("resolution = 0.5", "resolution = 0.0", "resolution", "[analysis]"),
        ("som_x = 10", "som_x = 2000", "som_x times som_y", "[analysis]"),
        ("metaclusters = 10", "metaclusters = 101", "metaclusters", "[analysis]"),
        ("cofactor_mass = 5.0", "cofactor_mass = 0.0", "cofactor_mass", "[analysis]"),
        ("control_quantile = 0.995", "control_quantile = 1.0", "control_quantile", "[analysis]"),
    ] {
        let found = problems(from, to);
        let [Problem::Range { field: named, of, .. }] = &found[..] else { panic!("{to}: {found:?}") };
        assert_eq!((*named, of.as_str()), (field, table));
    }
    // A map without nodes has no groups either.
    assert_eq!(problems("som_y = 10", "som_y = 0").len(), 2);
}

#[test]
fn more_classes_than_a_call_can_tell_apart_are_refused() {
    let mut text = CytoProfile::builtin_text("msc-flow").unwrap().to_owned();
    let n = CytoProfile::builtin("msc-flow").unwrap().classes.len();
    let class = |i: usize| {
        format!(
            "\n[[class]]\nid = \"c{i}\"\nname_en = \"c\"\nname_zh = \"c\"\nrole = \"contaminant\"\npos = [\"CD3\", \"CD4\"]\n"
        )
    };
    text.extend((n..254).map(class));
    assert_eq!(CytoProfile::parse(&text, "x").unwrap().classes.len(), 254);
    text.push_str(&class(254));
    let Err(PurityError::Invalid { problems, .. }) = CytoProfile::parse(&text, "x") else { panic!("accepted") };
    assert_eq!(problems.len(), 1);
    assert!(problems[0].to_string().ends_with("there are 255 classes, at most 254 may be"), "{}", problems[0]);
}
