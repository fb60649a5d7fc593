#!/usr/bin/env bash
# The shipped daemon prints to a printer that others wrote: emupos, an ESC/POS simulator made after the Epson reference.
# Judged: the Chinese, the QR code, the receipt that confirms a job, and each fault with its end.
set -euo pipefail
hallgate=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need zbarimg=zbar-tools
python=$(python_from 13)
[ -n "$python" ] || fail 'emupos needs Python 3.13 or later, and neither the path nor pyenv has one'
environment=$(venv emupos "$python" emupos==0.4.0)

exec "$environment/bin/python" -B "$here/emupos_judge.py" "$hallgate" "$environment/bin/emupos"
