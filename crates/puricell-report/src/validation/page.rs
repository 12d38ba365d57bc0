//! The page.

use askama::Template;

use super::{StudyClass, StudyFate, StudyLevel, StudyPage, StudyPlanted, StudyShare, StudySource};
use crate::error::ReportError;
use crate::figure::linearity::linearity;
use crate::number::{self, NBSP};
use crate::view::figures::drawing;
use crate::view::trace;
use crate::words::{self, Units};

/// Everything the template prints, already as text.
#[derive(Template)]
#[template(path = "validation.html")]
struct Page<'m> {
    model: &'m StudyPage,
    of: Units,
    depth: String,
    n_cells: String,
    sources: Vec<SourceView>,
    classes: Vec<ClassView>,
    fates: Vec<FateView>,
    figures: Vec<FigureView>,
    trace: trace::TraceView,
}

struct SourceView {
    label: String,
    from: String,
    n_pool: String,
    n_drawn: String,
    n_distinct: String,
    repeated: String,
}

struct ClassView {
    label: String,
    blank: String,
    blank_distinct: String,
    blank_upper: String,
    lob: String,
    planted: Option<PlantedView>,
}

struct PlantedView {
    summary: String,
    sensitivity: String,
    sensitivity_ci: String,
    sensitivity_distinct: String,
    lost: String,
    lod: String,
    lod_seen: String,
    loq: String,
    line: Option<LineView>,
    levels: Vec<LevelView>,
}

struct LineView {
    n: String,
    slope: String,
    slope_ci: String,
    intercept: String,
    intercept_ci: String,
    r_squared: String,
    lack_of_fit: String,
}

struct LevelView {
    nominal: String,
    n_runs: String,
    detected: String,
    planted: String,
    called: String,
    called_ci: String,
    recovery: String,
    recall: String,
    recall_ci: String,
    sd: String,
    cv: String,
    intermediate_cv: String,
    total_cv: String,
}

struct FateView {
    label: String,
    called: Vec<(String, bool)>,
    lost: String,
    n_distinct: String,
}

struct FigureView {
    title: String,
    svg: String,
}

/// The page of a study as one self-contained HTML document. All text of the model is escaped.
///
/// # Errors
/// [`ReportError::Figure`] where a figure cannot be drawn; [`ReportError::Template`].
pub fn validation_html(model: &StudyPage) -> Result<String, ReportError> {
    let figures = model.classes.iter().map(linearity).collect::<Result<Vec<_>, ReportError>>()?;
    let of = words::units(model.is_of_events);
    let page = Page {
        model,
        of,
        depth: number::given_percent(model.depth),
        n_cells: number::count(model.n_cells),
        sources: model.sources.iter().map(source).collect(),
        classes: model.classes.iter().map(|c| class(c, of)).collect(),
        fates: model.fates.iter().map(fate).collect(),
        figures: figures
            .into_iter()
            .flatten()
            .map(|f| FigureView { title: f.title.clone(), svg: drawing(&f.svg) })
            .collect(),
        trace: trace::of(&model.parameters, &model.inputs, &model.definitions),
    };
    Ok(page.render()?)
}

fn source(source: &StudySource) -> SourceView {
    SourceView {
        label: source.label.clone(),
        from: source.from.clone(),
        n_pool: number::count(source.n_pool),
        n_drawn: number::count(source.n_drawn),
        n_distinct: number::count(source.n_distinct),
        repeated: match source.n_repeated {
            0 => "no".to_owned(),
            n => format!("yes, in {} of {} mixtures", number::count(n), number::count(source.n_runs)),
        },
    }
}

fn class(class: &StudyClass, of: Units) -> ClassView {
    let k_of_n = |s: &StudyShare| format!("{} of {}", number::count(s.k), number::count(s.n));
    ClassView {
        label: class.label.clone(),
        blank: k_of_n(&class.blank),
        blank_distinct: format!(
            "{} of {}",
            number::count(class.blank.k_distinct),
            number::count(class.blank.n_distinct)
        ),
        blank_upper: or_na(class.blank.upper.map(|u| format!("<{NBSP}{}", number::upper_bound(u)))),
        lob: match class.lob_count {
            0 => format!("0 {}", of.many),
            1 => format!("1 {} ({})", of.one, number::upper_bound(class.lob)),
            n => format!("{} {} ({})", number::count(n), of.many, number::upper_bound(class.lob)),
        },
        planted: class.planted.as_ref().map(|p| planted(class, p, of)),
    }
}

fn planted(class: &StudyClass, planted: &StudyPlanted, of: Units) -> PlantedView {
    let s = &planted.sensitivity;
    let limit = |value: Option<f64>| value.map(number::upper_bound);
    let found = match (s.n, s.ci) {
        (0, _) | (_, None) => format!("No planted {} was kept", of.one),
        (_, Some((low, high))) => format!(
            "{} of the planted {} that were kept were called so (95{NBSP}% interval {})",
            percent(s),
            of.many,
            number::interval(low, high)
        ),
    };
    let false_calls = match class.blank.k {
        0 => format!("none of the blanks’ {} was", of.many),
        k => format!("{} of {} {} of the blanks were", number::count(k), number::count(class.blank.n), of.many),
    };
    PlantedView {
        summary: format!("{found}; {false_calls}."),
        sensitivity: format!("{} of {}", number::count(s.k), number::count(s.n)),
        sensitivity_ci: format!("{} ({})", percent(s), or_na(s.ci.map(|(l, h)| number::interval(l, h)))),
        sensitivity_distinct: format!("{} of {}", number::count(s.k_distinct), number::count(s.n_distinct)),
        lost: format!("{} of {}", number::count(planted.lost.k), number::count(planted.lost.n)),
        lod: limit(planted.lod).unwrap_or_else(|| "not estimable".to_owned()),
        lod_seen: limit(planted.lod_seen).unwrap_or_else(|| "not reached".to_owned()),
        loq: limit(planted.loq).unwrap_or_else(|| "not established".to_owned()),
        line: planted.line.map(|line| LineView {
            n: number::count(line.n),
            slope: number::fixed(line.slope.0, 3),
            slope_ci: format!("{}{NBSP}–{NBSP}{}", number::fixed(line.slope.1, 3), number::fixed(line.slope.2, 3)),
            intercept: signed_percent(line.intercept.0),
            intercept_ci: format!(
                "{}{NBSP}to{NBSP}{}",
                signed_percent(line.intercept.1),
                signed_percent(line.intercept.2)
            ),
            r_squared: number::fixed(line.r_squared, 4),
            lack_of_fit: or_na(line.lack_of_fit_p.map(number::p_value)),
        }),
        levels: planted.levels.iter().map(level).collect(),
    }
}

fn level(level: &StudyLevel) -> LevelView {
    let ratio = |value: Option<f64>| or_na(value.map(|v| format!("{}{NBSP}%", number::fixed(v * 100.0, 1))));
    let is_blank = level.nominal <= 0.0;
    let unless_blank = |text: String| if is_blank { "–".to_owned() } else { text };
    let small = |value: f64| format!("{}{NBSP}%", number::significant(value * 100.0, 3));
    LevelView {
        nominal: if is_blank { "blank".to_owned() } else { number::given_percent(level.nominal) },
        n_runs: number::count(level.n_runs),
        detected: format!("{} of {}", number::count(level.n_detected), number::count(level.n_runs)),
        planted: if is_blank { "0".to_owned() } else { small(level.planted) },
        called: small(level.called),
        called_ci: or_na(level.called_ci.map(|(low, high)| format!("{}{NBSP}–{NBSP}{}", digits(low), small(high)))),
        recovery: unless_blank(ratio(level.recovery)),
        recall: unless_blank(format!("{} of {}", number::count(level.recall.k), number::count(level.recall.n))),
        recall_ci: unless_blank(or_na(level.recall.ci.map(|(low, high)| number::interval(low, high)))),
        sd: or_na(level.sd.map(|sd| if sd > 0.0 { small(sd) } else { "0".to_owned() })),
        cv: unless_blank(ratio(level.cv)),
        intermediate_cv: unless_blank(ratio(level.intermediate_cv)),
        total_cv: unless_blank(ratio(level.total_cv)),
    }
}

/// The lower end of an interval of shares, which is not below 0.
fn digits(value: f64) -> String {
    if value > 0.0 { number::significant(value * 100.0, 3) } else { "0".to_owned() }
}

fn signed_percent(value: f64) -> String {
    let text = number::fixed(value.abs() * 100.0, 4);
    let sign = if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "−" } else { "" };
    format!("{sign}{text}{NBSP}%")
}

fn percent(share: &StudyShare) -> String {
    if share.n == 0 {
        return number::NOT_ESTIMATED.to_owned();
    }
    number::percent(share.k as f64 / share.n as f64, share.n_distinct, share.ci, None)
}

fn fate(fate: &StudyFate) -> FateView {
    let cell = |(i, &n): (usize, &u64)| (number::count(n), fate.right == Some(i));
    FateView {
        label: fate.label.clone(),
        called: fate.called.iter().enumerate().map(cell).collect(),
        lost: number::count(fate.lost),
        n_distinct: number::count(fate.n_distinct),
    }
}

fn or_na(text: Option<String>) -> String {
    text.unwrap_or_else(|| number::NOT_ESTIMATED.to_owned())
}
