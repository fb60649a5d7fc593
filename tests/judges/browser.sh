#!/usr/bin/env bash
# `hallgate demo` in a real browser, pressed as a person would press it: the page, the displays, the kiosk, the slip, the
# rating, a printer without paper, a card on the reader, a code before the scanner. Keeps screenshots where HALLGATE_ARTEFACTS says.
set -euo pipefail
hallgate=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3 chromium=chromium chromedriver=chromium-driver
exec python3 -B "$here/browser_judge.py" "$hallgate"
