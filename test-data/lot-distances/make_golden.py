"""Distances by scipy and numpy, for the tests of lots held against each other. Writes golden.json beside itself.

scipy 1.17.1, numpy 2.4.6: pip install scipy==1.17.1 numpy==2.4.6; python make_golden.py
"""
import json
from pathlib import Path

import numpy as np
import scipy
from scipy.stats import wasserstein_distance

rng = np.random.default_rng(20)
emd = []
# Sizes that divide 100, and four decimals: then a hundred quantiles of type 1 say all of a sample.
for n, m in [(1, 1), (2, 5), (10, 10), (20, 25), (50, 4), (100, 100), (100, 1), (25, 50)]:
    a = np.round(rng.normal(0.5, 1.0, n), 4)
    b = np.round(np.where(rng.random(m) < 0.4, 0.0, rng.gamma(2.0, 0.7, m)), 4)
    emd.append({"a": a.tolist(), "b": b.tolist(), "distance": float(wasserstein_distance(a, b))})

pseudobulk = []
for depth in [30, 1000, 100_000]:
    expected = rng.lognormal(0.0, 2.0, 60)
    a = rng.poisson(expected / expected.sum() * depth)
    b = rng.poisson(expected * rng.lognormal(0.0, 0.5, 60) / expected.sum() * depth * 1.7)
    seen = (a > 0) | (b > 0)
    x, y = (np.log2(1 + counts[seen] * 1e6 / counts.sum()) for counts in (a, b))
    pseudobulk.append({
        "a": a.tolist(),
        "b": b.tolist(),
        "correlation_distance": float(1 - np.corrcoef(x, y)[0, 1]),
        "log_ratio": float(np.sqrt(np.mean((x - y) ** 2))),
    })

golden = {"scipy": scipy.__version__, "numpy": np.__version__, "emd": emd, "pseudobulk": pseudobulk}
Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")
