"""Compares two call logs: every field of every line."""

import json
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


want, got = read(sys.argv[1]), read(sys.argv[2])
for number, (expected, seen) in enumerate(zip(want, got), 1):
    if expected != seen:
        sys.exit(f"{sys.argv[2]}:{number}: expected {expected}, seen {seen}")
if len(want) != len(got):
    sys.exit(f"{sys.argv[2]}: expected {len(want)} calls, seen {len(got)}")
