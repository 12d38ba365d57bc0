//! What the document on many lots says, once for the page and for the PDF.

mod classes;
mod comparisons;
mod methods;
mod whole;

use super::{Cohort, CohortClass};
use crate::error::ReportError;
use crate::figure::Figure;
use crate::figure::comparability::comparability;
use crate::figure::control::control;
use crate::figure::distances::{Measured, Of, distances};
use crate::figure::variance::variance;
use crate::lang::Lang;
use crate::number;
use crate::text::{Sayable, Text};
use crate::view::{not_estimated, or_dash};

/// A part of the document.
pub(crate) struct Section {
    /// Anchor.
    pub(crate) id: &'static str,
    pub(crate) title: Text,
    pub(crate) blocks: Vec<Block>,
}

/// What stands in a section.
pub(crate) enum Block {
    Paragraph(Text),
    Table(Table),
}

/// A table.
pub(crate) struct Table {
    pub(crate) caption: Text,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Text>>,
}

/// A column.
pub(crate) struct Column {
    pub(crate) title: Text,
    pub(crate) is_number: bool,
}

/// A column of words.
fn words(title: impl Sayable) -> Column {
    Column { title: title.said(), is_number: false }
}

/// A column of numbers.
fn numbers(title: impl Sayable) -> Column {
    Column { title: title.said(), is_number: true }
}

/// The lines below the title.
pub(crate) fn summary(cohort: &Cohort) -> Vec<Text> {
    whole::summary(cohort)
}

/// Names and values of the header.
pub(crate) fn facts(cohort: &Cohort) -> Vec<(Text, Text)> {
    whole::facts(cohort)
}

/// Every section that the model has something for.
pub(crate) fn sections(cohort: &Cohort) -> Vec<Section> {
    let all = [
        Some(whole::lots(cohort)),
        Some(classes::composition(cohort)),
        Some(classes::variance(cohort)),
        Some(classes::control(cohort)),
        Some(whole::outliers(cohort)),
        Some(classes::trends(cohort)),
        Some(classes::limits(cohort)),
        whole::distances(cohort),
        Some(whole::expression(cohort)),
        comparisons::groups(cohort),
        comparisons::bridging(cohort),
        Some(methods::by_class(cohort)),
        Some(methods::by_marker(cohort)),
        Some(whole::warnings(cohort)),
        Some(whole::trace(cohort)),
    ];
    all.into_iter().flatten().filter(|s| s.blocks.iter().any(is_said)).collect()
}

/// A figure, where it stands and what its file is called.
pub(crate) struct Shown {
    /// [`Section::id`].
    pub(crate) section: &'static str,
    /// Name of the file, without ending.
    pub(crate) name: String,
    pub(crate) figure: Figure,
}

/// The figures in the order of the document. Their words are in one language, English for a document in both.
pub(crate) fn figures(cohort: &Cohort, lang: Lang) -> Result<Vec<Shown>, ReportError> {
    let lang = if lang == Lang::Zh { Lang::Zh } else { Lang::En };
    let mut all = Vec::new();
    let mut add = |section: &'static str, stem: &str, figures: Vec<Figure>| {
        for (i, figure) in figures.into_iter().enumerate() {
            let name = if i == 0 { stem.to_owned() } else { format!("{stem}_{}", i + 1) };
            all.push(Shown { section, name, figure });
        }
    };
    add("variance", "variance", variance(classes::drawn(cohort), cohort, lang)?);
    for class in classes::drawn(cohort) {
        add("control", &format!("control_{}", class.id), control(cohort, class, lang)?.into_iter().collect());
    }
    let by_composition = cohort.composition_distance.iter().flat_map(|d| &d.measures);
    let control_lot = by_composition.clone().find_map(|m| m.control);
    let measures: Vec<Measured> = by_composition.map(Measured::of_composition).collect();
    add("distances", "distances", distances(cohort, &measures, Of::Composition, lang)?);
    // Two side by side: of what cells hold as a whole, and of its distributions.
    for (measures, stem) in cohort.expression_distances.chunks(2).zip(["expression", "expression_more"]) {
        let measures: Vec<Measured> = measures.iter().map(|m| Measured::of_expression(m, control_lot)).collect();
        add("expression", stem, distances(cohort, &measures, Of::Expression, lang)?);
    }
    add("comparability", "comparability", comparability(cohort, lang)?.into_iter().collect());
    Ok(all)
}

fn is_said(block: &Block) -> bool {
    match block {
        Block::Paragraph(_) => true,
        Block::Table(table) => !table.rows.is_empty(),
    }
}

fn section(id: &'static str, title: impl Sayable, blocks: Vec<Block>) -> Section {
    Section { id, title: title.said(), blocks }
}

fn table(caption: impl Sayable, columns: Vec<Column>, rows: Vec<Vec<Text>>) -> Block {
    Block::Table(Table { caption: caption.said(), columns, rows })
}

fn class_name(cohort: &Cohort, id: &str) -> Text {
    let class = cohort.classes.iter().find(|c| c.id == id);
    class.map_or_else(|| Text::Same(id.to_owned()), label)
}

fn label(class: &CohortClass) -> Text {
    Text::named(&class.label, class.label_zh.as_deref())
}

fn lot_name(cohort: &Cohort, lot: usize) -> Text {
    Text::Same(cohort.lots.get(lot).map(|l| l.id.clone()).unwrap_or_default())
}

/// A share by itself, with as many digits as two-digit precision asks for; a zero is a count and no per cent.
fn share(value: Option<f64>) -> Text {
    match value {
        None => not_estimated(),
        Some(value) if value <= 0.0 => Text::Number("0".to_owned()),
        Some(value) => Text::Number(format!("{}{}%", number::significant(value * 100.0, 3), number::NBSP)),
    }
}

/// Two ends of an interval of shares.
fn interval(low: Option<f64>, high: Option<f64>) -> Text {
    or_dash(low.zip(high).map(|(low, high)| Text::Number(number::interval(low, high))))
}

/// A ratio of odds.
fn ratio(value: Option<f64>) -> Text {
    or_dash(value.map(|v| Text::Number(number::significant(v, 3))))
}

/// Two ends of an interval of ratios or other numbers.
fn ratios(low: Option<f64>, high: Option<f64>) -> Text {
    or_dash(low.zip(high).map(|(low, high)| {
        let dash = format!("{0}–{0}", number::NBSP);
        Text::Number(format!("{}{dash}{}", number::significant(low, 3), number::significant(high, 3)))
    }))
}

fn count(n: u64) -> Text {
    Text::Number(number::count(n))
}
