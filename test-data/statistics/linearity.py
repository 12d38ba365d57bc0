#!/usr/bin/env python3
"""Values for the test of the weighted line with its lack-of-fit test (crates/puricell/src/validate/linearity.rs).
usage: linearity.py   (prints the versions and the values)"""
import sys
import numpy as np
import scipy
from scipy import stats

print("python", sys.version.split()[0], "numpy", np.__version__, "scipy", scipy.__version__)
levels = [(0.0, [0.0, 0.0005, 0.0]), (0.005, [0.004, 0.005, 0.0045]), (0.01, [0.009, 0.008, 0.0085]), (0.05, [0.045, 0.047, 0.042])]
n_cells = 2000
x = np.array([p for p, ys in levels for _ in ys])
y = np.array([v for _, ys in levels for v in ys])
w = 1 / (x + 1 / n_cells)
X = np.column_stack([np.ones_like(x), x])
A = X.T @ (w[:, None] * X)
b = np.linalg.solve(A, X.T @ (w * y))
r = y - X @ b
df = len(x) - 2
s2 = (w * r * r).sum() / df
se = np.sqrt(s2 * np.diag(np.linalg.inv(A)))
t = stats.t.ppf(0.975, df)
mean = (w * y).sum() / w.sum()
r2 = 1 - (w * r * r).sum() / (w * (y - mean) ** 2).sum()
# The saturated model, a mean per level, is the pure error.
pure = sum((w[x == p] * (y[x == p] - np.average(y[x == p], weights=w[x == p])) ** 2).sum() for p, _ in levels)
df_pure, df_lack = len(x) - len(levels), len(levels) - 2
F = (((w * r * r).sum() - pure) / df_lack) / (pure / df_pure)
for name, value in [("slope", b[1]), ("slope half width", t * se[1]), ("intercept", b[0]), ("intercept half width", t * se[0]), ("r squared", r2), ("lack of fit p", stats.f.sf(F, df_lack, df_pure))]:
    print(f"{name}: {value:.15g}")
print("t:", [stats.t.ppf(0.975, d) for d in (1, 2, 28)], "F:", [stats.f.sf(*a) for a in ((3.2, 4, 24), (0.4, 2, 9), (50, 1, 5))])
