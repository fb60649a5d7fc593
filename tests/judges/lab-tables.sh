#!/usr/bin/env bash
# Our days against the laboratory's tables: 60 days of each of the 12 scenarios under four call orders, every figure within
# the noise of both. Where the laboratory lies beside the checkout, the other systems' orders are also held against its
# engine, call by call. A second argument names a file for the comparison.
set -euo pipefail
hallgate=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3
python3 -B "$here/lab_tables.py" "$hallgate" "$here/../golden" "${@:2}"

laboratory=$here/../../../shared/lab
if [ -f "$laboratory/run.py" ]; then
  numpy=$(venv laboratory python3 -r "$laboratory/requirements.txt")
  "$numpy/bin/python" -B "$here/lab_calls.py" "$laboratory" "$hallgate" "$here/../golden"
else
  echo 'the laboratory does not lie beside the checkout: its engine is skipped'
fi
