#!/usr/bin/env bash
# The virtual modem is driven by a program that others wrote for real ones, python-gsmmodem-new, over a pseudo-terminal; and
# what our session writes is decoded by smspdudecoder. Judged: the dialect, the prompt, the coding, errors and the PIN.
set -euo pipefail
modem=$(realpath "$1") # the example `modem` of the package `outlets`
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

python=$(python_from 10)
[ -n "$python" ] || fail 'smspdudecoder needs Python 3.10 or later, and neither the path nor pyenv has one'
environment=$(venv modem "$python" python-gsmmodem-new==0.13.0 pyserial==3.5 smspdudecoder==2.2.0 bitstring==4.3.1)

exec "$environment/bin/python" -B "$here/modem_judge.py" "$modem"
