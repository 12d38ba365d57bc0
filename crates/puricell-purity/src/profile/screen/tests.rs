use crate::profile::tests::{counted, resolved};
use crate::{CallKind, CompositionParams, Outcome, Profile, composition};

fn screened(n: usize, found: usize) -> super::ScreenFound {
    let profile = Profile::builtin("ipsc-msc").unwrap();
    let resolved = resolved(&profile);
    let class = CallKind::Class(resolved.class("residual_pluripotent").unwrap());
    let outcomes: Vec<Outcome> = std::iter::repeat_n(counted(CallKind::Target), n - found)
        .chain(std::iter::repeat_n(counted(class), found))
        .collect();
    let rows = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    profile.screens_found(&rows).unwrap().remove(0)
}

#[test]
fn a_clean_screen_prints_what_it_cannot_exclude() {
    let clean = screened(10_000, 0);
    // The rule of three: 1 - 0.05^(1/10000) = 0.000 299 53.
    assert!((clean.smallest_seen.unwrap() - 2.995_3e-4).abs() < 1e-8);
    assert_eq!(clean.smallest_seen, clean.upper_bound);
    assert_eq!(
        clean.sentence,
        "Residual pluripotent cells: 0 found among 10,000 cells screened; at most 0.030 % (one-sided 95 %). So many cells \
         cannot exclude a share below 0.030 %, even if every such cell were recognised."
    );
    assert!(clean.screen.cannot_show.contains("cannot exclude") && clean.screen.orthogonal.contains("0.001 %"));
}

#[test]
fn a_finding_has_a_bound_of_its_own_and_the_same_limit() {
    let found = screened(10_000, 2);
    assert_eq!(found.counted.map(|p| (p.k(), p.n())), Some((2, 10_000)));
    // Clopper and Pearson, one-sided: beta quantile 0.95 of (3, 9998) = 6.2949e-4 (scipy 1.15).
    assert!((found.upper_bound.unwrap() - 6.294_9e-4).abs() < 1e-7, "{:?}", found.upper_bound);
    assert_eq!(found.smallest_seen, screened(10_000, 0).smallest_seen);
}

#[test]
fn a_file_without_the_genes_was_not_screened() {
    let profile = Profile::builtin("ipsc-msc").unwrap();
    let mut resolved = resolved(&profile);
    let class = resolved.class("residual_pluripotent").unwrap();
    resolved.classes[class].reportable = false;
    let outcomes = vec![counted(CallKind::Target); 100];
    let rows = composition(&resolved, &outcomes, &CompositionParams::default()).unwrap();
    let found = profile.screens_found(&rows).unwrap().remove(0);
    assert_eq!((found.counted, found.upper_bound, found.smallest_seen), (None, None, None));
    assert_eq!(found.sentence, "Residual pluripotent cells: not screened, for too few of its genes are measured.");
    let nobody = composition(&resolved, &[], &CompositionParams::default()).unwrap();
    assert_eq!(profile.screens_found(&nobody).unwrap()[0].counted, None);
}
