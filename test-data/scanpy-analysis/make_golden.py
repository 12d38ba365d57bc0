"""Reference values of scanpy's analysis for 800 real cells.

    python make_golden.py GSM4339772_C144_filtered_feature_bc_matrix.h5 OUT_DIR

Every array is written as raw little-endian numbers, row-major; golden.tsv lists name, type and shape, and the single
values. Each stage is computed from the files of the stage before, so that each can be tested by itself.
"""
import random
import sys
from importlib.metadata import version
from pathlib import Path

import igraph
import numpy as np
import scanpy as sc
import scipy.sparse as sp
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

source, out = Path(sys.argv[1]), Path(sys.argv[2])
lines = []


def array(name, values, kind):
    values = np.ascontiguousarray(values, dtype=kind)
    values.tofile(out / f"{name}.bin")
    lines.append(f"{name}\t{kind}\t{'x'.join(map(str, values.shape))}")


def value(name, number):
    lines.append(f"{name}\tvalue\t{float(number)!r}")


def csr(name, matrix):
    matrix = sp.csr_matrix(matrix)
    matrix.sort_indices()
    array(f"{name}_indptr", matrix.indptr, "<u8")
    array(f"{name}_indices", matrix.indices, "<u4")
    array(f"{name}_data", matrix.data, "<f4")


adata = sc.read_10x_h5(source)
adata.var_names_make_unique()
sc.pp.filter_cells(adata, min_genes=200)
rng = np.random.default_rng(0)
adata = adata[np.sort(rng.choice(adata.n_obs, 800, replace=False))].copy()
sc.pp.filter_genes(adata, min_cells=5)
sc.pp.normalize_total(adata, target_sum=1e4)
sc.pp.log1p(adata)
sc.pp.highly_variable_genes(adata, n_top_genes=600)
x = sp.csr_matrix(adata[:, adata.var.highly_variable].X, dtype=np.float32)
csr("matrix", x)

# In double precision, so that the reference itself has no rounding worth a tolerance.
pca = sc.AnnData(x.astype(np.float64))
sc.pp.pca(pca, n_comps=30, svd_solver="arpack", dtype="float64")
array("pca_embedding", pca.obsm["X_pca"], "<f4")
array("pca_variance", pca.uns["pca"]["variance"], "<f8")
array("pca_variance_ratio", pca.uns["pca"]["variance_ratio"], "<f8")
points = pca.obsm["X_pca"].astype(np.float32)

distances, indices = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(points.astype(np.float64)).kneighbors()
array("knn_indices", indices, "<u4")
array("knn_distances", distances, "<f4")

graph = sc.AnnData(np.zeros((800, 1), dtype=np.float32))
graph.obsm["X_pca"] = points
sc.pp.neighbors(graph, n_neighbors=16, use_rep="X_pca", transformer="sklearn")
weights = sp.csr_matrix(graph.obsp["connectivities"])
csr("connectivities", weights)

upper = sp.triu(weights).tocoo()
edges = igraph.Graph(n=800, edges=np.c_[upper.row, upper.col].tolist())
edges.es["weight"] = upper.data.astype(float).tolist()
labels = None
for resolution in (0.5, 1.0, 2.0):
    best = []
    for seed in range(20):
        random.seed(seed)
        igraph.set_random_number_generator(random)
        found = edges.community_leiden("modularity", weights="weight", resolution=resolution, n_iterations=2)
        m = np.array(found.membership)
        # The definition: igraph's own `modularity` attribute ignores the resolution.
        strength = np.bincount(m, weights=np.asarray(weights.sum(1), dtype=float).ravel())
        w = weights.tocoo()
        inside = w.data[m[w.row] == m[w.col]].sum(dtype=float)
        best.append(inside / strength.sum() - resolution * ((strength / strength.sum()) ** 2).sum())
        if resolution == 1.0 and seed == 0:
            labels = m
            array("leiden_labels", labels, "<u4")
            value("leiden_labels_modularity", edges.modularity(labels.tolist(), weights="weight", resolution=1.0))
            value("leiden_labels_modularity_2", edges.modularity(labels.tolist(), weights="weight", resolution=2.0))
    value(f"igraph_modularity_median_{resolution}", np.median(best))
    value(f"igraph_modularity_max_{resolution}", np.max(best))

groups = [str(g) for g in range(labels.max() + 1)]
ranked = sc.AnnData(x.copy())
ranked.obs["group"] = [str(g) for g in labels]
ranked.obs["group"] = ranked.obs["group"].astype("category")
ranked.uns["log1p"] = {"base": None}
sc.tl.rank_genes_groups(ranked, "group", groups=groups, method="wilcoxon", tie_correct=True, pts=True)
result = ranked.uns["rank_genes_groups"]
columns = {name: i for i, name in enumerate(ranked.var_names)}
z, p, adjusted, fraction, rest = (np.zeros((len(groups), x.shape[1])) for _ in range(5))
for g, group in enumerate(groups):
    at = [columns[name] for name in result["names"][group]]
    z[g, at] = result["scores"][group]
    p[g, at] = result["pvals"][group]
    adjusted[g, at] = result["pvals_adj"][group]
    fraction[g] = result["pts"].loc[ranked.var_names, group]
    rest[g] = result["pts_rest"].loc[ranked.var_names, group]
for name, table in [("z", z), ("p", p), ("p_adjusted", adjusted), ("fraction", fraction), ("fraction_rest", rest)]:
    array(f"rank_{name}", table, "<f8")

trust = []
for seed in range(5):
    sc.tl.umap(graph, random_state=seed)
    trust.append(trustworthiness(points, graph.obsm["X_umap"], n_neighbors=15))
value("umap_trustworthiness_min", min(trust))
value("umap_trustworthiness_mean", np.mean(trust))
# Our own measure of trustworthiness is checked on a picture both can compute.
value("pca2_trustworthiness", trustworthiness(points, points[:, :2], n_neighbors=15))

versions = ["scanpy", "anndata", "numpy", "scipy", "scikit-learn", "umap-learn", "igraph"]
lines.append("# " + ", ".join(f"{name} {version(name)}" for name in versions))
(out / "golden.tsv").write_text("\n".join(lines) + "\n")
