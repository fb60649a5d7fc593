"""A browser, driven through chromedriver by the W3C WebDriver protocol. Needs nothing but Python 3.8."""

import base64
import contextlib
import json
import urllib.error
import urllib.request
from pathlib import Path

from processes import Failed, free_port, running, wait_for

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that the protocol gives to a reference
SWITCHES = [
    "--headless=new",
    "--no-sandbox",  # judges run as root, where Chromium refuses its own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]


class Browser:
    def __init__(self, driver, session):
        self.base = f"{driver}/session/{session}"

    def say(self, method, path, body=None):
        return call(method, f"{self.base}/{path}", body)

    def open(self, address):
        self.say("POST", "url", {"url": address})

    def size(self, width, height):
        """Makes the page, not the window around it, so large."""
        frame = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.say("POST", "window/rect", {"width": width + frame[0], "height": height + frame[1]})

    def run(self, script, *arguments):
        return self.say("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def find(self, css):
        return self.say("POST", "element", {"using": "css selector", "value": css})

    def click(self, css):
        """Clicks an element where a person would; the driver refuses if something else lies there."""
        self.say("POST", f"element/{self.find(css)[ELEMENT]}/click", {})

    def press_at(self, x, y):
        """Presses and releases at a point of the visible page."""
        finger = {
            "type": "pointer",
            "id": "finger",
            "parameters": {"pointerType": "touch"},
            "actions": [
                {"type": "pointerMove", "x": round(x), "y": round(y)},
                {"type": "pointerDown", "button": 0},
                {"type": "pointerUp", "button": 0},
            ],
        }
        self.say("POST", "actions", {"actions": [finger]})

    def complaints(self):
        """Errors of the console since the last question."""
        entries = self.say("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def picture(self, path):
        Path(path).write_bytes(base64.b64decode(self.say("GET", "screenshot")))


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        value = json.loads(error.read())["value"]
        raise Failed(f"browser: {value['error']}: {value['message'].splitlines()[0]}") from None


@contextlib.contextmanager
def browser(work):
    """A fresh browser that knows nothing of earlier ones."""
    port = free_port()
    driver = f"http://127.0.0.1:{port}"
    with running(["chromedriver", f"--port={port}"], work / "chromedriver.log"):
        wait_for("chromedriver", 30, lambda: call("GET", f"{driver}/status")["ready"])
        options = {"args": [*SWITCHES, f"--user-data-dir={work / 'profile'}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = call("POST", f"{driver}/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        try:
            yield Browser(driver, session)
        finally:
            with contextlib.suppress(Failed, OSError):
                call("DELETE", f"{driver}/session/{session}")
