#!/usr/bin/env python3
"""Nuclei of breast (GTEx) as one lot: cells that no value of the call model was settled on.

    nuclei.py --puricell target/release/puricell --data DIR --work DIR --out nuclei.md

`--data` holds human_breast_stroma/human_breast_stroma.h5ad (obs `label`, `cohort`; cohort gtex is used: 20 nuclei a label, median 650
molecules, with labels that its README calls weak). Writes labels against calls. Needs anndata, pandas, pyarrow.
"""
import argparse
from pathlib import Path

import anndata as ad
import pandas as pd

import lots


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("puricell", "data", "work", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    args = p.parse_args()
    table = ad.read_h5ad(args.data / "human_breast_stroma/human_breast_stroma.h5ad")
    table = table[table.obs.cohort == "gtex"].copy()
    table.obs["label"] = table.obs["label"].astype(str)
    args.work.mkdir(parents=True, exist_ok=True)
    table.write_h5ad(args.work / "nuclei.h5ad")
    cells, _ = lots.run(args.puricell, args.work / "nuclei.h5ad", args.work / "nuclei", "adipose")
    calls = pd.crosstab(table.obs["label"].reindex(cells.index), cells.call.astype(object).fillna("not kept"))
    text = f"{lots.version(args.puricell)}, profile `adipose`; {lots.definitions(args.work / 'nuclei')}.\n\n"
    text += lots.markdown(["label", *calls.columns], [[label, *map(int, row)] for label, row in zip(calls.index, calls.to_numpy())])
    args.out.write_text(text)
    print(text)


main()
