use super::*;
use crate::IntervalMethod;
use crate::{Denominator, RowRole};

fn row(class: &str, k: Option<u64>, n: u64) -> Row {
    Row {
        class: class.to_owned(),
        name_en: String::new(),
        name_zh: String::new(),
        parent: None,
        role: RowRole::Contaminant,
        k,
        n,
        denominator: Denominator::ViableSinglets,
        fraction: None,
        interval: None,
        lower_one_sided: None,
        upper_one_sided: None,
        lob: None,
        lod: None,
        loq: None,
        corrected: None,
        corrected_interval: None,
        detection: None,
        sampling_lod: None,
        poisson_loq: None,
        limit: None,
        status: None,
    }
}

fn verdict(k: Option<u64>, n: u64, limit: Limit, decision: Decision) -> (ItemVerdict, Composition, Status) {
    verdict_of(Readout::Genes, k, n, limit, decision)
}

fn verdict_of(
    readout: Readout,
    k: Option<u64>,
    n: u64,
    limit: Limit,
    decision: Decision,
) -> (ItemVerdict, Composition, Status) {
    let rows = vec![row("hematopoietic", k, n)];
    let interval = IntervalMethod::ClopperPearson;
    let mut composition =
        Composition { rows, n_all_events: n, n_viable_singlets: n, n_classified: n, readout, interval };
    let spec = Spec {
        id: "s".to_owned(),
        version: "1".to_owned(),
        use_for: crate::SpecUse::Release,
        items: vec![crate::SpecItem {
            id: "item".to_owned(),
            class: "hematopoietic".to_owned(),
            denominator: Denominator::ViableSinglets,
            method: "m".to_owned(),
            limit,
            decision,
            justification: "j".to_owned(),
        }],
    };
    let mut judgement = judge(&mut composition, &spec);
    (judgement.items.remove(0), composition, judgement.overall)
}

fn at_most(max: f64) -> Limit {
    Limit { min: None, max: Some(max) }
}

fn at_least(min: f64) -> Limit {
    Limit { min: Some(min), max: None }
}

/// The edges are the counts of `detection`: 83 of 5,000 still shows 2 %, 4,776 of 5,000 shows 95 %.
// Verifies R-12.
#[test]
fn the_bound_decides_at_the_oracle_counts() {
    for (k, n, limit, bound, point) in [
        (83, 5000, at_most(0.02), Status::Meets, Status::Meets),
        (84, 5000, at_most(0.02), Status::Inconclusive, Status::Meets),
        (101, 5000, at_most(0.02), Status::Inconclusive, Status::DoesNotMeet),
        (140, 5000, at_most(0.02), Status::DoesNotMeet, Status::DoesNotMeet),
        (4776, 5000, at_least(0.95), Status::Meets, Status::Meets),
        (4775, 5000, at_least(0.95), Status::Inconclusive, Status::Meets),
        (4700, 5000, at_least(0.95), Status::DoesNotMeet, Status::DoesNotMeet),
        (0, 100, at_most(0.02), Status::Inconclusive, Status::Meets),
        (0, 0, at_most(0.02), Status::Inconclusive, Status::Inconclusive),
    ] {
        let (found, _, overall) = verdict(Some(k), n, limit, Decision::Bound95);
        assert_eq!((found.by_bound, found.by_point), (bound, point), "{k}/{n}");
        assert_eq!((found.status, overall), (bound, bound));
        assert_eq!(verdict(Some(k), n, limit, Decision::Point).0.status, point, "{k}/{n}");
    }
}

// Verifies R-12.
#[test]
fn a_range_must_hold_at_both_ends() {
    let range = Limit { min: Some(0.1), max: Some(0.3) };
    assert_eq!(verdict(Some(200), 1000, range, Decision::Bound95).0.status, Status::Meets);
    assert_eq!(verdict(Some(295), 1000, range, Decision::Bound95).0.status, Status::Inconclusive);
    assert_eq!(verdict(Some(20), 1000, range, Decision::Bound95).0.status, Status::DoesNotMeet);
}

#[test]
fn limit_and_status_reach_the_row() {
    let (_, composition, _) = verdict(Some(0), 4980, at_most(0.02), Decision::Bound95);
    assert_eq!(composition.rows[0].limit, Some(at_most(0.02)));
    assert_eq!(composition.rows[0].status, Some(Status::Meets));
    assert!(crate::write_tsv(&composition).ends_with("\t<=0.02\tmeets\tNA\tNA\tNA\t\n"));
}

// Verifies R-12.
#[test]
fn what_is_only_shown_or_not_reportable_says_so() {
    let (item, _, overall) = verdict(Some(900), 1000, at_most(0.02), Decision::Informative);
    assert_eq!((item.status, item.by_point, overall), (Status::Informative, Status::DoesNotMeet, Status::Informative));
    let (item, _, overall) = verdict(None, 1000, at_most(0.02), Decision::Point);
    assert_eq!((item.status, overall), (Status::NotReportable, Status::NotReportable));
    let (_, _, overall) = verdict(None, 1000, at_most(0.02), Decision::Informative);
    assert_eq!(overall, Status::Informative);
    assert!(Status::DoesNotMeet > Status::NotReportable && Status::NotReportable > Status::Inconclusive);
}

#[test]
fn verdicts_read_as_sentences() {
    let say = |k, n, limit| verdict(Some(k), n, limit, Decision::Point).0.sentence;
    assert_eq!(say(0, 4980, at_most(0.02)), "0 of 4,980; meets by point estimate; shown with 95 % confidence.");
    assert_eq!(
        say(0, 100, at_most(0.02)),
        "0 of 100; meets by point estimate; not shown with 95 % confidence, which takes at least 149 cells."
    );
    assert_eq!(
        say(94, 100, at_least(0.95)),
        "94 of 100; does not meet by point estimate; not shown with 95 % confidence."
    );
}

#[test]
fn words_are_those_of_the_kind_of_data() {
    let say = |readout, k, n| verdict_of(readout, k, n, at_most(0.02), Decision::Point).0.sentence;
    assert_eq!(say(Readout::Genes, None, 100), "not reportable: too few of its genes are measured.");
    assert_eq!(
        say(Readout::Markers, None, 100),
        "not reportable: not all of the markers it needs are measured and separable."
    );
    assert!(say(Readout::Genes, Some(0), 100).ends_with("which takes at least 149 cells."));
    assert!(say(Readout::Markers, Some(0), 100).ends_with("which takes at least 149 events."));
    assert!(say(Readout::Markers, Some(0), 0).contains("no event to count"));
}
