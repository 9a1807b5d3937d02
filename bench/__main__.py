"""`python -m bench`: measures every row, prints the table, writes bench/results.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .bars import as_json, table
from .ground import fsync_ms
from .parts import PARTS, Run, measure
from .peers import CIPHER, NoPeer, driver

RESULTS = Path(__file__).parent / "results.json"


def circumstances(scratch: Path) -> dict[str, object]:
    """What the numbers depend on. No names of machines or places."""
    cipher = driver(CIPHER)
    version = cipher.connect(":memory:").execute("PRAGMA cipher_version").fetchone()[0]
    return {
        "python": platform.python_version(),
        "processor": platform.machine(),
        "processors": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "fsync_ms": round(fsync_ms(scratch), 3),
        "sqlite": sqlite3.sqlite_version,
        "sqlcipher": f"{version} on SQLite {cipher.sqlite_version}",
        "node": _node(),
    }


def _node() -> str | None:
    """The version of Node, under which PouchDB runs; None where there is none."""
    if shutil.which("node") is None:
        return None
    asked = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it. Returns 0 whether bars are met or not: the table says that; 1 when it cannot run."""
    parser = argparse.ArgumentParser(prog="bench", description="The bars, measured here.")
    parser.add_argument("--large", action="store_true", help="also 100 k records (some minutes more)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the rounds; 0.1 is a quick look")
    parser.add_argument("--scratch", type=Path, default=Path(".artefacts"), help="a folder on the disk")
    parser.add_argument(
        "--only", action="append", default=[], choices=[part.name for part in PARTS], metavar="PART",
        help="one part, printed and not written down; may be said again: " + ", ".join(p.name for p in PARTS),
    )  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        driver(CIPHER)
    except NoPeer as error:
        _say(str(error))
        return 1
    options.scratch.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="bench-", dir=options.scratch))
    try:
        around = circumstances(scratch)
        rows = asyncio.run(measure(Run(scratch, options.scale, options.large, _say), options.only))
        around["load_after"] = [round(value, 1) for value in os.getloadavg()]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report = {"measured_on": around, "rows": [as_json(row) for row in rows]}
    if not options.only:
        RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(rows))
    print(
        f"\nMedians of laps that take turns. Load {around['load'][0]} → {around['load_after'][0]} on "  # type: ignore[index]
        f"{around['processors']} processors; fsync {around['fsync_ms']} ms; SQLite {around['sqlite']}; "
        f"SQLCipher {around['sqlcipher']}. What each row does: docs/howto/measure.md"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
