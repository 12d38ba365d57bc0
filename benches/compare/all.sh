#!/usr/bin/env bash
# All comparisons with one command: all.sh PURICELL WORK [LOT.h5 ...]. Makes its inputs and environments in WORK (Python 3.11), takes further 10x
# files as they are given, and leaves a table per comparison in WORK. With LARGE=1 also cytometry on 10 million events, which takes an hour, 24 GB of
# memory and 3 GB of WORK. Nothing else should run beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
puricell=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
shift 2
python3 -c "import sys; sys.path.insert(0, '$here'); from pathlib import Path; from compare import python_of; python_of(Path('$work'), 'scanpy')"
python=$work/venv-scanpy/bin/python
[ -e "$work/blood20k.h5" ] || "$python" "$here/make_inputs.py" cells "$work/blood20k.h5"
[ -e "$work/panel1m.fcs.kinds" ] || "$python" "$here/make_inputs.py" events "$work/panel1m.fcs"
for lot in "$work/blood20k.h5" "$@"; do
  name=$(basename "${lot%.h5}")
  python3 "$here/compare.py" --puricell "$puricell" --lot "$lot" --work "$work" --out "$work/$name.md"
  python3 "$here/umap_layout.py" --puricell "$puricell" --lot "$lot" --work "$work" >"$work/$name.umap.md"
done
cd "$here/../.."
cargo build --release -p puricell-cluster --example flowsom
cargo build --release -p puricell-benches --example prepare --example moving
beside() { python3 "$here/cytometry.py" --puricell "$puricell" --work "$work" --examples target/release/examples "$@"; }
beside --fcs "$work/panel1m.fcs" >"$work/cytometry.md"
if [ "${LARGE:-}" = 1 ]; then
  [ -e "$work/panel10m.fcs.kinds" ] || "$python" "$here/make_inputs.py" events "$work/panel10m.fcs" --events 10000000
  beside --fcs "$work/panel10m.fcs" --rounds 1 >"$work/cytometry10m.md"
fi
echo "tables: $work/*.md"
