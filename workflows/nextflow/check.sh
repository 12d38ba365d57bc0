#!/usr/bin/env bash
# Checks the Nextflow files as far as that goes without Nextflow (check.py says how far), with a puricell binary.
#
#     check.sh BINARY
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
venv=$here/../../target/nextflow-venv
bash "$here/../venv.sh" "$venv" "$here/requirements.txt"
PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "$here/check.py" "${1:?usage: check.sh BINARY}"
