"""Prints the beta-binomial values that the tests of puricell-purity hold: quantiles, and fits of replicates.

Usage: python beta_binomial.py
"""

import numpy as np
import scipy
from scipy.optimize import minimize
from scipy.stats import beta, betabinom, t

print("# scipy", scipy.__version__, "numpy", np.__version__)

for n, a, b in [
    (3000, 3.5, 2997.5), (5000, 0.5, 10000.5), (10000, 10.5, 9990.5), (10000, 0.5, 2000.5), (50000, 25.5, 49975.5),
    (100, 0.5, 0.5), (1, 0.5, 99.5), (200000, 1000.5, 99000.5), (10000, 20.5, 9980.5),
]:
    print("quantile", n, a, b, int(betabinom(n, a, b).ppf(0.95)))

for data in [
    [(12, 5000), (25, 5000), (8, 4800)],
    [(0, 3000), (9, 3000), (1, 3000), (4, 2500)],
    [(100, 10000), (150, 11000), (210, 9000), (90, 10500), (130, 10000)],
    [(480, 500), (450, 500), (499, 500)],
]:
    k, n = np.array(data).T

    def loss(x):
        mean, rho = 1 / (1 + np.exp(-x))
        size = (1 - rho) / rho
        return -betabinom.logpmf(k, n, mean * size, (1 - mean) * size).sum()

    start = np.log(k.sum() / (n.sum() - k.sum()))
    options = dict(xatol=1e-10, fatol=1e-13, maxiter=20000, maxfev=20000)
    fits = [minimize(loss, [start, rho], method="Nelder-Mead", options=options) for rho in (-14, -10, -8, -6, -4, -2)]
    mean, rho = 1 / (1 + np.exp(-min(fits, key=lambda f: f.fun).x))
    inflation = (n * (1 + (n - 1) * rho)).sum() / n.sum()
    ratio = t.ppf(0.975, n.sum() - 1) / t.ppf(0.975, len(n) - 1)
    cells = min(n.sum(), n.sum() / inflation * ratio**2)
    found = mean * cells
    print("fit", data, mean, rho, inflation, beta.ppf(0.025, found, cells - found + 1), beta.ppf(0.975, found + 1, cells - found))
