"""Doublet scores against known doublets, puricell and Scrublet side by side over seeds.

    python doublets.py puricell PURICELL INPUT.h5ad|INPUT.h5 TRUTH.csv SEEDS OUT_DIR [puricell run options ...]
    python doublets.py scrublet INPUT TRUTH.csv SEEDS OUT_DIR [expected_rate]
    python doublets.py table OUT_DIR

TRUTH.csv has the columns `cell_id`, `doublet` (True or False) and optionally `kind`; cells with another `kind` than the
one looked at are left out of that row, single cells never. Only cells that both programs scored are compared.
Scrublet runs in an environment of its own: scrublet 0.2.3, its defaults (min_counts 2, min_cells 3,
min_gene_variability_pctl 85, 30 components, ratio 2), random_state the seed. Two input formats: 10x .h5 and .h5ad.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np


def truth_of(path):
    with open(path) as f:
        rows = list(csv.DictReader(f))
    return {r["cell_id"]: (r["doublet"] == "True", r.get("kind") or "doublet") for r in rows}


def run_puricell(program, matrix, seed, options):
    import pyarrow.parquet as pq
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run([program, "run", matrix, "--out", str(out), "--no-umap", "--h5ad", "none", "--quiet",
                        "--seed", str(seed), *options], check=True)
        table = pq.read_table(out / "cells.parquet", columns=["cell_id", "doublet_score"]).to_pydict()
        cpu = json.loads((out / "timing.json").read_text())
    return dict(zip(table["cell_id"], table["doublet_score"])), cpu


def run_scrublet(matrix, seed, rate):
    import h5py
    import scipy.sparse as sp
    import scrublet as scr
    with h5py.File(matrix) as f:
        if "matrix" in f:
            g = f["matrix"]
            n_genes, n_cells = g["shape"][:]
            cells = g["barcodes"].asstr()[:]
        else:
            g = f["X"]
            n_cells, n_genes = g.attrs["shape"]
            obs = f["obs"]
            cells = obs[obs.attrs["_index"]].asstr()[:]
        counts = sp.csr_matrix((g["data"][:].astype(np.float32), g["indices"][:], g["indptr"][:]), shape=(n_cells, n_genes))
    s = scr.Scrublet(counts.tocsc(), expected_doublet_rate=rate, random_state=seed)
    scores, _ = s.scrub_doublets(verbose=False)
    return dict(zip(cells, scores.tolist()))


def auroc(truth, score):
    from scipy.stats import rankdata
    ranks = rankdata(score)
    n1 = truth.sum()
    n0 = len(truth) - n1
    return (ranks[truth].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)


def average_precision(truth, score):
    """Mean precision at each distinct score, weighted by the recall it adds (as scikit-learn)."""
    order = np.argsort(-score, kind="stable")
    truth, score = truth[order], score[order]
    last = np.r_[score[1:] != score[:-1], True]
    hits = np.cumsum(truth)[last]
    taken = np.flatnonzero(last) + 1
    return float(np.sum(np.diff(np.r_[0, hits]) / truth.sum() * hits / taken))


def table(folder):
    results = {}
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        r = json.loads(path.read_text())
        results.setdefault(r["program"], {})[r["seed"]] = r
    programs = sorted(results)
    common = set.intersection(*[set(k for k, v in r["scores"].items() if v is not None and v == v)
                                for of in results.values() for r in of.values()])
    truth = truth_of(next(iter(results[programs[0]].values()))["truth"])
    cells = [c for c in truth if c in common]
    kinds = sorted({truth[c][1] for c in cells if truth[c][0]})
    print("| doublets | n | of cells | program | AUROC mean (min to max) | average precision mean (min to max) | seeds |")
    print("|---|---|---|---|---|---|---|")
    for kind in ["all"] + (kinds if len(kinds) > 1 else []):
        take = [c for c in cells if not truth[c][0] or kind in ("all", truth[c][1])]
        y = np.array([truth[c][0] for c in take])
        for program in programs:
            a, p = [], []
            for r in results[program].values():
                s = np.array([r["scores"][c] for c in take])
                a.append(auroc(y, s))
                p.append(average_precision(y, s))
            text = lambda v: f"{np.mean(v):.3f} ({min(v):.3f} to {max(v):.3f})"
            print(f"| {kind} | {y.sum()} | {len(y)} | {program} | {text(a)} | {text(p)} | {len(a)} |")


def main():
    what, *rest = sys.argv[1:]
    if what == "table":
        return table(rest[0])
    program = rest.pop(0) if what == "puricell" else None
    matrix, truth, seeds, out, *options = rest
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    for seed in range(1, int(seeds) + 1):
        scores, extra = run_puricell(program, matrix, seed, options) if program else (
            run_scrublet(matrix, seed, float(options[0]) if options else 0.1), None)
        record = {"program": what, "seed": seed, "truth": truth, "scores": scores, "timing": extra}
        (pathlib.Path(out) / f"{what}_{seed:02}.json").write_text(json.dumps(record))


if __name__ == "__main__":
    main()
