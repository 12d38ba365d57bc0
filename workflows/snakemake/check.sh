#!/usr/bin/env bash
# Runs the workflow with a puricell binary on the demo data, in a temporary folder, and ends non-zero on any surprise.
#
#     check.sh BINARY [VENV]
#
# VENV is a folder for the Python environment (default: target/snakemake-venv of this repository), which is kept.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
binary=$(realpath "${1:?usage: check.sh BINARY [VENV]}")
venv=${2:-$repo/target/snakemake-venv}

say() { printf '\n-- %s (%ss)\n' "$*" "$SECONDS"; }
fail() {
  printf 'check.sh: %s\n' "$*" >&2
  [ ! -s "$work/out.txt" ] || cat "$work/out.txt" >&2
  exit 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say "environment"
bash "$here/../venv.sh" "$venv" "$here/requirements.txt"

# A copy of the workflow, so that the checkout stays clean. Snakemake's own caches stay in the temporary folder too.
flow=$work/repo/workflows/snakemake
mkdir -p "$flow"
cp -r "$here/." "$flow"
cp "$here"/../{samplesheet.py,gather.sh,ended.sh} "$work/repo/workflows/"
ln -s "$repo/test-data" "$work/repo/test-data"
export XDG_CACHE_HOME=$work/cache PYTHONDONTWRITEBYTECODE=1
cd "$flow"

snake() { PATH="$venv/bin:$PATH" snakemake "$@" >"$work/out.txt" 2>&1; }
run() { snake --profile profiles/local --config "puricell=$binary" "$@"; }
said() { grep -qF -- "$1" "$work/out.txt" || fail "Snakemake did not say: $1"; }
# The number of jobs of rule `run` that were started.
jobs() { grep -cE '^(local)?rule run:' "$work/out.txt" || true; }

say "format, lint"
"$venv/bin/snakefmt" --check "$here/workflow" >"$work/out.txt" 2>&1 || fail "snakefmt would write the workflow otherwise"
snake --lint || fail "lint"

say "dry run of the example"
run --dry-run || fail "dry run"
[ "$(jobs)" = 2 ] || fail "expected two lots"
said "run ../../test-data/demo/lot.h5 --profile bone-marrow"
[ ! -e results ] || fail "a dry run wrote results"

say "bad sample sheets"
cat >bad.csv <<'CSV'
sample,path,profile,note
lot 1,../../test-data/demo/lot.h5,bone-marrow,a space
lot2,absent.h5,,two problems
lot3,../../test-data/demo/lot.h5,bone-marrow,none
CSV
if run --config "puricell=$binary" samplesheet=bad.csv strict=True; then fail "a bad sample sheet passed"; fi
said "bad.csv: 3 problem(s)"
said "line 2: sample name 'lot 1' has other characters"
said "line 3: no such file or folder: absent.h5"
said "line 3: no profile"
[ "$(jobs)" = 0 ] && [ ! -e results ] || fail "a bad sample sheet started a job"
printf 'sample,path\nlot1,../../test-data/demo/lot.h5\n' >bad.csv
if run --config "puricell=$binary" samplesheet=bad.csv; then fail "a sample sheet without columns passed"; fi
said "the header lacks profile"
if run --config "puricell=$binary" 'arguments=["--fail-on-spec"]'; then fail "--fail-on-spec passed"; fi

say "two lots, one of them truncated"
# A name that a shell would take apart, and a byte-order mark as spreadsheets write it.
mkdir "lots 批次"
cp ../../test-data/demo/lot.h5 "lots 批次/whole.h5"
head -c 100000 ../../test-data/demo/lot.h5 >"lots 批次/second.h5"
printf '\xef\xbb\xbfsample,donor,path,profile\r\n' >config/samplesheet.csv
printf 'lot-1,d1,lots 批次/whole.h5,bone-marrow\r\nlot-2,d2,lots 批次/second.h5,adipose\r\n' >>config/samplesheet.csv
if run; then fail "a truncated lot passed"; fi
[ "$(jobs)" = 3 ] || fail "expected two lots, and that which failed once more"
[ -s results/lot-1/manifest.json ] || fail "the good lot did not finish"
[ ! -e results/lot-2 ] || fail "the failed lot left a folder"
[ ! -e results/composition.tsv ] && [ ! -e results/cohort ] || fail "a table or a cohort of all was made without the failed lot"
[ -s results/cohort-partial/manifest.json ] || fail "no cohort of the lots that finished"
grep -q "exit code 65: .*the file is cut off" results/cohort-partial/cohort.html || fail "the report does not say why a lot is missing"
said "1 lot(s) missing, as in results/set_aside.tsv"
said "lot-2, line 3: lots 批次/second.h5: the file is cut off"
grep -q "cut off" logs/run/lot-2.log || fail "the failed lot has no message in its log"
[ "$(head -n 1 results/.lots/lot-2.exit)" = 65 ] || fail "the exit code of the failed lot was not kept"

say "the second lot mended"
cp -f "lots 批次/whole.h5" "lots 批次/second.h5"
before=$(stat -c %Y.%i results/lot-1/manifest.json)
run || fail "the mended lot failed"
[ "$(jobs)" = 1 ] || fail "expected one lot"
[ "$before" = "$(stat -c %Y.%i results/lot-1/manifest.json)" ] || fail "the good lot was run again"
for lot in lot-1 lot-2; do
  for file in report.html report.pdf report.json composition.tsv manifest.json; do
    [ -s "results/$lot/$file" ] || fail "results/$lot/$file is missing"
  done
done
for lot in lot-1 lot-2; do
  diff <(awk -F'\t' -v lot="$lot" '$1 == lot' results/composition.tsv | cut -f2-) \
    <(tail -n +2 "results/$lot/composition.tsv") || fail "the table differs from that of $lot"
done
diff <(head -n 1 results/composition.tsv) <(head -n 1 results/lot-1/composition.tsv | sed 's/^/sample\t/') ||
  fail "the header of the table"

for file in cohort.html cohort.json lots.tsv manifest.json; do
  [ -s "results/cohort/$file" ] || fail "results/cohort/$file is missing"
done
grep -q "^lot-1	.*d1" results/cohort/lots.tsv || fail "the cohort does not know what the sheet says of a lot"
[ ! -e results/cohort-partial ] && [ ! -e results/set_aside.tsv ] || fail "the partial cohort is still there"

say "report"
snake --profile profiles/local --config "puricell=$binary" --report "$work/report.zip" || fail "report"
python3 - "$work/report.zip" <<'PY' || fail "the report lacks a page"
import sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
pages = sorted(n.rsplit("/", 1)[1] for n in names if n.endswith(("cohort.html", "/report.html")) and "/data/" in n)
sys.exit(pages != ["cohort.html", "report.html", "report.html"])
PY

say "nothing to do"
run || fail "second run"
said "Nothing to be done"

say "a lot run again"
run --force results/lot-1 || fail "a lot cannot be run again"
[ "$(jobs)" = 1 ] || fail "expected one lot"
[ "$before" != "$(stat -c %Y.%i results/lot-1/manifest.json)" ] || fail "the lot was not run again"

say "a file deleted from a result"
rm results/lot-1/figures/qc.svg
run --dry-run || fail "dry run without a file"
[ "$(jobs)" = 1 ] || fail "a dry run does not say that the lot is to be run again"
run || fail "a lot cannot be made anew"
[ "$(jobs)" = 1 ] && [ -s results/lot-1/figures/qc.svg ] || fail "the lot was not made anew"
run || fail "run after that"
said "Nothing to be done"

say "a result that a cohort cannot use"
cp results/lot-2/report.json report.json
echo >>results/lot-2/report.json
if run --force results/cohort; then fail "a cohort with a result that was changed passed"; fi
[ ! -e results/cohort ] && [ -s results/cohort-partial/manifest.json ] || fail "no cohort of the other lot"
grep -q "^lot-2	3	.*	65	report.json is not as it was written" results/set_aside.tsv || fail "it is not said why"
cp report.json results/lot-2/report.json
run || fail "the cohort with the result as it was"
[ -s results/cohort/manifest.json ] && [ ! -e results/cohort-partial ] || fail "no cohort of both"

say "workflow checked"
