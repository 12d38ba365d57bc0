"""Puts the `composition.tsv` of all lots below each other, with a first column `sample`."""

import sys
from pathlib import Path


def concatenate(folders, samples):
    """The lines of the table; the lots must have one header."""
    header, lines = None, []
    for sample, folder in zip(samples, folders, strict=True):
        table = Path(folder) / "composition.tsv"
        first, *rows = table.read_text(encoding="utf-8").splitlines()
        if header is None:
            header, origin = first, table
            lines.append(f"sample\t{header}")
        elif first != header:
            raise ValueError(f"{table} and {origin} have different columns; were they made by one version?")
        lines += [f"{sample}\t{row}" for row in rows]
    return lines


def main():
    with open(snakemake.log[0], "w", encoding="utf-8") as log:  # noqa: F821 (given by Snakemake)
        sys.stderr = log
        lines = concatenate(snakemake.input, snakemake.params.samples)  # noqa: F821
        with open(snakemake.output[0], "w", encoding="utf-8", newline="\n") as out:  # noqa: F821
            out.writelines(f"{line}\n" for line in lines)


main()
