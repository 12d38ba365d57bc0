"""Small files of every storage form the readers claim, and of every fault they refuse.

    python make_inputs.py FOLDER

writes the files and expected.json into FOLDER. The counts are made by a formula (`counts` below); what is expected is
written down from the arrays that went in, not from any reader.
"""

import importlib.metadata
import json
import sys
import warnings
from pathlib import Path

import anndata
import h5py
import hdf5plugin
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.filterwarnings("ignore")
anndata.settings.allow_write_nullable_strings = True

FOLDER = Path(sys.argv[1])
EXPECTED = []


def counts(n_cells, n_genes, step=7):
    """Every `step`-th entry or so is not 0; some need more than 16 bits."""
    i = np.arange(n_cells * n_genes, dtype=np.int64).reshape(n_cells, n_genes)
    return np.where((i * 31 + i // 5) % step == 0, (i * i) % 90_001 % (i % 11 + 2) ** 4, 0)


def cells(n):
    return [f"CELL{i:04d}-1" for i in range(n)]


def genes(n):
    return [f"GENE{i}" for i in range(n)]


def ensembl(n):
    return [f"ENSG{i:011d}" for i in range(n)]


def accept(name, matrix, dense, cell_ids, ids, names, columns=None, genomes=None, warnings=(), **options):
    rows = [[[int(c), int(row[c])] for c in np.flatnonzero(row)] for row in np.asarray(dense)]
    EXPECTED.append({
        "file": name, **options, "matrix": matrix, "n_features": int(np.asarray(dense).shape[1]), "rows": rows,
        "cells": list(cell_ids), "ids": list(ids), "names": list(names), "genomes": genomes,
        "columns": columns or [], "warnings": list(warnings),
    })


def refuse(name, variant, *fragments, **options):
    """`fragments` must all appear in the message or its hint."""
    EXPECTED.append({"file": name, **options, "refused": variant, "says": list(fragments)})


def frame(h5, name, index, columns=None, **extra):
    group = h5.create_group(name)
    group.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": "_index"})
    group.attrs["column-order"] = np.array(list(columns or {}), dtype=h5py.string_dtype())
    group["_index"] = np.array(index, dtype=h5py.string_dtype())
    for column, values in (columns or {}).items():
        group[column] = values
    return group


def plain(name, n_cells, n_genes, **file_options):
    h5 = h5py.File(FOLDER / name, "w", **file_options)
    h5.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
    frame(h5, "obs", cells(n_cells))
    frame(h5, "var", genes(n_genes))
    return h5


def csr(h5, at, matrix, data_type="f4", sparse=sp.csr_matrix, indices=None, **how):
    sparse = sparse(np.asarray(matrix)) if not sp.issparse(matrix) else matrix
    group = h5.create_group(at)
    group.attrs.update({"encoding-type": f"{sparse.format}_matrix", "encoding-version": "0.1.0"})
    group.attrs["shape"] = np.array(sparse.shape)
    group.create_dataset("data", data=sparse.data.astype(data_type), **how)
    group.create_dataset("indices", data=sparse.indices.astype("i4") if indices is None else indices, **how)
    group.create_dataset("indptr", data=sparse.indptr.astype("i4"))
    return group


def storage_forms():
    """X of 40 x 30 in every form; chunks that do not divide it."""
    dense = counts(40, 30)
    usual = (cells(40), genes(30), genes(30))
    ways = {
        "gzip": {"chunks": (50,), "compression": "gzip"},
        "gzip_shuffle_fletcher": {"chunks": (50,), "compression": "gzip", "shuffle": True, "fletcher32": True},
        "lzf_shuffle": {"chunks": (64,), "compression": "lzf", "shuffle": True},
        "zstd": {"chunks": (50,), **hdf5plugin.Zstd(clevel=3)},
        "zstd_shuffle": {"chunks": (50,), "shuffle": True, **hdf5plugin.Zstd(clevel=3)},
        "scaleoffset": {"chunks": (64,), "scaleoffset": 0},
        "resizable": {"chunks": (16,), "maxshape": (None,)},
        "contiguous": {},
    }
    # The newest layout can be read by nothing older than HDF5 2.0, so most use that of 1.10, with its new chunk indexes.
    for library in ("earliest", "v110"):
        for way, how in ways.items():
            name = f"csr_{way}_{library}.h5ad"
            with plain(name, 40, 30, libver=(library, "v110")) as h5:
                csr(h5, "X", dense, "i8" if way == "scaleoffset" else "f4", **how)
            accept(name, "X", dense, *usual)
    for data_type in ("u1", "i1", "<u2", ">i2", "<i4", ">i4", "<u4", "<i8", ">u8", ">f4", "<f8", ">f8", "?"):
        bits = np.minimum(dense, {"1": 100, "?": 1, "2": 30_000}.get(data_type[-1], 10**9))
        name = f"csr_type_{data_type.replace('<', 'le_').replace('>', 'be_').replace('?', 'bool')}.h5ad"
        with plain(name, 40, 30) as h5:
            csr(h5, "X", bits, data_type, chunks=(50,), compression="gzip", shuffle=True)
        accept(name, "X", bits, *usual)
    dense_ways = {
        "chunked": {"chunks": (7, 11), "compression": "gzip", "shuffle": True},
        "rows": {"chunks": (9, 30), "compression": "lzf"},
        "columns": {"chunks": (40, 4), "compression": "gzip"},
        "contiguous": {},
        "resizable": {"chunks": (16, 16), "maxshape": (None, None)},
    }
    for library in ("earliest", "v110"):
        for way, how in dense_ways.items():
            name = f"dense_{way}_{library}.h5ad"
            with plain(name, 40, 30, libver=(library, "v110")) as h5:
                h5.create_dataset("X", data=dense.astype("f4"), **how)
            accept(name, "X", dense, *usual)
    with plain("csr_gzip_latest.h5ad", 40, 30, libver="latest") as h5:
        csr(h5, "X", dense, **ways["gzip"])
    accept("csr_gzip_latest.h5ad", "X", dense, *usual)
    # Only two chunks are ever written; the rest is the fill value.
    with plain("dense_unwritten.h5ad", 40, 30) as h5:
        x = h5.create_dataset("X", (40, 30), "i4", chunks=(10, 10), fillvalue=2)
        x[0:10, 0:10] = dense[0:10, 0:10]
        x[30:40, 20:30] = dense[30:40, 20:30]
    filled = np.full((40, 30), 2)
    filled[0:10, 0:10], filled[30:40, 20:30] = dense[0:10, 0:10], dense[30:40, 20:30]
    accept("dense_unwritten.h5ad", "X", filled, *usual)
    with plain("csc.h5ad", 40, 30) as h5:
        csr(h5, "X", dense, sparse=sp.csc_matrix, chunks=(50,), compression="gzip")
    accept("csc.h5ad", "X", dense, *usual)
    with plain("stored_zeros_unsorted.h5ad", 3, 4) as h5:
        stored = sp.csr_matrix((np.array([5.0, 0.0, 1.0, 2.0]), np.array([3, 1, 2, 0]), np.array([0, 2, 2, 4])), (3, 4))
        csr(h5, "X", stored)
    accept("stored_zeros_unsorted.h5ad", "X", [[0, 0, 0, 5], [0] * 4, [2, 0, 1, 0]], cells(3), genes(4), genes(4))
    with plain("user_block.h5ad", 40, 30, userblock_size=1024) as h5:
        csr(h5, "X", dense, chunks=(50,), compression="gzip")
    accept("user_block.h5ad", "X", dense, *usual)
    with plain("soft_links.h5ad", 40, 30) as h5:
        csr(h5, "uns/kept", dense)
        h5["X"] = h5py.SoftLink("/uns/kept")
    accept("soft_links.h5ad", "X", dense, *usual)


def annotation():
    """What obs and var may look like."""
    dense = counts(4, 3, 2)
    obs = pd.DataFrame(index=cells(4))
    obs["plain text"] = ["a", "b", "b", "ä"]
    obs["categorical"] = pd.Categorical(["x", None, "y", "x"])
    obs["numbers as categories"] = pd.Categorical([3, 1, 3, 3])
    obs["int"] = np.array([1, -2, 3, 4])
    obs["float"] = [0.5, np.nan, 1.0, -1.0]
    obs["bool"] = [True, False, True, True]
    obs["nullable int"] = pd.array([1, None, 3, 4], dtype="Int64")
    obs["nullable bool"] = pd.array([True, None, False, True], dtype="boolean")
    obs["nullable text"] = pd.array(["p", None, "q", "r"], dtype="string")
    obs["100% 中文, (odd) name.1"] = ["u", "v", "w", "x"]
    var = pd.DataFrame(index=ensembl(3))
    var["feature_name"] = ["PTPRC", "CD3E", "CD3E"]
    var["genome"] = pd.Categorical(["GRCh38"] * 3)
    var["feature_types"] = "Gene Expression"
    anndata.AnnData(sp.csr_matrix(dense.astype("f4")), obs, var).write_h5ad(FOLDER / "columns.h5ad")
    accept(
        "columns.h5ad", "X", dense, cells(4), ensembl(3), var["feature_name"], [
            ["plain text", "text", ["a", "b", "b", "ä"]],
            ["categorical", "text", ["x", None, "y", "x"]],
            ["numbers as categories", "text", ["3", "1", "3", "3"]],
            ["int", "number", [1, -2, 3, 4]],
            ["float", "number", [0.5, None, 1, -1]],
            ["bool", "bool", [True, False, True, True]],
            ["nullable int", "number", [1, None, 3, 4]],
            ["nullable bool", "bool", [True, None, False, True]],
            ["nullable text", "text", ["p", None, "q", "r"]],
            ["100% 中文, (odd) name.1", "text", ["u", "v", "w", "x"]],
        ], ["GRCh38"] * 3, ["duplicate_gene_symbols"],
    )
    # Ids in a column, symbols in the index made unique; other names; an index of integers; biotypes; a column unknown.
    with h5py.File(FOLDER / "var_columns.h5ad", "w") as h5:
        csr(h5, "X", dense)
        group = frame(h5, "obs", cells(4), {"known": np.arange(4)})
        group["_index"][...]
        strange = group.create_group("strange")
        strange.attrs["encoding-type"] = "awkward-array"
        group.attrs["column-order"] = np.array(["known", "strange"], dtype=h5py.string_dtype())
        var = h5.create_group("var")
        var.attrs["_index"] = "index"
        var["index"] = np.array([10, 20, 30])
        var["Gene_IDs"] = np.array(ensembl(3), dtype="S15")
        var["gene_symbols"] = np.array(["A", "B", ""], dtype=h5py.string_dtype())
        var["feature_type"] = np.array(["protein_coding", "lncRNA", "lncRNA"], dtype=h5py.string_dtype())
    accept("var_columns.h5ad", "X", dense, cells(4), ensembl(3), ["A", "B", "30"], [["known", "number", [0, 1, 2, 3]]],
           warnings=["column_left_out"])
    # Tables of records, as AnnData up to 0.6 wrote them, with categories in uns and text of varying length.
    with h5py.File(FOLDER / "tables.h5ad", "w") as h5:
        h5["X"] = dense.astype("i4")
        kind = [("index", "S11"), ("group", "i1"), ("score", ">f4"), ("ok", "?"), ("note", h5py.string_dtype()), ("pair", "<f4", (2,))]
        records = [(c.encode(), g, s, o, t, (0, 0)) for c, g, s, o, t in
                   zip(cells(4), [1, 0, -1, 1], [0.5, 1, 2, 3], [1, 0, 1, 0], ["a", "", "long enough", "d"])]
        h5["obs"] = np.array(records, dtype=kind)
        h5["uns/group_categories"] = np.array(["left", "right"], dtype=h5py.string_dtype())
        h5["var"] = np.array([(b"A",), (b"B",), (b"C",)], dtype=[("index", "S3")])
    accept("tables.h5ad", "X", dense, cells(4), "ABC", "ABC", [
        ["group", "text", ["right", "left", None, "right"]],
        ["score", "number", [0.5, 1, 2, 3]],
        ["ok", "bool", [True, False, True, False]],
        ["note", "text", ["a", "", "long enough", "d"]],
    ], warnings=["column_left_out"])


def choice_of_matrix():
    dense = counts(4, 3, 2)
    usual = (cells(4), genes(3), genes(3))
    with plain("counts_in_raw.h5ad", 4, 3) as h5:
        h5["X"] = np.log1p(dense).astype("f4")
        csr(h5, "raw/X", np.hstack([dense, dense]))
        frame(h5["raw"], "var", genes(6))
        csr(h5, "layers/counts", dense)
    accept("counts_in_raw.h5ad", "raw/X", np.hstack([dense, dense]), cells(4), genes(6), genes(6), warnings=["counts_not_in_x"])
    accept("counts_in_raw.h5ad", "layers/counts", dense, *usual, layer="counts")
    refuse("counts_in_raw.h5ad", "NotCounts", "X does not hold counts", "not a whole number", "--layer raw/X", "layers/counts", layer="X")
    refuse("counts_in_raw.h5ad", "UnknownLayer", "'spliced'", "X, raw/X, layers/counts", layer="spliced")
    with plain("only_spliced.h5ad", 4, 3) as h5:
        h5["X"] = np.where(dense == 0, 0, 0.5)
        csr(h5, "layers/ambiguous", np.where(dense == 0, 0, -1), "i4")
        csr(h5, "layers/spliced", dense)
    refuse("only_spliced.h5ad", "NotCounts", "'CELL0000-1'", "0.5", "not a whole number", "--layer layers/spliced")
    refuse("only_spliced.h5ad", "NotCounts", "layers/ambiguous does not hold counts", "-1", "negative", layer="ambiguous")
    accept("only_spliced.h5ad", "layers/spliced", dense, *usual, layer="spliced")
    with plain("no_x.h5ad", 4, 3) as h5:
        csr(h5, "layers/spliced", dense)
    refuse("no_x.h5ad", "NoMatrixInFile", "no X, but layers/spliced (choose with --layer)")
    accept("no_x.h5ad", "layers/spliced", dense, *usual, layer="layers/spliced")


def faults():
    dense = counts(4, 3, 2).astype("f4")
    for name, value, says in [("nan", np.nan, "NaN, which is not a finite number"), ("negative", -3, "-3, which is negative"),
                              ("fraction", 1.5, "1.5, which is not a whole number"), ("infinite", np.inf, "inf, which is not"),
                              ("too_large", 2.0**32, "4294967296, which is larger than a 32-bit count")]:
        bad = dense.copy()
        bad[2, 1] = value
        with plain(f"{name}_dense.h5ad", 4, 3) as h5:
            h5["X"] = bad
        with plain(f"{name}_csr.h5ad", 4, 3) as h5:
            csr(h5, "X", bad)
        with plain(f"{name}_csc.h5ad", 4, 3) as h5:
            csr(h5, "X", bad, sparse=sp.csc_matrix)
        for form in ("dense", "csr", "csc"):
            refuse(f"{name}_{form}.h5ad", "NotCounts", "cell 'CELL0002-1', gene 'GENE1'", says)
    ok = counts(4, 3, 2)
    with plain("shape_disagrees.h5ad", 5, 3) as h5:
        csr(h5, "X", ok)
    refuse("shape_disagrees.h5ad", "Shape", "4 rows", "5 (the cells of obs)")
    with plain("features_disagree.h5ad", 4, 7) as h5:
        csr(h5, "X", ok)
    refuse("features_disagree.h5ad", "Shape", "7 features", "3 (columns of X)")
    with plain("index_beyond.h5ad", 4, 3) as h5:
        csr(h5, "X", ok, indices=np.full(sp.csr_matrix(ok).nnz, 3, "i4"))
    refuse("index_beyond.h5ad", "Matrix", "column 3", "3 columns")
    with plain("index_twice.h5ad", 1, 3) as h5:
        twice = sp.csr_matrix((np.ones(2), np.array([1, 1]), np.array([0, 2])), (1, 3))
        csr(h5, "X", twice)
    refuse("index_twice.h5ad", "Matrix", "row 0 names column 1 twice")
    with plain("pointer_falls.h5ad", 4, 3) as h5:
        csr(h5, "X", ok)["indptr"][...] = [0, 5, 2, 4, sp.csr_matrix(ok).nnz]
    refuse("pointer_falls.h5ad", "Matrix", "not monotonic")
    with plain("unknown_matrix.h5ad", 4, 3) as h5:
        csr(h5, "X", ok).attrs["encoding-type"] = "coo_matrix"
    refuse("unknown_matrix.h5ad", "Encoding", "X is stored as 'coo_matrix'", "csr_matrix, csc_matrix")
    with plain("float16.h5ad", 4, 3) as h5:
        csr(h5, "X", ok, "f2")
    refuse("float16.h5ad", "Encoding", "floating-point numbers of 2 bytes")
    with plain("bitshuffle.h5ad", 4, 3) as h5:
        csr(h5, "X", ok, chunks=(2,), **hdf5plugin.Bitshuffle())
    refuse("bitshuffle.h5ad", "Filter", "Bitshuffle", "compression='gzip'")
    with plain("no_cells.h5ad", 0, 3) as h5:
        csr(h5, "X", np.zeros((0, 3)))
    refuse("no_cells.h5ad", "Empty", "0 cells x 3 features")
    with plain("no_genes.h5ad", 4, 0) as h5:
        h5.create_dataset("X", (4, 0), "f4")
    refuse("no_genes.h5ad", "Empty", "4 cells x 0 features")
    with plain("all_zero.h5ad", 4, 3) as h5:
        csr(h5, "X", np.zeros((4, 3)))
    accept("all_zero.h5ad", "X", np.zeros((4, 3)), cells(4), genes(3), genes(3), warnings=["all_zero"])
    with plain("one_cell.h5ad", 1, 3) as h5:
        csr(h5, "X", ok[:1])
    accept("one_cell.h5ad", "X", ok[:1], cells(1), genes(3), genes(3))
    with plain("duplicate_cells.h5ad", 4, 3) as h5:
        h5["obs/_index"][...] = ["a", "b", "b", "a"]
        csr(h5, "X", ok)
    refuse("duplicate_cells.h5ad", "DuplicateCells", "'b' appears more than once (2 ids do)")
    with h5py.File(FOLDER / "not_a_matrix.h5", "w") as h5:
        h5["some/array"] = np.arange(3)
    refuse("not_a_matrix.h5", "NoMatrixInFile", "/some")
    with h5py.File(FOLDER / "two_modalities.h5mu", "w") as h5:
        h5.create_group("mod")
        frame(h5, "obs", cells(1))
        frame(h5, "var", genes(1))
    refuse("two_modalities.h5mu", "Foreign", "MuData", "['rna']")
    with h5py.File(FOLDER / "molecule_info.h5", "w") as h5:
        h5["barcode_idx"], h5["umi"] = np.arange(3), np.arange(3)
    refuse("molecule_info.h5", "Foreign", "molecules", "filtered_feature_bc_matrix.h5")


def tenx(name, matrix, features, barcodes, **file_options):
    csc = sp.csc_matrix(np.asarray(matrix).T)
    with h5py.File(FOLDER / name, "w", **file_options) as h5:
        h5.attrs["software_version"] = "cellranger-9.0.0"
        group = h5.create_group("matrix")
        group["barcodes"] = np.array(barcodes, dtype="S18")
        group["data"] = csc.data.astype("i4")
        group["indices"] = csc.indices.astype("i8")
        group["indptr"] = csc.indptr.astype("i8")
        group["shape"] = np.array(csc.shape, dtype="i4")
        for column, values in features.items():
            group[f"features/{column}"] = np.array(values, dtype="S30")
        return csc


def tenx_files():
    dense = counts(5, 8, 2)
    kinds = ["Gene Expression", "Antibody Capture", "Gene Expression", "Gene Expression", "CRISPR Guide Capture"] + ["Gene Expression"] * 3
    genomes = ["GRCh38", "", "mm10", "GRCh38", "", "mm10", "GRCh38", "GRCh38"]
    features = {"id": ensembl(8), "name": genes(8), "feature_type": kinds, "genome": genomes}
    tenx("several_kinds.h5", dense, features, cells(5))
    rna = [i for i in range(8) if kinds[i] == "Gene Expression"]
    pick = lambda values, at: [values[i] for i in at]
    accept("several_kinds.h5", "matrix", dense[:, rna], cells(5), pick(ensembl(8), rna), pick(genes(8), rna),
           genomes=pick(genomes, rna), warnings=["other_features_left_out", "several_genomes"])
    mouse = [i for i in rna if genomes[i] == "mm10"]
    accept("several_kinds.h5", "matrix", dense[:, mouse], cells(5), pick(ensembl(8), mouse), pick(genes(8), mouse),
           genomes=["mm10"] * len(mouse), warnings=["other_features_left_out"], genome="mm10")
    refuse("several_kinds.h5", "UnknownGenome", "'hg19'", "GRCh38, mm10", genome="hg19")
    refuse("several_kinds.h5", "UnknownLayer", "'counts'", "matrix", layer="counts")
    tenx("no_rna.h5", dense, {**features, "feature_type": ["Antibody Capture"] * 8}, cells(5))
    refuse("no_rna.h5", "NoGeneExpression", "8 Antibody Capture")
    tenx("duplicate_barcodes.h5", dense, features, ["A-1", "B-1", "A-1", "A-1", "C-1"])
    refuse("duplicate_barcodes.h5", "DuplicateCells", "'A-1' appears more than once (1 ids do)")
    tenx("empty.h5", np.zeros((0, 8)), features, [])
    refuse("empty.h5", "Empty", "0 cells x 8 features")
    tenx("negative.h5", np.where(np.arange(40).reshape(5, 8) == 9, -4, dense), features, cells(5))
    refuse("negative.h5", "NotCounts", "cell 'CELL0001-1', gene 'GENE1'", "-4", "negative")
    tenx("shape_swapped.h5", dense, features, cells(5))
    with h5py.File(FOLDER / "shape_swapped.h5", "a") as h5:
        h5["matrix/shape"][...] = [5, 8]
    refuse("shape_swapped.h5", "Shape", "5 x 8", "8 x 5 (features x barcodes)")
    tenx("missing_data.h5", dense, features, cells(5))
    with h5py.File(FOLDER / "missing_data.h5", "a") as h5:
        del h5["matrix/data"]
    refuse("missing_data.h5", "Hdf5", "matrix/data")
    tenx("probes.h5", dense, {**features, "feature_type": ["Gene Expression"] * 8, "genome": ["x"] * 8, "probe_region": ["spliced"] * 8}, cells(5))
    accept("probes.h5", "matrix", dense, cells(5), ensembl(8), genes(8), genomes=["x"] * 8, warnings=["probe_features"])


def main():
    storage_forms()
    annotation()
    choice_of_matrix()
    faults()
    tenx_files()
    versions = {n: importlib.metadata.version(n) for n in ["anndata", "h5py", "hdf5plugin", "numpy", "scipy", "pandas"]}
    # One case a line, so that a change can be read.
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in EXPECTED)
    (FOLDER / "expected.json").write_text(f'{{"versions": {json.dumps(versions)},\n"cases": [\n{lines}\n]}}\n')


main()
