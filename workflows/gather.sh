#!/usr/bin/env bash
# The cohort of the lots that finished, and what became of the others: the last step of every engine. Needs bash, awk and puricell.
#
#     gather.sh STATE OUT PURICELL [COHORT OPTION...]
#
# Reads from the folder STATE what samplesheet.py wrote there (lots.tsv, rows_set_aside.tsv), and LOT.exit by ended.sh; from OUT the
# result folders and metadata.tsv. A lot without LOT.exit finished if its result is there. Writes OUT/cohort; or, where lots are
# missing, OUT/cohort-partial and OUT/set_aside.tsv, which has for each of them what is wrong and what to do.
#
# NO_CODE replaces what is said of a lot that has neither, in engines that do not keep it.
#
# Ends with the exit code of `puricell cohort`, 0 also where lots are missing: OUT/set_aside.tsv is there then, and no other time.
set -euo pipefail
state=$1 out=$2 program=$3
shift 3
options=("$@")
say() { printf 'puricell: %s\n' "$*" >&2; }

# The table of what is missing, until it is whole; and what is known of the lots that finished, under a name that is the same in
# every engine, for the cohort records it.
mkdir -p "$state/gather"
rm -f "$out/set_aside.tsv"
table=$state/gather/set_aside.tsv known=$state/gather/metadata.tsv messages=$state/gather/messages missing=$state/gather/missing.tsv
cat "$state/rows_set_aside.tsv" >"$table"
are_missing() { [ "$(wc -l <"$table")" -gt 1 ]; }

finished=()
while IFS=$'\t' read -r _ lot line path log; do
  code=0 said=''
  if [ -e "$state/$lot.exit" ]; then
    code=$(head -n 1 "$state/$lot.exit")
    said=$(tail -n +2 "$state/$lot.exit" | tr '\t' ' ')
  fi
  [ "$code" != 0 ] || [ -s "$out/$lot/manifest.json" ] || code=75
  if [ "$code" = 0 ]; then
    finished+=("$lot")
    continue
  fi
  why=$(sed -n 's/^error: //p' <<<"$said" | tail -n 1)
  to_do=$(sed -n 's/^hint: //p' <<<"$said" | tail -n 1)
  # 75: no task wrote a code; 128 and more: a signal.
  if [ "$code" = 75 ] || [ "$code" -ge 128 ]; then
    code=- why=${NO_CODE:-killed, or never started} to_do='start again, with more memory or time if those ran out'
  fi
  [ "$log" = - ] || to_do="${to_do:+$to_do; }its messages are in $log"
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$lot" "$line" "$path" "$code" "${why:-no message}" "${to_do:--}" >>"$table"
done <"$state/lots.tsv"

# The cohort of those that finished, with further arguments.
cohort() {
  awk -F'\t' 'NR == FNR { finished[$1]; next } FNR == 1 || $1 in finished' <(printf '%s\n' "${finished[@]}") "$out/metadata.tsv" >"$known"
  local code=0
  "$program" cohort "${finished[@]/#/$out/}" "$@" --metadata "$known" --force "${options[@]}" 2>"$messages" || code=$?
  cat "$messages" >&2
  return "$code"
}

if ! are_missing; then
  code=0
  cohort --out "$out/cohort" || code=$?
  if [ "$code" = 0 ]; then rm -rf "$out/cohort-partial"; fi
  # 65: results that a cohort cannot use. The others can.
  [ "$code" = 65 ] || exit "$code"
fi

code=0
if [ "${#finished[@]}" -gt 0 ]; then
  # The report names those that are missing, and why; files without their folders, which every engine has others of.
  cut -f 1,2,4,5 "$table" | sed "s|[^[:space:]:;,'\"]*/||g" >"$missing"
  cohort --missing "$missing" --keep-going --out "$out/cohort-partial" || code=$?
  # What it left out by itself.
  while IFS=$'\t' read -r _ lot line path _; do
    why=$(sed -n "s/^warning: ${lot//./\\.} takes no part: \(.*\) \[result_left_out\]$/\1/p" "$messages")
    case " ${finished[*]} " in
    *" $lot "*) [ -z "$why" ] || printf '%s\t%s\t%s\t65\t%s\t%s\n' "$lot" "$line" "$path" "$why" "see its report, or take the row out" >>"$table" ;;
    esac
  done <"$state/lots.tsv"
fi

# In the order of the sheet.
{ head -n 1 "$table" && tail -n +2 "$table" | sort -s -t $'\t' -k 2,2n; } >"$out/set_aside.tsv"
n_rows=$(($(wc -l <"$state/lots.tsv") + $(wc -l <"$state/rows_set_aside.tsv") - 1))
say "$(($(wc -l <"$out/set_aside.tsv") - 1)) of $n_rows lots missing, as in $out/set_aside.tsv"
awk -F'\t' 'NR > 1 {
  print "  " $1 ", line " $2 (index($5, $3) ? "" : ", " $3) ($4 == "-" ? "" : ", exit code " $4) ": " $5 "; " $6
}' "$out/set_aside.tsv" >&2
if [ "${#finished[@]}" = 0 ]; then
  say "no lot finished, so there is no cohort"
elif [ "$code" = 0 ]; then
  say "$out/cohort-partial is the cohort of the others"
fi
[ ! -e "$out/cohort" ] || say "$out/cohort is of an earlier call, and not of this sheet"
exit "$code"
