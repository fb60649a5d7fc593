"""Judges the lamp against a Linux kernel. Started by gpio.sh with the kernel's directory and the paths of both programs.

The kernel's own GPIO code hands out the lines (`Documentation/userspace-api/gpio/chardev.rst` of Linux), its driver
hid-cp2112 moves them, and the adapter outside the machine shows what they carry.
"""

import json
import sys
from pathlib import Path

from guest import judged, machine, pc
from processes import Failed, check, wait_for, workshop
from small_hall import PLACES
from usb_gpio import HIGH, LOW, Adapter

CHIP, LABEL = "/dev/gpiochip0", "cp2112_gpio"
LINE, LOW_LINE = 5, 2
# A lamp is set again every 2 s, and a line that failed is tried again every 5 s (firmware-host/src/lines/lamps.rs).
NOTICED_S = 15
PORT = 8480
API = f"http://127.0.0.1:{PORT}/api/v1"

HALL = f"""
[hall]
name = "裁判市政务大厅"
code = "judge-hall"

[data]
directory = "/tmp/data"

[console]
listen = "127.0.0.1:{PORT}"

[[hours.seasons]]
name = "全年"
from = "01-01"
to = "12-31"
weekdays = [["09:00", "17:00"]]

{PLACES}
[[lamps]]
name = "high"
kind = "gpio"
chip = "{LABEL}"
line = {LINE}

[[lamps]]
name = "low"
kind = "gpio"
chip = "{LABEL}"
line = {LOW_LINE}
active_low = true
"""


class Lamp:
    """Our program `lamp` in the machine, with its standard input at a pipe that descriptor `end` of the shell holds."""

    def __init__(self, guest, words, end=3):
        self.guest, self.end, self.place, self.answers = guest, end, f"/tmp/lamp{end}", 0
        guest.run(f"rm -f {self.place}.*; mkfifo {self.place}.in")
        guest.run(f"lamp {words} <{self.place}.in >{self.place}.out 2>&1 & echo $! >{self.place}.pid")
        guest.run(f"exec {end}>{self.place}.in")
        self.said = self._answer()

    def _answer(self):
        self.answers += 1
        told = wait_for("an answer of lamp", 20, lambda: self._told(self.answers))
        return told[self.answers - 1]

    def _told(self, least):
        told = self.guest.run(f"cat {self.place}.out").splitlines()
        return told if len(told) >= least else None

    def set(self, word):
        self.guest.run(f"echo {word} >&{self.end}")
        self.said = self._answer()
        return self.said

    def finish(self):
        self.guest.run(f"exec {self.end}>&-; wait $(cat {self.place}.pid)")

    def kill(self):
        self.guest.run(f"kill -9 $(cat {self.place}.pid); exec {self.end}>&-")
        self.guest.try_run(f"wait $(cat {self.place}.pid)")


class Bench:
    """The machine and what is plugged into it."""

    def __init__(self, guest, cable):
        self.guest, self.cable, self.adapter = guest, cable, None

    def plug_in(self):
        self.adapter = Adapter(self.cable)
        return wait_for("the GPIO chip", 20, self.chip)

    def chip(self):
        """The device of the chip that is there, if there is one."""
        said, status = self.guest.try_run("ls -d /dev/gpiochip*")
        return said if status == 0 else None

    def pull_out(self):
        self.adapter.unplug()

    def carries(self, line, level, what, seconds=3):
        """The line outside carries this, or will in a moment."""
        try:
            wait_for(level, seconds, lambda: self.adapter.line(line) == level)
        except Failed:
            raise Failed(f"{what}: line {line} is to be {level}, was {self.adapter.seen[line]}") from None
        check(True, what)

    def consumers(self):
        """The lines that are in use, as the kernel tells them."""
        told = self.guest.run("cat /sys/kernel/debug/gpio")
        return [line.strip() for line in told.splitlines() if "|" in line]


def judge_levels(bench):
    lamp = Lamp(bench.guest, f"chip {CHIP} {LINE} high on")
    check(lamp.said == "ok", "a free line of the kernel's chip is taken", lamp.said)
    bench.carries(LINE, HIGH, "a lamp that is taken lit is lit")
    used = bench.consumers()
    check(len(used) == 1 and "hallgate" in used[0] and "out hi" in used[0], "the kernel names hallgate as its user", used)
    for word, level in (("off", LOW), ("on", HIGH), ("on", HIGH), ("off", LOW)):
        check(lamp.set(word) == "ok", f"{word} is no error", lamp.said)
        bench.carries(LINE, level, f"{word} is {level}")

    dark = Lamp(bench.guest, f"chip {CHIP} {LOW_LINE} low off", end=4)
    bench.carries(LOW_LINE, HIGH, "a dark lamp whose relay switches on at low level is high")
    dark.set("on")
    bench.carries(LOW_LINE, LOW, "lit, it is low")
    check(bench.adapter.line(LINE) == LOW, "the other line stays as it was", bench.adapter.seen)
    dark.finish()
    lamp.finish()
    check(not bench.consumers(), "lines that are given back are nobody's", bench.consumers())
    print(f"  --  given back, the lines carry {bench.adapter.line(LINE)} and {bench.adapter.line(LOW_LINE)}")


def judge_refusals(bench):
    holder = Lamp(bench.guest, f"chip {CHIP} {LINE} high on")
    second = Lamp(bench.guest, f"chip {CHIP} {LINE} high off", end=4)
    refused(second, f"{CHIP} line {LINE}: ", "in use by hallgate: ", "a line that somebody holds")
    check(bench.adapter.line(LINE) == HIGH, "and it is not disturbed", bench.adapter.seen[LINE])
    second.finish()
    holder.finish()
    second = Lamp(bench.guest, f"chip {CHIP} {LINE} high off", end=4)
    check(second.said == "ok", "once it is free it is taken", second.said)
    bench.carries(LINE, LOW, "and driven")
    second.finish()
    for words, place, reason, what in (
        ("/dev/gpiochip7 1", "/dev/gpiochip7 line 1: ", "No such file", "a chip that is not there"),
        (f"{CHIP} 8", f"{CHIP} line 8: ", "has 8 lines", "a line past the end of the chip"),
        (f"{CHIP} 4000000000", f"{CHIP} line 4000000000: ", "has 8 lines", "a line far past the end of the chip"),
        ("such_a_label 1", "no GPIO chip here has the label ", "such_a_label", "a label that no chip has"),
        ("/dev/null 1", "/dev/null line 1: ", "not a GPIO", "a file that is no chip"),
    ):
        lamp = Lamp(bench.guest, f"chip {words} high on")
        refused(lamp, place, reason, what)
        lamp.finish()


def refused(lamp, place, reason, what):
    is_told = lamp.said.startswith(f"failed: {place}") and reason in lamp.said and len(lamp.said) > len(place) + 8
    check(is_told, f"{what} is refused in words: {lamp.said}", lamp.said)


def judge_ends(bench):
    lamp = Lamp(bench.guest, f"chip {CHIP} {LINE} high on")
    lamp.kill()
    check(not bench.consumers(), "after a kill the line is nobody's", bench.consumers())
    print(f"  --  after a kill the line carries {bench.adapter.line(LINE)}")
    lamp = Lamp(bench.guest, f"chip {CHIP} {LINE} high off")
    check(lamp.said == "ok", "and the next hallgate has it", lamp.said)
    bench.carries(LINE, LOW, "as dark as it wants it")

    bench.pull_out()
    wait_for("the chip's end", 20, lambda: bench.chip() is None)
    lamp.set("on")
    refused(lamp, f"{CHIP} line {LINE}: ", "No such device", "a lamp on an adapter that was pulled out")
    lamp.finish()
    chip = bench.plug_in()
    print(f"  --  plugged in again, the chip is {chip}")
    for name in (LABEL, chip):
        lamp = Lamp(bench.guest, f"chip {name} {LINE} high on")
        bench.carries(LINE, HIGH, f"plugged in again it is lit again by the name {name}")
        lamp.set("off")
        bench.carries(LINE, LOW, "and dark")
        lamp.finish()


class Hall:
    """hallgate in the machine."""

    def __init__(self, bench):
        self.bench, self.guest = bench, bench.guest

    def start(self):
        self.guest.run("hallgate run --config /tmp/hall.toml >>/tmp/hallgate.log 2>&1 & echo $! >/tmp/hallgate.pid")
        wait_for("hallgate", 30, lambda: self.ask("state"))

    def kill(self):
        self.guest.run("kill -9 $(cat /tmp/hallgate.pid)")
        self.guest.try_run("wait $(cat /tmp/hallgate.pid)")

    def ask(self, what):
        said, status = self.guest.try_run(f"wget -qO- {API}/{what}")
        return json.loads(said) if status == 0 else None

    def command(self, **command):
        body = json.dumps(command)
        self.guest.run(f"wget -qO- --header 'Content-Type: application/json' --post-data '{body}' {API}/commands")

    def faults(self):
        return {(fault["device"], fault["fault"]) for fault in self.ask("state")["faults"]}

    def lit(self):
        return {lamp["name"]: lamp["lit"] for lamp in self.ask("working")["lamps"]}

    def lamps_are(self, lit, what):
        both = {"high": lit, "low": lit}
        wait_for(f"{what}, on the page {both}", NOTICED_S, lambda: self.lit() == both)
        levels = (HIGH, LOW) if lit else (LOW, HIGH)
        shows = f"{what}: the lamp at high level is {'lit' if lit else 'dark'}"
        self.bench.carries(LINE, levels[0], shows, NOTICED_S)
        self.bench.carries(LOW_LINE, levels[1], f"{what}: the lamp at low level too", NOTICED_S)

    def faults_are(self, present, what):
        wanted = {("lamp high", "port"), ("lamp low", "port")} if present else set()
        wait_for(f"{what}: faults {wanted}", NOTICED_S, lambda: self.faults() == wanted)
        check(True, f"{what}: {'each lamp is a fault' if present else 'no fault is left'}")


def judge_hall(bench):
    bench.guest.run(f"mkdir /tmp/data; cat >/tmp/hall.toml <<'END'\n{HALL}\nEND")
    checked, status = bench.guest.try_run("hallgate run --config /tmp/hall.toml --check-devices")
    check(status == 0, "hallgate run --check-devices finds both lines", checked)
    hall = Hall(bench)
    hall.start()
    hall.lamps_are(False, "no window is open")
    hall.command(command="open_window", window=3)
    hall.lamps_are(True, "a window is open")
    hall.command(command="pause", window=3, reason="rest")
    hall.lamps_are(True, "it pauses")
    bench.pull_out()
    hall.faults_are(True, "the adapter is pulled out")
    bench.plug_in()
    hall.faults_are(False, "the adapter is plugged in")
    hall.lamps_are(True, "the adapter is plugged in")
    bench.pull_out()
    bench.plug_in()
    hall.lamps_are(True, "the adapter was away for a moment")
    hall.command(command="resume", window=3)
    changes = [len(seen) for seen in bench.adapter.seen]
    hall.kill()
    hall.start()
    hall.lamps_are(True, "hallgate was killed and started")
    check(changes == [len(seen) for seen in bench.adapter.seen], "and no lamp has flickered meanwhile")
    hall.command(command="close_window", window=3)
    hall.lamps_are(False, "the window is closed")


def main():
    kernel, program, hallgate = sys.argv[1:]
    with workshop() as work:
        cable = work / "cable"
        usb = ["-device", "piix3-usb-uhci", "-device", "usb-redir,chardev=cable"]
        usb += ["-chardev", f"socket,id=cable,path={cable},server=on,wait=off"]
        with machine(work, pc(Path(kernel), usb), [program, hallgate]) as guest:
            return judge(Bench(guest, cable))


def judge(bench):
    """All of it; the kernel's version."""
    bench.plug_in()
    judge_levels(bench)
    judge_refusals(bench)
    judge_ends(bench)
    judge_hall(bench)
    return bench.guest.run("uname -r")


if __name__ == "__main__":
    version = judged(main)
    print(
        f"GPIO: on a CP2112 that Linux {version} drives, lamps go on and off at either level, alone on their lines, refused in "
        "words; a whole hall's follow its windows through pulling out, plugging in and a kill"
    )
