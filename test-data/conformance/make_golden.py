"""Golden values of the conformance files, by anndata and scanpy.

    python make_golden.py FOLDER > golden.json

FOLDER holds the files under the names of sources.tsv. Each case is read by anndata.read_h5ad, scanpy.read_10x_h5 or
scanpy.read_10x_mtx; which matrix holds counts is decided here with numpy, independently of the program under test.
"""

import hashlib
import importlib.metadata
import json
import sys
import warnings
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import scanpy
import scipy.io
import scipy.sparse as sp

warnings.filterwarnings("ignore")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def numbers_digest(values):
    """SHA-256 of little-endian binary64, every NaN as the same bits."""
    values = np.array(values, dtype="<f8")
    values[np.isnan(values)] = np.nan
    return hashlib.sha256(values.tobytes()).hexdigest()


def is_counts(matrix):
    values = matrix.data if sp.issparse(matrix) else np.asarray(matrix).ravel()
    values = np.asarray(values, dtype="f8")
    return bool(np.all(np.isfinite(values) & (values >= 0) & (values == np.floor(values)) & (values <= 2**32 - 1)))


def first_offender(matrix):
    """The first value, in stored order, that is no count: row, column, value as text that parses to the same bits."""
    if sp.issparse(matrix):
        coo = matrix.tocoo(copy=True) if matrix.format != "csr" else matrix.copy().tocoo()
        rows, columns, values = coo.row, coo.col, np.asarray(coo.data, dtype="f8")
    else:
        matrix = np.asarray(matrix)
        rows, columns = (i.ravel() for i in np.indices(matrix.shape))
        values = matrix.ravel().astype("f8")
    bad = ~(np.isfinite(values) & (values >= 0) & (values == np.floor(values)) & (values <= 2**32 - 1))
    at = int(np.argmax(bad))
    value = float(values[at])
    return int(rows[at]), int(columns[at]), repr(value)


def columns(frame):
    out = []
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object or pd.api.types.is_string_dtype(column):
            texts = ["\0" if pd.isna(v) else str(v) for v in column]
            out.append({"name": name, "kind": "text", "sha256": digest("\n".join(texts))})
        elif pd.api.types.is_bool_dtype(column):
            texts = ["\0" if pd.isna(v) else str(bool(v)) for v in column]
            out.append({"name": name, "kind": "bool", "sha256": digest("\n".join(texts))})
        else:
            values = column.to_numpy(dtype="f8", na_value=np.nan)
            out.append({"name": name, "kind": "number", "sha256": numbers_digest(values)})
    return out


def case(path, matrix, counts, cells, ids, names, obs=None, **options):
    """`ids` are accessions (or the names again), as puricell's rule picks them."""
    counts = sp.csr_matrix(counts)
    counts = counts.astype("f8")
    counts.eliminate_zeros()
    return {
        "file": path,
        **options,
        "matrix": matrix,
        "n_cells": counts.shape[0],
        "n_features": counts.shape[1],
        "n_nonzero": int(counts.nnz),
        "sum": float(counts.sum()),
        "cell_sums_sha256": numbers_digest(np.asarray(counts.sum(axis=1)).ravel()),
        "feature_sums_sha256": numbers_digest(np.asarray(counts.sum(axis=0)).ravel()),
        "cells_sha256": digest("\n".join(cells)),
        "ids_sha256": digest("\n".join(ids)),
        "names_sha256": digest("\n".join(names)),
        "first_cell": cells[0],
        "last_feature": names[-1],
        "columns": columns(obs) if obs is not None else [],
    }


def h5ad(folder, path, **options):
    adata = anndata.read_h5ad(folder / path)
    layer = options.get("layer")
    if adata.X is None and not adata.layers and adata.raw is None:
        return {"file": path, "refused": "no_matrix"}
    places = [("X", adata.X, adata.var)]
    if adata.raw is not None:
        places.append(("raw/X", adata.raw.X, adata.raw.var))
    if layer is None:
        places += [(f"layers/{n}", m, adata.var) for n, m in adata.layers.items() if n == "counts"]
    else:
        places += [(f"layers/{n}", m, adata.var) for n, m in adata.layers.items()]
        places = [p for p in places if p[0] in (layer, f"layers/{layer}")]
    for name, matrix, var in places:
        if not is_counts(matrix):
            continue
        index = [str(v) for v in var.index]
        ids = [str(v) for v in var["gene_ids"]] if "gene_ids" in var else index
        return case(path, name, matrix, list(adata.obs_names), ids, index, adata.obs, **options)
    name, matrix, var = places[0]
    row, column, value = first_offender(matrix)
    return {
        "file": path, **options, "refused": "not_counts", "matrix": name,
        "cell": adata.obs_names[row], "gene": str(var.index[column]), "value": value,
    }


def tenx(folder, path, **options):
    try:
        adata = scanpy.read_10x_h5(folder / path, genome=options.get("genome"), gex_only=True)
    except ValueError as error:
        assert "more than one genome" in str(error), error
        return {"file": path, "refused": "several_genomes"}
    name = options.get("genome") or adata.uns.get("genome")
    matrix = name if path.startswith("tenx/cr1.2") else "matrix"
    if matrix is None:
        matrix = "hg19_chr21"
    return case(path, matrix, adata.X, list(adata.obs_names), list(adata.var["gene_ids"]), list(adata.var_names), **options)


def mtx(folder, path, matrix):
    adata = scanpy.read_10x_mtx(folder / path, var_names="gene_symbols", make_unique=False, gex_only=False)
    ids = [str(v) for v in adata.var["gene_ids"]]
    return case(path, matrix, adata.X, [str(v) for v in adata.obs_names], ids, [str(v) for v in adata.var_names])


def plain_mtx(folder, path):
    """Version 3 without gzip, which scanpy 1.11 does not look for: scipy and pandas instead."""
    counts = scipy.io.mmread(folder / path / "matrix.mtx").T
    cells = pd.read_csv(folder / path / "barcodes.tsv", header=None, dtype=str, sep="\t")[0]
    features = pd.read_csv(folder / path / "features.tsv", header=None, dtype=str, sep="\t")
    return case(path, "matrix.mtx", counts, list(cells), list(features[0]), list(features[1]))


def main():
    folder = Path(sys.argv[1])
    cases = [
        h5ad(folder, "anndata/v0.5.0.h5ad"),
        h5ad(folder, "anndata/v0.7.0.h5ad"),
        h5ad(folder, "anndata/v0.7.0.h5ad", layer="raw/X"),
        h5ad(folder, "anndata/v0.7.0.h5ad", layer="array"),
        h5ad(folder, "anndata/v0.7.0.h5ad", layer="sparse"),
        h5ad(folder, "anndata/v0.7.8.h5ad"),
        h5ad(folder, "anndata/v0.7.8.h5ad", layer="raw/X"),
        h5ad(folder, "anndata/v0.7.8.h5ad", layer="sparse"),
        h5ad(folder, "anndata/v0.11.4.h5ad"),
        h5ad(folder, "other/cellxgene_1e4d.h5ad"),
        h5ad(folder, "other/cellxgene_nan.h5ad"),
        h5ad(folder, "other/pbmc_5k_protein_v3.h5ad"),
        h5ad(folder, "other/scimilarity_1000.h5ad"),
        h5ad(folder, "other/scirpy_wu2020_v0_11.h5ad"),
        h5ad(folder, "other/scirpy_wu2020_v0_6.h5ad"),
        h5ad(folder, "other/scvelo_pancreas_100obs.h5ad"),
        h5ad(folder, "other/scvelo_pancreas_100obs.h5ad", layer="unspliced"),
        h5ad(folder, "other/squidpy_test.h5ad"),
        tenx(folder, "tenx/cr1.2_filtered.h5"),
        tenx(folder, "tenx/cr1.2_multiple_genomes.h5"),
        tenx(folder, "tenx/cr1.2_multiple_genomes.h5", genome="another_genome"),
        tenx(folder, "tenx/cr1.2_multiple_genomes.h5", genome="hg19_chr21"),
        tenx(folder, "tenx/cr3.0_filtered.h5"),
        tenx(folder, "tenx/visium2.1_raw_probe.h5"),
        mtx(folder, "tenx/cr1.2_mtx", "matrix.mtx"),
        mtx(folder, "tenx/cr3.0_mtx", "matrix.mtx.gz"),
        plain_mtx(folder, "tenx/int_ids_mtx"),
        {"file": "other/fc-dropseq.loom", "refused": "foreign"},
        {"file": "other/retina.loom", "refused": "foreign"},
        {"file": "anndata/v0.11.4.zarr.zip", "refused": "foreign"},
    ]
    versions = {n: importlib.metadata.version(n) for n in ["anndata", "scanpy", "h5py", "numpy", "scipy", "pandas"]}
    json.dump({"versions": versions, "cases": cases}, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
