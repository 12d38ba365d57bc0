#!/usr/bin/env python3
"""puricell's map beside umap-learn's on the same cells, components and number of neighbours; Linux.

    umap_layout.py --puricell target/release/puricell --lot LOT.h5 --work DIR [--rounds 3]

Runs in the environment of requirements-scanpy.txt, which it makes in DIR where it is not yet. puricell runs with its map and `--h5ad light`; umap-learn
lays out the components found there, in turn, with the exact nearest neighbours given, warm (its compiled code has run once on few
cells, not counted), a fixed seed, `min_dist` as puricell's, and two starts: puricell's components, and
the spectral one that is its default. Counted are puricell's stage `umap`, which starts from the graph, and of
umap-learn the layout from the graph (`simplicial_set_embedding`). Trustworthiness (15 neighbours, 2,000 cells) says that both maps
keep as much.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def layout(points, neighbours, start):
    import numpy as np
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set, simplicial_set_embedding

    a, b = find_ab_params(1.0, 0.5)
    indices, distances = neighbours
    state = np.random.RandomState(0)
    graph, _, _ = fuzzy_simplicial_set(points, indices.shape[1], state, "euclidean", knn_indices=indices, knn_dists=distances)
    before, wall = cpu(), time.perf_counter()
    found, _ = simplicial_set_embedding(points, graph, 2, 1.0, a, b, 1.0, 5, None, start, state, "euclidean", {}, False, {}, False,
                                        parallel=False)
    return found, cpu() - before, time.perf_counter() - wall


def trust(points, found):
    import numpy as np
    from sklearn.manifold import trustworthiness

    rows = np.random.default_rng(0).choice(len(points), min(2000, len(points)), replace=False)
    return trustworthiness(points[rows], found[rows], n_neighbors=15)


def measure(args):
    import anndata
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    ours, theirs, by_default = [], [], []
    for _ in range(args.rounds):
        out = args.work / "umap"
        subprocess.run([args.puricell, "run", args.lot, "--profile", args.profile, "--out", out, "--force", "--h5ad", "light", "--quiet"], check=True,
                       stderr=subprocess.DEVNULL)
        stage = next(s for s in json.loads((out / "timing.json").read_text())["stages"] if s["stage"] == "umap")
        lot = anndata.read_h5ad(out / "result.h5ad")
        points = np.asarray(lot.obsm["X_pca"], dtype=np.float32)
        kept = np.isfinite(points).all(1)
        points, map_ = points[kept], np.asarray(lot.obsm["X_umap"])[kept]
        ours.append((stage["cpu_s"], stage["wall_s"], trust(points, map_)))
        distances, indices = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(points).kneighbors()
        # umap-learn counts the cell itself, puricell does not: 15 others in both.
        own = np.arange(len(points))[:, None]
        near = np.hstack([own, indices]), np.hstack([np.zeros(own.shape, np.float32), distances.astype(np.float32)])
        start = (points[:, :2] - points[:, :2].mean(0)) / np.abs(points[:, :2]).max() * 10
        few = np.arange(500)
        d, i = NearestNeighbors(n_neighbors=15, algorithm="brute").fit(points[few]).kneighbors()
        layout(points[few], (i, d.astype(np.float32)), start[few].copy())
        found, used, wall = layout(points, near, start.copy())
        theirs.append((used, wall, trust(points, found)))
        found, used, wall = layout(points, near, "spectral")
        by_default.append((used, wall, trust(points, found)))
    from importlib.metadata import version as of
    version = subprocess.run([args.puricell, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    peer = f"umap-learn {of('umap-learn')}"
    rows = {version: ours, f"{peer}, the same start": theirs, f"{peer}, spectral start (its default)": by_default}
    medians = {name: [statistics.median(r[i] for r in runs) for i in range(3)] for name, runs in rows.items()}
    print(f"{len(points)} cells x {points.shape[1]} components, medians of {args.rounds} rounds in turn:\n")
    print("| program | processor seconds | wall s | trustworthiness | puricell's share of the processor time |\n|---|---|---|---|---|")
    first = medians[version][0]
    for name, (used, wall, kept) in medians.items():
        print(f"| {name} | {used:.2f} | {wall:.2f} | {kept:.3f} | {first / used:.3f} |")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--lot", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--profile", default="bone-marrow")
    args = p.parse_args()
    args.puricell = args.puricell.resolve()
    if "PURICELL_COMPARE" in os.environ:
        measure(args)
        return
    from compare import python_of

    args.work.mkdir(parents=True, exist_ok=True)
    python = python_of(args.work, "scanpy")
    sys.exit(subprocess.run([python, "-W", "ignore", *sys.argv], env=os.environ | {"PURICELL_COMPARE": "1"}).returncode)


if __name__ == "__main__":
    main()
