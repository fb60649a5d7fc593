"""A virtual machine with Debian's kernel and as good as nothing else, and a shell in it. Needs qemu, busybox and cpio."""

import contextlib
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from processes import Failed, running, wait_for

# Everything is emulated, and another program may have the processors meanwhile.
BOOT_S = 90
# However this program ends, the machine ends then.
LIFE_S = 300
COMMAND_S = 30
READY = b"the shell is ready"

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t debugfs none /sys/kernel/debug
for module in {modules}; do insmod /modules/$module.ko; done
ip link set lo up
exec 9<>/dev/ttyS1
stty -F /dev/ttyS1 raw -echo
echo {ready} >&9
exec sh /dev/ttyS1 >&9 2>&1
"""


def libraries(program):
    """The shared libraries that a program is loaded with, the loader included."""
    said = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return re.findall(r"(/\S+) \(0x", said)


@dataclass
class Board:
    """What differs between machines: qemu with its options, and the directory of the kernel and of what else is for it."""

    qemu: list
    kernel: Path
    modules: list
    console: str
    busybox: Path
    strip: str = "strip"


def pc(kernel, more):
    """A PC. Its console is a log, its second serial line the shell."""
    modules = (kernel / "complete").read_text().split()
    qemu = ["qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-nic", "none", "-serial", "stdio", *more]
    return Board(qemu, kernel, modules, "ttyS0", shutil.which("busybox"))


def raspberry(kernel, more):
    """A Raspberry Pi 3 B. Its console is the shell, since qemu gives Linux one serial line; `iomem` lets programs at the
    registers, for which Raspberry Pi OS has /dev/gpiomem and this kernel nothing."""
    tree = kernel / "bcm2837-rpi-3-b.dtb"
    qemu = ["qemu-system-aarch64", "-M", "raspi3b", "-dtb", tree, "-serial", "null", *more]
    return Board(qemu, kernel, [], "ttyS1 loglevel=1 iomem=relaxed", kernel / "busybox", "aarch64-linux-gnu-strip")


def image(work, board, programs):
    """What the machine starts with: busybox, the kernel's modules, and our programs with their libraries in `/bin`."""
    root = work / "root"
    for directory in ("bin", "modules", "proc", "sys", "dev", "tmp"):
        (root / directory).mkdir(parents=True)
    for module in board.modules:
        shutil.copy(board.kernel / f"{module}.ko", root / "modules")
    shutil.copy(board.busybox, root / "bin/busybox")
    (root / "bin/busybox").chmod(0o755)
    for program in programs:
        inside = root / "bin" / Path(program).name
        subprocess.run([board.strip, "-o", inside, program], check=True)
        for library in libraries(program):
            place = root / library.lstrip("/")
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, place)
    (root / "init").write_text(INIT.format(modules=" ".join(board.modules), ready=READY.decode()))
    (root / "init").chmod(0o755)
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    packed = subprocess.run(
        ["cpio", "--quiet", "-o", "-H", "newc"], input=names.encode(), cwd=root, capture_output=True, check=True
    )
    (work / "image").write_bytes(packed.stdout)
    shutil.rmtree(root)
    return work / "image"


class Guest:
    """The shell in a machine that is running."""

    def __init__(self, line):
        self.line = line
        self.line.settimeout(COMMAND_S)

    def try_run(self, command):
        """What a command says, and its exit status."""
        self.line.sendall(f"{{ {command}\n}} 2>&1; printf '\\n@@%d@@\\n' $?\n".encode())
        said = b""
        while not (ended := re.search(rb"\n?\n@@(\d+)@@\n", said)):
            try:
                part = self.line.recv(65536)
            except TimeoutError:
                raise Failed(f"in the machine, {command}: no end after {COMMAND_S} s; said {said}") from None
            if not part:
                raise Failed(f"the machine ended during {command}; said {said}")
            said += part.replace(b"\r\n", b"\n")
        return said[: ended.start()].decode(errors="replace").strip(), int(ended[1])

    def run(self, command):
        """What a command says that must not fail."""
        said, status = self.try_run(command)
        if status != 0:
            raise Failed(f"in the machine, {command}: status {status}: {said}")
        return said


@contextlib.contextmanager
def machine(work, board, programs):
    """The shell of a machine that has booted; nothing is left of it afterwards."""
    command = ["timeout", "--kill-after=5", LIFE_S, *board.qemu, "-display", "none", "-no-reboot"]
    command += ["-kernel", board.kernel / "vmlinuz", "-initrd", image(work, board, programs)]
    command += ["-append", f"quiet panic=1 console={board.console}"]
    command += ["-serial", f"unix:{work}/shell,server=on,wait=off"]
    with running(command, work / "machine.log", stdin=subprocess.DEVNULL) as qemu:
        with socket.socket(socket.AF_UNIX) as line:

            def reached():
                if qemu.poll() is not None:
                    raise Failed("qemu ended")
                line.connect(str(work / "shell"))
                return True

            wait_for("qemu", 20, reached)
            yield booted(line)


def booted(line):
    """The shell, once the machine has said that it is there: what is sent earlier the terminal sends back."""
    line.settimeout(BOOT_S)
    said = b""
    while READY not in said:
        try:
            part = line.recv(4096)
        except TimeoutError:
            part = b""
        if not part:
            raise Failed(f"the machine does not boot within {BOOT_S} s; said {said}")
        said += part
    return Guest(line)


def judged(main):
    """What `main` says of the machine, or the end of this program with what was not as it must be. A judge's time-out, too,
    leaves no machine behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: ended from outside"))
    try:
        return main()
    except Failed as failure:
        sys.exit(f"FAILED: {failure}")
