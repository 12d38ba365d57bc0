//! What a profile holds only for some lots: by passage, and by the state in which the cells were measured.

use std::fmt;

use puricell_core::{Noted, Warning};
use serde::Deserialize;

use super::{Profile, Waiver};
use crate::events::MarkerWaiver;

/// The state in which cells were measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleState {
    /// Taken from tissue, never plated.
    Fresh,
    /// From culture, not frozen.
    Cultured,
    /// Thawed.
    PostThaw,
    /// Stimulated on purpose, as with interferon gamma.
    Licensed,
}

impl SampleState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Fresh, Self::Cultured, Self::PostThaw, Self::Licensed];

    /// The word of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Cultured => "cultured",
            Self::PostThaw => "post-thaw",
            Self::Licensed => "licensed",
        }
    }
}

/// What is known of a lot that rules ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LotState {
    /// Passage; 0 is the primary culture. `None` where it is not known.
    pub passage: Option<u32>,
    /// States, increasing, each once. `None` where nothing is known, which is not "none of them".
    pub states: Option<Vec<SampleState>>,
}

impl LotState {
    /// Reads the texts of a metadata file.
    ///
    /// A passage is a number, or a number behind `P`, `p` or `passage`. A state is one word or several of
    /// [`SampleState::ALL`] among others: `post-thaw 30 min`, `licensed, fresh`. Fresh cells were never plated, so
    /// where no passage is given theirs is 0.
    ///
    /// Warnings: `passage_not_read` and `sample_state_not_read` for a text of another form, which then counts as not
    /// given.
    pub fn read(passage: Option<&str>, sample_state: Option<&str>) -> Noted<Self> {
        let mut warnings = Vec::new();
        let mut lot = Self { passage: passage.and_then(passage_number), states: None };
        if let (Some(text), None) = (passage, lot.passage) {
            warnings.push(Warning::new(
                "passage_not_read",
                format!(
                    "passage '{text}' is no single passage number such as P3, so no rule of the profile can use it"
                ),
            ));
        }
        if let Some(text) = sample_state {
            let words: Vec<String> =
                text.split(|c: char| !(c.is_alphanumeric() || c == '-')).map(str::to_ascii_lowercase).collect();
            let states: Vec<SampleState> =
                SampleState::ALL.into_iter().filter(|s| words.iter().any(|w| w == s.name())).collect();
            if states.is_empty() {
                let known = SampleState::ALL.map(SampleState::name).join(", ");
                warnings.push(Warning::new(
                    "sample_state_not_read",
                    format!("sample state '{text}' holds none of the words that rules know: {known}"),
                ));
            } else {
                if states.contains(&SampleState::Fresh) && passage.is_none() {
                    lot.passage = Some(0);
                }
                lot.states = Some(states);
            }
        }
        Noted { value: lot, warnings }
    }
}

fn passage_number(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.strip_prefix("passage").or_else(|| text.strip_prefix('p')).unwrap_or(&text).trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// When a rule holds: where every condition set does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// From this passage on.
    pub passage_min: Option<u32>,
    /// Up to this passage.
    pub passage_max: Option<u32>,
    /// In this state.
    pub sample_state: Option<SampleState>,
}

impl When {
    /// Whether the rule holds for a lot; `None` where what is known does not say.
    pub fn holds(&self, lot: &LotState) -> Option<bool> {
        let by_passage = |is: &dyn Fn(u32) -> bool| lot.passage.map(is);
        let conditions = [
            self.passage_min.map(|min| by_passage(&|p| p >= min)),
            self.passage_max.map(|max| by_passage(&|p| p <= max)),
            self.sample_state.map(|state| lot.states.as_ref().map(|states| states.contains(&state))),
        ];
        // One condition known not to hold decides, whatever else is unknown.
        let set = || conditions.iter().flatten();
        if set().any(|c| *c == Some(false)) {
            Some(false)
        } else if set().any(Option::is_none) {
            None
        } else {
            Some(true)
        }
    }

    /// What must be known to say.
    fn asks(&self) -> &'static str {
        match (self.passage_min.or(self.passage_max).is_some(), self.sample_state.is_some()) {
            (true, true) => "passage and sample_state",
            (true, false) => "passage",
            _ => "sample_state",
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passage = match (self.passage_min, self.passage_max) {
            (Some(min), Some(max)) => Some(format!("passage {min} to {max}")),
            (Some(min), None) => Some(format!("from passage {min} on")),
            (None, Some(max)) => Some(format!("up to passage {max}")),
            (None, None) => None,
        };
        let parts: Vec<String> = passage.into_iter().chain(self.sample_state.map(|s| s.name().to_owned())).collect();
        f.write_str(&parts.join(", "))
    }
}

/// What happens to a rule of which it is not known whether it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IfUnknown {
    /// It is applied.
    Apply,
    /// It is left out.
    #[default]
    Skip,
}

/// A rule of a profile for some lots.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Id, unique.
    pub id: String,
    /// When it holds.
    pub when: When,
    /// What to do where that is not known. Default: leave it out.
    #[serde(default)]
    pub if_unknown: IfUnknown,
    /// Genes that then count for no class.
    #[serde(default)]
    pub waive_genes: Vec<String>,
    /// Markers of cytometry that then count for no class, and whose limit of ISCT 2006 is for information.
    #[serde(default)]
    pub waive_markers: Vec<String>,
    /// Genes that then say nothing in the panels that are only shown, such as those of origin.
    #[serde(default)]
    pub silence_genes: Vec<String>,
    /// Why, printed in the report.
    pub reason: String,
    /// What it rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOutcome {
    /// Id of the rule.
    pub rule: String,
    /// When it holds, in words.
    pub when: String,
    /// Whether it holds for the lot; `None` where that is not known.
    pub holds: Option<bool>,
    /// Whether it was applied.
    pub applied: bool,
    /// Why there is such a rule.
    pub reason: String,
    /// What it rests on.
    pub basis: String,
    /// Genes that it makes count for no class.
    pub waive_genes: Vec<String>,
    /// Markers of cytometry that it makes count for no class.
    pub waive_markers: Vec<String>,
    /// Genes that it silences in the panels that are only shown.
    pub silence_genes: Vec<String>,
}

impl Profile {
    /// What becomes of each rule for a lot, in the order of the file.
    pub fn rule_outcomes(&self, lot: &LotState) -> Vec<RuleOutcome> {
        let outcome = |rule: &Rule| {
            let holds = rule.when.holds(lot);
            RuleOutcome {
                rule: rule.id.clone(),
                when: rule.when.to_string(),
                holds,
                applied: holds.unwrap_or(rule.if_unknown == IfUnknown::Apply),
                reason: rule.reason.clone(),
                basis: rule.basis.clone(),
                waive_genes: rule.waive_genes.clone(),
                waive_markers: rule.waive_markers.clone(),
                silence_genes: rule.silence_genes.clone(),
            }
        };
        self.rules.iter().map(outcome).collect()
    }

    /// The profile for one lot: the waivers of the rules that hold are among [`Profile::waivers`], those of
    /// [`CytometryUse`](super::CytometryUse) and [`Profile::silenced`]. A profile as read is that of a lot of which
    /// nothing is known; the result does not depend on the lot for which it was made before.
    ///
    /// Warning: `rule_undecided` for a rule that takes evidence away although the metadata does not say whether it holds.
    pub fn for_lot(mut self, lot: &LotState) -> Noted<Self> {
        let outcomes = self.rule_outcomes(lot);
        let rules = std::mem::take(&mut self.rules);
        self.waivers.retain(|w| !rules.iter().any(|r| r.waive_genes.contains(&w.gene)));
        if let Some(used) = &mut self.cytometry {
            used.waivers.retain(|w| !rules.iter().any(|r| r.waive_markers.contains(&w.marker)));
        }
        self.silenced.clear();
        let mut warnings = Vec::new();
        for (rule, outcome) in rules.iter().zip(&outcomes) {
            let takes_evidence = !(rule.waive_genes.is_empty() && rule.waive_markers.is_empty());
            if outcome.holds.is_none() && outcome.applied && takes_evidence {
                warnings.push(Warning::new(
                    "rule_undecided",
                    format!(
                        "rule '{}' of the profile is for lots {}, and the metadata gives no {}: it is applied. {}",
                        rule.id,
                        outcome.when,
                        rule.when.asks(),
                        rule.reason
                    ),
                ));
            }
            if !outcome.applied {
                continue;
            }
            let reason = format!("{} (rule {}: {})", rule.reason, rule.id, outcome.when);
            let waiver = |gene: &String| Waiver { gene: gene.clone(), reason: reason.clone() };
            self.waivers.extend(rule.waive_genes.iter().map(waiver));
            if let Some(used) = &mut self.cytometry {
                let waiver = |marker: &String| MarkerWaiver { marker: marker.clone(), reason: reason.clone() };
                used.waivers.extend(rule.waive_markers.iter().map(waiver));
            }
            self.silenced.extend(rule.silence_genes.iter().cloned());
        }
        self.rules = rules;
        Noted { value: self, warnings }
    }
}

#[cfg(test)]
mod tests;
