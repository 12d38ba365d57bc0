#!/usr/bin/env bash
# Every lot of a sample sheet as a task of one Slurm array, and the cohort of all lots after them. Needs bash and puricell, and
# Python 3.6 where it is called; no workflow engine.
#
#     cohort.sh [--wait] [--strict] SHEET OUT [SBATCH OPTION...]
#
# Run again, it leaves out lots whose result is complete and newer than their files. SBATCH OPTIONs (such as --time=60) go to the
# jobs of lots, after what is worked out from the size of the inputs; what holds for all jobs can be set by SBATCH_ACCOUNT,
# SBATCH_PARTITION and the like. PURICELL names the program (default: puricell), THREADS the processors per lot (default: 2),
# COHORT_OPTIONS has options for the cohort, separated by spaces. With --wait it ends when the cohort does, with its exit code: not 0
# where lots are missing. With --strict a row that cannot be run refuses the sheet; without, it is set aside.
set -euo pipefail
say() { printf 'cohort.sh: %s\n' "$*" >&2; }

# One lot, in its job. All it reads was written when the job was submitted.
task() {
  local name arguments
  name=$(awk -F'\t' -v row="$SLURM_ARRAY_TASK_ID" '$1 == row { print $2 }' "$out/.lots/lots.tsv")
  mapfile -d '' -t arguments <"$out/.lots/$name.args"
  # A result that is here lacks files, or is older than the lot's files, or of other options.
  exec bash "$flows/ended.sh" "$out/.lots/$name.exit" "$PURICELL" "${arguments[@]}" --out "$out/$name" --force
}

# The cohort of the lots that finished. Ends with its exit code, or else with that of the first lot that is missing; 75, "try again",
# for one that was killed.
merge() {
  # Split at spaces on purpose.
  # shellcheck disable=SC2086
  bash "$flows/gather.sh" "$out/.lots" "$out" "$PURICELL" $COHORT_OPTIONS || exit
  [ ! -e "$out/set_aside.tsv" ] || exit "$(awk -F'\t' 'NR == 2 { print ($4 == "-" ? 75 : $4) }' "$out/set_aside.tsv")"
  exit 0
}

# samplesheet.py, ended.sh and gather.sh.
flows=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

case ${1:-} in
task | merge)
  out=$2
  "$1"
  ;;
esac

wait=() strict=()
while :; do
  case ${1:-} in
  --wait) wait=(--wait) ;;
  --strict) strict=(--strict) ;;
  *) break ;;
  esac
  shift
done
if [ $# -lt 2 ]; then
  say "usage: cohort.sh [--wait] [--strict] SHEET OUT [SBATCH OPTION...]"
  exit 2
fi
sheet=$1 out=$2
shift 2
program=${PURICELL:-puricell} threads=${THREADS:-2}
if ! command -v "$program" >/dev/null; then
  say "no program '$program': put puricell on the PATH, or set PURICELL"
  exit 2
fi
if ! command -v sbatch >/dev/null; then
  say "no program 'sbatch': call this where Slurm takes jobs, as on the login node of a cluster"
  exit 2
fi
# Three lines: numbers of the rows to run, the memory in MB and the minutes of the largest.
plan=$(python3 "$flows/samplesheet.py" "${strict[@]}" prepare "$sheet" "$out")
{ read -r pending; read -r memory; read -r minutes; } <<<"$plan"
mkdir -p "$out/logs"
# The script itself is named, for Slurm runs a copy of it elsewhere.
job() { printf 'PURICELL=%q COHORT_OPTIONS=%q bash %q %s %q' "$program" "${COHORT_OPTIONS:-}" "$flows/slurm/cohort.sh" "$1" "$out"; }

dependency=()
if [ -n "$pending" ]; then
  array=$(sbatch --parsable --job-name=puricell --array="$pending" --cpus-per-task="$threads" --mem="$memory" \
    --time="$minutes" --output="$out/logs/lot-%a.log" "$@" --wrap "$(job task)")
  # afterany: one bad lot must not lose the cohort of the others.
  dependency=(--dependency="afterany:$array")
  say "lots on row $pending: job $array"
else
  say "every lot is there"
fi
say "then the cohort, whose messages go to $out/logs/cohort.log"
code=0
sbatch --parsable "${wait[@]}" --job-name=puricell-cohort "${dependency[@]}" --cpus-per-task="$threads" --mem=2000 --time=15 \
  --output="$out/logs/cohort.log" --wrap "$(job merge)" || code=$?
# Where it was waited for, what the cohort says of lots that are missing.
[ "${#wait[@]}" = 0 ] || [ "$code" = 0 ] || sed -n '/^puricell: /,$p' "$out/logs/cohort.log" >&2
exit "$code"
