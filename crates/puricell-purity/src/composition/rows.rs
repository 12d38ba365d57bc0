//! From counts to rows.

use puricell_core::DropReason;

use super::count::Counts;
use super::study;
use super::{Composition, CompositionParams, Denominator, Row, RowRole};
use crate::detection::{limit_of_detection, poisson_quantification_limit};
use crate::misclassification::CorrectedClass;
use crate::profile::ClassRole;
use crate::{Proportion, PurityError, Readout, Resolved, ResolvedClass, Status};

/// What a row is about, before numbers.
struct Subject<'a> {
    class: &'a str,
    name_en: &'a str,
    name_zh: &'a str,
    parent: Option<&'a str>,
    role: RowRole,
    k: Option<u64>,
}

pub(super) fn rows(
    resolved: &Resolved,
    counts: &Counts,
    params: &CompositionParams,
) -> Result<Composition, PurityError> {
    let mut composition = Composition {
        rows: Vec::new(),
        n_all_events: counts.loaded,
        n_viable_singlets: counts.kept,
        n_classified: counts.classified,
        readout: params.readout,
        interval: params.interval,
    };
    let mut rows = Vec::new();
    let mut called = vec![(resolved.target.id.as_str(), counts.target)];
    let tops = resolved.classes.iter().zip(&counts.classes).filter(|(class, _)| class.parent.is_none());
    called.extend(tops.map(|(class, &k)| (class.id.as_str(), k)));
    let corrected = study::corrected(&called, counts.kept, params)?;
    for denominator in Denominator::ALL {
        for subject in subjects(resolved, counts, denominator, params) {
            rows.push(row(&subject, composition.n(denominator), denominator, params, &corrected)?);
        }
    }
    composition.rows = rows;
    Ok(composition)
}

fn subjects<'a>(
    resolved: &'a Resolved,
    counts: &Counts,
    denominator: Denominator,
    params: &CompositionParams,
) -> Vec<Subject<'a>> {
    let plain = |class, name_en, name_zh, role, k| Subject { class, name_en, name_zh, parent: None, role, k: Some(k) };
    let target = &resolved.target;
    let mut subjects = vec![Subject {
        k: target.reportable.then_some(counts.target),
        ..plain(&target.id, &target.name_en, &target.name_zh, RowRole::Target, counts.target)
    }];
    for (index, class) in resolved.classes.iter().enumerate() {
        let wanted = match denominator {
            Denominator::ViableSinglets => true,
            Denominator::AllEvents => class.parent.is_none(),
            Denominator::Classified => class.parent.is_none() && class.role != ClassRole::Excluded,
        };
        if wanted {
            subjects.push(Subject {
                parent: class.parent.map(|p| resolved.classes[p].id.as_str()),
                k: is_counted(resolved, class).then_some(counts.classes[index]),
                ..plain(&class.id, &class.name_en, &class.name_zh, role(class.role), 0)
            });
        }
    }
    if denominator != Denominator::Classified {
        let excluded = RowRole::Excluded;
        let (name_en, name_zh) = params.readout.suspect();
        subjects.push(plain("suspect", name_en, name_zh, excluded, counts.suspect));
        subjects.push(plain("unassigned", "Unassigned", "未归类", excluded, counts.unassigned));
    }
    if denominator == Denominator::AllEvents {
        let known = DropReason::ALL.iter().zip(&counts.dropped);
        // A reason that should not occur and did is shown all the same: rows must sum to n.
        for (reason, &k) in params
            .readout
            .reasons()
            .iter()
            .filter_map(|r| known.clone().find(|(known, _)| *known == r))
            .chain(known.clone().filter(|(r, k)| !params.readout.reasons().contains(r) && **k > 0))
        {
            let (class, name_en, name_zh) = not_kept(*reason, params.readout);
            subjects.push(plain(class, name_en, name_zh, RowRole::Excluded, k));
        }
    }
    if denominator == Denominator::ViableSinglets {
        for rollup in &resolved.rollups {
            let counted = rollup.members.iter().all(|&m| is_counted(resolved, &resolved.classes[m]));
            let k = rollup.members.iter().map(|&m| counts.classes[m]).sum();
            subjects.push(Subject {
                k: counted.then_some(k),
                ..plain(&rollup.id, &rollup.name_en, &rollup.name_zh, RowRole::Informative, k)
            });
        }
        for (subset, &k) in resolved.subsets.iter().zip(&counts.subsets) {
            subjects.push(Subject {
                parent: Some(&target.id),
                k: (subset.reportable && target.reportable).then_some(k),
                ..plain(&subset.id, &subset.name_en, &subset.name_zh, RowRole::Informative, k)
            });
        }
    }
    subjects
}

/// A sub-class is counted only where its parent is.
fn is_counted(resolved: &Resolved, class: &ResolvedClass) -> bool {
    class.reportable && class.parent.is_none_or(|p| resolved.classes[p].reportable)
}

fn role(role: ClassRole) -> RowRole {
    match role {
        ClassRole::Contaminant => RowRole::Contaminant,
        ClassRole::Component => RowRole::Component,
        ClassRole::Excluded => RowRole::Excluded,
    }
}

/// Row id and names of the cells that left for a reason.
fn not_kept(reason: DropReason, readout: Readout) -> (&'static str, &'static str, &'static str) {
    match reason {
        DropReason::HighMito => ("non_viable", "Non-viable (RNA surrogate)", "非活性细胞（RNA 替代指标）"),
        DropReason::LowCounts => (reason.name(), "Too few molecules", "分子数过低"),
        DropReason::LowFeatures => (reason.name(), "Too few genes", "基因数过低"),
        DropReason::Doublet => (reason.name(), "Doublet", "双细胞"),
        DropReason::TimeAnomaly => (reason.name(), "Disturbed flow", "流速异常"),
        DropReason::Margin => (reason.name(), "At the detector's end", "超出检测范围"),
        DropReason::NonViable => (reason.name(), "Non-viable (dye)", "非活性细胞（染料法）"),
        DropReason::Gate => (reason.name(), "Outside a gate given by the user", "用户门外事件"),
        DropReason::Debris => {
            let (name_en, name_zh) = readout.debris();
            (reason.name(), name_en, name_zh)
        }
    }
}

fn row(
    subject: &Subject<'_>,
    n: u64,
    denominator: Denominator,
    params: &CompositionParams,
    corrected: &[CorrectedClass],
) -> Result<Row, PurityError> {
    let level = params.level;
    let counted = match subject.k {
        Some(k) if n > 0 => Some(Proportion::new(k, n)?),
        _ => None,
    };
    let studied = study::of_row(subject.class, counted, denominator, params, corrected)?;
    let theory = |value: Option<f64>| if counted.is_some() { value } else { None };
    Ok(Row {
        class: subject.class.to_owned(),
        name_en: subject.name_en.to_owned(),
        name_zh: subject.name_zh.to_owned(),
        parent: subject.parent.map(str::to_owned),
        role: subject.role,
        k: subject.k,
        n,
        denominator,
        fraction: counted.and_then(Proportion::fraction),
        interval: counted.map(|p| p.interval(params.interval, level)),
        lower_one_sided: counted.map(|p| p.lower_bound(level)),
        upper_one_sided: counted.map(|p| p.upper_bound(level)),
        lob: studied.lob,
        lod: studied.lod,
        loq: studied.loq,
        corrected: studied.corrected,
        corrected_interval: studied.corrected_interval,
        detection: studied.detection,
        sampling_lod: theory(limit_of_detection(n, 0, 0.0, level)?),
        poisson_loq: theory(poisson_quantification_limit(n, params.quantification_cv)?),
        limit: None,
        status: subject.k.is_none().then_some(Status::NotReportable),
    })
}
