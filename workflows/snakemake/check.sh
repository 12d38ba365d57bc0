#!/usr/bin/env bash
# Runs the workflow with a puricell binary on the demo data, in a temporary folder, and ends non-zero on any surprise.
#
#     check.sh BINARY [VENV]
#
# VENV is a folder for the Python environment (default: target/snakemake-venv of this repository); it is made with pip
# if it is not there, and kept.
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

# The environment, made anew when the pinned versions change.
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
  say "install Snakemake"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "needs Python 3.11 or later"
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv" || fail "python3 cannot make a virtual environment (on Debian: apt-get install python3-venv)"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/requirements.txt"
fi

# A copy of the workflow, so that the checkout stays clean. Snakemake's own caches stay in the temporary folder too.
flow=$work/repo/workflows/snakemake
mkdir -p "$flow"
cp -r "$here/." "$flow"
ln -s "$repo/test-data" "$work/repo/test-data"
export XDG_CACHE_HOME=$work/cache
cd "$flow"

snake() { PATH="$venv/bin:$PATH" snakemake "$@" >"$work/out.txt" 2>&1; }
run() { snake --profile profiles/local --config "puricell=$binary" "$@"; }
said() { grep -qF -- "$1" "$work/out.txt" || fail "Snakemake did not say: $1"; }
# The number of jobs of rule `run` that were started.
jobs() { grep -cE '^(local)?rule run:' "$work/out.txt" || true; }

say "lint"
# Snakemake asks for a conda package or a container; none is published, so this one wish is left open.
snake --lint || true
open_wish="Specify a conda environment or container for each rule."
grep -qF "$open_wish" "$work/out.txt" || fail "lint said something else than lints"
if grep -E '^ +\* ' "$work/out.txt" | grep -qvF "$open_wish"; then fail "lint"; fi

say "dry run of the example"
run --dry-run || fail "dry run"
[ "$(jobs)" = 2 ] || fail "expected two lots"
said "run ../../test-data/demo/lot.h5 --profile bone-marrow"
[ ! -e results ] || fail "a dry run wrote results"

say "bad sample sheets"
cat >bad.csv <<'CSV'
sample,path,profile,spec,note
lot 1,../../test-data/demo/lot.h5,bone-marrow,,a space
lot2,absent.h5,bone-marrow,,no such file
lot3,../../test-data/demo/lot.h5,,absent.toml,two problems
lot2,../../test-data/demo/lot.h5,bone-marrow,,a name twice
composition.tsv,../../test-data/demo/lot.h5,absent-profile.toml,,two more
lot4,../../test-data/demo/lot.h5,bone-marrow,,too,long
,,,,
CSV
if run --config "puricell=$binary" samplesheet=bad.csv; then fail "a bad sample sheet passed"; fi
said "bad.csv: 8 problem(s)"
said "line 2: sample name 'lot 1' has other characters"
said "line 3: no such file or folder: absent.h5"
said "line 4: no profile"
said "line 4: no such specification file: absent.toml"
said "line 5: sample name 'lot2' is also on line 3"
said "line 6: sample name 'composition.tsv' is taken"
said "line 6: no such profile file: absent-profile.toml"
said "line 7: 1 more fields than the header has"
[ "$(jobs)" = 0 ] && [ ! -e results ] || fail "a bad sample sheet started a job"
printf 'sample,file\na,b\n' >header.csv
if run --config "puricell=$binary" samplesheet=header.csv; then fail "a header without its columns passed"; fi
said "header.csv: the header lacks path, profile; found sample, file"
printf 'sample,path,profile\n' >empty.csv
if run --config "puricell=$binary" samplesheet=empty.csv; then fail "an empty sample sheet passed"; fi
said "no lot in it"
if run --config "puricell=$binary" 'arguments=["--fail-on-spec"]'; then fail "--fail-on-spec passed"; fi

say "two lots, one of them truncated"
# A name that a shell would take apart, and a byte-order mark as spreadsheets write it.
mkdir "lots 批次"
cp ../../test-data/demo/lot.h5 "lots 批次/whole.h5"
head -c 100000 ../../test-data/demo/lot.h5 >"lots 批次/second.h5"
printf '\xef\xbb\xbfsample,donor,path,profile\r\n' >config/samplesheet.csv
printf 'lot-1,d1,lots 批次/whole.h5,bone-marrow\r\nlot-2,d2,lots 批次/second.h5,adipose\r\n' >>config/samplesheet.csv
if run; then fail "a truncated lot passed"; fi
[ "$(jobs)" = 2 ] || fail "expected two lots"
[ -s results/lot-1/manifest.json ] || fail "the good lot did not finish"
[ ! -e results/lot-2 ] || fail "the failed lot left a folder"
[ ! -e results/composition.tsv ] || fail "a table was made without the failed lot"
grep -q . logs/run/lot-2.log || fail "the failed lot has no message in its log"

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

say "nothing to do"
run || fail "second run"
said "Nothing to be done"

say "a lot run again"
run --force results/lot-1 || fail "a lot cannot be run again"
[ "$(jobs)" = 1 ] || fail "expected one lot"
[ "$before" != "$(stat -c %Y.%i results/lot-1/manifest.json)" ] || fail "the lot was not run again"

say "workflow checked"
