"""Judges `hallgate report`. Started by report.sh with hallgate, the program that makes a month, and a hall.toml.

What the figures must be is computed here from the log alone, as Python's json reads it; nothing of hallgate's tables is used.
"""

import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

import openpyxl
from processes import Failed, check, workshop
from webdriver import browser

MONTH = "2026-11"
NUMBERS_A_DAY = 300
ZONE = timezone(timedelta(hours=8))
TARGETS = {"ordinary": 600, "complex": 1800, "special": 3600}
SHEETS = ["总览", "按事项", "按窗口", "按人员", "按类别", "按途径", "按时段", "按星期", "按日", "按周", "按月", "暂停原因", "客流分布"]


class Log:
    """What the log says of the month, entry by entry."""

    def __init__(self, database):
        self.taken = Counter()
        self.waits = defaultdict(list)
        self.in_target = Counter()
        self.hour_waits = Counter()
        self.levels = defaultdict(Counter)
        self.unprompted = Counter()
        self.served = defaultdict(list)
        self.asked = defaultdict(list)
        self.passes = Counter()
        self.pauses = defaultdict(list)
        self.overtaken = Counter()
        clerks = {}
        last = {}
        done = {}
        before = {}
        for at, body in sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute("SELECT at, body FROM log ORDER BY position"):
            entry = json.loads(body)
            if entry["kind"] == "hall":
                self.event(at, entry, clerks, last)
                self.question(entry, before, clerks, done)
            before = entry

    def event(self, at, entry, clerks, last):
        kind, window = entry["event"], entry.get("window")
        if kind == "day_opened":
            clerks.clear()
        elif kind == "issued":
            self.taken[entry["service"]] += 1
        elif kind == "window_opened":
            clerks[window] = entry["clerk"] or ""
        elif kind == "called":
            service = entry["inputs"]["service"]
            last[entry["ticket"]] = service
            how = "green" if entry["inputs"]["green"] else "booked" if entry["inputs"]["booked"] is not None else "other"
            self.overtaken[how] += len(entry["overtaken"])
            if entry["reason"] != "RETURN":
                target = 600 if entry["inputs"]["booked"] is not None else TARGETS[entry["inputs"]["class"]]
                self.waits[service].append(entry["wait_s"])
                self.in_target[service] += entry["wait_s"] <= target
                self.hour_waits[datetime.fromtimestamp(at, ZONE).hour] += 1
        elif kind == "passed":
            self.passes[window] += 1
        elif kind == "completed":
            self.served[clerks.get(window, "")].append(entry["served_s"])
            self.unprompted[clerks.get(window, "")] += not entry["prompted"]
        elif kind == "rated":
            self.levels[window][entry["level"]] += 1
        elif kind == "resumed" and entry["paused_s"] > 0:
            self.pauses[window].append(entry["paused_s"])


    def question(self, entry, before, clerks, done):
        """What became of each question for a rating; `before`: the entry just before this one."""
        kind, window = entry["event"], entry.get("window")
        if kind == "completed":
            done[window] = done[entry["ticket"]] = {"prompted": entry["prompted"], "cut": False, "rated": False}
            self.asked[clerks.get(window, "")].append(done[window])
        elif kind == "called" and before.get("event") == "rating_closed" and before["window"] == window and window in done:
            done[window]["cut"] = True
        elif kind == "rated" and entry["ticket"] in done:
            done[entry["ticket"]]["rated"] = True


def heads_and_rows(sheet):
    rows = list(sheet.iter_rows(values_only=True))
    return rows[0], [dict(zip(rows[0], row)) for row in rows[1:]]


def near(seen, wanted):
    return abs(seen - wanted) < 1e-9


def workbook(path, log):
    book = openpyxl.load_workbook(path)
    check(book.sheetnames == SHEETS, "openpyxl opens the workbook and finds every sheet", book.sheetnames)
    for name in SHEETS[1:11]:
        check(book[name].freeze_panes is not None and book[name].freeze_panes.endswith("2"), f"{name}: its first row is frozen")
    heads, services = heads_and_rows(book["按事项"])
    check(heads[:3] == ("事项编码", "事项", "取号"), "heads are Chinese", heads[:3])
    total = services.pop()
    check(total["事项编码"] == "合计", "the last row is the sum")
    for row in services:
        code, waits = row["事项编码"], log.waits[row["事项编码"]]
        good = (
            row["取号"] == log.taken[code]
            and row["计时等候"] == len(waits)
            and row["等候达标"] == log.in_target[code]
            and near(row["等候达标率"], log.in_target[code] / len(waits))
            and near(row["等候中位数（分钟）"] * 60, int(statistics.median(waits)))
            and near(row["最长等候（分钟）"] * 60, max(waits))
            and abs(row["平均等候（分钟）"] * 60 - statistics.mean(waits)) <= 0.5
        )
        if not good:
            raise Failed(f"{code}: {row} is not what the log says")
    check(len(services) == len(log.waits) > 10, f"{len(services)} services have the waits that the log has")
    check(total["取号"] == sum(log.taken.values()), f"{total['取号']} numbers taken, as in the log")
    check(total["绿色通道先叫"] == log.overtaken["green"] > 0, f"{total['绿色通道先叫']} overtaken by the green channel, as in the log")
    check(total["预约先叫"] == log.overtaken["booked"] > 0, f"{total['预约先叫']} overtaken by appointments, as in the log")
    windows(book["按窗口"], log)
    _, clerks = heads_and_rows(book["按人员"])
    for row in clerks[:-1]:
        clerk = row["工号"] or ""
        silent = [one for one in log.asked[clerk] if not one["rated"]]
        cut = sum(one["cut"] for one in silent)
        unanswered = sum(one["prompted"] and not one["cut"] for one in silent)
        if (row["提前结束请评"], row["已请未评"]) != (cut, unanswered):
            raise Failed(f"clerk {clerk or '–'}: {row} is not what the log says: {cut} cut off, {unanswered} unanswered")
        check(
            row["办理"] == len(log.served[clerk]) and row["未请评价"] == log.unprompted[clerk],
            f"clerk {clerk or '–'}: {row['办理']} services, {row['未请评价']} without a prompt, as in the log",
        )
    cut, unanswered = clerks[-1]["提前结束请评"], clerks[-1]["已请未评"]
    check(cut > 0 and unanswered > 0, f"{cut} prompts that a call cut off, {unanswered} unanswered, for each clerk as in the log")
    _, hours = heads_and_rows(book["按时段"])
    seen = {int(row["时段"][:2]): row["计时等候"] for row in hours[:-1] if row["计时等候"]}
    check(seen == dict(log.hour_waits), "waits by hour are those of the log", seen)
    cells = {cell.number_format for cell in book["按事项"][2]}
    check({"0.0%", "0.0", "#,##0", "@"} <= cells, "cells have number formats", cells)


def windows(sheet, log):
    _, rows = heads_and_rows(sheet)
    names = ["非常不满意", "不满意", "基本满意", "满意", "非常满意"]
    for row in rows[:-1]:
        window = int(row["窗口"])
        levels = [row[name] for name in names]
        wanted = [log.levels[window][level] for level in range(1, 6)]
        if levels != wanted or row["过号"] != log.passes[window]:
            raise Failed(f"window {window}: {row} is not what the log says: {wanted}, {log.passes[window]}")
        if row["暂停"] < len(log.pauses[window]):
            raise Failed(f"window {window}: {row['暂停']} pauses, the log has {len(log.pauses[window])}")
    check(len(rows) > 20, f"{len(rows) - 1} windows have the ratings and passes that the log has")


def tables(directory, log):
    seen = {}
    for path in sorted(directory.glob("*.csv")):
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        check(path.read_bytes().startswith(b"\xef\xbb\xbf"), f"{path.name}: begins with a byte order mark")
        seen[path.stem] = rows
    check(len(seen) == len(SHEETS), f"{len(seen)} CSV files, one for each sheet")
    taken = {row["事项编码"]: int(row["取号"]) for row in seen["services"][:-1]}
    check(taken == dict(log.taken), "services.csv has the numbers taken that the log has")


def page(path, work, keep):
    with browser(work) as driver:
        driver.size(1000, 1400)
        driver.open(path.as_uri())
        check(driver.run("return document.querySelectorAll('svg').length") >= 5, "the printable page shows its charts")
        wide = driver.run("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        check(wide[0] <= wide[1], "nothing of it sticks out", wide)
        cut = driver.run(
            "return [...document.querySelectorAll('table')].filter(t => t.offsetWidth > t.parentElement.clientWidth + 1)"
            ".map(t => t.className)"
        )
        check(cut == [], "no table is wider than the paper", cut)
        check(driver.complaints() == [], "the browser has nothing to complain of")
        printed = driver.say("POST", "print", {"page": {"width": 21.0, "height": 29.7}, "background": True})
        check(printed.startswith("JVBERi"), "it prints to a PDF")
        driver.picture(work / "report.png")
    if keep:
        shutil.copy(work / "report.png", Path(keep) / "report.png")


def main():
    hallgate, month, hall = (Path(argument).resolve() for argument in sys.argv[1:])
    with workshop() as work:
        database = work / "month.db"
        subprocess.run([month, hall, database, f"{MONTH}-01", f"{MONTH}-30", str(NUMBERS_A_DAY)], check=True)
        log = Log(database)
        book, html, folder = work / "month.xlsx", work / "month.html", work / "tables"
        where = ["--config", hall, "--database", database, "--month", MONTH]
        subprocess.run([hallgate, "report", *where, "--xlsx", book, "--html", html, "--csv", folder], check=True)
        workbook(book, log)
        tables(folder, log)
        page(html, work, os.environ.get("HALLGATE_ARTEFACTS"))
        said = subprocess.run([hallgate, "report", *where, "--json"], check=True, capture_output=True, text=True).stdout
        figures = json.loads(said)["figures"]
        check(figures["total"]["tickets"]["taken"] == sum(log.taken.values()), "the JSON has the same sum")
    print("report: as the log says, and as others read it")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
