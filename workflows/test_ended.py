"""Tests of ended.sh, gather.sh and snakemake's attempt.sh, with a program that does nothing: `python3 -m unittest discover workflows`."""

import contextlib
import io
import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import samplesheet

FLOWS = Path(__file__).resolve().parent
ATTEMPT = FLOWS / "snakemake/workflow/scripts/attempt.sh"
# Says that it has begun, and ends when the file `go` is there; by itself, with another code, after half a minute.
WAITS = 'echo "info: begun" >&2; for _ in $(seq 300); do [ ! -e "$0" ] || exit 0; sleep 0.1; done; exit 9'


class Ends(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out, self.state = self.folder / "out", self.folder / "out" / ".lots"
        self.go = self.folder / "go"
        for name in ["a.h5", "b.h5"]:
            (self.folder / name).write_bytes(b"x")
        # In place of puricell: keeps what it is asked, and makes the folder of a cohort.
        self.program = self.folder / "puricell"
        self.program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{self.folder}/calls"\nmkdir -p "{self.out}/cohort"\n')
        self.program.chmod(0o755)

    def start(self, *command, stderr=subprocess.PIPE):
        """A job in a group of processes of its own; ended with the test."""
        job = subprocess.Popen(["bash", *map(str, command)], stderr=stderr, start_new_session=True)
        self.addCleanup(self.kill, job)
        return job

    def kill(self, job):
        """The whole job, as a scheduler does."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(job.pid, signal.SIGKILL)
        job.wait()
        if job.stderr:
            job.stderr.close()

    def comes(self, log, text):
        """Waits until a text is in a log, for half a minute at most."""
        for _ in range(300):
            if log.exists() and text in log.read_text():
                return
            time.sleep(0.1)
        self.fail(f"not in {log.name}: {text}")

    def waiting(self):
        return ["bash", "-c", WAITS, self.go]

    def prepare(self, arguments):
        """Two lots, of which `lot-1` is run with `arguments`: the numbers of the rows to run."""
        sheet = self.folder / "sheet.csv"
        rows = [f"lot-1,{self.folder}/a.h5,adipose,{arguments}", f"lot-2,{self.folder}/b.h5,adipose,"]
        sheet.write_text("\n".join(["sample,path,profile,arguments", *rows]) + "\n")
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            samplesheet.prepare(samplesheet.read(sheet), self.out)
        return said.getvalue().splitlines()[0]

    def make(self, lot):
        """The result of a lot, as its task leaves it."""
        result = self.out / lot
        result.mkdir()
        for name in ["report.json", "timing.json", "audit.jsonl"]:
            (result / name).touch()
        (result / "manifest.json").write_text('{"outputs": {"report.json": ""}}')

    def gather(self):
        """What gather.sh says of each missing lot, as lot and exit code, and the lots that it hands to the cohort."""
        (self.folder / "calls").unlink(missing_ok=True)
        gather = ["bash", FLOWS / "gather.sh", self.state, self.out, self.program]
        subprocess.run(gather, check=True, stderr=subprocess.DEVNULL)
        table = self.out / "set_aside.tsv"
        rows = table.read_text().splitlines()[1:] if table.exists() else []
        asked = (self.folder / "calls").read_text().splitlines()[-1].split()
        lots = [word.split("/")[-1] for word in asked if word.startswith(f"{self.out}/lot-")]
        return [(row.split("\t")[0], row.split("\t")[3]) for row in rows], lots

    def test_a_lot_whose_rerun_was_killed_is_not_in_the_cohort_with_its_old_result(self):
        self.assertEqual(self.prepare(""), "1,2")
        for lot in ["lot-1", "lot-2"]:
            self.make(lot)
        self.assertEqual(self.prepare(""), "")
        self.assertEqual(self.gather(), ([], ["lot-1", "lot-2"]))
        self.assertEqual(self.prepare("--seed 2"), "1")
        ended = self.state / "lot-1.exit"
        job = self.start(FLOWS / "ended.sh", ended, *self.waiting())
        job.stderr.readline()
        self.kill(job)
        self.assertEqual(self.gather(), ([("lot-1", "-")], ["lot-2"]))
        # Again, and to its end.
        self.go.touch()
        again = self.start(FLOWS / "ended.sh", ended, *self.waiting())
        self.assertEqual(again.wait(), 0)
        self.assertEqual(self.gather(), ([], ["lot-1", "lot-2"]))
        self.assertEqual(sorted(f.name for f in self.state.glob("lot-1.exit*")), ["lot-1.exit"])

    def test_messages_come_while_the_command_runs_and_are_kept_when_it_ended(self):
        ended = self.state / "lot.exit"
        job = self.start(FLOWS / "ended.sh", ended, *self.waiting())
        self.assertEqual(job.stderr.readline(), b"info: begun\n")
        # Else the command has ended by itself, with another code.
        self.go.touch()
        self.assertEqual(job.wait(), 0)
        self.assertEqual(ended.read_text(), "0\ninfo: begun\n")

    def test_how_a_command_ended_is_kept_with_its_last_messages(self):
        ended = self.state / "lot.exit"
        for script, given, code, kept in [
            ("echo out; echo 'error: bad' >&2; exit 65", [], 65, "65\nerror: bad\n"),
            ("echo out; echo 'error: bad' >&2; exit 65", ["--go-on"], 0, "65\nerror: bad\n"),
            ("echo out; kill -KILL $$", [], 137, "137\n"),
        ]:
            command = ["bash", FLOWS / "ended.sh", *given, ended, "bash", "-c", script]
            done = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout, ended.read_text()), (code, "out\n", kept))
            self.assertEqual(done.stderr, kept.partition("\n")[2])

    def test_a_signal_to_the_whole_job_loses_no_last_message(self):
        log = self.folder / "log"
        dies = 'trap "sleep 0.2; echo \\"error: interrupted\\" >&2; exit 143" TERM; echo begun >&2; while :; do sleep 0.1; done'
        with log.open("wb") as file:
            job = self.start(FLOWS / "ended.sh", self.state / "lot.exit", "bash", "-c", dies, stderr=file)
        self.comes(log, "begun\n")
        os.killpg(job.pid, signal.SIGTERM)
        self.comes(log, "error: interrupted\n")

    def test_a_job_that_was_killed_is_tried_again_though_an_earlier_call_ended_by_itself(self):
        ended, log = self.state / "lot.exit", self.folder / "log"

        def attempt(n, *command):
            return self.start(ATTEMPT, n, ended, log, *command)

        self.assertEqual(attempt(1, "bash", "-c", "echo 'error: bad' >&2; exit 65").wait(), 65)
        log.unlink()
        self.assertEqual(attempt(2, *self.waiting()).wait(), 65, "what ended by itself is run again")
        self.assertEqual(log.read_text(), "error: bad\n")
        # The next call.
        job = attempt(1, *self.waiting())
        self.comes(log, "info: begun\n")
        self.kill(job)
        self.go.touch()
        self.assertEqual(attempt(2, *self.waiting()).wait(), 0, "what was killed is not run again")


if __name__ == "__main__":
    unittest.main()
