#!/usr/bin/env python3
"""One cell, one class and one verdict of the demonstration lot, recomputed from the file without puricell.

    puricell demo --out DEMO
    worked_example.py --demo DEMO [--lot ../../test-data/demo/lot.h5] [--class hematopoietic] [--barcode ...]

Prints the Markdown of the worked example in docs/validation.md and fails where a figure does not come out the same.
Needs h5py, pandas, pyarrow, scipy.
"""
import argparse
import csv
import json
import tomllib
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.sparse import csc_matrix
from scipy.stats import binom

import lots

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "crates/puricell-purity/data"


def genes_of(profile, panels):
    """Decisive genes of the target and of each top class, as the profile names them, without waived ones."""
    waived = {w["gene"] for w in profile.get("waiver", [])}

    def decisive(names):
        return [m["symbol"] for n in names for m in panels[n]["markers"] if m["direction"] == "pos" and m["symbol"] not in waived]

    found = {"target": decisive(profile["target"]["panels"])}
    for entry in profile["class"]:
        found.setdefault(entry.get("parent", entry["id"]), []).extend(decisive(entry.get("panels", [])))
    return {name: list(dict.fromkeys(genes)) for name, genes in found.items()}


def same(what, ours, theirs):
    if not np.isclose(ours, theirs, rtol=1e-9, atol=1e-12):  # both are doubles printed to 10 digits or more
        raise SystemExit(f"{what}: {ours} by hand, {theirs} in the result")


def evidence(args, barcode, total, decisive, key):
    """The genes that decided, each weight recomputed by the formula at the head of call-model.toml."""
    model = tomllib.loads((DATA / "call-model.toml").read_text())
    rows = [r for r in csv.DictReader(open(args.demo / "evidence.tsv"), delimiter="\t") if r["cell_id"] == barcode]
    kind = next(t for t in model["type"] if t["id"] == rows[0]["cell_type"])
    levels = {}
    for source in ([model["leukocyte"]] if kind.get("leukocyte") else []) + [kind]:
        levels |= {gene: rate / 1e4 for level, rate in model["level"].items() for gene in source.get(level, [])}
    limit, leak = model["gene"]["max_log_ratio"], model["target"]["leak"]
    shown = []
    for row in rows:
        gene, x = row["gene"], int(row["molecules"])
        # Four decimals are written; where the target's rate is smaller than that it is not recomputed.
        a, level = float(row["expected_in_target"]) / total, levels.get(gene, 0.0)
        is_stromal = gene in key or gene in model["stromal"]["genes"]
        b = level + leak * a if is_stromal else level + a if gene in decisive else level
        on = model["gene"]["on"] if level else 1.0
        if a * total >= 0.005:
            ratio = x * np.log(b / a) + (x + 1) * np.log((1 + total * a) / (1 + total * b))
            weight = ratio + np.log(on) if x else np.log(1 - on + on * np.exp(ratio))
            # The program interpolates in the depth: up to 0.005 for each of x + 1.
            if abs(np.clip(weight, -limit, limit) - float(row["log_ratio"])) > 0.01 + 0.006 * (x + 1):
                raise SystemExit(f"weight of {gene}: {weight} is not {row['log_ratio']}")
        shown.append([gene, x, float(row["expected_in_target"]), float(row["log_ratio"])])
    return ("`evidence.tsv` says which genes decided, here those of most weight; each ratio is recomputed from the formula at the head of "
            f"`call-model.toml` with the levels of `{kind['id']}`.\n\n"
            + lots.markdown(["gene", "molecules", "expected in a target cell", "log likelihood ratio"], shown[:8]))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--demo", type=Path, required=True)
    p.add_argument("--lot", type=Path, default=ROOT / "test-data/demo/lot.h5")
    p.add_argument("--class", dest="cls", default="hematopoietic")
    p.add_argument("--barcode", default=None)
    args = p.parse_args()
    profile = tomllib.loads((DATA / "profiles/adipose.toml").read_text())
    panels = {panel["id"]: panel for panel in tomllib.loads((DATA / "panels.toml").read_text())["panel"]}
    with h5py.File(args.lot) as h:
        m = h["matrix"]
        counts = csc_matrix((m["data"][:], m["indices"][:], m["indptr"][:]), shape=m["shape"][:])
        barcodes = [b.decode() for b in m["barcodes"][:]]
        names = [n.decode() for n in m["features/name"][:]]
    cells = pd.read_parquet(args.demo / "cells.parquet").set_index("cell_id")
    truth = pd.read_csv(args.lot.parent / "truth.tsv", sep="\t").set_index("barcode")
    report = json.loads((args.demo / "report.json").read_text())
    if list(cells.index) != barcodes:
        raise SystemExit("cells.parquet is not in the order of the file")

    own = cells[cells.call == args.cls]
    barcode = args.barcode or own.sort_values(["total_counts"], kind="stable").index[len(own) // 2]
    cell = cells.loc[barcode]
    column = counts[:, barcodes.index(barcode)].toarray().ravel()
    total = int(column.sum())
    same("molecules of the cell", total, cell.total_counts)
    same("genes of the cell", int((column > 0).sum()), cell.n_features)
    genes = genes_of(profile, panels)
    seen = {k: {g: int(column[names.index(g)]) for g in v if g in names and column[names.index(g)] > 0} for k, v in genes.items()}
    same("target molecules", sum(seen["target"].values()), cell.target_molecules)
    for name in seen:
        if f"{name}_genes" in cells:
            same(f"distinct genes of {name}", len(seen[name]), cell[f"{name}_genes"])

    text = [f"**The cell.** `{barcode}`, column {barcodes.index(barcode) + 1} of the matrix: {total:,} molecules of {cell.n_features:,} genes, "
            f"{100 * cell.mito_fraction:.1f} % mitochondrial.\n"]
    rows = [[name, len([g for g in genes[name] if g in names]), len(seen[name]), sum(seen[name].values()),
             ", ".join(f"{g} {n}" for g, n in seen[name].items()) or "none", float(cell[f"{name}_key"])] for name in genes if f"{name}_key" in cells]
    text.append(lots.markdown(["key", "decisive genes in the file", "seen", "molecules", "which", "key in `cells.parquet`"], rows))
    text.append(f"Call: `{cell.call}`, sub-class `{cell.subclass}`, confidence {cell.confidence:.4f}. "
                f"The truth table says: {truth.loc[barcode, 'source_label']}, {truth.loc[barcode, 'state']}.\n")

    text.append(evidence(args, barcode, total, set().union(*(v for name, v in genes.items() if name != "target")), set(genes["target"])))

    kept = cells[cells.kept]
    k, n = int((kept.call == args.cls).sum()), len(kept)
    row = lots.row(list(csv.DictReader(open(args.demo / "composition.tsv"), delimiter="\t")), args.cls)
    same("k", k, int(row["k"]))
    same("n", n, int(row["n"]))
    low = brentq(lambda q: binom.sf(k - 1, n, q) - 0.025, 1e-12, 1 - 1e-12, xtol=1e-15) if k else 0.0
    high = brentq(lambda q: binom.cdf(k, n, q) - 0.025, 1e-12, 1 - 1e-12, xtol=1e-15)
    upper = brentq(lambda q: binom.cdf(k, n, q) - 0.05, 1e-12, 1 - 1e-12, xtol=1e-15)
    for what, ours, theirs in [("fraction", k / n, "fraction"), ("ci_low", low, "ci_low"), ("ci_high", high, "ci_high"),
                               ("upper_one_sided", upper, "upper_one_sided")]:
        same(what, ours, float(row[theirs]))
    live = truth.state == "live"
    true = int((live & (truth["class"] == args.cls)).sum())
    text.append(f"**The class.** {k} of the {n:,} kept rows of `cells.parquet` carry the call: {k}/{n} = {k / n:.6f}. The interval's lower end is the share "
                f"at which {k} or more of {n:,} have the probability 0.025 ({low:.8f}), the upper end that at which {k} or fewer have it ({high:.8f}); "
                f"the one-sided bound, with 0.05, is {upper:.8f}. `composition.tsv` says {row['fraction']}, {row['ci_low']}, {row['ci_high']}, "
                f"{row['upper_one_sided']}. The truth: {true} live cells among {int(live.sum()):,} live barcodes, {true / live.sum():.6f}.\n")
    for item in report["verdict"]["items"]:
        if item["class"] == args.cls:
            text.append(f"**The verdict.** Item `{item['id']}`: {item['limit']}, decided by `{item['decision']}`. Status `{item['status']}`. On the page: "
                        f"“{item['sentence']}”\n")
    accounting = report["qc"]["accounting"]
    dropped = {d["reason"]: d["n"] for d in accounting["dropped"]}
    text.append(f"**The accounting.** {accounting['loaded']:,} loaded = {accounting['kept']:,} kept + "
                + " + ".join(f"{v} {k}" for k, v in dropped.items() if v) + f"; SHA-256 of the input `{report['inputs'][0]['sha256'][:16]}…`.\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
