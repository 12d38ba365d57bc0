"""Running puricell on a lot and reading what it left; the exact interval; tables in Markdown."""
import csv
import json
import subprocess
from pathlib import Path

import pandas as pd
from scipy.stats import beta, binom

CONTAMINANTS = ["hematopoietic", "endothelial", "epithelial"]
DESIGN_RATE = 1e-4  # false contaminants per target cell that the method aims at: one in 10,000


def run(puricell, source, out, profile, more=()):
    """Runs one lot; returns cells (index: barcode) and composition (rows of dicts)."""
    command = [puricell, "run", source, "--profile", profile, "--out", out, "--no-umap", "--h5ad", "none", "--quiet", "--force", *more]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr}")
    cells = pd.read_parquet(Path(out) / "cells.parquet").set_index("cell_id")
    with open(Path(out) / "composition.tsv") as handle:
        composition = list(csv.DictReader(handle, delimiter="\t"))
    return cells, composition


def definitions(out):
    """Profile, panels and call model of a result with the start of their SHA-256, to know what was measured."""
    listed = json.loads((Path(out) / "report.json").read_text())["definitions"]
    return ", ".join(f"{d['kind']} {d['sha256'][:12]}" for d in listed if d["kind"] in ("panels", "call-model"))


def version(puricell):
    return subprocess.run([puricell, "--version"], capture_output=True, text=True).stdout.strip()


def row(composition, name, denominator="viable_singlets"):
    return next((r for r in composition if r["class"] == name and r["denominator"] == denominator), None)


def number(text):
    return None if text in ("", "NA", None) else float(text)


def exact(k, n, level=0.95):
    """Clopper-Pearson's interval."""
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else beta.ppf(tail, k, n - k + 1)
    high = 1.0 if k == n else beta.ppf(1 - tail, k + 1, n - k)
    return low, high


def limit_of_blank(n, rate=DESIGN_RATE):
    """95th percentile of false positives among n cells, as a count (CLSI EP17)."""
    return int(binom.ppf(0.95, n, rate))


def cell(value):
    if isinstance(value, float):
        return f"{value:.3g}"
    return "–" if value is None else str(value)


def markdown(columns, rows):
    """A table; rows are lists in the columns' order."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(cell(v) for v in values) + " |" for values in rows]
    return "\n".join(lines) + "\n"


def ratio(part, whole):
    return "–" if whole == 0 else f"{part / whole:.3f} ({part}/{whole})"
