#!/usr/bin/env python3
"""Maps and metaclusters beside Python FlowSOM: agreement with manual gates, and processor seconds.

Needs flowsom 0.2.2, flowio, flowutils, scikit-learn, scipy; and the example `flowsom` of puricell-cluster:
    cargo build --release -p puricell-cluster --example flowsom
    flowsom.py gates  EXAMPLE 68983.fcs labels.csv   # both programs on one prepared matrix, 10 seeds
    flowsom.py speed  EXAMPLE [--points 1000000]     # both on one Gaussian mixture of 12 populations in 10 dimensions

The matrix of `gates` is that of FlowSOM's vignette: compensated by the file's $SPILL, logicle by channel with the width
from the 5 % quantile of the negative values (as flowCore's estimateLogicle), markers CD8, TCRyd, TCRb, NK1.1, CD4, CD19,
CD3, 10 metaclusters; and the same with asinh(x / 150) instead of logicle.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import warnings

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("what", choices=["gates", "speed"])
p.add_argument("example")
p.add_argument("fcs", nargs="?")
p.add_argument("labels", nargs="?")
p.add_argument("--k", type=int, nargs="*", default=[10])
p.add_argument("--seeds", type=int, default=10)
p.add_argument("--points", type=int, default=1_000_000)
p.add_argument("--threads", type=int, default=2)
a = p.parse_args()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[variable] = str(a.threads)
warnings.simplefilter("ignore")
sys.path.pop(0)  # this file has the name of the package

import time

import numpy as np
from flowsom.models import BatchFlowSOMEstimator, FlowSOMEstimator
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score

MARKERS = ["CD8", "TCRyd", "TCRb", "NK1/1", "CD4", "CD19", "CD3"]


def prepared(path, transform):
    import flowio
    from flowutils import compensate, transforms

    f = flowio.FlowData(path)
    n = f.channel_count
    x = np.array(f.as_array() if hasattr(f, "as_array") else np.reshape(f.events, (-1, n)), dtype=np.float64)
    spill = f.text["spill"].split(",")
    k = int(spill[0])
    names = [f.text[f"p{i + 1}n"] for i in range(n)]
    stained = [f.text.get(f"p{i + 1}s", "").strip() for i in range(n)]
    dyes = [names.index(c) for c in spill[1 : 1 + k]]
    x = compensate.compensate(x, np.array(spill[1 + k :], float).reshape(k, k), dyes)
    use = [stained.index(m) for m in MARKERS]
    if transform == "asinh":
        return np.arcsinh(x[:, use] / 150.0).astype(np.float32)
    for c in use:
        negative = x[x[:, c] < 0, c]
        r = np.quantile(negative, 0.05) if len(negative) else 0.0
        w = np.clip((4.5 - np.log10(262144 / max(abs(r), 1e-9))) / 2, 0, 2) if r < 0 else 0.5
        x[:, c] = transforms.logicle(x[:, [c]], [0], t=262144, m=4.5, w=w, a=0)[:, 0]
    return x[:, use].astype(np.float32)


def ours(x, k, first, n):
    with tempfile.NamedTemporaryFile(suffix=".f32") as f:
        np.ascontiguousarray(x, dtype="<f4").tofile(f.name)
        out = subprocess.run(
            [a.example, f.name, str(x.shape[1]), str(k), str(first), str(n)], check=True, capture_output=True, text=True
        ).stdout
    runs = [line.split("\t") for line in out.splitlines()]
    return [(float(error), np.fromstring(labels, dtype=int, sep=" ")) for error, labels in runs]


def theirs(x, k, seed, model):
    m = model(xdim=10, ydim=10, rlen=10, seed=seed, n_clusters=k)
    labels = np.asarray(m.fit_predict(x)).astype(int)
    error = np.mean([cdist(x[i : i + 5000], m.codes).min(1).mean() for i in range(0, len(x), 5000)])
    return error, labels


def f1(truth, found, assign):
    """Mean over populations of the F1 with their metacluster: the best for each, or one to one (Hungarian)."""
    names, groups = np.unique(truth), np.unique(found)
    f = np.array([[2 * np.sum((truth == t) & (found == g)) / (np.sum(truth == t) + np.sum(found == g)) for g in groups] for t in names])
    if assign == "best":
        return f.max(1).mean()
    i, j = linear_sum_assignment(-f)
    return f[i, j].sum() / len(names)


def gates():
    truth = np.array([line.strip().strip('"') for line in open(a.labels)])
    gated = truth != "Unlabeled"
    print("| transform | k | program | ARI, gated events | ARI, all | mean F1, one to one | mean F1, best | quantisation error |")
    print("|---|---|---|---|---|---|---|---|")
    for transform in ("logicle", "asinh"):
        x = prepared(a.fcs, transform)
        assert len(x) == len(truth)
        for k in a.k:
            programs = {
                "puricell": ours(x, k, 1, a.seeds),
                "Python FlowSOM": [theirs(x, k, s, FlowSOMEstimator) for s in range(1, a.seeds + 1)],
                "Python FlowSOM, batch": [theirs(x, k, s, BatchFlowSOMEstimator) for s in range(1, a.seeds + 1)],
            }
            for name, runs in programs.items():
                rows = np.array([
                    (adjusted_rand_score(truth[gated], l[gated]), adjusted_rand_score(truth, l), f1(truth[gated], l[gated], "one"), f1(truth[gated], l[gated], "best"), e)
                    for e, l in runs
                ])
                cells = " | ".join(f"{m:.3f} ± {s:.3f}" for m, s in zip(rows.mean(0), rows.std(0, ddof=1)))
                print(f"| {transform} | {k} | {name} | {cells} |", flush=True)


def speed():
    rng = np.random.default_rng(1)
    centres = rng.uniform(0, 6, (12, 10))
    truth = rng.choice(12, a.points, p=np.r_[0.6, [0.4 / 11] * 11])
    x = (centres[truth] + rng.normal(0, 0.5, (a.points, 10))).astype(np.float32)
    theirs(x[:2000], 12, 1, FlowSOMEstimator)  # compiles
    print("| program | CPU s | wall s | ARI with the truth |")
    print("|---|---|---|---|")
    for name, run in (
        ("puricell", lambda: ours(x, 12, 1, 1)[0][1]),
        ("Python FlowSOM", lambda: FlowSOMEstimator(xdim=10, ydim=10, rlen=10, seed=1, n_clusters=12).fit_predict(x)),
    ):
        before, wall = os.times(), time.perf_counter()
        labels = run()
        after = os.times()
        cpu = sum(after[:4]) - sum(before[:4])
        print(f"| {name} | {cpu:.2f} | {time.perf_counter() - wall:.2f} | {adjusted_rand_score(truth, labels):.3f} |", flush=True)


{"gates": gates, "speed": speed}[a.what]()
