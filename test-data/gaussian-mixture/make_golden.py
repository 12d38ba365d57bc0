"""Values of planted Gaussian mixtures and scikit-learn's fit to them.

python make_golden.py OUT_FOLDER
"""
import sys
import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture

SETS = {
    # name: (seed, [(count, mean, sd)], components fitted)
    "two": (1, [(1500, 1.0, 0.5), (500, 4.0, 0.8)], 2),
    "rare": (2, [(2950, 1.0, 0.6), (50, 6.0, 0.5)], 2),
    "three": (3, [(1200, 0.0, 0.5), (600, 3.0, 0.6), (700, 6.5, 0.7)], 3),
    "overlap": (4, [(1500, 0.0, 1.0), (1500, 2.2, 1.0)], 2),
}
out = sys.argv[1]
with open(f"{out}/expected.tsv", "w") as table:
    table.write("set\tk\tlog_likelihood\tbic\tweights\tmeans\tsds\n")
    for name, (seed, parts, k) in SETS.items():
        rng = np.random.default_rng(seed)
        x = np.concatenate([rng.normal(m, s, n) for n, m, s in parts]).round(6)
        np.savetxt(f"{out}/{name}.txt", x, fmt="%.6f")
        model = GaussianMixture(k, tol=1e-14, reg_covar=1e-12, max_iter=200000, n_init=20, random_state=0)
        model.fit(x[:, None])
        assert model.converged_
        order = np.argsort(model.means_[:, 0])
        row = [model.weights_[order], model.means_[order, 0], np.sqrt(model.covariances_[order, 0, 0])]
        total = model.score(x[:, None]) * len(x)
        cells = [",".join(f"{v:.9g}" for v in r) for r in row]
        table.write(f"{name}\t{k}\t{total:.9g}\t{model.bic(x[:, None]):.9g}\t" + "\t".join(cells) + "\n")
print("scikit-learn", sklearn.__version__, "numpy", np.__version__)
