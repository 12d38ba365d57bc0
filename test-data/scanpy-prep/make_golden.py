"""Golden values for the preparation of RNA counts, by scanpy.

    python make_golden.py BALF_10X.h5 BREAST_10X.h5 OUT_DIR

BALF_10X.h5    GSM4339772_C144_filtered_feature_bc_matrix.h5 (GSE145926)
BREAST_10X.h5  human_breast_stroma.h5 (see README.md)

Writes OUT_DIR/{balf,breast}/ and OUT_DIR/versions.txt.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp


def read(path, n_cells):
    """Counts of up to `n_cells` cells, drawn without replacement; undetected genes are thinned to 300."""
    data = sc.read_10x_h5(path)
    rng = np.random.default_rng(20240501)
    cells = np.sort(rng.permutation(data.n_obs)[:n_cells])
    x = sp.csr_matrix(data.X[cells]).astype(np.uint32)
    detected = np.asarray((x > 0).sum(0)).ravel() > 0
    keep = detected.copy()
    keep[np.flatnonzero(~detected)[:300]] = True
    x = x[:, keep].tocsr()
    x.sort_indices()
    return x, np.asarray(data.var_names)[keep]


def write_counts(path, x):
    """Little-endian: u32 rows, columns, nonzeros; u32 row pointer; u16 columns; u16 counts."""
    assert x.shape[1] < 65536 and x.data.max() < 65536
    with open(path, "wb") as out:
        np.array([x.shape[0], x.shape[1], x.nnz], "<u4").tofile(out)
        x.indptr.astype("<u4").tofile(out)
        x.indices.astype("<u2").tofile(out)
        x.data.astype("<u2").tofile(out)


def write_table(path, frame):
    frame.to_csv(path, sep="\t", index=False, float_format="%.9g", na_rep="NaN")


def golden(x, names, out, n_top):
    out.mkdir(parents=True, exist_ok=True)
    write_counts(out / "counts.bin", x)
    a = anndata.AnnData(x.astype(np.float32), var=pd.DataFrame(index=[f"g{i}" for i in range(x.shape[1])]))
    a.var["mito"] = [n.startswith("MT-") for n in names]
    a.var["ribo"] = [n.startswith(("RPL", "RPS")) for n in names]
    a.var["hb"] = [n.startswith(("HBA", "HBB", "HBD", "HBG")) for n in names]
    sets = {s: ",".join(map(str, np.flatnonzero(a.var[s]))) for s in ("mito", "ribo", "hb")}
    write_table(out / "sets.tsv", pd.DataFrame({"set": sets.keys(), "columns": sets.values()}))

    obs, var = sc.pp.calculate_qc_metrics(a, qc_vars=["mito", "ribo", "hb"], percent_top=(50,), log1p=False)
    cells = pd.DataFrame({
        "total_counts": obs["total_counts"].astype(np.int64),
        "n_features": obs["n_genes_by_counts"],
        "pct_mito": obs["pct_counts_mito"],
        "pct_ribo": obs["pct_counts_ribo"],
        "pct_hb": obs["pct_counts_hb"],
        "pct_top50": obs["pct_counts_in_top_50_genes"],
    })

    sc.pp.normalize_total(a, target_sum=1e4)
    sc.pp.log1p(a)
    log = sp.csr_matrix(a.X)
    cells["log_sum"] = np.asarray(log.astype(np.float64).sum(1)).ravel()
    write_table(out / "cells.tsv", cells)
    rows = np.repeat(np.arange(log.shape[0]), np.diff(log.indptr))
    every = slice(None, None, 97)
    write_table(out / "log.tsv", pd.DataFrame({
        "row": rows[every], "column": log.indices[every], "value": log.data[every].astype(np.float64)}))

    hvg = sc.pp.highly_variable_genes(a, flavor="seurat", n_top_genes=n_top, inplace=False)
    write_table(out / "genes.tsv", pd.DataFrame({
        "n_cells": var["n_cells_by_counts"].to_numpy(),
        "mean_counts": var["mean_counts"].to_numpy(),
        "pct_dropout": var["pct_dropout_by_counts"].to_numpy(),
        "mean": hvg["means"].to_numpy(),
        "dispersion": hvg["dispersions"].to_numpy(),
        "dispersion_norm": hvg["dispersions_norm"].to_numpy(),
        "selected": hvg["highly_variable"].to_numpy().astype(int),
    }))
    ranked = np.sort(hvg["dispersions_norm"].dropna())[::-1]
    print(out.name, x.shape, x.nnz, "selected", int(hvg["highly_variable"].sum()),
          "gap at the cut-off", ranked[n_top - 1] - ranked[n_top])


def main():
    balf, breast, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    golden(*read(balf, 300), out / "balf", 2000)
    golden(*read(breast, 260), out / "breast", 2000)
    packages = ("scanpy", "anndata", "numpy", "pandas", "scipy")
    (out / "versions.txt").write_text("".join(f"{p} {version(p)}\n" for p in packages))


main()
