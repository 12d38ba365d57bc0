//! The first page: what a reviewer reads in two minutes. It holds everything from the header to the limits of the method: where that
//! is much, it is set smaller, and only where it would be too small to read does it run on to a second page.

use super::PdfOptions;
use super::composition::{SubClasses, composition_table};
use super::flow::{Boxed, Flow, STRIP};
use super::font::Fonts;
use super::page::{LEFT, Mark};
use super::paint::civil;
use super::table::Side;
use super::text::{INK, MUTED, RED, Rich, Span, Style, height, plain, single, wrap};
use crate::lang::Term;
use crate::model::Model;
use crate::terms::{self, document};
use crate::text::{Sayable, Text, join};
use crate::view::say::Say;
use crate::view::{StatusView, lot, markers, qc, result, trace, verdict};

use Side::{Left, Right};

/// How small the page may be set: at the last, notes are of five points.
const SMALLER: [f32; 6] = [0.96, 0.92, 0.88, 0.84, 0.8, 0.78];

/// The first page at the largest scale at which it is one; what no scale holds, as on few pages as can be.
pub(super) fn page<'f>(fonts: &'f Fonts, model: &Model, options: &PdfOptions) -> Flow<'f> {
    let laid_out = |scale: f32| {
        let mut flow = Flow::at_scale(fonts, scale);
        put(&mut flow, model, options);
        flow.settle(scale);
        flow
    };
    let mut best = laid_out(1.0);
    for scale in SMALLER {
        if best.sheets.len() == 1 {
            break;
        }
        let next = laid_out(scale);
        if next.sheets.len() < best.sheets.len() {
            best = next;
        }
    }
    best
}

fn put(flow: &mut Flow<'_>, model: &Model, options: &PdfOptions) {
    let s = Say(options.lang);
    header(flow, model, options);
    overall(flow, model, s);
    identity(flow, model, s);
    composition(flow, model, s);
    purity(flow, model, s);
    quality(flow, model, s);
    states(flow, model, s);
    record(flow, model, s);
    signatures(flow, s);
    limits(flow, model, s);
}

/// Text that is not broken at its spaces.
fn kept(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

/// A status in words and colour.
pub(super) fn status(view: &StatusView, size: f32, s: Say) -> Span {
    let colour = match view.css {
        "meets" => (0x1A, 0x66, 0x38),
        "fails" => RED,
        "open" => (0x8A, 0x55, 0x00),
        _ => MUTED,
    };
    let text = kept(&format!("{} {}", view.sign, s.plain(&view.word)));
    Span { text, style: Style::new(size).bold().colour(colour) }
}

fn header(flow: &mut Flow<'_>, model: &Model, options: &PdfOptions) {
    let s = Say(options.lang);
    let header = lot::header(model);
    let kicker = Style::new(8.2);
    let used = format!("{} {}", s.plain(terms::USE), s.plain(header.purpose));
    let base = flow.y + 8.0;
    flow.line_at(&s.plain(terms::DOCUMENT), kicker.bold(), LEFT, base);
    let right = single(flow.fonts, &used, kicker.bold());
    flow.mark(Mark::Text { x: LEFT + flow.measure - right.width, y: base, line: right });
    flow.mark(Mark::Rule { x: LEFT, y: base + 4.0, width: flow.measure, weight: 1.2, colour: INK });
    flow.y = base + 8.0;
    let title = format!("{} {}", s.plain(document::LOT), model.lot.lot_id);
    let lines = wrap(flow.fonts, &plain(title, Style::new(15.0).bold()), flow.measure);
    flow.lines(&lines, LEFT, 0.0);
    let lines = wrap(flow.fonts, &plain(s.plain(&header.product), Style::new(9.5)), flow.measure);
    flow.lines(&lines, LEFT, 0.0);
    flow.y += 2.0;

    let mut facts: Vec<(String, String, bool)> =
        header.facts.iter().map(|f| (s.plain(f.name), s.plain(&f.value), f.stated)).collect();
    if let Some(seconds) = options.date {
        let (year, month, day, hour, minute, second) = civil(seconds);
        let date = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z");
        facts.push((s.plain(document::DATE), date, true));
    }
    flow.facts(&facts, 5..=8);
}

fn overall(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let view = verdict::verdict(model);
    let word = status(&view.status, 13.0, s);
    let colour = word.style.colour;
    let size = Style::new(8.2);
    let mut text: Rich = vec![
        Span { text: format!("{}\n", s.plain(terms::VERDICT)), style: Style::new(6.8).colour(MUTED) },
        Span { text: format!("{}\n", word.text), style: word.style },
        Span { text: s.lines(view.sentence), style: size },
    ];
    let overridden: Vec<String> = trace::trace(model)
        .parameters
        .into_iter()
        // What the documents look like departs from nothing.
        .filter(|p| p.overridden && !model.verdict.deviations.iter().any(|d| d.contains(&p.name)))
        .map(|p| format!("{} = {}", p.name, p.value))
        .collect();
    if model.verdict.deviations.is_empty() && overridden.is_empty() {
        text.push(Span { text: format!("\n{}", s.plain(document::NO_DEVIATION)), style: size.colour(MUTED) });
    }
    let lines = wrap(flow.fonts, &text, flow.measure - 16.0);
    let red = Style::new(8.2).bold().colour(RED);
    let mut departures: Rich = Vec::new();
    for deviation in &model.verdict.deviations {
        departures.push(Span { text: format!("\n{}: {deviation}", s.plain(document::DEVIATION)), style: red });
    }
    for parameter in overridden {
        let text = format!("\n{}: {parameter} ({})", s.plain(document::OVERRIDE), s.plain(document::BY_COMMAND_LINE));
        departures.push(Span { text, style: red });
    }
    if let Some(first) = departures.first_mut() {
        first.text = first.text.trim_start_matches('\n').to_owned();
    }
    let below = if departures.is_empty() { Vec::new() } else { wrap(flow.fonts, &departures, flow.measure - 16.0) };
    let tall = height(&lines) + height(&below) + 8.0;
    // A box is not parted; very many departures stand below it.
    let is_boxed = flow.y + tall < flow.bottom;
    let tall = if is_boxed { tall } else { height(&lines) + 8.0 };
    let top = flow.y;
    flow.mark(Mark::Fill { x: LEFT, y: top, width: flow.measure, height: tall, colour: STRIP });
    flow.mark(Mark::Fill { x: LEFT, y: top, width: 4.0, height: tall, colour });
    flow.mark(Mark::Frame { x: LEFT, y: top, width: flow.measure, height: tall, colour });
    flow.y += 3.5;
    flow.lines(&lines, LEFT, 10.0);
    if !is_boxed {
        flow.y = top + tall + 3.0;
    }
    flow.lines(&below, LEFT, 10.0);
    flow.y = if is_boxed { top + tall } else { flow.y } + 2.0;
    if !model.warnings.is_empty() {
        let style = Style::new(7.4);
        let mut text = vec![Span { text: format!("{}: ", s.plain(terms::WARNINGS)), style: style.bold() }];
        let all: Vec<&str> = model.warnings.iter().map(|w| w.message.as_str()).collect();
        text.push(Span { text: all.join(" · "), style });
        flow.paragraph(&text);
    }
    if s.has_chinese() {
        flow.note(&s.lines(terms::ENGLISH_MESSAGES));
    }
}

fn identity(flow: &mut Flow<'_>, model: &Model, s: Say) {
    if let Some(table) = model.cytometry.as_ref().and_then(markers::isct) {
        let mut rows = s.table([
            (terms::CRITERION, Left),
            (document::MEASURED_MARKER, Left),
            (terms::LIMIT, Right),
            (terms::K_OF_N, Right),
            (terms::SHARE, Right),
            (terms::INTERVAL, Right),
            (terms::ONE_SIDED, Right),
            (terms::STATUS, Left),
        ]);
        for row in table.rows {
            rows.row(vec![
                s.strong(row.item),
                s.cell(row.marker),
                s.cell(row.limit),
                s.cell(kept(&s.plain(row.counts))),
                s.cell(row.share),
                s.cell(row.interval),
                s.cell(row.bound),
                s.noted(vec![status(&row.status, 7.4, s)], row.note),
            ]);
        }
        flow.section(&s.plain(document::IDENTITY), rows.first_height(flow) + 12.0);
        flow.note(&s.lines(document::IDENTITY_NOTE.with(&[&table.standard, &table.population])));
        rows.put(flow);
    }
    let items = verdict::verdict(model).items;
    if items.is_empty() {
        return;
    }
    let mut rows = s.table([
        (terms::ITEM, Left),
        (terms::LIMIT, Left),
        (terms::K_OF_N, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
        (terms::ONE_SIDED, Right),
        (terms::MET_BY_POINT, Left),
        (terms::SHOWN, Left),
        (terms::STATUS, Left),
    ]);
    for item in items {
        let decides = |text: &Text, it: bool| if it { s.strong(text) } else { s.cell(text) };
        rows.row(vec![
            s.noted(s.strong(item.label), format!("{} · {}", item.id, s.plain(item.method))),
            s.cell(item.limit),
            s.cell(kept(&s.plain(item.counts))),
            s.cell(item.share),
            s.cell(item.interval),
            s.cell(item.bound),
            decides(&item.by_point, item.decides_point),
            decides(&item.shown, item.decides_bound),
            vec![status(&item.status, 7.4, s)],
        ]);
    }
    flow.section(&s.plain(terms::ITEMS), rows.first_height(flow));
    rows.put(flow);
}

fn composition(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let Some(table) = result::compositions(model).into_iter().next() else { return };
    let mut note = s.lines(terms::SHARE_OF.with(&[&table.n, &table.denominator, &table.definition]));
    if table.rows.iter().any(|row| row.sub_class) {
        note = format!("{note} {}", s.lines(document::SUB_CLASSES));
    }
    let rows = composition_table(&table, s, SubClasses::Named);
    flow.section(&s.plain(terms::COMPOSITION), rows.first_height(flow) + 12.0);
    flow.note(&note);
    rows.put(flow);
}

fn purity(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let view = result::purity(model);
    if view.statements.is_empty() {
        return;
    }
    let note = Style::new(6.8).colour(MUTED);
    let boxes: Vec<Boxed> = view
        .statements
        .iter()
        .map(|statement| {
            let headline = if statement.headline { s.plain(terms::HEADLINE) } else { String::new() };
            let of = s.plain(terms::OF_DENOMINATOR.with(&[&statement.denominator]));
            let mut text = vec![
                Span { text: format!("{}\n", s.plain(&statement.share)), style: Style::new(12.0).bold() },
                Span { text: format!("{of}{headline}\n"), style: Style::new(8.0).bold() },
                Span { text: s.plain(&statement.counts), style: Style::new(7.6) },
            ];
            if view.refusal.is_none() {
                let interval = s.plain(terms::INTERVAL_IS.with(&[&statement.interval]));
                text.push(Span { text: format!("; {interval}"), style: Style::new(7.6) });
            }
            text.push(Span { text: format!("\n{}", s.lines(&statement.definition)), style: note });
            Boxed { text, accent: statement.headline.then_some((0x00, 0x72, 0xB2)) }
        })
        .collect();
    flow.section(&s.plain(terms::PURITY), 72.0);
    if let Some(refusal) = &view.refusal {
        let many = terms::words::of(model.cytometry.is_some()).many;
        let why = terms::NO_PURITY_FOR.with(&[&refusal.counts, &many, &refusal.class]);
        let why = join(&[terms::NO_PURITY.said(), why], "", "");
        let mut text = vec![Span { text: s.lines(why), style: Style::new(8.2).bold().colour(RED) }];
        if let Some(basis) = &refusal.basis {
            text.push(Span { text: format!(" {basis}."), style: note });
        }
        flow.paragraph(&text);
    }
    flow.note(&s.lines(&view.note));
    flow.boxes(&boxes, 3, Some(STRIP));
}

/// A name, a value and what there is to say, in a box.
fn strip(name: &str, value: &str, note: &str) -> Boxed {
    let small = Style::new(6.4).colour(MUTED);
    let mut text = vec![
        Span { text: format!("{name}\n"), style: small },
        Span { text: value.to_owned(), style: Style::new(8.4).bold() },
    ];
    if !note.is_empty() {
        text.push(Span { text: format!("\n{note}"), style: small });
    }
    Boxed::new(text)
}

fn quality(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let view = qc::qc(model);
    let title = terms::words::of(model.cytometry.is_some()).title;
    let kept = s.plain(terms::KEPT_OF_LOADED.with(&[&title]));
    let mut boxes = vec![strip(&kept, &s.plain(&view.kept_of_loaded), "")];
    boxes.extend(view.metrics.iter().map(|m| strip(&s.plain(&m.label), &s.plain(&m.value), &s.plain(&m.short))));
    flow.strip(&s.plain(document::QUALITY), &boxes, 7);
}

fn states(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let views = qc::states(model);
    if views.is_empty() {
        return;
    }
    let boxes: Vec<Boxed> = views
        .iter()
        .zip(&model.states)
        .map(|(state, found)| {
            let interval =
                if found.k.is_some() { s.plain(terms::INTERVAL_IS.with(&[&state.interval])) } else { String::new() };
            strip(&s.plain(&state.label), &s.plain(&state.counts), &interval)
        })
        .collect();
    flow.strip(&s.plain(terms::STATES), &boxes, 5);
}

/// Digits of a hash that the first page shows.
const DIGITS: usize = 16;

fn record(flow: &mut Flow<'_>, model: &Model, s: Say) {
    const PER_ROW: usize = 2;
    let small = Style::new(6.6);
    let mut table = s.table([("", Left); 3 * PER_ROW]);
    for row in trace::trace(model).hashes.chunks(PER_ROW) {
        let mut cells: Vec<Rich> = Vec::new();
        for hash in row {
            let mut name = s.cell(&hash.name);
            name.push(Span { text: format!(" ({})", s.plain(&hash.detail)), style: small.colour(MUTED) });
            let digits: String = hash.sha256.chars().take(DIGITS).collect();
            cells.extend([s.cell(&hash.kind), name, plain(format!("{digits}…"), small)]);
        }
        cells.resize(3 * PER_ROW, Rich::new());
        table.row(cells);
    }
    let software = format!(
        "{}: {} {}; {}: {}; {}: {}; {}",
        s.plain(document::SOFTWARE),
        model.tool.name,
        model.tool.version,
        s.plain(document::SEED),
        model.seed,
        s.plain(document::SCHEMA),
        model.schema_version,
        s.plain(document::HASH_DIGITS.with(&[&DIGITS])),
    );
    flow.section(&s.plain(document::TRACE), 40.0);
    flow.note(&software);
    table.put(flow);
}

fn signatures(flow: &mut Flow<'_>, s: Say) {
    let mut table = s.table([terms::PREPARED, terms::REVIEWED, terms::APPROVED].map(|title| (title, Left))).even();
    let lines = [terms::SIGNER, terms::SIGNATURE, terms::DATE].map(|line| format!("{}:", s.plain(line))).join("\n");
    let room = plain(lines, Style::new(9.0).colour(MUTED));
    table.row(vec![room; 3]);
    flow.section(&s.plain(terms::SIGNATURES_CAPTION), 60.0);
    table.put(flow);
}

fn limits(flow: &mut Flow<'_>, model: &Model, s: Say) {
    let term: Term = if model.cytometry.is_some() { terms::LIMITS_EVENTS } else { terms::LIMITS_CELLS };
    let size = Style::new(7.2);
    let title = Span { text: format!("{}: ", s.plain(document::LIMITS)), style: size.bold() };
    flow.space(2.0);
    flow.paragraph(&[title, Span { text: s.lines(term), style: size }]);
}
