#!/usr/bin/env python3
"""Inputs of the comparisons, from fixed seeds: make_inputs.py cells OUT.h5 [--cells 20000] | events OUT.fcs [--events 1000000]
    | thinned OUT.h5 --lot LOT.h5 --share 0.5 | padded OUT.h5 --lot LOT.h5 --genes 100000

`cells`: a file like one of blood mononuclear cells: 25,269 genes, about 1,200 of them in a cell, 20,000 cells with some 24 million
counts, in the layout of Cell Ranger 3 (gzip and shuffle). Genes and the profiles of its kinds of cells are those of the
demonstration lot, whose cells are real; around them each kind has its own log-normal background, and each cell some of the
others' RNA. Counts are drawn from the profile at a log-normal depth.
`events`: a panel of 18 dyes in 24 channels with spillover and the noise of photons and electronics, as FCS 3.1: five kinds of
cells, debris and dead cells; beside it `OUT.kinds`, a byte an event.
`thinned`: a lot of which each molecule is kept with a probability, so that it has fewer nonzeros and nothing else is changed.
`padded`: a lot with further genes that no cell has, up to so many. Needs numpy and h5py.
"""
import argparse
from pathlib import Path

import h5py
import numpy as np

DEMO = Path(__file__).resolve().parents[2] / "test-data/demo"
DEPTH, GENES = 4400, 1250


def profiles(rng):
    """A distribution over the genes for each of ten kinds of blood cells and a few endothelial ones, and their shares."""
    truth = [line.split("\t") for line in (DEMO / "truth.tsv").read_text().splitlines()[1:]]
    with h5py.File(DEMO / "lot.h5") as f:
        m = f["matrix"]
        counts, genes, pointers = m["data"][:], m["indices"][:], m["indptr"][:]
        position = {b.decode(): i for i, b in enumerate(m["barcodes"])}
        features = {k: m["features"][k][:] for k in m["features"] if k != "_all_tag_keys"}
        n_genes = len(features["id"])
    pooled = {}
    for barcode, kind, label, state, *_ in truth:
        if kind != "target" and state == "live":
            i = position[barcode]
            at = slice(pointers[i], pointers[i + 1])
            np.add.at(pooled.setdefault((kind, label), np.zeros(n_genes)), genes[at], counts[at])
    blood = [v / v.sum() for (kind, _), v in sorted(pooled.items()) if kind == "hematopoietic"]
    vessel = [v / v.sum() for (kind, _), v in sorted(pooled.items()) if kind == "endothelial"]
    z = rng.normal(size=n_genes)

    def background(sigma):
        p = np.exp(sigma * z)
        return p / p.sum()

    low, high = 0.5, 5.0
    for _ in range(30):
        sigma = (low + high) / 2
        mean = 0.5 * background(sigma) + 0.5 * blood[0]
        low, high = (sigma, high) if (1 - np.exp(-DEPTH * mean)).sum() > GENES else (low, sigma)
    found = []
    for kind in range(10):
        own = background(sigma) * np.where(rng.random(n_genes) < 0.25, np.exp(rng.normal(size=n_genes)), 1.0)
        found.append(0.5 * own / own.sum() + 0.5 * blood[kind % len(blood)])
    found.append(0.5 * background(sigma) + 0.5 * vessel[0])
    shares = np.r_[0.26, 0.20, 0.15, 0.14, 0.10, 0.06, 0.04, 0.02, 0.015, 0.005, 0.01]
    return found, shares / shares.sum(), features


def cells(out, n_cells):
    rng = np.random.default_rng(1)
    kinds, shares, features = profiles(rng)
    n_genes = len(kinds[0])
    cumulative = [np.cumsum(p) / p.sum() for p in kinds]
    soup = np.cumsum(sum(s * p for s, p in zip(shares, kinds)))
    kind = rng.choice(len(kinds), n_cells, p=shares)
    depth = np.maximum(rng.lognormal(np.log(DEPTH), 0.35, n_cells).astype(int), 300)
    foreign = rng.binomial(depth, rng.beta(2, 38, n_cells))
    data, indices, pointers = [], [], np.zeros(n_cells + 1, np.int64)
    for cell in range(n_cells):
        own = np.searchsorted(cumulative[kind[cell]], rng.random(depth[cell] - foreign[cell]))
        other = np.searchsorted(soup, rng.random(foreign[cell]) * soup[-1])
        genes, counts = np.unique(np.minimum(np.r_[own, other], n_genes - 1), return_counts=True)
        indices.append(genes.astype(np.int64))
        data.append(counts.astype(np.int32))
        pointers[cell + 1] = pointers[cell] + len(genes)
    bases = np.frombuffer(b"ACGT", "S1")
    barcodes = [b"".join(bases[[(i >> (2 * b)) & 3 for b in range(16)]]) + b"-1" for i in range(n_cells)]
    write_lot(out, np.concatenate(data), np.concatenate(indices), pointers, np.array(barcodes), features)


def write_lot(out, data, indices, pointers, barcodes, features):
    options = dict(compression="gzip", compression_opts=4, shuffle=True, chunks=(80_000,))
    shape = np.array([len(features["id"]), len(barcodes)], np.int32)
    with h5py.File(out, "w") as f:
        m = f.create_group("matrix")
        m.create_dataset("data", data=data, **options)
        m.create_dataset("indices", data=indices, **options)
        m["indptr"], m["shape"], m["barcodes"] = pointers, shape, barcodes
        for key, values in features.items():
            m[f"features/{key}"] = values
        m["features/_all_tag_keys"] = np.array([b"genome"])
    print(f"{out}: {shape[1]} cells x {shape[0]} genes, {pointers[-1]} counts, {pointers[-1] / shape[1]:.0f} genes a cell")


def read_lot(lot):
    with h5py.File(lot) as f:
        m = f["matrix"]
        features = {k: m["features"][k][:] for k in m["features"] if k != "_all_tag_keys"}
        return m["data"][:], m["indices"][:], m["indptr"][:], m["barcodes"][:], features


def thinned(out, lot, share):
    data, indices, pointers, barcodes, features = read_lot(lot)
    rng, n = np.random.default_rng(1), len(data)
    for start in range(0, n, 10_000_000):
        at = slice(start, min(n, start + 10_000_000))
        data[at] = rng.binomial(data[at], share)
    kept = data > 0
    before = np.r_[0, np.cumsum(kept)]
    write_lot(out, data[kept], indices[kept], before[pointers], barcodes, features)


def padded(out, lot, genes):
    data, indices, pointers, barcodes, features = read_lot(lot)
    more = genes - len(features["id"])
    if more < 0:
        raise SystemExit(f"{lot} has {len(features['id'])} genes already")
    for key, values in features.items():
        own = [f"NONE{i}".encode() if key in ("id", "name") else values[-1] for i in range(more)]
        features[key] = np.array([*values, *own])
    write_lot(out, data, indices, pointers, barcodes, features)


SCATTER = ["FSC-A", "FSC-H", "FSC-W", "SSC-A", "SSC-H"]
MARKERS = ["CD90", "CD73", "CD105", "CD34", "CD45", "CD14", "CD19", "CD79a", "HLA-DR", "CD31", "Viability", "CD44", "CD146", "CD271", "CD29",
           "CD166", "CD106", "CD49d"]
# Means of ln intensity of what a kind carries, and its share; forward and side scatter.
KINDS = {
    "stromal": (0.86, (11.5, 11.3), dict(CD90=9.6, CD73=9.2, CD105=8.6, CD44=9.4, CD29=9.3, CD166=8.2, CD146=6.4, CD49d=6.6)),
    "monocyte": (0.02, (11.0, 10.7), {"CD45": 8.6, "CD14": 9.0, "HLA-DR": 8.4, "CD44": 9.2, "CD31": 7.8, "CD29": 7.6}),
    "t_cell": (0.01, (10.5, 9.7), dict(CD45=9.6, CD44=8.6, CD49d=7.6)),
    "b_cell": (0.005, (10.4, 9.6), {"CD45": 9.4, "CD19": 8.4, "CD79a": 8.0, "HLA-DR": 8.8, "CD44": 8.0}),
    "endothelial": (0.005, (11.2, 10.8), dict(CD31=9.2, CD34=7.4, CD105=9.0, CD146=8.8, CD73=7.6, CD44=8.0)),
    "dead": (0.05, (11.2, 11.3), dict(CD90=8.6, CD73=8.2, CD105=7.6, CD44=8.4, Viability=9.2)),
    "debris": (0.05, (9.0, 8.6), {}),
}


def events(out, n):
    rng = np.random.default_rng(1)
    k, names = len(MARKERS), list(KINDS)
    spill = np.eye(k)
    for i in range(k):
        for j in range(k):
            if i != j:
                spill[i, j] = round(rng.uniform(0.01, 0.15) * np.exp(-abs(i - j) / 1.5), 6)
    mean = np.full((len(names), k), 4.6)
    for i, (_, _, carried) in enumerate(KINDS.values()):
        for marker, value in carried.items():
            mean[i, MARKERS.index(marker)] = value
    mean[names.index("debris")] -= 2.5
    shares = np.array([s for s, _, _ in KINDS.values()])
    kind = rng.choice(len(names), n, p=shares / shares.sum())
    channels = SCATTER + [f"D{i + 1}-A" for i in range(k)] + ["Time"]
    values = np.empty((n, len(channels)), "<f4")
    for start in range(0, n, 100_000):
        at = slice(start, min(n, start + 100_000))
        which, m = kind[at], len(kind[at])
        size = rng.normal(size=m)
        dyes = np.exp(mean[which] + np.where(mean[which] > 5, 0.38, 0.55) * rng.normal(size=(m, k)) + 0.15 * size[:, None]) @ spill
        dyes += np.sqrt(6 * dyes) * rng.normal(size=(m, k)) + rng.normal(0, 80, (m, k))
        forward, side = (np.exp(np.array([s[c] for _, s, _ in KINDS.values()])[which] + 0.2 * size + 0.15 * rng.normal(size=m)) for c in (0, 1))
        height = forward / 1.05 * np.exp(0.03 * rng.normal(size=m))
        light = np.c_[forward, height, 52_000 * forward / height, side, side / 1.05 * np.exp(0.03 * rng.normal(size=m)), dyes]
        values[at, :-1] = np.minimum(light, 262_143.0)
        values[at, -1] = np.arange(at.start, at.stop) * (60_000.0 / n)
    listed = ",".join([str(k), *channels[5:-1], *(f"{x:g}" for x in spill.ravel())])
    text = {"$BEGINANALYSIS": "0", "$ENDANALYSIS": "0", "$BEGINSTEXT": "0", "$ENDSTEXT": "0", "$BYTEORD": "1,2,3,4", "$DATATYPE": "F",
            "$MODE": "L", "$NEXTDATA": "0", "$PAR": str(len(channels)), "$TOT": str(n), "$TIMESTEP": "0.01", "$SPILLOVER": listed}
    for i, name in enumerate(channels, 1):
        text |= {f"$P{i}N": name, f"$P{i}B": "32", f"$P{i}E": "0,0", f"$P{i}R": "262144"}
        if 5 < i <= 5 + k:
            text[f"$P{i}S"] = MARKERS[i - 6]

    def segment(begin, end):
        full = text | {"$BEGINDATA": f"{begin:012d}", "$ENDDATA": f"{end:012d}"}
        return ("|" + "|".join(f"{key}|{value}" for key, value in full.items()) + "|").encode()

    begin = -(-(256 + len(segment(0, 0))) // 4096) * 4096
    end = begin + values.nbytes - 1
    header = (begin, end) if end < 10**8 else (0, 0)
    body = segment(begin, end)
    with open(out, "wb") as f:
        f.write(f"FCS3.1    {256:8d}{255 + len(body):8d}{header[0]:8d}{header[1]:8d}{0:8d}{0:8d}".encode().ljust(256) + body)
        f.seek(begin)
        values.tofile(f)
    kind.astype(np.int8).tofile(f"{out}.kinds")
    print(f"{out}: {n} events x {len(channels)} channels")


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["cells", "events", "thinned", "padded"])
    p.add_argument("out", type=Path)
    p.add_argument("--cells", type=int, default=20_000)
    p.add_argument("--events", type=int, default=1_000_000)
    p.add_argument("--lot", type=Path)
    p.add_argument("--share", type=float, default=0.5)
    p.add_argument("--genes", type=int, default=100_000)
    a = p.parse_args()
    if a.what in ("thinned", "padded") and a.lot is None:
        p.error(f"{a.what} needs --lot")
    match a.what:
        case "cells":
            cells(a.out, a.cells)
        case "events":
            events(a.out, a.events)
        case "thinned":
            thinned(a.out, a.lot, a.share)
        case _:
            padded(a.out, a.lot, a.genes)
