"""What a server keeps back, throws away or shows to some only comes to light, and then it comes.

The stories behind tests/property/test_evil_server.py, one by one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.protocol.segment import parse_segment
from app.sync.doubt import RECEIPTS_EVERY
from app.sync.ports import IncomingSegment
from tests.property.evil import Shelf
from tests.property.evil_place import Place, Tablet, home_of_all


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    found = Place(home_of_all(), 7)
    await found.open()
    for tablet in found.tablets:
        await tablet.sync()
    yield found
    await found.close()


async def bodies(tablet: Tablet, place: Place) -> int:
    return len(await tablet.shown(place.family.id))


async def sent(place: Place, tablet: Tablet, count: int = 1) -> None:
    for _ in range(count):
        await place.write(tablet, place.family, 1)
        await tablet.sync()


async def test_a_segment_kept_back_once_is_fetched_when_the_next_one_shows_the_gap(place: Place) -> None:
    reader, writer, _ = place.tablets
    await sent(place, writer)
    place.server.spell(reader.device).drop = 1
    assert (await reader.sync()).withheld == 0 and await bodies(reader, place) == 0
    # The cursor is past it now: an honest server would never show it again by itself.
    await sent(place, writer)
    assert (await reader.sync()).withheld == 0 and await bodies(reader, place) == 2


async def test_what_is_kept_back_for_good_is_counted_though_nobody_has_referred_to_it(place: Place) -> None:
    reader, writer, _ = place.tablets
    await sent(place, writer)
    place.server.spell(reader.device).drop = 1
    await reader.sync()
    await sent(place, writer)
    shelf = place.server.truth[place.family.stream]
    place.server.spell(reader.device).own_world = {
        **place.server.snapshot(),
        place.family.stream: Shelf(shelf.control, [shelf.segments[1]] * 2, {}),
    }
    assert (await reader.sync()).withheld == 0  # the next contact may bring it
    assert (await reader.sync()).withheld == 2  # the first is missing, the second waits for it
    assert [(code.code, code.count) for _, code in await reader.vault.notices()] == [("missing", 2)]
    assert await bodies(reader, place) == 0


async def test_the_missing_is_asked_for_once_and_not_in_every_round(place: Place) -> None:
    reader, writer, _ = place.tablets
    await sent(place, writer)
    place.server.spell(reader.device).drop = 99
    await reader.sync()
    await sent(place, writer)
    place.server.spell(reader.device).own_world = place.server.snapshot()
    del place.server.spell(reader.device).own_world[place.family.stream].segments[0]  # type: ignore[index]
    await reader.sync()
    asked: list[int] = []
    wire = reader.engine._steps._wire
    pull = wire.pull

    async def counted(stream: bytes, after: int, *, own: bool) -> object:
        asked.append(after)
        return await pull(stream, after, own=own)  # type: ignore[arg-type]

    wire.pull = counted  # type: ignore[method-assign, assignment]
    for _ in range(3):
        await reader.sync()
    assert asked.count(0) <= 1


async def test_acknowledged_and_thrown_away_is_noticed_and_sent_again(place: Place) -> None:
    reader, writer, _ = place.tablets
    place.server.spell(writer.device).false_receipts = 1
    await place.write(writer, place.family, 1)
    assert (await writer.sync()).pending == 0  # it believes the receipt
    assert not place.server.truth[place.family.stream].segments
    for _ in range(RECEIPTS_EVERY * 2 + 1):
        status = await writer.sync()
    assert status.pending == 0 and place.server.truth[place.family.stream].segments
    await reader.sync()
    assert await bodies(reader, place) == 1


async def test_a_forged_later_segment_makes_no_false_alarm(place: Place) -> None:
    """Whoever can send bytes cannot make a tablet wait for what nobody wrote."""
    reader, writer, _ = place.tablets
    await sent(place, writer, 3)
    third = place.server.truth[place.family.stream].segments[2]
    parsed = parse_segment(third.raw)
    forged = bytearray(third.raw)
    forged[-1] ^= 1  # the signature
    assert parsed.first == 3
    vault = reader.vault
    other_cert = third.cert[:-1] + bytes([third.cert[-1] ^ 1])
    for raw, cert in ((bytes(forged), third.cert), (third.raw, other_cert)):
        await vault.receive_segments(place.family.stream, [IncomingSegment(9, raw, cert)], 0)
    assert await vault.withheld(place.family.stream) == 0
    assert {item.code for item in await vault.quarantined()} == {"bad_signature"}
    await vault.receive_segments(place.family.stream, [IncomingSegment(9, third.raw, third.cert)], 0)
    assert await vault.withheld(place.family.stream) == 3


async def test_two_histories_of_one_control_chain_are_told_and_stay_apart(place: Place) -> None:
    one, two, _ = place.tablets
    place.server.spell(two.device).own_world = place.server.snapshot()
    for tablet in (one, two):
        await place.grant(tablet)
        await tablet.sync()
        await sent(place, tablet)
    place.server.peace()
    assert (await two.sync()).problem == "fork_alarm"
    for _ in range(RECEIPTS_EVERY * 3):
        status = await two.sync()
    assert status.problem == "fork_alarm" and status.pending  # it stays here, readable, and says so
    assert await bodies(two, place) >= 1
    assert "fork" in {notice.code for _, notice in await two.vault.notices()}  # and since when
    assert (await one.sync()).problem == ""
    assert await one.vault.notices() == ()


async def test_a_frozen_view_is_silence_until_the_first_honest_head(place: Place) -> None:
    reader, writer, _ = place.tablets
    place.server.spell(reader.device).frozen = place.server.snapshot()
    await sent(place, writer, 3)
    status = await reader.sync()
    assert (status.problem, status.withheld, await bodies(reader, place)) == ("", 0, 0)
    place.server.peace()
    await reader.sync()
    assert await bodies(reader, place) == 3


async def test_a_server_rolled_back_without_a_word_is_given_everything_again(place: Place) -> None:
    reader, writer, _ = place.tablets
    before = place.server.snapshot()
    await sent(place, writer, 2)
    await reader.sync()
    place.server.truth = before
    for _ in range(2):
        for tablet in (reader, writer):
            await tablet.sync()
    assert len(place.server.truth[place.family.stream].segments) == 2
    assert replace(reader.engine.status).problem == ""
