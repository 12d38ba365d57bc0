#!/usr/bin/env python3
"""The sample sheet of many lots: read, checked, and turned into what each lot's `puricell run` is told.

One definition for all engines, with Python 3.6 or later and nothing else. Snakemake imports it; from a shell:

    samplesheet.py check SHEET            every problem of the sheet at once
    samplesheet.py prepare SHEET OUT      writes what the tasks of a Slurm array read, and prints which lots are to be run
    samplesheet.py job SHEET              the job of workflows/cwl, as JSON

Exit codes are puricell's: 0, and 2 for a sheet that is wrong. What the columns mean: workflows/README.md.
"""

import csv
import io
import json
import math
import re
import shlex
import sys
from pathlib import Path

REQUIRED = ["sample", "path", "profile"]
# Columns that say how a lot is run; every other one says what is known of it, and goes to the cohort.
RUN = [*REQUIRED, "spec", "metadata", "arguments"]
# Columns that `puricell run --metadata` takes too.
KNOWN_OF_LOT = [
    "lot",
    "product",
    "donor",
    "donor_age",
    "donor_sex",
    "tissue",
    "passage",
    "sample_state",
    "process_version",
    "assay",
    "stemness_evidence",
    "use",
]
# The name becomes a folder and stands in shell commands, reports and tables.
SAMPLE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Already taken beside the lots' folders.
TAKEN = ["cohort", "cohort-partial", "composition.tsv", "logs", "metadata", "metadata.tsv"]
# Set by the engine or a column. A lot that misses its specification has a result worth keeping, and engines drop what failed.
NOT_AN_ARGUMENT = re.compile(r"--(fail-on-spec|force|from|memory-limit|metadata|out|profile|spec|threads)(=|$)")


class SheetError(ValueError):
    """Everything that is wrong with a sheet."""

    def __init__(self, sheet, problems):
        lines = [f"{sheet}: {len(problems)} problem(s)", *(f"  {p}" for p in problems)]
        super().__init__("\n".join(lines))


class Lot:
    """A row of the sheet: the columns of `RUN`, and `known`, the others by name."""

    def __init__(self, row):
        self.sample, self.path, self.profile, self.spec, self.metadata, arguments = (row.pop(c, "") for c in RUN)
        self.known = row
        try:
            self.arguments = shlex.split(arguments)
        except ValueError as error:
            self.arguments, self.unsplit = [], error
        else:
            self.unsplit = None

    def problems(self):
        """What is wrong with the row by itself."""
        if not self.sample:
            yield "no sample name"
        elif not SAMPLE_NAME.fullmatch(self.sample):
            yield (
                f"sample name '{self.sample}' has other characters than letters, digits, '.', '_' and '-' (no spaces), "
                "or does not begin with a letter or digit"
            )
        elif self.sample in TAKEN:
            yield f"sample name '{self.sample}' is taken by what the workflow writes"
        if not self.path:
            yield "no path"
        elif not Path(self.path).exists():
            yield f"no such file or folder: {self.path}"
        if not self.profile:
            yield "no profile"
        for what, path in [
            ("profile", self.profile if self.profile.endswith(".toml") else ""),
            ("specification", self.spec),
            ("metadata", self.metadata),
        ]:
            if path and not Path(path).is_file():
                yield f"no such {what} file: {path}"
        if self.unsplit:
            yield f"arguments cannot be split as a shell does: {self.unsplit}"
        for argument in filter(NOT_AN_ARGUMENT.match, self.arguments):
            yield f"'{argument}' cannot stand among the arguments: it is set by a column or by the workflow"
        for column, value in self.known.items():
            if re.search(r"[\t\r\n]", value):
                yield f"a tab or a line break in column '{column}'"

    def files(self):
        """The files that the lot is made of, but for those that its arguments name."""
        folder = sorted(str(f) for f in Path(self.path).rglob("*") if f.is_file())
        profile = [self.profile] if self.profile.endswith(".toml") else []
        return [*(folder or [self.path]), *profile, *filter(None, [self.spec, self.metadata])]

    def metadata_toml(self):
        """What `puricell run --metadata` is given where the sheet names no such file."""
        known = {"lot": self.sample}
        known.update({c: self.known[c] for c in KNOWN_OF_LOT if self.known.get(c)})
        # A JSON string is a TOML string.
        return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in known.items())

    def command(self, metadata):
        """The arguments of `puricell` but for output, threads and memory; `metadata` is the file of `metadata_toml`."""
        spec = ["--spec", self.spec] if self.spec else []
        metadata = ["--metadata", self.metadata or str(metadata)]
        return ["run", self.path, "--profile", self.profile, *spec, *metadata, *self.arguments]

    def megabytes(self):
        """Size of the input."""
        path = Path(self.path)
        files = [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]
        return sum(f.stat().st_size for f in files) / 1e6

    def memory_mb(self):
        """Memory to ask for: above every line of the table in docs/performance.md, whose inputs are compressed."""
        events = self.path.lower().endswith(".fcs")
        return math.ceil(600 + (1.6 if events else 4) * self.megabytes())

    def minutes(self):
        """Time to ask for: ten minutes, and five times the processor time that the same table has for a megabyte."""
        return 10 + math.ceil(self.megabytes() / 100)


def read(sheet):
    """The lots of a sheet by sample name, in its order.

    Raises SheetError with every problem found.
    """
    try:
        with open(sheet, newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, strict=True)
            header = [h.strip() for h in rows.fieldnames or []]
            rows.fieldnames = header
            numbered = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SheetError(sheet, [f"cannot be read as a UTF-8 CSV file: {error}"])
    problems = [f"line 1: column '{h}' twice" for h in sorted(set(header)) if h and header.count(h) > 1]
    absent = [c for c in REQUIRED if c not in header]
    if absent:
        # Without them no row says anything that could be checked.
        separated = "; fields are separated by commas" if len(header) < 2 else ""
        problems.append(f"the header lacks {', '.join(absent)}; found {', '.join(header) or 'nothing'}{separated}")
        raise SheetError(sheet, problems)
    lots, lines = {}, {}
    for line, row in numbered:
        beyond = row.pop(None, None)
        if beyond:
            problems.append(f"line {line}: {len(beyond)} more fields than the header has")
        row = {column: (value or "").strip() for column, value in row.items() if column}
        if not any(row.values()):
            continue  # spreadsheets leave rows of commas behind
        lot = Lot(row)
        problems += [f"line {line}: {problem}" for problem in lot.problems()]
        if lot.sample in lots:
            problems.append(f"line {line}: sample name '{lot.sample}' is also on line {lines[lot.sample]}")
        if lot.sample:
            lots.setdefault(lot.sample, lot)
            lines.setdefault(lot.sample, line)
    if not numbered or not (lots or problems):
        problems.append("no lot in it")
    if problems:
        raise SheetError(sheet, problems)
    return lots


def metadata_table(lots):
    """What is known of the lots, for `puricell cohort --metadata`: tab-separated, a row per lot, by its folder's name."""
    columns = [c for c in next(iter(lots.values())).known if c != "lot"]
    table = io.StringIO()
    writer = csv.writer(table, delimiter="\t", lineterminator="\n")
    writer.writerow(["lot", *columns])
    writer.writerows([name, *(lot.known[c] for c in columns)] for name, lot in lots.items())
    return table.getvalue()


def is_made(lot, out, also):
    """Whether the result of a lot is there and none of its files, or of `also`, is newer."""
    manifest = Path(out) / lot.sample / "manifest.json"
    if not manifest.is_file():
        return False
    made = manifest.stat().st_mtime
    return all(Path(f).stat().st_mtime <= made for f in [*lot.files(), *also])


def write_if_other(path, text):
    """Leaves a file that says the same as it is, with its time."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def prepare(lots, out):
    """Writes what the tasks read, so that a change of the sheet cannot reach a submitted job: `metadata/LOT.toml`, and in `.array`
    the lots in order, the arguments of each (ended by NUL), and its exit code: 0 for a lot that is there, and for others, until their
    task ends, 75.

    Prints three lines: the numbers of the lots to run, from 1, with commas; the memory in MB and the minutes of the largest.
    """
    array, metadata = Path(out) / ".array", Path(out) / "metadata"
    for folder in [array, metadata]:
        folder.mkdir(parents=True, exist_ok=True)
    pending = []
    for number, (name, lot) in enumerate(lots.items(), start=1):
        toml, arguments = metadata / f"{name}.toml", array / f"{name}.args"
        if not lot.metadata:
            write_if_other(toml, lot.metadata_toml())
        write_if_other(arguments, "".join(f"{a}\0" for a in lot.command(toml)))
        made = is_made(lot, out, [arguments] if lot.metadata else [arguments, toml])
        (array / f"{name}.exit").write_text("0\n" if made else "75\n")
        if not made:
            pending.append(number)
    write_if_other(array / "lots", "".join(f"{name}\n" for name in lots))
    write_if_other(Path(out) / "metadata.tsv", metadata_table(lots))
    to_run = [lot for number, lot in enumerate(lots.values(), start=1) if number in pending]
    print(",".join(map(str, pending)))
    for ask in [Lot.memory_mb, Lot.minutes]:
        print(max(map(ask, to_run), default=0))


def cwl_file(path):
    """A file or a folder as CWL writes it."""
    path = Path(path).resolve()
    return {"class": "Directory" if path.is_dir() else "File", "location": path.as_uri()}


def cwl_job(lots):
    """The job of workflows/cwl/lots.cwl. Small texts are files with contents."""

    def literal(name, text):
        return {"class": "File", "basename": name, "contents": text}

    runs = []
    for name, lot in lots.items():
        is_file = lot.profile.endswith(".toml")
        runs.append(
            {
                "sample": name,
                "input": cwl_file(lot.path),
                "profile": cwl_file(lot.profile) if is_file else lot.profile,
                "spec": cwl_file(lot.spec) if lot.spec else None,
                "metadata": cwl_file(lot.metadata) if lot.metadata else literal(f"{name}.toml", lot.metadata_toml()),
                "arguments": lot.arguments,
                "memory_mb": lot.memory_mb(),
            }
        )
    # A scatter goes over one list per input.
    job = {key: [run[key] for run in runs] for key in runs[0]}
    return {**job, "table": literal("metadata.tsv", metadata_table(lots))}


def main(arguments):
    commands = {
        "check": (1, lambda lots: print(f"{len(lots)} lot(s)")),
        "prepare": (2, prepare),
        "job": (1, lambda lots: print(json.dumps(cwl_job(lots), ensure_ascii=False, indent=1))),
    }
    count, command = commands.get(arguments[0] if arguments else None, (None, None))
    if len(arguments) - 1 != count:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        command(read(arguments[1]), *arguments[2:])
    except SheetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
