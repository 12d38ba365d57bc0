#!/usr/bin/env python3
"""Spike-in mixtures of real cells: puricell beside scanpy's score_genes and CellTypist, against the truth of each barcode.

    mixtures.py --puricell target/release/puricell --data DIR --work DIR [--out DIR] [--validation FILE]

`--data` holds human_breast_stroma/human_breast_stroma.h5ad (obs `label`, `cohort`; the cells of cohort komentissuebank are
used), make_mixtures.py (makes NAME.h5, NAME.truth.tsv of it) and ready mixtures in mix_rna_breast*/. Further mixtures are
made with the seeds below into `--work`. The peers' calls are kept there, by the genes they were made with, and reused.
Writes mixtures.tsv (a row per mixture, method and class) and mixtures.md (tables over them) into `--out`.
Needs scanpy 1.11, celltypist 1.7 with scikit-learn before 1.8 (which it names an option to that 1.8 has no more), pandas, pyarrow, scipy.
"""
import argparse
import hashlib
import re
import subprocess
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import anndata as ad
import pandas as pd

import lots

warnings.simplefilter("ignore")
ROOT = Path(__file__).resolve().parents[2]
BLOOD = "hematopoietic=Monocytes,T cell,NK cells"
VESSEL = "endothelial=Endothelial cells"
SKIN = "epithelial=Epithelial cells"
FIVE = "0,0.001,0.005,0.02,0.05"
# name: seed, fractions, cells, base, spikes, more options
FRESH = {
    "fresh_a": (1101, FIVE, 2000, "Fibroblast,Pericytes", [BLOOD, VESSEL], []),
    "fresh_b": (1102, FIVE, 2000, "Fibroblast,Pericytes", [BLOOD, VESSEL], []),
    "fresh_skin": (1103, "0,0.005,0.02", 2000, "Fibroblast,Pericytes", [BLOOD, VESSEL, SKIN], []),
    "fresh_dirty": (1104, "0,0.005,0.02", 2000, "Fibroblast,Pericytes", [BLOOD, VESSEL], ["--dead", "0.04", "--doublets", "0.03"]),
    "fresh_fibroblast": (1105, "0,0.001,0.01", 2000, "Fibroblast", [BLOOD, VESSEL], []),
    "fresh_exact_a": (1106, "0.025,0.05,0.1", 40, "Fibroblast,Pericytes", [BLOOD, VESSEL], ["--exact"]),
    "fresh_exact_b": (1107, "0.025,0.05,0.1", 40, "Fibroblast,Pericytes", [BLOOD, VESSEL], ["--exact"]),
}
GROUPS = {"as drawn (thinned, with replacement)": r"^(mix_rna_breast|fresh_[a-b]|fresh_skin|fresh_fibroblast)/",
          "with dead cells and doublets": r"dirty/", "exact (no cell twice, nothing thinned)": r"exact"}
METHODS = ["puricell", "score_genes, per cell", "score_genes, Leiden majority", "CellTypist vote, cells seen in training",
           "CellTypist vote, cells not seen", "CellTypist per cell, not seen, 99.9 % of blank"]


def make(args):
    """The mixtures: name to path of the matrix."""
    source = args.work / "reference.h5ad"
    if not source.exists():
        table = ad.read_h5ad(args.data / "human_breast_stroma/human_breast_stroma.h5ad")
        table = table[table.obs.cohort == "komentissuebank"].copy()
        table.obs["label"] = table.obs["label"].astype(str)
        table.write_h5ad(source)
    found = {}
    for folder in sorted(args.data.glob("mix_rna_breast*")):
        found |= {f"{folder.name}/{f.stem}": f for f in sorted(folder.glob("f*.h5"))}
    for name, (seed, fractions, n, base, spikes, more) in FRESH.items():
        folder = args.work / "mixtures" / name
        if not folder.exists():
            spiked = [part for spike in spikes for part in ("--spike", spike)]
            command = [sys.executable, args.data / "make_mixtures.py", "rna", source, folder, "--base", base, *spiked,
                       "--frac", fractions, "--n", str(n), "--seed", str(seed), *more]
            subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL)
        found |= {f"{name}/{f.stem}": f for f in sorted(folder.glob("f*.h5"))}
    return found


def truth_of(path):
    return pd.read_csv(path.with_suffix("").as_posix() + ".truth.tsv", sep="\t").set_index("barcode")


def peers_calls(args, mixtures):
    """The peers' calls of all mixtures, a column per method."""
    data = ROOT / "crates/puricell-purity/data"
    panels, profile = data / "panels.toml", data / "profiles" / f"{args.profile}.toml"
    # The genes are puricell's: other genes, other calls.
    genes_hash = hashlib.sha256(panels.read_bytes() + profile.read_bytes()).hexdigest()[:12]
    folder = args.work / f"peers_{genes_hash}"
    folder.mkdir(parents=True, exist_ok=True)
    missing = {n: p for n, p in mixtures.items() if not (folder / f"{n.replace('/', '_')}.tsv").exists()}
    if missing:
        import peers
        genes = peers.panel_genes(panels, profile)
        models = peers.train(peers.reference(args.work / "reference.h5ad"))
        blanks = {}

        def blank(name):
            own = f"{name.split('/')[0]}/f0"
            own = own if own in mixtures else "mix_rna_breast/f0"
            if own not in blanks:
                lot, truth = peers.normalised(mixtures[own]), truth_of(mixtures[own])
                target = ((truth["class"] == "target") & (truth.state == "live")).to_numpy()
                labels = peers.celltypist_labels(lot, models, truth.source_cell)
                limits = peers.thresholds(peers.scores(lot, genes), target), peers.thresholds(labels[2], target)
                blanks[own] = own, labels, limits
            return blanks[own]

        for name, path in missing.items():
            lot, truth = peers.normalised(path), truth_of(path)
            of_blank, labels, (by_score, by_margin) = blank(name)
            calls = pd.DataFrame(index=lot.obs_names)
            calls[METHODS[1]] = peers.above(peers.scores(lot, genes), by_score)
            calls[METHODS[2]] = peers.majority(calls[METHODS[1]], peers.leiden(lot)).to_numpy()
            seen, unseen, margins = labels if of_blank == name else peers.celltypist_labels(lot, models, truth.source_cell)
            calls[METHODS[3]], calls[METHODS[4]] = seen.to_numpy(), unseen.to_numpy()
            calls[METHODS[5]] = peers.above(margins, by_margin).to_numpy()
            calls.to_csv(folder / f"{name.replace('/', '_')}.tsv", sep="\t")
            print(f"peers: {name}", file=sys.stderr)
    return {n: pd.read_csv(folder / f"{n.replace('/', '_')}.tsv", sep="\t", index_col=0) for n in mixtures}


def measure(name, method, truth, calls, estimates):
    """A row per contaminant class. `estimates`: class to k, n, fraction, low, high (and corrected ones where given)."""
    live = truth.state == "live"
    rows = []
    for cls in lots.CONTAMINANTS:
        own = live & (truth["class"] == cls)
        called = calls == cls
        false = live & called & ~own
        from_target = false & (truth["class"] == "target")
        k, n, fraction, low, high = estimates[cls][:5]
        true = float(own.sum() / live.sum())
        rows.append(dict(
            mixture=name, method=method, cls=cls, true_cells=int(own.sum()), true_fraction=true,
            found=int((own & called).sum()), suspect=int((own & (calls == "suspect")).sum()),
            unassigned=int((own & (calls == "unassigned")).sum()), target_cells=int((live & (truth["class"] == "target")).sum()),
            false=int(false.sum()), false_of_target=int(from_target.sum()),
            false_sources=int(truth.source_cell[from_target].nunique()),
            dead_or_doublet_called=int((~live & called).sum()),
            k=k, n=n, fraction=fraction, ci_low=low, ci_high=high, error=abs(fraction - true), covered=bool(low <= true <= high),
            corrected_covered=(bool(estimates[cls][5] <= true <= estimates[cls][6]) if len(estimates[cls]) > 5 else None),
            corrected_error=(abs(estimates[cls][7] - true) if len(estimates[cls]) > 5 else None)))
    return rows


def scored(truth, cells, calls):
    """Of each live cell: class, whether a target, its source, what each method called it, and puricell's log odds of each class."""
    live = (truth.state == "live").to_numpy()
    table = pd.DataFrame({"class": truth["class"], **{m: calls[m].reindex(truth.index) for m in METHODS[1:]}}, index=truth.index)
    for cls in lots.CONTAMINANTS:
        table[f"odds {cls}"] = cells[f"{cls}_log_odds"].reindex(truth.index).fillna(-1e9)
    return table[live]


def equal_specificity(cells):
    """Recall of puricell's log odds where they make no more false calls of target cells than each peer."""
    lines = []
    for cls in lots.CONTAMINANTS:
        own, target = cells["class"] == cls, cells["class"] == "target"
        odds = cells[f"odds {cls}"]
        false = odds[target].sort_values(ascending=False).to_numpy()
        for method in METHODS[1:]:
            called = cells[method] == cls
            n_false = int((called & target).sum())
            limit = false[n_false] if n_false < len(false) else float("-inf")
            lines.append([cls, method, n_false, f"{(called & own).sum() / own.sum():.3f}", f"{(odds[own] > limit).sum() / own.sum():.3f}", f"{limit:.2f}"])
    return lots.markdown(["class", "peer", "false, of targets", "its recall", "puricell's recall", "log odds above"], lines)


def counted(calls):
    n = len(calls)
    return {c: (int((calls == c).sum()), n, float((calls == c).mean()), *lots.exact(int((calls == c).sum()), n)) for c in lots.CONTAMINANTS}


def of_puricell(args, name, path):
    cells, composition = lots.run(args.puricell, path, args.runs / name.replace("/", "_"), args.profile,
                                  ["--validation", args.validation] if args.validation else [])
    estimates = {}
    for cls in lots.CONTAMINANTS:
        row = lots.row(composition, cls)
        values = [lots.number(row[c]) for c in ("fraction", "ci_low", "ci_high")]
        corrected = [lots.number(row.get(c)) for c in ("corrected_low", "corrected_high", "corrected_fraction")]
        estimates[cls] = (int(row["k"]), int(row["n"]), *values, *([] if None in corrected else corrected))
    return cells, estimates


def pooled(rows, cls, by):
    """A line per value of `by` and method: pooled recall, false calls, error and coverage."""
    part = rows[rows.cls == cls]
    lines = []
    for value, group in part.groupby(by, sort=True):
        for method in METHODS:
            own = group[group.method == method]
            spiked = own[own.true_cells > 0]
            lines.append([value, method, len(own), lots.ratio(int(own.found.sum()), int(own.true_cells.sum())), int(own.false_of_target.sum()),
                          int(own.false_sources.sum()), f"{1e4 * own.false_of_target.sum() / own.target_cells.sum():.1f}", f"{100 * own.error.mean():.3f}",
                          lots.ratio(int(spiked.covered.sum()), len(spiked))])
    return lines


def report(args, rows, cells):
    columns = ["nominal fraction", "method", "mixtures", "recall", "false, of targets", "from distinct cells (sum over mixtures)",
               "false per 10,000", "mean abs. error, % points", "covered"]
    rows["nominal"] = rows.mixture.str.extract(r"/f([0-9.e-]+)$")[0].astype(float)
    text = [f"{lots.version(args.puricell)}, profile `{args.profile}`; Python {sys.version.split()[0]}, "
            + ", ".join(f"{p} {version(p)}" for p in ("scanpy", "celltypist", "leidenalg", "igraph", "scikit-learn", "anndata"))
            + f"; {rows.mixture.nunique()} mixtures. Definitions: {lots.definitions(next(args.runs.iterdir()))}.\n"]
    text.append("## Over all mixtures\n")
    lines = []
    for cls in lots.CONTAMINANTS:
        lines += [[cls, *line[1:]] for line in pooled(rows.assign(all="all"), cls, "all")]
    text.append(lots.markdown(["class", *columns[1:]], lines))
    own = rows[rows.method == METHODS[0]]
    spiked = own[own.true_cells > 0]
    text.append(f"puricell's 95 % interval covers the truth in {lots.ratio(int(spiked.covered.sum()), len(spiked))} of the classes spiked, "
                f"{lots.ratio(int(own.covered.sum()), len(own))} of all classes by mixture.\n")
    corrected = spiked.dropna(subset=["corrected_covered"])
    text.append("After correction: " + (lots.ratio(int(corrected.corrected_covered.sum()), len(corrected)) if len(corrected) else "no corrected interval was given") + ".\n")
    errors = rows[(rows.method == "puricell")].dropna(subset=["corrected_error"])
    if len(errors):
        means = (f"{cls} {100 * own.corrected_error.mean():.3f}" for cls, own in errors.groupby("cls"))
        text.append("Mean absolute error of the corrected fraction, % points: " + ", ".join(means) + ".\n")
    text.append("## Recall at equal specificity\n\nOver all mixtures together. puricell's cells are ranked by `CLASS_log_odds` of `cells.parquet`; the limit is the lowest "
                "that lets no more target cells pass than the peer calls falsely.\n")
    text.append(equal_specificity(cells))
    text.append("## Error by kind of mixture\n\nMean absolute error, percentage points; one cell is 2.5 points in a mixture of 40 and 0.05 in one of 2,000.\n")
    lines = []
    for title, pattern in GROUPS.items():
        group = rows[rows.mixture.map(lambda m, p=pattern: re.search(p, m) is not None)]
        for cls in lots.CONTAMINANTS[:2]:
            means = 100 * group[group.cls == cls].groupby("method").error.mean()
            ours = group[(group.cls == cls) & (group.method == METHODS[0])].corrected_error
            corrected = "" if ours.isna().all() else f"{100 * ours.astype(float).mean():.3f}"
            lines.append([title, cls, corrected, *(f"{means[m]:.3f}" for m in METHODS)])
    text.append(lots.markdown(["mixtures", "class", "puricell, corrected", *METHODS], lines))
    for title, pattern in GROUPS.items():
        group = rows[rows.mixture.map(lambda m, p=pattern: re.search(p, m) is not None)]
        text.append(f"## Mixtures {title}\n")
        for cls in lots.CONTAMINANTS:
            if (group[group.cls == cls].true_cells > 0).any():
                text.append(f"### {cls}\n")
                text.append(lots.markdown(columns, pooled(group, cls, "nominal")))
    text.append("## The blanks, one by one\n")
    blanks = rows[(rows.nominal == 0)]
    lines = [[m, method, *(f"{int(g[g.cls == c].false_of_target.sum())} ({int(g[g.cls == c].false_sources.sum())})" for c in lots.CONTAMINANTS)]
             for (m, method), g in blanks.groupby(["mixture", "method"], sort=False)]
    text.append(lots.markdown(["blank", "method", *(f"{c}: false (distinct cells)" for c in lots.CONTAMINANTS)], lines))
    text.append("## Where puricell's missed cells are\n")
    lines = [[c, int(g.true_cells.sum()), int(g.found.sum()), int(g.suspect.sum()), int(g.unassigned.sum())] for c, g in own.groupby("cls", sort=False)]
    text.append(lots.markdown(["class", "true", "found", "suspect", "unassigned"], lines))
    return "\n".join(text)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--out", type=Path, default=None, help="default: --work")
    p.add_argument("--profile", default="adipose")
    p.add_argument("--only", default="", help="pattern of the mixtures' names, as `^fresh_a/`")
    p.add_argument("--validation", type=Path, default=None, help="a study by `puricell validate spike`, for corrected fractions")
    args = p.parse_args()
    args.out = args.out or args.work
    args.runs = args.work / f"runs_{hashlib.sha256(args.puricell.read_bytes()).hexdigest()[:12]}"
    args.runs.mkdir(parents=True, exist_ok=True)
    args.puricell = args.puricell.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    mixtures = {n: p for n, p in make(args).items() if re.search(args.only, n)}
    peers = peers_calls(args, mixtures)
    rows, scores = [], []
    for name, path in mixtures.items():
        truth = truth_of(path)
        cells, estimates = of_puricell(args, name, path)
        rows += measure(name, METHODS[0], truth, cells.call.fillna("not kept").reindex(truth.index), estimates)
        scores.append(scored(truth, cells, peers[name]))
        for method in METHODS[1:]:
            theirs = peers[name][method].reindex(truth.index)
            rows += measure(name, method, truth, theirs, counted(theirs))
    table = pd.DataFrame(rows)
    table.to_csv(args.out / "mixtures.tsv", sep="\t", index=False, float_format="%.6g")
    text = report(args, table, pd.concat(scores))
    (args.out / "mixtures.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
