"""Refuses a dependency whose licence the product cannot carry. Reads `cargo metadata`; needs nothing but Python 3.8."""

import json
import re
import subprocess
import sys

# Permissive licences, and MPL-2.0 (serialport, unmodified: its notice and source are offered).
ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib",
    "0BSD", "Unlicense", "CC0-1.0", "BSL-1.0", "Unicode-3.0", "OFL-1.1", "MPL-2.0",
}


def allowed(expression):
    """Whether an SPDX expression can be met: any side of OR, every side of AND."""
    text = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|\bAND\b|\bOR\b|[A-Za-z0-9.+-]+(?: WITH [A-Za-z0-9.-]+)?", text)
    python = " ".join(
        token.lower() if token in ("AND", "OR") else token if token in "()" else str(token in ALLOWED) for token in tokens
    )
    return bool(eval(python, {"__builtins__": {}}, {}))  # only True, False, and, or and brackets are left


def main():
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]
    metadata = json.loads(subprocess.check_output(command))
    bad = []
    for package in metadata["packages"]:
        licence = package.get("license")
        if not licence or not allowed(licence):
            bad.append(f"{package['name']} {package['version']}: licence {licence!r} is not one the product can carry")
    print("\n".join(bad) or f"{len(metadata['packages'])} packages, all licences allowed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
