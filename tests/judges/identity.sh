#!/usr/bin/env bash
# Identity numbers, good and damaged, judged by python-stdnum. The argument is the program built by
# `cargo build -p kiosk --example identity`.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3
environment=$(venv stdnum python3 python-stdnum==2.2)

exec "$environment/bin/python" -B "$here/identity_judge.py" "$program"
