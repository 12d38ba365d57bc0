//! What the profile asks of the product.

use super::Annex;
use crate::model::Model;
use crate::pdf::table::Side::{Left, Right};
use crate::terms;
use crate::text::{Sayable, Text, join};
use crate::view::product::{self, ProductView, ScreenView};

pub(super) fn put(annex: &mut Annex<'_, '_>, model: &Model) {
    let Some(view) = product::product(model) else { return };
    // A heading of its own, its caption and the first row of a table follow at once.
    annex.heading(terms::PROFILE, 160.0);
    mixture(annex, &view);
    for screen in &view.screens {
        screened(annex, screen);
    }
    transgenes(annex, &view);
    rules(annex, &view);
    waivers(annex, &view, model.cytometry.is_some());
}

fn mixture(annex: &mut Annex<'_, '_>, view: &ProductView) {
    let s = annex.s;
    let mut table = s.table([
        (terms::COMPONENT, Left),
        (terms::RANGE_EXPECTED, Right),
        (terms::K_OF_N, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
        (terms::AGAINST_RANGE, Left),
        (terms::RANGE_RESTS_ON, Left),
    ]);
    for row in &view.mixture {
        let mark = if row.within_another { "↳ " } else { "" };
        table.row(vec![
            s.strong(format!("{mark}{}", s.plain(&row.label))),
            s.cell(&row.range),
            s.cell(&row.counts),
            s.cell(&row.share),
            s.cell(&row.interval),
            s.cell(row.result),
            s.cell(&row.basis),
        ]);
    }
    annex.part(terms::MIXTURE, Some(terms::MIXTURE_CAPTION.said()), &table);
}

fn screened(annex: &mut Annex<'_, '_>, screen: &ScreenView) {
    let (s, of) = (annex.s, annex.of);
    let with = |value: &Text, detail: Text| {
        join(&[value.clone(), Text::Same(" (".to_owned()), detail, Text::Same(")".to_owned())], "", "")
    };
    let mut rows = vec![
        (terms::RESULT.said(), screen.sentence.clone()),
        (terms::FOUND.with(&[&of.title]), screen.found.clone()),
        (terms::SCREENED.with(&[&of.title]), screen.screened.clone()),
        (terms::SHARE_AT_MOST.said(), with(&screen.upper, terms::UPPER_EXACT.said())),
        (terms::SMALLEST.said(), with(&screen.smallest, terms::SMALLEST_DETAIL.with(&[&of.one]))),
        (terms::MEASURED_LOD.said(), screen.lod.clone()),
        (terms::SHOWS.said(), screen.shows.clone()),
        (terms::CANNOT_SHOW.said(), screen.cannot_show.clone()),
        (terms::DECIDES_INSTEAD.said(), screen.orthogonal.clone()),
    ];
    rows.extend(screen.excluded.iter().map(|excluded| (terms::NOT_USED.said(), excluded.clone())));
    rows.push((terms::RESTS_ON.said(), screen.basis.clone()));
    let mut table = s.table([("", Left), ("", Left)]);
    for (name, value) in rows {
        if !value.is_empty() {
            table.row(vec![s.strong(name), s.cell(value)]);
        }
    }
    annex.part(terms::SCREEN.with(&[&screen.label]), None, &table);
}

fn transgenes(annex: &mut Annex<'_, '_>, view: &ProductView) {
    let s = annex.s;
    let Some(transgenes) = &view.transgenes else { return };
    if transgenes.rows.is_empty() {
        annex.flow.heading(2, &s.plain(terms::TRANSGENES), 0.0);
        annex.note(terms::NO_TRANSGENE);
        return;
    }
    let mut table = s.table([
        (terms::FEATURE, Left),
        (terms::TARGET_CELLS, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
    ]);
    for row in &transgenes.rows {
        table.row(vec![s.strong(&row.feature), s.cell(&row.counts), s.cell(&row.share), s.cell(&row.interval)]);
    }
    let note = terms::TRANSGENE_CAPTION.with(&[&transgenes.molecules]);
    annex.part(terms::TRANSGENES, Some(note), &table);
}

fn rules(annex: &mut Annex<'_, '_>, view: &ProductView) {
    let s = annex.s;
    let columns = [terms::RULE, terms::WHEN, terms::THIS_LOT, terms::APPLIED, terms::EFFECT, terms::REASON_AND_BASIS];
    let mut table = s.table(columns.map(|title| (title, Left)));
    for row in &view.rules {
        table.row(vec![
            s.cell(&row.id),
            s.cell(&row.when),
            s.cell(row.holds),
            s.cell(row.applied),
            s.cell(&row.effect),
            s.noted(s.cell(&row.reason), &row.basis),
        ]);
    }
    annex.part(terms::RULES, Some(terms::RULES_CAPTION.said()), &table);
}

fn waivers(annex: &mut Annex<'_, '_>, view: &ProductView, is_of_events: bool) {
    let s = annex.s;
    let (what, note) =
        if is_of_events { (terms::MARKER, terms::WAIVERS_MARKERS) } else { (terms::GENE, terms::WAIVERS_GENES) };
    let mut table = s.table([what, terms::WOULD_HAVE_DECIDED, terms::REASON].map(|title| (title, Left)));
    for row in &view.waivers {
        table.row(vec![s.strong(&row.gene), s.cell(&row.classes), s.cell(&row.reason)]);
    }
    annex.part(terms::WAIVERS, Some(note.said()), &table);
}
