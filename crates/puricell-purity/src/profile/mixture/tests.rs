use crate::Status::{DoesNotMeet, Meets, NotReportable};
use crate::profile::tests::{counted, resolved};
use crate::{CallKind, CompositionParams, Denominator, Outcome, Profile, composition};

#[test]
fn the_vascular_fraction_is_compared_component_by_component() {
    let profile = Profile::builtin("adipose-svf").unwrap();
    let resolved = resolved(&profile);
    let class = |id| CallKind::Class(resolved.class(id).unwrap());
    let cells = [
        (CallKind::Target, 300),
        (class("hematopoietic"), 480),
        (class("endothelial"), 150),
        (class("other_stromal"), 20),
        (class("epithelial"), 30),
        (CallKind::Unassigned, 20),
    ];
    let outcomes: Vec<Outcome> = cells.iter().flat_map(|&(kind, n)| std::iter::repeat_n(counted(kind), n)).collect();
    let rows = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    let found = profile.mixture_found(&rows).unwrap().unwrap();
    let seen: Vec<_> =
        found.components.iter().map(|c| (c.class.as_str(), c.counted.unwrap().k(), c.by_point)).collect();
    assert_eq!(
        seen,
        [
            ("target", 300, Meets),
            ("hematopoietic", 480, DoesNotMeet),
            ("endothelial", 150, Meets),
            ("pericyte_like", 0, DoesNotMeet)
        ]
    );
    // Of a thousand cells, 48 % is shown to lie above 45 %, and 15 % between 10 and 20 %.
    assert_eq!((found.components[1].by_bound, found.components[2].by_bound), (DoesNotMeet, Meets));
    // 300 + 480 + 150: pericytes are in the target, and what was not declared is not in the sum.
    let of = |denominator| found.purity_of(denominator).unwrap().counted.map(|p| (p.k(), p.n()));
    assert_eq!(of(Denominator::ViableSinglets), Some((930, 1000)));
    // Unassigned cells are not among the classified; nothing left the lot.
    assert_eq!((of(Denominator::Classified), of(Denominator::AllEvents)), (Some((930, 980)), Some((930, 1000))));
    let interval = found.purity_of(Denominator::ViableSinglets).unwrap().interval.unwrap();
    assert!(interval.low < 0.93 && interval.high > 0.93);
    // The table of the composition and that of the mixture give one interval.
    let row = rows.row("endothelial", Denominator::ViableSinglets).unwrap();
    assert_eq!(found.components[2].interval, row.interval);
    assert!(Profile::builtin("adipose").unwrap().mixture_found(&rows).unwrap().is_none());
}

#[test]
fn a_mixture_of_which_a_component_was_not_counted_has_no_purity() {
    let profile = Profile::builtin("adipose-svf").unwrap();
    let mut resolved = resolved(&profile);
    let endothelial = resolved.class("endothelial").unwrap();
    resolved.classes[endothelial].reportable = false;
    let outcomes = vec![counted(CallKind::Target); 100];
    let rows = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    let found = profile.mixture_found(&rows).unwrap().unwrap();
    assert_eq!((found.components[2].counted, found.components[2].by_point), (None, NotReportable));
    assert!(found.purity.iter().all(|p| p.counted.is_none() && p.interval.is_none()));
    // No cell at all: nothing to have a share of.
    let nobody = composition(&crate::profile::tests::resolved(&profile), &[], &CompositionParams::default()).unwrap();
    assert!(profile.mixture_found(&nobody).unwrap().unwrap().purity.iter().all(|p| p.interval.is_none()));
}
