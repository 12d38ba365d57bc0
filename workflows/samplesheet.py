#!/usr/bin/env python3
"""The sample sheet of many lots: read, checked, and turned into what each lot's `puricell run` is told.

One definition for all engines, with Python 3.6 or later and nothing else. Snakemake imports it; from a shell:

    samplesheet.py check SHEET            every problem of the sheet at once
    samplesheet.py prepare SHEET OUT      writes what the tasks of a Slurm array read, and prints which lots are to be run
    samplesheet.py job SHEET [OUT]        the job of workflows/cwl, as JSON; without the lots that are in the folder OUT
    samplesheet.py rows SHEET OUT         writes what workflows/nextflow reads

What holds for all engines: a row that cannot be run is set aside, said and recorded, and the others are run; the engine's exit
code is then not 0. With `--strict` before the command, and for `check`, one such row refuses the sheet. A sheet that cannot be
read, lacks columns or has no row that can be run is refused always. Every problem is said at once.

Exit codes are puricell's: 0, and 2 for a sheet that is refused. What the columns mean: workflows/README.md.
"""

import csv
import io
import json
import math
import re
import shlex
import shutil
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
TAKEN = ["cohort", "cohort-partial", "composition.tsv", "logs", "metadata", "metadata.tsv", "set_aside.tsv"]
# Set by the engine or a column. A lot that misses its specification has a result worth keeping, and engines drop what failed.
NOT_AN_ARGUMENT = re.compile(r"--(fail-on-spec|force|from|memory-limit|metadata|out|profile|spec|threads)(=|$)")


# Columns of `set_aside.tsv`: a row per lot that takes no part in the cohort.
SET_ASIDE = ["lot", "line", "path", "exit_code", "why", "what_to_do"]


class SheetError(ValueError):
    """Everything that is wrong with a sheet."""

    def __init__(self, sheet, problems):
        lines = [f"{sheet}: {len(problems)} problem(s)", *(f"  {p}" for p in problems)]
        super().__init__("\n".join(lines))


class Sheet:
    """The rows of a sheet, in its order.

    `lots` are those that can be run, by sample name. `set_aside` has the others, each as a Lot and its problems: pairs of what is
    wrong and what to do.
    """

    def __init__(self, name, rows):
        self.name = name
        self.lots = {lot.sample: lot for lot, problems in rows if not problems}
        self.set_aside = [(lot, problems) for lot, problems in rows if problems]

    def problems(self):
        """A line for each problem of the rows that are set aside."""
        for lot, problems in self.set_aside:
            for why, to_do in problems:
                yield f"line {lot.line}: {why}; {to_do}"

    def said(self):
        """What is said where rows are set aside; empty where none is."""
        if not self.set_aside:
            return ""
        n_rows = len(self.lots) + len(self.set_aside)
        first = f"{self.name}: {len(self.set_aside)} of {n_rows} lots cannot be run and are set aside; the others are run"
        return "\n".join([first, *(f"  {p}" for p in self.problems())])

    def set_aside_table(self):
        """The rows that are set aside, as `set_aside.tsv` begins: tab-separated."""
        rows = [SET_ASIDE]
        for lot, problems in self.set_aside:
            whys, to_dos = ("; ".join(dict.fromkeys(texts)) for texts in zip(*problems))
            rows.append([lot.sample or "-", str(lot.line), lot.path or "-", "2", whys, to_dos])
        return "".join("\t".join(re.sub(r"\s", " ", field) for field in row) + "\n" for row in rows)

    def lots_table(self, log):
        """The rows that can be run, for gather.sh: number among the rows, lot, line, path, and `log` of number and lot."""
        return "".join(
            f"{lot.number}\t{name}\t{lot.line}\t{lot.path}\t{log(lot.number, name)}\n" for name, lot in self.lots.items()
        )


class Lot:
    """A row of the sheet: the columns of `RUN`, and `known`, the others by name.

    `line` is where the row ends in the sheet, `number` its place among the rows, from 1.
    """

    def __init__(self, row, line=0, number=0):
        self.line, self.number = line, number
        self.sample, self.path, self.profile, self.spec, self.metadata, arguments = (row.pop(c, "") for c in RUN)
        self.known = row
        try:
            self.arguments = shlex.split(arguments)
        except ValueError as error:
            self.arguments, self.unsplit = [], error
        else:
            self.unsplit = None

    def problems(self):
        """What is wrong with the row by itself, and what to do, in pairs."""
        if not self.sample:
            yield "no sample name", "name the lot"
        elif not SAMPLE_NAME.fullmatch(self.sample):
            yield (
                f"sample name '{self.sample}' has other characters than letters, digits, '.', '_' and '-' (no spaces), "
                "or does not begin with a letter or digit",
                "rename the lot",
            )
        elif self.sample in TAKEN:
            yield f"sample name '{self.sample}' is taken by what the workflow writes", "rename the lot"
        if not self.path:
            yield "no path", "name the lot's file or folder"
        elif not Path(self.path).exists():
            yield f"no such file or folder: {self.path}", "mend the path, or copy the file there"
        if not self.profile:
            yield "no profile", "name one of `puricell profile list`"
        for what, path in [
            ("profile", self.profile if self.profile.endswith(".toml") else ""),
            ("specification", self.spec),
            ("metadata", self.metadata),
        ]:
            if path and not Path(path).is_file():
                yield f"no such {what} file: {path}", "mend the path, or copy the file there"
        if self.unsplit:
            yield f"arguments cannot be split as a shell does: {self.unsplit}", "mend the quotes"
        for argument in filter(NOT_AN_ARGUMENT.match, self.arguments):
            yield (
                f"'{argument}' cannot stand among the arguments: it is set by a column or by the workflow",
                "take it out",
            )
        for column, value in [("path", self.path), *self.known.items()]:
            if re.search(r"[\t\r\n]", value):
                yield f"a tab or a line break in column '{column}'", "take it out"

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


def read(sheet, strict=False):
    """The rows of a sheet.

    Raises SheetError with every problem found: where the sheet cannot be read, or lacks columns, or no row can be run, and with
    `strict` where one cannot.
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
        separated = "; fields are separated by commas" if len(header) < 2 else ""
        problems.append(f"the header lacks {', '.join(absent)}; found {', '.join(header) or 'nothing'}{separated}")
    if problems:
        # No row says anything that could be checked.
        raise SheetError(sheet, problems)
    found, lines = [], {}
    for line, row in numbered:
        beyond = row.pop(None, [])
        row = {column: (value or "").strip() for column, value in row.items() if column}
        if not any(row.values()):
            continue  # spreadsheets leave rows of commas behind
        lot = Lot(row, line, len(found) + 1)
        problems = list(lot.problems())
        if beyond:
            problems.append((f"{len(beyond)} more fields than the header has", "quote what holds a comma"))
        found.append((lot, problems))
        lines.setdefault(lot.sample, []).append(line)
    for lot, problems in found:
        others = [str(line) for line in lines[lot.sample] if line != lot.line]
        if lot.sample and others:
            # Which of them is meant is not known, so none is run.
            problems.append((f"sample name '{lot.sample}' is also on line {', '.join(others)}", "give each lot its own name"))
    rows = Sheet(sheet, found)
    if not rows.lots or (strict and rows.set_aside):
        raise SheetError(sheet, [*rows.problems(), *([] if rows.lots else ["no lot in it that can be run"])])
    return rows


def metadata_table(lots):
    """What is known of the lots, for `puricell cohort --metadata`: tab-separated, a row per lot, by its folder's name."""
    columns = [c for c in next(iter(lots.values())).known if c != "lot"]
    table = io.StringIO()
    writer = csv.writer(table, delimiter="\t", lineterminator="\n")
    writer.writerow(["lot", *columns])
    writer.writerows([name, *(lot.known[c] for c in columns)] for name, lot in lots.items())
    return table.getvalue()


def lacking(result):
    """The files that a result folder has lost since it was written, by its manifest; none where there is no folder."""
    result = Path(result)
    if not result.is_dir():
        return []
    try:
        outputs = json.loads((result / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return ["manifest.json"]
    return [name for name in [*outputs, "timing.json", "audit.jsonl"] if not (result / name).is_file()]


def is_made(lot, out, also):
    """Whether the result of a lot is there with all its files, and neither a file of the lot nor of `also` is newer."""
    result = Path(out) / lot.sample
    if not result.is_dir() or lacking(result):
        return False
    made = (result / "manifest.json").stat().st_mtime
    return all(Path(f).stat().st_mtime <= made for f in [*lot.files(), *also])


def write_if_other(path, text):
    """Leaves a file that says the same as it is, with its time."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)


def write_rows(sheet, out, folder, log):
    """Writes what gather.sh reads: in `folder` the rows that can be run and those that are set aside, in `out` what is known."""
    write_if_other(Path(folder) / "lots.tsv", sheet.lots_table(log))
    write_if_other(Path(folder) / "rows_set_aside.tsv", sheet.set_aside_table())
    write_if_other(Path(out) / "metadata.tsv", metadata_table(sheet.lots))


def pending(sheet, out):
    """The lots whose result is not in the folder `out`, or is older than their files, options and metadata.

    To know the latter, writes `metadata/LOT.toml`, and in `.lots` the arguments of each lot, ended by NUL.
    """
    state, metadata = Path(out) / ".lots", Path(out) / "metadata"
    for folder in [state, metadata]:
        folder.mkdir(parents=True, exist_ok=True)
    to_run = {}
    for name, lot in sheet.lots.items():
        toml, arguments = metadata / f"{name}.toml", state / f"{name}.args"
        if not lot.metadata:
            write_if_other(toml, lot.metadata_toml())
        write_if_other(arguments, "".join(f"{a}\0" for a in lot.command(toml)))
        if not is_made(lot, out, [arguments] if lot.metadata else [arguments, toml]):
            to_run[name] = lot
    return to_run


def prepare(sheet, out):
    """Writes what the tasks read, so that a change of the sheet cannot reach a submitted job: that of `pending` and `write_rows`, and
    the exit code of each lot: 0 for one that is there, and for others, until their task ends, 75.

    Prints three lines: the numbers of the rows to run, from 1, with commas; the memory in MB and the minutes of the largest.
    """
    to_run = pending(sheet, out)
    for name in sheet.lots:
        (Path(out) / ".lots" / f"{name}.exit").write_text("75\n" if name in to_run else "0\n")
    write_rows(sheet, out, Path(out) / ".lots", lambda number, name: f"{out}/logs/lot-{number}.log")
    print(",".join(str(lot.number) for lot in to_run.values()))
    for ask in [Lot.memory_mb, Lot.minutes]:
        print(max(map(ask, to_run.values()), default=0))


def missing(table):
    """What `set_aside.tsv` says, in words."""
    rows = [row.split("\t") for row in Path(table).read_text(encoding="utf-8").splitlines()[1:]]
    said = [f"{len(rows)} lot(s) missing, as in {table}"]
    for lot, line, path, _, why, to_do in rows:
        named = "" if path in why else f", {path}"
        said.append(f"  {lot}, line {line}{named}: {why}; {to_do}")
    return "\n".join(said)


def cwl_file(path):
    """A file or a folder as CWL writes it."""
    path = Path(path).resolve()
    return {"class": "Directory" if path.is_dir() else "File", "location": path.as_uri()}


def cwl_job(sheet, out=None):
    """The job of workflows/cwl/lots.cwl. Small texts are files with contents.

    Lots that are in the folder `out` are not run again. What it says there of missing lots is removed, for a runner only adds.
    """

    def literal(name, text):
        return {"class": "File", "basename": name, "contents": text}

    to_run = sheet.lots
    if out is not None:
        to_run = pending(sheet, out)
        shutil.rmtree(str(Path(out) / "cohort-partial"), ignore_errors=True)
        if (Path(out) / "set_aside.tsv").exists():
            (Path(out) / "set_aside.tsv").unlink()
    # A scatter goes over one list per input.
    job = {
        "sample": list(to_run),
        "input": [cwl_file(lot.path) for lot in to_run.values()],
        "profile": [cwl_file(p) if p.endswith(".toml") else p for p in (lot.profile for lot in to_run.values())],
        "spec": [cwl_file(lot.spec) if lot.spec else None for lot in to_run.values()],
        "metadata": [
            cwl_file(lot.metadata) if lot.metadata else literal(f"{name}.toml", lot.metadata_toml())
            for name, lot in to_run.items()
        ],
        "arguments": [lot.arguments for lot in to_run.values()],
        "memory_mb": [lot.memory_mb() for lot in to_run.values()],
    }
    return {
        **job,
        "made": [cwl_file(Path(out) / name) for name in sheet.lots if name not in to_run],
        "rows": literal("lots.tsv", sheet.lots_table(lambda number, name: "-")),
        "rows_set_aside": literal("rows_set_aside.tsv", sheet.set_aside_table()),
        "table": literal("metadata.tsv", metadata_table(sheet.lots)),
    }


def nextflow_rows(sheet, out):
    """Writes into the folder `out` what workflows/nextflow reads: `rows.csv`, and what gather.sh does."""
    columns = [*REQUIRED, "spec", "metadata"]
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(columns)
    for lot in sheet.lots.values():
        path, spec, metadata = (str(Path(f).resolve()) if f else "" for f in [lot.path, lot.spec, lot.metadata])
        profile = str(Path(lot.profile).resolve()) if lot.profile.endswith(".toml") else lot.profile
        writer.writerow([lot.sample, path, profile, spec, metadata])
    write_if_other(Path(out) / "rows.csv", table.getvalue())
    write_rows(sheet, out, out, lambda number, name: "-")


def main(arguments):
    strict = arguments[:1] == ["--strict"]
    name, *given = arguments[strict:] or [None]
    commands = {
        "check": (range(1, 2), lambda sheet: print(f"{len(sheet.lots)} lot(s)")),
        "prepare": (range(2, 3), prepare),
        "job": (range(1, 3), lambda *given: print(json.dumps(cwl_job(*given), ensure_ascii=False, indent=1))),
        "rows": (range(2, 3), nextflow_rows),
    }
    counts, command = commands.get(name, ((), None))
    if len(given) not in counts:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        sheet = read(given[0], strict or name == "check")
        if sheet.set_aside:
            print(f"warning: {sheet.said()}", file=sys.stderr)
        command(sheet, *given[1:])
    except SheetError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
