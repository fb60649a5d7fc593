"""Compares `hallgate decide` with the `expect` of each decision."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as lines:
    want = [json.loads(line)["expect"] for line in lines]
with open(sys.argv[2], encoding="utf-8") as lines:
    got = [json.loads(line) for line in lines]
for number, (expected, seen) in enumerate(zip(want, got), 1):
    if (expected["ticket"], expected["reason"]) != (seen["ticket"], seen["reason"]):
        sys.exit(f"decision {number}: expected {expected}, seen {seen}")
if len(want) != len(got):
    sys.exit(f"expected {len(want)} decisions, seen {len(got)}")
print(f"{len(want)} decisions equal")
