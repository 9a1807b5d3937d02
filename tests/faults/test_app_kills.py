"""kill -9 of a whole tablet at random moments, with a real server behind it.

After every kill each save that had been acknowledged is there; in the end each is exactly once on
the server and on the supervisor's tablet.
"""

from __future__ import annotations

import os
import random
import re
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.app_rig import TabletProcess, place

SOAK = bool(os.environ.get("KT_SOAK"))
KILLS = 200 if SOAK else 20
pytestmark = pytest.mark.timeout(3600 if SOAK else 400)

PASSPHRASE = "five warm words for tests"
WORDS = {"agency": "River House", "ruth": "Ruth Abara", "marisol": "Marisol Vega", "title": "Worker"}
LONGEST_SECONDS = 0.6
"""A tablet writes for at most this long before it is killed."""


def numbers_in(bodies: list[str]) -> Counter[int]:
    """How often each numbered note is there."""
    found = [re.match(r"word(\d+) [0-9a-f]{180}$", body) for body in bodies]
    assert all(found), "every note is whole"
    return Counter(int(one.group(1)) for one in found if one is not None)


def write_and_kill(tablet: TabletProcess, family: str, start: int, seed: int, seconds: float) -> list[int]:
    """Let it write for a while, then kill it. Returns the numbers whose saves were acknowledged."""
    tablet.tell("write", family=family, start=start, seed=seed)
    time.sleep(seconds)  # the moment of death is what is tried here
    return [number for number in tablet.kill() if isinstance(number, int)]


def kept_by_server(data: Path) -> list[tuple[int, int, int]]:
    """For each chain on the server: its last number, how many operations it holds, in how many pieces."""
    kept = []
    with sqlite3.connect(data / "server.sqlite") as database:
        chains = database.execute("SELECT stream, chain, last_dseq FROM chain").fetchall()
        for stream, chain, last in chains:
            pieces = database.execute(
                "SELECT first, last FROM segment WHERE stream = ? AND chain = ? ORDER BY first",
                (stream, chain),
            ).fetchall()
            expected = 1
            for first, end in pieces:
                assert first == expected, "no piece is missing and none overlaps another"
                expected = end + 1
            kept.append((last, sum(end - first + 1 for first, end in pieces), len(pieces)))
    database.close()
    return kept


def test_no_acknowledged_save_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    chance = random.Random(11)
    acknowledged: set[int] = set()
    with place(tmp_path) as here:
        ruth, marisol, _ = here.found(WORDS, PASSPHRASE)
        family = marisol.ask("family", youth_name="Nia")
        marisol.ask("settle")
        for kill in range(KILLS):
            start = (kill + 1) * 100_000
            more = write_and_kill(marisol, family, start, kill, chance.random() * LONGEST_SECONDS)
            acknowledged.update(more)
            if kill % 7 == 3:  # now and then the server dies too
                here.server.kill()
                here.server.start()
            marisol = here.tablet("marisol")
            marisol.ask("unlock", passphrase=PASSPHRASE)
            there = numbers_in(marisol.ask("bodies", family=family))
            assert acknowledged - set(there) == set(), f"lost by kill {kill}"
            assert set(there.values()) <= {1}
        marisol.ask("settle")
        last = numbers_in(marisol.ask("bodies", family=family))
        assert len(acknowledged) > KILLS, "the tablets did write"
        everything = numbers_in(ruth.ask("find", words="word", at_least=len(last)))
        assert everything == last, "each note once, on the supervisor's tablet too"
        for last_number, held, pieces in kept_by_server(tmp_path / "server"):
            assert held == last_number and pieces >= 1
