#!/usr/bin/env python3
"""How cost grows: runs puricell on lots of several sizes and writes a table and a figure.

    growth.py --puricell target/release/puricell --work DIR --out docs/figures/growth --lot dense:20k.h5 --lot dense:100k.h5 --lot blood:20k.h5 ...

A lot is `KIND:FILE[:MEMORY_LIMIT]`; lots of one kind form a curve. Needs matplotlib. Figures are of one run each: processor seconds and peak memory from
`timing.json`, so a busy machine moves them by some per cent and not by a half.
"""
import argparse
import json
import subprocess
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

# The same bytes for the same figures.
plt.rcParams.update({"svg.hashsalt": "growth", "font.size": 9})
GROUPS = {
    "read and pass through the matrix": ["read", "panel", "quality", "ambient", "variable_genes", "selection", "transgenes"],
    "calls and evidence": ["calls", "evidence"],
    "components, neighbours, clusters": ["pca", "neighbours", "clusters"],
    "doublets": ["doublets"],
    "heterogeneity, homogeneity": ["heterogeneity", "homogeneity"],
    "documents": ["hash", "tables", "report", "h5ad", "umap"],
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
    rows = []
    for lot in a.lot:
        kind, file, *limit = lot.split(":")
        folder = a.work / f"{kind}-{Path(file).stem}{'-' + limit[0] if limit else ''}"
        if not (a.reuse and (folder / "timing.json").exists()):
            more = ["--memory-limit", limit[0]] if limit else []
            command = [a.puricell, "run", file, "--profile", a.profile, "--out", folder, "--no-umap", "--h5ad", "none", "--force", "--quiet", *more]
            subprocess.run([str(c) for c in command], check=True)
        timing = json.loads((folder / "timing.json").read_text())
        report = json.loads((folder / "report.json").read_text())
        stages = {s["stage"]: s["cpu_s"] for s in timing["stages"]}
        rows.append({
            "kind": kind, "limit": limit[0] if limit else "", "cells": report["qc"]["accounting"]["loaded"],
            "cpu": timing["total"]["cpu_s"], "wall": timing["total"]["wall_s"], "peak": timing["total"]["peak_bytes"],
            "groups": {g: sum(stages.get(s, 0.0) for s in own) for g, own in GROUPS.items()},
        })
    a.out.parent.mkdir(parents=True, exist_ok=True)
    lines = ["| lot | cells | limit | processor s | wall s | microseconds a cell | peak, GB | " + " | ".join(GROUPS) + " |", "|---" * (7 + len(GROUPS)) + "|"]
    for r in rows:
        lines.append(f"| {r['kind']} | {r['cells']:,} | {r['limit'] or 'none'} | {r['cpu']:.1f} | {r['wall']:.1f} | {1e6 * r['cpu'] / r['cells']:.0f} | {r['peak'] / 1e9:.2f} | "
                     + " | ".join(f"{v:.1f}" for v in r["groups"].values()) + " |")
    a.out.with_suffix(".md").write_text("\n".join(lines) + "\n")
    figure, axes = plt.subplots(1, 2, figsize=(8, 3.2), constrained_layout=True)
    for i, kind in enumerate(dict.fromkeys(r["kind"] for r in rows)):
        own = sorted((r for r in rows if r["kind"] == kind), key=lambda r: r["cells"])
        for axis, value in ((axes[0], [r["cpu"] for r in own]), (axes[1], [r["peak"] / 1e9 for r in own])):
            axis.loglog([r["cells"] for r in own], value, marker="os^D"[i % 4], label=kind)
    axes[0].set_ylabel("processor seconds")
    axes[1].set_ylabel("peak memory, GB")
    for axis in axes:
        axis.set_xlabel("cells")
        axis.grid(True, which="both", linewidth=0.3)
        axis.legend(frameon=False)
    figure.savefig(a.out.with_suffix(".svg"), metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
