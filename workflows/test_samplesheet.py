"""Tests of samplesheet.py: `python3 -m unittest discover workflows`."""

import contextlib
import csv
import io
import os
import tempfile
import unittest
from pathlib import Path

import samplesheet


class Sheets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ["a.h5", "b.h5", "c.FCS"]:
            (self.folder / name).write_bytes(b"x" * 1000)

    def sheet(self, *rows):
        path = self.folder / "sheet.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(rows)
        return path

    def path(self, name):
        return str(self.folder / name)

    def problems(self, *rows):
        with self.assertRaises(samplesheet.SheetError) as caught:
            samplesheet.read(self.sheet(*rows), strict=True)
        return str(caught.exception)

    def lots(self, *rows):
        return samplesheet.read(self.sheet(*rows)).lots

    def test_every_problem_is_said_at_once(self):
        header = ["sample", "path", "profile", "spec", "donor", "arguments"]
        said = self.problems(
            header,
            ["lot 1", self.path("a.h5"), "adipose", "", "", ""],
            ["lot2", "absent.h5", "adipose", "", "", ""],
            ["lot2", self.path("a.h5"), "", "absent.toml", "", ""],
            ["cohort", self.path("a.h5"), "absent-profile.toml", "", "D\t1", ""],
            ["lot5", self.path("a.h5"), "adipose", "", "", "--seed 1 --out=x"],
            ["lot6", self.path("a.h5"), "adipose", "", "", "--seed '1"],
            ["lot7", self.path("a.h5"), "adipose", "", "", "", "beyond"],
            ["", "", "", "", "", ""],
        )
        for problem in [
            "sheet.csv: 13 problem(s)",
            "line 2: sample name 'lot 1' has other characters",
            "line 3: no such file or folder: absent.h5",
            "line 4: no profile",
            "line 4: no such specification file: absent.toml",
            "line 3: sample name 'lot2' is also on line 4",
            "line 4: sample name 'lot2' is also on line 3; give each lot its own name",
            "line 5: sample name 'cohort' is taken",
            "line 5: no such profile file: absent-profile.toml",
            "line 5: a tab or a line break in column 'donor'",
            "line 6: '--out=x' cannot stand among the arguments",
            "line 7: arguments cannot be split",
            "line 8: 1 more fields than the header has",
            "no lot in it that can be run",
        ]:
            self.assertIn(problem, said)

    def test_rows_that_cannot_be_run_are_set_aside_and_the_others_are_not(self):
        rows = [
            ["sample", "path", "profile", "donor"],
            ["lot-1", self.path("a.h5"), "adipose", "D1"],
            ["twice", self.path("a.h5"), "adipose", "D2"],
            ["", "", "", ""],
            ["absent", "absent.h5", "", "D3"],
            ["lot-2", self.path("b.h5"), "adipose", "D4"],
            ["twice", self.path("b.h5"), "adipose", "D5"],
        ]
        sheet = samplesheet.read(self.sheet(*rows))
        self.assertEqual([(name, lot.number, lot.line) for name, lot in sheet.lots.items()], [("lot-1", 1, 2), ("lot-2", 4, 6)])
        self.assertEqual(
            sheet.set_aside_table().splitlines(),
            [
                "lot\tline\tpath\texit_code\twhy\twhat_to_do",
                f"twice\t3\t{self.path('a.h5')}\t2\tsample name 'twice' is also on line 7\tgive each lot its own name",
                "absent\t5\tabsent.h5\t2\tno such file or folder: absent.h5; no profile"
                "\tmend the path, or copy the file there; name one of `puricell profile list`",
                f"twice\t7\t{self.path('b.h5')}\t2\tsample name 'twice' is also on line 3\tgive each lot its own name",
            ],
        )
        self.assertIn("3 of 5 lots cannot be run and are set aside; the others are run", sheet.said())
        self.assertEqual(samplesheet.metadata_table(sheet.lots), "lot\tdonor\nlot-1\tD1\nlot-2\tD4\n")
        self.assertEqual(
            sheet.lots_table(lambda number, name: f"{name}-{number}.log"),
            f"1\tlot-1\t2\t{self.path('a.h5')}\tlot-1-1.log\n4\tlot-2\t6\t{self.path('b.h5')}\tlot-2-4.log\n",
        )
        self.assertIn("4 problem(s)", self.problems(*rows))
        with self.assertRaisesRegex(samplesheet.SheetError, "no lot in it that can be run"):
            self.lots(*(row for row in rows if not row[0].startswith("lot-")))

    def test_a_sheet_without_columns_or_rows(self):
        self.assertIn("the header lacks path, profile; found sample, file", self.problems(["sample", "file"], ["a", "b"]))
        self.assertIn("found nothing", self.problems())
        self.assertIn("fields are separated by commas", self.problems(["sample;path;profile"], ["a;b;c"]))
        self.assertIn("no lot in it", self.problems(["sample", "path", "profile"]))
        self.assertIn("no lot in it", self.problems(["sample", "path", "profile"], ["", "", ""]))
        self.assertIn("column 'path' twice", self.problems(["sample", "path", "profile", "path"], ["a", "b", "c", "d"]))
        with self.assertRaises(samplesheet.SheetError):
            samplesheet.read(self.folder / "absent.csv")

    def test_other_columns_reach_the_lot_and_the_cohort(self):
        lots = self.lots(
            ["sample", "path", "profile", "donor", "bioreactor", "passage", "arguments"],
            ["lot-1", self.path("a.h5"), "adipose", 'D"1', "flask", "P3", "--seed 7 --set 'qc.mito_cap=0.2'"],
            ["lot-2", self.path("b.h5"), "adipose", "", "bag", "", ""],
        )
        self.assertEqual(lots["lot-1"].metadata_toml(), 'lot = "lot-1"\ndonor = "D\\"1"\npassage = "P3"\n')
        self.assertEqual(lots["lot-2"].metadata_toml(), 'lot = "lot-2"\n')
        self.assertEqual(
            samplesheet.metadata_table(lots),
            'lot\tdonor\tbioreactor\tpassage\nlot-1\t"D""1"\tflask\tP3\nlot-2\t\tbag\t\n',
        )
        self.assertEqual(
            lots["lot-1"].command("m.toml"),
            ["run", self.path("a.h5"), "--profile", "adipose", "--metadata", "m.toml"]
            + ["--seed", "7", "--set", "qc.mito_cap=0.2"],
        )

    def test_what_is_asked_for_covers_the_table_of_performance(self):
        # docs/performance.md, "What to ask a scheduler for": size of the file in MB, memory in MB, processor seconds.
        lot = samplesheet.Lot({"sample": "a", "path": "a.h5"})
        for megabytes, memory, seconds in [(38, 600, 6), (148, 1000, 10), (184, 1000, 20), (741, 2500, 50), (2211, 6000, 120)]:
            lot.megabytes = lambda size=megabytes: size
            self.assertGreaterEqual(lot.memory_mb(), memory)
            self.assertGreaterEqual(60 * lot.minutes(), 5 * seconds)
        events = samplesheet.Lot({"sample": "a", "path": "a.FCS"})
        events.megabytes = lambda: 960
        self.assertGreaterEqual(events.memory_mb(), 1.6 * 960)

    def test_a_folder_is_the_files_in_it(self):
        folder = self.folder / "mtx"
        folder.mkdir()
        for name in ["matrix.mtx.gz", "barcodes.tsv.gz"]:
            (folder / name).write_bytes(b"x" * 500000)
        lot = samplesheet.Lot({"sample": "a", "path": str(folder), "profile": "adipose"})
        self.assertEqual([Path(f).name for f in lot.files()], ["barcodes.tsv.gz", "matrix.mtx.gz"])
        self.assertEqual(lot.megabytes(), 1)

    def test_a_result_older_than_its_input_is_made_anew(self):
        lot = samplesheet.Lot({"sample": "a", "path": self.path("a.h5"), "profile": "adipose"})
        self.assertFalse(samplesheet.is_made(lot, self.folder, []))
        manifest = self.folder / "a" / "manifest.json"
        self.result(manifest)
        self.assertTrue(samplesheet.is_made(lot, self.folder, []))
        Path(lot.path).touch()
        os.utime(manifest, (0, 0))
        self.assertFalse(samplesheet.is_made(lot, self.folder, []))

    def result(self, manifest):
        manifest.parent.mkdir()
        for name in ["report.json", "timing.json", "audit.jsonl"]:
            (manifest.parent / name).touch()
        manifest.write_text('{"outputs": {"report.json": ""}}')

    def test_a_result_that_lacks_a_file_is_made_anew(self):
        lot = samplesheet.Lot({"sample": "a", "path": self.path("a.h5"), "profile": "adipose"})
        folder = self.folder / "a"
        self.assertEqual(samplesheet.lacking(folder), [])
        self.result(folder / "manifest.json")
        self.assertEqual(samplesheet.lacking(folder), [])
        for name in ["report.json", "audit.jsonl", "manifest.json"]:
            whole = (folder / name).read_bytes()
            (folder / name).unlink()
            self.assertEqual(samplesheet.lacking(folder), [name])
            self.assertFalse(samplesheet.is_made(lot, self.folder, []))
            (folder / name).write_bytes(whole)
        self.assertTrue(samplesheet.is_made(lot, self.folder, []))
        (folder / "manifest.json").write_text("cut o")
        self.assertEqual(samplesheet.lacking(folder), ["manifest.json"])

    def test_only_lots_that_are_not_there_or_were_changed_are_run(self):
        def pending(*arguments):
            rows = [[f"lot-{n}", self.path("a.h5"), "adipose", arguments[n]] for n in range(len(arguments))]
            sheet = samplesheet.read(self.sheet(["sample", "path", "profile", "arguments"], *rows))
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                samplesheet.prepare(sheet, self.folder / "out")
            return said.getvalue().splitlines()[0]

        self.assertEqual(pending("", ""), "1,2")
        manifest = self.folder / "out" / "lot-0" / "manifest.json"
        self.result(manifest)
        self.assertEqual(pending("", ""), "2")
        os.utime(manifest, (0, 0))
        self.assertEqual(pending("", ""), "1,2")
        # The files that say how to run are new where the options are.
        manifest.touch()
        os.utime(self.path("a.h5"), (0, 0))
        past = manifest.stat().st_mtime - 10
        os.utime(manifest, (past, past))
        for file in [*(self.folder / "out" / ".lots").iterdir(), *(self.folder / "out" / "metadata").iterdir()]:
            os.utime(file, (0, 0))
        self.assertEqual(pending("", ""), "2")
        self.assertEqual(pending("--seed 2", ""), "1,2")


if __name__ == "__main__":
    unittest.main()
