"""`python -m bench`: measures every row, prints the table, writes bench/results.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .bars import Row, as_json, table
from .caseload import even_notes, invented
from .footprint import measure_footprint
from .ground import BODY_BYTES, fsync_ms, prepare
from .importing import measure_import
from .peers import CIPHER, NoPeer, driver
from .searching import measure_search
from .unlocking import measure_kdf, measure_unlock
from .writing import measure_writes

RESULTS = Path(__file__).parent / "results.json"


async def measure(scratch: Path, large: bool, scale: float) -> list[Row]:
    """Every row. scale: of the number of rounds."""

    def times(rounds: int) -> int:
        return max(3, round(rounds * scale))

    rows: list[Row] = []
    _say("Writing 10 k notes of 600 bytes ...")
    families = invented(10_000)
    notes = await prepare(even_notes(families, 10_000, BODY_BYTES), scratch / "notes")
    _say("Durable writes ...")
    rows += await measure_writes(notes, times(400))
    _say("Searches ...")
    searches = await measure_search(notes, times(30))
    _say("Writing a caseload of 10 k records ...")
    ground = await prepare(families, scratch / "10k")
    _say("Imports ...")
    rows += await measure_import(ground, times(7)) + searches
    _say("Unlocking ...")
    rows += await measure_unlock(ground, "10k", times(40), times(5))
    rows += await measure_kdf(times(7))
    _say("Memory ...")
    rows += measure_footprint(ground, times(3))
    if large:
        _say("Writing a caseload of 100 k records (some minutes) ...")
        ground = await prepare(invented(100_000), scratch / "100k")
        _say("Unlocking it ...")
        rows += await measure_unlock(ground, "100k", times(15), 1)
    return rows


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
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it. Returns 0 whether bars are met or not: the table says that; 1 when it cannot run."""
    parser = argparse.ArgumentParser(prog="bench", description="The bars, measured here.")
    parser.add_argument("--large", action="store_true", help="also 100 k records (some minutes more)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the rounds; 0.1 is a quick look")
    parser.add_argument("--scratch", type=Path, default=Path(".artefacts"), help="a folder on the disk")
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
        rows = asyncio.run(measure(scratch, options.large, options.scale))
        around["load_after"] = [round(value, 1) for value in os.getloadavg()]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report = {"measured_on": around, "rows": [as_json(row) for row in rows]}
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
