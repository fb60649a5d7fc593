"""Judges the lamp on a Raspberry Pi's header. Started by raspberry.sh with the board's directory and the path of `lamp`.

What a pin does is read from the registers of the emulated BCM2837, from outside the machine: GPFSEL (what a pin is for) and
GPLEV (its level), sections 6.1 of Broadcom's "BCM2835 ARM Peripherals".
"""

import json
import socket
import sys
from pathlib import Path

from gpio_judge import Lamp
from guest import judged, machine, raspberry
from processes import Failed, check, wait_for, workshop
from usb_gpio import FLOATS, HIGH, LOW

REGISTERS, LEVELS = 0x3F200000, 0x34
PIN, LABEL = 17, "pinctrl-bcm2835"


class Header:
    """The pins, as qemu's monitor tells them."""

    def __init__(self, monitor):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(monitor))
        self.answers = self.socket.makefile()
        self._ask("qmp_capabilities")

    def _ask(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        for line in self.answers:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
        raise Failed("qemu's monitor ended")

    def _register(self, offset):
        told = self._ask("human-monitor-command", **{"command-line": f"xp /1wx {REGISTERS + offset:#x}"})
        return int(told.split(":")[1], 16)

    def pin(self, number):
        """An input floats as far as we go; 1 is an output."""
        function = self._register(number // 10 * 4) >> number % 10 * 3 & 7
        if function != 1:
            return FLOATS if function == 0 else f"function {function}"
        return HIGH if self._register(LEVELS) >> number & 1 else LOW

    def others(self):
        return [self.pin(number) for number in range(2, 28) if number != PIN]

    def carries(self, level, what):
        try:
            wait_for(level, 3, lambda: self.pin(PIN) == level)
        except Failed:
            raise Failed(f"{what}: pin {PIN} is to be {level}, is {self.pin(PIN)}") from None
        check(True, f"{what}: {level}")


def judge_way(guest, header, way, words):
    """A lamp by one way to the pin: at either level, lit, dark, and given back."""
    before = header.others()
    for active, lit, dark in (("high", HIGH, LOW), ("low", LOW, HIGH)):
        lamp = Lamp(guest, f"{words} {active} on")
        check(lamp.said == "ok", f"{way}: pin {PIN} is taken", lamp.said)
        header.carries(lit, f"{way}, active {active}, taken lit")
        for word, level in (("off", dark), ("on", lit)):
            check(lamp.set(word) == "ok", f"{way}: {word} is no error", lamp.said)
            header.carries(level, f"{way}, active {active}, {word}")
        lamp.finish()
        header.carries(FLOATS, f"{way}, given back")
    check(header.others() == before, f"{way}: no other pin was touched", header.others())
    lamp = Lamp(guest, f"{words} high on")
    lamp.kill()
    print(f"  --  {way}: after a kill pin {PIN}: {header.pin(PIN)}")
    lamp = Lamp(guest, f"{words} high off")
    header.carries(LOW, f"{way}, taken dark after the kill")
    lamp.finish()


def main():
    board, program = sys.argv[1:]
    with workshop() as work:
        monitor = ["-qmp", f"unix:{work}/monitor,server=on,wait=off"]
        with machine(work, raspberry(Path(board), monitor), [program]) as guest:
            header = Header(work / "monitor")
            judge_way(guest, header, "rppal", f"raspberry {PIN}")
            judge_way(guest, header, "the kernel's chip", f"chip {LABEL} {PIN}")
            return guest.run("uname -r")


if __name__ == "__main__":
    version = judged(main)
    print(
        f"Raspberry Pi: on an emulated Pi 3 B with Linux {version}, a lamp on pin {PIN} goes on and off at either level and is an "
        "input when given back, through rppal and through the kernel"
    )
