#!/usr/bin/env bash
# Keyed hashes, encryption and wrapped keys of personal data, judged by `cryptography` (OpenSSL). The argument is the program
# built by `cargo build -p personal --example personal`.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need python3=python3
environment=$(venv personal python3 cryptography==50.0.2)

exec "$environment/bin/python" -B "$here/personal_judge.py" "$program"
