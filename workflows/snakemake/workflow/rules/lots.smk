# Reads the sample sheet and reports everything that is wrong with it at once, before any job starts.

import csv
import re
from pathlib import Path

from snakemake.exceptions import WorkflowError

REQUIRED = ["sample", "path", "profile"]
# The name becomes a folder and stands in shell commands, reports and tables.
SAMPLE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Already taken beside the lots' folders.
TAKEN = ["composition.tsv"]


def check_lot(lot):
    """What is wrong with one row."""
    name, path, profile, spec = (lot[c] for c in ["sample", "path", "profile", "spec"])
    if not name:
        yield "no sample name"
    elif not SAMPLE_NAME.fullmatch(name):
        yield f"sample name '{name}' has other characters than letters, digits, '.', '_' and '-' (no spaces)"
    elif name in TAKEN:
        yield f"sample name '{name}' is taken by a file of the workflow"
    if not path:
        yield "no path"
    elif not Path(path).exists():
        yield f"no such file or folder: {path}"
    if not profile:
        yield "no profile"
    elif profile.endswith(".toml") and not Path(profile).is_file():
        yield f"no such profile file: {profile}"
    if spec and not Path(spec).is_file():
        yield f"no such specification file: {spec}"


def read_lots(sheet):
    """The rows by sample name; columns that are not known are ignored."""
    try:
        with open(sheet, newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, strict=True)
            header = [h.strip() for h in rows.fieldnames or []]
            missing = [c for c in REQUIRED if c not in header]
            if missing:
                raise WorkflowError(
                    f"{sheet}: the header lacks {', '.join(missing)}; found {', '.join(header)}"
                )
            rows.fieldnames = header
            lots, lines, problems = {}, {}, []
            for row in rows:
                line = rows.line_num
                extra = row.pop(None, None)
                if extra:
                    problems.append(
                        f"line {line}: {len(extra)} more fields than the header has"
                    )
                lot = {c: (row.get(c) or "").strip() for c in [*REQUIRED, "spec"]}
                if not any(lot.values()):
                    continue  # spreadsheets leave rows of commas behind
                problems += [f"line {line}: {problem}" for problem in check_lot(lot)]
                name = lot["sample"]
                if name and name in lots:
                    problems.append(
                        f"line {line}: sample name '{name}' is also on line {lines[name]}"
                    )
                lots.setdefault(name, lot)
                lines.setdefault(name, line)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WorkflowError(f"{sheet}: cannot be read as a UTF-8 CSV file: {error}")
    if not lots:
        problems.append("no lot in it")
    if problems:
        raise WorkflowError(
            f"{sheet}: {len(problems)} problem(s)", *(f"  {p}" for p in problems)
        )
    return lots


def lot_files(wildcards):
    """The files of a lot: Snakemake does not look into a folder for changes."""
    path = Path(LOTS[wildcards.sample]["path"])
    return sorted(str(file) for file in path.rglob("*") if file.is_file()) or str(path)


OUT = config["outdir"]
LOTS = read_lots(config["samplesheet"])


wildcard_constraints:
    sample="|".join(re.escape(name) for name in LOTS),
