"""States of 103 real growing cells by the definition, with scipy's negative binomial, beside scanpy's cell cycle scores.

python make_golden.py panels.toml sc_celseq2.count.csv.gz sc_celseq2.metadata.csv.gz OUT_DIR
"""

import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import scanpy as sc
from scipy.stats import nbinom

LINE = "H1975"
# id: panels, most at rest
STATES = {
    "cycling": (["cycle_s", "cycle_g2m"], 20e-4),
    "senescent": (["senescence_core"], None),
    "licensed": (["state_ifn"], 20e-4),
    "inflammatory": (["state_nfkb"], None),
    "stressed": (["state_stress"], None),
}
FOLD, SHAPE, ASKED, GENES, ROUNDS = 4.0, 2.0, np.log(1000.0), 3, 20


def log_pmf(x, mean):
    with np.errstate(divide="ignore", invalid="ignore"):
        value = nbinom.logpmf(x, SHAPE, SHAPE / (SHAPE + mean))
    # scipy has no distribution of mean 0: all its mass is at 0, and the ratio of two such is that of their means.
    return value


def log_ratio(x, n, rate, rises):
    fold = np.where(rises, FOLD, 1 / FOLD)
    mean = n[:, None] * rate[None, :]
    ratio = log_pmf(x, mean * fold) - log_pmf(x, mean)
    # A gene that cells at rest never show: the limit of the ratio for a mean towards 0.
    ratio = np.where(mean == 0, x * np.log(fold)[None, :], ratio)
    return np.minimum(ratio, ASKED / GENES).sum(1)


def state(x, n, rises, most):
    def pooled(rest):
        rate = x[rest].sum(0) / n[rest].sum()
        own = rate[rises].sum()
        if most is not None and own > most:
            rate = np.where(rises, rate * most / own, rate)
        return rate

    share = x[:, rises].sum(1) / n
    rest = share <= np.sort(share)[(len(share) - 1) // 2]
    rate = pooled(rest)
    for _ in range(ROUNDS):
        value = log_ratio(x, n, rate, rises)
        now = value < ASKED
        if (now == rest).all():
            break
        rest = now
        if rest.any():
            rate = pooled(rest)
    return value, rate


def main(panels, counts, metadata, out):
    out = Path(out)
    panels = {p["id"]: p for p in tomllib.loads(Path(panels).read_text())["panel"]}
    table, cells = pd.read_csv(counts, index_col=0), pd.read_csv(metadata, index_col=0)
    cells = cells.index[(cells.cell_line_demuxlet == LINE) & (cells.demuxlet_cls == "SNG")]
    table = table[cells].T
    n = table.to_numpy().sum(1).astype(float)
    wanted, expected = {}, {"cell": list(cells), "molecules": n.astype(int)}
    for name, (ids, most) in STATES.items():
        genes = {}
        for marker in (m for i in ids for m in panels[i]["markers"]):
            if marker["direction"] in ("up", "down") and marker["ensembl"] in table.columns:
                genes.setdefault(marker["ensembl"], marker)
        wanted |= {gene: marker["symbol"] for gene, marker in genes.items()}
        rises = np.array([m["direction"] == "up" for m in genes.values()])
        x = table[list(genes)].to_numpy().astype(float)
        value, _ = state(x, n, rises, most)
        expected[name] = [f"{v:.9g}" for v in value]
    data = sc.AnnData(table.astype(np.float32))
    sc.pp.normalize_total(data, target_sum=1e4)
    sc.pp.log1p(data)
    cycle = [[m["ensembl"] for m in panels[i]["markers"] if m["ensembl"] in table.columns] for i in ("cycle_s", "cycle_g2m")]
    sc.tl.score_genes_cell_cycle(data, s_genes=cycle[0], g2m_genes=cycle[1])
    expected["scanpy_s"] = [f"{v:.6f}" for v in data.obs["S_score"]]
    expected["scanpy_g2m"] = [f"{v:.6f}" for v in data.obs["G2M_score"]]
    pd.DataFrame(expected).to_csv(out / "golden.tsv", sep="\t", index=False)
    # One line per gene: its id and symbol, then its molecules in each cell.
    with (out / "counts.tsv").open("w") as file:
        for gene, symbol in wanted.items():
            file.write("\t".join([gene, symbol, *map(str, table[gene])]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
