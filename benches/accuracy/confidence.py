#!/usr/bin/env python3
"""How sure a call must be: the same lots by builds that differ in `min_confidence` of call-model.toml.

    confidence.py --puricell BUILD [BUILD ...] --simulated DIR --data DIR --nuclei FILE --work DIR --out confidence.md

Lots that simulated.py left in `--simulated` (lot_a, lot_b, blank), thinned binomially to 30, 20 and 10 % of their molecules, as if
sequenced less: at full depth no confidence of theirs lies between the values. `--data` holds mouse_bm_stroma250 (a blank) and
make_mixtures.py; `--nuclei` is nuclei.h5ad, which nuclei.py leaves in its work folder. No value of the model was settled on any of them.
The calls of the lowest value are told by their confidence: are those that a higher value leaves out as right as they say? Builds are
kept apart by the names of their files.
Needs h5py, numpy, pandas, pyarrow, scipy.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd

import lots
import simulated

SHARES = (0.3, 0.2, 0.1)
LOTS = ("lot_a", "lot_b", "blank")
BINS = [0.0, 0.8, 0.85, 0.9, 0.95, 0.99, 0.999, 1.0 + 1e-9]
CLASSES = lots.CONTAMINANTS + ["other_stromal"]


def thinned(source, target, share, seed):
    """A 10x file in which each molecule of `source` is kept with probability `share`."""
    if target.exists():
        return target
    rng = np.random.default_rng([seed, int(share * 100)])
    with h5py.File(source) as read, h5py.File(target, "w") as write:
        write.attrs.update(read.attrs)
        read.copy("matrix/features", write.create_group("matrix"))
        matrix, counts = read["matrix"], read["matrix/data"][:]
        kept = rng.binomial(counts, share).astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(kept > 0)])[matrix["indptr"][:]]
        for name, values in (("data", kept[kept > 0]), ("indices", matrix["indices"][:][kept > 0]), ("indptr", starts),
                             ("barcodes", matrix["barcodes"][:]), ("shape", matrix["shape"][:])):
            write["matrix"].create_dataset(name, data=values)
    return target


def of_simulated(args, share, build, out):
    tables = []
    for seed, name in enumerate(LOTS):
        source = thinned(args.simulated / f"{name}_10x.h5", args.work / f"{name}_{share}.h5", share, seed)
        truth = pd.read_csv(args.simulated / f"{name}_truth.csv", index_col=0, keep_default_na=False)
        cells, _ = lots.run(build, source, out / f"{name}_{share}", "bone-marrow")
        table = truth.join(cells)
        table["truth"] = table.label.map(simulated.of)
        # A doublet is right as a class only beside another cell of the class.
        mate = table.second.map(lambda s: simulated.of(s) if s else "")
        table["single"] = ~table.doublet.astype(bool) & ~table.lowq.astype(bool)
        table["is"] = table.truth.where(~table.doublet.astype(bool) | (mate == table.truth), "doublet")
        tables.append(table.reset_index(drop=True))
    return pd.concat(tables, ignore_index=True)


def of_blank(args, build, out):
    cells, _ = lots.run(build, args.data / "mouse_bm_stroma250/mouse_bm_stroma250.h5", out / "mouse", "bone-marrow")
    return cells.assign(truth="target", single=True, **{"is": "target"}).reset_index(drop=True)


def of_nuclei(args, build, out):
    cells, _ = lots.run(build, args.nuclei, out / "nuclei", "adipose")
    names = {"Fibroblast": "target", "Pericytes": "target", "Monocytes": "hematopoietic", "Endothelial cells": "endothelial",
             "Epithelial cells": "epithelial", "Adipocyte": "other_stromal"}
    truth = ad.read_h5ad(args.nuclei).obs["label"].astype(str).map(names).reindex(cells.index)
    return cells.assign(truth=truth, single=True, **{"is": truth}).reset_index(drop=True)


def of_nuclei_mixtures(args, build, out):
    """Mixtures of the same nuclei, seeds of their own: drawn with replacement and thinned, so that few source cells stand for many."""
    tables = []
    for seed in (2101, 2102):
        folder = args.work / f"nuclei_{seed}"
        if not folder.exists():
            command = [sys.executable, args.data / "make_mixtures.py", "rna", args.nuclei, folder, "--base", "Fibroblast,Pericytes",
                       "--spike", "hematopoietic=Monocytes", "--spike", "endothelial=Endothelial cells",
                       "--spike", "epithelial=Epithelial cells", "--frac", "0,0.005,0.02,0.05", "--n", "2000", "--seed", str(seed)]
            subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL)
        for path in sorted(folder.glob("f*.h5")):
            truth = pd.read_csv(path.with_suffix("").as_posix() + ".truth.tsv", sep="\t").set_index("barcode")
            cells, _ = lots.run(build, path, out / f"{folder.name}_{path.stem}", "adipose")
            table = truth.rename(columns={"class": "truth"}).join(cells).assign(single=True)
            tables.append(table.assign(**{"is": table.truth}).reset_index(drop=True))
    return pd.concat(tables, ignore_index=True)


def measured(table):
    call = table.call.astype(object).fillna("not kept")
    target = table.single & (table.truth == "target") & (call != "not kept")
    found = [lots.ratio(int((own & (call == c)).sum()), int(own.sum()))
             for c in lots.CONTAMINANTS for own in [table.single & (table.truth == c)]]
    other = table.single & (table.truth != "target") & call.isin(CLASSES) & (call != table.truth)
    return [*found, f"{int((target & call.isin(CLASSES)).sum())} of {int(target.sum())}", int(other.sum())]


def bins(table):
    """Of each range of confidence: calls, how many are right, and the exact interval of that share."""
    called = table[table.call.isin(lots.CONTAMINANTS)]
    right = called.call.astype(str) == called["is"]
    rows = []
    for span, own in right.groupby(pd.cut(called.confidence, BINS, right=False), observed=True):
        low, high = lots.exact(int(own.sum()), len(own))
        rows.append([f"{span.left:g} to {min(span.right, 1):g}", lots.ratio(int(own.sum()), len(own)), f"{low:.3f} to {high:.3f}",
                     f"{called.confidence[own.index].mean():.3f}"])
    return rows


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True, nargs="+")
    for name in ("simulated", "data", "nuclei", "work", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    args = p.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    sets = {f"simulated, {100 * s:g} % of the molecules": lambda b, o, s=s: of_simulated(args, s, b, o) for s in SHARES}
    sets |= {"mouse stroma (blank)": lambda b, o: of_blank(args, b, o), "nuclei of breast": lambda b, o: of_nuclei(args, b, o),
             "mixtures of these nuclei": lambda b, o: of_nuclei_mixtures(args, b, o)}
    builds = {}
    for build in args.puricell:
        out = args.work / f"out_{build.name}"
        tables = {name: make(build.resolve(), out) for name, make in sets.items()}
        listed = json.loads((out / "mouse/report.json").read_text())["parameters"]
        value = next(float(q["value"]) for q in listed if q["name"] == "calls.min_confidence")
        builds[value] = tables, lots.definitions(out / "mouse")
    text = f"{lots.version(args.puricell[0])}. " + "; ".join(f"{v:g}: {d}" for v, (_, d) in sorted(builds.items(), reverse=True)) + ".\n\n"
    text += "Recall of good singlets (those that quality control leaves out count as missed), target singlets called another class, and others called a wrong class:\n\n"
    rows = [[name, f"{value:g}", *measured(builds[value][0][name])] for name in sets for value in sorted(builds, reverse=True)]
    text += lots.markdown(["lots", "min_confidence", *lots.CONTAMINANTS, "false, of targets", "wrong class"], rows)
    lowest = builds[min(builds)][0]
    text += f"\nCalls of blood, vessel and epithelium at {min(builds):g} by their confidence:\n\n"
    text += lots.markdown(["lots", "confidence", "right", "95 % interval", "mean stated"],
                          [[name, *row] for name in sets for row in bins(lowest[name])])
    args.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
