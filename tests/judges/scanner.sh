#!/usr/bin/env bash
# What a scanner of others writes to its serial line, read by ours: emupos' serial scanner. The argument is the program built
# by `cargo build -p kiosk --example scanner`.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

python=$(python_from 13)
[ -n "$python" ] || fail 'emupos needs Python 3.13 or later, and neither the path nor pyenv has one'
environment=$(venv emupos "$python" emupos==0.4.0)

exec "$environment/bin/python" -B "$here/scanner_judge.py" "$program" "$environment/bin/emupos"
