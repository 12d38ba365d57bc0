#!/usr/bin/env bash
# Runs a command, and keeps how it ended in a file, for gather.sh: the exit code, and its messages behind.
#
#     ended.sh [--go-on] FILE COMMAND...
#
# Messages go to stderr too. Ends with the exit code of the command; with --go-on, 0, for engines where nothing can follow a step that
# failed. A job that is killed as a whole leaves no file.
set -u
go_on=
if [ "$1" = --go-on ]; then
  go_on=0
  shift
fi
file=$1
shift
mkdir -p "$(dirname "$file")"
rm -f "$file"
code=0
"$@" 2>"$file.messages" || code=$?
cat "$file.messages" >&2
{ echo "$code" && cat "$file.messages"; } >"$file"
rm -f "$file.messages"
exit "${go_on:-$code}"
