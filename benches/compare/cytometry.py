#!/usr/bin/env python3
"""puricell beside FlowKit, Python FlowSOM and flowsom-rs on one FCS file; Linux.

    cytometry.py --puricell target/release/puricell --fcs PANEL.fcs --work DIR --examples target/release/examples [--rounds 3] [--without flowkit]

Installs the versions of requirements-flowkit.txt and requirements-flowsom.txt into DIR where they are not yet, runs all in turn, round after
round, and prints medians as Markdown. FlowKit reads the file, compensates by its matrix and brings every dye to logicle (T 262144, W 0.5, M 4.5).
`prepare` does the same with puricell's functions, from the file to logicle, as a process, and `moving` only moves the bytes: the floor of that. A
run's stages are given beside it, where `gates` has the compensation and the gates, and `scales` the widths of the scales too.

FlowSOM trains and cuts a map of 10 x 10 nodes over the compensated dyes on logicle, 10 epochs, all events, once on few events first (its compiler
is not counted). The example `flowsom` runs puricell's map and metaclusters on that very matrix, its reading and writing included; flowsom-rs trains its batch
map, 10 epochs, and has no metaclusters: FlowSOM's are taken of its codes, and not counted. Stage `som` is what a run does, on the events that it keeps and the
markers that it knows. If `PANEL.fcs.kinds` is there, as make_inputs.py leaves it, agreement is measured: the adjusted Rand index of
metaclusters and kinds, and the mean over kinds of the F1 with the best metacluster. Peaks are those of the processes, with what they read.
The examples:
    cargo build --release -p puricell-cluster --example flowsom
    cargo build --release -p puricell-benches --example prepare --example moving
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()


def cpu(who=resource.RUSAGE_SELF):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def timed(run):
    before, wall = cpu(), time.perf_counter()
    value = run()
    return value, (cpu() - before, time.perf_counter() - wall)


def process(*command, **options):
    """Seconds and peak memory of a command."""
    wall = time.perf_counter()
    running = subprocess.Popen(command, **options)
    _, status, used = os.wait4(running.pid, 0)
    if status:
        raise SystemExit(f"{command} ended with {status}")
    return (used.ru_utime + used.ru_stime, time.perf_counter() - wall), used.ru_maxrss * 1024


def peak():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))


def agreement(labels, kinds):
    """Adjusted Rand index, and mean over kinds of the F1 with the best cluster."""
    import numpy as np

    table = np.zeros((kinds.max() + 1, labels.max() + 1))
    np.add.at(table, (kinds, labels), 1)
    table = table[table.sum(1) > 0][:, table.sum(0) > 0]
    pairs = lambda n: (n * (n - 1) / 2).sum()
    both, a, b = pairs(table), pairs(table.sum(1)), pairs(table.sum(0))
    chance = a * b / pairs(table.sum())
    f1 = 2 * table / (table.sum(1)[:, None] + table.sum(0))
    return (both - chance) / ((a + b) / 2 - chance), f1.max(1).mean()


def found(args, labels):
    import numpy as np

    kinds = Path(f"{args.fcs}.kinds")
    return agreement(np.asarray(labels, int), np.fromfile(kinds, np.int8).astype(int)) if kinds.exists() else None


def flowkit(args):
    import flowkit as fk

    sample, read = timed(lambda: fk.Sample(args.fcs))
    _, compensate = timed(lambda: sample.apply_compensation(sample.metadata["spillover"]))
    scale = fk.transforms.LogicleTransform(param_t=262144, param_w=0.5, param_m=4.5, param_a=0)
    _, logicle = timed(lambda: sample.apply_transform(scale))
    return {"read": read, "compensate": compensate, "logicle": logicle}, None


def matrix(args):
    """The compensated dyes on logicle, in 32 bits, for all programs with a map; not counted."""
    import flowio
    import numpy as np
    from flowutils import compensate, transforms

    file = flowio.FlowData(args.fcs)
    x = np.asarray(file.as_array(), dtype=np.float64)
    listed = file.text["spillover"].split(",")
    k = int(listed[0])
    names = [file.text[f"p{i + 1}n"] for i in range(file.channel_count)]
    dyes = [names.index(name) for name in listed[1 : 1 + k]]
    for start in range(0, len(x), 1_000_000):
        part = compensate.compensate(x[start : start + 1_000_000], np.array(listed[1 + k :], float).reshape(k, k), dyes)
        with open(args.matrix, "ab" if start else "wb") as out:
            transforms.logicle(part, dyes, t=262144, m=4.5, w=0.5, a=0)[:, dyes].astype("<f4").tofile(out)
    return {"dims": k}, None


def points(args):
    import numpy as np

    return np.fromfile(args.matrix, "<f4").reshape(-1, args.dims)


def flowsom(args):
    from flowsom.models import FlowSOMEstimator

    x = points(args)
    model = lambda: FlowSOMEstimator(xdim=10, ydim=10, rlen=10, seed=args.seed, n_clusters=args.metaclusters)
    model().fit_predict(x[:2000])
    labels, used = timed(lambda: model().fit_predict(x))
    return {"map": used}, found(args, labels)


def flowsom_rs(args):
    import flowsom_rs
    import numpy as np
    from flowsom.models import ConsensusCluster
    from scipy.spatial.distance import pdist, squareform

    x = points(args).astype(np.float64)
    apart = squareform(pdist([(a, b) for a in range(10) for b in range(10)], metric="chebyshev"))
    start = x[np.random.default_rng(args.seed).choice(len(x), 100, replace=False)]
    radii = (float(np.quantile(apart, 0.67)), 0.0)
    (codes, nodes, _), used = timed(lambda: flowsom_rs.train_batch_som(x, start, apart, radii, 10, n_threads=os.cpu_count()))
    return {"map": used}, found(args, ConsensusCluster(n_clusters=args.metaclusters).fit_predict(np.asarray(codes))[np.asarray(nodes)])


def labels(args):
    """Agreement of the labels that the example wrote."""
    import numpy as np

    return {}, found(args, np.array(Path(args.labels).read_text().split("\t")[1].split(), int))


PEERS = {"flowkit": (flowkit, "flowkit"), "matrix": (matrix, "flowsom"), "flowsom": (flowsom, "flowsom"), "flowsom_rs": (flowsom_rs, "flowsom"),
         "labels": (labels, "flowsom")}


def of_peer(args, peer, *options):
    from compare import python_of

    command = [python_of(args.work, PEERS[peer][1]), "-W", "ignore", HERE, *args.given, *map(str, options)]
    run = subprocess.run(command, env=os.environ | {"PURICELL_COMPARE": peer}, stdout=subprocess.PIPE, text=True)
    if run.returncode:
        raise SystemExit(f"{peer} ended with {run.returncode}")
    return json.loads(run.stdout.splitlines()[-1])


def puricell(args):
    out = args.work / "cytometry"
    process(args.puricell, "run", args.fcs, "--profile", "msc-flow", "--out", out, "--force", "--no-umap", "--quiet", stderr=subprocess.DEVNULL)
    timing = json.loads((out / "timing.json").read_text())
    stages = {}
    for s in [*timing["stages"], timing["total"]]:
        cpu_s, wall_s = stages.get(s["stage"], (0.0, 0.0))
        stages[s["stage"]] = cpu_s + s["cpu_s"], wall_s + s["wall_s"]
    return {"stages": stages, "peak": timing["total"]["peak_bytes"]}


def example(args, name, *options):
    with tempfile.TemporaryFile("w+") as out:
        used, top = process(args.examples / name, *map(str, options), stdout=out)
        result = {"stages": {"map" if name == "flowsom" else name: used}, "peak": top}
        if name == "flowsom" and Path(f"{args.fcs}.kinds").exists():
            out.seek(0)
            with tempfile.NamedTemporaryFile("w") as lines:
                lines.write(out.read())
                lines.flush()
                result["agreement"] = of_peer(args, "labels", "--labels", lines.name)["agreement"]
    return result


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--fcs", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--metaclusters", type=int, default=10)
    p.add_argument("--examples", type=Path, required=True)
    p.add_argument("--without", action="append", default=[], choices=["flowkit", "flowsom", "flowsom_rs"], help="a program to leave out")
    for inner_only in ("--matrix", "--labels"):
        p.add_argument(inner_only, type=Path, help=argparse.SUPPRESS)
    p.add_argument("--dims", type=int, help=argparse.SUPPRESS)
    p.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    args = p.parse_args()
    args.puricell, args.examples = args.puricell.resolve(), args.examples.resolve()
    inner = os.environ.get("PURICELL_COMPARE")
    if inner:
        stages, agrees = PEERS[inner][0](args)
        print(json.dumps({"stages": stages, "peak": peak(), "agreement": agrees}))
        return
    from compare import machine

    args.given = sys.argv[1:]
    args.work.mkdir(parents=True, exist_ok=True)
    at = args.work / f"{args.fcs.stem}.f32"
    dims = of_peer(args, "matrix", "--matrix", at)["stages"]["dims"]
    shared = ("--matrix", at, "--dims", dims)
    programs = {
        "puricell": lambda _: puricell(args),
        "moving": lambda _: example(args, "moving", args.fcs),
        "prepare": lambda _: example(args, "prepare", args.fcs),
        "own map": lambda turn: example(args, "flowsom", at, dims, args.metaclusters, turn, 1),
        "flowkit": lambda _: of_peer(args, "flowkit"),
        "flowsom": lambda turn: of_peer(args, "flowsom", *shared, "--seed", turn),
        "flowsom_rs": lambda turn: of_peer(args, "flowsom_rs", *shared, "--seed", turn),
    }
    runs = {name: [] for name in programs if name not in args.without}
    for turn in range(1, args.rounds + 1):
        for name in runs:
            runs[name].append(programs[name](turn))
            print(f"round {turn}: {name} {json.dumps(runs[name][-1])}", file=sys.stderr)

    def median(name, stages, i=0):
        return statistics.median(sum(r["stages"][s][i] for s in stages) for r in runs[name])

    def cell(name, stages):
        return f"{median(name, stages):.2f} ({median(name, stages, 1):.2f})" if name in runs else "-"

    def memory(name):
        return f"{statistics.median(r['peak'] for r in runs[name]) / 1e6:,.0f} MB" if name in runs else "-"

    def share(name, stages, other, others):
        return f"{median(name, stages) / median(other, others):.3f}" if {name, other} <= runs.keys() else "-"

    def agrees(name):
        values = [r["agreement"] for r in runs.get(name, []) if r.get("agreement")]
        return " | ".join(f"{statistics.fmean(v[i] for v in values):.3f}" for i in (0, 1)) if values else "- | -"

    whole = ["read", "compensate", "logicle"]
    print(f"Machine: {machine()}. File: {args.fcs.name}, {args.fcs.stat().st_size / 1e6:.0f} MB. Medians of {args.rounds} round{'s' * (args.rounds > 1)}, in turn: processor seconds (wall seconds).\n")
    print("| stage | puricell | FlowKit 1.3.2 |\n|---|---|---|")
    for label, own, theirs in (("read", ["read"], ["read"]), ("compensation; puricell: and gates", ["gates"], ["compensate"]),
                               ("logicle; puricell: and its widths", ["scales"], ["logicle"])):
        print(f"| {label} | {cell('puricell', own)} | {cell('flowkit', theirs)} |")
    print(f"| **the same, and no more** | {cell('prepare', ['prepare'])} | {cell('flowkit', whole)} |")
    print(f"| peak memory | {memory('prepare')} | {memory('flowkit')} |")
    print(f"| puricell's share of the processor time | {share('prepare', ['prepare'], 'flowkit', whole)} | 1 |")
    print(f"| moving the bytes, the floor | {cell('moving', ['moving'])} | |")
    print(f"| puricell, times the floor | {share('prepare', ['prepare'], 'moving', ['moving'])} | |\n")
    print("| map | seconds | of FlowSOM | of flowsom-rs | peak memory | adjusted Rand index | F1 |\n|---|---|---|---|---|---|---|")
    for label, name in (("puricell, with metaclusters and its files", "own map"), ("FlowSOM 0.2.2, with metaclusters", "flowsom"), ("flowsom-rs 0.1.0, the map alone", "flowsom_rs")):
        shares = " | ".join(share(name, ["map"], other, ["map"]) for other in ("flowsom", "flowsom_rs"))
        print(f"| {label} | {cell(name, ['map'])} | {shares} | {memory(name)} | {agrees(name)} |")
    print(f"\nA run's stage `som`: {cell('puricell', ['som'])}. The whole run: {cell('puricell', ['total'])}, peak {memory('puricell')}.")


if __name__ == "__main__":
    main()
