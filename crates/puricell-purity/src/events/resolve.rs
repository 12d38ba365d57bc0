//! A profile's signs found among the markers of a lot.

use puricell_core::{Noted, Warning};

use super::profile::{CytoProfile, EventClass, EventTarget, choices};
use super::threshold::MarkerThreshold;
use crate::PurityError;
use crate::profile::{ClassRole, TargetConflict};
use crate::resolve::{
    AppliedWaiver, Coverage, GeneSets, MatchedBy, Resolved, ResolvedClass, ResolvedGene, ResolvedRollup, ResolvedSubset,
};

/// What a class says of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Carried, and by definition: an event below the threshold is none of the class.
    Required,
    /// Carried.
    Positive,
    /// Carried; not counted among the markers seen.
    Optional,
    /// Carried weakly.
    Dim,
    /// Carried strongly.
    Bright,
    /// Carried unless culture has lowered it.
    Modulated,
    /// Lacked.
    Negative,
    /// Lacked, and by definition: an event at or above the threshold is none of the class.
    Excluded,
    /// Says nothing.
    Either,
}

impl Sign {
    /// True for a marker that counts where it is seen.
    pub fn counts(self) -> bool {
        matches!(self, Self::Required | Self::Positive | Self::Dim | Self::Bright | Self::Modulated)
    }

    /// True for a marker that the class lacks.
    pub fn is_lacked(self) -> bool {
        matches!(self, Self::Negative | Self::Excluded)
    }
}

/// The signs of the target or of a class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignedMarkers {
    /// Index into [`ResolvedEvents::markers`] and the sign, each marker at most once.
    pub signs: Vec<(usize, Sign)>,
    /// Markers that must be seen.
    pub min_positive: usize,
}

/// Why a marker of the profile is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnused {
    /// No channel measures it, or it has no threshold.
    NotMeasured,
    /// Negative and positive events cannot be told apart.
    NotSeparable,
}

/// A marker of the profile that is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedMarker {
    /// Marker id.
    pub marker: String,
    /// Why.
    pub why: WhyUnused,
}

/// A profile's signs among the markers of a lot.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedEvents {
    /// What composition, verdicts and outputs work on: markers stand in place of genes (`genes` holds the markers used,
    /// `coverage` those required), there are no modules and no gene sets.
    pub resolved: Resolved,
    /// The markers used, in the order of the profile.
    pub markers: Vec<MarkerThreshold>,
    /// Markers of the profile that are not used, in its order.
    pub unused: Vec<UnusedMarker>,
    /// The target's signs.
    pub target: SignedMarkers,
    /// The signs of each entry of [`Resolved::classes`], with those a sub-class takes over from its parent.
    pub classes: Vec<SignedMarkers>,
    /// The signs of each entry of [`Resolved::subsets`], `Positive` or `Negative`.
    pub subsets: Vec<SignedMarkers>,
}

/// Finds the markers of a profile among the thresholds of a lot.
///
/// A class is reported only where each marker of its `required`, `excluded`, `pos`, `dim`, `bright` and `needs` is measured and separable, and where at
/// least two signs are left, one of them negative if one positive marker may do. The target is reported where at least
/// `min_positive` of its markers are, and each of `required` and `excluded`. Negative signs of markers that are not measured are left out, and named.
///
/// Warnings: `unused_markers`, `low_panel_coverage`.
///
/// # Errors
/// [`PurityError::NoTargetMarker`] where no marker of the target's `pos` and `modulated` can be used;
/// [`PurityError::RepeatedThreshold`] for two thresholds of one marker; [`PurityError::Threshold`] for one that is not a
/// finite number within its band, or components that do not fit.
pub fn resolve_events(
    profile: &CytoProfile,
    thresholds: &[MarkerThreshold],
) -> Result<Noted<ResolvedEvents>, PurityError> {
    check(thresholds)?;
    let mut markers: Vec<MarkerThreshold> = Vec::new();
    let mut unused = Vec::new();
    for name in profile.markers() {
        match thresholds.iter().find(|t| t.marker == name) {
            Some(found) if found.separable => markers.push(found.clone()),
            Some(_) => unused.push(UnusedMarker { marker: name.to_owned(), why: WhyUnused::NotSeparable }),
            None => unused.push(UnusedMarker { marker: name.to_owned(), why: WhyUnused::NotMeasured }),
        }
    }
    let lookup = Lookup { profile, markers: &markers, unused: &unused };
    let target_signs = lookup.target(&profile.target);
    let (target_genes, target_coverage) = lookup.coverage(profile.target.counted(), &target_signs);
    let defining = profile.target.required.iter().chain(&profile.target.excluded);
    let (_, definition) = lookup.coverage(defining, &target_signs);
    if target_coverage.present == 0 {
        return Err(PurityError::NoTargetMarker {
            wanted: target_coverage.missing.join(", "),
            found: thresholds.iter().map(|t| t.marker.as_str()).collect::<Vec<_>>().join(", "),
        });
    }
    let target = ResolvedClass {
        id: "target".to_owned(),
        name_en: profile.target.name_en.clone(),
        name_zh: profile.target.name_zh.clone(),
        parent: None,
        role: ClassRole::Component,
        when_target_high: TargetConflict::Target,
        reportable: target_coverage.present >= profile.target.min_positive as usize
            && definition.present == definition.total,
        genes: target_genes,
        coverage: target_coverage,
        min_distinct: profile.target.min_positive,
        dominant: None,
        cell_ontology: Some(profile.cell_ontology.clone()),
    };

    let (mut classes, mut signs) = (Vec::new(), Vec::new());
    for top in profile.classes.iter().filter(|c| c.parent.is_none()) {
        let parent = classes.len();
        lookup.push(top, None, &mut classes, &mut signs);
        for sub in profile.classes.iter().filter(|c| c.parent.as_deref() == Some(top.id.as_str())) {
            lookup.push(sub, Some((parent, top)), &mut classes, &mut signs);
        }
    }
    let (subsets, subset_signs) = profile.subsets.iter().map(|s| lookup.subset(s)).unzip();
    let position = |id: &String| classes.iter().position(|c| c.id == *id);
    let rollups = profile
        .rollups
        .iter()
        .map(|r| ResolvedRollup {
            id: r.id.clone(),
            name_en: r.name_en.clone(),
            name_zh: r.name_zh.clone(),
            members: r.of.iter().filter_map(position).collect(),
        })
        .collect();
    let warnings = warnings(&unused, &target, &classes);
    let resolved = Resolved {
        species: profile.species,
        target,
        rollups,
        subsets,
        modules: Vec::new(),
        support: Vec::new(),
        sets: GeneSets::default(),
        waivers: waivers(profile),
        classes,
    };
    let value =
        ResolvedEvents { resolved, unused, target: target_signs, classes: signs, subsets: subset_signs, markers };
    Ok(Noted { value, warnings })
}

fn check(thresholds: &[MarkerThreshold]) -> Result<(), PurityError> {
    for (i, t) in thresholds.iter().enumerate() {
        if thresholds[..i].iter().any(|other| other.marker == t.marker) {
            return Err(PurityError::RepeatedThreshold { marker: t.marker.clone() });
        }
        if let (true, Some(why)) = (t.separable, t.problem()) {
            return Err(PurityError::Threshold { marker: t.marker.clone(), why });
        }
    }
    Ok(())
}

struct Lookup<'a> {
    profile: &'a CytoProfile,
    markers: &'a [MarkerThreshold],
    unused: &'a [UnusedMarker],
}

impl Lookup<'_> {
    /// The used marker that stands for a choice: the first one, those waived last.
    fn find(&self, choice: &str) -> Option<usize> {
        let used = |name: &str| self.markers.iter().position(|m| m.marker == name);
        let unwaived = choices(choice).filter(|name| !self.profile.is_waived(name)).find_map(used);
        unwaived.or_else(|| choices(choice).find_map(used))
    }

    /// Adds the signs of a list; a marker that has a sign keeps it.
    fn add(&self, signs: &mut Vec<(usize, Sign)>, list: &[String], sign: Sign) {
        for marker in list.iter().filter_map(|m| self.find(m)) {
            if !signs.iter().any(|(known, _)| *known == marker) {
                // A waived marker is no evidence against the target, nor for a class.
                let waived = self.profile.is_waived(&self.markers[marker].marker);
                signs.push((marker, if waived { Sign::Either } else { sign }));
            }
        }
    }

    fn target(&self, target: &EventTarget) -> SignedMarkers {
        let mut signs = Vec::new();
        self.add(&mut signs, &target.required, Sign::Required);
        self.add(&mut signs, &target.excluded, Sign::Excluded);
        self.add(&mut signs, &target.pos, Sign::Positive);
        self.add(&mut signs, &target.modulated, Sign::Modulated);
        self.add(&mut signs, &target.neg, Sign::Negative);
        self.add(&mut signs, &target.either, Sign::Either);
        SignedMarkers { signs, min_positive: target.min_positive as usize }
    }

    fn class(&self, class: &EventClass, parent: Option<&EventClass>) -> SignedMarkers {
        let mut signs = Vec::new();
        for of in std::iter::once(class).chain(parent) {
            self.add(&mut signs, &of.required, Sign::Required);
            self.add(&mut signs, &of.excluded, Sign::Excluded);
            self.add(&mut signs, &of.pos, Sign::Positive);
            self.add(&mut signs, &of.dim, Sign::Dim);
            self.add(&mut signs, &of.bright, Sign::Bright);
            self.add(&mut signs, &of.optional, Sign::Optional);
            self.add(&mut signs, &of.neg, Sign::Negative);
            self.add(&mut signs, &of.either, Sign::Either);
        }
        SignedMarkers { signs, min_positive: class.min_positive as usize }
    }

    /// Of the choices required, those found with a sign that decides, and the account.
    fn coverage<'c>(
        &self,
        required: impl Iterator<Item = &'c String>,
        signed: &SignedMarkers,
    ) -> (Vec<ResolvedGene>, Coverage) {
        let (mut genes, mut coverage) = (Vec::<ResolvedGene>::new(), Coverage::default());
        let mut seen: Vec<&str> = Vec::new();
        for choice in required {
            if seen.contains(&choice.as_str()) {
                continue;
            }
            seen.push(choice);
            coverage.total += 1;
            let found =
                self.find(choice).filter(|m| signed.signs.iter().any(|(s, sign)| s == m && *sign != Sign::Either));
            if let Some(marker) = found {
                coverage.present += 1;
                let used = &self.markers[marker];
                genes.push(ResolvedGene {
                    symbol: used.marker.clone(),
                    columns: vec![used.column],
                    matched_by: MatchedBy::Symbol,
                });
            } else {
                coverage.missing.push(self.why_missing(choice));
            }
        }
        (genes, coverage)
    }

    fn why_missing(&self, choice: &str) -> String {
        let known = choices(choice).find_map(|name| self.unused.iter().find(|u| u.marker == name));
        match known {
            _ if choices(choice).any(|name| self.profile.is_waived(name)) => format!("{choice} (waived)"),
            Some(UnusedMarker { why: WhyUnused::NotSeparable, .. }) => format!("{choice} (not separable)"),
            _ => choice.to_owned(),
        }
    }

    fn push(
        &self,
        class: &EventClass,
        parent: Option<(usize, &EventClass)>,
        classes: &mut Vec<ResolvedClass>,
        all_signs: &mut Vec<SignedMarkers>,
    ) {
        let signed = self.class(class, parent.map(|(_, top)| top));
        let required = class.carried().chain(&class.excluded).chain(&class.needs);
        // What a sub-class takes over is required of it too, unless it gives the marker another sign.
        let inherited = parent.iter().flat_map(|(_, top)| top.carried().chain(&top.excluded));
        let own = [&class.either, &class.neg, &class.excluded];
        let inherited = inherited.filter(|m| !own.iter().any(|list| list.contains(m)));
        let (genes, coverage) = self.coverage(required.chain(inherited), &signed);
        let counted = signed.signs.iter().filter(|(_, sign)| sign.counts()).count();
        let negative = signed.signs.iter().filter(|(_, sign)| sign.is_lacked()).count();
        let enough = counted >= signed.min_positive && (signed.min_positive > 1 || negative > 0);
        classes.push(ResolvedClass {
            id: class.id.clone(),
            name_en: class.name_en.clone(),
            name_zh: class.name_zh.clone(),
            parent: parent.map(|(index, _)| index),
            role: class.role,
            when_target_high: TargetConflict::Suspect,
            reportable: coverage.present == coverage.total && enough,
            genes,
            coverage,
            min_distinct: class.min_positive,
            dominant: None,
            cell_ontology: class.cell_ontology.clone(),
        });
        all_signs.push(signed);
    }

    fn subset(&self, subset: &super::EventSubset) -> (ResolvedSubset, SignedMarkers) {
        let mut signed = SignedMarkers::default();
        for (list, sign) in [(&subset.pos, Sign::Positive), (&subset.neg, Sign::Negative)] {
            signed.signs.extend(list.iter().filter_map(|m| self.find(m)).map(|m| (m, sign)));
        }
        let (genes, coverage) = self.coverage(subset.pos.iter().chain(&subset.neg), &signed);
        let resolved = ResolvedSubset {
            id: subset.id.clone(),
            name_en: subset.name_en.clone(),
            name_zh: subset.name_zh.clone(),
            reportable: coverage.present == coverage.total,
            min_distinct: coverage.total as u32,
            genes,
            coverage,
            cell_ontology: subset.cell_ontology.clone(),
        };
        (resolved, signed)
    }
}

fn waivers(profile: &CytoProfile) -> Vec<AppliedWaiver> {
    let decides =
        |class: &EventClass, marker: &str| class.carried().flat_map(|m| choices(m)).any(|name| name == marker);
    profile
        .waivers
        .iter()
        .map(|w| AppliedWaiver {
            gene: w.marker.clone(),
            reason: w.reason.clone(),
            classes: profile.classes.iter().filter(|c| decides(c, &w.marker)).map(|c| c.id.clone()).collect(),
        })
        .collect()
}

fn warnings(unused: &[UnusedMarker], target: &ResolvedClass, classes: &[ResolvedClass]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let of = |why| -> Vec<&str> { unused.iter().filter(|u| u.why == why).map(|u| u.marker.as_str()).collect() };
    let (unmeasured, inseparable) = (of(WhyUnused::NotMeasured), of(WhyUnused::NotSeparable));
    let mut parts = Vec::new();
    if !unmeasured.is_empty() {
        parts.push(format!("not measured: {}", unmeasured.join(", ")));
    }
    if !inseparable.is_empty() {
        parts.push(format!("negative and positive events not separable: {}", inseparable.join(", ")));
    }
    if !parts.is_empty() {
        let text = format!("markers of the profile that are not used; {}", parts.join("; "));
        warnings.push(Warning::new("unused_markers", text));
    }
    for class in std::iter::once(target).chain(classes).filter(|c| !c.reportable) {
        let missing = if class.coverage.missing.is_empty() {
            "no marker that it lacks is measured beside it".to_owned()
        } else {
            format!("it needs {}", class.coverage.missing.join(", "))
        };
        let instead = match class.parent {
            Some(parent) if classes[parent].reportable => {
                format!("; its cells are counted in '{}'", classes[parent].id)
            }
            _ => String::new(),
        };
        warnings.push(Warning::new(
            "low_panel_coverage",
            format!("class '{}' is not reportable: {missing}{instead}", class.id),
        ));
    }
    warnings
}

#[cfg(test)]
mod tests;
