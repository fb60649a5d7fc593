#!/usr/bin/env bash
# What a simulated day costs: the fast run on the golden days (`cargo bench --bench day`, a release build) against the
# laboratory's engine on the same days. The bench is built first if CARGO_TARGET_DIR has it not; without the laboratory
# beside the checkout only our times are printed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3
times=$(mktemp)
trap 'rm -f "$times"' EXIT
(cd "$here/../.." && cargo bench --locked --quiet -p firmware-host --bench day) | tee "$times"
laboratory=$here/../../../shared/lab
if [ -f "$laboratory/run.py" ]; then
  numpy=$(venv laboratory python3 -r "$laboratory/requirements.txt")
  "$numpy/bin/python" -B "$here/speed.py" "$laboratory" "$here/../golden" "$times"
else
  echo 'the laboratory does not lie beside the checkout: its times are skipped'
fi
