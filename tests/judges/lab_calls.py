"""The other systems' orders call by call: our logs of the golden days under FIFO, STRICT and EDF against the laboratory's.

lab_calls.py LABORATORY HALLGATE GOLDEN, with a Python that has numpy (the laboratory imports it).
"""

import json
import subprocess
import sys
from pathlib import Path

from processes import workshop

ORDERS = {"fifo": "FIFO", "strict": "STRICT", "edf": "EDF"}


def main():
    laboratory, hallgate, golden = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    sys.path.insert(0, laboratory)
    sys.dont_write_bytecode = True
    from hall import model, policies
    from hall.engine import run

    n_calls = n_days = 0
    with workshop() as work:
        for path in sorted(golden.glob("*.trace.json")):
            for order, name in ORDERS.items():
                policy = next(policy for policy in policies.candidates() if policy.name == name)
                calls, _, _ = run(model.load_trace(path), policy)
                want = [{"now": c.now, "window": c.window, "ticket": c.ticket, "reason": c.reason, "wait": c.wait,
                         "noshow": bool(c.noshow), "passed_over": c.overtook} for c in calls]
                log = work / "calls.jsonl"
                subprocess.run([hallgate, "simulate", path, "--order", order, "--calls", log], check=True, stdout=subprocess.DEVNULL)
                got = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
                if want != got:
                    at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
                    sys.exit(f"{path.name}, {order}, call {at + 1}: laboratory {want[at:at + 1]}, ours {got[at:at + 1]}")
                n_calls += len(got)
            n_days += 1
    print(f"{n_calls} calls of {n_days} days under {', '.join(ORDERS)}: the laboratory's, call by call")


main()
