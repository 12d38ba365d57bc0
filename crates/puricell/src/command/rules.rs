//! The rules of a product's profile for one lot.

use puricell_core::{Noted, Warning};
use puricell_purity::{LotState, Profile, RuleOutcome};

use crate::metadata::Metadata;

/// What became of the profile's rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) outcomes: Vec<RuleOutcome>,
    pub(super) warnings: Vec<Warning>,
}

impl Rules {
    /// The profile for the lot that the metadata describe, and what became of its rules. A study is of the profile as it
    /// stands; where other genes or markers count in this lot, that is said.
    pub(super) fn of_lot(profile: Profile, metadata: &Metadata, has_study: bool) -> (Profile, Self) {
        if profile.rules.is_empty() {
            return (profile, Self::default());
        }
        let Noted { value: lot, mut warnings } =
            LotState::read(metadata.passage.as_deref(), metadata.sample_state.as_deref());
        let outcomes = profile.rule_outcomes(&lot);
        let counts = |p: &Profile| {
            let genes: Vec<String> = p.waivers.iter().map(|w| w.gene.clone()).collect();
            let markers = p.cytometry.iter().flat_map(|c| &c.waivers).map(|w| w.marker.clone()).collect::<Vec<_>>();
            (genes, markers, p.silenced.clone())
        };
        let as_it_stands = counts(&profile);
        let profile = profile.for_lot(&lot).into_value(&mut warnings);
        if has_study && counts(&profile) != as_it_stands {
            warnings.push(Warning::new(
                "study_of_other_rules",
                "the validation study is of the profile as it stands, of which this lot's passage and sample state change \
                 what counts: its limits and corrections need not hold here",
            ));
        }
        (profile, Self { outcomes, warnings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(id: &str, passage: Option<&str>, has_study: bool) -> Vec<&'static str> {
        let metadata = Metadata { passage: passage.map(str::to_owned), ..Metadata::default() };
        let (_, rules) = Rules::of_lot(Profile::builtin(id).unwrap(), &metadata, has_study);
        rules.warnings.iter().map(|w| w.code).collect()
    }

    #[test]
    fn a_study_of_the_profile_as_it_stands_is_not_of_every_lot() {
        // CD34 is waived where nothing is known, and up to passage 2; it counts afterwards.
        assert_eq!(codes("adipose", Some("P2"), true), [""; 0]);
        assert_eq!(codes("adipose", Some("P3"), true), ["study_of_other_rules"]);
        assert_eq!(codes("adipose", Some("P3"), false), [""; 0]);
        assert_eq!(codes("adipose", None, true), ["rule_undecided"]);
        assert_eq!(codes("bone-marrow", Some("P0"), true), ["study_of_other_rules"]);
    }

    #[test]
    fn metadata_that_no_rule_asks_for_is_not_read() {
        let mut plain = Profile::builtin("adipose").unwrap();
        plain.rules.clear();
        let metadata = Metadata { passage: Some("PD 22".to_owned()), ..Metadata::default() };
        assert!(Rules::of_lot(plain, &metadata, true).1.warnings.is_empty());
        assert_eq!(codes("adipose", Some("PD 22"), false), ["passage_not_read", "rule_undecided"]);
    }
}
