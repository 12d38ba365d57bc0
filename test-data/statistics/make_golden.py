"""Golden values of intervals and binomial tails.

usage: make_golden.py OUT_DIR
Writes intervals.tsv, binomial.tsv and exact.tsv. The versions used stand in the first line of each file.
Intervals: scipy.stats.beta.ppf/isf (Boost) and, for Wilson, scipy.stats.binomtest(...).proportion_ci.
Binomial: scipy.stats.binom.cdf/sf.
Exact: one-sided upper bounds for small counts by bisection of the binomial sum in 50-digit decimal arithmetic; an
independent witness, and more precise than Boost, whose quantiles are off by up to 7e-11 at n of ten million.
"""

import pathlib
import sys
from decimal import Decimal, getcontext

import numpy
import scipy
from scipy.stats import beta, binom, binomtest

out = pathlib.Path(sys.argv[1])
head = f"# Python {sys.version.split()[0]}, scipy {scipy.__version__}, numpy {numpy.__version__}\n"

pairs = []
for n in (1, 2, 5, 20, 137, 1000, 5000, 30000, 1000000, 10000000):
    ks = {0, 1, 2, 3, 10, n // 1000, n // 100, n // 50, n // 10, n // 3, n // 2, 19 * n // 20, n - 10, n - 3, n - 1, n}
    pairs += [(k, n) for k in sorted(ks) if 0 <= k <= n]

columns = "k n level cp_low cp_high upper lower wilson_low wilson_high jeffreys_low jeffreys_high".split()
with open(out / "intervals.tsv", "w") as f:
    f.write(head + "\t".join(columns) + "\n")
    for k, n in pairs:
        for level in (0.95, 0.99):
            # The probability of error is taken from the written level, as 0.05 and not 1 - 0.95.
            alpha = {0.95: 0.05, 0.99: 0.01}[level]

            def lower(a):
                return 0.0 if k == 0 else beta.ppf(a, k, n - k + 1)

            def upper(a):
                return 1.0 if k == n else beta.isf(a, k + 1, n - k)

            wilson = binomtest(k, n).proportion_ci(confidence_level=level, method="wilson")
            jeffreys = (
                0.0 if k == 0 else beta.ppf(alpha / 2, k + 0.5, n - k + 0.5),
                1.0 if k == n else beta.isf(alpha / 2, k + 0.5, n - k + 0.5),
            )
            values = [lower(alpha / 2), upper(alpha / 2), upper(alpha), lower(alpha), wilson.low, wilson.high, *jeffreys]
            f.write("\t".join([str(k), str(n), str(level)] + [repr(float(v)) for v in values]) + "\n")

with open(out / "binomial.tsv", "w") as f:
    f.write(head + "k\tn\tp\tcdf\tsf\n")
    for n in (1, 10, 100, 5000, 1000000):
        for p in (1e-6, 1e-4, 0.001, 0.02, 0.3, 0.5, 0.95, 0.999):
            for k in sorted({0, 1, int(n * p), int(n * p) + 1, min(n, int(n * p + 6 * (n * p * (1 - p)) ** 0.5)), n - 1, n}):
                if 0 <= k <= n:
                    f.write(f"{k}\t{n}\t{p!r}\t{float(binom.cdf(k, n, p))!r}\t{float(binom.sf(k, n, p))!r}\n")

getcontext().prec = 50


def cdf(k, n, p):
    term = (1 - p) ** n
    total = term
    for i in range(k):
        term *= Decimal(n - i) / (i + 1) * p / (1 - p)
        total += term
    return total


with open(out / "exact.tsv", "w") as f:
    f.write(head + "k\tn\talpha\tupper\n")
    for n in (20, 1000, 5000, 1000000, 10000000):
        for k in (0, 1, 3, 10):
            for alpha in ("0.05", "0.025", "0.005"):
                low, high = Decimal(0), Decimal(1) - Decimal("1e-40")
                while high - low > high * Decimal("1e-30"):
                    middle = (low + high) / 2
                    if cdf(k, n, middle) > Decimal(alpha):
                        low = middle
                    else:
                        high = middle
                f.write(f"{k}\t{n}\t{alpha}\t{float(low)!r}\n")
