#!/usr/bin/env python3
"""One program's way from a 10x file to clusters, timed by stage: peer.py scanpy|crest|brisc MATRIX THREADS OUT.json

Processor seconds are user and system of all threads and children; import and just-in-time compilation count, as a user pays
them. Stages that a program does at once stand under the first of them.
"""
import json
import os
import resource
import sys
import time
import warnings
from contextlib import contextmanager
from importlib.metadata import version

PEER, MATRIX, THREADS, OUT = sys.argv[1:5]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = THREADS
warnings.simplefilter("ignore")
STAGES = {}


def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


@contextmanager
def stage(name):
    wall, used = time.perf_counter(), cpu()
    yield
    before = STAGES.get(name, (0.0, 0.0))
    STAGES[name] = (before[0] + cpu() - used, before[1] + time.perf_counter() - wall)


def of_scanpy():
    with stage("import"):
        import scanpy as sc
    sc.settings.n_jobs = int(THREADS)
    with stage("read"):
        lot = sc.read_10x_h5(MATRIX)
        lot.var_names_make_unique()
    with stage("quality"):
        lot.var["mt"] = lot.var_names.str.startswith("MT-")
        sc.pp.calculate_qc_metrics(lot, qc_vars=["mt"], percent_top=None, inplace=True)
        sc.pp.filter_cells(lot, min_genes=200)
        sc.pp.filter_genes(lot, min_cells=3)
        lot = lot[lot.obs.pct_counts_mt < 20].copy()
    with stage("pca"):
        sc.pp.normalize_total(lot, target_sum=1e4)
        sc.pp.log1p(lot)
    with stage("variable_genes"):
        sc.pp.highly_variable_genes(lot, n_top_genes=2000)
    with stage("pca"):
        sc.pp.pca(lot, n_comps=30)
    with stage("neighbours"):
        sc.pp.neighbors(lot, n_neighbors=15)
    with stage("clusters"):
        sc.tl.leiden(lot, flavor="igraph", n_iterations=2, directed=False)
    return lot.n_obs, lot.obs.leiden.nunique(), "scanpy"


def of_crest():
    with stage("import"):
        import crest
    with stage("read"):
        lot = crest.read_10x_h5(MATRIX)
    with stage("quality"):
        crest.pp.calculate_qc_metrics(lot)
        lot = crest.pp.filter_cells(lot, min_genes=200) or lot
        lot = crest.pp.filter_genes(lot, min_cells=3) or lot
    with stage("pca"):
        crest.pp.normalize_total(lot, target_sum=1e4)
        crest.pp.log1p(lot)
    with stage("variable_genes"):
        crest.pp.highly_variable_genes(lot, n_top_genes=2000, flavor="seurat")
    with stage("pca"):
        crest.tl.pca(lot, n_comps=30, scale=False)
    with stage("neighbours"):
        crest.pp.neighbors(lot, n_neighbors=15)
    with stage("clusters"):
        crest.tl.leiden(lot, resolution=1.0, random_state=0)
    return len(lot.obs), lot.obs["leiden"].n_unique(), "crest-sc"


def of_brisc():
    with stage("import"):
        from brisc import SingleCell
    with stage("read"):
        lot = SingleCell(MATRIX, num_threads=int(THREADS))
    with stage("quality"):
        lot = lot.qc(max_mito_fraction=0.2, min_genes=200, allow_float=True)
    with stage("variable_genes"):
        lot = lot.hvg()
    with stage("pca"):
        lot = lot.normalize(method="logCP10k").pca(num_PCs=30)
    with stage("neighbours"):
        lot = lot.neighbors(num_neighbors=15).shared_neighbors()
    with stage("clusters"):
        lot = lot.cluster(resolution=1.0)
    return len(lot.obs), lot.obs["cluster"].n_unique(), "brisc"


n_cells, n_clusters, package = {"scanpy": of_scanpy, "crest": of_crest, "brisc": of_brisc}[PEER]()
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
with open(OUT, "w") as out:
    json.dump({"version": f"{package} {version(package)}", "cells": n_cells, "clusters": n_clusters, "peak": peak,
               "stages": {k: {"cpu": c, "wall": w} for k, (c, w) in STAGES.items()}}, out)
