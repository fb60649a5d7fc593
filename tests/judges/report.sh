#!/usr/bin/env bash
# The report of a made-up month, judged by others: openpyxl opens the workbook, Python's csv reads the tables, Chromium shows the
# page, and the sums are computed once more from the log. The arguments are `hallgate` and the program built by
# `cargo build -p report --example month`. Keeps pictures where HALLGATE_ARTEFACTS says.
set -euo pipefail
hallgate=$(realpath "$1")
month=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3 chromium=chromium chromedriver=chromium-driver
environment=$(venv openpyxl python3 openpyxl==3.1.5)

exec "$environment/bin/python" -B "$here/report_judge.py" "$hallgate" "$month" "$here/../../systemd/hall.toml"
