use super::SampleState::{Fresh, Licensed, PostThaw};
use super::*;

fn lot(passage: Option<&str>, state: Option<&str>) -> LotState {
    let noted = LotState::read(passage, state);
    assert_eq!(noted.warnings, [], "{passage:?} {state:?}");
    noted.value
}

#[test]
fn passage_and_state_are_read_as_people_write_them() {
    for (text, passage) in [("P3", 3), ("p3", 3), ("3", 3), (" passage 12 ", 12), ("P 0", 0)] {
        assert_eq!(lot(Some(text), None).passage, Some(passage), "{text}");
    }
    assert_eq!(lot(None, Some("post-thaw 30 min")).states, Some(vec![PostThaw]));
    assert_eq!(lot(None, Some("Licensed (IFN-g 48 h), post-thaw")).states, Some(vec![PostThaw, Licensed]));
    // Cells that were never plated are at passage 0, unless the metadata says otherwise.
    let fresh = lot(None, Some("fresh"));
    assert_eq!((fresh.passage, fresh.states), (Some(0), Some(vec![Fresh])));
    assert_eq!(lot(Some("P4"), Some("fresh from culture")).passage, Some(4));
    assert_eq!(LotState::read(None, None).value, LotState::default());
}

#[test]
fn a_text_of_another_form_is_said_and_counts_as_not_given() {
    for text in ["P3-P5", "PD 22", "P", "", "P3.5", "99999999999"] {
        let noted = LotState::read(Some(text), None);
        assert_eq!(noted.value.passage, None, "{text}");
        assert_eq!(noted.warnings.iter().map(|w| w.code).collect::<Vec<_>>(), ["passage_not_read"], "{text}");
    }
    let noted = LotState::read(None, Some("thawed"));
    assert_eq!(noted.value.states, None);
    assert_eq!(
        noted.warnings[0].to_string(),
        "sample state 'thawed' holds none of the words that rules know: fresh, cultured, post-thaw, licensed \
         [sample_state_not_read]"
    );
}

#[test]
fn a_condition_known_not_to_hold_decides_whatever_else_is_unknown() {
    let when = When { passage_min: Some(1), passage_max: Some(3), sample_state: Some(Licensed) };
    assert_eq!(when.to_string(), "passage 1 to 3, licensed");
    let holds = |passage, states: Option<Vec<SampleState>>| when.holds(&LotState { passage, states });
    let (licensed, fresh) = (Some(vec![Licensed]), Some(vec![Fresh]));
    assert_eq!(holds(Some(2), licensed.clone()), Some(true));
    assert_eq!((holds(Some(1), licensed.clone()), holds(Some(3), licensed.clone())), (Some(true), Some(true)));
    assert_eq!(
        (holds(Some(0), None), holds(Some(4), None), holds(None, fresh)),
        (Some(false), Some(false), Some(false))
    );
    assert_eq!((holds(Some(2), None), holds(None, licensed), holds(None, None)), (None, None, None));
}

#[test]
fn cd34_counts_against_adipose_cells_from_passage_3_on() {
    let adipose = Profile::builtin("adipose").unwrap();
    let is_waived = |p: &Profile| (p.is_waived("CD34"), p.cytometry().unwrap().unwrap().is_waived("CD34"));
    // As read: that of a lot of which nothing is known.
    assert_eq!(is_waived(&adipose), (true, true));
    for (passage, waived) in [("P0", true), ("P2", true), ("P3", false), ("P8", false)] {
        let noted = adipose.clone().for_lot(&lot(Some(passage), None));
        assert_eq!((is_waived(&noted.value), noted.warnings), ((waived, waived), vec![]), "{passage}");
    }
    // The reason says which rule it was, and a second lot does not inherit from the first.
    let early = adipose.clone().for_lot(&lot(Some("P1"), None)).value;
    let reason = &early.waivers.iter().find(|w| w.gene == "CD34").unwrap().reason;
    assert!(reason.contains("by passage 3") && reason.ends_with("(rule cd34_early: up to passage 2)"), "{reason}");
    assert_eq!(early.cytometry.as_ref().unwrap().waivers[0].reason, *reason);
    let late = early.clone().for_lot(&lot(Some("P5"), None)).value;
    assert_eq!(is_waived(&late), (false, false));
    assert_eq!(late.for_lot(&lot(Some("P1"), None)).value, early);
}

#[test]
fn an_undecided_rule_that_takes_evidence_away_is_said() {
    let unknown = LotState::default();
    let codes = |id| -> Vec<String> {
        let noted = Profile::builtin(id).unwrap().for_lot(&unknown);
        noted.warnings.iter().map(ToString::to_string).collect()
    };
    let adipose = codes("adipose");
    assert_eq!(adipose.len(), 1);
    assert!(
        adipose[0].starts_with(
            "rule 'cd34_early' of the profile is for lots up to passage 2, and the metadata gives no passage: it is applied. \
             Adipose stromal cells carry CD34 when fresh"
        ),
        "{adipose:?}"
    );
    // What is left out changes nothing, and silence in a panel that is only shown takes no evidence away.
    assert_eq!(codes("bone-marrow"), [""; 0]);
    let outcomes = Profile::builtin("bone-marrow").unwrap().rule_outcomes(&unknown);
    let seen: Vec<_> = outcomes.iter().map(|o| (o.rule.as_str(), o.holds, o.applied)).collect();
    assert_eq!(seen, [("cd271_culture", None, true), ("hla_dr_licensed", None, false)]);
}

#[test]
fn hla_dr_is_for_information_after_licensing_and_cd271_says_nothing_in_culture() {
    let marrow = Profile::builtin("bone-marrow").unwrap();
    let waived = |p: &Profile| p.cytometry().unwrap().unwrap().is_waived("HLA-DR");
    let licensed = marrow.clone().for_lot(&lot(Some("P4"), Some("licensed"))).value;
    assert!(waived(&licensed) && !waived(&marrow));
    assert!(!waived(&marrow.clone().for_lot(&lot(Some("P4"), Some("cultured"))).value));
    assert_eq!(licensed.silenced, ["NGFR", "LEPR", "CXCL12"]);
    let primary = marrow.for_lot(&lot(Some("P0"), None)).value;
    assert_eq!(primary.silenced, [""; 0]);
}
