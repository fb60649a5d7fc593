"""Judges the modem's wire. Started by modem.sh with the path of the example `modem`.

First python-gsmmodem-new, which was written for real modems, drives our virtual one over a pseudo-terminal. Then our session
drives the virtual modem while every byte is looked at on its way, and smspdudecoder reads what was sent.
"""

import contextlib
import json
import logging
import os
import pty
import re
import subprocess
import sys
import threading
import tty

from gsmmodem.exceptions import CmeError, CmsError, PinRequiredError
from gsmmodem.modem import CTRLZ, GsmModem
from processes import Failed, check, wait_for, workshop
from smspdudecoder.codecs import UCS2

NUMBER = "13812345678"
TEXTS = ["您好，请于10:30前到3号窗口。", "😀𠮷龘镕〇", "办" * 70]


@contextlib.contextmanager
def virtual_modem(program, work, *misfortune):
    """Our virtual modem: the name of the terminal that it is at, and what has gone out so far."""
    ours, theirs = pty.openpty()
    tty.setraw(ours)
    tty.setraw(theirs)
    log = work / "twin.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen([program, "twin", *misfortune], stdin=ours, stdout=ours, stderr=errors)
    try:
        yield os.ttyname(theirs), lambda: [json.loads(line) for line in log.read_text().splitlines()]
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


@contextlib.contextmanager
def library(port, pin=None):
    modem = GsmModem(port, 115200, requestDelivery=False)
    try:
        modem.connect(pin)
        yield modem
    finally:
        if modem.alive:
            modem.close()


def refused(kind, action):
    """The error that `action` ends with."""
    try:
        action()
    except kind as error:
        return error
    raise Failed(f"no {kind.__name__}")


def send_coded(modem, text):
    """A Chinese message in text mode, with the library's dialogue and smspdudecoder's coding."""
    modem.write(f'AT+CMGS="{UCS2.encode(NUMBER)}"', timeout=5, expectedResponseTermSeq="> ")
    return modem.write(UCS2.encode(text), timeout=35, writeTerm=CTRLZ)


def judge_dialect(program, work):
    print("python-gsmmodem-new drives the virtual modem")
    with virtual_modem(program, work) as (port, sent), library(port) as modem:
        check(modem.signalStrength == 23, "signal strength", modem.signalStrength)
        check(modem.waitForNetworkCoverage(5) == 23, "registered with the network")
        modem.smsTextMode = True
        reference = modem.sendSms(NUMBER, "A023 to window 3").reference
        check(sent()[-1] == {"to": NUMBER, "text": "A023 to window 3", "reference": reference}, "a plain message")
        modem.write('AT+CSCS="UCS2"')
        modem.write("AT+CSMP=17,167,0,8")
        for text in TEXTS:
            answer = send_coded(modem, text)
            check(re.fullmatch(r"\+CMGS: \d+", answer[-2]) and answer[-1] == "OK", "reference and OK")
            check(sent()[-1]["text"] == text and sent()[-1]["to"] == NUMBER, "a Chinese message comes out as it was")
        error = refused(CmsError, lambda: send_coded(modem, "办" * 71))
        check(error.code == 305, "71 characters are too many", error.code)
    with virtual_modem(program, work, '"pin_wanted"') as (port, sent):
        refused(PinRequiredError, lambda: library(port).__enter__())
        check(True, "a PIN is wanted")
    with virtual_modem(program, work, '"pin_wanted"') as (port, sent), library(port, "1234") as modem:
        modem.smsTextMode = True
        modem.sendSms(NUMBER, "unlocked")
        check(sent()[-1]["text"] == "unlocked", "and taken")
    with virtual_modem(program, work, '"no_sim"') as (port, sent):
        error = refused(CmeError, lambda: library(port).__enter__())
        check(error.code == 10, "no card", error.code)
    with virtual_modem(program, work, '{"refuse":{"number":38,"times":1}}') as (port, sent), library(port) as modem:
        modem.smsTextMode = True
        error = refused(CmsError, lambda: modem.sendSms(NUMBER, "refused"))
        check(error.code == 38 and sent() == [], "the network's error", error.code)
        modem.sendSms(NUMBER, "taken")
        check([message["text"] for message in sent()] == ["taken"], "and it ends")


def carry(source, sinks):
    """Moves bytes until the source ends."""
    def run():
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(source.fileno(), 4096):
                for sink in sinks:
                    sink(chunk)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def judge_coding(program, work):
    print("smspdudecoder reads what our session writes")
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    long = "请携带身份证原件、户口簿原件及复印件。" * 5
    seen = bytearray()
    log = work / "send.log"
    with open(log, "wb") as errors:
        twin = subprocess.Popen([program, "twin"], stderr=subprocess.DEVNULL, **pipes)
        session = subprocess.Popen([program, "send", NUMBER, *TEXTS, long], stderr=errors, **pipes)
    try:
        carry(session.stdout, [seen.extend, twin.stdin.write])
        carry(twin.stdout, [session.stdin.write])
        wait_for("the end of all messages", 60, lambda: session.poll() is not None)
    finally:
        for process in (session, twin):
            process.kill()
            process.wait()
    # The echo of ESC is noise to the session.
    told = [line for line in log.read_text().splitlines() if not line.startswith("Noise")]
    check([line.split(",")[0] for line in told] == [f"Sent({n}" for n in range(len(TEXTS) + 1)], "all sent", told)
    messages = re.findall(rb'AT\+CMGS="([0-9A-F]+)"\r([0-9A-F]+)\x1a', bytes(seen))
    check({UCS2.decode(number.decode()) for number, _ in messages} == {NUMBER}, "the number on the wire")
    texts = [UCS2.decode(text.decode()) for _, text in messages]
    check(texts[: len(TEXTS)] == TEXTS, "the texts on the wire")
    parts = texts[len(TEXTS):]
    check([part[:5] for part in parts] == ["(1/2)", "(2/2)"], "a long text in numbered parts", len(parts))
    check("".join(part[5:] for part in parts) == long, "which are the text")
    check(all(len(text.encode("utf-16be")) <= 140 for text in texts), "each within 140 octets")


def main():
    program = sys.argv[1]
    logging.disable(logging.WARNING)  # the library misses the reading of messages, which the virtual modem has not
    with workshop() as work:
        judge_dialect(program, work)
        judge_coding(program, work)


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(f"FAILED: {error}")
