#!/usr/bin/env bash
# Runs a command, with its messages in a log, unless trying again is of no use.
#
#     attempt.sh N ENDED LOG COMMAND...
#
# Snakemake tries every failed job again. A command that ended by itself (bad data, a wrong option, an output that cannot be
# written) ends so again: its exit code is kept in the file ENDED, with its messages behind, for Snakemake removes the log;
# later attempts (N of 2 and more) only repeat both. One that was killed, by a signal or with the whole job, leaves no such file:
# the shell's code for it is 128 and more.
set -u
n=$1 ended=$2 log=$3
shift 3
if [ "$n" -gt 1 ] && [ -s "$ended" ]; then
  tail -n +2 "$ended" >"$log"
  exit "$(head -n 1 "$ended")"
fi
rm -f "$ended"
"$@" 2>"$log"
code=$?
if [ "$code" -gt 0 ] && [ "$code" -lt 128 ]; then { echo "$code" && cat "$log"; } >"$ended"; fi
exit "$code"
