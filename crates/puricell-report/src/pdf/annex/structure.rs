//! Doublets, sub-populations, homogeneity, clusters.

use super::Annex;
use crate::model::Model;
use crate::pdf::table::Side::{Left, Right};
use crate::terms::{self, document};
use crate::text::{Sayable, Text, join};
use crate::view::{doublets, heterogeneity, structure};

pub(super) fn pairs(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let Some(view) = doublets::doublets(model) else { return };
    let mut kinds = s.table([
        (terms::PAIR, Left),
        (terms::EXPECTED, Right),
        (terms::SUSPECTED, Right),
        (terms::SUSPECTED_WERE, Left),
    ]);
    for row in view.kinds {
        kinds.row(vec![s.strong(row.label), s.cell(row.expected), s.cell(row.suspected), s.cell(row.called)]);
    }
    let mut hidden = s.table([
        (terms::CLASS, Left),
        (terms::CELLS_CALLED, Right),
        (terms::SUSPECTS, Right),
        (terms::DOUBLETS_OF_CLASS, Right),
        (terms::HIDDEN_SHARE, Right),
    ]);
    for row in view.hidden {
        hidden.row(vec![
            s.strong(row.label),
            s.cell(row.k),
            s.cell(row.suspects),
            s.cell(row.expected),
            s.cell(row.share),
        ]);
    }
    annex.heading(terms::DOUBLETS, 60.0);
    annex.note(view.method);
    annex.note(document::EXPECTED_AND_SUSPECTED.with(&[&view.expected, &view.basis, &view.from, &view.suspected]));
    if !kinds.is_empty() {
        annex.note(terms::DOUBLET_KINDS);
        kinds.put(annex.flow);
    }
    if !hidden.is_empty() {
        annex.note(terms::HIDDEN);
        hidden.put(annex.flow);
    }
}

pub(super) fn sub_populations(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let Some(view) = heterogeneity::heterogeneity(model) else { return };
    let mut table = s.table([
        (terms::SUB_POPULATION, Left),
        (annex.of.title, Right),
        (terms::INTERVAL, Right),
        (terms::JACCARD, Right),
        (terms::STABILITY, Left),
        (document::MARKERS_AUC, Left),
    ]);
    for row in view.subs {
        let markers: Vec<String> =
            row.markers.iter().take(6).map(|m| format!("{} ({})", s.plain(&m.gene), s.plain(&m.auc))).collect();
        table.row(vec![
            s.noted(s.strong(row.id), row.note),
            s.cell(row.counts),
            s.cell(row.interval),
            s.cell(row.jaccard),
            s.cell(row.stable),
            s.cell(markers.join(", ")),
        ]);
    }
    let mut sentences = vec![view.sentence];
    sentences.extend(view.stability);
    sentences.push(document::DECIDES_ON_NOTHING.said());
    annex.table(terms::HETEROGENEITY, Some(join(&sentences, " ", "")), &table);
}

pub(super) fn homogeneity(annex: &mut Annex<'_, '_>, model: &Model) {
    let s = annex.s;
    let Some(view) = heterogeneity::homogeneity(model) else { return };
    annex.heading(terms::HOMOGENEITY, 50.0);
    annex.note(terms::HOMOGENEITY_NOTE);
    let mut measures =
        s.table([(terms::MEASURE, Left), (terms::VALUE, Right), (annex.of.title, Right), (terms::WITHIN_LOT, Left)]);
    if let Some(index) = view.index {
        let reference = terms::INDEX_REFERENCE.with(&[&index.n_splits, &index.halves, &index.difference, &index.genes]);
        measures.row(vec![s.strong(terms::INDEX), s.cell(index.value), s.cell(index.n), s.cell(reference)]);
    }
    if let Some((value, null, groups)) = view.separation {
        measures.row(vec![
            s.strong(terms::SEPARATION),
            s.cell(Text::Number(value)),
            s.cell(terms::N_GROUPS.with(&[&groups])),
            s.cell(terms::SEPARATION_NULL.with(&[&null])),
        ]);
    }
    if !measures.is_empty() {
        measures.put(annex.flow);
    }
    if let Some(note) = view.note {
        annex.note(note);
    }
    let mut columns = vec![(terms::GROUPS.said(), Left), (annex.of.title.said(), Right)];
    columns.extend(view.orders.iter().map(|order| (terms::ORDER.with(&[order]), Right)));
    let mut table = s.table(columns);
    for row in view.hill {
        let mut cells = vec![s.strong(row.over), s.cell(row.n)];
        cells.extend(row.values.into_iter().map(|value| s.cell(value)));
        table.row(cells);
    }
    if !table.is_empty() {
        annex.note(terms::HILL);
        table.put(annex.flow);
    }
}

/// Clusters up to which each has its row.
const MANY_CLUSTERS: usize = 60;

pub(super) fn clusters(annex: &mut Annex<'_, '_>, model: &Model) {
    let (s, of) = (annex.s, annex.of);
    let Some(view) = structure::clusters(model) else { return };
    let is_of_events = model.cytometry.is_some();
    let mut columns = vec![(terms::CLUSTER.said(), Left), (of.title.said(), Right)];
    columns.extend(view.classes.into_iter().map(|class| (class, Right)));
    let mut table = s.table(columns);
    let left = view.rows.len().saturating_sub(MANY_CLUSTERS);
    for (id, n, counts) in view.rows.into_iter().take(MANY_CLUSTERS) {
        let mut cells = vec![s.strong(id), s.cell(n)];
        cells.extend(counts.into_iter().map(|count| s.cell(count)));
        table.row(cells);
    }
    annex.heading(if is_of_events { terms::CLUSTERS_EVENTS } else { terms::CLUSTERS_CELLS }, 60.0);
    let sampled = if is_of_events { terms::CLUSTERS_SAMPLED.said() } else { Text::Same(String::new()) };
    annex.note(join(&[terms::CLUSTERS_NOTE.with(&[&of.an]), sampled], "", ""));
    if let Some(search) = view.search {
        annex.note(terms::NEIGHBOURS_NOT_ALL.with(&[&of.many, &search]));
    }
    if let Some(witness) = view.witness {
        annex.note(witness);
    }
    let caption = terms::CLUSTERS_CAPTION.with(&[&view.sentence, &of.title]);
    if left > 0 {
        annex.note(join(&[caption, document::SMALL_CLUSTERS.with(&[&left])], " ", ""));
    } else {
        annex.note(caption);
    }
    table.put(annex.flow);
}
