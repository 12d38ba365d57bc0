#!/usr/bin/env python3
"""How cost grows: runs puricell on lots that differ in one thing and writes a table and a figure with a row for each such thing.

    growth.py --puricell target/release/puricell --work DIR --out docs/figures/growth \\
        --lot cells:dense:20k.h5 --lot cells:dense:100k.h5 --lot cells:blood:1m.h5:8G --lot genes:blood:padded.h5 --lot nonzeros:dense:thinned.h5 \\
        --lot events:panel:1m.fcs --lot threads:dense:20k.h5:1 --lot threads:dense:20k.h5:2

A lot is `BY:KIND:FILE[:MORE]`, BY one of cells, genes, nonzeros, events and threads; lots of one BY and KIND form a curve. MORE is the number of threads by
threads, and else the memory limit. Needs matplotlib and h5py. Figures are of one run each: processor seconds and peak memory from `timing.json`,
so a busy machine moves them by some per cent and not by a half.
"""
import argparse
import json
import subprocess
from pathlib import Path

import h5py
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

# The same bytes for the same figures.
plt.rcParams.update({"svg.hashsalt": "growth", "font.size": 9})
BY = ["cells", "genes", "nonzeros", "events", "threads"]
GROUPS = {
    "read and pass through the matrix": ["read", "panel", "quality", "ambient", "variable_genes", "selection", "transgenes"],
    "gates, scales, thresholds": ["gates", "scales", "controls", "thresholds"],
    "calls and evidence": ["candidates", "calls", "evidence"],
    "components, neighbours, clusters": ["pca", "neighbours", "clusters", "som"],
    "doublets": ["doublets"],
    "heterogeneity, homogeneity": ["heterogeneity", "homogeneity"],
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True, help="without ending: .svg and .md are written")
    p.add_argument("--lot", action="append", required=True)
    p.add_argument("--profile", default="bone-marrow")
    p.add_argument("--reuse", action="store_true", help="take timing.json of runs that are there already")
    a = p.parse_args()
    rows = [measure(a, lot) for lot in a.lot]
    a.out.parent.mkdir(parents=True, exist_ok=True)
    groups = [*GROUPS, "documents and the rest"]
    lines = [f"| by | lot | size | limit | processor s | wall s | peak, GB | {' | '.join(groups)} |", "|---" * (7 + len(groups)) + "|"]
    for r in rows:
        lines.append(f"| {r['by']} | {r['kind']} | {r['size']:,} | {r['limit'] or 'none'} | {r['cpu']:.1f} | {r['wall']:.1f} | {r['peak'] / 1e9:.2f} | "
                     + " | ".join(f"{v:.1f}" for v in r["groups"]) + " |")
    a.out.with_suffix(".md").write_text("\n".join(lines) + "\n")
    draw(rows, a.out.with_suffix(".svg"))


def measure(a, lot):
    by, kind, file, *more = lot.split(":")
    if by not in BY:
        raise SystemExit(f"{lot}: '{by}' is none of {', '.join(BY)}")
    limit, threads = (None, more[0]) if by == "threads" else (more[0] if more else None, None)
    folder = a.work / "-".join([by, kind, Path(file).stem, *more])
    if not (a.reuse and (folder / "timing.json").exists()):
        options = (["--memory-limit", limit] if limit else []) + (["--threads", threads] if threads else [])
        command = [a.puricell, "run", file, "--profile", a.profile, "--out", folder, "--no-umap", "--h5ad", "none", "--force", "--quiet", *options]
        subprocess.run([str(c) for c in command], check=True)
    timing = json.loads((folder / "timing.json").read_text())
    groups = [sum(s["cpu_s"] for s in timing["stages"] if s["stage"] in own) for own in GROUPS.values()]
    total = timing["total"]
    size = int(threads) if threads else size_of(by, file, json.loads((folder / "report.json").read_text()))
    return {"by": by, "kind": kind, "limit": limit, "size": size, "cpu": total["cpu_s"], "wall": total["wall_s"], "peak": total["peak_bytes"],
            "groups": [*groups, total["cpu_s"] - sum(groups)]}


def size_of(by, file, report):
    if by in ("cells", "events"):
        return report["qc"]["accounting"]["loaded"]
    with h5py.File(file) as f:
        return int(f["matrix/shape"][0]) if by == "genes" else len(f["matrix/data"])


def draw(rows, out):
    used = [by for by in BY if any(r["by"] == by for r in rows)]
    figure, axes = plt.subplots(len(used), 2, figsize=(8, 2.7 * len(used)), constrained_layout=True, squeeze=False)
    for by, (left, right) in zip(used, axes):
        # Where threads differ, the clock is what they are for.
        cost, words = ("wall", "seconds by the clock") if by == "threads" else ("cpu", "processor seconds")
        own = [r for r in rows if r["by"] == by]
        for i, kind in enumerate(dict.fromkeys(r["kind"] for r in own)):
            curve = sorted((r for r in own if r["kind"] == kind), key=lambda r: r["size"])
            for axis, value in ((left, [r[cost] for r in curve]), (right, [r["peak"] / 1e9 for r in curve])):
                # Sizes that differ by tens are told by logarithms, others from nought.
                plot = axis.loglog if by in ("cells", "events") else axis.plot
                plot([r["size"] for r in curve], value, marker="os^D"[i % 4], label=kind)
        left.set_ylabel(words)
        right.set_ylabel("peak memory, GB")
        for axis in (left, right):
            axis.set_xlabel(by)
            axis.grid(True, which="both", linewidth=0.3)
            axis.legend(frameon=False)
            if by not in ("cells", "events"):
                axis.set_ylim(0, 1.1 * axis.get_ylim()[1])
                axis.locator_params(axis="x", nbins=4)
            if by == "threads":
                axis.set_xticks(sorted({r["size"] for r in own}))
    figure.savefig(out, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
