#!/usr/bin/env python3
"""Instructions of the release program on two small lots, held against a recorded baseline; Linux on x86-64 with AVX2, valgrind.

    instructions.py PURICELL            # compares with instructions.json beside this file; exit code 1 where a count rose
    instructions.py PURICELL --renew    # records the counts as they are now; say why in the commit

Counted by valgrind's cachegrind without its cache model, one thread, no map, no h5ad: the simulated processor has the same
instruction set wherever it runs (AVX2, no AVX-512), so counts do not depend on load or on the machine, as seconds do. A count is
kept for the whole run and for each crate, of ours and of others; `module` says within a crate where they are. SHA-256 is left
out: its count is the bytes hashed, the program's own file among them, whose size is not what is watched here.

An alarm is a total that rose by more than 5 %, or a crate that rose by more than 5 % of itself and 0.25 % of the run. Two runs of one binary differ by
less than 0.1 % (hash maps are seeded anew), and what an edit elsewhere does to inlining stays within 1 to 2 %; 5 % is above
both, and less than anyone notices. Counts are not seconds: what waits for memory or spreads over threads shows elsewhere.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "test-data"
BASELINE = HERE / "instructions.json"
LOTS = {
    "expression": [DATA / "demo/lot.h5", "--profile", "adipose", "--h5ad", "none"],
    "cytometry": [DATA / "flow-lots/simulated.fcs", "--profile", "msc-flow"],
}
ALARM = 0.05
LEAST_RISE = 0.0025
# What is recorded by name; a smaller crate that grows is held against nothing, so its share stays below the least rise.
LEAST_SHARE = 0.001
LEFT_OUT = {"sha2"}


def version(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")[0].strip()


def crate_and_module(function):
    """Of a demangled name such as `<puricell_cluster::pca::basis::Basis as ...>::extend`."""
    path = re.search(r"\bpuricell\w*(::\w+)+", function) or re.match(r"[<&*(\[]*(?:mut |dyn |impl )?\w+(::\w+)+", function)
    if not path:
        return "C library", "C library"
    parts = re.sub(r"^\W*(?:mut |dyn |impl )?", "", path.group(0)).split("::")
    crate = "Rust's library" if parts[0] in ("core", "alloc", "std") else parts[0]
    return crate, "::".join(parts[:2])


def count(program, options):
    """Instructions by crate and by module."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={counts}", f"--log-file={folder}/log",
                   program, "run", *options, "--out", f"{folder}/out", "--no-umap", "--threads", "1", "--quiet"]
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ended.returncode != 0:
            log = (Path(folder) / "log").read_text() if (Path(folder) / "log").exists() else ""
            sys.exit(f"{' '.join(map(str, command))} ended with {ended.returncode}\n{ended.stderr}{log}")
        crates, modules, function = Counter(), Counter(), ""
        for line in counts.read_text(errors="replace").splitlines():
            if line.startswith("fn="):
                function = line[3:]
            elif line[:1].isdigit():
                instructions = int(line.split()[1])
                crate, module = crate_and_module(function)
                if crate in LEFT_OUT:
                    continue
                crates[crate] += instructions
                modules[module] += instructions
    return crates, modules


def kept(counts, total):
    return {name: n for name, n in sorted(counts.items()) if n >= LEAST_SHARE * total}


def compare(name, found, baseline):
    """Prints what changed; the number of alarms."""
    (crates, modules), alarms = found, 0
    total, before = sum(crates.values()), baseline["total"]
    print(f"{name}: {total / 1e9:.3f} G instructions, {100 * (total / before - 1):+.2f} % of the baseline's {before / 1e9:.3f} G")
    if total > before * (1 + ALARM):
        alarms += 1
        print(f"  ALARM: the whole run, more than {100 * ALARM:.0f} %")
    for crate, n in crates.most_common():
        was = baseline["crates"].get(crate, 0)
        rise = n - was
        if rise > max(ALARM * was, LEAST_RISE * before):
            alarms += 1
            print(f"  ALARM: {crate}: {n / 1e9:.3f} G, {was / 1e9:.3f} G before")
    changes = {m: modules[m] - baseline["modules"].get(m, 0) for m in {*kept(modules, before), *baseline["modules"]}}
    for module, change in sorted(changes.items(), key=lambda item: -abs(item[1]))[:8]:
        if abs(change) > 0.001 * before:
            print(f"  {module}: {change / 1e9:+.3f} G")
    return alarms


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("puricell", type=Path)
    p.add_argument("--renew", action="store_true")
    args = p.parse_args()
    with ThreadPoolExecutor() as pool:
        found = dict(zip(LOTS, pool.map(lambda options: count(args.puricell.resolve(), options), LOTS.values())))
    if args.renew:
        record = {"made_with": {"valgrind": version("valgrind", "--version"), "rustc": version("rustc", "--version")}}
        for name, (crates, modules) in found.items():
            total = sum(crates.values())
            record[name] = {"total": total, "crates": kept(crates, total), "modules": kept(modules, total)}
            print(f"{name}: {total / 1e9:.3f} G instructions")
        BASELINE.write_text(json.dumps(record, indent=1) + "\n")
        return
    baseline = json.loads(BASELINE.read_text())
    alarms = sum(compare(name, counts, baseline[name]) for name, counts in found.items())
    if alarms:
        sys.exit("More instructions than recorded. If they are worth it: benches/instructions.py PURICELL --renew, and say why in the "
                 f"commit. Recorded with {baseline['made_with']}, now valgrind {version('valgrind', '--version')}, "
                 f"{version('rustc', '--version')}.")


if __name__ == "__main__":
    main()
