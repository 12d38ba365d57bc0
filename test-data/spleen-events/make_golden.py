"""Values, labels and thresholds of mouse spleen events, for the test of event calls.

usage: python make_golden.py FCS_SPLEEN_GATED_DIR MIX_FCS_SPLEEN_DIR OUT_DIR

Values: compensated by the file's own matrix, asinh(x / 150), times 100, rounded. Thresholds: a normal mixture of two
components per stained channel, fitted to all events of the source file (no label is used); the threshold is where both
components are equally likely a posteriori between their means, the band where the odds are 1 to 9 and 9 to 1.
"""
import csv
import platform
import sys
from pathlib import Path

import flowio
import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq
from sklearn.mixture import GaussianMixture

COFACTOR = 150.0


def read(path):
    fcs = flowio.FlowData(str(path))
    x = np.array(fcs.events, dtype=float).reshape(-1, fcs.channel_count)
    channels = [fcs.channels[i] for i in sorted(fcs.channels, key=int)]
    names = [c["pnn"] for c in channels]
    labels = [c.get("pns", "").strip() for c in channels]
    parts = (fcs.text.get("spillover") or fcs.text["spill"]).split(",")
    n = int(parts[0])
    dyes = [names.index(p) for p in parts[1 : 1 + n]]
    matrix = np.array(parts[1 + n :], dtype=float).reshape(n, n)
    x[:, dyes] = x[:, dyes] @ np.linalg.inv(matrix)
    return names, labels, dyes, np.arcsinh(x / COFACTOR)


def main(source, mixtures, out):
    out.mkdir(parents=True, exist_ok=True)
    names, labels, dyes, values = read(next(source.glob("*.fcs")))
    stained = [i for i in dyes if labels[i]]
    with open(out / "channels.tsv", "w") as f:
        f.write("name\tlabel\tstained\n")
        for i, (name, label) in enumerate(zip(names, labels)):
            f.write(f"{name}\t{label}\t{int(i in stained)}\n")
    with open(out / "thresholds.tsv", "w") as f:
        f.write("channel\tthreshold\tlow\thigh\tneg_mean\tneg_sd\tneg_weight\tpos_mean\tpos_sd\tpos_weight\tashman_d\n")
        for i in stained:
            v = values[:, i]
            fit = GaussianMixture(2, n_init=1, random_state=0, tol=1e-6, max_iter=1000).fit(v[:, None])
            order = np.argsort(fit.means_[:, 0])
            mean = fit.means_[order, 0]
            sd = np.sqrt(fit.covariances_[order, 0, 0])
            weight = fit.weights_[order]

            def ln_odds(x):
                d = np.log(weight) - np.log(sd) - 0.5 * ((x - mean) / sd) ** 2
                return d[1] - d[0]

            at = []
            for odds in (0.0, -np.log(9), np.log(9)):
                try:
                    at.append(brentq(lambda x: ln_odds(x) - odds, mean[0], mean[1]))
                except ValueError:
                    at.append(float("nan"))
            d = np.sqrt(2) * (mean[1] - mean[0]) / np.sqrt((sd**2).sum())
            numbers = [*at, mean[0], sd[0], weight[0], mean[1], sd[1], weight[1], d]
            f.write(names[i] + "\t" + "\t".join(f"{x:.6f}" for x in numbers) + "\n")
    for path in sorted(mixtures.glob("*.fcs")):
        mix_names, _, _, values = read(path)
        assert mix_names == names
        truth = path.parent / (path.name[: -len(".fcs")] + ".truth.tsv")
        classes = [row["class"] for row in csv.DictReader(open(truth), delimiter="\t")]
        with open(out / (path.name[: -len(".fcs")] + ".tsv"), "w") as f:
            f.write("class\t" + "\t".join(names[i] for i in stained) + "\n")
            for label, row in zip(classes, np.rint(values[:, stained] * 100).astype(int)):
                f.write(label + "\t" + "\t".join(map(str, row)) + "\n")
    with open(out / "versions.txt", "w") as f:
        f.write(f"python {platform.python_version()}\n")
        for module in (flowio, np, scipy, sklearn):
            f.write(f"{module.__name__} {module.__version__}\n")


main(*map(Path, sys.argv[1:4]))
