//! Reading a study's file, and what it must not say.

use std::collections::BTreeMap;

use super::{ClassValidation, Tally, VALIDATION_SCHEMA, Validation};
use crate::composition::MethodLimits;
use crate::error::fail_if_any;
use crate::{Document, Located, Problem, PurityError};

impl Validation {
    /// Reads a study from JSON and checks that its figures are possible; `name` is what messages call the file.
    ///
    /// # Errors
    /// [`PurityError::Syntax`] for text that is no JSON of this form, [`PurityError::Invalid`] with every problem found:
    /// another schema, a class twice, a count above its number, a fraction outside 0 to 1, a confusion matrix whose rows do
    /// not fit.
    pub fn parse(text: &str, name: &str) -> Result<Self, PurityError> {
        let study: Self = serde_json::from_str(text).map_err(|e| PurityError::Syntax {
            document: Document::Validation,
            name: name.to_owned(),
            line: (e.line() > 0).then(|| e.line()),
            message: e.to_string(),
        })?;
        study.check(name)?;
        Ok(study)
    }

    /// Checks that the figures are possible. [`Validation::parse`] does; a study does before it writes.
    ///
    /// # Errors
    /// [`PurityError::Invalid`] with every problem found.
    pub fn check(&self, name: &str) -> Result<(), PurityError> {
        let mut problems = Vec::new();
        if self.schema != VALIDATION_SCHEMA {
            problems.push(Problem::Schema { found: self.schema.clone(), expected: VALIDATION_SCHEMA });
        }
        for (i, class) in self.classes.iter().enumerate() {
            if self.classes[..i].iter().any(|c| c.class == class.class) {
                problems.push(Problem::Duplicate { what: "class", id: class.class.clone() });
            }
            check_class(class, &mut problems);
        }
        self.confusion.problems(&mut problems);
        let problems = problems.into_iter().map(|problem| Located { line: None, problem }).collect();
        fail_if_any(problems, Document::Validation, name)
    }

    /// What a composition needs to know per class.
    pub fn method_limits(&self) -> BTreeMap<String, MethodLimits> {
        let limits = |c: &ClassValidation| MethodLimits {
            blank: (c.blank.n > 0).then_some(c.blank),
            sensitivity: (c.sensitivity.n > 0).then_some(c.sensitivity),
            quantification_limit: c.limits.loq,
            highest_planted: c.range.map(|r| r.high),
        };
        self.classes.iter().map(|c| (c.class.clone(), limits(c))).collect()
    }
}

fn check_class(class: &ClassValidation, problems: &mut Vec<Problem>) {
    let of = || format!("class '{}'", class.class);
    let tallies = [("blank", class.blank), ("sensitivity", class.sensitivity), ("lost", class.lost)];
    for (field, Tally { k, n, n_distinct }) in tallies {
        if k > n {
            problems.push(Problem::Range { field, of: of(), found: k as f64, expected: "a count of at most its n" });
        }
        if n_distinct > n || (n_distinct == 0 && n > 0) {
            let expected = "distinct cells from 1 to its n";
            problems.push(Problem::Range { field, of: of(), found: n_distinct as f64, expected });
        }
    }
    let limits = [("lob", class.limits.lob), ("lod", class.limits.lod), ("loq", class.limits.loq)];
    let range = class.range.map(|r| [("range.low", Some(r.low)), ("range.high", Some(r.high))]);
    for (field, value) in limits.into_iter().chain(range.into_iter().flatten()) {
        if let Some(found) = value.filter(|v| !(0.0..=1.0).contains(v)) {
            problems.push(Problem::Range { field, of: of(), found, expected: "a fraction from 0 to 1" });
        }
    }
}
