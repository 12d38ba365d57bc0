"""Reads what `write_sample` wrote with pyarrow and pandas, and compares each value with the formula behind it.

    python check_parquet.py FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        pa.field("cell_id", pa.string(), nullable=False),
        pa.field("call", pa.string()),
        pa.field("kept", pa.bool_(), nullable=False),
        pa.field("score", pa.float64()),
        pa.field("score32", pa.float32()),
        pa.field("wide", pa.int64(), nullable=False),
        pa.field("narrow", pa.int32(), nullable=False),
    ]
)


def main():
    folder = Path(sys.argv[1])
    for name, n in [("sample", 3000), ("empty", 0)]:
        file = pq.ParquetFile(folder / f"{name}.parquet")
        assert file.metadata.created_by == "puricell" and file.metadata.num_rows == n
        assert file.schema_arrow.equals(SCHEMA, check_metadata=False), file.schema_arrow
        table = file.read()
        table.validate(full=True)
        i = np.arange(n)
        rows = table.to_pydict()
        assert rows["cell_id"] == [f"CELL{k}-细胞" for k in i]
        assert rows["call"] == [None if k % 5 == 0 else ["target", "未知"][k % 2] for k in i]
        assert rows["kept"] == [k % 4 != 0 for k in i]
        # The quotients are computed the same way on both sides, so they are equal to the bit.
        assert rows["score"] == [None if k % 7 == 3 else float(k) / 3.0 for k in i]
        assert rows["score32"] == [None if k % 7 == 4 else float(np.float32(k) / np.float32(3)) for k in i]
        assert rows["wide"] == [int(k) * 10_000_000_000 - 5 for k in i]
        assert rows["narrow"] == [int(k) * -3 for k in i]
        if n:
            group = file.metadata.row_group(0)
            columns = [group.column(c) for c in range(group.num_columns)]
            assert {c.path_in_schema for c in columns if c.has_dictionary_page} == {"call"}
            assert {c.compression for c in columns} == {"SNAPPY"}
            frame = pd.read_parquet(folder / f"{name}.parquet")
            assert frame["score"].isna().sum() == (i % 7 == 3).sum() and frame["narrow"].dtype == np.int32
    print("parquet: as written, read by pyarrow", pa.__version__, "and pandas", pd.__version__)


main()
