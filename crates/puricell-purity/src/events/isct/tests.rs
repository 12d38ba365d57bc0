use super::*;
use crate::events::ThresholdSource;

fn count(marker: &str, k: u64) -> PositiveCount {
    let counted = Some(Proportion::new(k, 10_000).unwrap());
    PositiveCount { marker: marker.to_owned(), source: ThresholdSource::Control, counted }
}

fn lot() -> Vec<PositiveCount> {
    let all = [("CD73", 9900), ("CD90", 9521), ("CD105", 9700), ("CD45", 200), ("CD34", 10), ("CD14", 0)];
    let mut counts: Vec<PositiveCount> = all.iter().map(|(m, k)| count(m, *k)).collect();
    counts.extend([count("CD11b", 900), count("CD19", 5), count("HLA-DR", 3000)]);
    counts
}

fn table(counts: &[PositiveCount]) -> IsctTable {
    isct_2006(counts, &[], Decision::Point)
}

fn of<'a>(table: &'a IsctTable, marker: &str) -> &'a IsctRow {
    table.rows.iter().find(|r| r.marker.as_deref() == Some(marker)).unwrap()
}

// Verifies R-12.
#[test]
fn point_and_bound_are_both_told() {
    let t = table(&lot());
    assert_eq!(t.overall, Status::Meets);
    // 9521 of 10,000 is above 95 % and does not show it; 9537 is the smallest count that does.
    let cd90 = of(&t, "CD90");
    assert_eq!((cd90.by_point, cd90.by_bound), (Status::Meets, Status::Inconclusive));
    // Clopper and Pearson by scipy 1.17.1, to the six digits printed.
    let interval = cd90.interval.unwrap();
    assert!((interval.low - 0.947_731).abs() < 5e-7 && (interval.high - 0.956_203).abs() < 5e-7, "{interval:?}");
    // 200 of 10,000 is 2 % exactly, and 176 is the largest count that shows it.
    assert_eq!((of(&t, "CD45").by_point, of(&t, "CD45").by_bound), (Status::Meets, Status::Inconclusive));
    let bound = isct_2006(&lot(), &[], Decision::Bound95);
    assert_eq!(bound.overall, Status::Inconclusive);
    let shown = isct_2006(&[count("CD90", 9537), count("CD45", 176)], &[], Decision::Bound95);
    assert_eq!((of(&shown, "CD90").status, of(&shown, "CD45").status), (Status::Meets, Status::Meets));
}

#[test]
fn alternates_and_hla_dr_inform() {
    let t = table(&lot());
    // CD14 decides; the 9 % of CD11b are shown.
    assert_eq!((of(&t, "CD14").status, of(&t, "CD11b").status), (Status::Meets, Status::Informative));
    assert_eq!((&of(&t, "CD11b").note, of(&t, "CD11b").by_point), (&Some(IsctNote::Alternate), Status::DoesNotMeet));
    assert_eq!((&of(&t, "HLA-DR").note, of(&t, "HLA-DR").status), (&Some(IsctNote::Informative), Status::Informative));
    // Without CD14, CD11b decides; CD19 stands for CD79a.
    let without: Vec<PositiveCount> = lot().into_iter().filter(|c| c.marker != "CD14").collect();
    assert_eq!(
        (of(&table(&without), "CD11b").status, of(&table(&without), "CD19").status),
        (Status::DoesNotMeet, Status::Meets)
    );
}

// Verifies R-11.
#[test]
fn what_is_not_measured_is_not_zero() {
    let without: Vec<PositiveCount> = lot().into_iter().filter(|c| c.marker != "CD34").collect();
    let t = table(&without);
    let row = t.rows.iter().find(|r| r.item == "CD34").unwrap();
    assert_eq!((row.counted, row.status, &row.note), (None, Status::NotReportable, &Some(IsctNote::NotMeasured)));
    assert_eq!(t.overall, Status::NotReportable);
    let mut inseparable = lot();
    inseparable[3].counted = None;
    assert_eq!(of(&table(&inseparable), "CD45").note, Some(IsctNote::NotSeparable));
}

#[test]
fn lowered_cd105_is_modulation_and_not_impurity() {
    let mut counts = lot();
    counts[2] = count("CD105", 7000);
    let t = table(&counts);
    assert!(t.cd105_modulation);
    assert_eq!(
        (of(&t, "CD105").status, &of(&t, "CD105").note),
        (Status::DoesNotMeet, &Some(IsctNote::Cd105Modulation))
    );
    // With a lineage marker above its limit it may be other cells.
    counts[3] = count("CD45", 1500);
    assert!(!table(&counts).cd105_modulation);
    counts[3] = count("CD45", 10);
    counts[0] = count("CD73", 7000);
    assert!(!table(&counts).cd105_modulation);
}

#[test]
fn a_waiver_is_shown_with_its_reason() {
    let mut counts = lot();
    counts[4] = count("CD34", 9400);
    assert_eq!(table(&counts).overall, Status::DoesNotMeet);
    let waiver = MarkerWaiver { marker: "CD34".to_owned(), reason: "early adipose".to_owned() };
    let t = isct_2006(&counts, &[waiver], Decision::Point);
    assert_eq!((t.overall, of(&t, "CD34").status), (Status::Meets, Status::Informative));
    assert_eq!(of(&t, "CD34").note, Some(IsctNote::Waived("early adipose".to_owned())));
}
