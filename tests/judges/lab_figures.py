"""Writes tests/golden/lab-figures.json: the laboratory's figures over seeds 0-59 of its scenarios, with their standard errors.

Run by hand when the laboratory changes, with the Python of its virtual environment: lab_figures.py LABORATORY OUT.json. It
draws the laboratory's days with the laboratory's own generator and engine, and checks that the figures are those of its
table (out/compare.json); what the table lacks, the noise, comes from the differences between its days.
"""

import json
import math
import sys
from multiprocessing import Pool as Processes
from pathlib import Path

DAYS = 60
ORDERS = {"hallgate": "MILESTONE", "fifo": "FIFO", "strict": "STRICT", "edf": "EDF"}
GROUPS = {
    "green": ["green"], "appointment": ["appointment"], "ordinary": ["ordinary"], "complex": ["complex"],
    "special": ["special"], "walk_in": ["ordinary", "complex", "special"],
    "all": ["green", "appointment", "ordinary", "complex", "special"], "returned": ["requeued"],
}
IN_TABLE = {
    "calls_day": "n_day", "within_target": "within", "within_5_min": "within5", "within_10_min": "within10",
    "over_60_min": "over60", "mean_min": "mean", "p50_min": "p50", "p95_min": "p95",
}
GROUP_IN_TABLE = {"walk_in": "walk", "returned": "requeued"}


def figure(days):
    """Sum by sum over days, (value, standard error)."""
    value = sum(above for above, _ in days) / sum(below for _, below in days)
    squares = sum((above - value * below) ** 2 for above, below in days)
    n = len(days)
    return round(value, 6), round(math.sqrt(squares * n / (n - 1)) / sum(below for _, below in days), 6)


def percentile(waits, part):
    at = part * (len(waits) - 1)
    below = int(at)
    above = min(below + 1, len(waits) - 1)
    return waits[below] + (waits[above] - waits[below]) * (at - below)


def of_group(days):
    """Figures of one group from the rows (wait, target, passes) of each day."""
    waits = sorted(row[0] for day in days for row in day)
    found = {"calls_day": figure([(len(day), 1) for day in days])}
    for name, holds in {
        "within_target": lambda row: row[0] <= row[1], "within_5_min": lambda row: row[0] <= 300,
        "within_10_min": lambda row: row[0] <= 600, "over_60_min": lambda row: row[0] > 3600,
        "mean_min": lambda row: row[0] / 60,
    }.items():
        found[name] = figure([(sum(map(holds, day)), len(day)) for day in days])
    for name, part in (("p50_min", 0.5), ("p95_min", 0.95)):
        wait = percentile(waits, part)
        share = figure([(sum(row[0] <= wait for row in day), len(day)) for day in days])
        found[name] = (round(wait / 60, 6), share[1])
    return found


def of_scenario(path):
    from hall import generate, metrics, policies
    from hall.engine import run

    scenario = generate.load_scenario(path)
    traces = [generate.make_trace(scenario, seed) for seed in range(DAYS)]
    found = {}
    for order, name in ORDERS.items():
        policy = next(policy for policy in policies.candidates() if policy.name == name)
        days, ends, shares, longest, passed = [], [], [], [], []
        for trace in traces:
            calls, busy, end = run(trace, policy)
            day = metrics.collect(calls)
            days.append(day)
            ends.append((end / 60, 1))
            shares.append((busy / 60, generate.capacity_minutes(scenario)))
            longest.append((max(row[0] for kind in GROUPS["all"] for row in day[kind]) / 60, 1))
            passed.append((max(row[2] + row[3] for kind in GROUPS["walk_in"] for row in day[kind]), 1))
        found[order] = {"day": {
            "last_end_min": figure(ends), "busy_share": figure(shares), "day_max_min": figure(longest),
            "day_max_passed": figure(passed),
        }}
        for group, kinds in GROUPS.items():
            found[order][group] = of_group([[row for kind in kinds for row in day[kind]] for day in days])
    return scenario["name"], found


def check(found, table):
    """The figures are those that the laboratory published."""
    for scenario, orders in found.items():
        for order, groups in orders.items():
            published = table[scenario][ORDERS[order]]
            for group, figures in groups.items():
                for name, (value, _) in figures.items():
                    if group == "day":
                        continue
                    seen = published[GROUP_IN_TABLE.get(group, group)][IN_TABLE[name]]
                    if abs(seen - value) > 1e-5:
                        sys.exit(f"{scenario}, {order}, {group}, {name}: drawn {value}, published {seen}")


def main():
    laboratory, out = Path(sys.argv[1]), Path(sys.argv[2])
    sys.path.insert(0, str(laboratory))
    sys.dont_write_bytecode = True
    with Processes() as processes:
        found = dict(processes.map(of_scenario, sorted(map(str, (laboratory / "scenarios").glob("*.json"))), 1))
    check(found, json.loads((laboratory / "out" / "compare.json").read_text(encoding="utf-8")))
    scenarios = []
    for scenario, orders in found.items():
        lines = []
        for order, groups in orders.items():
            rows = ",\n".join(f'  "{group}": {json.dumps(figures)}' for group, figures in groups.items())
            lines.append(f' "{order}": {{\n{rows}\n }}')
        scenarios.append(f'"{scenario}": {{\n' + ",\n".join(lines) + "\n}")
    out.write_text("{\n" + ",\n".join(scenarios) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
