"""What can be checked of the Nextflow files without Nextflow: `check.sh BINARY` calls this.

Each file is parsed by reftrace, and the script and stub blocks of the modules are run under bash, with the interpolated names
replaced by values as Nextflow would. An unknown name fails. Channels, types and directives are not checked.
"""

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
    """The shell text of the section `script` or `stub`."""
    section = path.read_text(encoding="utf-8").split(f"    {name}:\n", 1)[1]
    return section.split('"""', 2)[1].replace("\\\\", "\\").replace("\\$", "$")


def run(path, name, values, folder, program):
    """Runs a block where its inputs lie."""

    def value(match):
        if match[1] not in values:
            sys.exit(f"{path}: {name} uses '{match[1]}', which is not known here")
        return values[match[1]]

    text = re.sub(r"\$\{([^}]*)\}", value, block(path, name))
    subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=folder, check=True, env={"PATH": f"{program}:/usr/bin:/bin"})


def main():
    modules = HERE / "modules/local/puricell"
    lot, cohort = modules / "run/main.nf", modules / "cohort/main.nf"
    config = ConfigFile.from_file(str(HERE / "nextflow.config"))
    if config.error:
        sys.exit(f"nextflow.config: {config.error}")
    # What the pipeline includes is what the modules hold.
    includes = parsed(HERE / "main.nf").includes
    names = {(HERE / f"{i.from_module}.nf").resolve(): [item.name for item in i.items] for i in includes}
    for path in [lot, cohort]:
        processes = [process.name for process in parsed(path).processes]
        if processes != names.get(path):
            sys.exit(f"{path}: holds {processes}, and the pipeline includes {names.get(path)}")
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
        run(lot, "stub", {"prefix": "stub"}, work, program)
        run(cohort, "stub", {"prefix": "stub-cohort"}, work, program)
        for made in ["stub", "stub-cohort", "lot-1", "cohort"]:
            for name in ["*_mqc.json", "*_mqc_versions.yml"]:
                if not list(work.glob(f"{made}/{name}")):
                    sys.exit(f"{made} holds no {name}")
    print("parsed, and its script blocks run in bash; not executed by Nextflow")


main()
