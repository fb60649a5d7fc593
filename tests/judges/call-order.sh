#!/usr/bin/env bash
# The shipped binary on the golden days and decisions: its call logs must be the recorded ones, line by line. Where the
# laboratory lies beside the checkout, its own judge says so too.
set -euo pipefail
hallgate=$1
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/judges/machine.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for trace in "$here"/golden/*.trace.json; do
  name=$(basename "$trace" .trace.json)
  cp "$trace" "$work/"
  "$hallgate" simulate --trace "$trace" --calls "$work/$name.calls.jsonl" >/dev/null
  python3 "$here/judges/same_calls.py" "$here/golden/$name.calls.jsonl" "$work/$name.calls.jsonl"
done
"$hallgate" decide --input "$here/golden/decisions.jsonl" > "$work/decided.jsonl"
python3 "$here/judges/same_decisions.py" "$here/golden/decisions.jsonl" "$work/decided.jsonl"

laboratory=$here/../../shared/lab
if [ -f "$laboratory/run.py" ]; then
  can_make_venv python3
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$laboratory/requirements.txt"
  "$work/venv/bin/python" -B "$laboratory/run.py" judge "$work"
else
  echo 'the laboratory does not lie beside the checkout: its own judge is skipped'
fi
