#!/usr/bin/env bash
# Every lot of a sample sheet as a task of one Slurm array, and the cohort of all lots after them. Needs bash and puricell, and
# Python 3.6 where it is called; no workflow engine.
#
#     cohort.sh [--wait] SHEET OUT [SBATCH OPTION...]
#
# Run again, it leaves out lots whose result is complete and newer than their files. SBATCH OPTIONs (such as --time=60) go to the
# jobs of lots, after what is worked out from the size of the inputs; what holds for all jobs can be set by SBATCH_ACCOUNT,
# SBATCH_PARTITION and the like. PURICELL names the program (default: puricell), THREADS the processors per lot (default: 2),
# COHORT_OPTIONS has options for the cohort, separated by spaces. With --wait it ends when the cohort does, with its exit code.
set -euo pipefail
say() { printf 'cohort.sh: %s\n' "$*" >&2; }

# The exit code of a lot that was killed, or never started, in the files .array/LOT.exit: "try again".
killed=75

# One lot, in its job. All it reads was written when the job was submitted.
task() {
  local name arguments code=0
  name=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$out/.array/lots")
  mapfile -d '' -t arguments <"$out/.array/$name.args"
  # A complete result that is here is older than the lot's files, or of other options.
  "$PURICELL" "${arguments[@]}" --out "$out/$name" --force || code=$?
  [ "$code" -ge 128 ] || echo "$code" >"$out/.array/$name.exit"
  exit "$code"
}

# The cohort of the lots that finished. Ends with its exit code, or else with that of the first lot that is missing.
merge() {
  local finished=() missing=() first=0 into=cohort table=$out/.array/metadata.tsv number=0 code name
  head -n 1 "$out/metadata.tsv" >"$table"
  while read -r name; do
    number=$((number + 1))
    code=$(<"$out/.array/$name.exit")
    if [ "$code" = 0 ]; then
      finished+=("$out/$name")
      sed -n "$((number + 1))p" "$out/metadata.tsv" >>"$table"
    else
      [ "$first" != 0 ] || first=$code
      [ "$code" = "$killed" ] && code="killed, or never started" || code="exit code $code"
      missing+=("$name ($code), $out/logs/lot-$number.log: $(sed -n 's/^error: //p' "$out/logs/lot-$number.log" 2>/dev/null | tail -n 1)")
    fi
  done <"$out/.array/lots"
  if [ "${#missing[@]}" -gt 0 ]; then
    into=cohort-partial
    say "${#missing[@]} of $number lots missing"
    printf '  %s\n' "${missing[@]}" >&2
    [ "${#finished[@]}" -gt 0 ] || exit "$first"
  fi
  # Split at spaces on purpose.
  # shellcheck disable=SC2086
  "$PURICELL" cohort "${finished[@]}" --metadata "$table" --out "$out/$into" --force $COHORT_OPTIONS || exit
  if [ "$into" = cohort ]; then rm -rf "$out/cohort-partial"; fi
  exit "$first"
}

case ${1:-} in
task | merge)
  out=$2
  "$1"
  ;;
esac

wait=()
if [ "${1:-}" = --wait ]; then
  wait=(--wait)
  shift
fi
if [ $# -lt 2 ]; then
  say "usage: cohort.sh [--wait] SHEET OUT [SBATCH OPTION...]"
  exit 2
fi
sheet=$1 out=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=${PURICELL:-puricell} threads=${THREADS:-2}
if ! command -v "$program" >/dev/null; then
  say "no program '$program': put puricell on the PATH, or set PURICELL"
  exit 2
fi
# Three lines: numbers of the lots to run, the memory in MB and the minutes of the largest.
plan=$(python3 "$here/../samplesheet.py" prepare "$sheet" "$out")
{ read -r pending; read -r memory; read -r minutes; } <<<"$plan"
mkdir -p "$out/logs"
# The script itself is named, for Slurm runs a copy of it elsewhere.
job() { printf 'PURICELL=%q COHORT_OPTIONS=%q bash %q %s %q' "$program" "${COHORT_OPTIONS:-}" "$here/cohort.sh" "$1" "$out"; }

dependency=()
if [ -n "$pending" ]; then
  array=$(sbatch --parsable --job-name=puricell --array="$pending" --cpus-per-task="$threads" --mem="$memory" \
    --time="$minutes" --output="$out/logs/lot-%a.log" "$@" --wrap "$(job task)")
  # afterany: one bad lot must not lose the cohort of the others.
  dependency=(--dependency="afterany:$array")
  say "lots $pending of $(wc -l <"$out/.array/lots"): job $array"
else
  say "every lot is there"
fi
sbatch --parsable "${wait[@]}" --job-name=puricell-cohort "${dependency[@]}" --cpus-per-task="$threads" --mem=2000 --time=15 \
  --output="$out/logs/cohort.log" --wrap "$(job merge)"
