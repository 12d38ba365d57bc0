"""Validates a result.h5ad of puricell with CELLxGENE's own validator.

    pip install cellxgene-schema==7.1.2
    python check_cellxgene.py PURICELL FOLDER

The lot is the demonstration's, its genes under the accessions (with a version, as some references have them) of the human reference
that comes with the validator; genes that it does not name are left out. What puricell cannot know is declared in the metadata. Ends non-zero unless the
file is valid.
"""

import csv
import gzip
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import anndata
import cellxgene_schema
import h5py
import pandas as pd
import scipy.sparse as sp
from cellxgene_schema.validate import validate

METADATA = """
donor = "D3"
donor_sex = "female"
assay = "10x 3' v3"
[cellxgene]
disease_ontology_term_id = "PATO:0000461"
development_stage_ontology_term_id = "HsapDv:0000258"
suspension_type = "cell"
is_primary_data = true
"""


def lot(path):
    """The demonstration lot under accessions, written to `path`."""
    reference = Path(cellxgene_schema.__file__).parent / "gencode_files" / "genes_homo_sapiens.csv.gz"
    with gzip.open(reference, "rt") as file:
        accessions = {row[1]: row[0] for row in csv.reader(file)}
    with h5py.File(Path(__file__).parents[1] / "demo" / "lot.h5") as file:
        matrix = file["matrix"]
        counts = sp.csc_matrix((matrix["data"][:], matrix["indices"][:], matrix["indptr"][:]), matrix["shape"][:]).T.tocsr()
        names = matrix["features/name"].asstr()[:]
        barcodes = matrix["barcodes"].asstr()[:]
    var = pd.DataFrame({"gene_symbols": names, "column": range(len(names))})
    var = var[var.gene_symbols.isin(accessions)].drop_duplicates("gene_symbols")
    var.index = [f"{accessions[name]}.3" for name in var.gene_symbols]
    data = anndata.AnnData(counts[:, var.column].astype("float32"), pd.DataFrame(index=barcodes), var[["gene_symbols"]])
    data.write_h5ad(path)


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    lot(folder / "lot.h5ad")
    (folder / "lot.toml").write_text(METADATA, encoding="utf-8")
    for content in ["light", "full"]:
        out = folder / content
        given = ["--profile", "adipose", "--metadata", folder / "lot.toml", "--h5ad", content, "--out", out, "--quiet"]
        subprocess.run([program, "run", folder / "lot.h5ad", *given], check=True)
        is_valid, problems, _ = validate(out / "result.h5ad")
        if not is_valid:
            sys.exit("\n".join([f"{content}: not valid", *problems]))
    print(f"valid by cellxgene-schema {version('cellxgene-schema')}, anndata {version('anndata')}")


main()
