//! Panels, keys, and the scores behind the calls.

use puricell_core::math::ln;
use puricell_purity::{CallKind, Resolved, ResolvedClass};
use puricell_report::model as report;

use crate::pipeline::{Analysis, Called, CellLot};

/// Most points of a figure.
pub(super) const MAX_POINTS: usize = 20_000;
/// Keys beyond this many powers of ten are drawn at the edge.
const KEY_EDGE: f64 = 10.0;

/// Position of each kind of call in the report's list of classes.
pub(super) struct ClassIndex {
    target: u32,
    suspect: u32,
    unassigned: u32,
    classes: Vec<u32>,
}

impl ClassIndex {
    pub(super) fn new(classes: &[report::Class], resolved: &Resolved) -> Self {
        let of = |id: &str| classes.iter().position(|c| c.id == id).unwrap_or(0) as u32;
        Self {
            target: of("target"),
            suspect: of("suspect"),
            unassigned: of("unassigned"),
            classes: resolved.classes.iter().map(|c| of(&c.id)).collect(),
        }
    }

    pub(super) fn of(&self, kind: Option<CallKind>) -> u32 {
        match kind {
            Some(CallKind::Target) => self.target,
            Some(CallKind::Class(class)) => self.classes[class],
            Some(CallKind::Suspect(_)) => self.suspect,
            Some(CallKind::Unassigned) | None => self.unassigned,
        }
    }
}

/// The kept cells that figures show, in input order: all, or every cell that is no target cell and evenly spaced
/// target cells.
pub(super) fn shown_cells<M: Called>(analysis: &Analysis<M>) -> Vec<usize> {
    let kept = analysis.mask.kept();
    if kept.len() <= MAX_POINTS {
        return kept;
    }
    let is_target = |cell: &usize| analysis.measured.kind(*cell) == Some(CallKind::Target);
    let (targets, others): (Vec<usize>, Vec<usize>) = kept.into_iter().partition(is_target);
    let mut shown = spaced(&others, MAX_POINTS / 2);
    shown.extend(spaced(&targets, MAX_POINTS - shown.len()));
    shown.sort_unstable();
    shown
}

fn spaced(cells: &[usize], most: usize) -> Vec<usize> {
    if cells.len() <= most {
        return cells.to_vec();
    }
    (0..most).map(|i| cells[i * cells.len() / most]).collect()
}

/// Coverage of the target and each class.
pub(super) fn coverage(resolved: &Resolved, target_name: &str) -> Vec<report::PanelCoverage> {
    std::iter::once(&resolved.target)
        .chain(&resolved.classes)
        .map(|class| report::PanelCoverage {
            class: class.id.clone(),
            label: label(class, target_name),
            present: class.coverage.present as u64,
            total: class.coverage.total as u64,
            missing: class.coverage.missing.clone(),
            reportable: class.reportable,
        })
        .collect()
}

pub(super) fn calls(
    analysis: &Analysis<CellLot>,
    index: &ClassIndex,
    shown: &[usize],
    target_name: &str,
) -> report::Calls {
    let resolved = &analysis.resolved;
    report::Calls {
        rule: "A cell is of a class only where that class's key is high (enough distinct genes of the class, and more \
               of them than this lot's background explains) and the stromal key is low. Both high is suspect, neither \
               is unassigned. No single gene and no cluster decides."
            .to_owned(),
        thresholds: thresholds(analysis, target_name),
        background: tops(resolved)
            .map(|(_, class)| report::Background {
                class: class.id.clone(),
                label: class.name_en.clone(),
                rate: None,
                n: None,
                derivation: "no blank (a lot known to be free of the class) was measured".to_owned(),
            })
            .collect(),
        scatter: (!shown.is_empty()).then(|| scatter(analysis, index, shown, target_name)),
    }
}

fn thresholds(analysis: &Analysis<CellLot>, target_name: &str) -> Vec<report::CallThreshold> {
    let background = &analysis.measured.calls.background;
    let key_ratio = ln(analysis.measured.calls.key_ratio) / ln(10.0);
    let unit = "log10 likelihood ratio".to_owned();
    let target = &analysis.resolved.target;
    let rate = format!("{:.1} molecules of its genes per 10,000", background.target_rate * 1e4);
    let mut all = vec![report::CallThreshold {
        class: target.id.clone(),
        label: target_name.to_owned(),
        high: Some(0.0),
        low: Some(0.0),
        min_distinct: u64::from(target.min_distinct),
        unit: unit.clone(),
        derivation: if background.is_frozen {
            format!("a target cell shows {rate}: the model's frozen value, as target cells are too few")
        } else {
            format!(
                "a target cell of this lot shows {rate} (median of {} reference cells; shape {:.2})",
                background.n_reference, background.target_shape
            )
        },
    }];
    for (class_index, class) in tops(&analysis.resolved) {
        let expected = analysis.measured.calls.expected_at_median.get(class_index).copied().unwrap_or(f64::NAN);
        all.push(report::CallThreshold {
            class: class.id.clone(),
            label: class.name_en.clone(),
            high: class.reportable.then_some(key_ratio),
            low: class.reportable.then_some(key_ratio),
            min_distinct: u64::from(class.min_distinct),
            unit: unit.clone(),
            derivation: if class.reportable {
                format!(
                    "a target cell of median depth is expected to show {expected:.2} of its {} genes by background",
                    class.genes.len()
                )
            } else {
                "not assessed: too few of its genes are in the file".to_owned()
            },
        });
    }
    all
}

fn scatter(analysis: &Analysis<CellLot>, index: &ClassIndex, shown: &[usize], target_name: &str) -> report::Scatter {
    let call = |cell: usize| analysis.measured.calls.cells[cell].as_ref();
    let in_tens = |key: f64| (key / ln(10.0)).clamp(-KEY_EDGE, KEY_EDGE) as f32;
    let key_ratio = ln(analysis.measured.calls.key_ratio) / ln(10.0);
    let axis = |class: &ResolvedClass, level: f64, score: Vec<f32>| report::ScatterAxis {
        class: class.id.clone(),
        label: format!("{} key (log10)", label(class, target_name)),
        high: Some(level),
        low: Some(level),
        score,
    };
    let target = shown.iter().map(|&c| call(c).map_or(0.0, |c| in_tens(c.evidence.target_key()))).collect();
    report::Scatter {
        n_total: analysis.mask.n_kept() as u64,
        target: axis(&analysis.resolved.target, 0.0, target),
        contaminants: tops(&analysis.resolved)
            .filter(|(_, class)| class.reportable)
            .map(|(i, class)| {
                let score =
                    shown.iter().map(|&c| call(c).map_or(0.0, |c| in_tens(c.evidence.classes[i].key()))).collect();
                axis(class, key_ratio, score)
            })
            .collect(),
        class: shown.iter().map(|&c| index.of(analysis.measured.kind(c))).collect(),
    }
}

pub(super) fn tops(resolved: &Resolved) -> impl Iterator<Item = (usize, &ResolvedClass)> {
    resolved.classes.iter().enumerate().filter(|(_, c)| c.parent.is_none())
}

pub(super) fn label(class: &ResolvedClass, target_name: &str) -> String {
    if class.id == "target" { target_name.to_owned() } else { class.name_en.clone() }
}
