#!/usr/bin/env python3
"""Make the epithelial lot of the guard's tests.
usage: make_set.py sc_celseq2.count.csv.gz sc_celseq2.metadata.csv.gz OUT.h5ad   (prints the versions)
Keeps the first 16 single HCC827 cells by genotype, and the genes that one of them shows."""
import sys
from importlib.metadata import version
import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

for package in ["anndata", "numpy", "pandas", "scipy"]:
    print(package, version(package))
counts = pd.read_csv(sys.argv[1], index_col=0)
meta = pd.read_csv(sys.argv[2], index_col=0).reindex(counts.columns)
cells = meta.index[(meta["cell_line_demuxlet"] == "HCC827") & (meta["demuxlet_cls"] == "SNG")][:16]
counts = counts[cells]
counts = counts[(counts > 0).any(axis=1)]
x = sp.csr_matrix(counts.values.T.astype(np.int32))
x.sort_indices()
obs = pd.DataFrame({"line": ["HCC827"] * len(cells)}, index=pd.Index(cells.astype(str), name=None))
out = ad.AnnData(x, obs=obs, var=pd.DataFrame(index=pd.Index(counts.index.astype(str), name=None)))
out.write_h5ad(sys.argv[3], compression="gzip", compression_opts=9)
print(out.shape, "median molecules", int(np.median(np.asarray(x.sum(axis=1)).ravel())))
