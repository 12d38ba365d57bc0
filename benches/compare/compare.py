#!/usr/bin/env python3
"""puricell beside scanpy, crest-sc and brisc on one 10x file, from the file to clusters; Linux.

    compare.py --puricell target/release/puricell --lot LOT.h5 --work DIR [--rounds 3] [--peers crest brisc scanpy] [--out FILE]

Installs the versions of requirements-PEER.txt into DIR/venv-PEER where they are not yet, then runs all programs in turn, round after
round (brisc 0.2.3 cannot read the file and gets it as h5ad), and writes medians as Markdown: processor and wall seconds of the stages that all have, peak memory of the whole
process, and puricell's share of each. puricell runs in full (`run --no-umap --h5ad none`, with calls, doublets, heterogeneity and report);
its stages are those of `timing.json`, its total is given beside. The file is read once before, so that no program pays for a cold disk. `make_inputs.py` makes one like blood; `all.sh` runs
this and the comparisons of maps and of cytometry.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
STAGES = {"read": ["read"], "quality": ["quality"], "variable genes": ["variable_genes"], "normalisation and PCA": ["selection", "pca"],
          "neighbours": ["neighbours"], "clusters": ["clusters"]}


def python_of(work, peer):
    """The interpreter of an environment that holds the pinned versions."""
    folder = work / f"venv-{peer}"
    wanted = (HERE / f"requirements-{peer}.txt").read_text()
    stamp = folder / "installed.txt"
    if not (stamp.exists() and stamp.read_text() == wanted):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([folder / "bin/pip", "install", "--quiet", "-r", HERE / f"requirements-{peer}.txt"], check=True)
        stamp.write_text(wanted)
    return folder / "bin/python"


def as_h5ad(args):
    """The same counts as h5ad, for a peer that reads no Cell Ranger 3 file."""
    made = args.work / f"{args.lot.stem}.h5ad"
    if not made.exists():
        script = "import sys, scanpy as sc; a = sc.read_10x_h5(sys.argv[1]); a.var_names_make_unique(); a.write_h5ad(sys.argv[2], compression='gzip')"
        subprocess.run([python_of(args.work, "scanpy"), "-W", "ignore", "-c", script, args.lot, made], check=True)
    return made


def of_peer(python, peer, args):
    out = args.work / "peer.json"
    lot = as_h5ad(args) if peer == "brisc" else args.lot
    subprocess.run([python, HERE / "peer.py", peer, lot, str(args.threads), out], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    found = json.loads(out.read_text())
    return found["version"], found["stages"], found["peak"], found["cells"]


def of_puricell(args):
    out = args.work / "puricell"
    subprocess.run([args.puricell, "run", args.lot, "--profile", args.profile, "--out", out, "--force", "--no-umap", "--h5ad", "none",
                    "--threads", str(args.threads), "--quiet"], check=True, stderr=subprocess.DEVNULL)
    timing = json.loads((out / "timing.json").read_text())
    stages = {s["stage"]: {"cpu": s["cpu_s"], "wall": s["wall_s"]} for s in timing["stages"]}
    total = timing["total"]
    stages["whole run"] = {"cpu": total["cpu_s"], "wall": total["wall_s"]}
    version = subprocess.run([args.puricell, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return version, stages, total["peak_bytes"], None


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    return f"{os.cpu_count()} x {cpu}, {memory / 2**20:.0f} GiB"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--puricell", type=Path, required=True)
    p.add_argument("--lot", type=Path, required=True, help="10x HDF5")
    p.add_argument("--work", type=Path, required=True)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--threads", type=int, default=os.cpu_count())
    p.add_argument("--profile", default="bone-marrow")
    p.add_argument("--peers", nargs="*", default=["crest", "brisc", "scanpy"])
    p.add_argument("--out", type=Path, default=None)
    args = p.parse_args()
    args.puricell, args.lot = args.puricell.resolve(), args.lot.resolve()
    args.work.mkdir(parents=True, exist_ok=True)
    programs = {"puricell": lambda: of_puricell(args)}
    for peer in args.peers:
        python = python_of(args.work, peer)
        programs[peer] = lambda python=python, peer=peer: of_peer(python, peer, args)
    for lot in [args.lot] + ([as_h5ad(args)] if "brisc" in args.peers else []):
        lot.read_bytes()
    runs = {name: [] for name in programs}
    for turn in range(args.rounds):
        for name, run in programs.items():
            runs[name].append(run())
            print(f"round {turn + 1}: {name}", file=sys.stderr)

    def median(name, own, what):
        return statistics.median(sum(r[1].get(s, {what: 0.0})[what] for s in own) for r in runs[name])

    names = list(programs)
    rows = [(label, own) for label, own in STAGES.items()]
    rows.append(("**these stages**", [s for own in STAGES.values() for s in own]))
    lines = ["| stage | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for label, own in rows:
        cells = [f"{median(n, own, 'cpu'):.2f} ({median(n, own, 'wall'):.2f})" for n in names]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    peaks = {n: statistics.median(r[2] for r in runs[n]) for n in names}
    lines.append("| peak memory, MB | " + " | ".join(f"{peaks[n] / 1e6:.0f}" for n in names) + " |")
    ours, everything = "puricell", rows[-1][1]
    shares = ["1"] + [f"{median(ours, everything, 'cpu') / median(n, everything, 'cpu'):.3f}" for n in names[1:]]
    lines.append("| puricell's share of the processor time | " + " | ".join(shares) + " |")
    lines.append("| puricell's share of the memory | " + " | ".join(["1"] + [f"{peaks[ours] / peaks[n]:.2f}" for n in names[1:]]) + " |")
    whole = median(ours, ["whole run"], "cpu"), median(ours, ["whole run"], "wall")
    text = "\n".join([
        f"Machine: {machine()}, {args.threads} threads. " + ", ".join(runs[n][0][0] for n in names) + f". Lot: {args.lot.name}, "
        f"{args.lot.stat().st_size / 1e6:.0f} MB. Medians of {args.rounds} rounds in turn: processor seconds (wall seconds).\n",
        *lines,
        f"\npuricell's whole run, with calls, evidence, doublets, heterogeneity, homogeneity and report: {whole[0]:.2f} processor seconds, "
        f"{whole[1]:.2f} s wall. Import: " + ", ".join(f"{n} {median(n, ['import'], 'cpu'):.1f} s" for n in names[1:]) + ", not counted above.\n"])
    if args.out:
        args.out.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
