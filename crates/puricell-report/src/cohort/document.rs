//! What the document on many lots says, once for the page and for the PDF.

mod classes;
mod comparisons;
mod methods;
mod whole;

use super::{Cohort, CohortClass};
use crate::error::ReportError;
use crate::figure::Figure;
use crate::figure::control::control;
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
    /// By its index among the document's figures.
    Figure(usize),
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

/// The figures, in the order of [`Block::Figure`], with the name of each one's file.
pub(crate) fn figures(cohort: &Cohort, lang: Lang) -> Result<Vec<(String, Figure)>, ReportError> {
    let named = |class: &CohortClass| {
        let drawn = control(cohort, class, lang)?;
        Ok(drawn.map(|figure| (format!("control_{}", class.id), figure)))
    };
    classes::drawn(cohort).filter_map(|class| named(class).transpose()).collect()
}

fn is_said(block: &Block) -> bool {
    match block {
        Block::Paragraph(_) | Block::Figure(_) => true,
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
