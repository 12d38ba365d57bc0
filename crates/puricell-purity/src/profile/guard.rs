//! What to say where most cells are not the product.

use puricell_core::Warning;
use serde::Deserialize;

use crate::wording::{group_thousands, per_cent};
use crate::{Composition, Denominator, Judgement, RowRole, Spec, Status};

/// Classes that, as the majority, show that the lot is another product.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// Top classes with which as the majority of the classified cells no purity is claimed.
    pub refuse_if_majority: Vec<String>,
    /// Why, printed in the report.
    pub reason: String,
    /// What that rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// Most cells are of one class that is not the target.
#[derive(Debug, Clone, PartialEq)]
pub struct Majority {
    /// Id of the class.
    pub class: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Its cells.
    pub k: u64,
    /// The cells that got a class.
    pub n: u64,
    /// True where the profile refuses a claim of purity on such a lot.
    pub refuses: bool,
    /// What was found and what follows, for page one.
    pub sentence: String,
}

impl Majority {
    /// The same as a warning: `product_is_not_msc` where a claim is refused, else `majority_is_not_target`.
    pub fn warning(&self) -> Warning {
        let code = if self.refuses { "product_is_not_msc" } else { "majority_is_not_target" };
        Warning::new(code, self.sentence.clone())
    }
}

impl Guard {
    /// The class, not the target, of which more than half of the classified cells are; `None` where there is none. Suspect and
    /// unassigned cells, which a lot of another product may be full of, say neither.
    ///
    /// `declared` are the classes that a mixture declares: their majority is part of the product and is not said.
    /// `isct_name` is the product cell's name.
    pub fn majority(&self, composition: &Composition, declared: &[String], isct_name: &str) -> Option<Majority> {
        let mut rows = composition.rows.iter().filter(|r| {
            r.denominator == Denominator::Classified
                && r.parent.is_none()
                && matches!(r.role, RowRole::Contaminant | RowRole::Component)
        });
        // At most one class holds more than half.
        let row = rows.find(|r| r.k.is_some_and(|k| k > r.n / 2))?;
        let k = row.k?;
        let refuses = self.refuse_if_majority.contains(&row.class);
        if declared.contains(&row.class) && !refuses {
            return None;
        }
        let (count, unit) = (group_thousands(k), composition.readout.unit());
        let (n, share) = (group_thousands(row.n), per_cent(k as f64 / row.n as f64));
        let name = &row.name_en;
        let found = format!("{count} of {n} classified {unit}s ({share}) are called '{name}', not {isct_name}");
        let sentence = if refuses {
            format!("The lot is not this product: {found}. No purity is claimed. {}", self.reason)
        } else {
            format!("Most of the lot is not the product cell: {found}.")
        };
        Some(Majority {
            class: row.class.clone(),
            name_en: row.name_en.clone(),
            name_zh: row.name_zh.clone(),
            k,
            n: row.n,
            refuses,
            sentence,
        })
    }
}

/// Takes the claim of purity back where the guard refuses it: the target's rows keep their counts and are
/// `not_reportable`; an item that limits the target is not met, by whatever rule it is decided, and neither is the whole.
/// Does nothing for a majority that is only said.
pub fn refuse_claim(majority: &Majority, composition: &mut Composition, judged: Option<(&Spec, &mut Judgement)>) {
    if !majority.refuses {
        return;
    }
    for row in composition.rows.iter_mut().filter(|r| r.role == RowRole::Target) {
        row.status = Some(Status::NotReportable);
    }
    let Some((spec, judgement)) = judged else { return };
    judgement.overall = Status::DoesNotMeet;
    for (item, verdict) in spec.items.iter().zip(&mut judgement.items).filter(|(item, _)| item.class == "target") {
        verdict.status = Status::DoesNotMeet;
        verdict.by_point = Status::DoesNotMeet;
        verdict.by_bound = Status::DoesNotMeet;
        verdict.sentence = format!("{}: {}", item.class, majority.sentence);
    }
}

#[cfg(test)]
mod tests;
