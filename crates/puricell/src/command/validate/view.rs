//! The study as its page says it: names and words, and no statistic that the evaluation has not given.

use puricell_purity::{Level as Confidence, Resolved};
use puricell_report::model::{Parameter, ParameterSource, ReportWarning, Tool};
use puricell_report::validation::{
    StudyClass, StudyFate, StudyLevel, StudyLine, StudyPage, StudyPlanted, StudyShare, StudySource,
};

use super::record::Study;
use crate::validate::{ClassResult, Evaluation, Fate, Fit, Group, Level, Share};

/// Fractions where the user does not say, as the command line's help states them.
const DEFAULT_FRACTIONS: [f64; 6] = [0.0, 0.001, 0.005, 0.01, 0.02, 0.05];

pub(super) fn page(
    study: &Study<'_>,
    evaluation: &Evaluation,
    resolved: &Resolved,
    n_runs: usize,
    warnings: &[ReportWarning],
) -> StudyPage {
    let design = study.design;
    let label = |id: &str| match id {
        "target" => format!("target ({})", study.target),
        "dead" => "dead cells (semi-synthetic)".to_owned(),
        "outside" => "events outside the target files’ gates".to_owned(),
        id => match (id.strip_prefix("doublet:"), resolved.class(id)) {
            (Some("target"), _) => "doublets of target cells".to_owned(),
            (Some(class), _) => format!("doublets with {}", of_class(resolved, class)),
            (None, Some(_)) => of_class(resolved, id),
            (None, None) => id.to_owned(),
        },
    };
    let per_cent = |values: &[f64]| values.iter().map(|v| plain_percent(*v)).collect::<Vec<_>>().join(", ");
    let share = |value: f64| if value > 0.0 { plain_percent(value) } else { "none".to_owned() };
    let mut facts = vec![("Mixtures", n_runs.to_string())];
    if let Some(n_outside) = study.n_outside {
        facts.push(("Viable singlets of a mixture", design.cells.to_string()));
        facts.push(("Events outside the gates beside them", per_target(n_outside, &study.groups[0])));
    } else {
        facts.push(("Cells of a mixture", design.cells.to_string()));
    }
    facts.push(("Fractions of each class", per_cent(&design.fractions)));
    facts.push(("Replicates", design.replicates.to_string()));
    if !study.is_of_events() {
        facts.extend([
            ("Depths", per_cent(&design.depths)),
            ("Ambient molecules", share(design.ambient)),
            ("Doublets", share(design.doublets)),
            ("Dead cells", share(design.dead)),
        ]);
    }
    StudyPage {
        tool: Tool { name: "puricell".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        product: study.product.clone(),
        profile: study.profile.clone(),
        is_of_events: study.is_of_events(),
        seed: study.args.seed,
        facts: facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        n_cells: evaluation.n_cells,
        depth: design.full_depth(),
        sources: evaluation
            .uses
            .iter()
            .enumerate()
            .map(|(i, u)| StudySource {
                label: label(&u.id),
                from: study.plan.source(i),
                n_pool: u.n_pool as u64,
                n_drawn: u.n_drawn,
                n_distinct: u.n_distinct,
                n_repeated: u.n_runs_repeated as u64,
                n_runs: n_runs as u64,
            })
            .collect(),
        classes: evaluation.classes.iter().map(|c| class(c, label(&c.id))).collect(),
        calls: evaluation.calls.iter().map(|c| if c == "target" { c.clone() } else { label(c) }).collect(),
        fates: evaluation
            .fates
            .iter()
            .chain(&evaluation.other_fates)
            .map(|f| fate(f, label(&f.id), &evaluation.calls))
            .collect(),
        warnings: warnings.to_vec(),
        parameters: all_parameters(study),
        inputs: study.inputs.to_vec(),
        definitions: study.listed.to_vec(),
    }
}

/// Events outside the gates per viable singlet of the target's files.
fn per_target(n_outside: usize, target: &Group) -> String {
    match n_outside {
        0 => "none".to_owned(),
        n => format!("{:.3} for each target event", n as f64 / target.rows.len().max(1) as f64),
    }
}

fn of_class(resolved: &Resolved, id: &str) -> String {
    resolved.class(id).map_or_else(|| id.to_owned(), |c| resolved.classes[c].name_en.clone())
}

/// As short as the fraction was written.
fn plain_percent(fraction: f64) -> String {
    let text = format!("{:.12}", fraction * 100.0);
    format!("{}\u{a0}%", text.trim_end_matches('0').trim_end_matches('.'))
}

fn class(class: &ClassResult, label: String) -> StudyClass {
    let planted = !class.points.is_empty();
    StudyClass {
        id: class.id.clone(),
        label,
        blank: share(class.blank),
        planted: planted.then(|| StudyPlanted {
            sensitivity: share(class.sensitivity),
            lost: share(class.lost),
            lod: class.lod,
            lod_seen: class.lod_seen,
            loq: class.loq,
            line: class.fit.as_ref().map(line),
            points: class.points.iter().map(|p| (p.planted, p.called)).collect(),
            levels: class.levels.iter().map(level).collect(),
        }),
        lob_count: class.lob_count,
        lob: class.lob,
    }
}

fn share(share: Share) -> StudyShare {
    StudyShare {
        k: share.k,
        n: share.n,
        k_distinct: share.k_distinct,
        n_distinct: share.n_distinct,
        ci: share.interval(Confidence::P95).map(|i| (i.low, i.high)),
        upper: share.upper_bound(Confidence::P95),
    }
}

fn line(fit: &Fit) -> StudyLine {
    let with = |value: f64, half: f64| (value, value - half, value + half);
    StudyLine {
        n: fit.n as u64,
        slope: with(fit.slope, fit.slope_half_width),
        intercept: with(fit.intercept, fit.intercept_half_width),
        r_squared: fit.r_squared,
        lack_of_fit_p: fit.lack_of_fit_p,
    }
}

fn level(level: &Level) -> StudyLevel {
    StudyLevel {
        nominal: level.nominal,
        n_runs: level.n_runs as u64,
        n_detected: level.n_detected as u64,
        planted: level.planted,
        called: level.called,
        called_ci: level.called_interval,
        recovery: level.recovery,
        recall: share(level.recall),
        sd: level.repeatability,
        cv: level.cv(),
        intermediate_cv: level.intermediate_cv(),
        total_cv: level.total_cv,
    }
}

fn fate(fate: &Fate, label: String, calls: &[String]) -> StudyFate {
    StudyFate {
        label,
        called: fate.called.clone(),
        right: calls.iter().position(|c| *c == fate.id),
        lost: fate.lost,
        n_distinct: fate.n_distinct,
    }
}

fn all_parameters(study: &Study<'_>) -> Vec<Parameter> {
    let (args, design) = (study.args, study.design);
    let mut all = Vec::new();
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    let given = |is: bool| if is { ParameterSource::CommandLine } else { ParameterSource::BuiltIn };
    let list = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let some = |value: f64| given(value > 0.0);
    let is_same =
        |values: &[f64], other: &[f64]| values.iter().map(|v| v.to_bits()).eq(other.iter().map(|v| v.to_bits()));
    add("mixtures.cells", design.cells.to_string(), given(args.cells.is_some()));
    add("mixtures.fractions", list(&design.fractions), given(!is_same(&design.fractions, &DEFAULT_FRACTIONS)));
    add("mixtures.replicates", design.replicates.to_string(), given(design.replicates != 5));
    if !study.is_of_events() {
        add("mixtures.depths", list(&design.depths), given(args.depth.is_some()));
        add("mixtures.ambient", design.ambient.to_string(), some(design.ambient));
        add("mixtures.doublets", design.doublets.to_string(), some(design.doublets));
        add("mixtures.dead", design.dead.to_string(), some(design.dead));
    }
    add("mixtures.exact", args.exact.to_string(), given(args.exact));
    add("mixtures.seeds", design.seeds.len().to_string(), given(design.seeds.len() > 1));
    all.extend(study.parameters.iter().cloned());
    let mut add = |name: &str, value: String, source| all.push(Parameter { name: name.to_owned(), value, source });
    add("seed", args.seed.to_string(), given(args.seed != 1));
    all
}
