# The lots of the sample sheet, which is checked before any job starts.

import json
import re
import subprocess
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# The sheet is read by the module that the other engines use too; gather.sh and ended.sh lie beside it.
FLOWS = Path(workflow.basedir).parents[1]
sys.path.insert(0, str(FLOWS))
import samplesheet


def read_sheet():
    """The rows; those that cannot be run are said once, where Snakemake was started."""
    try:
        sheet = samplesheet.read(config["samplesheet"], config["strict"])
    except samplesheet.SheetError as error:
        raise WorkflowError(str(error))
    if sheet.set_aside and workflow.is_main_process and not config["finished"]:
        logger.error(sheet.said())
    return sheet


def again(sample):
    """The file that makes a lot older than its inputs: it is new where the result lacks files, which Snakemake does not see."""
    mark = Path(STATE, f"{sample}.again")
    if workflow.is_main_process and samplesheet.lacking(f"{OUT}/{sample}"):
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    return [str(mark)] if mark.exists() else []


def finished():
    """The lots whose result is there."""
    return [s for s in SHEET.lots if Path(OUT, s, "manifest.json").is_file()]


def cohort_of_finished():
    """Where lots failed: makes the cohort of the others, by this workflow called again, for no rule can follow a failed one."""
    lots, whole = finished(), not workflow.dag_settings.targets
    if len(lots) < len(SHEET.lots) and whole and not config["finished"]:
        if lots:
            # With all that this call was told, but for orders to run again what has just been run.
            forced = ["-f", "--force", "-F", "--forceall"]
            told = [a for a in sys.argv[1:] if a not in forced]
            told += ["--forcerun", "cohort", "--nolock", "--configfile", FINISHED]
            Path(FINISHED).write_text(
                json.dumps({**config, "finished": True}), encoding="utf-8"
            )
            subprocess.run([sys.executable, "-m", "snakemake", *told])
        else:
            # Writes which are missing, and makes nothing.
            command = ["bash", str(FLOWS / "gather.sh"), STATE, OUT, config["puricell"]]
            subprocess.run(command, stderr=subprocess.DEVNULL)
    table = Path(OUT, "set_aside.tsv")
    if whole and not config["finished"] and table.is_file():
        logger.error(samplesheet.missing(table))


OUT = config["outdir"]
STATE = f"{OUT}/.lots"
FINISHED = f"{STATE}/finished.json"
SHEET = read_sheet()
# By name, those that the cohort is of.
LOTS = {s: SHEET.lots[s] for s in (finished() if config["finished"] else SHEET.lots)}
COHORT = "cohort-partial" if SHEET.set_aside or config["finished"] else "cohort"
AGAIN = {s: again(s) for s in LOTS}


wildcard_constraints:
    sample="|".join(re.escape(name) for name in SHEET.lots),
