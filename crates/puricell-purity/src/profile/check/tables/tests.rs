use crate::{Panels, Profile};

/// The message for a built-in profile with replacements that must apply.
fn message(id: &str, changes: &[(&str, &str)]) -> String {
    let mut text = Profile::builtin_text(id).unwrap().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Profile::parse_checked(&text, "mine.toml", Panels::builtin().unwrap()).unwrap_err().to_string()
}

fn holds(found: &str, n: usize, lines: &[&str]) {
    let plural = if n == 1 { "" } else { "s" };
    assert!(found.starts_with(&format!("profile 'mine.toml' has {n} problem{plural}\n")), "{found}");
    for line in lines {
        assert!(found.contains(line), "{line}\n---\n{found}");
    }
}

#[test]
fn rules_say_when_and_why_and_name_what_exists() {
    let changes = [
        ("when = { passage_max = 2 }", "when = { passage_min = 3, passage_max = 2 }"),
        ("waive_genes = [\"CD34\"]", "waive_genes = [\"CD34\", \"CD340\"]\nsilence_genes = [\"NOGENE\"]"),
        ("waive_markers = [\"CD34\"]", "waive_markers = [\"CD34\", \"CD999\"]"),
        ("id = \"hla_dr_licensed\"\nwhen = { sample_state = \"licensed\" }", "id = \"cd34_early\"\nwhen = {}"),
        ("waive_markers = [\"HLA-DR\"]", "waive_markers = [\"HLA-DR\", \"CD34\"]"),
        ("basis = \"PMC6567533:", "basis = \" \" # \"PMC6567533:"),
    ];
    let found = message("adipose", &changes);
    let lines = [
        "'passage_min' of rule 'cd34_early' is 3, expected no more than passage_max",
        "rule 'cd34_early' names marker of [cytometry] 'CD999', which is not defined",
        "rule 'cd34_early' is defined twice",
        "rule 'cd34_early' names no condition; expected passage_min, passage_max or sample_state",
        "'basis' of rule 'cd34_early' is empty",
        "the waiver of marker 'CD34' is defined twice",
        "rule 'cd34_early' names gene 'CD340', which is not defined",
        "rule 'cd34_early' names gene 'NOGENE', which is not defined",
    ];
    holds(&found, 8, &lines);
    let found = message("adipose", &[("sample_state = \"licensed\"", "sample_state = \"primed\"")]);
    assert!(found.contains("unknown variant `primed`, expected one of `fresh`, `cultured`"), "{found}");
    let found = message("adipose", &[("passage_max = 2", "passage = 2")]);
    assert!(found.contains("unknown field `passage`"), "{found}");
}

#[test]
fn a_guard_names_top_classes() {
    let changes = [("refuse_if_majority = [\"epithelial\"]", "refuse_if_majority = [\"keratinocyte\", \"cornea\"]")];
    let lines = [
        "[guard] names top class 'keratinocyte', which is not defined",
        "[guard] names top class 'cornea', which is not defined",
    ];
    holds(&message("bone-marrow", &changes), 2, &lines);
}

#[test]
fn a_mixture_is_of_components_with_ranges() {
    let changes = [
        ("class = \"hematopoietic\"\nrange = { min = 0.25, max = 0.45 }", "class = \"epithelial\"\nrange = {}"),
        (
            "class = \"endothelial\"\nrange = { min = 0.10, max = 0.20 }",
            "class = \"vessels\"\nrange = { min = 10, max = 0.2 }",
        ),
        ("class = \"pericyte_like\"", "class = \"target\""),
    ];
    let lines = [
        "the mixture names 'epithelial', which is contaminant; a component is the target",
        "item 'epithelial' has no limit",
        "[mixture] names class 'vessels', which is not defined",
        "'min' of component 'vessels' is 10, expected a fraction from 0 to 1 (2 % is 0.02)",
        "item 'vessels' asks for at least 10 and at most 0.2",
        "component 'target' is defined twice",
    ];
    holds(&message("adipose-svf", &changes), 6, &lines);
}

#[test]
fn a_gene_excluded_from_a_screen_must_not_decide() {
    let found = message("ipsc-msc", &[("{ gene = \"SFRP2\"", "{ gene = \"NANOG\"")]);
    let line = "gene NANOG is excluded from the screen for 'residual_pluripotent' and decides for it";
    holds(&found, 1, &[line]);
    let found =
        message("ipsc-msc", &[("[[screen]]\nclass = \"residual_pluripotent\"", "[[screen]]\nclass = \"ipsc\"")]);
    holds(&found, 1, &["[[screen]] names class 'ipsc', which is not defined"]);
}

#[test]
fn transgenes_are_named_once() {
    let changes = [("features = []\nmin_molecules = 1", "features = [\"GFP\", \"GFP\", \" \"]\nmin_molecules = 0")];
    let lines = [
        "'min_molecules' of [transgene] is 0, expected at least 1",
        "transgene 'GFP' is defined twice",
        "'features' of [transgene] is empty",
    ];
    holds(&message("gene-modified", &changes), 3, &lines);
}

#[test]
fn a_basis_given_says_something() {
    let found =
        message("bone-marrow", &[("basis = \"general knowledge: skin", "basis = \" \" # \"general knowledge: skin")]);
    holds(&found, 1, &["'basis' of class 'epithelial' is empty"]);
}
