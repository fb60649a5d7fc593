"""Scans codes with emupos' serial scanner and wants each read whole, once and in order."""

import subprocess
import sys
from pathlib import Path

from processes import Failed, free_port, running, wait_for, workshop

CODES = ["HGB:12:004217", "http://192.168.10.2:8081/t/20261127-A023", "HGB:7:000001", "预约:沈阳"]
CONFIG = """
schema: 1
api: {{ host: 127.0.0.1, port: {port} }}
devices:
  - id: judge-scanner
    type: scanner
    mode: serial
    suffix: enter
    connections:
      - serial: {{ pty: true }}
"""


def scan(program, emupos, work):
    port = free_port()
    config = work / "emupos.yaml"
    config.write_text(CONFIG.format(port=port))
    api = ["--api", f"http://127.0.0.1:{port}"]
    heard = work / "heard"
    with running([emupos, "run", "--config", str(config)], work / "emupos.log"):
        line = wait_for("emupos' serial line", 30, lambda: place(emupos, api))
        with open(line, "rb", buffering=0) as wire, open(heard, "wb") as told:
            reader = subprocess.Popen([program], stdin=wire, stdout=told)
            try:
                for n, code in enumerate(CODES, 1):
                    subprocess.run([emupos, *api, "scan", "--countdown", "0", code], check=True, capture_output=True)
                    wait_for(f"code {n}", 20, lambda: len(heard.read_text().splitlines()) >= n)
            finally:
                reader.kill()
                reader.wait()
    return heard.read_text().splitlines()


def place(emupos, api):
    """The path of the pseudo-terminal, from the table of devices."""
    told = subprocess.run([emupos, *api, "devices"], capture_output=True, text=True).stdout.split()
    return next((Path(word) for word in told if word.startswith("/dev/pts/")), None)


def main():
    program, emupos = sys.argv[1:]
    with workshop() as work:
        said = scan(program, emupos, work)
        if said != [f"text {code}" for code in CODES]:
            raise Failed(f"heard {said}")
    print(f"scanner: {len(CODES)} codes read as emupos scanned them")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
