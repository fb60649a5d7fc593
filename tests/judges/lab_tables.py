"""Our days against the laboratory's: figures of each class, over 60 days of each of 12 scenarios and four call orders.

Both draw their own days, so figures differ by chance. How much chance moves a figure over 60 days is known from the
differences between the days: ours are in our JSON, the laboratory's in tests/golden/lab-figures.json (lab_figures.py). A
difference is counted in units of the root of the sum of both squares. Percentiles are compared as shares: how many of ours
wait no longer than the laboratory's percentile. Needs nothing but Python 3.8.
"""

import json
import math
import subprocess
import sys
from pathlib import Path

DAYS = 60
ORDERS = ("hallgate", "fifo", "strict", "edf")
SHARES = ("within_target", "within_5_min", "within_10_min", "over_60_min", "busy_share")
PERCENTILES = {"p50_min": 0.5, "p95_min": 0.95}
# Names of ours where they are others: the laboratory divides by the shifts, whatever is served beyond them.
OURS = {"busy_share": "load"}
# Beside the normal distribution: one figure in 370 is further off than three errors by chance alone.
FAR, FAR_AT_MOST = 3.0, 0.01
# Rare things (three people over an hour in 60 days) have wider tails than the normal distribution.
NEVER = 5.0
# The mean of a figure's differences over the 12 scenarios, in errors of that mean: a lasting difference shows here first.
LASTING = 4.0


def ours(hallgate, scenario):
    command = [hallgate, "simulate", str(scenario), "--seeds", f"0..{DAYS - 1}", "--order", "all", "--json", "-"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    figures = {}
    for order in report["orders"]:
        groups = {entry["group"]: entry for entry in order["groups"]}
        figures[order["order"]] = {"day": order["day"], **groups}
    return figures


def share_within(percentiles, wait):
    """The share of people who wait no longer, read off their 101 percentiles."""
    below = [i for i, other in enumerate(percentiles) if other <= wait + 1e-9]
    if not below:
        return 0.0
    last = below[-1]
    if last == 100:
        return 1.0
    return (last + (wait - percentiles[last]) / (percentiles[last + 1] - percentiles[last])) / 100


def difference(name, lab, lab_error, figure, group, people):
    """(error of ours, difference in errors of a difference)"""
    # Chance is not smaller than one person, whatever the days say.
    one = 1 / max(1, people)
    if name in PERCENTILES:
        own = figure["share_error"]
        error = math.hypot(max(own, one), max(lab_error, one))
        # Where many wait the same, both percentiles may be that same wait.
        same = abs(figure["value"] - lab) < 1 / 60
        return figure["error"], 0.0 if same else (PERCENTILES[name] - share_within(group["percentiles_min"], lab)) / error
    least = one if name in SHARES else 1 / 60
    error = math.hypot(max(figure["error"], least), max(lab_error, least))
    return figure["error"], (figure["value"] - lab) / error


def differences(lab, mine):
    """(order, group, figure, laboratory, ours, error of ours, difference in errors)"""
    rows = []
    for order in ORDERS:
        for group, figures in lab[order].items():
            people = DAYS * figures["calls_day"][0] if "calls_day" in figures else DAYS
            for name, (value, lab_error) in figures.items():
                entry = mine[order][group]
                figure = entry[OURS.get(name, name)]
                own, far = difference(name, value, lab_error, figure, entry, people)
                rows.append((order, group, name, value, figure["value"], own, far))
    return rows


def written(name, value):
    return f"{100 * value:.1f} %" if name in SHARES else f"{value:.1f}"


def table(scenarios):
    """The figures that people ask for, of our order, scenario by scenario: laboratory | ours ± error."""
    columns = [("green", "within_10_min", "green within 10 min"), ("appointment", "within_target", "appointments in target"),
               ("ordinary", "within_target", "ordinary in target"), ("complex", "within_target", "complex in target"),
               ("special", "within_target", "special in target"), ("walk_in", "over_60_min", "walk-ins over 60 min"),
               ("walk_in", "mean_min", "walk-ins, mean min"), ("walk_in", "p95_min", "walk-ins, p95 min")]
    lines = ["| scenario | " + " | ".join(title for *_, title in columns) + " |", "|---" + "|---:" * len(columns) + "|"]
    for scenario, rows in scenarios.items():
        found = {(row[0], row[1], row[2]): row for row in rows}
        cells = []
        for group, name, _ in columns:
            *_, value, mine, error, far = found["hallgate", group, name]
            error = f"{100 * error:.1f}" if name in SHARES else f"{error:.1f}"
            mine = written(name, mine).replace(" %", "")
            cells.append(f"{written(name, value).replace(' %', '')} / {mine} ± {error}" + (" **!**" if abs(far) > FAR else ""))
        lines.append(f"| {scenario} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def summary(scenarios):
    """How far the differences are, order by order, beside what chance alone would do."""
    lines = ["| order | figures | within 1 error | within 2 | within 3 | furthest |", "|---|---:|---:|---:|---:|---:|"]
    for order in (*ORDERS, "all"):
        far = [abs(row[6]) for rows in scenarios.values() for row in rows if order in (row[0], "all")]
        part = [sum(one <= most for one in far) / len(far) for most in (1, 2, 3)]
        lines.append(f"| {order} | {len(far)} | " + " | ".join(f"{100 * p:.1f} %" for p in part) + f" | {max(far):.1f} |")
    lines.append("| chance alone | | 68.3 % | 95.4 % | 99.7 % | |")
    return "\n".join(lines)


def lasting(scenarios):
    """Each figure's mean difference over the scenarios, in errors of that mean; the furthest first."""
    by_figure = {}
    for rows in scenarios.values():
        for row in rows:
            by_figure.setdefault(row[:3], []).append(row[6])
    means = [(sum(far) / math.sqrt(len(far)), *figure) for figure, far in by_figure.items()]
    return sorted(means, key=lambda one: -abs(one[0]))


def main():
    hallgate, golden = sys.argv[1], Path(sys.argv[2])
    lab = json.loads((golden / "lab-figures.json").read_text(encoding="utf-8"))
    scenarios = {}
    for name, figures in lab.items():
        scenarios[name] = differences(figures, ours(hallgate, golden / "scenarios" / f"{name}.json"))
    far = sorted(((row[6], name, *row) for name, rows in scenarios.items() for row in rows), key=lambda one: -abs(one[0]))
    means = lasting(scenarios)
    text = [f"Our order, {DAYS} days a scenario, laboratory / ours ± standard error of ours:\n", table(scenarios)]
    text += ["\nAll figures of all classes and orders, differences in standard errors of a difference:\n", summary(scenarios)]
    text.append("\nThe furthest figures:\n")
    for error, scenario, order, group, name, value, mine, own, _ in far[:8]:
        text.append(f"    {scenario}, {order}, {group}, {name}: laboratory {written(name, value)}, ours {written(name, mine)}: {error:+.1f}")
    text.append("\nMean difference of a figure over the scenarios, in its errors, the furthest:\n")
    for error, order, group, name in means[:4]:
        text.append(f"    {order}, {group}, {name}: {error:+.1f}")
    text = "\n".join(text)
    print(text)
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(text + "\n", encoding="utf-8")
    share = sum(abs(one[0]) > FAR for one in far) / len(far)
    wrong = []
    if share > FAR_AT_MOST:
        wrong.append(f"{100 * share:.1f} % of the figures are further off than {FAR} errors")
    if abs(far[0][0]) > NEVER:
        wrong.append(f"a figure is {abs(far[0][0]):.1f} errors off")
    if abs(means[0][0]) > LASTING:
        wrong.append(f"{' '.join(means[0][1:])} differs in all scenarios together by {means[0][0]:+.1f} errors")
    if wrong:
        sys.exit("our days are not the laboratory's: " + "; ".join(wrong))
    print(f"\nagreed: {len(far)} figures of {len(lab)} scenarios, {100 * share:.2f} % further off than {FAR:g} errors")


if __name__ == "__main__":
    main()
