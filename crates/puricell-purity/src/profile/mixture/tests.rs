use crate::Status::{DoesNotMeet, Meets};
use crate::profile::tests::{counted, resolved};
use crate::{CallKind, CompositionParams, Outcome, Profile, composition};

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
    let declared = found.declared.unwrap();
    assert_eq!((declared.k(), declared.n()), (930, 1000));
    assert!(found.interval.is_some_and(|i| i.low < 0.93 && i.high > 0.93));
    assert!(Profile::builtin("adipose").unwrap().mixture_found(&rows).unwrap().is_none());
}
