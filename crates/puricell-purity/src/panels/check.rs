//! What a panel file must satisfy beyond its form.

use std::collections::{BTreeMap, BTreeSet};

use super::parse::{RawFile, RawPanel};
use super::{Direction, PANELS_SCHEMA};
use crate::error::{Located, Problem, is_id, line_of};

pub(super) fn problems(file: &RawFile, text: &str) -> Vec<Located> {
    let mut found = Vec::new();
    let mut report = |offset: usize, problem| found.push(Located { line: Some(line_of(text, offset)), problem });

    if file.schema.get_ref() != PANELS_SCHEMA {
        let problem = Problem::Schema { found: file.schema.get_ref().clone(), expected: PANELS_SCHEMA };
        report(file.schema.span().start, problem);
    }
    let mut ids = BTreeSet::new();
    let mut symbols = BTreeSet::new();
    let mut accessions: BTreeMap<&str, &str> = BTreeMap::new();
    for panel in &file.panels {
        let (id, at) = (panel.id.get_ref(), panel.id.span().start);
        if !is_id(id) {
            report(at, Problem::IdFormat { id: id.clone() });
        }
        if !ids.insert(id) {
            report(at, Problem::Duplicate { what: "panel", id: id.clone() });
        }
        if panel.markers.is_empty() {
            report(at, Problem::EmptyPanel { panel: id.clone() });
        }
        check_source(file, panel, &mut report);
        let mut directions: BTreeMap<&str, Direction> = BTreeMap::new();
        for marker in &panel.markers {
            let (gene, at) = (marker.symbol.get_ref(), marker.symbol.span().start);
            symbols.insert(gene.as_str());
            if gene.is_empty() {
                report(at, Problem::Empty { field: "symbol", of: format!("a marker of panel '{id}'") });
            }
            if let Some(&first) = directions.get(gene.as_str()) {
                let problem =
                    Problem::RepeatedGene { panel: id.clone(), gene: gene.clone(), first, second: marker.direction };
                report(at, problem);
            }
            directions.insert(gene, marker.direction);
            if marker.ensembl.is_empty() {
                continue;
            }
            if !is_human_gene_id(&marker.ensembl) {
                let found = marker.ensembl.clone();
                report(at, Problem::EnsemblFormat { panel: id.clone(), gene: gene.clone(), found });
            }
            let other = *accessions.entry(gene).or_insert(&marker.ensembl);
            if other != marker.ensembl {
                let (found, other) = (marker.ensembl.clone(), other.to_owned());
                report(at, Problem::EnsemblConflict { panel: id.clone(), gene: gene.clone(), found, other });
            }
        }
    }
    for (alias, symbol) in &file.aliases {
        if symbols.contains(alias.get_ref().as_str()) {
            report(alias.span().start, Problem::AliasIsSymbol { alias: alias.get_ref().clone() });
        }
        if !symbols.contains(symbol.get_ref().as_str()) {
            let of = format!("alias '{}'", alias.get_ref());
            report(symbol.span().start, Problem::Unknown { of, what: "gene", name: symbol.get_ref().clone() });
        }
    }
    for reagent in &file.reagents {
        if !file.sources.contains_key(&reagent.source) {
            let of = format!("reagent '{}'", reagent.name);
            found.push(Located {
                line: None,
                problem: Problem::Unknown { of, what: "source", name: reagent.source.clone() },
            });
        }
    }
    found
}

fn check_source(file: &RawFile, panel: &RawPanel, report: &mut impl FnMut(usize, Problem)) {
    let of = || format!("panel '{}'", panel.id.get_ref());
    match &panel.source {
        None => report(panel.id.span().start, Problem::Empty { field: "source", of: of() }),
        Some(source) if source.get_ref().is_empty() => {
            report(source.span().start, Problem::Empty { field: "source", of: of() });
        }
        Some(source) if !file.sources.contains_key(source.get_ref()) => {
            let name = source.get_ref().clone();
            report(source.span().start, Problem::Unknown { of: of(), what: "source", name });
        }
        Some(_) => {}
    }
    for marker in &panel.markers {
        if let Some(source) = &marker.source
            && !file.sources.contains_key(source)
        {
            let of = format!("gene {} of panel '{}'", marker.symbol.get_ref(), panel.id.get_ref());
            report(marker.symbol.span().start, Problem::Unknown { of, what: "source", name: source.clone() });
        }
    }
}

fn is_human_gene_id(id: &str) -> bool {
    id.strip_prefix("ENSG").is_some_and(|digits| digits.len() == 11 && digits.bytes().all(|b| b.is_ascii_digit()))
}
