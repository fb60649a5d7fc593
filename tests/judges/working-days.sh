#!/usr/bin/env bash
# The days on which appointments are offered, judged by chinesecalendar, which has the holidays and make-up workdays of the
# State Council from its own hands. The argument is the program built by
# `cargo build -p firmware-host --example bookable_days`.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3
environment=$(venv calendar python3 chinesecalendar==1.11.0)

exec "$environment/bin/python" -B "$here/working_days_judge.py" "$program"
