"""Clocks ten years off: of a tablet, of the other tablet, of the server, in every combination.

What an edit replaces is said by its predecessors, so no clock puts an older text over a newer one.
Tokens and challenges live by the server's clock alone. Nothing is closed or called due by a clock
that the other one contradicts. Spec: docs/faults.md, "Clocks"; protocol.md, "Time".
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from sqlmodel import select

from app.protocol.hlc import HybridClock, milliseconds_of, stamp
from app.protocol.limits import MAX_CLOCK_LEAD_MS
from app.services.handing_views import NewCover
from app.services.opening import NewFamily
from app.wraparound.records import Person
from tests.fakes.agency import record_id
from tests.faults.disk import SOAK
from tests.faults.ring import Ring, Tab, ring
from tests.services.office import HandClock, hired, office, until

TEN_YEARS_S = 10 * 365.25 * 86_400.0
OFF = (-TEN_YEARS_S, 0.0, TEN_YEARS_S)
NOW_MS = 1_760_000_000_000


def set_clocks(place: Ring, one: float, two: float, server: float) -> None:
    """Seconds by which the clocks of members 1 and 2, and of the server, are off."""
    place.agency.members[1].clock.advance(one)
    place.agency.members[2].clock.advance(two)
    place.server_clock.advance(server)


async def edit(place: Ring, tab: Tab, body: str) -> None:
    """Change the words of one person's record, after everything that this tablet has seen."""
    await tab.vault.commit([place.family.change("person", record_id(7), {"name": body})])


async def name(tab: Tab) -> str:
    return (await tab.vault.read(lambda s: [one.name for one in s.exec(select(Person))]))[0]


ALL = list(product(OFF, OFF, OFF))
"""A soak takes all; otherwise each clock is off either way, alone and against the others."""


@pytest.mark.parametrize(("one", "two", "server"), ALL if SOAK else ALL[2::5])
async def test_the_last_of_edits_that_saw_each_other_stands_whatever_the_clocks_say(
    tmp_path: Path, one: float, two: float, server: float
) -> None:
    async with ring(tmp_path) as place:
        set_clocks(place, one, two, server)
        a, b = await place.tab(1), await place.tab(2)
        for turn in range(3):
            for tab, other in ((a, b), (b, a)):
                await edit(place, tab, f"turn {turn} of {tab.member}")
                assert (await tab.rounds(2)).problem == ""
                assert (await other.rounds(2)).problem == ""
                assert await name(a) == await name(b) == f"turn {turn} of {tab.member}"
        assert await a.vault.conflicts() == () == await b.vault.conflicts()
        # Two that did not see each other: both are kept, and both tablets show the same one.
        await edit(place, a, "by a")
        await edit(place, b, "by b")
        await place.agreed(a, b)
        assert await name(a) == await name(b)
        (left,), (right,) = await a.vault.conflicts(), await b.vault.conflicts()
        assert {head.value for head in left.heads} == {"by a", "by b"} == {h.value for h in right.heads}


async def test_tokens_live_by_the_servers_clock_alone(tmp_path: Path) -> None:
    async with ring(tmp_path) as place:
        tab = await place.tab(1)
        await tab.rounds(2)
        for jump in (TEN_YEARS_S, -2 * TEN_YEARS_S, TEN_YEARS_S):
            place.agency.members[1].clock.advance(jump)
            await tab.write(int(abs(jump)) % 997 + 1)
            assert (await tab.rounds(1)).problem == ""
            assert await tab.vault.unsent_count() == 0
        for jump in (TEN_YEARS_S, -2 * TEN_YEARS_S, TEN_YEARS_S):
            place.server_clock.advance(jump)
            await tab.write(int(abs(jump)) % 991 + 2)
            status = await tab.rounds(2)
            assert status.problem == "", "a token that has run out is replaced without anybody noticing"
            assert await tab.vault.unsent_count() == 0


def test_a_stamp_far_ahead_drags_no_clock() -> None:
    clock = HybridClock(lambda: NOW_MS)
    clock.observe(stamp(NOW_MS + int(TEN_YEARS_S * 1000)))
    assert milliseconds_of(clock.tick()) == NOW_MS
    clock.observe(stamp(NOW_MS + MAX_CLOCK_LEAD_MS))
    assert milliseconds_of(clock.tick()) == NOW_MS + MAX_CLOCK_LEAD_MS


async def test_a_tablet_whose_clock_is_off_stamps_with_the_servers_time(tmp_path: Path) -> None:
    async with ring(tmp_path) as place:
        set_clocks(place, TEN_YEARS_S, 0.0, 0.0)
        tab = await place.tab(1)
        await tab.rounds(1)
        assert abs(tab.vault.clock_offset_ms + TEN_YEARS_S * 1000) < 1000
        await tab.write(1)
        stamped = tab.vault._core.clock.last
        assert abs(milliseconds_of(stamped) - NOW_MS) < 60_000


@pytest.mark.parametrize("off", [-TEN_YEARS_S, TEN_YEARS_S])
async def test_no_cover_ends_by_a_clock_that_the_other_contradicts(tmp_path: Path, off: float) -> None:
    """First the supervisor's tablet is off, then the server; at last the day has really come."""
    async with office(tmp_path) as place:
        ruth = await place.founded("ruth")
        marisol = await hired(place, ruth, "Marisol Vega")
        ana = await hired(place, ruth, "Ana Ruiz")
        family = await marisol.open.opening.open_family(NewFamily("Nia", "Delgado"))

        async def here() -> bool:
            ruth.open.syncing.now()
            marisol.open.syncing.now()
            return bool(await ruth.open.casebook.families(""))

        await until(here)
        day = ruth.open.desk.today().isoformat()
        await ruth.open.handing.cover(NewCover((family,), ana.open.desk.me.person, day))
        server: HandClock = place.clock
        own = HandClock(server.wall_ms)
        object.__setattr__(ruth.open.desk, "now_ms", own.now_ms)
        own.advance(off)
        ruth.open.desk.vault.correct_clock(-int(off * 1000))
        assert await ruth.open.handing.end_due() == 0, "this tablet is off"
        own.advance(-off)
        ruth.open.desk.vault.correct_clock(int(off * 1000))
        assert await ruth.open.handing.end_due() == 0, "the server is off"
        ruth.open.desk.vault.correct_clock(0)
        assert await ruth.open.handing.end_due() == 0, "its last day is today"
        own.advance(2 * 86_400)
        assert await ruth.open.handing.end_due() == 1, "and now it is over"
