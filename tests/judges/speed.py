"""The laboratory's time for each golden day beside ours: speed.py LABORATORY GOLDEN OURS.

OURS is what `cargo bench --bench day` printed. Both are given their days already read, and both run the recommended order;
of several runs the median counts. Fails if a day, all golden days taken together, is not at least 100 times as fast.
"""

import statistics
import sys
import time
from pathlib import Path

RUNS = 15
LEAST = 100


def main():
    laboratory, golden, ours = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    sys.path.insert(0, laboratory)
    sys.dont_write_bytecode = True
    from hall import model, policies
    from hall.engine import run

    rows = [line.split() for line in ours.read_text(encoding="utf-8").splitlines()]
    median_us = {row[0]: float(row[2]) for row in rows if len(row) == 4 and row[1].isdigit()}
    ratios, theirs, all_mine = [], 0.0, 0.0
    print(f"{'day':<16} {'laboratory':>12} {'ours':>10} {'times as fast':>14}")
    for name, mine in sorted(median_us.items()):
        trace, took = model.load_trace(golden / f"{name}.trace.json"), []
        for _ in range(RUNS):
            begun = time.perf_counter()
            run(trace, policies.Milestone())
            took.append((time.perf_counter() - begun) * 1e6)
        lab = statistics.median(took)
        ratios.append(lab / mine)
        theirs, all_mine = theirs + lab, all_mine + mine
        print(f"{name:<16} {lab:>9.0f} µs {mine:>7.1f} µs {lab / mine:>14.0f}")
    together = theirs / all_mine if all_mine else 0.0
    print(f"all days together: {together:.0f} times as fast; single days {min(ratios):.0f} to {max(ratios):.0f}")
    if together < LEAST:
        sys.exit(f"a simulated day is less than {LEAST} times as fast")


main()
