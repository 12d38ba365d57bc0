//! `cells.parquet` of a lot of events: a row per event, in the order of the file.

use std::ops::Range;
use std::path::Path;

use puricell_core::DropReason;
use puricell_io::write::{Column, ParquetParams, write_parquet_chunks};

use super::cells::{call_column, numbered_of, reason_column, signed, subclass_column, suspected_column};
use crate::error::AppError;
use crate::pipeline::{Analysis, Called, EventLot};

/// Events made into columns at a time, so that ten million need not be held twice.
const CHUNK: usize = 250_000;

pub(super) fn write(path: &Path, analysis: &Analysis<EventLot>, params: &ParquetParams) -> Result<(), AppError> {
    let n = analysis.mask.n_loaded();
    let table = Table::new(analysis);
    write_parquet_chunks(path, n, CHUNK, |events| table.columns(events), params)
        .map_err(|e| AppError::Encode { file: "cells.parquet", message: e.to_string() })
}

struct Table<'a> {
    analysis: &'a Analysis<EventLot>,
    /// Of the events looked at for neighbours, increasing: event and cluster.
    clusters: Vec<(usize, u32)>,
    n_clusters: u32,
    /// Event and sub-population, likewise.
    subpopulations: Vec<(usize, u32)>,
    n_subpopulations: u32,
}

impl<'a> Table<'a> {
    fn new(analysis: &'a Analysis<EventLot>) -> Self {
        let (mut clusters, mut subpopulations) = (Vec::new(), Vec::new());
        let (mut n_clusters, mut n_subpopulations) = (0, 0);
        if let Some(structure) = &analysis.structure {
            clusters = structure.rows.iter().copied().zip(structure.partition.labels().iter().copied()).collect();
            n_clusters = structure.partition.n_groups() as u32;
            if let Some(found) = &analysis.heterogeneity {
                let events = found.positions.iter().map(|&p| structure.rows[p]);
                subpopulations = events.zip(found.partition.labels().iter().copied()).collect();
                n_subpopulations = found.partition.n_groups() as u32;
            }
        }
        Self { analysis, clusters, n_clusters, subpopulations, n_subpopulations }
    }

    fn columns(&self, events: Range<usize>) -> Vec<(String, Column)> {
        let (analysis, lot) = (self.analysis, &self.analysis.measured);
        let (mask, resolved) = (&analysis.mask, &analysis.resolved);
        let each = || events.clone();
        let mut table: Vec<(String, Column)> = Vec::new();
        let mut add = |name: &str, column: Column| table.push((name.to_owned(), column));
        // Events have no name: the first of the file is 1.
        add("cell_id", Column::I64(each().map(|e| i64::try_from(e + 1).unwrap_or(i64::MAX)).collect()));
        add("kept", Column::Bool(each().map(|e| mask.is_kept(e)).collect()));
        add("reason", reason_column(&DropReason::OF_EVENTS, each().map(|e| mask.reason(e))));
        add("call", call_column(resolved, each().map(|e| lot.kind(e))));
        add("subclass", subclass_column(resolved, each().map(|e| lot.subclass(e))));
        add("suspected_class", suspected_column(resolved, each().map(|e| lot.kind(e))));
        add("confidence", Column::F64(each().map(|e| lot.confidence(e)).collect()));
        // Every kept event has a metacluster; neighbours were looked at for a sample.
        let map = lot.map.as_ref();
        let metacluster = |event: usize| map.and_then(|m| m.metacluster(event));
        let n_metaclusters = map.map_or(0, |m| m.n_metaclusters() as u32);
        add("cluster", numbered_of(each().map(metacluster), n_metaclusters));
        let node = |event: usize| map.and_then(|m| m.node(event)).map_or(-1, signed);
        add("som_node", Column::I32(each().map(node).collect()));
        let of = |labels: &[(usize, u32)], event: usize| {
            labels.binary_search_by_key(&event, |&(row, _)| row).ok().map(|at| labels[at].1)
        };
        add("leiden", numbered_of(each().map(|e| of(&self.clusters, e)), self.n_clusters));
        add("subpopulation", numbered_of(each().map(|e| of(&self.subpopulations, e)), self.n_subpopulations));
        for marker in &lot.markers.markers {
            let values = each().map(|e| lot.events.values().row(e)[marker.column]).collect();
            add(&format!("{}_value", marker.marker), Column::F32(values));
        }
        table
    }
}
