use puricell_core::{FeatureKind, FeatureTable};

use super::*;
use crate::{CallKind, Called, Outcome, Resolved, resolve};

/// The profile on every gene of the panels.
pub(super) fn resolved(profile: &Profile) -> Resolved {
    let panels = Panels::builtin().unwrap();
    let mut names: Vec<String> = panels.panels.iter().flat_map(|p| &p.markers).map(|m| m.symbol.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let features = FeatureTable {
        ids: names.clone(),
        kinds: vec![FeatureKind::GeneExpression; names.len()],
        genomes: vec![String::new(); names.len()],
        names,
    };
    resolve(profile, panels, &features).unwrap().value
}

/// A cell kept and called.
pub(super) fn counted(kind: CallKind) -> Outcome {
    Outcome::Called(Called { kind, subclass: None, subsets: Vec::new(), confidence: 1.0 })
}

fn edited(from: &str, to: &str) -> String {
    let text = Profile::builtin_text("bone-marrow").unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn message(text: &str) -> String {
    Profile::parse_checked(text, "mine.toml", Panels::builtin().unwrap()).unwrap_err().to_string()
}

#[test]
fn built_in_profiles_parse_and_fit_the_panels() {
    let names = [
        ("bone-marrow", "MSC(M)"),
        ("adipose", "MSC(AT)"),
        ("umbilical-cord", "MSC(UC)"),
        ("whartons-jelly", "MSC(WJ)"),
        ("cord-blood", "MSC(CB)"),
        ("placenta", "MSC(PL)"),
        ("dental-pulp", "MSC(DP)"),
        ("menstrual-blood", "MSC(MB)"),
        ("ipsc-msc", "MSC(iPS)"),
        ("gene-modified", "MSC"),
        ("adipose-svf", "SVF(AT)"),
    ];
    assert_eq!(Profile::list(), names.map(|n| n.0));
    for (id, isct) in names {
        let profile = Profile::builtin(id).unwrap();
        profile.check(Panels::builtin().unwrap()).unwrap();
        assert_eq!((profile.id.as_str(), profile.isct_name.as_str()), (id, isct));
        assert_eq!((profile.qc, profile.analysis), (Qc::default(), Analysis::default()));
        let top: Vec<&str> = profile.classes.iter().filter(|c| c.parent.is_none()).map(|c| c.id.as_str()).collect();
        assert_eq!(top[..4], ["hematopoietic", "endothelial", "epithelial", "other_stromal"]);
        assert_eq!(top[4..], if id == "ipsc-msc" { vec!["residual_pluripotent", "off_target"] } else { vec![] });
        let declared = profile.declared_components();
        for class in &profile.classes {
            let stromal = class.id == "other_stromal" || class.parent.as_deref() == Some("other_stromal");
            let want = if stromal { TargetConflict::Target } else { TargetConflict::Suspect };
            assert_eq!(class.when_target_high, want, "{}", class.id);
            let top = class.parent.as_ref().unwrap_or(&class.id);
            assert_eq!(class.role == ClassRole::Component, stromal || declared.contains(top), "{}", class.id);
            assert!(!class.name_zh.is_empty());
        }
        assert_eq!(profile.rollups[0].id, "inflammatory");
    }
}

#[test]
fn tissues_differ_where_biology_does() {
    let profile = |id| Profile::builtin(id).unwrap();
    let has = |id, class| profile(id).classes.iter().any(|c| c.id == class);
    assert!(profile("adipose").is_waived("CD34") && !profile("bone-marrow").is_waived("CD34"));
    assert!(profile("umbilical-cord").is_waived("CD14"));
    assert!(has("umbilical-cord", "trophoblast") && !has("bone-marrow", "trophoblast"));
    assert!(has("adipose", "mesothelial") && !has("umbilical-cord", "adipocyte"));
    for id in ["whartons-jelly", "placenta"] {
        assert!(profile(id).is_waived("CD14") && has(id, "trophoblast"), "{id}");
    }
    assert!(has("dental-pulp", "neural_crest") && !has("menstrual-blood", "amnion"));
}

#[test]
fn an_unknown_profile_is_refused_with_the_known_ones() {
    assert_eq!(
        Profile::builtin("liver").unwrap_err().to_string(),
        format!("there is no built-in profile 'liver'; built in are {}", Profile::list().join(", "))
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let found = message(&edited("min_counts = 200", "min_count = 200"));
    assert!(found.starts_with("profile 'mine.toml', line 31: unknown field `min_count`, expected one of"), "{found}");
    let found = message(&edited("k = 15", "k = \"15\""));
    assert!(found.starts_with("profile 'mine.toml', line 49: invalid type: string \"15\""), "{found}");
}

#[test]
fn every_problem_is_reported_at_once() {
    let text = edited("min_counts = 200", "min_counts = 200")
        .replacen("mito_cap = 0.25", "mito_cap = 1.25", 1)
        .replacen("id = \"t_cell\"", "id = \"suspect\"", 1)
        .replacen("id = \"b_cell\"", "id = \"B cell\"", 1)
        .replacen("parent = \"endothelial\"", "parent = \"endothelium\"", 1)
        .replacen("\"mast_cell\", \"dendritic_cell\"]", "\"mast\", \"dendritic_cell\"]", 1)
        .replacen("min_share = 0.5", "min_share = 50", 1)
        .replacen("panels = [\"heme_mk\"]", "panels = [\"heme_mk\"]\nmin_distinct = 1", 1);
    let found = message(&text);
    for line in [
        "profile 'mine.toml' has 7 problems",
        "line 28: 'mito_cap' of [qc] is 1.25, expected a fraction from 0 to 1",
        "class id 'suspect' is reserved",
        "id 'B cell' is not a word of a-z, 0-9 and _ that starts with a letter",
        "class 'vascular' names parent 'endothelium', which is not defined",
        "roll-up 'inflammatory' names class 'mast', which is not defined",
        "'min_share' of class 'erythroid' is 50, expected a fraction above 0 and up to 1",
        "class 'platelet' would be called by 1 gene; at least 2 must agree",
    ] {
        assert!(found.contains(line), "{line}\n---\n{found}");
    }
}

#[test]
fn panels_that_do_not_fit_are_named() {
    let text = edited("panels = [\"heme_mono\"]", "panels = [\"heme_mono\", \"endo_vasc\"]")
        .replacen("panels = [\"heme_t\"]", "panels = [\"t_cells\"]", 1)
        .replacen("panels = [\"heme_b\"]", "panels = [\"fibroblast\"]", 1);
    let found = message(&text);
    for line in [
        "profile 'mine.toml' has 19 problems",
        "line 81: class 't_cell' names panel 't_cells', which is not defined",
        "line 89: class 'b_cell' asks for 2 distinct genes, but its panels hold 0 decisive ones",
        "line 165: gene PECAM1 decides for both 'hematopoietic' and 'endothelial'; a shared gene must be 'ctx'",
    ] {
        assert!(found.contains(line), "{line}\n---\n{found}");
    }
}

#[test]
fn a_product_names_its_profile_of_cytometry() {
    for id in Profile::list().iter().filter(|id| **id != "adipose-svf") {
        let product = Profile::builtin(id).unwrap();
        let events = product.cytometry().unwrap().unwrap();
        assert_eq!(events.id, "msc-flow");
        assert_eq!(events.isct_name.as_ref(), Some(&product.isct_name));
        assert_eq!(events.tissue_source.as_ref(), Some(&product.tissue_source));
        assert_eq!((&events.name_en, &events.name_zh), (&product.name_en, &product.name_zh));
        assert_eq!(
            (&events.target.name_en, &events.target.name_zh),
            (&product.target.name_en, &product.target.name_zh)
        );
        assert_eq!(events.cell_ontology, product.cell_ontology);
        // Signs and numbers stay those of the profile named.
        let plain = CytoProfile::builtin("msc-flow").unwrap();
        assert_eq!((&events.classes, &events.qc, &events.version), (&plain.classes, &plain.qc, &plain.version));
        assert_eq!(events.is_waived("CD34"), *id == "adipose");
        assert!(!events.is_waived("CD14") && !events.is_waived("HLA-DR"));
    }
    // With the signs of stromal cells the components of the mixture would be contaminants.
    assert_eq!(Profile::builtin("adipose-svf").unwrap().cytometry().unwrap(), None);
}

#[test]
fn a_wrong_profile_of_cytometry_is_refused() {
    let found = message(&edited("profile = \"msc-flow\"", "profile = \"msc-mass\""));
    let line = "[cytometry] names built-in cytometry profile 'msc-mass', which is not defined";
    assert!(found.contains(line), "{found}");
    let waivers = "profile = \"msc-flow\"\nwaivers = [{ marker = \"CD999\", reason = \" \" }]";
    let found = message(&edited("profile = \"msc-flow\"", waivers));
    assert!(found.contains("[cytometry] names marker 'CD999', which is not defined"), "{found}");
    assert!(found.contains("'reason' of the waiver of CD999 in [cytometry] is empty"), "{found}");
}
