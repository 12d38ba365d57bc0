//! A class that is looked for although the method cannot exclude it at the level that matters: the result names what was
//! screened, and what that can show.

use serde::Deserialize;

use super::Profile;
use crate::wording::{group_thousands, per_cent};
use crate::{Composition, Denominator, Level, Proportion, PurityError};

/// A screen that a profile asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// The class looked for.
    pub class: String,
    /// What the result can say, printed beside it.
    pub shows: String,
    /// What it cannot.
    pub cannot_show: String,
    /// The method that decides instead.
    pub orthogonal: String,
    /// Genes that others use for this purpose and that must not decide here, with the reason.
    #[serde(default)]
    pub excluded: Vec<ExcludedGene>,
    /// What the screen rests on: a citation, or `general knowledge`.
    pub basis: String,
}

/// A gene that must not decide in a screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcludedGene {
    /// The gene's symbol.
    pub gene: String,
    /// Why.
    pub reason: String,
}

/// What a screen found, and what it could have found.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenFound {
    /// The screen.
    pub screen: Screen,
    /// English name of the class.
    pub name_en: String,
    /// Chinese name of the class.
    pub name_zh: String,
    /// Cells found and cells screened, which are those kept; `None` where too few of the class's genes are in the file,
    /// or no cell was kept.
    pub counted: Option<Proportion>,
    /// Exact one-sided 95 % upper bound of the share.
    pub upper_bound: Option<f64>,
    /// The smallest share of which a cell is seen among so many with 95 % probability, were every such cell recognised:
    /// with less than this present, a clean result is likely.
    pub smallest_seen: Option<f64>,
    /// The limit of detection from blanks of this method, where one was measured.
    pub measured_lod: Option<f64>,
    /// Result and limit in one sentence.
    pub sentence: String,
}

impl Profile {
    /// What the profile's screens found, in the order of the file.
    ///
    /// # Errors
    /// [`PurityError::Proportion`] where a row counts more cells than there are.
    pub fn screens_found(&self, composition: &Composition) -> Result<Vec<ScreenFound>, PurityError> {
        self.screens.iter().map(|screen| found(screen, composition)).collect()
    }
}

fn found(screen: &Screen, composition: &Composition) -> Result<ScreenFound, PurityError> {
    let row = composition.row(&screen.class, Denominator::ViableSinglets);
    let counted = match row.and_then(|r| Some((r.k?, r.n))) {
        Some((k, n)) if n > 0 => Some(Proportion::new(k, n)?),
        _ => None,
    };
    // P(no cell seen) = 0.05 at this share: by definition the exact upper bound of 0 among n.
    let none_seen = counted.map(|p| Proportion::new(0, p.n())).transpose()?;
    let smallest_seen = none_seen.map(|p| p.upper_bound(Level::P95));
    let upper_bound = counted.map(|p| p.upper_bound(Level::P95));
    let measured_lod = row.and_then(|r| r.lod);
    let name_en = row.map_or_else(|| screen.class.clone(), |r| r.name_en.clone());
    let sentence = match (counted, upper_bound, smallest_seen) {
        (Some(counted), Some(upper), Some(seen)) => {
            let unit = composition.readout.unit();
            let (k, n) = (group_thousands(counted.k()), group_thousands(counted.n()));
            format!(
                "{name_en}: {k} found among {n} {unit}s screened; at most {} (one-sided 95 %). So many {unit}s cannot \
                 exclude a share below {}, even if every such {unit} were recognised.",
                per_cent(upper),
                per_cent(seen)
            )
        }
        _ => format!("{name_en}: not screened, for {}.", composition.readout.not_reportable()),
    };
    Ok(ScreenFound {
        screen: screen.clone(),
        name_zh: row.map_or_else(|| screen.class.clone(), |r| r.name_zh.clone()),
        name_en,
        counted,
        upper_bound,
        smallest_seen,
        measured_lod,
        sentence,
    })
}

#[cfg(test)]
mod tests;
