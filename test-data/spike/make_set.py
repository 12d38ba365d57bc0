#!/usr/bin/env python3
"""Make the labelled cells of the spike-in tests.
usage: make_set.py human_breast_stroma.h5ad OUT.h5ad   (prints the versions and the labels)
Keeps the 140 cells of the Komen Tissue Bank (cohort komentissuebank)."""
import sys
from importlib.metadata import version
import anndata as ad
import numpy as np
import scipy
import scipy.sparse as sp

print("python", sys.version.split()[0], "anndata", version("anndata"), "numpy", np.__version__, "scipy", scipy.__version__)
a = ad.read_h5ad(sys.argv[1])
a = a[(a.obs["cohort"] == "komentissuebank").values].copy()
x = sp.csr_matrix(a.X).astype(np.int32)
x.sort_indices()
var = a.var[[]].copy()
out = ad.AnnData(x, obs=a.obs[["label"]].copy(), var=var)
out.write_h5ad(sys.argv[2], compression="gzip", compression_opts=9)
print(out.shape, out.obs["label"].value_counts().to_dict())
