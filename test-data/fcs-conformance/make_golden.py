"""Golden values of FCS files, by FlowIO and, where FlowIO refuses a file under every option, by fcsparser.

usage: make_golden.py FOLDER > golden.json      (FOLDER holds <source>/<file>)

Per data set: names, labels, SHA-256 of all values as little-endian doubles in row-major order, the sum of each channel,
the first and the last event, and those two events on their scales (FlowIO's pre-processing: $PnE, $PnG, $TIMESTEP).
"""

import hashlib
import json
import math
import platform
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import flowio
import numpy as np

OPTIONS = [
    {},
    {"ignore_offset_error": True},
    {"ignore_offset_discrepancy": True},
    {"use_header_offsets": True},
]


def floats(row):
    return [float(value) if math.isfinite(value) else str(float(value)) for value in row]


def summary(names, labels, values, scaled):
    values = np.ascontiguousarray(values, dtype="<f8")
    out = {
        "names": names,
        "labels": labels,
        "n_events": int(values.shape[0]),
        "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
        "sums": [math.fsum(column) for column in values.T],
        "first": floats(values[0]),
        "last": floats(values[-1]),
    }
    if scaled is not None:
        out["scaled_first"], out["scaled_last"] = floats(scaled[0]), floats(scaled[-1])
    return out


def scaled(data):
    try:
        return data.as_array(preprocess=True)
    except ValueError:  # a $TIMESTEP that is no number
        return None


def by_flowio(path, options):
    data = flowio.FlowData(str(path), **options)
    values = np.array(data.events, dtype=np.float64).reshape(-1, data.channel_count)
    return [summary(data.pnn_labels, data.pns_labels, values, scaled(data))]


def by_fcsparser(path):
    import fcsparser

    meta, table = fcsparser.parse(str(path), reformat_meta=False)
    names = [meta[f"$P{i}N"] for i in range(1, int(meta["$PAR"]) + 1)]
    labels = [meta.get(f"$P{i}S", "") for i in range(1, int(meta["$PAR"]) + 1)]
    return [summary(names, labels, table.to_numpy(dtype=np.float64), None)]


def golden(path):
    refusals = []
    for options in OPTIONS:
        try:
            return {"reader": "flowio", "options": options, "data_sets": by_flowio(path, options)}
        except flowio.exceptions.MultipleDataSetsError:
            sets = flowio.read_multiple_data_sets(str(path), ignore_offset_error=True)
            rows = []
            for data in sets:
                values = np.array(data.events, dtype=np.float64).reshape(-1, data.channel_count)
                rows.append(summary(data.pnn_labels, data.pns_labels, values, scaled(data)))
            return {"reader": "flowio", "options": "read_multiple_data_sets", "data_sets": rows}
        except Exception as error:
            refusals.append(f"{type(error).__name__}: {error}")
    try:
        return {"reader": "fcsparser", "flowio_refused": refusals[0], "data_sets": by_fcsparser(path)}
    except Exception as error:
        refusals.append(f"fcsparser: {type(error).__name__}: {error}")
    return {"reader": None, "refused": [refusals[0], refusals[-1]]}


def main():
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    files = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in (".fcs", ".lmd"))
    versions = {name: version(name) for name in ("flowio", "fcsparser", "numpy")}
    versions["python"] = platform.python_version()
    out = {"versions": versions, "files": {}}
    for path in files:
        out["files"][path.relative_to(folder).as_posix()] = golden(path)
    json.dump(out, sys.stdout, indent=1)
    print()


main()
