"""Judges the keys of personal data by `cryptography`. Started by personal.sh with the path of the example program.

The form of the key files and of what is sealed is read here from its description (firmware-host/personal/src/keyfile.rs and
the labels in ring.rs), so that another program can read an old backup:

* the key that wraps: HKDF-Extract with salt `hallgate master 1` of the master key's bytes
* a month's key: wrapped by ChaCha20-Poly1305, nonce first, bound to the month
* sub-keys: HKDF-Expand of the month's key with a label, 32 bytes
* hash: HMAC-SHA256; record: ChaCha20-Poly1305, nonce first, bound to its context
"""

import base64
import hashlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from processes import Failed, check

SEED = 8439
RECORDS = 500


def mac(key, data):
    keyed = hmac.HMAC(key, hashes.SHA256())
    keyed.update(data)
    return keyed.finalize()


def expand(key, label):
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=label).derive(key)


def seal(key, clear, context):
    nonce = os.urandom(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, clear, context)


def unseal(key, sealed, context):
    return ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], context)


def fingerprint(key):
    return hashlib.sha256(key).hexdigest()[:8]


def month_key(directory, month, wrapping):
    """The key out of its file, all of whose lines are judged."""
    head, period, print_line, secret = (directory / f"{month}.key").read_text().splitlines()
    kind, *words = secret.split(" ")
    if wrapping is None:
        key = bytes.fromhex(words[0])
    else:
        check(words[0] == fingerprint(wrapping), "the master key's fingerprint is in the file")
        key = unseal(wrapping, base64.b64decode(words[1]), month.encode())
    check(kind == ("plain" if wrapping is None else "wrapped"), f"the key is {kind}")
    check((head, period) == ("hallgate key 1", f"period {month}"), "the file says what it is")
    check(print_line == f"fingerprint {fingerprint(key)}", "the fingerprint is that of the key")
    return key


class Program:
    def __init__(self, path, directory, master, day):
        self.command = [path, str(directory), master, day]

    def __call__(self, lines):
        text = "".join("\t".join(line) + "\n" for line in lines)
        done = subprocess.run(
            self.command, input=text, capture_output=True, encoding="utf-8", timeout=60, check=True
        )
        answers = done.stdout.splitlines()
        check(len(answers) == len(lines), f"an answer to each of {len(lines)} commands", len(answers))
        return answers


def texts(dice):
    letters = "0123456789X王芳欧阳娜 -{}\"\\\U00020BB7"
    return ["".join(dice.choices(letters, k=dice.randrange(0, 200))) for _ in range(RECORDS)]


def altered(sealed, dice):
    """One bit of the bytes, whose text stays base64."""
    raw = bytearray(base64.b64decode(sealed[8:]))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return sealed[:8] + base64.b64encode(raw).decode()


def judge(path, directory, master, wrapping):
    dice = random.Random(SEED)
    month, day = "2026-11", "2026-11-27"
    program = Program(path, directory, master, day)
    records = texts(dice)
    contexts = [f"booking {number}" for number in range(RECORDS)]
    hashed = program([("hash", text) for text in records])
    sealed = program([("seal", *pair) for pair in zip(contexts, records)])
    key = month_key(directory, month, wrapping)
    hash_key, seal_key = expand(key, b"hallgate person hash 1"), expand(key, b"hallgate record 1")

    wanted = [f"{month}:{mac(hash_key, text.encode()).hex()}" for text in records]
    check(hashed == wanted, f"{RECORDS} keyed hashes are equal")
    opened = [
        unseal(seal_key, base64.b64decode(text.removeprefix(f"{month}:"), validate=True), context.encode()).decode()
        for text, context in zip(sealed, contexts)
    ]
    check(opened == records, f"{RECORDS} records sealed by us are opened by the judge")
    check(len({text[8:24] for text in sealed}) == RECORDS, "no nonce twice")
    ours = [
        f"{month}:{base64.b64encode(seal(seal_key, text.encode(), context.encode())).decode()}"
        for text, context in zip(records, contexts)
    ]
    check(
        program([("open", *pair) for pair in zip(contexts, ours)]) == [f"ok {text}" for text in records],
        f"{RECORDS} records sealed by the judge are opened by us",
    )

    bad = [("open", context, altered(text, dice)) for text, context in zip(ours, contexts)]
    bad += [("open", contexts[place - 1], text) for place, text in enumerate(ours)]
    for _, context, text in bad:
        try:
            unseal(seal_key, base64.b64decode(text[8:]), context.encode())
            raise Failed("the judge opened what was altered")
        except InvalidTag:
            pass
    check(all(answer.startswith("no ") for answer in program(bad)), f"{len(bad)} altered records are refused by both")


def main():
    path = sys.argv[1]
    with tempfile.TemporaryDirectory() as state:
        print(" without a master key")
        judge(path, Path(state) / "plain", "-", None)
        print(" under a master key")
        master = Path(state) / "master"
        master.write_text(os.urandom(32).hex() + "\n")
        master.chmod(0o400)
        wrapping = mac(b"hallgate master 1", master.read_text().strip().encode())
        judge(path, Path(state) / "wrapped", str(master), wrapping)
        print(" a plain key, wrapped when a master key is given")
        before = month_key(Path(state) / "plain", "2026-11", None)
        Program(path, Path(state) / "plain", str(master), "2026-11-28")([])
        check(month_key(Path(state) / "plain", "2026-11", wrapping) == before, "it is the same key")


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"FAILED: {failed}")
    print("personal data: all as it must be")
