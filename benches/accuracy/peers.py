"""Calls of the peers on one mixture: scanpy's score_genes with puricell's own genes, CellTypist trained on the mixtures' source.

Each function returns class ids (`target`, `hematopoietic`, ...) by cell. A class is called above a threshold made on a blank
(99.9 % of its target cells lie below), which is a help that no user without a blank has.
"""
import tomllib
import warnings

import anndata as ad
import celltypist
import numpy as np
import pandas as pd
import scanpy as sc
from celltypist.classifier import Classifier

from lots import CONTAMINANTS

warnings.simplefilter("ignore")
CLASS_OF_LABEL = {
    "Fibroblast": "target", "Pericytes": "target", "Monocytes": "hematopoietic", "T cell": "hematopoietic",
    "NK cells": "hematopoietic", "Endothelial cells": "endothelial", "Epithelial cells": "epithelial",
}
BLANK_QUANTILE = 0.999


def panel_genes(panels_file, profile_file):
    """Decisive genes of each class and its sub-classes, without those that the profile waives."""
    panels = {p["id"]: p for p in tomllib.loads(panels_file.read_text())["panel"]}
    profile = tomllib.loads(profile_file.read_text())
    waived = {w["gene"] for w in profile.get("waiver", [])}
    genes = {c: [] for c in CONTAMINANTS}
    for entry in profile["class"]:
        top = entry.get("parent", entry["id"])
        for panel in entry.get("panels", []) if top in genes else []:
            genes[top] += [m["symbol"] for m in panels[panel]["markers"] if m["direction"] == "pos"]
    return {c: sorted(set(g) - waived) for c, g in genes.items()}


def normalised(path):
    lot = sc.read_10x_h5(path)
    lot.var_names_make_unique()
    sc.pp.normalize_total(lot, target_sum=1e4)
    sc.pp.log1p(lot)
    return lot


def scores(lot, genes):
    """score_genes of each class, cells x classes."""
    for name, panel in genes.items():
        sc.tl.score_genes(lot, [g for g in panel if g in lot.var_names], score_name=name, random_state=0)
    return lot.obs[list(genes)].copy()


def thresholds(blank, is_target):
    return blank[is_target].quantile(BLANK_QUANTILE)


def above(values, limits):
    """The class furthest above its threshold, else target."""
    excess = values - limits
    best = excess.idxmax(axis=1)
    return best.where(excess.max(axis=1) > 0, "target")


def leiden(lot):
    work = lot.copy()
    sc.pp.highly_variable_genes(work, n_top_genes=min(2000, work.n_vars))
    sc.pp.pca(work, n_comps=min(30, work.n_obs - 1), random_state=0)
    sc.pp.neighbors(work, n_neighbors=15, random_state=0)
    sc.tl.leiden(work, resolution=1.0, flavor="igraph", n_iterations=2, directed=False, random_state=0)
    return work.obs["leiden"]


def majority(calls, clusters):
    """Each cell takes its cluster's most frequent call."""
    table = pd.crosstab(clusters, calls)
    return clusters.astype(str).map(table.idxmax(axis=1).rename(index=str))


def reference(path):
    source = ad.read_h5ad(path)
    sc.pp.normalize_total(source, target_sum=1e4)
    sc.pp.log1p(source)
    return source


def train(source):
    """One model on all cells, and two on halves of each label: name, model, the cells it has seen."""
    rng = np.random.default_rng(1)
    half = np.zeros(source.n_obs, bool)
    for label in source.obs.label.unique():
        cells = np.flatnonzero(source.obs.label == label)
        half[rng.permutation(cells)[: len(cells) // 2]] = True
    parts = {"all": np.ones(source.n_obs, bool), "first": half, "second": ~half}
    models = {}
    for name, chosen in parts.items():
        part = source[chosen].copy()
        part = part[:, np.asarray((part.X > 0).sum(axis=0)).ravel() > 0].copy()
        models[name] = (celltypist.train(part, "label", n_jobs=1, max_iter=300, check_expression=False), set(part.obs_names))
    return models


def celltypist_labels(lot, models, source_cells):
    """Labels by majority vote: of a model that saw the mixture's cells, and of models that did not; and the margins."""
    with_all = celltypist.annotate(lot, model=models["all"][0], majority_voting=True)
    # CellTypist takes no vote among 50 cells or fewer.
    votes = "majority_voting" in with_all.predicted_labels
    seen = with_all.predicted_labels["majority_voting" if votes else "predicted_labels"].astype(str)
    parts = {k: celltypist.annotate(lot, model=models[k][0], majority_voting=False) for k in ("first", "second")}
    in_first = source_cells.isin(models["first"][1]).to_numpy()
    first, second = parts["first"], parts["second"]
    by_first, by_second = (p.predicted_labels["predicted_labels"].astype(str) for p in (first, second))
    first.predicted_labels["predicted_labels"] = by_first.where(~in_first, by_second)
    probability = first.probability_matrix.copy()
    probability[in_first] = second.probability_matrix.loc[in_first, probability.columns].to_numpy()
    unseen = first.predicted_labels["predicted_labels"].astype(str)
    if votes:
        voted = Classifier.majority_vote(first, with_all.predicted_labels["over_clustering"])
        unseen = voted.predicted_labels["majority_voting"].astype(str)
    classes = probability.columns.map(CLASS_OF_LABEL)
    best = {c: probability.loc[:, classes == c].max(axis=1) for c in ["target", *CONTAMINANTS]}
    margins = pd.DataFrame({c: best[c] - best["target"] for c in CONTAMINANTS})
    return seen.map(CLASS_OF_LABEL), unseen.map(CLASS_OF_LABEL), margins
