//! The calls of all mixtures against what was mixed.

use std::collections::BTreeSet;

use puricell_core::math::median;
use puricell_purity::{CallKind, Resolved};

use super::class::{ClassResult, Level, Share};
use super::design::Design;
use super::limits;
use super::linearity::{Point, fit_line};
use super::mix::{MixedCell, State};
use super::pool::Group;
use super::precision::components;
use super::student::t_two_sided;
use super::study::{CellResult, RunResult};
use crate::error::AppError;

/// Level of intervals.
const LEVEL: f64 = 0.95;

/// How the cells of a group were used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupUse {
    /// `target` or the class's id.
    pub id: String,
    /// Cells of the pool.
    pub n_pool: usize,
    /// Draws over all mixtures.
    pub n_drawn: u64,
    /// Distinct cells among them.
    pub n_distinct: u64,
    /// Mixtures in which some cell was drawn more than once.
    pub n_runs_repeated: usize,
}

/// What became of the cells of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Id of the group, or `dead`, or `doublet:` and the id of the contaminant in it, or `outside` for events that are no
    /// viable singlets by their own file's gates.
    pub id: String,
    /// Cells per call: `target`, the top classes in the order of the profile, `suspect`, `unassigned`.
    pub called: Vec<u64>,
    /// Cells that quality control removed.
    pub lost: u64,
    /// Distinct source cells among those called.
    pub n_distinct: u64,
}

/// What a study has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// A class each, in the order of the profile; also classes that were not planted, by their blanks alone.
    pub classes: Vec<ClassResult>,
    /// Names of the calls: `target`, the top classes, `suspect`, `unassigned`.
    pub calls: Vec<String>,
    /// Live single cells: a row per group.
    pub fates: Vec<Fate>,
    /// Dead cells, doublets and events outside the gates, where there were any.
    pub other_fates: Vec<Fate>,
    /// How the pools were used.
    pub uses: Vec<GroupUse>,
    /// Median of the cells kept, over the blanks at full depth.
    pub n_cells: u64,
}

/// Holds every mixture's calls against what was mixed. Accuracy, linearity, limits and the table of calls are of the
/// mixtures at full depth; other depths enter the intermediate precision.
///
/// # Errors
/// [`AppError`] where a rate cannot be computed.
pub fn evaluate(
    groups: &[Group],
    design: &Design,
    resolved: &Resolved,
    runs: &[RunResult],
) -> Result<Evaluation, AppError> {
    let full: Vec<&RunResult> = runs.iter().filter(|r| r.plan.depth.total_cmp(&design.full_depth()).is_eq()).collect();
    let blanks: Vec<&RunResult> = full.iter().copied().filter(|r| r.plan.fraction <= 0.0).collect();
    let kept = |run: &RunResult| run.cells.iter().filter(|c| c.call.is_some()).count() as f64;
    let n_cells = median(&blanks.iter().map(|r| kept(r)).collect::<Vec<_>>()).unwrap_or(0.0).round() as u64;
    let tops: Vec<usize> = resolved.top_classes().collect();
    let classes = tops
        .iter()
        .filter(|&&class| resolved.classes[class].reportable)
        .map(|&class| {
            let id = &resolved.classes[class].id;
            let group = groups.iter().position(|g| g.id == *id);
            of_class(id, class, group, design, runs, &full, &blanks, n_cells)
        })
        .collect::<Result<Vec<_>, AppError>>()?;

    let mut calls = vec!["target".to_owned()];
    calls.extend(tops.iter().map(|&c| resolved.classes[c].id.clone()));
    calls.extend(["suspect".to_owned(), "unassigned".to_owned()]);
    let column = |kind: CallKind| match kind {
        CallKind::Target => 0,
        CallKind::Class(class) => tops.iter().position(|&c| c == class).map_or(0, |p| p + 1),
        CallKind::Suspect(_) => tops.len() + 1,
        CallKind::Unassigned => tops.len() + 2,
    };
    let fate = |id: String, is_meant: &dyn Fn(&CellResult) -> bool| {
        let (mut called, mut lost, mut sources) = (vec![0; calls.len()], 0, BTreeSet::new());
        for cell in full.iter().flat_map(|r| &r.cells).filter(|c| is_meant(c)) {
            match cell.call {
                Some(kind) => {
                    called[column(kind)] += 1;
                    sources.insert(cell.cell.source);
                }
                None => lost += 1,
            }
        }
        Fate { id, called, lost, n_distinct: sources.len() as u64 }
    };
    let fates = groups.iter().enumerate().map(|(group, of)| {
        fate(of.id.clone(), &|c: &CellResult| c.cell.group == group && c.cell.state == State::Single)
    });
    let fates: Vec<Fate> = fates.collect();
    let mut other_fates = vec![fate("dead".into(), &|c: &CellResult| c.cell.state == State::Dead)];
    for (group, of) in groups.iter().enumerate() {
        let is_meant = |c: &CellResult| match c.cell.state {
            // A doublet counts by the contaminant in it; of two contaminants by the first.
            State::Doublet { mate_group } => {
                let bears = if c.cell.group == 0 { mate_group } else { c.cell.group };
                bears == group
            }
            _ => false,
        };
        other_fates.push(fate(format!("doublet:{}", of.id), &is_meant));
    }
    other_fates.push(fate("outside".into(), &|c: &CellResult| c.cell.state == State::Outside));
    other_fates.retain(|f| f.lost + f.called.iter().sum::<u64>() > 0);

    Ok(Evaluation { classes, calls, fates, other_fates, uses: uses(groups, runs), n_cells })
}

#[allow(clippy::too_many_arguments, reason = "one call, and each argument is a thing of its own")]
fn of_class(
    id: &str,
    class: usize,
    group: Option<usize>,
    design: &Design,
    runs: &[RunResult],
    full: &[&RunResult],
    blanks: &[&RunResult],
    n_cells: u64,
) -> Result<ClassResult, AppError> {
    let is_called = |c: &CellResult| c.call == Some(CallKind::Class(class));
    let is_kept = |c: &CellResult| c.call.is_some();
    let is_planted = |c: &CellResult| Some(c.cell.group) == group && c.cell.state == State::Single;
    let in_blanks = || blanks.iter().flat_map(|r| &r.cells);
    let in_full = || full.iter().flat_map(|r| &r.cells);
    let blank = share(in_blanks().filter(|c| is_kept(c)), is_called);
    let sensitivity = share(in_full().filter(|c| is_planted(c) && is_kept(c)), is_called);
    let lost = share(in_full().filter(|c| is_planted(c)), |c| !is_kept(c));
    let (lob_count, lod) = limits::by_rates(blank, sensitivity, n_cells)?;

    let point = |run: &RunResult| Point {
        level: run.plan.level,
        planted: share(run.cells.iter().filter(|c| c.cell.state == State::Single), is_planted)
            .fraction()
            .unwrap_or(0.0),
        called: share(run.cells.iter().filter(|c| is_kept(c)), is_called).fraction().unwrap_or(0.0),
    };
    let points: Vec<Point> = if group.is_some() { full.iter().map(|r| point(r)).collect() } else { Vec::new() };
    let levels = design.fractions.iter().enumerate().filter(|(_, f)| group.is_some() || **f <= 0.0);
    let levels: Vec<Level> = levels
        .map(|(level, &nominal)| {
            let of: Vec<&RunResult> = full.iter().copied().filter(|r| r.plan.level == level).collect();
            let values: Vec<Point> = of.iter().map(|r| point(r)).collect();
            let n_runs = of.len();
            let mean = |f: fn(&Point) -> f64| values.iter().map(f).sum::<f64>() / n_runs.max(1) as f64;
            let (planted, called) = (mean(|p| p.planted), mean(|p| p.called));
            // A condition is a seed at a depth.
            let condition = |seed: u64, depth: f64| {
                let is_of = |r: &&RunResult| {
                    r.plan.level == level && r.plan.seed == seed && r.plan.depth.total_cmp(&depth).is_eq()
                };
                runs.iter().filter(is_of).map(|r| point(r).called).collect::<Vec<f64>>()
            };
            let of_depths = |depths: &[f64]| {
                let each = design.seeds.iter().flat_map(|&s| depths.iter().map(move |&d| (s, d)));
                components(&each.map(|(s, d)| condition(s, d)).collect::<Vec<_>>())
            };
            let repeatability = of_depths(&[design.full_depth()]).and_then(|c| c.repeatability);
            let spread = {
                let squares = values.iter().map(|p| (p.called - called) * (p.called - called)).sum::<f64>();
                (n_runs > 1).then(|| (squares / (n_runs - 1) as f64).sqrt())
            };
            let half = spread.map(|sd| t_two_sided(LEVEL, n_runs - 1) * sd / (n_runs as f64).sqrt());
            let recovery = (planted > 0.0).then(|| called / planted);
            let total_cv = repeatability.filter(|_| planted > 0.0 && called > 0.0 && n_cells > 0).map(|sd| {
                let counting = (1.0 - planted) / (planted * n_cells as f64);
                (sd * sd / (called * called) + counting).sqrt()
            });
            let count = |r: &&&RunResult| r.cells.iter().filter(|c| is_called(c)).count() as u64;
            Level {
                nominal,
                n_runs,
                planted,
                called,
                called_interval: half.map(|h| (called - h, called + h)),
                recall: share(of.iter().flat_map(|r| &r.cells).filter(|c| is_planted(c)), is_called),
                recovery,
                repeatability,
                intermediate: of_depths(&design.depths).and_then(|c| c.intermediate),
                total_cv,
                n_detected: of.iter().filter(|r| count(r) > lob_count).count(),
            }
        })
        .collect();
    Ok(ClassResult {
        id: id.to_owned(),
        blank,
        sensitivity,
        lost,
        n_cells,
        lob_count,
        lob: if n_cells > 0 { lob_count as f64 / n_cells as f64 } else { 0.0 },
        lod,
        lod_seen: limits::detection_seen(&levels),
        loq: limits::quantification(&levels, lod),
        fit: fit_line(&points, n_cells as f64, LEVEL).filter(|_| levels.len() > 2),
        points,
        levels,
    })
}

/// How many of the cells satisfy `counts`, with the distinct source cells behind both numbers.
fn share<'c>(cells: impl Iterator<Item = &'c CellResult>, counts: impl Fn(&CellResult) -> bool) -> Share {
    let mut share = Share::default();
    let (mut all, mut counted) = (BTreeSet::new(), BTreeSet::new());
    for cell in cells {
        share.n += 1;
        all.insert(cell.cell.source);
        if counts(cell) {
            share.k += 1;
            counted.insert(cell.cell.source);
        }
    }
    share.n_distinct = all.len() as u64;
    share.k_distinct = counted.len() as u64;
    share
}

fn uses(groups: &[Group], runs: &[RunResult]) -> Vec<GroupUse> {
    let of = |(group, of): (usize, &Group)| {
        let (mut n_drawn, mut n_runs_repeated, mut sources) = (0, 0, BTreeSet::new());
        for run in runs {
            let is_of = |c: &MixedCell| c.group == group && c.state != State::Outside;
            let drawn: Vec<usize> = run.cells.iter().map(|c| c.cell).filter(is_of).map(|c| c.source).collect();
            let distinct: BTreeSet<usize> = drawn.iter().copied().collect();
            n_drawn += drawn.len() as u64;
            n_runs_repeated += usize::from(distinct.len() < drawn.len());
            sources.extend(distinct);
        }
        GroupUse {
            id: of.id.clone(),
            n_pool: of.rows.len(),
            n_drawn,
            n_distinct: sources.len() as u64,
            n_runs_repeated,
        }
    };
    groups.iter().enumerate().map(of).collect()
}
