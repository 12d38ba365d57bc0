#!/usr/bin/env python3
"""Calls on simulated MSC lots with known truth: recall, false contaminants, doublets, precision; the trace set; a blank.

    simulated.py --puricell target/release/puricell --generator gen_scrna.py --work DIR --out simulated.md [--large]

The generator is a script with the interface of gen_scrna.py (PREFIX --cells N --kind msc --seed S --contam NAME=SHARE,...
--formats 10x) that writes PREFIX_10x.h5 and PREFIX_truth.csv (label, second, doublet, lowq by barcode). Files that are
there already are kept. `--large` adds 100,000 cells. Needs pandas, pyarrow, scipy.
"""
import argparse
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

import lots

# name: cells, seed, shares. `trace` is 9 to 19 cells a class with doublets (4 %) and low-quality cells (3 %) left in.
LOTS = {
    "lot_a": (20_000, 201, "Mono=0.02,T=0.005,B=0.001,Endo=0.005"),
    "lot_b": (20_000, 202, "Mono=0.001,T=0.002,NK=0.002,B=0.005,Endo=0.02"),
    "trace_77": (20_000, 77, "Mono=0.001,T=0.001,B=0.0005,Endo=0.0005"),
    "trace_78": (20_000, 78, "Mono=0.001,T=0.001,B=0.0005,Endo=0.0005"),
    "blank": (20_000, 301, ""),
}
LARGE = {"lot_100k": (100_000, 100, "Mono=0.02,T=0.005,B=0.001,Endo=0.005")}
# label of the generator: class and sub-class of the profile
NAMES = {
    "Mono": ("hematopoietic", "monocyte"),
    "T": ("hematopoietic", "t_cell"),
    "NK": ("hematopoietic", "nk_cell"),
    "B": ("hematopoietic", "b_cell"),
    "Endo": ("endothelial", "vascular"),
}


def load(args, name, plan):
    prefix = args.work / name
    if not Path(f"{prefix}_truth.csv").exists() or not Path(f"{prefix}_10x.h5").exists():
        n, seed, contaminants = plan
        subprocess.run([sys.executable, args.generator, prefix, "--cells", str(n), "--kind", "msc", "--seed", str(seed),
                        "--contam", contaminants, "--formats", "10x"], check=True, stdout=subprocess.DEVNULL)
    truth = pd.read_csv(f"{prefix}_truth.csv", index_col=0, keep_default_na=False)
    start = time.time()
    cells, composition = lots.run(args.puricell, f"{prefix}_10x.h5", args.work / f"out_{name}", args.profile)
    print(f"{name}: {time.time() - start:.0f} s", file=sys.stderr)
    return truth.join(cells), composition


def of(label):
    return "target" if label.startswith("MSC") else NAMES[label][0]


def measure(table):
    table["truth"] = table.label.map(of)
    table["mate"] = table.second.map(lambda s: of(s) if s else "")
    table["doublet"] = table.doublet.astype(bool)
    table["lowq"] = table.lowq.astype(bool)
    single = ~table.doublet & ~table.lowq
    rows = []
    for label, (name, sub) in NAMES.items():
        own = table.label == label
        if not own.any():
            continue
        called = table.call == name
        as_sub = called & (table.subclass == sub)
        # Who is right to be called so: a cell of the kind, alone or with a contaminant of the same class. A doublet with
        # a target cell is none: it is a suspect, and counted once.
        right = own & (~table.doublet | (table.mate == name))
        bears = own | (table.second == label)
        rows.append([
            label, int((own & single).sum()),
            lots.ratio(int((own & single & called).sum()), int((own & single).sum())),
            lots.ratio(int((own & single & as_sub).sum()), int((own & single & called).sum())),
            lots.ratio(int((own & table.lowq & called).sum()), int((own & table.lowq).sum())),
            lots.ratio(int((own & table.lowq & (table.kept.astype(bool))).sum()), int((own & table.lowq).sum())),
            lots.ratio(int((right & as_sub).sum()), int(as_sub.sum())),
            lots.ratio(int((bears & as_sub).sum()), int(as_sub.sum())),
        ])
    clean = (table.truth == "target") & single
    poor = (table.truth == "target") & table.lowq
    paired = (table.truth == "target") & (table.mate == "target")
    false = table.call.isin(lots.CONTAMINANTS)
    mixed = table.doublet & ((table.truth == "target") ^ (table.mate == "target"))
    calls = table.call[mixed].fillna("not kept").value_counts().to_dict()
    summary = [
        int(clean.sum()), int((clean & false).sum()), f"{1e4 * (clean & false).sum() / max(1, clean.sum()):.2f}",
        lots.ratio(int((poor & false).sum()), int(poor.sum())),
        lots.ratio(int((paired & false).sum()), int(paired.sum())),
        int((clean & (table.call == "suspect")).sum()), int((clean & (table.call == "unassigned")).sum()),
        lots.ratio(int((mixed & (table.call == "suspect")).sum()), int(mixed.sum())),
        ", ".join(f"{k} {v}" for k, v in calls.items()),
    ]
    return rows, summary


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--generator", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--profile", default="bone-marrow")
    p.add_argument("--large", action="store_true")
    p.add_argument("--only", nargs="*", default=None, help="names of lots")
    args = p.parse_args()
    args.puricell = args.puricell.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    plans = LOTS | (LARGE if args.large else {})
    per_class, per_lot, fractions = [], [], []
    for name, plan in plans.items():
        if args.only and name not in args.only:
            continue
        table, composition = load(args, name, plan)
        rows, summary = measure(table)
        per_class += [[name, *r] for r in rows]
        per_lot.append([name, *summary])
        single = table[~table.doublet & ~table.lowq]
        for cls in lots.CONTAMINANTS:
            found = lots.row(composition, cls)
            truth = float((single.truth == cls).mean())
            if found["k"] == "NA":
                fractions.append([name, cls, truth, "not reportable", int(found["n"]), *[None] * 5])
                continue
            low, high = lots.number(found["ci_low"]), lots.number(found["ci_high"])
            fractions.append([name, cls, truth, int(found["k"]), int(found["n"]), lots.number(found["fraction"]),
                              low, high, "yes" if low <= truth <= high else "no", lots.limit_of_blank(int(found["n"]))])
    text = f"{lots.version(args.puricell)}, profile `{args.profile}`. Definitions: {lots.definitions(args.work / f'out_{per_lot[0][0]}')}.\n\n"
    text += "Singlets of good quality, low-quality cells (3 to 20 % of the depth, 25 to 70 % mitochondrial) and precision:\n\n"
    text += lots.markdown(["lot", "cells of", "singlets", "recall of the class", "sub-class right", "recall, low quality",
                           "kept, low quality", "precision of the sub-class", "precision, doublets that bear it count"], per_class)
    text += "\nFalse contaminants, and doublets of a target cell with a contaminant:\n\n"
    text += lots.markdown(["lot", "target singlets", "called contaminant", "per 10,000", "of low-quality targets",
                           "of target doublets", "target singlets suspect", "unassigned",
                           "mixed doublets in suspect", "all their calls"], per_lot)
    text += "\nFractions among the viable singlets against the share among true singlets of good quality; LOB at one false call in 10,000:\n\n"
    text += lots.markdown(["lot", "class", "truth", "k", "n", "fraction", "ci_low", "ci_high", "covered", "LOB"], fractions)
    args.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
