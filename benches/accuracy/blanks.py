#!/usr/bin/env python3
"""Lots without a contaminant: classes above 0, and above the limit of blank.

    blanks.py --puricell target/release/puricell --data DIR --work DIR --out blanks.md

`--data` holds mouse_bm_stroma250/mouse_bm_stroma250.h5 (250 stromal cells) and cellline_mixology/sc_celseq2.count.csv.gz with its
metadata (three lung lines told apart by genotype; singlets of each are a pure lot). The simulated blank is in simulated.md,
the blanks of real stroma in mixtures.md. The lines' matrix holds only genes that its authors found expressed, so blood and
vessel are not reportable in it as it is; "+ absent genes" puts the panels' missing genes back with no molecule. LOB: 95th percentile of false calls at one in 10,000, CLSI EP17, as a count; a
class at or below it is not detected. Needs pandas, pyarrow, scipy.
"""
import argparse
import tomllib
from pathlib import Path

import pandas as pd
from scipy.io import mmwrite
from scipy.sparse import csr_matrix

import lots

HERE = Path(__file__).resolve().parent


def as_mtx(counts, folder):
    """A 10x MTX folder of genes x cells."""
    folder.mkdir(parents=True, exist_ok=True)
    pd.Series(counts.columns).to_csv(folder / "barcodes.tsv", index=False, header=False)
    names = pd.DataFrame({"id": counts.index, "name": counts.index, "kind": "Gene Expression"})
    names.to_csv(folder / "features.tsv", sep="\t", index=False, header=False)
    mmwrite(folder / "matrix.mtx", csr_matrix(counts.to_numpy()), field="integer")
    return folder


def panel_ids():
    panels = tomllib.loads((HERE.parents[1] / "crates/puricell-purity/data/panels.toml").read_text())["panel"]
    return sorted({m["ensembl"] for p in panels for m in p["markers"] if m["ensembl"]})


def lines(args):
    folder = args.data / "cellline_mixology"
    counts = pd.read_csv(folder / "sc_celseq2.count.csv.gz", index_col=0)
    about = pd.read_csv(folder / "sc_celseq2.metadata.csv.gz", index_col=0)
    single = about[about.demuxlet_cls == "SNG"]
    for line, cells in single.groupby("cell_line_demuxlet"):
        pure = counts[[c for c in cells.index if c in counts.columns]]
        yield line, as_mtx(pure, args.work / f"line_{line}")
        absent = [g for g in panel_ids() if g not in pure.index]
        padded = pd.concat([pure, pd.DataFrame(0, index=absent, columns=pure.columns)])
        yield f"{line} + absent genes", as_mtx(padded, args.work / f"padded_{line}")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    args = p.parse_args()
    args.puricell = args.puricell.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    blanks = [("mouse_bm_stroma250", args.data / "mouse_bm_stroma250/mouse_bm_stroma250.h5", "bone-marrow")]
    for line, folder in lines(args):
        blanks += [(line, folder, HERE / "lung-line.toml"), (line, folder, "bone-marrow")]
    rows = []
    for name, source, profile in blanks:
        word = Path(profile).stem
        out = args.work / f"out_{name.replace(' ', '_')}_{word}"
        cells, composition = lots.run(args.puricell, source, out, profile)
        top = [r for r in composition if r["denominator"] == "viable_singlets" and not r["parent"]]
        counts = {r["class"]: r["k"] for r in top}
        for r in top:
            if r["role"] not in ("contaminant", "component"):
                continue
            n = int(r["n"])
            limit = lots.limit_of_blank(n)
            k = "not reportable" if r["k"] == "NA" else int(r["k"])
            verdict = "–" if r["k"] == "NA" else ("above" if int(r["k"]) > limit else "not above")
            if name != "mouse_bm_stroma250" and word == "bone-marrow" and r["class"] == "epithelial":
                verdict = "what it is"  # an epithelial line under a stromal profile
            rows.append([name, word, len(cells), n, counts["target"], counts.get("suspect"), counts.get("unassigned"), r["class"], k,
                         limit, verdict])
    text = f"{lots.version(args.puricell)}. An epithelial line under `bone-marrow` is no target and rightly epithelial: blood and vessel are the blanks there.\n\n"
    text += lots.markdown(["lot", "profile", "loaded", "kept", "target", "suspect", "unassigned", "class", "k", "LOB", "k against LOB"], rows)
    args.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
