"""What both judges do with processes: start, wait for, end. Needs nothing but Python 3.8."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Failed(Exception):
    """What was judged is not as it must be; the text says what was seen."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, seconds, look):
    """What `look` returns as soon as it is true. `look` may answer `None` or raise OSError while it is too early."""
    end = time.monotonic() + seconds
    while True:
        try:
            seen = look()
        except OSError as error:
            seen, trouble = None, error
        else:
            trouble = None
        if seen:
            return seen
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s" + (f" ({trouble})" if trouble else ""))
        time.sleep(0.1)


def check(holds, what, seen=""):
    """Prints what was judged, or raises with what was seen instead."""
    if not holds:
        raise Failed(f"{what}{f'; seen {seen}' if seen != '' else ''}")
    print(f"  ok  {what}", flush=True)


@contextlib.contextmanager
def workshop():
    """A directory that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="hallgate-judge-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def running(command, log, **more):
    """A process with a group of its own, of which nothing is left afterwards. Its words go to the file `log`."""
    with open(log, "wb") as words:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=words, stderr=subprocess.STDOUT, start_new_session=True, **more
        )
    try:
        yield process
    except Failed:
        print(f"--- {Path(command[0]).name} said:\n{Path(log).read_text(errors='replace')[-4000:]}", flush=True)
        raise
    finally:
        for ending in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)


def artefact(name):
    """Where to keep a picture for people, if somebody wants it."""
    directory = os.environ.get("HALLGATE_ARTEFACTS")
    if not directory:
        return None
    Path(directory).mkdir(parents=True, exist_ok=True)
    return Path(directory) / name
