//! Every profile and example specification that ships, held to what it claims.
#![allow(clippy::expect_used, reason = "a built-in file that cannot be read must fail the test")]

use std::collections::BTreeSet;

use puricell_core::{FeatureKind, FeatureTable};
use puricell_purity::{Direction, LotState, Panels, Profile, Resolved, Spec, Species, resolve};

fn panels() -> &'static Panels {
    Panels::builtin().expect("built-in panels")
}

fn profiles() -> impl Iterator<Item = Profile> {
    Profile::list().iter().map(|id| Profile::builtin(id).expect(id))
}

fn features(rows: BTreeSet<(String, String)>) -> FeatureTable {
    let (ids, names): (Vec<String>, Vec<String>) = rows.into_iter().unzip();
    let n = ids.len();
    FeatureTable { ids, names, kinds: vec![FeatureKind::GeneExpression; n], genomes: vec![String::new(); n] }
}

/// Every human gene of the panels.
fn human() -> FeatureTable {
    let markers = panels().panels.iter().flat_map(|p| &p.markers);
    features(markers.map(|m| (m.ensembl.clone(), m.symbol.clone())).collect())
}

/// Every mouse gene of the table that maps the panels.
fn mouse() -> FeatureTable {
    let rows = include_str!("../data/mouse_symbols.tsv").lines().filter(|l| !l.starts_with('#')).skip(1);
    let pairs = rows.flat_map(|line| {
        let fields: Vec<&str> = line.split('\t').collect();
        let list = |i: usize| fields[i].split(',').filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        list(2).into_iter().zip(list(1)).collect::<Vec<_>>()
    });
    features(pairs.collect())
}

fn resolved(profile: &Profile, features: &FeatureTable) -> Resolved {
    resolve(profile, panels(), features).expect(&profile.id).value
}

#[test]
fn every_class_can_be_reported_on_human_genes_and_every_top_class_on_mouse_genes() {
    let (human, mouse) = (human(), mouse());
    for profile in profiles() {
        let on_human = resolved(&profile, &human);
        assert_eq!(on_human.species, Species::Human);
        assert!(on_human.target.reportable && on_human.target.coverage.missing.is_empty(), "{}", profile.id);
        for class in &on_human.classes {
            assert!(class.reportable && class.coverage.missing.is_empty(), "{}: {}", profile.id, class.id);
        }
        assert!(on_human.subsets.iter().all(|s| s.reportable), "{}", profile.id);
        assert_eq!(on_human.modules.len(), profile.modules.len());
        let on_mouse = resolved(&profile, &mouse);
        assert_eq!(on_mouse.species, Species::Mouse);
        for class in on_mouse.top_classes() {
            let class = &on_mouse.classes[class];
            assert!(class.reportable, "{}: {} has {:?}", profile.id, class.id, class.coverage);
        }
    }
}

#[test]
fn every_choice_says_what_it_rests_on() {
    // A citation, or the admission that there is none.
    let cites = |text: &str| {
        ["general knowledge", "doi:", "PMC", "febs.", "fcell.", "Stem Cells Int", "Sci Rep", "Cytotherapy"]
            .iter()
            .any(|word| text.contains(word))
    };
    for profile in profiles() {
        let mut bases = vec![("target".to_owned(), profile.target.basis.clone())];
        bases.extend(profile.classes.iter().map(|c| (c.id.clone(), c.basis.clone())));
        bases.extend(profile.subsets.iter().map(|s| (s.id.clone(), s.basis.clone())));
        bases.extend(profile.rules.iter().map(|r| (r.id.clone(), Some(r.basis.clone()))));
        bases.extend(profile.screens.iter().map(|s| (s.class.clone(), Some(s.basis.clone()))));
        bases.extend(
            profile.mixture.iter().flat_map(|m| &m.components).map(|c| (c.class.clone(), Some(c.basis.clone()))),
        );
        bases.push(("guard".to_owned(), Some(profile.guard.basis.clone())));
        for (of, basis) in bases {
            let basis = basis.unwrap_or_default();
            assert!(cites(&basis), "{}: {of} rests on '{basis}'", profile.id);
        }
        for waiver in &profile.waivers {
            assert!(
                cites(&waiver.reason) || waiver.reason.contains("131088") || waiver.reason.contains("(rule "),
                "{waiver:?}"
            );
        }
        assert!(!profile.sources.is_empty() && profile.sources.iter().all(|s| !s.trim().is_empty()), "{}", profile.id);
    }
}

#[test]
fn waivers_stand_on_genes_and_markers_that_exist() {
    for profile in profiles() {
        profile.check(panels()).expect(&profile.id);
        let resolved = resolved(&profile, &human());
        assert_eq!(resolved.waivers.len(), profile.waivers.len());
        for class in &resolved.classes {
            assert!(class.genes.iter().all(|g| !profile.is_waived(&g.symbol)), "{}: {}", profile.id, class.id);
        }
        let Some(events) = profile.cytometry().expect(&profile.id) else { continue };
        assert_eq!(events.guard, profile.guard);
        for waiver in &profile.cytometry.as_ref().expect("as above").waivers {
            assert!(events.markers().contains(&waiver.marker.as_str()) && events.is_waived(&waiver.marker));
        }
    }
}

#[test]
fn rules_hold_on_one_side_of_their_condition_and_not_on_the_other() {
    for profile in profiles() {
        let outcome = |lot: &LotState, rule: &str| {
            profile.rule_outcomes(lot).into_iter().find(|o| o.rule == rule).and_then(|o| o.holds)
        };
        for rule in &profile.rules {
            let lot = |passage: u32, states: &str| LotState::read(Some(&passage.to_string()), Some(states)).value;
            let state = rule.when.sample_state.map_or("cultured", |s| s.name());
            let inside = rule.when.passage_min.or(rule.when.passage_max).unwrap_or(3);
            assert_eq!(outcome(&lot(inside, state), &rule.id), Some(true), "{}: {}", profile.id, rule.id);
            let outside = match (rule.when.passage_min, rule.when.passage_max) {
                (Some(min), _) if min > 0 => lot(min - 1, state),
                (_, Some(max)) => lot(max + 1, state),
                _ => lot(inside, "fresh"),
            };
            assert_eq!(outcome(&outside, &rule.id), Some(false), "{}: {}", profile.id, rule.id);
        }
    }
}

#[test]
fn sfrp2_calls_no_stromal_product_pluripotent() {
    let profile = Profile::builtin("ipsc-msc").expect("built in");
    let resolved = resolved(&profile, &human());
    let class = &resolved.classes[resolved.class("residual_pluripotent").expect("its class")];
    assert_eq!(class.genes.len(), 12);
    assert!(class.genes.iter().any(|g| g.symbol == "LIN28A") && class.genes.iter().all(|g| g.symbol != "SFRP2"));
    assert_eq!(profile.screens.len(), 1);
    assert_eq!(profile.screens[0].excluded[0].gene, "SFRP2");
    // And nowhere else does it decide for a class of any product.
    for profile in profiles() {
        let named = profile.classes.iter().flat_map(|c| &c.panels).filter_map(|p| panels().get(p));
        assert!(named.flat_map(|p| p.markers_of(Direction::Pos)).all(|m| m.symbol != "SFRP2"), "{}", profile.id);
    }
}

#[test]
fn every_number_of_a_profile_stands_in_its_text_so_that_it_can_be_replaced() {
    for id in Profile::list() {
        let text: toml::Table = Profile::builtin_text(id).expect(id).parse().expect(id);
        let written = |table: &str| text[table].as_table().map_or(0, toml::Table::len);
        assert_eq!((written("qc"), written("analysis")), (9, 4), "{id}");
        assert!(text["transgene"]["features"].as_array().is_some_and(Vec::is_empty), "{id}");
    }
}

#[test]
fn the_ranges_of_a_mixture_stand_in_its_specification_with_both_ends() {
    let profile = Profile::builtin("adipose-svf").expect("built in");
    let spec = Spec::parse(Spec::example_text("adipose-svf").expect("built in"), "svf", &profile).expect("it fits");
    let mixture = profile.mixture.as_ref().expect("a mixture");
    assert_eq!(mixture.components.len(), 4);
    for component in &mixture.components {
        let item = spec.items.iter().find(|i| i.class == component.class).expect(&component.class);
        assert_eq!(item.limit, component.range, "{}", component.class);
        assert!(component.range.min.is_some() && component.range.max.is_some(), "{}", component.class);
    }
    for other in profiles().filter(|p| p.id != profile.id) {
        assert_eq!(other.mixture, None, "{}", other.id);
    }
}
