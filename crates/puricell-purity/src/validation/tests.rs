use super::*;

fn made_with(id: &str) -> MadeWith {
    MadeWith { id: id.to_owned(), version: "1".to_owned(), sha256: format!("{id}0123456789abcdef") }
}

fn study() -> Validation {
    Validation {
        schema: VALIDATION_SCHEMA.to_owned(),
        tool_version: "0.1.0".to_owned(),
        method: Method {
            profile: made_with("adipose"),
            panels: made_with("panels"),
            call_model: made_with("call-model"),
        },
        input: "target.h5ad; blood.h5ad".to_owned(),
        design: Design {
            n_runs: 10,
            n_blank_runs: 5,
            cells_per_run: 1000,
            replicates: 5,
            fractions: vec![0.0, 0.01],
            depths: vec![1.0],
            ambient: 0.0,
            doublets: 0.0,
            dead: 0.0,
            seed: 1,
        },
        classes: vec![ClassValidation {
            class: "hematopoietic".to_owned(),
            blank: Tally { k: 3, n: 4900, n_distinct: 1200 },
            sensitivity: Tally { k: 45, n: 50, n_distinct: 40 },
            lost: Tally { k: 2, n: 52, n_distinct: 41 },
            limits: Limits {
                n_cells: 980,
                lob: Some(0.003),
                lod: Some(0.008),
                loq: None,
                loq_max_cv: 0.3,
                loq_max_bias: 0.3,
                how: "from 4,900 cells of blanks".to_owned(),
            },
            linearity: None,
            range: Some(TestedRange { low: 0.01, high: 0.01 }),
            levels: Vec::new(),
            intermediate_cv: None,
        }],
        confusion: Confusion {
            truth: vec!["target".to_owned(), "hematopoietic".to_owned()],
            called: vec!["target".to_owned(), "hematopoietic".to_owned(), "unassigned".to_owned()],
            counts: vec![vec![4890, 3, 7], vec![1, 45, 4]],
            distinct: vec![1200, 40],
        },
    }
}

#[test]
fn a_study_reads_back() {
    let text = serde_json::to_string_pretty(&study()).unwrap();
    assert_eq!(Validation::parse(&text, "v.json"), Ok(study()));
    assert_eq!(study().confusion.rate("hematopoietic", "hematopoietic"), Some(0.9));
}

#[test]
fn impossible_figures_are_all_named() {
    let mut wrong = study();
    wrong.schema = "puricell-validation/9".to_owned();
    wrong.classes[0].blank.k = 5000;
    wrong.classes[0].limits.lob = Some(1.5);
    wrong.confusion.counts[1].pop();
    wrong.confusion.distinct[0] = 9000;
    let text = serde_json::to_string(&wrong).unwrap();
    assert_eq!(
        Validation::parse(&text, "v.json").unwrap_err().to_string(),
        "validation 'v.json' has 5 problems\n  \
         schema is 'puricell-validation/9', expected 'puricell-validation/1'\n  \
         'blank' of class 'hematopoietic' is 5000, expected a count of at most its n\n  \
         'lob' of class 'hematopoietic' is 1.5, expected a fraction from 0 to 1\n  \
         'distinct' of the confusion matrix is 9000, expected distinct cells from 1 to the sum of the row\n  \
         'counts' of the confusion matrix is 2, expected an entry per call"
    );
    let error = Validation::parse("{\n\"schema\": 3}", "v.json").unwrap_err().to_string();
    assert!(error.starts_with("validation 'v.json', line 2: "), "{error}");
}

#[test]
fn a_study_of_another_method_is_refused() {
    let study = study();
    assert_eq!(study.check_method(&study.method), Ok(()));
    let mut used = study.method.clone();
    used.call_model.sha256 = "ffffffffffffffff".to_owned();
    assert_eq!(
        study.check_method(&used).unwrap_err().to_string(),
        "the validation was made with call model call-model 1 (sha256 call-model01), and this run uses call-model 1 \
         (sha256 ffffffffffff): its limits and rates do not hold here"
    );
}
