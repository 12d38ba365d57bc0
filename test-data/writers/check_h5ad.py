"""Reads what `write_sample` wrote with AnnData and scanpy, and compares each value with the formula behind it.

    python check_h5ad.py FOLDER

Any warning is a failure. Ends non-zero on the first difference.
"""

import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import scanpy as sc
import scipy.sparse as sp
from anndata.io import read_elem, sparse_dataset

N_GENES = 100


def count(i, j):
    k = i * 31 + j * 17 + i * j
    return np.where(k % 3 == 0, k % 11 + 1, 0)


def check_tree(path, n):
    adata = anndata.read_h5ad(path)
    assert adata.shape == (n, N_GENES)
    i = np.arange(n)

    x = adata.X
    assert isinstance(x, sp.csr_matrix) and x.dtype == np.float32
    assert x.indices.dtype == x.indptr.dtype == np.int32 and x.has_sorted_indices
    expected = count(i[:, None], np.arange(N_GENES)[None, :])
    assert x.nnz == (expected != 0).sum() and (x.toarray() == expected).all()

    names = [f"CELL{k}-细胞" for k in i]
    assert list(adata.obs_names) == names and list(adata.obs["cell_id"]) == names
    symbols = pd.Index([f"GENE{j // 2}" for j in range(N_GENES)])
    assert list(adata.var_names) == list(anndata.utils.make_index_unique(symbols))
    assert list(adata.var["gene_symbols"]) == list(symbols)

    obs = adata.obs
    assert list(obs.columns) == ["cell_id", "call", "kept", "score", "score32", "wide", "narrow", "leiden"]
    dtypes = [str(t) for t in obs.dtypes]
    assert dtypes[1:] == ["category", "bool", "float64", "float32", "int64", "int32", "category"], dtypes
    assert list(obs["call"].cat.categories) == ["target", "hematopoietic", "未知"]
    assert not obs["call"].cat.ordered
    call = [None if k % 5 == 0 else ["target", "未知"][k % 2] for k in i]
    assert [None if pd.isna(v) else v for v in obs["call"]] == call
    assert (obs["kept"] == (i % 4 != 0)).all()
    np.testing.assert_array_equal(obs["score"], np.where(i % 7 == 3, np.nan, i / 3.0))
    score32 = i.astype(np.float32) / np.float32(3)
    np.testing.assert_array_equal(obs["score32"], np.where(i % 7 == 4, np.float32(np.nan), score32))
    assert (obs["wide"] == i * 10_000_000_000 - 5).all() and (obs["narrow"] == i * -3).all()
    assert list(obs["leiden"]) == [str(k % 3) for k in i]

    assert adata.obsm["X_pca"].shape == (n, 3) and adata.obsm["X_pca"].dtype == np.float32
    assert (adata.obsm["X_pca"][:, 0] == 10 * (i % 3)).all()
    assert (adata.varm["PCs"].ravel() == np.arange(N_GENES * 3) / 8).all()
    w = adata.obsp["connectivities"]
    assert w.shape == (n, n) and (abs(w - w.T)).nnz == 0

    uns = adata.uns["puricell"]
    assert uns["version"] == "0.1.0" and uns["threshold"] == 0.1
    assert uns["light"] is np.True_ or uns["light"] is True
    assert list(uns["seeds"]) == [1, -2] and len(uns["sizes"]) == 0 and uns["sizes"].dtype == np.float64
    assert list(uns["lots"]) == ["批次一", ""] and len(uns["nothing"]) == 0
    assert list(uns["table"].index) == ["a", "b"] and list(uns["table"]["n"]) == [3, 4]
    assert uns["bare"].shape == (2, 0)
    return adata


def check_encodings(path):
    """No encoding that AnnData 0.8 does not know."""
    known = {"anndata": "0.1.0", "csr_matrix": "0.1.0", "dict": "0.1.0"}
    known |= dict.fromkeys(
        ["dataframe", "categorical", "array", "string-array", "string", "numeric-scalar"], "0.2.0"
    )

    def visit(name, node):
        if name.endswith(("/data", "/indices", "/indptr")) or name in ("X/data", "X/indices", "X/indptr"):
            return
        kind = node.attrs["encoding-type"]
        assert isinstance(kind, str), name
        assert known.get(kind) == node.attrs["encoding-version"], (name, kind)

    with h5py.File(path) as file:
        visit("/", file["/"])
        file.visititems(visit)
        for name in file:
            read_elem(file[name])


def check_use(adata):
    """The names are scanpy's: its own tools run on them."""
    # umap-learn and numba warn about their own threads and keyword arguments; nothing of ours is looked at below.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sc.tl.umap(adata)
        sc.tl.leiden(adata, key_added="again", flavor="igraph", n_iterations=2, directed=False, resolution=0.01)
        sc.tl.rank_genes_groups(adata, "leiden", method="wilcoxon")
    assert adata.obsm["X_umap"].shape == (adata.n_obs, 2)
    # The graph's parts are the three planted groups or subsets of them.
    crossed = pd.crosstab(adata.obs["again"], adata.obs["leiden"])
    assert ((crossed > 0).sum(axis=1) == 1).all(), crossed
    assert sc.get.obs_df(adata, ["leiden", "GENE0-1"]).shape == (adata.n_obs, 2)


def main():
    folder = Path(sys.argv[1])
    warnings.simplefilter("error")
    for name, n in [("sample", 3000), ("empty", 0)]:
        path = folder / f"{name}.h5ad"
        adata = check_tree(path, n)
        check_encodings(path)
        backed = anndata.read_h5ad(path, backed="r")
        assert backed.shape == adata.shape
        backed.file.close()
        if n:
            # A part, by way of the chunks; then a round through AnnData's own writer.
            with h5py.File(path) as file:
                part = sparse_dataset(file["X"])[n // 2 : n // 2 + 3]
            assert (part != adata.X[n // 2 : n // 2 + 3]).nnz == 0
            adata.copy().write_h5ad(folder / "rewritten.h5ad")
            again = anndata.read_h5ad(folder / "rewritten.h5ad")
            pd.testing.assert_frame_equal(again.obs, adata.obs)
            check_use(adata)
    both = anndata.concat([anndata.read_h5ad(folder / f"{n}.h5ad") for n in ("sample", "empty")], merge="same")
    assert both.n_obs == 3000 and str(both.obs["score32"].dtype) == "float32"
    versions = ", ".join(f"{name} {version(name)}" for name in ["anndata", "scanpy", "h5py"])
    print(f"h5ad: as written, read by {versions}, HDF5 {h5py.version.hdf5_version}")


main()
