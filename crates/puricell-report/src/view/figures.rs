//! Figures inside the document.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::ReportError;
use crate::figure::{Figure, FigureKind, png, shortened};
use crate::lang::Lang;
use crate::model::Model;
use crate::terms::of_figure;
use crate::text::{Text, chinese_number};

/// Resolution of embedded pictures: sharp at print size and on dense screens.
const PICTURE_DPI: u16 = 220;

/// Chinese characters of a class name in a figure: as wide as the Latin letters that figures leave room for.
const NAME_CHARS: usize = 15;

/// The markup of each figure, where there is one.
#[derive(Default)]
pub(crate) struct FigureViews {
    pub(crate) composition: Option<String>,
    pub(crate) accounting: Option<String>,
    pub(crate) scores: Option<String>,
    pub(crate) qc: Option<String>,
    pub(crate) subpopulations: Option<String>,
    pub(crate) stability: Option<String>,
    pub(crate) umap: Option<String>,
    pub(crate) marker_histograms: Option<String>,
    pub(crate) densities: Option<String>,
    pub(crate) gating: Option<String>,
    pub(crate) spillover: Option<String>,
    pub(crate) som: Option<String>,
}

pub(crate) fn embed(model: &Model, figures: &[Figure], lang: Lang) -> Result<FigureViews, ReportError> {
    let mut views = FigureViews::default();
    for figure in figures {
        let place = match figure.kind {
            FigureKind::Composition => &mut views.composition,
            FigureKind::Accounting => &mut views.accounting,
            FigureKind::Scores => &mut views.scores,
            FigureKind::Qc => &mut views.qc,
            FigureKind::SubPopulations => &mut views.subpopulations,
            FigureKind::Stability => &mut views.stability,
            FigureKind::Umap => &mut views.umap,
            FigureKind::MarkerHistograms => &mut views.marker_histograms,
            FigureKind::Densities => &mut views.densities,
            FigureKind::Gating => &mut views.gating,
            FigureKind::Spillover => &mut views.spillover,
            FigureKind::Som => &mut views.som,
            // Of the pages of a study and of a cohort, which embed theirs themselves.
            FigureKind::Linearity
            | FigureKind::Control
            | FigureKind::Variance
            | FigureKind::Distances
            | FigureKind::Comparability => continue,
        };
        let svg = if figure.kind.has_point_per_cell() { picture(figure)? } else { drawing(&figure.svg) };
        *place = Some(in_language(model, figure, &svg, lang));
    }
    Ok(views)
}

/// The drawing with all its shapes as one picture; its words stay words.
fn picture(figure: &Figure) -> Result<String, ReportError> {
    let (shapes, words) = parted(&figure.svg);
    let bytes = png(&shapes, PICTURE_DPI)?;
    let head = figure.svg.find("</desc>").map_or(0, |end| end + "</desc>".len());
    let opening = drawing(&figure.svg[..head]);
    Ok(format!(
        "{opening}\n<image width=\"100%\" height=\"100%\" href=\"data:image/png;base64,{}\"/>\n{words}</svg>",
        STANDARD.encode(bytes)
    ))
}

/// A drawing without its words, and the words.
fn parted(svg: &str) -> (String, String) {
    let (mut shapes, mut words) = (String::with_capacity(svg.len()), String::new());
    let mut rest = svg;
    while let Some(start) = rest.find("<text ") {
        let end = rest[start..].find("</text>").map_or(rest.len(), |end| start + end + "</text>".len());
        shapes.push_str(&rest[..start]);
        words.push_str(&rest[start..end]);
        words.push('\n');
        rest = &rest[end..];
    }
    shapes.push_str(rest);
    (shapes, words)
}

/// The SVG element for use inside HTML, which needs no namespace.
pub(crate) fn drawing(svg: &str) -> String {
    svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1)
}

/// The drawing of a figure as a document in this language has it: in one of both languages its words stay English, for
/// there is room for one, and its description is in both.
pub(crate) fn in_language(model: &Model, figure: &Figure, svg: &str, lang: Lang) -> String {
    let described = |svg: &str| {
        let alt = caption(figure).plain(lang);
        let (from, to) = (svg.find("<desc>"), svg.find("</desc>"));
        match from.zip(to) {
            Some((from, to)) => format!("{}<desc>{}{}", &svg[..from], escaped(&alt), &svg[to..]),
            None => svg.to_owned(),
        }
    };
    match lang {
        Lang::En => svg.to_owned(),
        Lang::Both => described(svg),
        Lang::Zh => described(&in_chinese(model, figure, svg)),
    }
}

/// What a figure shows, in words.
pub(crate) fn caption(figure: &Figure) -> Text {
    Text::words(figure.alt.as_str(), figure.alt_zh.as_str())
}

/// The title of a figure.
pub(crate) fn title(model: &Model, figure: &Figure) -> Text {
    Text::words(figure.title.as_str(), in_words(model, figure, &figure.title))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The drawing with its title and words in Chinese, as far as they are known.
fn in_chinese(model: &Model, figure: &Figure, svg: &str) -> String {
    let mut out = String::with_capacity(svg.len());
    let mut rest = svg;
    for (open, close) in [("<title>", "</title>"), ("<text ", "</text>")] {
        while let Some(start) = rest.find(open) {
            let from = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
            let to = rest[from..].find(close).map_or(rest.len(), |end| from + end);
            out.push_str(&rest[..from]);
            let words = rest[from..to]
                .trim()
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'");
            out.push_str(&escaped(&in_words(model, figure, &words.replace("&amp;", "&"))));
            rest = &rest[to..];
            if open == "<title>" {
                break;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Words of a figure in Chinese, as far as they are known.
fn in_words(model: &Model, figure: &Figure, english: &str) -> String {
    if let Some((_, zh)) = figure.said.iter().find(|(en, _)| en == english) {
        return zh.clone();
    }
    let name = |label: &str| class_named(model, label);
    if let Some(text) = of_figure(english, &name) {
        return text.zh();
    }
    let is_number = |text: &str| !text.replace(" of ", "").chars().any(char::is_alphabetic);
    // `Hematopoietic cells: 37 / 1,919` of a legend.
    if let Some((label, counts)) = english.rsplit_once(": ")
        && is_number(counts)
    {
        let label = of_figure(label, &name).map_or_else(|| label.to_owned(), |l| l.zh());
        return format!("{label}：{}", chinese_number(counts));
    }
    if is_number(english) { chinese_number(english) } else { english.to_owned() }
}

/// The class of a name, which a figure may have shortened.
fn class_named(model: &Model, label: &str) -> Option<Text> {
    let start = label.strip_suffix('…');
    let is_it = |full: &str| start.map_or(full == label, |start| !start.is_empty() && full.starts_with(start));
    let class = model.classes.iter().find(|c| is_it(&c.label))?;
    let zh = class.label_zh.as_deref().map(|zh| shortened(zh, NAME_CHARS));
    Some(Text::named(label, zh.as_deref()))
}
