"""After a removal, or a narrower role, every tablet has come to the same, whatever arrived when."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest
from sqlmodel import select

from app.protocol.bodies import Cut
from app.protocol.ids import PersonId, StreamId
from app.protocol.membership import build_agency_remove
from app.services.opening import NewFamily
from app.services.standing import led_by
from app.services.tablet import Tablet, TabletState
from app.store.vault import Change
from app.wraparound.records import Need
from tests.services.crew import bodies, family_with_note, joined, sees, sent, stream_of, write
from tests.services.office import office, until

FAMILIES = 150 if os.environ.get("KT_SOAK") else 15


async def _digest(tablet: Tablet, stream: bytes) -> bytes:
    return await tablet.open.desk.vault.digest(stream)


async def _agree(stream: bytes, *tablets: Tablet) -> None:
    """All tablets have come to the same state of a stream."""

    async def same() -> bool:
        for tablet in tablets:
            await tablet.open.syncing.contact()
        found = {await _digest(tablet, stream) for tablet in tablets}
        return len(found) == 1

    await until(same)


async def _quiet(*tablets: Tablet) -> None:
    for tablet in tablets:
        await tablet.open.syncing.stop()


def _loud(*tablets: Tablet) -> None:
    for tablet in tablets:
        tablet.open.syncing.start(tablet.open.removal.after_contact)


@pytest.mark.parametrize("order", ["removal_first", "words_first", "joins_later"])
async def test_a_removal_comes_to_the_same_on_every_tablet(tmp_path: Path, order: str) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        gone = await joined(place, founder, "gone", "Marisol Vega")
        leader = founder.open.desk.me.person
        second = await joined(place, founder, "second", "Dana Reed", ("supervisor",), leader)
        family = await family_with_note(gone, "Nia", "Before the cut.")
        await sent(gone)
        await sees(founder, family, "Before the cut.")
        stream = StreamId(stream_of(founder, family))
        await founder.open.desk.vault.let_in(stream, [_person(second)])
        await sees(second, family, "Before the cut.")
        if order == "words_first":
            # The other tablet hears of words that a cut will exclude, and applies them first.
            await _quiet(founder, second)
            cut_at = await founder.open.desk.vault.chain_ends(_person(gone))
            await write(gone, family, "Between.")
            await sent(gone)
            await second.open.syncing.contact()
            assert "Between." in await bodies(second, family)
            await _signed_with(founder, gone, cut_at)
        else:
            await _quiet(gone)
            await write(gone, family, "Afterwards.")
            await founder.open.removal.remove_person(gone.open.desk.me.person)
        _loud(gone, founder, second)

        async def wiped() -> bool:
            return gone.state is TabletState.REMOVED

        await until(wiped)
        await _agree(stream, founder, second)
        assert await bodies(founder, family) == {"Before the cut."} == await bodies(second, family)
        if order == "joins_later":
            third = await joined(place, founder, "third", "Kim Lee", ("supervisor",), leader)
            await founder.open.desk.vault.let_in(stream, [_person(third)])
            await sees(third, family, "Before the cut.")
            await _agree(stream, founder, second, third)
            assert await bodies(third, family) == {"Before the cut."}


async def _signed_with(founder: Tablet, gone: Tablet, cuts: tuple[Cut, ...]) -> None:
    """A removal whose cuts are older than what the server has: it was asked for earlier."""
    person = _person(gone)
    await founder.open.desk.vault.write_agency(
        lambda state, author, hlc, _random: build_agency_remove(
            state, author, hlc, person=person, cuts=cuts, reason="left"
        )
    )


def _person(tablet: Tablet) -> PersonId:
    return PersonId(bytes.fromhex(tablet.open.desk.me.person))


async def test_a_demoted_coordinators_patched_app_cannot_use_the_old_role(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        marisol = await joined(place, founder, "marisol", "Marisol Vega")
        leader = founder.open.desk.me.person
        second = await joined(place, founder, "second", "Dana Reed", ("supervisor",), leader)
        family = await family_with_note(marisol, "Nia", "As coordinator.")
        await sent(marisol)
        await sees(founder, family, "As coordinator.")
        stream = StreamId(stream_of(founder, family))
        await founder.open.desk.vault.let_in(stream, [_person(second)])
        await sees(second, family, "As coordinator.")
        # An app that does not ask: it writes a need of the plan with the role it had.
        await _quiet(marisol)
        need = marisol.open.desk.new_id()
        await marisol.open.desk.vault.commit([Change(stream, "need", need, {"text": "Forged."})])
        me = marisol.open.desk.me.person
        change = await founder.open.staff.set_roles(me, ("partner",), _team(founder))
        assert (change.narrowed, change.sent) == (True, True)

        async def bound() -> bool:
            return (await founder.open.removal.role_reach(me)).complete

        await until(bound)
        _loud(marisol)

        async def arrived() -> bool:
            await founder.open.syncing.contact()
            return any(one.type == "need" for one in await founder.open.late.waiting()) or any(
                one.type == "need" for one in await founder.open.desk.vault.set_aside()
            )

        await until(arrived)
        await _agree(stream, founder, second)
        for tablet in (founder, second):
            assert not any("Forged." in str(one) for one in await _needs(tablet))
        # As a partner she goes on writing notes, and everybody reads them.
        await marisol.open.syncing.contact()
        await write(marisol, family, "As partner.")
        await sees(founder, family, "As partner.")
        await sees(second, family, "As partner.")


def _team(tablet: Tablet) -> str:
    agency = tablet.open.desk.vault.agency
    (team,) = led_by(agency, _person(tablet))
    return team.hex()


async def _needs(tablet: Tablet) -> list[object]:
    found: list[object] = await tablet.open.desk.vault.read(lambda session: list(session.exec(select(Need))))
    return found


async def test_new_keys_for_every_family_can_wait_and_go_on(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        founder = await place.founded()
        gone = await joined(place, founder, "gone", "Marisol Vega")
        await _families(gone, FAMILIES)
        await sent(gone)

        async def here() -> bool:
            await founder.open.syncing.contact()
            return len(await founder.open.casebook.families()) == FAMILIES

        await until(here, 120)
        seen: list[tuple[int, int]] = []
        removal = founder.open.removal

        def look() -> None:
            now = removal.sweeping
            seen.append((now.done, now.total))
            if now.running and 3 <= now.done < 5 and len(seen) < 20:
                removal.stop_sweep()

        stop = removal.watch(look)
        done = await removal.remove_person(gone.open.desk.me.person)
        stop()
        assert removal.sweeping.stopped, "it waits where it was told to"
        left = len(await founder.open.desk.vault.streams_due())
        assert 0 < left < FAMILIES + 1
        started = time.perf_counter()
        await removal.sweep()
        took = time.perf_counter() - started
        print(f"new keys: {took:.2f} s for {left} of {FAMILIES} families")
        assert await founder.open.desk.vault.streams_due() == ()
        assert (removal.sweeping.done, removal.sweeping.total) == (left, left)
        reach = await removal.reach(done)
        assert (reach.done, reach.total) == (FAMILIES, FAMILIES)


async def _families(tablet: Tablet, count: int) -> None:
    for number in range(count):
        await tablet.open.opening.open_family(NewFamily(f"Family {number}"))
        await asyncio.sleep(0)
