"""What can be checked of the Nextflow files without Nextflow: `check.sh BINARY` calls this.

Each file is parsed by reftrace, and the script and stub blocks of the modules are run under bash, with the interpolated names
replaced by values as Nextflow would. An unknown name fails. Channels, types and directives are not checked.
"""

import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from reftrace import ConfigFile, Module, ParseError

HERE = Path(__file__).resolve().parent
LOT = HERE.parents[1] / "test-data" / "demo" / "lot.h5"


def parsed(path):
    """A file as the parser sees it; ends the program with the parser's message where it cannot be read."""
    module = Module.from_file(str(path))
    if isinstance(module, ParseError):
        sys.exit(f"{path}: {module.error}")
    return module


def block(path, name):
    """The shell text of the section `script` or `stub`; of one process among several, named `PROCESS.script`."""
    process, _, name = name.rpartition(".")
    text = path.read_text(encoding="utf-8").split(f"process {process}", 1)[1]
    section = text.split(f"    {name}:\n", 1)[1]
    return section.split('"""', 2)[1].replace("\\\\", "\\").replace("\\$", "$")


def run(path, name, values, folder, program, code=0):
    """Runs a block where its inputs lie, which is to end with the exit code; what it says."""

    def value(match):
        if match[1] not in values:
            sys.exit(f"{path}: {name} uses '{match[1]}', which is not known here")
        return values[match[1]]

    text = re.sub(r"\$\{([^}]*)\}", value, block(path, name))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={"PATH": f"{program}:/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if done.returncode != code:
        sys.exit(f"{path}: {name} ended with {done.returncode} instead of {code}\n{done.stdout}")
    return done.stdout


def incomplete(lot, work, program):
    """The pipeline's own processes, with a sheet of which one row is set aside, one lot fails and one finishes."""
    pipeline = HERE / "main.nf"
    work.mkdir()
    (work / "lot.h5").symlink_to(LOT)
    (work / "bad.h5").write_bytes(LOT.read_bytes()[:100000])
    (work / "sheet.csv").write_text(
        "sample,path,profile,donor\ngood,lot.h5,bone-marrow,D1\nbad,bad.h5,bone-marrow,D2\nabsent,absent.h5,bone-marrow,D3\n"
    )
    values = {"workflow.launchDir": str(work), "projectDir": str(HERE), "args": "", "task.cpus": "2"}
    said = run(pipeline, "ROWS.script", {**values, "sheet": "sheet.csv"}, work, program)
    if "line 4: no such file or folder: absent.h5" not in said:
        sys.exit(f"ROWS does not say which row is set aside: {said}")
    rows = list(csv.DictReader((work / "state/rows.csv").open(encoding="utf-8")))
    if [row["sample"] for row in rows] != ["good", "bad"]:
        sys.exit(f"ROWS hands on {rows}")
    for row, code in zip(rows, [0, 65], strict=True):
        given = {
            "input": row["path"],
            "profile": row["profile"],
            "prefix": row["sample"],
            "args": "--no-umap --h5ad none",
            "task.cpus": "2",
            **dict.fromkeys(["spec_argument", "metadata_argument", "memory_argument"], ""),
        }
        run(lot, "script", given, work, program, code)
    stub = work / "stub"
    stub.mkdir()
    run(pipeline, "COHORT_OF_FINISHED.stub", {}, stub, program)
    if not (stub / "cohort").is_dir():
        sys.exit("the stub makes no cohort")
    run(pipeline, "COHORT_OF_FINISHED.script", {**values, "state": "state"}, work, program)
    said = run(pipeline, "COMPLETE.script", {"set_aside": "set_aside.tsv"}, work, program, 1)
    if [line.split("\t")[0] for line in said.splitlines()] != ["lot", "bad", "absent"]:
        sys.exit(f"the lots that are missing are not those that are said: {said}")
    if not (work / "cohort-partial/manifest.json").is_file():
        sys.exit("no cohort of the lot that finished")


def main():
    modules = HERE / "modules/local/puricell"
    lot, cohort = modules / "run/main.nf", modules / "cohort/main.nf"
    config = ConfigFile.from_file(str(HERE / "nextflow.config"))
    if config.error:
        sys.exit(f"nextflow.config: {config.error}")
    # What the pipeline includes is what the module holds.
    includes = parsed(HERE / "main.nf").includes
    names = {(HERE / f"{i.from_module}.nf").resolve(): [item.name for item in i.items] for i in includes}
    processes = {path: [process.name for process in parsed(path).processes] for path in [lot, cohort]}
    if names != {lot: processes[lot]} or processes[cohort] != ["PURICELL_COHORT"]:
        sys.exit(f"the modules hold {processes}, and the pipeline includes {names}")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "lot.h5").symlink_to(LOT)
        program = work / "bin"
        program.mkdir()
        (program / "puricell").symlink_to(Path(sys.argv[1]).resolve())
        values = {
            "input": "lot.h5",
            "profile": "bone-marrow",
            "spec_argument": "",
            "metadata_argument": "--metadata lot-2.toml",
            "memory_argument": "--memory-limit 900M",
            "args": "--no-umap --h5ad none",
            "task.cpus": "2",
        }
        for sample in ["lot-1", "lot-2"]:
            (work / "lot-2.toml").write_text(f'lot = "{sample}"\n')
            run(lot, "script", {**values, "prefix": sample}, work, program)
        run(
            cohort,
            "script",
            {"results": "lot-1 lot-2", "table_argument": "", "args": "", "prefix": "cohort", "task.cpus": "2"},
            work,
            program,
        )
        for made in ["lot-1", "lot-2", "cohort"]:
            if not (work / made / "manifest.json").is_file():
                sys.exit(f"the script made no {made}/manifest.json")
        # A stub must make whatever the process declares as its output.
        incomplete(lot, work / "incomplete", program)
        run(lot, "stub", {"prefix": "stub"}, work, program)
        run(cohort, "stub", {"prefix": "stub-cohort"}, work, program)
        for made in ["stub", "stub-cohort", "lot-1", "cohort"]:
            for name in ["*_mqc.json", "*_mqc_versions.yml"]:
                if not list(work.glob(f"{made}/{name}")):
                    sys.exit(f"{made} holds no {name}")
    print("parsed, and its script blocks run in bash; not executed by Nextflow")


main()
