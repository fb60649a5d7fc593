"""Judges the printing of `hallgate run` by emupos. Started by emupos.sh with the paths of both programs."""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

from processes import Failed, artefact, check, free_port, running, wait_for, workshop
from small_hall import PLACES

HALL = """
[hall]
name = "裁判市政务大厅"
code = "judge-hall"
day_roll = "{day_roll}"

[data]
directory = "{data}"

[console]
listen = "127.0.0.1:{port}"

[[hours.seasons]]
name = "全年"
from = "01-01"
to = "12-31"
weekdays = {sessions}
saturday = {sessions}
sunday = {sessions}

{places}
[[printers]]
name = "front"
port = "tcp://127.0.0.1:{printer}"
profile = "epson"
paper_mm = 80
charset = "gb18030"

[slip]
footer = "请留意叫号"
show_qr = true
ticket_url = "{ticket_url}"
"""

EMUPOS = """
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    connections:
      - tcp: {{ port: {printer} }}
    receipts_dir: {receipts}
"""


def ask(url, body=None, method=None):
    """The answer as JSON; `None` if it has no body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        raise Failed(f"{url}: {error.code} {error.read().decode(errors='replace')}") from None
    return json.loads(text) if text else None


class Bench:
    """The hall on one side, the printer on the other."""

    def __init__(self, api, emupos, work, ticket_url):
        self.hall, self.emupos, self.work, self.ticket_url = f"{api}/api/v1", emupos, work, ticket_url

    def state(self):
        return ask(f"{self.hall}/state")

    def command(self, **command):
        return ask(f"{self.hall}/commands", command)

    def take(self):
        """Takes a number and returns it with its print job."""
        done = self.command(command="issue", service="canbao", by="judge", printer="front")
        issued = next(event for event in done["events"] if event.get("event") == "issued")
        return issued["number"], done["job"]

    def fault(self, name, present):
        ask(f"{self.emupos}/faults/{name}", method="PUT" if present else "DELETE")

    def faults(self):
        return {fault["fault"] for fault in self.state()["faults"]}

    def receipts(self):
        """Ids of what came out of the printer, oldest first."""
        return [receipt["id"] for receipt in reversed(ask(f"{self.emupos}/receipts"))]

    def receipt(self, number):
        """The Chinese text of a paper: emupos shows every byte as its CP437 character, which can be taken back."""
        with urllib.request.urlopen(f"{self.emupos}/receipts/{number}/text", timeout=10) as answer:
            dump = answer.read().decode()
        return dump.encode("cp437").decode("gb18030")

    def picture(self, number):
        path = self.work / f"{number}.png"
        with urllib.request.urlopen(f"{self.emupos}/receipts/{number}/image", timeout=10) as answer:
            path.write_bytes(answer.read())
        return path

    def job(self, job):
        with closing(sqlite3.connect(f"file:{self.work}/data/hallgate.db?mode=ro", uri=True)) as store:
            return store.execute("SELECT state FROM jobs WHERE job = ?", (job,)).fetchone()[0]

    def is_confirmed(self, job):
        return self.job(job) == "confirmed" and not self.state()["jobs"]


def judge_slip(bench):
    number, job = bench.take()
    wait_for(f"confirmation of the job of {number}", 20, lambda: bench.is_confirmed(job))
    check(True, "the printer's receipt confirms the job, in the interface and in the database")
    papers = bench.receipts()
    check(len(papers) == 1, "one number, one paper", papers)
    text = bench.receipt(papers[0])
    for wanted in ("裁判市政务大厅", number, "社保参保登记", "办理窗口", "3号", "1楼 A区", "请留意叫号"):
        check(wanted in text, f"the slip says {wanted}", text)
    check("补打" not in text, "a first slip is not marked as a reprint", text)

    picture = bench.picture(papers[0])
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture], capture_output=True, text=True
    ).stdout.strip()
    day = bench.state()["day"]
    wanted = f"{bench.ticket_url}{day}-{number}-"
    # The last part nobody can guess: 128 bits in 22 characters.
    opens = read.startswith(wanted) and re.fullmatch("[A-Za-z0-9_-]{22}", read[len(wanted) :])
    check(opens, f"the QR code on the paper reads {wanted} and what opens the ticket's page", read or "no code")
    keep = artefact("emupos-slip.png")
    if keep:
        keep.write_bytes(picture.read_bytes())
        print(f"  the slip is at {keep}")


def judge_stop(bench, emupos_fault, hall_fault):
    """A fault that stops the printer: noticed, and the number taken meanwhile is printed when it is over."""
    before = bench.receipts()
    bench.fault(emupos_fault, True)
    wait_for(f"{hall_fault} in the interface", 20, lambda: hall_fault in bench.faults())
    check(True, f"{emupos_fault} opens the fault {hall_fault}")
    number, job = bench.take()
    first = bench.state()["jobs"]
    check([j["job"] for j in first] == [job], f"{number}, taken meanwhile, waits for paper", first)
    bench.fault(emupos_fault, False)
    wait_for(f"end of {hall_fault}", 20, lambda: hall_fault not in bench.faults())
    check(True, f"the fault {hall_fault} is closed when its cause is gone")
    wait_for(f"the slip of {number}", 30, lambda: not bench.state()["jobs"])
    fresh = [paper for paper in bench.receipts() if paper not in before]
    texts = [bench.receipt(paper) for paper in fresh]
    check(len(fresh) == 1 and number in texts[0], f"{number} is printed afterwards, once", texts)


def judge_warning(bench):
    """Paper that is nearly used up is told and stops nothing."""
    bench.fault("paper-near-end", True)
    wait_for("paper_low in the interface", 20, lambda: "paper_low" in bench.faults())
    number, job = bench.take()
    wait_for(f"the slip of {number} on the last paper", 20, lambda: bench.is_confirmed(job))
    check("paper_low" in bench.faults(), "paper-near-end is told and prints on")
    bench.fault("paper-near-end", False)
    wait_for("end of paper_low", 20, lambda: not bench.faults())
    check(True, "the warning is closed after a new roll; no fault is left open")


def main():
    hallgate, emupos = sys.argv[1:]
    with workshop() as work:
        api, printer, control = free_port(), free_port(), free_port()
        ticket_url = f"http://127.0.0.1:{api}/t/"
        (work / "data").mkdir()
        day_roll, sessions = hours()
        hall = HALL.format(
            places=PLACES,
            data=work / "data", port=api, printer=printer, ticket_url=ticket_url, day_roll=day_roll, sessions=sessions
        )
        (work / "hall.toml").write_text(hall)
        (work / "emupos.yaml").write_text(EMUPOS.format(api=control, printer=printer, receipts=work / "receipts"))
        checked = subprocess.run([hallgate, "check", work / "hall.toml"], capture_output=True, text=True)
        check(checked.returncode == 0, "hallgate check accepts the hall", checked.stdout + checked.stderr)

        quiet = {**os.environ, "NO_COLOR": "1", "COLUMNS": "160"}
        with running([emupos, "run", "--config", work / "emupos.yaml"], work / "emupos.log", env=quiet):
            device = f"http://127.0.0.1:{control}/api/v1/devices/front"
            wait_for("emupos", 30, lambda: ask(f"{device}/receipts") == [])
            with running([hallgate, "run", "--config", work / "hall.toml"], work / "hallgate.log"):
                bench = Bench(f"http://127.0.0.1:{api}", device, work, ticket_url)
                wait_for("hallgate run", 15, lambda: bench.state()["day"] is not None)
                bench.command(command="open_window", window=3)
                judge_slip(bench)
                judge_stop(bench, "paper-out", "paper_out")
                judge_stop(bench, "cover-open", "cover_open")
                judge_warning(bench)
        verified = subprocess.run([hallgate, "verify", work / "data/hallgate.db"], capture_output=True, text=True)
        check(verified.returncode == 0, "the database verifies afterwards", verified.stdout + verified.stderr)


def hours():
    """Open around the clock but for the hour in which the day rolls, twelve hours from now: no run crosses it."""
    roll = (time.gmtime().tm_hour + 8 + 12) % 24  # the hall's clock is UTC+8
    sessions = [("00:00", f"{roll:02}:00"), (f"{roll + 1:02}:00", "23:59")]
    return f"{roll:02}:00", json.dumps([session for session in sessions if session[0] < session[1]])


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
    print("emupos: all as it must be")
