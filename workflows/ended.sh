#!/usr/bin/env bash
# Runs a command, and keeps how it ended in a file, for gather.sh: the exit code, and its messages behind.
#
#     ended.sh [--go-on] FILE COMMAND...
#
# Messages go to stderr too, as they come. Ends with the exit code of the command; with --go-on, 0, for engines where nothing can follow
# a step that failed. A job that is killed as a whole leaves FILE as it was before: what stands there until the command ends has to say
# that it did not, or FILE must not be there.
set -u
go_on=
if [ "$1" = --go-on ]; then
  go_on=0
  shift
fi
file=$1
shift
mkdir -p "$(dirname "$file")"
# tee ends when the command does; a signal to the whole job must not leave the last messages without a reader.
exec 3>&1
"$@" 2>&1 >&3 3>&- | (trap '' HUP INT TERM && exec tee "$file.messages" >&2 3>&-)
code=${PIPESTATUS[0]}
# Whole or not at all.
{ echo "$code" && cat "$file.messages"; } >"$file.new" && mv -f "$file.new" "$file" && rm -f "$file.messages"
exit "${go_on:-$code}"
