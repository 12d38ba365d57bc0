#!/usr/bin/env bash
# Runs a command by ended.sh, with its messages in a log, unless trying again is of no use.
#
#     attempt.sh N ENDED LOG COMMAND...
#
# Snakemake tries every failed job again. A command that ended by itself (bad data, a wrong option, an output that cannot be
# written) ends so again: later attempts (N of 2 and more) only repeat what ended.sh kept in ENDED, for Snakemake removes the log.
# One that was killed, by a signal or with the whole job, has a code of 128 and more there, or no such file, and is run again.
set -u
n=$1 ended=$2 log=$3
shift 3
code=0
[ ! -s "$ended" ] || code=$(head -n 1 "$ended")
if [ "$n" -gt 1 ] && [ "$code" -gt 0 ] && [ "$code" -lt 128 ]; then
  tail -n +2 "$ended" >"$log"
  exit "$code"
fi
# ended.sh writes it when the command has ended, and a job that is killed must not leave that of an earlier call.
rm -f "$ended"
exec bash "$(dirname "${BASH_SOURCE[0]}")/../../../ended.sh" "$ended" "$@" 2>"$log"
