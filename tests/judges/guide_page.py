"""What a guide does at the desk's page in a browser: registers, finds, checks in, gives a number with priority."""

import json
import urllib.request

from processes import artefact, check, wait_for

SCREEN = (1366, 768)  # the smallest screen that a guide desk still has
TABLET = (1024, 768)
# Of the standard GB 11643 itself, and a telephone number that belongs to nobody.
NAME, TELEPHONE, NUMBER = "欧阳小明", "13800000000", "11010519491231002X"

TYPE = """const field = document.querySelector(arguments[0]);
field.value = arguments[1];
for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));"""
FIRST_SERVICE = "return document.querySelector(`${arguments[0]} option:not([value=''])`).value"
TEXTS = "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent.trim())"
TOO_WIDE = "return document.documentElement.scrollWidth > innerWidth"
PRESS = """const key = [...document.querySelectorAll(arguments[0])].find((one) => one.textContent === arguments[1]);
if (key) key.click();
return Boolean(key)"""


def judge_guide_desk(page, address):
    open_windows(address)
    page.size(*SCREEN)
    page.open(f"{address}guide")
    wait_for("the desk's first page", 20, lambda: page.run("return Boolean(document.querySelector('#tabs .on'))"))
    check(not page.complaints(), "the guide desk's page opens without errors")

    page.click("[data-tab=register]")
    fill(page, "#book", service=page.run(FIRST_SERVICE, "#book [name=service]"))
    wait_for("free times", 20, lambda: len(texts(page, "#times button")) > 1)
    page.click("#times button:nth-child(2)")
    fill(page, "#book", name=NAME, telephone="1380000", number=NUMBER)
    page.click("#book .main")
    wrong = "[data-field=telephone].wrong em"
    wait_for("the mistake", 10, lambda: any(texts(page, wrong)))
    check(texts(page, "#book .wrong em") == texts(page, wrong), "a wrong telephone number is said at its field alone")
    keep(page, "guide-wrong")
    page.complaints()  # the refusal, as the browser tells it
    fill(page, "#book", telephone=TELEPHONE)
    page.click("#book .main")
    code = wait_for("the code", 10, lambda: next(iter(texts(page, "#booked b")), ""))
    check(len(code) == 6, "the appointment is registered and its code shown")
    empty = "return ['name', 'telephone', 'number'].every((name) => !document.querySelector('#book').elements[name].value)"
    check(page.run(empty), "the form is empty again")
    keep(page, "guide-registered")

    page.click("[data-tab=bookings]")
    fill(page, "#find", name=NAME[2:])
    page.click("#find .main")
    row = wait_for("the booking", 10, lambda: next((r for r in texts(page, "#booking-rows tr") if "138****0000" in r), ""))
    check("欧***" in row and NAME not in page.run("return document.body.textContent"), "found by name, shown masked")
    keep(page, "guide-found")
    press(page, "#booking-rows button", "签到")
    wait_for("a number", 10, lambda: "签到成功，号码" in texts(page, "#said")[0])
    check(True, "checked in at the desk")

    page.click("[data-tab=issue]")
    fill(page, "#take", service=page.run(FIRST_SERVICE, "#take [name=service]"))
    page.click("#take [name=green]")
    for name in ("category", "evidence"):
        fill(page, "#take", **{name: page.run(FIRST_SERVICE, f"#take [name={name}]")})
    page.click("#take .main")
    number = wait_for("the number", 10, lambda: next(iter(texts(page, "#taken b")), ""))
    keep(page, "guide-number")
    page.click("[data-tab=tickets]")
    wait_for(f"{number} in the list", 10, lambda: any(number in row and "优先" in row for row in texts(page, "#ticket-rows tr")))
    keep(page, "guide-tickets")
    judge_refused_question(page, address, number)
    page.click("[data-tab=grants]")
    wait_for("the register", 10, lambda: any(number in row for row in texts(page, "#grant-rows tr")))
    check(True, "a number with priority is listed, and its grant is in the register")
    kept = page.run("return [localStorage.length, sessionStorage.length, location.search.length, document.cookie.length]")
    check(kept == [0, 0, 0, 0], "nothing is kept in storage, address or cookies", kept)

    page.size(*TABLET)
    for tab in page.run("return [...document.querySelectorAll('#tabs button')].map((one) => one.dataset.tab)"):
        page.click(f"[data-tab={tab}]")
        keep(page, f"guide-tablet-{tab}")
        check(not page.run(TOO_WIDE), f"{tab} fits on a tablet")
    complaints = page.complaints()
    check(not complaints, "no errors on the browser's console", complaints)


def judge_refused_question(page, address, number):
    """What was typed into a question stays, and why the hall refuses is read where it was typed."""
    page.run("document.querySelector('#ticket-rows').scrollIntoView()")
    mine = f"[...document.querySelectorAll('#ticket-rows tr')].find((row) => row.textContent.includes('{number}'))"
    page.run(f"[...{mine}.querySelectorAll('button')].find((key) => key.textContent === '作废').click()")
    with urllib.request.urlopen(f"{address}api/v1/state", timeout=10) as answer:
        seq = next(ticket["seq"] for ticket in json.load(answer)["tickets"] if ticket["number"] == number)
    post(address, {"command": "void", "ticket": seq, "reason": "另一位导服已处理", "by": "导服"})
    fill(page, "#ask", reason="群众已离开")
    page.click("#ask button[value=yes]")
    why = wait_for("the refusal", 10, lambda: next(iter(texts(page, "#ask[open] .refusal")), ""))
    typed = page.run("return document.querySelector('#ask [name=reason]').value")
    check(why and typed == "群众已离开", "a refused question stays open with its reason and with what was typed", [why, typed])
    keep(page, "guide-refused")
    page.complaints()  # the refusal, as the browser tells it
    page.click("#ask button[value=no]")


def open_windows(address):
    with urllib.request.urlopen(f"{address}api/v1/state", timeout=10) as answer:
        windows = json.load(answer)["windows"]
    for window in windows:
        post(address, {"command": "open_window", "window": window["number"]})


def post(address, command):
    kind = {"Content-Type": "application/json"}
    body = json.dumps(command).encode()
    urllib.request.urlopen(urllib.request.Request(f"{address}api/v1/commands", body, kind), timeout=10).close()


def fill(page, form, **fields):
    for name, value in fields.items():
        page.run(TYPE, f"{form} [name={name}]", value)


def press(page, css, word):
    check(page.run(PRESS, css, word), f"there is a key {word}")


def texts(page, css):
    return page.run(TEXTS, css)


def keep(page, name):
    path = artefact(f"{name}.png")
    if path:
        page.picture(path)
