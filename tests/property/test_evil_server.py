"""Whatever a server does: nothing forged is shown, nothing local is lost, and the tablet says so.

Sequences of what a dishonest server can do (drop, reorder, repeat, withhold, roll back, fork, freeze,
tamper, mix streams, acknowledge falsely, refuse falsely) to three real tablets that go on working.
Then the server is honest again, each member writes once more, and either everybody has everything or
whoever lacks something is told (by a problem or by what is withheld), or its writer knows it unsent.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.property.evil_place import Move, Place, home_of_all

SEQUENCES = 2000 if os.environ.get("KT_SOAK") else 200
ROUNDS_AFTER = 10
"""Rounds of each tablet in which an honest server has to show everything."""
LOCAL = ("write", "write", "edit", "sync", "sync", "sync", "sync", "grant")
ATTACKS = (
    "drop", "shuffle", "double", "swap", "tamper", "receipts", "fork", "join", "freeze", "thaw",
    "rollback", "restore", "gap", "forked", "moved", "refused", "sign_in", "clock",
)  # fmt: skip


def sequences() -> st.SearchStrategy[list[Move]]:
    who = st.integers(0, 2)
    much = st.integers(0, 3)
    local = st.builds(Move, st.sampled_from(LOCAL), who, much)
    hostile = st.builds(Move, st.sampled_from(ATTACKS), who, much)
    return st.lists(st.one_of(local, local, hostile), min_size=6, max_size=30)


async def played(moves: Sequence[Move], seed: int) -> None:
    place = Place(home_of_all(), seed)
    try:
        await place.open()
        for move in moves:
            await place.play(move)
        await place.nothing_lost()
        await place.nothing_forged()
        place.nobody_was_surprised()
        place.server.peace()
        for _ in range(2):
            for tablet in place.tablets:
                for family in place.families(tablet):
                    await place.write(tablet, family, 1)
            for _ in range(ROUNDS_AFTER // 2):
                for tablet in place.tablets:
                    await tablet.sync()
        await place.nothing_lost()
        await place.nothing_forged()
        await place.agree_or_tell()
        await place.receipts_are_true()
        place.nobody_was_surprised()
    finally:
        await place.close()


@pytest.mark.timeout(3600)
@settings(
    max_examples=SEQUENCES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(sequences(), st.integers(0, 2**32))
def test_a_dishonest_server_forges_nothing_loses_nothing_and_is_found_out(
    moves: list[Move], seed: int
) -> None:
    asyncio.run(played(moves, seed))
