"""Judges the pages of `hallgate demo` and of the guide desk in a browser. Started by browser.sh with the path of hallgate."""

import contextlib
import json
import re
import sys
import time
import urllib.request

from guide_page import judge_guide_desk
from processes import Failed, artefact, check, free_port, running, wait_for, workshop
from webdriver import browser

HALL = "示范市政务服务中心"  # the sample hall that ships
# Whoever works at window 2 of the sample hall: 0102, PIN 1234.
SIGN_IN = [key for pair in ("01", "02", "12", "34") for key in (*pair, "one_metre_line")]
SCREEN = (1440, 900)  # the smallest screen that a hall's office still has
WINDOWS_AT_ONCE = 12

# Bright pixels of each canvas that can be seen.
LIT = """
return [...document.querySelectorAll(arguments[0])].filter((c) => c.offsetParent).map((c) => {
  const px = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  let lit = 0;
  for (let i = 0; i < px.length; i += 4) if (Math.max(px[i], px[i + 1], px[i + 2]) > 150) lit++;
  return lit;
});"""

# The kiosk's picture in 24 x 32 grey levels, without the band at the top, where the clock changes by itself.
KIOSK = """
const img = document.querySelector("#kiosk img");
if (!img.complete || !img.naturalWidth) return null;
const c = Object.assign(document.createElement("canvas"), { width: 24, height: 32 });
const pen = c.getContext("2d");
const top = img.naturalHeight * 0.12;
pen.drawImage(img, 0, top, img.naturalWidth, img.naturalHeight - top, 0, 0, 24, 32);
const px = pen.getImageData(0, 0, 24, 32).data;
return Array.from({ length: 768 }, (_, i) => px[i * 4] + px[i * 4 + 1] + px[i * 4 + 2]);"""

SLIPS = """return [...document.querySelectorAll("#printer .tray img")].filter((i) => i.complete && i.naturalWidth).length"""

# Points of an upright kiosk's pages, as shares of its width and height.
START, FIRST, CONFIRM, SKIP, DONE = (0.5, 0.36), (0.4, 0.28), (0.5, 0.79), (0.5, 0.81), (0.9, 0.945)
APPOINTMENT, USE_GREEN, CHECK_IN = (0.27, 0.605), (0.5, 0.68), (0.5, 0.8)


@contextlib.contextmanager
def demo(hallgate, work, *arguments):
    """A virtual hall and the address it prints."""
    log = work / "demo.log"
    port = free_port()
    with running([hallgate, "demo", "--listen", f"127.0.0.1:{port}", *arguments], log):
        address = f"http://127.0.0.1:{port}/"
        wait_for(f"{address} on the demo's output", 15, lambda: address in log.read_text(errors="replace"))
        check(True, f"hallgate demo {' '.join(arguments)} prints its address within 15 s")
        yield address


def state(address):
    with urllib.request.urlopen(f"{address}api/v1/state", timeout=10) as answer:
        return json.load(answer)


def issue(address, service):
    """Somebody takes a number at the guide desk."""
    command = json.dumps({"command": "issue", "service": service, "by": "judge"}).encode()
    request = urllib.request.Request(f"{address}api/v1/commands", command, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return next(event["number"] for event in json.load(answer)["events"] if event.get("event") == "issued")


def window(address, number):
    return next(window for window in state(address)["windows"] if window["number"] == number)


def keep(page, name):
    path = artefact(f"{name}.png")
    if path:
        page.picture(path)


def text(page, css):
    return page.run("return document.querySelector(arguments[0])?.textContent.trim()", css)


def judge_living_hall(page, address):
    """What somebody sees who has just started the demo."""
    page.size(*SCREEN)
    page.open(address)
    wait_for("the hall's name", 20, lambda: text(page, "h1") == HALL)
    check(True, f"the page names {HALL}")
    visible = """return [...document.querySelectorAll("#stage .mini")].map((card) => card.getBoundingClientRect())
        .filter((r) => r.width > 0 && r.top >= 0 && r.bottom <= innerHeight && r.right <= innerWidth).length"""
    seen = wait_for("cards of windows", 20, lambda: page.run(visible))
    check(seen >= WINDOWS_AT_ONCE, f"{seen} windows can be seen at once on a screen of {SCREEN[0]} x {SCREEN[1]}")
    judge_displays(page)
    keep(page, "browser-hall")

    wait_for("people served", 180, lambda: int(text(page, "#n-served") or 0) > 0)
    check(True, "visitors come and are served")
    tags = "return [...document.querySelectorAll('#ticker li i')].map((i) => i.textContent)"
    wait_for("calls and slips in the record", 30, lambda: {"取号", "叫号", "办结"} <= set(page.run(tags)))
    check(True, "the record tells of numbers, calls and completions")
    # A hall at twenty times the speed has somebody to remind or to disappoint within a few minutes.
    wait_for("a message on the telephone", 240, lambda: page.run("return document.querySelectorAll('#messages li p').length"))
    check(True, "the modem's messages are on the telephone")
    check_console(page)
    for name, size in (("browser-hall-later", SCREEN), ("browser-hall-full-hd", (1920, 1080))):
        page.size(*size)
        keep(page, name)
    page.size(*SCREEN)
    for tab in page.run("return [...document.querySelectorAll('#tabs button')].map((b) => b.dataset.tab)"):
        page.click(f"#tabs [data-tab='{tab}']")
        wait_for(f"tab {tab}", 10, lambda: page.run("return document.querySelector('#stage').children.length > 0"))
        keep(page, f"browser-tab-{tab}")
    for kiosk in page.run("return [...document.querySelectorAll('#kiosk-tabs button')].map((b) => b.dataset.kiosk)"):
        page.click(f"#kiosk-tabs [data-kiosk='{kiosk}']")
        wait_for(f"picture of {kiosk}", 20, lambda: page.run(KIOSK))
        keep(page, f"browser-{kiosk}")
    check_console(page)


def judge_displays(page):
    """Every display was lit at some time: those that call somebody flash and are dark every other moment."""
    lit = [0] * len(page.run(LIT, "#stage canvas"))

    def look():
        lit[:] = map(max, lit, page.run(LIT, "#stage canvas"))
        return lit and all(lit)

    wait_for("something on each display", 60, look)
    check(True, f"all {len(lit)} window displays show something")


def judge_call_next(page, address, unit, number):
    """顺呼 with people waiting ends the present visit and calls the next; display and keypad say whom."""
    taken = [issue(address, "shebao-canbao") for _ in range(3)]
    page.click(f"{unit} [data-key=call_next]")
    called = wait_for(f"a call at window {number}", 20, lambda: window(address, number)["ticket"])
    check(called == taken[0], f"顺呼 at window {number} calls the first, {called}", taken)
    wait_for(f"{called} on the keypad", 20, lambda: shows(page, unit, called))
    before = page.run("return document.querySelector(arguments[0]).toDataURL()", f"{unit} canvas")
    time.sleep(1)  # the same key twice within half a second is one press
    page.click(f"{unit} [data-key=call_next]")
    after = wait_for("the next call", 20, lambda: other(window(address, number)["ticket"], called))
    check(after == taken[1], f"顺呼 again ends {called} and calls {after}", taken)
    wait_for(f"{after} on the keypad", 20, lambda: shows(page, unit, after))
    wait_for("one waiting on the keypad", 20, lambda: text(page, f"{unit} .lcd .waiting").lstrip("0") == "1")
    check(True, f"the keypad's digits show {after} and the one who still waits")
    changed = "return document.querySelector(arguments[0]).toDataURL() !== arguments[1]"
    wait_for("another display", 20, lambda: page.run(changed, f"{unit} canvas", before))
    check(True, "the window's display changes")
    keep(page, "browser-call-next")


def other(ticket, than):
    return ticket if ticket and ticket != than else None


def shows(page, unit, ticket):
    """The LCD has three digits: the number without its letters."""
    return ticket.endswith(text(page, f"{unit} .lcd .ticket") or "-")


def open_window(page, address, number):
    """Opens the area of a window; the CSS selector of its unit."""
    area = page.run("return fetch('/demo/state').then((a) => a.json()).then((s) => s.hall.windows.find((w) => w.number === arguments[0]).area)", number)
    page.click(f"#tabs [data-tab='{area}']")
    mark = """const unit = [...document.querySelectorAll("#stage .unit")]
        .find((u) => u.querySelector(".number").textContent === String(arguments[0]));
        if (unit) { unit.id = "judged"; unit.scrollIntoView({ block: "center" }); }
        return Boolean(unit)"""
    wait_for(f"window {number} on the page", 10, lambda: page.run(mark, number))
    return "#judged"


def touch(page, what, point, changes=True):
    """Touches the kiosk's picture and waits until it is another one that stands still."""
    before = wait_for("the kiosk's picture", 20, lambda: page.run(KIOSK))
    corner = """const img = document.querySelector("#kiosk img");
        img.scrollIntoView({ block: "nearest" });
        const r = img.getBoundingClientRect();
        return [r.left, r.top, r.width, r.height]"""
    left, top, width, height = page.run(corner)
    page.press_at(left + width * point[0], top + height * point[1])
    if changes:
        wait_for(f"another picture after {what}", 30, lambda: differs(before, page.run(KIOSK)))
        check(True, f"the kiosk answers {what}")
        stands_still(page)


def stands_still(page):
    """A picture goes over a serial line tile by tile; a person waits until it is whole."""
    last = {"seen": None, "times": 0}

    def look():
        now = page.run(KIOSK)
        last["times"] = last["times"] + 1 if now and last["seen"] == now else 0
        last["seen"] = now
        return last["times"] >= 8

    wait_for("a whole picture on the kiosk", 30, look)


def differs(one, two):
    """Whether two pictures are two pages: a changed figure on the same page is less than that."""
    return two is not None and sum(abs(a - b) for a, b in zip(one, two)) / len(one) > 6


def judge_one_person(page, address):
    """Somebody alone with the hall is visitor, clerk and technician by turns."""
    page.size(*SCREEN)
    page.open(address)
    wait_for("the hall's name", 20, lambda: text(page, "h1") == HALL)
    wait_for("a picture on the kiosk", 30, lambda: page.run(KIOSK))

    number = 2
    unit = open_window(page, address, number)
    for key in SIGN_IN:
        page.click(f'{unit} [data-key="{key}"]')
    wait_for(f"window {number} to open", 20, lambda: window(address, number)["phase"] != "closed")
    check(True, "staff number and PIN, two digits at a time, open the window")

    # The demo may begin a moment before the doors open.
    wait_for("the hall to open", 120, lambda: re.search("星期.$", text(page, "#date")))
    stands_still(page)
    walk(page, "browser-kiosk")
    issued = wait_for("a number", 20, lambda: state(address)["tickets"])
    ticket = issued[0]["number"]
    check(len(issued) == 1, f"the kiosk gave number {ticket}", issued)
    keep(page, "browser-kiosk-6-number")
    wait_for("a slip in the tray", 60, lambda: page.run(SLIPS) == 1)
    check(True, "its slip lies in the printer's tray")
    keep(page, "browser-slip")

    page.click(f"{unit} [data-key=call_next]")
    wait_for(f"{ticket} at window {number}", 30, lambda: window(address, number)["ticket"] == ticket)
    wait_for(f"{ticket} on the keypad", 20, lambda: shows(page, unit, ticket))
    check(True, f"{ticket} is called to window {number}")
    keep(page, "browser-called")
    page.click(f"{unit} [data-key=evaluate]")
    wait_for("a lit pad", 20, lambda: page.run("return !!document.querySelector('#judged .pad.lit')"))
    check(True, "评价 lights the pad")
    keep(page, "browser-pad")
    page.click(f"{unit} .pad .l5")
    wait_for("a dark pad", 20, lambda: not page.run("return !!document.querySelector('#judged .pad.lit')"))
    said = "return [...document.querySelectorAll('#ticker li')].some((li) => li.textContent.includes('收到一次评价'))"
    wait_for("the rating in the record", 20, lambda: page.run(said))
    check(True, "a press on 非常满意 is recorded, told without its level, and ends the question")

    judge_call_next(page, address, unit, number)
    judge_paper_out(page, address)
    judge_card(page, address)
    judge_code(page, address)
    check_console(page)


def walk(page, name):
    """From the first page to the number."""
    steps = (("中文取号", START), ("the first department", FIRST), ("the first service", FIRST), ("确认取号", CONFIRM),
             ("跳过，直接取号", SKIP))
    for n, (what, point) in enumerate(steps):
        keep(page, f"{name}-{n + 1}")
        touch(page, what, point)


def judge_paper_out(page, address):
    stands_still(page)
    touch(page, "完成", DONE, changes=False)
    stands_still(page)
    open_faults = lambda: {fault["fault"] for fault in state(address)["faults"]}
    check(not open_faults(), "no fault is open", open_faults())
    resting = page.run(KIOSK)
    mark = """const chip = [...document.querySelectorAll("aside.right .controls .chips button")].find((b) => b.textContent === "缺纸");
        if (chip) { chip.id = "paper"; chip.scrollIntoView({ block: "center" }); }
        return Boolean(chip)"""
    check(page.run(mark), "the printer's fault menu has 缺纸")
    page.click("#paper")
    wait_for("paper_out in the interface", 30, lambda: "paper_out" in open_faults())
    wait_for("the fault on the page", 10, lambda: text(page, "#n-faults") not in ("0", "–"))
    check(True, "缺纸 is noticed by the hall and shown on the page")
    wait_for("the kiosk saying so", 30, lambda: differs(resting, page.run(KIOSK)))
    check(True, "the kiosk without paper says that it gives no numbers")
    stands_still(page)
    keep(page, "browser-paper-out")
    page.click("#paper")
    wait_for("end of the fault", 30, lambda: not open_faults() and text(page, "#n-faults") == "0")
    check(True, "new paper closes the fault")
    wait_for("the kiosk's first page again", 30, lambda: not differs(resting, page.run(KIOSK)))
    check(True, "the kiosk gives numbers again")


def tickets(address):
    return {ticket["number"]: ticket for ticket in state(address)["tickets"]}


def card_button(page, name):
    """Presses the card with this name beside the reader; whether it lies there now."""
    press = """const card = [...document.querySelectorAll(".beside .chips button")].find((b) => b.textContent.includes(arguments[0]));
        if (card) { card.scrollIntoView({ block: "center" }); card.click(); }
        return card ? card.classList.contains("on") : null"""
    return page.run(press, name)


def judge_card(page, address):
    """An identity card on the reader: whoever is old enough is offered the green channel."""
    before = set(tickets(address))
    for what, point in (("中文取号", START), ("the first department", FIRST), ("the first service", FIRST), ("确认取号", CONFIRM)):
        touch(page, what, point)
    asking = page.run(KIOSK)
    check(card_button(page, "李桂香") is True, "a card lies on the reader")
    wait_for("the question about the green channel", 30, lambda: differs(asking, page.run(KIOSK)))
    check(True, "the kiosk reads the card and asks")
    stands_still(page)
    keep(page, "browser-card")
    touch(page, "使用", USE_GREEN)
    new = wait_for("a number by card", 30, lambda: set(tickets(address)) - before)
    number = next(iter(new))
    check(tickets(address)[number]["green"], f"{number} goes through the green channel", sorted(new))
    check(card_button(page, "李桂香") is False, "the card is lifted")
    stands_still(page)
    touch(page, "完成", DONE)


def judge_code(page, address):
    """The QR code of the telephone before the scanner: the appointment becomes a number."""
    before = set(tickets(address))
    page.click("[data-book='0']")
    booked = "return document.querySelector('#pass-words em.booked')?.textContent"
    wait_for("an appointment on the telephone", 20, lambda: page.run(booked) == "已预约")
    dark = "const c = document.querySelector('#qr'); const px = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < px.length; i += 4) if (px[i] < 128) n++; return n / (px.length / 4)"
    check(0.15 < page.run(dark) < 0.5, "the telephone shows a QR code")
    touch(page, "我有预约", APPOINTMENT)
    keep(page, "browser-code-1")
    asking = page.run(KIOSK)
    page.click("#hold")
    wait_for("the appointment on the kiosk", 30, lambda: differs(asking, page.run(KIOSK)))
    check(True, "the scanner reads the code and the kiosk shows the appointment")
    stands_still(page)
    keep(page, "browser-code-2")
    touch(page, "签到", CHECK_IN)
    new = wait_for("a number for the appointment", 30, lambda: set(tickets(address)) - before)
    number = next(iter(new))
    check(tickets(address)[number]["booked"] is not None, f"{number} has its booked time", sorted(new))
    wait_for("the telephone saying so", 20, lambda: text(page, "#pass-words em.checked_in") == "已签到")
    check(True, "the telephone's appointment is checked in")
    stands_still(page)
    keep(page, "browser-code-3")
    touch(page, "完成", DONE)


def check_console(page):
    complaints = page.complaints()
    check(not complaints, "no errors on the browser's console", complaints)


JUDGED = [
    (judge_one_person, ["--no-visitors"]),
    (judge_guide_desk, ["--no-visitors"]),
    (judge_living_hall, ["--speed", "20", "--seed", "7"]),
]


def main():
    hallgate = sys.argv[1]
    with workshop() as work:
        with browser(work) as page:
            for judge, arguments in JUDGED:
                with demo(hallgate, work, *arguments) as address:
                    try:
                        judge(page, address)
                    except Failed:
                        keep(page, "browser-failed")
                        raise
                    page.open("about:blank")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
    print("browser: all as it must be")
