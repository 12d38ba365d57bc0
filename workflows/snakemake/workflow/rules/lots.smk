# The lots of the sample sheet, which is checked before any job starts.

import re
import subprocess
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# The sheet is read by the module that the other engines use too.
sys.path.insert(0, str(Path(workflow.basedir).parents[1]))
import samplesheet


def read_lots(sheet):
    """The lots by sample name."""
    try:
        return samplesheet.read(sheet)
    except samplesheet.SheetError as error:
        raise WorkflowError(str(error))


def cohort_of_finished():
    """Where lots failed: says which, and makes `cohort-partial` of the others, here, for a rule cannot follow a failed one."""
    finished = [s for s in LOTS if Path(OUT, s, "manifest.json").is_file()]
    missing = [s for s in LOTS if s not in finished]
    if not missing:
        return
    logger.error(
        f"{len(missing)} of {len(LOTS)} lots missing: {', '.join(missing)}; their messages are in logs/run/"
    )
    if not finished:
        return
    partial = Path(OUT, "cohort-partial")
    # A result holds the names of its inputs, without folders: the table is called as for all lots.
    table = Path(OUT, "metadata", "partial", "metadata.tsv")
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text(
        samplesheet.metadata_table({s: LOTS[s] for s in finished}), encoding="utf-8"
    )
    command = [config["puricell"], "cohort", *(f"{OUT}/{s}" for s in finished)]
    command += ["--metadata", str(table), "--out", str(partial), "--force"]
    command += ["--threads", str(config["threads"]), *config["cohort_arguments"]]
    code = subprocess.run(command).returncode
    if code == 0:
        logger.error(f"the cohort of the other {len(finished)} is in {partial}")
    else:
        logger.error(
            f"the cohort of the other {len(finished)} ended with exit code {code}"
        )


OUT = config["outdir"]
LOTS = read_lots(config["samplesheet"])


wildcard_constraints:
    sample="|".join(re.escape(name) for name in LOTS),
