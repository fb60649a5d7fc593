"""A GPIO adapter on USB, for a virtual machine to be plugged into: a Silicon Labs CP2112, as far as its eight lines go.

It is outside the machine, so that what is seen of the lines is what came over the cable. Speaks usbredir with QEMU (its
`docs/usb-redirection-protocol.md`) and HID feature reports with the kernel's driver hid-cp2112 (Silicon Labs AN495, reports
0x02 to 0x06). Needs nothing but Python 3.8.
"""

import socket
import struct
import threading
from contextlib import suppress

# Packets of usbredir. Without the capability 64bits_ids an id has 32 bits.
HEADER = struct.Struct("<III")
HELLO, CONNECT, INTERFACES, ENDPOINTS = 0, 1, 4, 5
SET_CONFIGURATION, GET_CONFIGURATION, CONFIGURATION = 6, 7, 8
SET_ALTERNATE, GET_ALTERNATE, ALTERNATE = 9, 10, 11
START_INTERRUPTS, STOP_INTERRUPTS, INTERRUPTS = 15, 16, 17
CONTROL, CONTROL_HEAD = 100, struct.Struct("<BBBBHHH")
SUCCESS, STALLED = 0, 4
FULL_SPEED, HID_CLASS, CONTROLS, INTERRUPT, NO_ENDPOINT = 1, 3, 0, 3, 255

VENDOR, PRODUCT = 0x10C4, 0xEA90
# One interrupt endpoint, as every HID device has; the GPIO lines do without.
EVENTS, EVENT_LENGTH = 0x81, 64
# A page of the vendor's, feature reports 2 to 6 of up to 63 bytes.
REPORTS = bytes.fromhex("0600ff0901a101 150026ff007508953f") + b"".join(
    bytes([0x85, report, 0x09, 0x01, 0xB1, 0x02]) for report in range(2, 7)
) + b"\xc0"
DEVICE = struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0, 0, 0, 64, VENDOR, PRODUCT, 0x0100, 0, 0, 0, 1)
INTERFACE = (
    struct.pack("<BBBBBBBBB", 9, 4, 0, 0, 1, HID_CLASS, 0, 0, 0)
    + struct.pack("<BBHBBBH", 9, 0x21, 0x0111, 0, 1, 0x22, len(REPORTS))
    + struct.pack("<BBBBHB", 7, 5, EVENTS, INTERRUPT, EVENT_LENGTH, 10)
)
WHOLE = struct.pack("<BBHBBBBB", 9, 2, 9 + len(INTERFACE), 1, 1, 0, 0x80, 50) + INTERFACE
DESCRIPTORS = {(0x80, 1): DEVICE, (0x80, 2): WHOLE, (0x81, 0x22): REPORTS}

GET_DESCRIPTOR, GET_REPORT, SET_REPORT = (0x80, 0x81), (0xA1, 1), (0x21, 9)
LINES = 8
FLOATS, LOW, HIGH = "floats", "low", "high"


class Adapter:
    """Plugged in as long as it is open. A line that nobody drives floats, as after power on."""

    def __init__(self, socket_of_qemu):
        self.config, self.latch = bytearray([2, 0, 0, 0, 0]), 0
        self.seen = [[FLOATS] for _ in range(LINES)]
        self.cable = socket.socket(socket.AF_UNIX)
        self.cable.connect(str(socket_of_qemu))
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def line(self, number):
        """What a meter at the screw shows."""
        return self.seen[number][-1]

    def unplug(self):
        with suppress(OSError):
            self.cable.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.cable.close()

    def _serve(self):
        with suppress(OSError, EOFError):
            self._send(HELLO, 0, b"hallgate judge".ljust(64, b"\0") + bytes(4))
            while True:
                kind, length, number = HEADER.unpack(self._read(HEADER.size))
                self._packet(kind, number, self._read(length))

    def _read(self, length):
        data = b""
        while len(data) < length:
            part = self.cable.recv(length - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def _send(self, kind, number, body):
        self.cable.sendall(HEADER.pack(kind, len(body), number) + body)

    def _packet(self, kind, number, body):
        if kind == HELLO:
            self._introduce()
        elif kind in (SET_CONFIGURATION, GET_CONFIGURATION):
            self._send(CONFIGURATION, number, bytes([SUCCESS, 1]))
        elif kind in (SET_ALTERNATE, GET_ALTERNATE):
            self._send(ALTERNATE, number, bytes([SUCCESS, 0, 0]))
        elif kind in (START_INTERRUPTS, STOP_INTERRUPTS):
            self._send(INTERRUPTS, number, bytes([SUCCESS, EVENTS]))
        elif kind == CONTROL:
            self._control(number, body)

    def _introduce(self):
        none = bytes(32)
        self._send(INTERFACES, 0, struct.pack("<I", 1) + none + bytes([HID_CLASS]).ljust(32, b"\0") + none + none)
        kinds = bytearray([NO_ENDPOINT] * 32)
        kinds[0] = kinds[16] = CONTROLS  # inward endpoints have places 16 and up
        kinds[16 + (EVENTS & 15)] = INTERRUPT
        self._send(ENDPOINTS, 0, bytes(kinds) + bytes([10] * 32) + none)
        self._send(CONNECT, 0, struct.pack("<BBBBHH", FULL_SPEED, 0, 0, 0, VENDOR, PRODUCT))

    def _control(self, number, body):
        endpoint, request, kind, _, value, index, length = CONTROL_HEAD.unpack_from(body)
        sent, answer = body[CONTROL_HEAD.size :], None
        if request == 6 and kind in GET_DESCRIPTOR:
            answer = DESCRIPTORS.get((kind, value >> 8))
        elif (kind, request) == GET_REPORT:
            answer = self._report(value & 255)
        elif (kind, request) == SET_REPORT:
            self._set_report(sent)
        inward = bool(kind & 0x80)
        status = STALLED if inward and answer is None else SUCCESS
        answer = (answer or b"")[:length]
        done = len(answer) if inward else len(sent)
        self._send(CONTROL, number, CONTROL_HEAD.pack(endpoint, request, kind, status, value, index, done) + answer)

    def _report(self, report):
        return {
            2: bytes(self.config),  # directions (1 is out), push-pull, special functions, clock
            3: bytes([3, self.latch]),
            5: bytes([5, 0x0C, 3]),  # part number, version
            6: bytes([6]) + bytes(13),  # of the I2C side
            0x20: bytes([0x20, 0xFF]),  # what of the chip's memory may still be written
        }.get(report)

    def _set_report(self, report):
        if report[0] == 2:
            self.config[:] = report[:5]
        elif report[0] == 4:  # levels, and of which lines
            self.latch = self.latch & ~report[2] | report[1] & report[2]
        for line, seen in enumerate(self.seen):
            drives = self.config[1] >> line & 1
            now = (HIGH if self.latch >> line & 1 else LOW) if drives else FLOATS
            if now != seen[-1]:
                seen.append(now)
