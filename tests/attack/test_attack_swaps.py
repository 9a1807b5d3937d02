"""Ciphertexts changed for each other across record, stream, chain and epoch: 0 accepted.

Fifty envelopes, and every ordered pair of them: the body of one under the header of the other, opened
with the keys of both, alone, in a segment, and by a whole tablet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

from app.errors import AppError, BrokenChain, Tampered, WrongKeyOrTampered
from app.protocol.control import parse_control
from app.protocol.envelope import HEADER_BYTES, KeySchedule, open_envelope, parse_header
from app.protocol.ids import RECOVERY, DeviceId, RecordId, StreamId
from app.protocol.membership import build_epoch
from app.protocol.segment import build_segment, parse_segment, verify_segment
from app.protocol.stream_keys import open_wrap, wrap_key
from app.sync.ports import IncomingSegment
from tests.attack import trials
from tests.attack.test_attack_segment import reframed
from tests.fakes.agency import FakeAgency, outgoing, record_id
from tests.vectors.agency_world import World

NONCE_END = HEADER_BYTES + 12


@dataclass(frozen=True)
class Sealed:
    """An envelope with the key that opens it."""

    raw: bytes
    key: bytes


@cache
def fifty() -> tuple[Sealed, ...]:
    """Envelopes of 2 streams × 2 epochs × 3 chains, of 5 records, all of one length."""
    found: list[Sealed] = []
    for world in (World("swaps one"), World("swaps two")):
        records = [RecordId(world.draw(16)) for _ in range(5)]
        for epoch, key in ((1, world.key), (2, world.draw(32))):
            for owner in (world.coordinator, world.supervisor, world.coordinator):
                line = world.line(owner, key, epoch)
                for number in range(5):
                    note = world.note(f"note {number}")
                    note = type(note)(records[number], note.type, note.fields, {}, 1)
                    found.append(Sealed(line.write(note), key))
    return tuple(found[:50])


def test_the_fifty_are_of_every_stream_epoch_and_chain_and_open() -> None:
    headers = [open_envelope(one.raw, one.key)[0] for one in fifty()]
    assert len(headers) == 50 and len({len(one.raw) for one in fifty()}) == 1
    assert len({h.stream for h in headers}) == 2 and {h.epoch for h in headers} == {1, 2}
    assert len({h.chain for h in headers}) >= 10


@pytest.mark.parametrize("cached", [False, True])
def test_no_body_opens_under_another_header(cached: bool) -> None:
    schedule = KeySchedule() if cached else None
    tried = 0
    for one, other in permutations(fifty(), 2):
        for start in (HEADER_BYTES, NONCE_END):
            raw = one.raw[:start] + other.raw[start:]
            for key in {one.key, other.key}:
                with pytest.raises(Tampered):
                    open_envelope(raw, key, schedule)
                tried += 1
    assert tried >= 2 * 50 * 49


def test_no_envelope_takes_anothers_place_in_a_signed_segment() -> None:
    world = World("swaps in a segment")
    lines = [world.line(world.coordinator), world.line(world.supervisor)]
    for line in lines:
        for _ in range(4):
            line.write(world.note())
    good = lines[0].segment(world.stream.head)
    strangers = [one.raw for one in fifty()] + lines[1].envelopes + list(good.envelopes)
    for place in range(4):
        for raw in strangers:
            if raw == good.envelopes[place]:
                continue
            envelopes = [*good.envelopes[:place], raw, *good.envelopes[place + 1 :]]
            with pytest.raises(AppError):
                verify_segment(
                    parse_segment(reframed(envelopes, good.trailer, good.signature)), lines[0].key.public
                )
    # Not even its own writer can sign a colleague's envelope into a chain of theirs.
    with pytest.raises(BrokenChain):
        build_segment([lines[0].envelopes[0], lines[1].envelopes[1]], lines[0].key, world.stream.head)


def test_no_wrap_opens_in_anothers_place() -> None:
    """Every wrap of four epochs of two streams for three recipients by two granters, at every
    other's place, also with the same key inside."""
    world = World("swaps of wraps")
    people = {m.device: m.kem for m in (world.coordinator, world.supervisor)}
    people[RECOVERY] = world.seed.recovery_key()
    granters = (world.coordinator.device, world.supervisor.device)
    key = world.key
    kid = world.stream.epoch.kid
    places = [
        (stream, epoch, device, granter)
        for stream in (world.stream_id, world.data_stream)
        for epoch in (1, 2, 3, 2**32 - 1)
        for device in people
        for granter in granters
    ]
    wraps = {
        place: wrap_key(key, *place[:3], people[place[2]].public, place[3], world.draw) for place in places
    }
    for place, other in permutations(places, 2):
        with pytest.raises(WrongKeyOrTampered):
            open_wrap(wraps[other], *place[:3], people[place[2]], place[3], kid)
        with pytest.raises(WrongKeyOrTampered):  # not even with the key that it is for
            open_wrap(wraps[other], *place[:3], people[other[2]], place[3], kid)
    for place in places:
        assert open_wrap(wraps[place], *place[:3], people[place[2]], place[3], kid) == key


def test_the_previous_key_of_one_epoch_does_not_open_at_another() -> None:
    from app.protocol.bodies import NewEpoch
    from app.protocol.stream_keys import open_previous

    world = World("swaps of ladders")
    rungs: list[tuple[StreamId, int, bytes, bytes]] = []
    key = world.key
    for _ in range(4):
        fresh = world.draw(32)
        raw = build_epoch(
            world.stream, world.agency, world.coordinator.author, fresh, key, world.hlc(), world.draw
        )
        body = parse_control(raw).body
        assert isinstance(body, NewEpoch)
        world.tell_stream(raw)
        rungs.append((world.stream_id, body.epoch, fresh, body.prev_sealed))
        key = fresh
    kids = {epoch.number: epoch.kid for epoch in world.stream.epochs}
    for one, other in permutations(rungs, 2):
        for held in (one[2], other[2]):
            with pytest.raises(AppError):
                open_previous(held, other[3], one[0], one[1], kids[one[1] - 1])
    for stream, number, held, sealed in rungs:
        open_previous(held, sealed, stream, number, kids[number - 1])


async def test_a_tablet_takes_no_swapped_body_from_a_server(tmp_path: Path) -> None:
    """As the server would do it: all it can change are bytes under a signature it cannot make."""
    agency = FakeAgency(size=2)
    families = [agency.family(opener=0, members=[1]) for _ in range(2)]
    one = await agency.vault(0, tmp_path / "0", families)
    two = await agency.vault(1, tmp_path / "1", families)
    for family in families:
        for number in range(5):
            await one.commit([family.change("note", record_id(number), {"body": f"{family.id} {number}"})])
    bundles = [await outgoing(one, family.stream) for family in families]
    segments = [parse_segment(bundle[0].raw) for bundle in bundles]
    pool = [raw for segment in segments for raw in segment.envelopes]
    hostile: list[IncomingSegment] = []
    for segment, bundle in zip(segments, bundles, strict=True):
        for place in range(len(segment.envelopes)):
            own = segment.envelopes[place]
            for donor in pool:
                if donor != own:
                    raw = own[:HEADER_BYTES] + donor[HEADER_BYTES:]
                    envelopes = [*segment.envelopes[:place], raw, *segment.envelopes[place + 1 :]]
                    forged = reframed(envelopes, segment.trailer, segment.signature)
                    hostile.append(IncomingSegment(1, forged, bundle[0].cert))
        for other in bundles:
            if other is not bundle:
                hostile.append(IncomingSegment(2, bundle[0].raw, other[0].cert))
    try:
        told = 0
        for target in families:
            received = await two.receive_segments(target.stream, hostile, 1)
            assert received.applied == 0
            told += received.quarantined  # the same bytes are set aside once
        assert told == len(hostile)
        # A whole segment of one stream handed out as another's.
        swapped = await two.receive_segments(families[0].stream, bundles[1], 1)
        assert swapped.applied == 0
        for family, bundle in zip(families, bundles, strict=True):
            assert (await two.receive_segments(family.stream, bundle, 2)).applied == 5
        for family in families:
            assert await two.digest(family.stream) == await one.digest(family.stream)
    finally:
        await one.close()
        await two.close()


def test_headers_that_lie_about_their_place_in_any_field_open_nothing() -> None:
    envelopes = fifty()
    for at, one in enumerate(envelopes):
        for other in envelopes[at % 7 :: 1 if trials.SOAK else 7]:
            for start, end in ((4, 8), (8, 24), (24, 40), (40, 48), (48, 56), (56, 88), (88, 100)):
                raw = one.raw[:start] + other.raw[start:end] + one.raw[end:]
                if raw == one.raw:
                    continue
                parse_header(raw)
                with pytest.raises(Tampered):
                    open_envelope(raw, one.key)


def test_a_recipient_is_not_a_device_of_the_same_first_bytes() -> None:
    """Ids in the info string have fixed lengths: no two places share one."""
    world = World("swaps of infos")
    device, granter = DeviceId(b"\x01" * 16), DeviceId(b"\x02" * 16)
    kem, kid = world.coordinator.kem, world.stream.epoch.kid
    sealed = wrap_key(world.key, world.stream_id, 1, device, kem.public, granter, world.draw)
    assert open_wrap(sealed, world.stream_id, 1, device, kem, granter, kid) == world.key
    shifted = StreamId(world.stream_id[1:] + b"\x00")
    with pytest.raises(WrongKeyOrTampered):
        open_wrap(sealed, shifted, 1, device, kem, granter, kid)
