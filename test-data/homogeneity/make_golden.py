"""Golden values for the homogeneity index: the entropy model of ROGUE with the loess of Cleveland and Grosse.

    python make_golden.py SCANPY_PREP_DIR OUT_DIR

SCANPY_PREP_DIR  holds {balf,breast}/counts.bin (see its README.md)

Follows R/ROGUE.R of the package ROGUE at commit 17888e02091024efe1db8fa391231e9e231c01c4, step by step: matr.filter
(genes only), Entropy, entropy_fit, ent.toli with n = 2, CalculateRogue with platform "UMI". R's loess is the Fortran
dloess of Cleveland and Grosse, which scikit-misc wraps; predict() outside the range of a fit is NA in R.
"""

import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.stats import norm
from skmisc.loess import loess

SPAN, K = 0.5, 45


def read_counts(path):
    raw = path.read_bytes()
    rows, columns, nnz = np.frombuffer(raw, "<u4", 3)
    at = 12
    indptr = np.frombuffer(raw, "<u4", rows + 1, at).astype(np.int64)
    at += 4 * (rows + 1)
    indices = np.frombuffer(raw, "<u2", nnz, at).astype(np.int64)
    values = np.frombuffer(raw, "<u2", nnz, at + 2 * nnz).astype(float)
    return sp.csr_matrix((values, indices, indptr), shape=(rows, columns))


def smooth(shape, at):
    """loess(entropy ~ mean, span = 0.5) on `shape`, predicted at `at`."""
    x, y = shape["mean"].to_numpy(), shape["entropy"].to_numpy()
    model = loess(x, y, span=SPAN, degree=2)
    model.control.trace_hat = "approximate"
    model.fit()
    inside = (at >= x.min()) & (at <= x.max())
    out = np.full(len(at), np.nan)
    out[inside] = model.predict(at[inside]).values
    return out


def upper(ds):
    return 1 - norm.cdf(ds, ds.mean(), ds.std(ddof=1))


def adjust(p):
    order = np.argsort(p)[::-1]
    n = len(p)
    adjusted = np.minimum.accumulate(p[order] * n / np.arange(n, 0, -1))
    out = np.empty(n)
    out[order] = np.minimum(1, adjusted)
    return out


def entropy_fit(genes):
    genes = genes[np.isfinite(genes["mean"]) & (genes["entropy"] > 0)].copy()
    shape = genes
    for _ in range(2):
        judged = genes.assign(ds=smooth(shape, genes["mean"].to_numpy()) - genes["entropy"])
        judged = judged[np.isfinite(judged["ds"])]
        shape = judged[upper(judged["ds"].to_numpy()) > 0.1]
    genes["ds"] = smooth(shape, genes["mean"].to_numpy()) - genes["entropy"]
    genes = genes[np.isfinite(genes["ds"])].copy()
    genes["p"] = upper(genes["ds"].to_numpy())
    genes["adjusted"] = adjust(genes["p"].to_numpy())
    return genes.sort_values("ds", ascending=False, kind="stable")


def rogue(x, n_out):
    held = np.asarray((x > 0).sum(0)).ravel()
    columns = np.flatnonzero(held >= 10)
    x = sp.csc_matrix(x)[:, columns]
    log = x.copy()
    log.data = np.log(log.data + 1)
    genes = pd.DataFrame({
        "column": columns,
        # sum / n, as R: scipy's mean of a sparse matrix sums count / n, which parts genes of equal mean by rounding
        "mean": np.log(np.asarray(x.sum(0)).ravel() / x.shape[0] + 1),
        "entropy": np.asarray(log.mean(0)).ravel(),
    })
    found = entropy_fit(genes)
    if n_out and (found["adjusted"] < 0.05).any():
        position = {c: i for i, c in enumerate(columns)}
        lowest = found["mean"].min()
        for row in found.index[found["adjusted"] < 0.05]:
            values = np.sort(x[:, position[found.at[row, "column"]]].toarray().ravel())[::-1][n_out:]
            found.loc[row, ["mean", "entropy"]] = np.log(values.mean() + 1), np.log(values + 1).mean()
        found = entropy_fit(found.loc[found["mean"] > lowest, ["column", "mean", "entropy"]])
    significant = (found["adjusted"] < 0.05) & (found["p"] < 0.05)
    total = found.loc[significant, "ds"].abs().sum()
    return len(columns), found.assign(significant=significant.astype(int)), 1 - total / (total + K)


def main():
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    summary = []
    for name in ("balf", "breast"):
        x = read_counts(source / name / "counts.bin")
        for n_out in (2, 0):
            n_genes, found, index = rogue(x, n_out)
            hits = found[found["significant"] == 1]
            summary.append((name, n_out, x.shape[0], n_genes, len(hits), index))
            hits[["column", "ds"]].to_csv(out / f"{name}_{n_out}.tsv", sep="\t", index=False, float_format="%.12g")
    table = pd.DataFrame(summary, columns=["set", "cells_left_out", "n_cells", "n_genes", "n_significant", "index"])
    table.to_csv(out / "summary.tsv", sep="\t", index=False, float_format="%.12g")
    print(table)

    rng = np.random.default_rng(11)
    x = np.round(np.sort(rng.exponential(1, 400) ** 2), 2)  # rounded, so that there are ties
    y = np.sin(x) + rng.normal(0, 0.1, 400)
    model = loess(x, y, span=SPAN, degree=2)
    model.fit()
    curve = pd.DataFrame({"x": x, "y": y, "fitted": model.outputs.fitted_values})
    curve.to_csv(out / "loess.tsv", sep="\t", index=False, float_format="%.17g")

    packages = ("numpy", "pandas", "scipy", "scikit-misc")
    (out / "versions.txt").write_text("".join(f"{p} {version(p)}\n" for p in packages))


main()
