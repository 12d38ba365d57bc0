#!/usr/bin/env python3
"""puricell's Leiden beside igraph's and leidenalg's on one and the same graph; Linux.

    leiden.py --puricell target/release/leiden --h5ad RESULT.h5ad --work DIR [--seeds 8] [--resolution 1] [--slow]

Takes the neighbour graph of a result.h5ad (`obsp/connectivities`), writes it to DIR for `leiden` (package puricell-benches), and
prints as Markdown, over seeds: modularity, by one formula for all, and the median of processor seconds. `--slow` adds igraph until
nothing changes. Needs h5py, numpy, igraph and leidenalg.
"""
import argparse
import json
import random
import statistics
import subprocess
import time
from pathlib import Path

import h5py
import igraph
import leidenalg
import numpy as np


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True, help="the program `leiden` of puricell-benches")
    p.add_argument("--h5ad", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--seeds", type=int, default=8)
    p.add_argument("--resolution", type=float, default=1.0)
    p.add_argument("--slow", action="store_true")
    args = p.parse_args()
    with h5py.File(args.h5ad) as file:
        indptr, indices, weights = (file[f"obsp/connectivities/{part}"][:] for part in ("indptr", "indices", "data"))
    args.puricell = args.puricell.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    indptr.astype("<u8").tofile(args.work / "indptr.u64")
    indices.astype("<u4").tofile(args.work / "indices.u32")
    weights.astype("<f4").tofile(args.work / "weights.f32")
    n = len(indptr) - 1
    rows = np.repeat(np.arange(n), np.diff(indptr.astype(np.int64)))
    weights = weights.astype(float)
    strengths, total = np.bincount(rows, weights, minlength=n), weights.sum()
    upper = rows < indices
    graph = igraph.Graph(n=n, edges=np.stack([rows[upper], indices[upper]], 1))
    graph.es["weight"] = weights[upper]

    def modularity(labels):
        inside = weights[labels[rows] == labels[indices]].sum() / total
        return inside - args.resolution * ((np.bincount(labels, strengths) / total) ** 2).sum()

    def of_igraph(n_iterations):
        found = graph.community_leiden(objective_function="modularity", weights="weight", resolution=args.resolution,
                                       n_iterations=n_iterations)
        return found.membership

    def of_leidenalg(seed):
        return leidenalg.find_partition(graph, leidenalg.RBConfigurationVertexPartition, weights="weight", n_iterations=2,
                                        resolution_parameter=args.resolution, seed=seed).membership

    programs = {"igraph, 2 iterations": lambda seed: of_igraph(2), "leidenalg, 2 iterations": of_leidenalg}
    if args.slow:
        programs["igraph, until nothing changes"] = lambda seed: of_igraph(-1)
    found = {name: [] for name in ["puricell, 1 iteration (stability)", "puricell, to convergence (clusters)", *programs]}
    for name, iterations in zip(list(found)[:2], (1, 10)):
        command = [args.puricell, args.work, args.seeds, args.resolution, iterations]
        lines = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout.splitlines()
        found[name] = [(run["modularity"], run["cpu_s"]) for run in map(json.loads, lines)]
    for seed in range(args.seeds):
        for name, run in programs.items():
            random.seed(seed)
            before = time.process_time()
            labels = run(seed)
            seconds = time.process_time() - before
            found[name].append((modularity(np.array(labels)), seconds))
    print(f"{n} cells, {len(weights) // 2} edges, resolution {args.resolution}, {args.seeds} seeds; igraph {igraph.__version__}, "
          f"leidenalg {leidenalg.version}\n")
    print("| program | modularity: mean | least | most | CPU s, median |\n|---|---|---|---|---|")
    for name, runs in found.items():
        q = [run[0] for run in runs]
        print(f"| {name} | {statistics.mean(q):.4f} | {min(q):.4f} | {max(q):.4f} | {statistics.median(r[1] for r in runs):.2f} |")


if __name__ == "__main__":
    main()
