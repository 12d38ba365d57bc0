use super::*;

fn profile() -> Profile {
    Profile::builtin("bone-marrow").unwrap()
}

fn message(text: &str) -> String {
    Spec::parse(text, "mine.toml", &profile()).unwrap_err().to_string()
}

fn edited(from: &str, to: &str) -> String {
    let text = Spec::example_text("bone-marrow").unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn every_built_in_profile_has_an_example() {
    for id in Profile::list() {
        let profile = Profile::builtin(id).unwrap();
        let spec = Spec::parse(Spec::example_text(id).unwrap(), id, &profile).unwrap();
        assert_eq!(spec.use_for, SpecUse::Characterisation);
        assert!(spec.items.iter().all(|i| i.justification.starts_with("Example. ")));
        assert_eq!(spec.items[0].limit, Limit { min: Some(0.95), max: None });
    }
    assert!(Spec::example_text("liver").is_err());
}

#[test]
fn every_problem_is_reported_with_its_line() {
    let text = edited("limit = { min = 0.95 }", "limit = { min = 95 }")
        .replacen("limit = { max = 0.02 }", "limit = { min = 0.05, max = 0.02 }", 1)
        .replacen("limit = { max = 0.02 }", "limit = {}", 1)
        .replacen("class = \"epithelial\"", "class = \"endothelial\"", 1)
        .replacen(
            "class = \"non_viable\"\ndenominator = \"all_events\"",
            "class = \"dead\"\ndenominator = \"classified\"",
            1,
        )
        .replacen("method = \"mitochondrial share of RNA\"", "method = \" \"", 1);
    assert_eq!(
        message(&text),
        "specification 'mine.toml' has 6 problems\n  \
         line 15: 'min' of item 'purity' is 95, expected a fraction from 0 to 1 (2 % is 0.02)\n  \
         line 24: item 'hematopoietic' asks for at least 0.05 and at most 0.02; nothing can meet both\n  \
         line 33: item 'endothelial' has no limit; expected max, min or both\n  \
         line 38: items 'endothelial' and 'epithelial' both limit class 'endothelial' of viable_singlets\n  \
         line 48: item 'non_viable' names class 'dead', which is not defined\n  \
         line 50: 'method' of item 'non_viable' is empty"
    );
}

#[test]
fn a_class_without_a_row_of_that_denominator_is_refused() {
    let text = edited(
        "class = \"hematopoietic\"\ndenominator = \"viable_singlets\"",
        "class = \"monocyte\"\ndenominator = \"classified\"",
    );
    assert_eq!(
        message(&text),
        "specification 'mine.toml' has 1 problem\n  \
         line 22: item 'hematopoietic': class 'monocyte' is not reported of classified; use viable_singlets"
    );
    let text = edited("denominator = \"all_events\"", "denominator = \"viable_singlets\"");
    assert!(message(&text).contains("class 'non_viable' is not reported of viable_singlets; use all_events"));
}

#[test]
fn unknown_keys_and_words_are_refused() {
    let found = message(&edited("decision = \"point\"", "decision = \"points\""));
    assert!(found.starts_with("specification 'mine.toml', line 16: unknown variant `points`, expected one of `point`, `bound95`, `informative`"), "{found}");
    let found = message(&edited("id = \"purity\"", "id = \"purity\"\nunit = \"%\""));
    assert!(found.starts_with("specification 'mine.toml', line 12: unknown field `unit`"), "{found}");
    assert_eq!(
        message("schema = \"puricell-spec/2\"\nid = \"x\"\nversion = \"1\"\nuse = \"release\"\n"),
        "specification 'mine.toml' has 2 problems\n  line 1: schema is 'puricell-spec/2', expected 'puricell-spec/1'\n  \
         line 2: 'item' of the specification is empty"
    );
}
