"""Share of cells of known type in which each panel gene is seen (count > 0).

usage: make_shares.py PANELS.toml HUMAN.h5ad MOUSE.h5ad > shares.tsv

HUMAN holds obs 'label' and 'cohort'; only the cohort 'komentissuebank' (single cells, 20 per type) is used.
MOUSE holds stromal cells only. Mouse symbols follow the table mouse_symbols.tsv beside PANELS.toml.
Made with Python 3.11, anndata 0.12, scipy 1.17.
"""

import csv
import pathlib
import sys
import tomllib

import anndata

panels_path, human_path, mouse_path = map(pathlib.Path, sys.argv[1:4])
panels = tomllib.loads(panels_path.read_text(encoding="utf-8"))["panel"]
with open(panels_path.parent / "mouse_symbols.tsv", encoding="utf-8") as lines:
    mouse_names = {
        row["human"]: [s for s in row["mouse"].split(",") if s]
        for row in csv.DictReader((l for l in lines if not l.startswith("#")), delimiter="\t")
    }
human = anndata.read_h5ad(human_path)
human = human[human.obs.cohort == "komentissuebank"]
mouse = anndata.read_h5ad(mouse_path)
types = {
    "stroma": ["Fibroblast", "Pericytes"],
    "blood": ["Monocytes", "T cell", "NK cells"],
    "endothelium": ["Endothelial cells"],
    "epithelium": ["Epithelial cells"],
}
seen = {name: (human[human.obs.label.isin(labels)].X > 0).tocsc() for name, labels in types.items()}
human_column = {name: i for i, name in enumerate(human.var_names)}
mouse_seen = (mouse.X > 0).tocsc()
mouse_column = {name: i for i, name in enumerate(mouse.var_names)}

print("gene", *(f"human_{name}" for name in types), "mouse_marrow_stroma", sep="\t")
for gene in sorted({marker["symbol"] for panel in panels for marker in panel["markers"]}):
    if gene in human_column:
        row = [f"{m[:, human_column[gene]].mean():.3f}" for m in seen.values()]
    else:
        row = ["NA"] * len(seen)
    columns = [mouse_column[s] for s in mouse_names.get(gene, []) if s in mouse_column]
    row.append(f"{(mouse_seen[:, columns].sum(axis=1) > 0).mean():.3f}" if columns else "NA")
    print(gene, *row, sep="\t")
