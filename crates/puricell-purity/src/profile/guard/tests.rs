use super::*;
use crate::profile::tests::{counted, resolved};
use crate::{CallKind, CompositionParams, Outcome, Profile, composition, judge};

/// A lot of so many target cells and cells of a class, in a profile.
fn lot(id: &str, n_target: usize, class: &str, n_class: usize) -> (Profile, Composition) {
    let profile = Profile::builtin(id).unwrap();
    let resolved = resolved(&profile);
    let class = resolved.class(class).unwrap();
    let outcomes: Vec<Outcome> = std::iter::repeat_n(counted(CallKind::Target), n_target)
        .chain(std::iter::repeat_n(counted(CallKind::Class(class)), n_class))
        .collect();
    let composition = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    (profile, composition)
}

fn majority(profile: &Profile, composition: &Composition) -> Option<Majority> {
    profile.guard.majority(composition, &profile.declared_components(), &profile.isct_name)
}

// Verifies R-26.
#[test]
fn an_epithelial_lot_is_refused_on_page_one() {
    for id in Profile::list() {
        let (profile, mut rows) = lot(id, 49, "epithelial", 51);
        let found = majority(&profile, &rows).unwrap();
        assert!(found.refuses, "{id}");
        assert_eq!(
            (found.class.as_str(), found.k, found.n, found.warning().code),
            ("epithelial", 51, 100, "product_is_not_msc")
        );
        assert_eq!(
            found.sentence,
            format!(
                "The lot is not this product: 51 of 100 classified cells (51.0 %) are called 'Epithelial cells', not {}. No purity \
                 is claimed. Products of limbal or other epithelial cells, such as Holoclar, are no stromal cells: use a \
                 profile made for them.",
                profile.isct_name
            )
        );
        let text = Spec::example_text(id).unwrap();
        // A limit that the lot meets by its numbers: the claim is refused all the same.
        let text = text.replacen("limit = { min = 0.95 }", "limit = { min = 0.05 }", 1);
        let spec = Spec::parse(&text, id, &profile).unwrap();
        let mut judgement = judge(&mut rows, &spec);
        refuse_claim(&found, &mut rows, Some((&spec, &mut judgement)));
        assert_eq!((judgement.overall, judgement.items[0].status), (Status::DoesNotMeet, Status::DoesNotMeet));
        assert!(judgement.items[0].sentence.starts_with("target: The lot is not this product"));
        for row in rows.rows.iter().filter(|r| r.class == "target") {
            // The count stays: it is the evidence of the refusal.
            assert_eq!((row.k, row.status), (Some(49), Some(Status::NotReportable)), "{id}");
        }
    }
}

#[test]
fn cells_without_a_class_hide_no_majority() {
    let profile = Profile::builtin("adipose").unwrap();
    let resolved = resolved(&profile);
    let class = resolved.class("epithelial").unwrap();
    let outcomes: Vec<Outcome> = std::iter::repeat_n(counted(CallKind::Unassigned), 15)
        .chain(std::iter::repeat_n(counted(CallKind::Class(class)), 5))
        .collect();
    let rows = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    let found = majority(&profile, &rows).unwrap();
    assert_eq!((found.k, found.n, found.refuses), (5, 5, true));
}

#[test]
fn half_is_no_majority() {
    let (profile, rows) = lot("bone-marrow", 50, "epithelial", 50);
    assert_eq!(majority(&profile, &rows), None);
    let (profile, rows) = lot("bone-marrow", 0, "epithelial", 0);
    assert_eq!(majority(&profile, &rows), None);
}

#[test]
fn any_other_majority_is_said_and_refuses_nothing() {
    let (profile, mut rows) = lot("bone-marrow", 10, "hematopoietic", 4990);
    let found = majority(&profile, &rows).unwrap();
    assert_eq!((found.refuses, found.warning().code), (false, "majority_is_not_target"));
    assert_eq!(
        found.sentence,
        "Most of the lot is not the product cell: 4,990 of 5,000 classified cells (99.80 %) are called 'Hematopoietic cells', not \
         MSC(M)."
    );
    let before = rows.clone();
    refuse_claim(&found, &mut rows, None);
    assert_eq!(rows, before);
}

#[test]
fn the_majority_of_a_declared_component_goes_without_saying() {
    let (profile, rows) = lot("adipose-svf", 10, "hematopoietic", 90);
    assert_eq!(majority(&profile, &rows), None);
    let (profile, rows) = lot("adipose-svf", 10, "other_stromal", 90);
    assert!(majority(&profile, &rows).is_some_and(|m| !m.refuses));
    // Of no product: nothing is refused, and the majority is said.
    let plain = Guard::default().majority(&lot("bone-marrow", 1, "epithelial", 9).1, &[], "MSC").unwrap();
    assert!(!plain.refuses);
}
