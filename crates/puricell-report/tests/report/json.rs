//! The JSON and its schema.

use jsonschema::Validator;
use puricell_report::model::{DroppedCells, Model};
use puricell_report::{ModelProblem, ReportError, SCHEMA_VERSION, json, json_schema};
use serde_json::Value;

use super::{empty_lot, lot};

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

// Verifies R-27.
#[test]
fn the_json_satisfies_its_schema() {
    let validator = validator();
    for model in [lot(), empty_lot()] {
        let text = json(&model).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_a_report() {
    let validator = validator();
    let good: Value = serde_json::from_str(&json(&lot()).unwrap()).unwrap();
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut value = good.clone();
        change(&mut value);
        !validator.is_valid(&value)
    };
    assert!(wrong(&|v| {
        v.as_object_mut().unwrap().remove("composition");
    }));
    assert!(wrong(&|v| v["verdict"]["overall"] = "passed".into()));
    assert!(wrong(&|v| v["composition"][0]["n"] = (-1).into()));
    assert!(wrong(&|v| v["composition"][0]["denominator"] = "singlets".into()));
    assert!(wrong(&|v| v["homogeneity"]["index"]["value"] = Value::Null));
    assert!(!wrong(&|v| v["composition"][0]["lod"] = Value::Null));
}

#[test]
fn every_field_of_the_schema_is_documented() {
    fn undocumented(value: &Value, path: &str, found: &mut Vec<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                if property.get("description").is_none() {
                    found.push(format!("{path}.{name}"));
                }
            }
        }
        if let Some(definitions) = value.get("$defs").and_then(Value::as_object) {
            for (name, definition) in definitions {
                undocumented(definition, name, found);
            }
        }
    }
    let schema: Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
    let mut found = Vec::new();
    undocumented(&schema, "Model", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_json_reads_back_to_the_same_model_and_bytes() {
    let model = lot();
    assert_eq!(model.schema_version, SCHEMA_VERSION);
    let text = json(&model).unwrap();
    let back: Model = serde_json::from_str(&text).unwrap();
    assert_eq!(json(&back).unwrap(), text);
    // A list of 1,893 scores is one line.
    assert!(text.lines().count() < 3000, "{} lines", text.lines().count());
}

#[test]
fn a_number_that_must_be_there_and_is_not_finite_is_refused() {
    let mut model = lot();
    model.homogeneity.as_mut().unwrap().hill[0].value = f64::NAN;
    assert!(matches!(json(&model), Err(ReportError::Json(_))));
}

#[test]
fn a_model_that_contradicts_itself_is_refused_with_every_problem() {
    let mut model = lot();
    model.qc.accounting.dropped.push(DroppedCells { reason: "lost".into(), label: "lost".into(), n: 1 });
    model.composition[0].fraction = Some(1.5);
    model.composition[1].k = Some(5000);
    model.umap.as_mut().unwrap().x.pop();
    model.calls.scatter.as_mut().unwrap().class[7] = 99;
    model.qc.distributions[0].edges[3] = 0.0;
    let Err(ReportError::Model(problems)) = json(&model) else { panic!("accepted") };
    assert_eq!(
        problems,
        [
            ModelProblem::NotAFraction { what: "composition.target".into(), value: "1.5".into() },
            ModelProblem::PartExceedsWhole { what: "composition.hematopoietic".into(), k: 5000, n: 1893 },
            ModelProblem::Edges { what: "total_counts".into(), position: 3 },
            ModelProblem::UnknownClass { what: "calls.scatter.class".into(), found: "99".into(), n_classes: 12 },
            ModelProblem::Length { what: "umap.x".into(), found: 1892, expected: 1893 },
        ]
        .into_iter()
        .fold(vec![ModelProblem::Accounting { loaded: 2000, kept: 1893, dropped: 108 }], |mut all, p| {
            all.push(p);
            all
        })
    );
}
