//! `result.h5ad`: the kept cells for scanpy, under scanpy's names, with the columns that CELLxGENE asks for.

mod cellxgene;

use std::path::Path;

use puricell_cluster::{Search, distance_matrix};
use puricell_core::{CellTable, Csr, Dense, FeatureTable, Seed};
use puricell_io::write::{Column, Frame, H5ad, H5adParams, Uns, unique_names, write_h5ad};
use puricell_purity::bare_ids;

use super::cells::{call_column, groups, numbered, signed, subclass_column};
use crate::cli::H5adContent;
use crate::error::AppError;
use crate::pipeline::{Analysis, Called, CellLot, SelectedCounts};

pub use cellxgene::{LotTerms, check_declared};

/// Writes the file.
pub(super) fn write(
    path: &Path,
    (cells, features): (&CellTable, &FeatureTable),
    analysis: &Analysis<CellLot>,
    terms: &LotTerms,
    content: H5adContent,
    seed: Seed,
) -> Result<(), AppError> {
    let kept = analysis.mask.kept();
    let SelectedCounts { columns: genes, counts: x } = analysis
        .measured
        .counts
        .as_ref()
        .ok_or_else(|| AppError::Internal { place: "result.h5ad", message: "the counts were not kept".into() })?;
    let names: Vec<String> = kept.iter().map(|&cell| cells.ids[cell].clone()).collect();
    let features = features.select(genes);
    let var_names = unique_names(&bare_ids(&features));
    let structure = analysis.structure.as_ref();
    let components = analysis.measured.components.as_ref();
    let loadings = components.map(|c| loadings_of(&c.loadings, &c.variable.selected, genes));
    let distances = structure
        .map(|s| distance_matrix(&s.knn))
        .transpose()
        .map_err(|e| AppError::Encode { file: "result.h5ad", message: e.to_string() })?;
    let mut obsm: Vec<(String, &Dense<f32>)> = Vec::new();
    let mut obsp: Vec<(String, &Csr<f32>)> = Vec::new();
    let mut varm: Vec<(String, &Dense<f32>)> = Vec::new();
    if let Some(structure) = structure {
        obsm.push(("X_pca".into(), &structure.embedding.points));
        if let Some(umap) = &structure.umap {
            obsm.push(("X_umap".into(), umap));
        }
        obsp.push(("connectivities".into(), structure.graph.weights()));
    }
    if let Some(distances) = &distances {
        obsp.push(("distances".into(), distances));
    }
    if let Some(loadings) = &loadings {
        varm.push(("PCs".into(), loadings));
    }
    let calls: Vec<_> = kept.iter().map(|&c| (analysis.measured.kind(c), analysis.measured.subclass(c))).collect();
    let mut obs = obs(analysis, &kept);
    obs.extend(terms.obs(&analysis.resolved, &calls));
    let mut uns = uns(analysis, content, seed);
    // The map where there is one.
    uns.extend(terms.uns(obsm.last().map(|(name, _)| name.as_str())));
    let data = H5ad {
        x,
        obs: Frame { names: &names, columns: obs },
        var: Frame { names: &var_names, columns: var(analysis, &features, genes) },
        obsm,
        varm,
        obsp,
        uns,
    };
    write_h5ad(path, &data, &H5adParams::default())
        .map_err(|e| AppError::Encode { file: "result.h5ad", message: e.to_string() })
}

fn obs(analysis: &Analysis<CellLot>, kept: &[usize]) -> Vec<(String, Column)> {
    let metrics = &analysis.measured.quality.metrics;
    let (clusters, subpopulations) = groups(analysis, analysis.mask.n_loaded());
    let of_kept = |labels: &[Option<u32>]| numbered(&kept.iter().map(|&c| labels[c]).collect::<Vec<_>>());
    let (lot, resolved) = (&analysis.measured, &analysis.resolved);
    let per_cent = |f: &[f64]| Column::F32(kept.iter().map(|&c| (f[c] * 100.0) as f32).collect());
    vec![
        ("n_genes_by_counts".into(), Column::I32(kept.iter().map(|&c| signed(metrics.n_features[c])).collect())),
        ("total_counts".into(), Column::F32(kept.iter().map(|&c| metrics.total_counts[c] as f32).collect())),
        ("pct_counts_mt".into(), per_cent(&metrics.mito_fraction)),
        ("pct_counts_ribo".into(), per_cent(&metrics.ribo_fraction)),
        ("pct_counts_hb".into(), per_cent(&metrics.hb_fraction)),
        ("leiden".into(), of_kept(&clusters)),
        ("puricell_call".into(), call_column(resolved, kept.iter().map(|&c| lot.kind(c)))),
        ("puricell_subclass".into(), subclass_column(resolved, kept.iter().map(|&c| lot.subclass(c)))),
        ("puricell_confidence".into(), Column::F32(kept.iter().map(|&c| lot.confidence(c) as f32).collect())),
        ("puricell_subpopulation".into(), of_kept(&subpopulations)),
    ]
}

fn var(analysis: &Analysis<CellLot>, features: &FeatureTable, genes: &[usize]) -> Vec<(String, Column)> {
    let variable = analysis.measured.components.as_ref().map(|c| &c.variable);
    let is_variable = |gene: &usize| variable.is_some_and(|v| v.selected.binary_search(gene).is_ok());
    let of = |values: fn(&puricell_prep::rna::VariableFeatures) -> &Vec<f64>| {
        Column::F64(genes.iter().map(|&g| variable.map_or(f64::NAN, |v| values(v)[g])).collect())
    };
    vec![
        ("gene_ids".into(), Column::Text(features.ids.clone())),
        ("gene_symbols".into(), Column::Text(features.names.clone())),
        ("feature_types".into(), Column::categorical(features.kinds.iter().map(|k| Some(k.name())))),
        ("genome".into(), Column::categorical(features.genomes.iter().map(|g| Some(g.as_str())))),
        // All genes of the file are in its one matrix.
        ("feature_is_filtered".into(), Column::Bool(vec![false; genes.len()])),
        ("highly_variable".into(), Column::Bool(genes.iter().map(is_variable).collect())),
        ("means".into(), of(|v| &v.means)),
        ("dispersions".into(), of(|v| &v.dispersions)),
        ("dispersions_norm".into(), of(|v| &v.dispersions_norm)),
    ]
}

/// Loadings for every gene of the file; 0 for a gene that took no part.
fn loadings_of(loadings: &Dense<f64>, selected: &[usize], genes: &[usize]) -> Dense<f32> {
    let mut all = Dense::filled(genes.len(), loadings.n_cols(), 0.0_f32);
    for (row, gene) in genes.iter().enumerate() {
        if let Ok(position) = selected.binary_search(gene) {
            for (to, &from) in all.row_mut(row).iter_mut().zip(loadings.row(position)) {
                *to = from as f32;
            }
        }
    }
    all
}

fn uns(analysis: &Analysis<CellLot>, content: H5adContent, seed: Seed) -> Vec<(String, Uns<'static>)> {
    let text = |t: &str| Uns::Text(t.to_owned());
    let random_state = Uns::Integer(i64::try_from(seed.0).unwrap_or(i64::MAX));
    let mut members: Vec<(String, Uns<'static>)> = Vec::new();
    if let (Some(structure), Some(components)) = (&analysis.structure, &analysis.measured.components) {
        members.push((
            "pca".into(),
            Uns::Group(vec![
                ("variance".into(), Uns::Reals(components.variance.clone())),
                ("variance_ratio".into(), Uns::Reals(components.variance_ratio.clone())),
            ]),
        ));
        let mut params = vec![
            ("method".into(), text("umap")),
            ("metric".into(), text("euclidean")),
            // scanpy counts the cell itself.
            ("n_neighbors".into(), Uns::Integer(i64::try_from(structure.knn.k() + 1).unwrap_or(i64::MAX))),
            ("random_state".into(), random_state.clone()),
            ("use_rep".into(), text("X_pca")),
        ];
        if let Search::Approximate(search) = &structure.search {
            params.push(("recall".into(), Uns::Real(search.recall())));
        }
        members.push((
            "neighbors".into(),
            Uns::Group(vec![
                ("connectivities_key".into(), text("connectivities")),
                ("distances_key".into(), text("distances")),
                ("params".into(), Uns::Group(params)),
            ]),
        ));
        members.push((
            "leiden".into(),
            Uns::Group(vec![(
                "params".into(),
                Uns::Group(vec![
                    ("resolution".into(), Uns::Real(structure.resolution)),
                    ("random_state".into(), random_state),
                ]),
            )]),
        ));
    }
    members.push((
        "puricell".into(),
        Uns::Group(vec![
            ("version".into(), text(env!("CARGO_PKG_VERSION"))),
            ("content".into(), text(content.name())),
            (
                "note".into(),
                text(match content {
                    H5adContent::Full => "counts of all genes, kept cells only",
                    H5adContent::Light | H5adContent::None => {
                        "counts of the analysed genes only (variable genes and panel genes), kept cells only; \
                         total_counts and n_genes_by_counts are over all genes"
                    }
                }),
            ),
        ]),
    ));
    members
}
