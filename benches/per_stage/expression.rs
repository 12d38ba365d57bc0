//! From a 10x file to principal components and doublets, on the demonstration lot: 2,000 real cells.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use criterion::Criterion;
use puricell_cluster::{DoubletCells, DoubletParams, PcaParams, doublets, pca};
use puricell_core::Seed;
use puricell_io::{ReadOptions, open};
use puricell_prep::rna::{
    FeatureSets, FloorParams, NormaliseParams, VariableParams, cell_metrics, floor, log_normalise, variable_features,
};
use puricell_purity::{CallKind, CallModel, PanelCounts, Panels, Profile, call_cells, resolve};

pub(crate) fn bench(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let lot = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-data/demo/lot.h5");
    let options = ReadOptions::default();
    criterion.bench_function("expression/read_10x", |b| b.iter(|| open(black_box(&lot), &options)));

    let dataset = open(&lot, &options)?.value.dataset;
    let counts = dataset.counts();
    let model = CallModel::builtin()?;
    let resolved = resolve(&Profile::builtin("adipose")?, Panels::builtin()?, dataset.features())?.value;
    let sets = FeatureSets {
        mito: resolved.sets.mito.clone(),
        ribo: resolved.sets.ribo.clone(),
        haemoglobin: resolved.sets.haemoglobin.clone(),
    };
    criterion.bench_function("expression/panel_and_metrics", |b| {
        b.iter(|| (PanelCounts::gather(black_box(counts), &resolved), cell_metrics(counts, &sets)));
    });

    let panel = PanelCounts::gather(counts, &resolved);
    let metrics = cell_metrics(counts, &sets)?;
    let kept = floor(&metrics, &FloorParams::default()).kept();
    let mut wanted = vec![false; counts.n_rows()];
    for &cell in &kept {
        wanted[cell] = true;
    }
    criterion.bench_function("expression/calls", |b| {
        b.iter(|| call_cells(black_box(&panel), &resolved, &model, &wanted));
    });
    criterion.bench_function("expression/variable_genes", |b| {
        b.iter(|| variable_features(black_box(counts), &kept, &VariableParams::default()));
    });

    let variable = variable_features(counts, &kept, &VariableParams::default())?.value.selected;
    let totals: Vec<u64> = kept.iter().map(|&cell| metrics.total_counts[cell]).collect();
    let selected = counts.select_block(&kept, &variable);
    let columns: Vec<usize> = (0..variable.len()).collect();
    let (normalise, components) = (NormaliseParams::default(), PcaParams::default());
    criterion.bench_function("expression/normalise_and_pca", |b| {
        b.iter(|| {
            pca(&log_normalise(black_box(&selected), &totals, &columns, &normalise)?, &components, Seed(1))
                .map_err(Box::<dyn Error>::from)
        });
    });

    let found = pca(&log_normalise(&selected, &totals, &columns, &normalise)?, &components, Seed(1))?.value;
    let calls = call_cells(&panel, &resolved, &model, &wanted).value;
    let groups: Vec<Option<u32>> = kept
        .iter()
        .map(|&cell| Some(u32::from(calls.cells[cell].as_ref().is_none_or(|c| c.kind != CallKind::Target))))
        .collect();
    let cells = DoubletCells {
        counts: &selected,
        totals: &totals,
        embedding: &found.embedding,
        loadings: &found.loadings,
        mean: &found.mean,
        target_sum: normalise.target_sum,
        groups: &groups,
        n_groups: 2,
    };
    criterion.bench_function("expression/doublets", |b| {
        b.iter(|| doublets(black_box(&cells), &DoubletParams::default(), Seed(1)));
    });
    Ok(())
}
