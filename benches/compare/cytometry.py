#!/usr/bin/env python3
"""puricell beside FlowKit and Python FlowSOM on one FCS file; Linux.

    cytometry.py --puricell target/release/puricell --fcs PANEL.fcs --work DIR [--rounds 3]

Installs the versions of requirements-flowkit.txt and requirements-flowsom.txt into DIR where they are not yet, runs all three in turn, round after
round, and prints medians as Markdown. FlowKit reads the file, compensates by its matrix and brings every dye to logicle (T 262144, W 0.5, M 4.5).
`prepare` does the same with puricell's functions, from the file to logicle, as a process; a run's stages are given beside it, where `gates` has
the compensation and the gates, and `scales` the widths of the scales too. FlowSOM trains and cuts a map of 10 x 10 nodes over the compensated dyes on logicle, 10 epochs, all events, once on few events first
(its compiler is not counted); puricell's stage `som` trains on at most 200,000 of its kept events and maps all of them. So that the same is held against
the same, the example `flowsom` runs puricell's map on FlowSOM's very matrix, trained on every event, its reading and writing included. Both examples
lie in `--examples target/release/examples`:
    cargo build --release -p puricell-cluster --example flowsom
    cargo build --release -p puricell-benches --example prepare
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()


def cpu(who=resource.RUSAGE_SELF):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def timed(run, who=resource.RUSAGE_SELF):
    before, wall = cpu(who), time.perf_counter()
    value = run()
    return value, (cpu(who) - before, time.perf_counter() - wall)


def peak():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))


def flowkit(args):
    import flowkit as fk

    sample, read = timed(lambda: fk.Sample(args.fcs))
    _, compensate = timed(lambda: sample.apply_compensation(sample.metadata["spillover"]))
    scale = fk.transforms.LogicleTransform(param_t=262144, param_w=0.5, param_m=4.5, param_a=0)
    _, logicle = timed(lambda: sample.apply_transform(scale))
    return {"read": read, "compensate": compensate, "logicle": logicle}


def flowsom(args):
    import flowio
    import numpy as np
    from flowsom.models import FlowSOMEstimator
    from flowutils import compensate, transforms

    file = flowio.FlowData(args.fcs)
    x = np.asarray(file.as_array(), dtype=np.float64)
    listed = file.text["spillover"].split(",")
    k = int(listed[0])
    names = [file.text[f"p{i + 1}n"] for i in range(file.channel_count)]
    dyes = [names.index(name) for name in listed[1 : 1 + k]]
    x = compensate.compensate(x, np.array(listed[1 + k :], float).reshape(k, k), dyes)
    x = transforms.logicle(x, dyes, t=262144, m=4.5, w=0.5, a=0)[:, dyes].astype(np.float32)
    model = lambda: FlowSOMEstimator(xdim=10, ydim=10, rlen=10, seed=1, n_clusters=args.metaclusters)
    model().fit_predict(x[:2000])
    _, found = timed(lambda: model().fit_predict(x))
    stages = {"map and metaclusters": found}
    with tempfile.NamedTemporaryFile(suffix=".f32") as matrix:
        np.ascontiguousarray(x, dtype="<f4").tofile(matrix.name)
        command = [args.examples / "flowsom", matrix.name, str(k), str(args.metaclusters), "1", "1"]
        run = lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        _, stages["puricell on the same matrix"] = timed(run, resource.RUSAGE_CHILDREN)
    return stages


def puricell(args):
    out = args.work / "cytometry"
    subprocess.run([args.puricell, "run", args.fcs, "--profile", "msc-flow", "--out", out, "--force", "--no-umap", "--quiet"], check=True,
                   stderr=subprocess.DEVNULL)
    timing = json.loads((out / "timing.json").read_text())
    stages = {}
    for s in [*timing["stages"], timing["total"]]:
        cpu_s, wall_s = stages.get(s["stage"], (0.0, 0.0))
        stages[s["stage"]] = cpu_s + s["cpu_s"], wall_s + s["wall_s"]
    _, stages["prepare"] = timed(lambda: subprocess.run([args.examples / "prepare", args.fcs], check=True), resource.RUSAGE_CHILDREN)
    return {"stages": stages, "peak": timing["total"]["peak_bytes"]}


def of_peer(args, peer, python):
    run = subprocess.run([python, "-W", "ignore", HERE, *args.given], check=True, env=os.environ | {"PURICELL_COMPARE": peer}, capture_output=True, text=True)
    return json.loads(run.stdout.splitlines()[-1])


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--fcs", type=Path, required=True)
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--metaclusters", type=int, default=10)
    p.add_argument("--examples", type=Path, required=True)
    args = p.parse_args()
    args.puricell, args.examples = args.puricell.resolve(), args.examples.resolve()
    inner = os.environ.get("PURICELL_COMPARE")
    if inner:
        stages = {"flowkit": flowkit, "flowsom": flowsom}[inner](args)
        print(json.dumps({"stages": stages, "peak": peak()}))
        return
    import sys

    from compare import machine, python_of

    args.given = sys.argv[1:]
    args.work.mkdir(parents=True, exist_ok=True)
    programs = {"puricell": lambda: puricell(args)}
    for peer in ("flowkit", "flowsom"):
        python = python_of(args.work, peer)
        programs[peer] = lambda peer=peer, python=python: of_peer(args, peer, python)
    args.fcs.read_bytes()
    runs = {name: [] for name in programs}
    for turn in range(args.rounds):
        for name, run in programs.items():
            runs[name].append(run())
            print(f"round {turn + 1}: {name}", file=sys.stderr)

    def median(name, stages, i=0):
        return statistics.median(sum(r["stages"][s][i] for s in stages) for r in runs[name])

    def cell(name, stages):
        return f"{median(name, stages):.2f} ({median(name, stages, 1):.2f})"

    def memory(name):
        return f"{statistics.median(r['peak'] for r in runs[name]) / 1e6:.0f} MB"

    print(f"Machine: {machine()}. File: {args.fcs.name}, {args.fcs.stat().st_size / 1e6:.0f} MB. Medians of {args.rounds} rounds in turn: processor seconds (wall seconds).\n")
    print("| stage | puricell | FlowKit 1.3.2 |\n|---|---|---|")
    for label, own, theirs in (("read", ["read"], ["read"]), ("compensation; puricell: and gates", ["gates"], ["compensate"]),
                               ("logicle; puricell: and its widths", ["scales"], ["logicle"]), ("**the same, and no more**", ["prepare"], ["read", "compensate", "logicle"])):
        print(f"| {label} | {cell('puricell', own)} | {cell('flowkit', theirs)} |")
    print(f"| peak memory (puricell: of the whole run) | {memory('puricell')} | {memory('flowkit')} |")
    share = median("puricell", ["prepare"]) / median("flowkit", ["read", "compensate", "logicle"])
    print(f"| puricell's share of the processor time | {share:.3f} | 1 |\n")
    print("| map and metaclusters | processor seconds (wall seconds) | share |\n|---|---|---|")
    theirs = median("flowsom", ["map and metaclusters"])
    print(f"| FlowSOM 0.2.2, trained on all events | {cell('flowsom', ['map and metaclusters'])} | 1 |")
    same = ["puricell on the same matrix"]
    print(f"| puricell, the same matrix, trained on all events | {cell('flowsom', same)} | {median('flowsom', same) / theirs:.3f} |")
    print(f"| puricell, stage `som` of a run, trained on at most 200,000 | {cell('puricell', ['som'])} | {median('puricell', ['som']) / theirs:.3f} |")
    print(f"\npuricell's whole run: {cell('puricell', ['total'])}.")


if __name__ == "__main__":
    main()
