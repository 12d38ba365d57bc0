#!/usr/bin/env bash
# A Python environment of pinned versions, made where it is not there or the versions are others, and kept.
#
#     venv.sh FOLDER REQUIREMENTS
set -euo pipefail
folder=$1 requirements=$2
cmp -s "$requirements" "$folder/requirements.txt" && exit
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "venv.sh: needs Python 3.11 or later" >&2 && exit 1; }
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
python3 -m venv "$folder" ||
  { echo "venv.sh: python3 cannot make a virtual environment (on Debian: apt-get install python3-venv)" >&2 && exit 1; }
"$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
cp "$requirements" "$folder/requirements.txt"
