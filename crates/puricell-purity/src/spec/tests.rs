use super::*;
use crate::Profile;
use crate::events::CytoProfile;

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
        let first = if profile.mixture.is_some() { (Some(0.15), Some(0.35)) } else { (Some(0.95), None) };
        assert_eq!(
            (spec.items[0].class.as_str(), spec.items[0].limit.min, spec.items[0].limit.max),
            ("target", first.0, first.1)
        );
    }
    assert!(Spec::example_text("liver").is_err());
}

#[test]
fn the_example_for_events_names_classes_of_their_profile() {
    let text = Spec::example_text("msc-flow").unwrap();
    let events = CytoProfile::builtin("msc-flow").unwrap();
    let spec = Spec::parse(text, "msc-flow", &events).unwrap();
    let limits: Vec<_> = spec.items.iter().map(|i| (i.class.as_str(), i.limit.min, i.limit.max)).collect();
    let at_most_2 = |class| (class, None, Some(0.02));
    let non_viable = ("non_viable", None, Some(0.3));
    assert_eq!(
        limits,
        [("target", Some(0.95), None), at_most_2("hematopoietic"), at_most_2("endothelial"), non_viable]
    );
    assert!(spec.items.iter().all(|i| i.justification.starts_with("Example. ")));
    // A group of target cells of events only, and a class of expression only.
    let text = text.replacen("class = \"endothelial\"", "class = \"cd105_low\"", 1);
    assert!(Spec::parse(&text, "s", &events).is_ok() && Spec::parse(&text, "s", &profile()).is_err());
    let text = text.replacen("class = \"cd105_low\"", "class = \"other_stromal\"", 1);
    assert!(Spec::parse(&text, "s", &events).is_err() && Spec::parse(&text, "s", &profile()).is_ok());
    let examples: Vec<&str> = Profile::list().iter().copied().chain(["msc-flow"]).collect();
    assert_eq!(Spec::examples().collect::<Vec<_>>(), examples);
}

#[test]
fn the_examples_of_products_fit_their_events_too() {
    for id in Profile::list() {
        let Some(events) = Profile::builtin(id).unwrap().cytometry().unwrap() else { continue };
        let text = Spec::example_text(id).unwrap();
        // Classes that only expression can tell have no row of events, and their items are refused by name.
        let of_expression = ["residual_pluripotent", "off_target", "decidual"];
        match Spec::parse(text, id, &events) {
            Ok(_) => assert!(!of_expression.iter().any(|c| text.contains(&format!("class = \"{c}\""))), "{id}"),
            Err(PurityError::Invalid { problems, .. }) => {
                for found in problems {
                    let Problem::Unknown { what: "class", name, .. } = found.problem else { panic!("{id}: {found}") };
                    assert!(of_expression.contains(&name.as_str()), "{id}: {name}");
                }
            }
            Err(other) => panic!("{id}: {other}"),
        }
    }
}

// Verifies R-13.
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

// Verifies R-13.
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

/// What the schema says and what the program says must be one: on the examples, and on each way to be wrong that a schema can
/// tell.
// Verifies R-13.
#[test]
fn the_schema_agrees_with_the_program() {
    let schema: serde_json::Value = serde_json::from_str(Spec::JSON_SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let is_valid = |text: &str| {
        let table: toml::Table = text.parse().unwrap();
        schema.is_valid(&serde_json::to_value(table).unwrap())
    };
    for id in Spec::examples() {
        assert!(is_valid(Spec::example_text(id).unwrap()), "{id}");
    }
    for (from, to) in [
        ("schema = \"puricell-spec/1\"", "schema = \"puricell-spec/2\""),
        ("use = \"characterisation\"", "use = \"sale\""),
        ("version = \"1.0\"\n", ""),
        ("id = \"purity\"", "id = \"Purity of cells\""),
        ("id = \"purity\"", "id = \"purity\"\nunit = \"percent\""),
        ("denominator = \"viable_singlets\"", "denominator = \"live\""),
        ("limit = { min = 0.95 }", "limit = { min = 95 }"),
        ("limit = { min = 0.95 }", "limit = { min = -0.1 }"),
        ("limit = { min = 0.95 }", "limit = {}"),
        ("limit = { min = 0.95 }", "limit = { lowest = 0.95 }"),
        ("decision = \"point\"", "decision = \"points\""),
        ("method = \"single-cell RNA, two-key call\"", "method = \" \""),
    ] {
        let text = edited(from, to);
        assert!(Spec::parse(&text, "mine.toml", &profile()).is_err(), "the program takes {to}");
        assert!(!is_valid(&text), "the schema takes {to}");
    }
    let empty = edited("[[item]]", "#")
        .split("[[item]]")
        .next()
        .unwrap()
        .lines()
        .take_while(|l| !l.starts_with('#') || l.starts_with("# "))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(Spec::parse(&empty, "mine.toml", &profile()).is_err() && !is_valid(&empty));
}
