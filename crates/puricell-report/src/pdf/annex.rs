//! The annexes: how the result was made, so that it can be followed.

mod asked;
mod structure;

use super::composition::{SubClasses, composition_table};
use super::cytometry;
use super::flow::Flow;
use super::table::{Side, Table};
use super::text::{RED, Style, plain};
use crate::lang::{Lang, Term};
use crate::model::{IntervalMethod, Model};
use crate::terms::{self, GLOSSARY, document, words};
use crate::text::{Sayable, Text};
use crate::view::say::Say;
use crate::view::{cytometry as cytometry_text, qc, result, trace, verdict};

use Side::{Left, Right};

/// Every annex that the model has something for.
pub(super) fn put(flow: &mut Flow<'_>, model: &Model, lang: Lang) {
    flow.new_page();
    let mut annex = Annex { flow, s: Say(lang), of: words::of(model.cytometry.is_some()), number: 0 };
    parameters(&mut annex, model);
    denominators(&mut annex, model);
    metrics(&mut annex, model);
    accounting(&mut annex, model);
    cut_offs(&mut annex, model);
    calls(&mut annex, model);
    if let Some(view) = cytometry_text::cytometry(model) {
        cytometry::markers(&mut annex, &view);
        cytometry::gates(&mut annex, &view);
        cytometry::channels(&mut annex, &view);
        cytometry::map(&mut annex, &view);
    }
    sweeps(&mut annex, model);
    items(&mut annex, model);
    intervals(&mut annex, model);
    study(&mut annex, model);
    asked::put(&mut annex, model);
    structure::pairs(&mut annex, model);
    structure::sub_populations(&mut annex, model);
    structure::homogeneity(&mut annex, model);
    structure::clusters(&mut annex, model);
    panels(&mut annex, model);
    if let Some(data) = &model.cytometry {
        cytometry::items(&mut annex, model, data);
    }
    inputs(&mut annex, model);
    method(&mut annex, model);
    glossary(&mut annex);
}

/// Annexes with their numbers.
pub(super) struct Annex<'a, 'f> {
    pub(super) flow: &'a mut Flow<'f>,
    pub(super) s: Say,
    pub(super) of: words::Of,
    number: usize,
}

impl Annex<'_, '_> {
    /// A table under the heading of a new annex; none where it has no row.
    pub(super) fn table(&mut self, title: impl Sayable, note: Option<Text>, table: &Table) {
        if table.is_empty() {
            return;
        }
        let needed = table.first_height(self.flow) + if note.is_some() { 12.0 } else { 0.0 };
        self.heading(title, needed);
        if let Some(note) = note {
            self.note(note);
        }
        table.put(self.flow);
    }

    /// The heading of a new annex.
    pub(super) fn heading(&mut self, title: impl Sayable, company: f32) {
        self.number += 1;
        let text = self.s.plain(document::ANNEX.with(&[&self.number, &title.said()]));
        self.flow.heading(1, &text, company);
    }

    /// A heading and a table within an annex; none where it has no row.
    pub(super) fn part(&mut self, title: impl Sayable, note: Option<Text>, table: &Table) {
        if table.is_empty() {
            return;
        }
        let needed = table.first_height(self.flow) + if note.is_some() { 12.0 } else { 0.0 };
        self.flow.heading(2, &self.s.plain(title), needed);
        if let Some(note) = note {
            self.note(note);
        }
        table.put(self.flow);
    }

    /// Secondary text.
    pub(super) fn note(&mut self, note: impl Sayable) {
        self.flow.note(&self.s.lines(note));
    }
}

fn parameters(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([(terms::PARAMETER, Left), (terms::VALUE, Left), (terms::SOURCE, Left)]);
    for parameter in trace::trace(model).parameters {
        let source = s.plain(parameter.source);
        let source = if parameter.overridden {
            plain(format!("▸ {source}"), Style::new(7.4).bold().colour(RED))
        } else {
            s.cell(source)
        };
        table.row(vec![s.cell(parameter.name), s.cell(parameter.value), source]);
    }
    annex.table(document::A_PARAMETERS, None, &table);
}

/// What the strips of the first page show, with what there is to say of each.
fn metrics(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([(terms::METRIC, Left), (terms::VALUE, Right), (terms::NOTE, Left)]);
    for metric in qc::qc(model).metrics {
        table.row(vec![s.cell(metric.label), s.strong(metric.value), s.cell(metric.note)]);
    }
    annex.table(document::A_METRICS, None, &table);
    let columns = [(terms::STATE, Left), (terms::SHARE, Right), (terms::INTERVAL, Right), (terms::NOTE, Left)];
    let mut table = s.table(columns);
    for state in qc::states(model) {
        table.row(vec![s.cell(state.label), s.strong(state.counts), s.cell(state.interval), s.cell(state.note)]);
    }
    annex.part(terms::STATES, Some(terms::STATES_CAPTION.said()), &table);
}

fn accounting(annex: &mut Annex<'_, '_>, model: &Model) {
    let (s, of) = (annex.s, annex.of);
    let view = qc::qc(model);
    let mut table = s.table([(terms::REASON_CODE, Left), (terms::MEANING, Left), (of.title, Right)]);
    for (reason, label, n) in view.dropped {
        table.row(vec![s.cell(reason), s.cell(label), s.cell(n)]);
    }
    table.shaded(vec![s.strong(terms::KEPT), s.cell(terms::VIABLE_SINGLETS), s.strong(&view.kept)]);
    table.shaded(vec![s.strong(document::LOADED), s.cell(document::KEPT_AND_LEFT), s.strong(&view.loaded)]);
    let note = terms::ACCOUNTING_CAPTION.with(&[&of.one, &view.loaded, &view.kept, &view.dropped_total]);
    annex.table(document::A_ACCOUNTING, Some(note), &table);
}

fn cut_offs(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([
        (terms::METRIC, Left),
        (terms::KEPT_IF, Right),
        (terms::DERIVATION, Left),
        (terms::CELLS_BEYOND, Right),
    ]);
    for row in qc::qc(model).thresholds {
        table.row(vec![s.cell(row.metric), s.cell(row.rule), s.cell(row.derivation), s.cell(row.beyond)]);
    }
    annex.table(terms::CUT_OFFS, Some(terms::CUT_OFFS_CAPTION.said()), &table);
}

fn calls(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let view = qc::calls(model);
    let is_events = model.cytometry.is_some();
    let mut table = if is_events {
        s.table([(terms::CLASS, Left), (terms::MARKERS_SEEN, Right), (terms::SIGNS, Left), (terms::BACKGROUND, Left)])
    } else {
        s.table([
            (terms::CLASS, Left),
            (terms::HIGH_FROM, Right),
            (terms::LOW_BELOW, Right),
            (terms::DISTINCT_MARKERS, Right),
            (terms::DERIVATION, Left),
            (terms::BACKGROUND, Left),
        ])
    };
    for row in view.rows {
        let distinct = s.cell(Text::Number(format!("≥\u{a0}{}", row.min_distinct.en())));
        let mut cells = vec![s.strong(row.label)];
        if is_events {
            cells.push(distinct);
        } else {
            cells.extend([s.cell(row.high), s.cell(row.low), distinct]);
        }
        cells.extend([s.cell(row.derivation), s.cell(row.background)]);
        table.row(cells);
    }
    let unit = view.unit.map_or_else(|| Text::Same(String::new()), |unit| document::SCORE_IS.with(&[&unit]));
    annex.table(document::A_CALLS, Some(crate::text::join(&[view.rule, unit], "", "")), &table);
}

fn sweeps(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    for (i, sweep) in qc::qc(model).sweeps.into_iter().enumerate() {
        let mut columns = vec![(terms::VALUE.said(), Right), (terms::KEPT_TITLE.said(), Right)];
        columns.extend(sweep.classes.iter().map(|class| (class.clone(), Right)));
        let mut table = s.table(columns);
        for row in &sweep.rows {
            let text = |value: &Text| if row.used { s.strong(value) } else { s.cell(value) };
            let value = s.plain(&row.value);
            let value = if row.used { s.strong(format!("▸ {value}")) } else { s.cell(value) };
            let mut cells = vec![value, text(&row.kept)];
            cells.extend(row.counts.iter().map(text));
            if row.used { table.shaded(cells) } else { table.row(cells) }
        }
        if i == 0 {
            annex.heading(document::A_SWEEP, table.first_height(annex.flow) + 30.0);
            annex.note(document::SWEEP_NOTE);
        }
        annex.part(&sweep.label, None, &table);
    }
}

fn denominators(annex: &mut Annex<'_, '_>, model: &Model) {
    for (i, view) in result::compositions(model).iter().enumerate() {
        let table = composition_table(view, annex.s, SubClasses::Rows);
        if i == 0 {
            annex.heading(document::A_COMPOSITION, table.first_height(annex.flow) + 30.0);
        }
        let note = terms::SHARE_OF.with(&[&view.n, &view.denominator, &view.definition]);
        annex.part(terms::OF_DENOMINATOR.with(&[&view.denominator]), Some(note), &table);
    }
}

/// The items in sentences, with why each limit is what it is.
fn items(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([(terms::ITEM, Left), (terms::RESULT, Left), (document::JUSTIFICATION, Left)]);
    for item in verdict::verdict(model).items {
        let status = format!("{} {}", item.status.sign, s.plain(&item.status.word));
        table.row(vec![
            s.noted(s.noted(s.strong(item.id), item.label), item.decides),
            s.noted(s.cell(item.sentence), status),
            s.cell(item.justification.unwrap_or_else(|| words::NOT_STATED.said())),
        ]);
    }
    annex.table(terms::ITEMS, None, &table);
}

fn intervals(annex: &mut Annex<'_, '_>, model: &Model) {
    let of = annex.of;
    annex.heading(document::A_INTERVALS, 40.0);
    let exact = match model.statistics.interval {
        IntervalMethod::ClopperPearson => document::INTERVALS_EXACT,
        IntervalMethod::Wilson | IntervalMethod::Jeffreys => document::INTERVALS_APPROXIMATE,
    };
    let method = words::intervals(model.statistics.interval);
    let text = document::INTERVALS_SENTENCE.with(&[&method, &exact, &of.one, &of.many]);
    annex.flow.paragraph(&plain(annex.s.lines(text), Style::new(7.6)));
}

fn study(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let columns: [(Term, Side); 9] = [
        (terms::CLASS, Left),
        (terms::SHARE_COUNTED, Right),
        (terms::INTERVAL, Right),
        (terms::SHARE_CORRECTED, Right),
        (terms::INTERVAL, Right),
        (terms::LOB, Right),
        (terms::LOD, Right),
        (terms::LOQ, Right),
        (terms::RESULT, Left),
    ];
    let views: Vec<_> = result::compositions(model).into_iter().filter(|v| !v.studied.is_empty()).collect();
    for (i, view) in views.into_iter().enumerate() {
        let mut table = s.table(columns);
        for row in view.studied {
            table.row(vec![
                s.strong(row.label),
                s.cell(row.share),
                s.cell(row.interval),
                s.cell(row.corrected),
                s.cell(row.corrected_interval),
                s.cell(row.lob),
                s.cell(row.lod),
                s.cell(row.loq),
                s.cell(row.result),
            ]);
        }
        if i == 0 {
            annex.heading(document::A_STUDY, table.first_height(annex.flow) + 30.0);
            if let Some(study) = &view.validation {
                annex.note(terms::STUDY.with(&[study]));
            }
        }
        let note = document::STUDY_NOTE.with(&[&view.n, &view.denominator]);
        annex.part(terms::OF_DENOMINATOR.with(&[&view.denominator]), Some(note), &table);
    }
}

fn panels(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([
        (terms::CLASS, Left),
        (terms::MARKERS_PRESENT, Right),
        (terms::MISSING, Left),
        (terms::REPORTABLE, Left),
    ]);
    for row in qc::panels(model) {
        let reportable = if row.reportable {
            s.cell(words::YES)
        } else {
            plain(s.plain(words::NO), Style::new(7.4).bold().colour(RED))
        };
        table.row(vec![s.strong(row.label), s.cell(row.coverage), s.cell(row.missing), reportable]);
    }
    annex.table(terms::PANELS, Some(terms::PANELS_CAPTION.said()), &table);
}

fn inputs(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let mut table = s.table([(terms::WHAT, Left), (terms::NAME, Left), (terms::DETAIL, Left)]);
    for hash in trace::trace(model).hashes {
        table.row(vec![
            s.cell(hash.kind),
            s.strong(hash.name),
            s.noted(s.cell(hash.detail), format!("SHA-256 {}", hash.sha256)),
        ]);
    }
    annex.table(document::A_INPUTS, Some(terms::INPUTS_CAPTION.said()), &table);
}

fn method(annex: &mut Annex<'_, '_>, model: &Model) {
    annex.heading(document::A_METHOD, 60.0);
    let term = if model.cytometry.is_some() { terms::METHOD_EVENTS } else { terms::METHOD_CELLS };
    annex.flow.paragraph(&plain(annex.s.lines(term), Style::new(7.6)));
}

fn glossary(annex: &mut Annex<'_, '_>) {
    let mut table = annex.s.table([("English", Left), ("中文", Left), ("English", Left), ("中文", Left)]);
    let half = GLOSSARY.len().div_ceil(2);
    let (first, second) = GLOSSARY.split_at(half);
    for (i, term) in first.iter().enumerate() {
        let beside = second.get(i).map_or(("", ""), |t| (t.en, t.zh));
        table.row([term.en, term.zh, beside.0, beside.1].map(|text| annex.s.cell(text)).to_vec());
    }
    annex.table(terms::GLOSSARY_TITLE, None, &table);
}
