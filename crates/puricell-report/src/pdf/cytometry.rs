//! The annexes of flow and mass cytometry, with the items of MIFlowCyt and their gaps.

use super::annex::Annex;
use super::table::Side;
use super::text::{RED, Rich, Style, plain};
use crate::model::{ChannelRole, Cytometry, Model};
use crate::terms::{self, document, known, miflowcyt, words};
use crate::text::{Sayable, Text, join, list};
use crate::view::cytometry::CytometryView;
use crate::view::{counts, lot};

use Side::{Left, Right};

pub(super) fn markers(annex: &mut Annex<'_, '_>, view: &CytometryView) {
    let s = annex.s;
    let mut table = s.table([
        (terms::MARKER, Left),
        (terms::THRESHOLD, Right),
        (terms::IT_RESTS_ON, Left),
        (terms::K_OF_N, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
        (terms::NOTE, Left),
    ]);
    for row in &view.positivity {
        let reference = if row.reference.is_empty() {
            Text::Same(String::new())
        } else {
            document::RELATIVE_TO.with(&[&row.reference])
        };
        let values: [&dyn Sayable; 5] = [&row.median, &row.ratio, &reference, &row.uncertain, &row.second_peak];
        let mut notes = vec![document::MARKER_NOTES.with(&values)];
        if !row.note.is_empty() {
            notes.push(row.note.clone());
        }
        table.row(vec![
            s.noted(s.strong(&row.marker), &row.channel),
            s.cell(&row.threshold),
            s.noted(s.cell(&row.source), &row.derivation),
            s.cell(&row.counts),
            s.cell(&row.share),
            s.cell(&row.interval),
            plain(s.plain(join(&notes, "; ", "；")), Style::new(6.6)),
        ]);
    }
    annex.table(document::A_MARKERS, Some(terms::POSITIVITY_CAPTION.said()), &table);
}

pub(super) fn gates(annex: &mut Annex<'_, '_>, view: &CytometryView) {
    let s = annex.s;
    let mut table = s.table([
        (terms::GATE, Left),
        (terms::WITHIN, Left),
        (document::CHANNELS_AND_BORDER, Left),
        (terms::K_OF_N, Right),
        (terms::SHARE, Right),
        (terms::INTERVAL, Right),
        (terms::DERIVATION, Left),
    ]);
    for gate in &view.gates {
        let origin: Rich = if gate.overridden {
            let mut text = s.cell(format!("{}\n", s.plain(&gate.derivation)));
            let set_by = format!("▸ {}", s.plain(gate.origin));
            text.extend(plain(set_by, Style::new(7.0).bold().colour(RED)));
            text
        } else {
            s.noted(s.cell(&gate.derivation), gate.origin)
        };
        table.row(vec![
            s.noted(s.strong(&gate.name), &gate.id),
            s.cell(&gate.within),
            s.noted(s.cell(&gate.channels), &gate.border),
            s.cell(&gate.counts),
            s.cell(&gate.share),
            s.cell(&gate.interval),
            origin,
        ]);
    }
    annex.table(terms::GATES, Some(terms::GATES_CAPTION.said()), &table);
}

pub(super) fn channels(annex: &mut Annex<'_, '_>, view: &CytometryView) {
    let s = annex.s;
    let columns = [terms::CHANNEL, terms::LABEL_IN_FILE, terms::MARKER, terms::MEASURES, terms::TRANSFORM];
    let mut table = s.table(columns.map(|title| (title, Left)));
    for channel in &view.channels {
        table.row(vec![
            s.strong(&channel.name),
            s.cell(&channel.label),
            s.cell(&channel.marker),
            s.cell(channel.role),
            s.cell(&channel.transform),
        ]);
    }
    // What the file says of itself beside the items of MIFlowCyt.
    let mut stated: Vec<Text> =
        view.facts.iter().filter(|f| f.stated && f.name == terms::FORMAT).map(|f| f.value.clone()).collect();
    if !view.keywords.is_empty() {
        stated.push(Text::Same(view.keywords.clone()));
    }
    let note = if stated.is_empty() {
        view.compensation.clone()
    } else {
        document::FORMAT_AND_KEYWORDS.with(&[&view.compensation, &join(&stated, "; ", "；")])
    };
    annex.table(document::A_CHANNELS, Some(note), &table);
}

pub(super) fn map(annex: &mut Annex<'_, '_>, view: &CytometryView) {
    let (s, title) = (annex.s, annex.of.title);
    let Some(map) = &view.som else { return };
    let mut table = s.table([(terms::METACLUSTER, Left), (title, Right), (terms::MOST_ARE_CALLED, Left)]);
    for (id, n, label) in &map.metaclusters {
        table.row(vec![s.strong(*id), s.cell(n), s.cell(label)]);
    }
    let note = join(&[map.sentence.clone(), terms::METACLUSTERS_CAPTION.said()], " ", "");
    annex.table(terms::SOM, Some(note), &table);
}

/// The items of the standard: what the file and the metadata say, and what they do not.
pub(super) fn items(annex: &mut Annex<'_, '_>, model: &Model, data: &Cytometry) {
    let s = annex.s;
    let joined = |parts: &[&Option<String>]| {
        let stated: Vec<Text> = parts.iter().filter_map(|p| p.as_deref()).map(lot::as_stated).collect();
        (!stated.is_empty()).then(|| join(&stated, "; ", "；"))
    };
    let keyword = |names: &[&str]| {
        let found: Vec<String> = data
            .instrument
            .keywords
            .iter()
            .filter(|k| names.iter().any(|n| k.name.eq_ignore_ascii_case(n)))
            .map(|k| k.value.clone())
            .collect();
        (!found.is_empty()).then(|| Text::Same(found.join("; ")))
    };
    let lot = &model.lot;
    let reagents: Vec<String> = data
        .channels
        .iter()
        .filter(|c| matches!(c.role, ChannelRole::Fluorescence | ChannelRole::Mass))
        .filter_map(|c| c.marker.as_ref().or(c.label.as_ref()).map(|marker| format!("{marker} ({})", c.name)))
        .collect();
    let mut controls: Vec<Text> = data.positivity.iter().map(|p| words::threshold_source(p.source).said()).collect();
    controls.sort_by_key(Text::en);
    controls.dedup();
    let transforms = data.channels.iter().filter(|c| c.transform.is_some()).count();
    let files: Vec<String> = model.inputs.iter().map(|i| format!("{} (SHA-256 {})", i.name, i.sha256)).collect();
    let accounting = &model.qc.accounting;
    let rows: [(_, Option<Text>); 19] = [
        (miflowcyt::PURPOSE, Some(miflowcyt::PURPOSE_IS.with(&[&words::purpose(lot.r#use)]))),
        (miflowcyt::KEYWORDS, joined(&[&lot.product, &lot.tissue_source])),
        (miflowcyt::VARIABLES, joined(&[&lot.passage, &lot.sample_state, &lot.process_version])),
        (miflowcyt::ORGANISATION, keyword(&["$INST"])),
        (miflowcyt::CONTACT, keyword(&["$OP"])),
        (miflowcyt::DATE, data.instrument.acquired.clone().map(Text::Same)),
        (miflowcyt::CONCLUSIONS, Some(crate::view::verdict::verdict(model).sentence)),
        (miflowcyt::QUALITY, Some(miflowcyt::QUALITY_IS.with(&[&counts(accounting.kept, accounting.loaded)]))),
        (miflowcyt::SAMPLE, joined(&[&lot.species, &lot.tissue_source, &lot.donor])),
        (miflowcyt::TREATMENT, joined(&[&lot.sample_state])),
        (miflowcyt::REAGENTS, (!reagents.is_empty()).then(|| Text::Same(reagents.join(", ")))),
        (miflowcyt::CLONES, None),
        (miflowcyt::CONTROLS, (!controls.is_empty()).then(|| miflowcyt::CONTROLS_ARE.with(&[&list(&controls)]))),
        (
            miflowcyt::INSTRUMENT,
            joined(&[&data.instrument.cytometer, &data.instrument.serial, &data.instrument.software]),
        ),
        (miflowcyt::CONFIGURATION, None),
        (miflowcyt::FILES, (!files.is_empty()).then(|| Text::Same(files.join(", ")))),
        (
            miflowcyt::COMPENSATION,
            Some(data.compensation.as_ref().map_or_else(|| terms::NO_COMPENSATION.said(), |c| known(&c.source))),
        ),
        (miflowcyt::TRANSFORMATION, Some(miflowcyt::TRANSFORMATION_IS.with(&[&transforms, &data.channels.len()]))),
        (miflowcyt::GATING, Some(miflowcyt::GATING_IS.with(&[&data.gates.len()]))),
    ];
    let mut table = s.table([(miflowcyt::ITEM, Left), (miflowcyt::STATED, Left)]);
    let gaps = rows.iter().filter(|(_, stated)| stated.is_none()).count();
    let n = rows.len();
    for (item, stated) in rows {
        let value = match stated {
            Some(text) => s.cell(text),
            None => plain(s.plain(miflowcyt::GAP), Style::new(7.4).bold().colour(RED)),
        };
        table.row(vec![s.strong(item), value]);
    }
    annex.table(document::A_MIFLOWCYT, Some(miflowcyt::NOTE.with(&[&gaps, &n])), &table);
}
