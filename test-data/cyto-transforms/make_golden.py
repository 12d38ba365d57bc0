"""Values of the scales of Gating-ML 2.0 by FlowKit. Usage: make_golden.py OUT_DIR"""

import sys
from pathlib import Path

import flowkit as fk
import flowutils
import numpy as np

xf = fk.transforms
SCALES = [
    ("flin", dict(T=262144, A=0)),
    ("flin", dict(T=10000, A=500)),
    ("flog", dict(T=10000, M=5)),
    ("flog", dict(T=262144, M=4.5)),
    ("fasinh", dict(T=10000, M=4, A=1)),
    ("fasinh", dict(T=262144, M=4.5, A=0)),
    ("fasinh", dict(T=1000, M=4, A=4)),
    ("logicle", dict(T=10000, W=0.5, M=4.5, A=0)),
    ("logicle", dict(T=10000, W=1, M=4, A=0.5)),
    ("logicle", dict(T=262144, W=0, M=4.5, A=0)),
    ("logicle", dict(T=262144, W=2.25, M=4.5, A=0)),
    ("logicle", dict(T=262144, W=1.3, M=4.5, A=-0.7)),
    ("logicle", dict(T=1000, W=1, M=4, A=1)),
    ("hyperlog", dict(T=10000, W=1, M=4.5, A=0)),
    ("hyperlog", dict(T=262144, W=0.5, M=4.5, A=0)),
    ("hyperlog", dict(T=1000, W=1, M=4, A=1)),
    ("hyperlog", dict(T=1000, W=0.01, M=5, A=0)),
]


def transform(name, p):
    if name == "flin":
        return xf.LinearTransform(p["T"], p["A"])
    if name == "flog":
        return xf.LogTransform(p["T"], p["M"])
    if name == "fasinh":
        return xf.AsinhTransform(p["T"], p["M"], p["A"])
    make = xf.LogicleTransform if name == "logicle" else xf.HyperlogTransform
    return make(p["T"], p["W"], p["M"], p["A"])


out = Path(sys.argv[1])
with open(out / "scales.tsv", "w") as f:
    f.write("scale\tT\tW\tM\tA\tlinear\tscaled\n")
    for name, p in SCALES:
        scale = transform(name, p)
        # The linear values are those of an even grid of the scale (0 to 1, and a little beyond), and some round ones.
        grid = scale.inverse(np.linspace(-0.05, 1.1, 116).reshape(-1, 1)).ravel()
        decades = np.array([10.0**k for k in range(-6, 6)])
        x = np.concatenate([grid, decades, [0.0, 1.0 / 3.0]])
        if name != "flog":
            x = np.concatenate([x, -decades, [-1.0 / 3.0]])
        else:
            x = x[x > 0]
        y = scale.apply(x.reshape(-1, 1)).ravel()
        values = [repr(float(p.get(k, "nan"))) for k in "TWMA"]
        for a, b in zip(x, y):
            f.write("\t".join([name, *values, repr(float(a)), repr(float(b))]) + "\n")

with open(out / "versions.txt", "w") as f:
    f.write(f"python {sys.version.split()[0]}\nflowkit {fk.__version__}\n")
    f.write(f"flowutils {flowutils.__version__}\nnumpy {np.__version__}\n")
