"""Segments from elsewhere: twice, early, forged, cut off; keys that come late; forks."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from sqlmodel import select

from app.crypto.primitives import SigningKey
from app.crypto.seed import root_fingerprint
from app.errors import NotEntitled
from app.protocol.bodies import Cut, Label, Role
from app.protocol.builders import build_agency_remove, build_grant, build_person, build_stream_genesis
from app.protocol.control import Author, control_hash
from app.protocol.envelope import Operation, seal
from app.protocol.ids import ChainId, DeviceId, RecordId, StreamId
from app.protocol.segment import build_segment, issue_chain_cert, parse_segment
from app.store.vault import Vault
from app.sync.ports import HeldChain, IncomingSegment, Received
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, outgoing, record_id


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [note.body for note in s.exec(select(Note))]))


async def trio(tmp_path: Path) -> tuple[FakeAgency, FakeFamily, list[Vault]]:
    agency = FakeAgency(size=3)
    family = agency.family(opener=1, members=[2])
    return agency, family, [await agency.vault(n, tmp_path / str(n), [family]) for n in range(3)]


async def close(vaults: list[Vault]) -> None:
    for vault in vaults:
        await vault.close()


async def segments_of(vault: Vault, family: FakeFamily, number: int) -> list[IncomingSegment]:
    """One commit, one segment."""
    await vault.commit([family.change("note", record_id(number), {"body": f"note {number}"})])
    return (await outgoing(vault, family.stream))[-1:]


async def test_segments_in_any_order_twice_and_with_gaps_lead_to_the_same_state(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    segments: list[IncomingSegment] = []
    for number in range(6):
        for place, vault in enumerate((one, two)):
            segments += await segments_of(vault, family, number + 100 * place)
            if number % 2:
                await vault.receive_segments(family.stream, segments, 0)
                await vault.commit([family.change("note", record_id(0), {"body": f"{number} {place}"})])
    for vault in (one, two):
        segments += (await outgoing(vault, family.stream))[-1:]
    for vault in (one, two):
        await vault.receive_segments(family.stream, segments, 0)
    expected = await one.digest(family.stream)
    assert await two.digest(family.stream) == expected
    chance = random.Random(4)
    for attempt in range(3):
        order = segments * 2
        chance.shuffle(order)
        home = tmp_path / f"again {attempt}"
        other = await agency.vault(2, home, [family])
        for segment in order:
            await other.receive_segments(family.stream, [segment], 0)
        assert await other.digest(family.stream) == expected
        await other.close()
        again = await agency.vault(2, home)
        assert await again.digest(family.stream) == expected
        await again.close()
    await close([one, two, three])


async def test_receiving_twice_says_so_and_the_cursor_moves(tmp_path: Path) -> None:
    _, family, (one, two, three) = await trio(tmp_path)
    segments = await segments_of(one, family, 1)
    assert await two.receive_segments(family.stream, segments, 7) == Received(1, 0)
    assert await two.receive_segments(family.stream, segments, 8) == Received(0, 0)
    positions = {p.stream: p.cursor for p in await two.positions()}
    assert positions[family.stream] == 8
    await close([one, two, three])


async def test_forged_bytes_are_set_aside_and_stop_nothing(tmp_path: Path) -> None:
    _, family, (one, two, three) = await trio(tmp_path)
    good = await segments_of(one, family, 1)
    next_ = await segments_of(one, family, 2)
    raw = bytearray(good[0].raw)
    raw[-1] ^= 1
    bad = [
        IncomingSegment(1, bytes(raw), good[0].cert),
        IncomingSegment(2, b"junk", good[0].cert),
        IncomingSegment(3, good[0].raw, b"junk"),
        IncomingSegment(4, b"", b""),
    ]
    received = await two.receive_segments(family.stream, [*bad, *bad, *good, *next_], 9)
    assert received == Received(2, 4)
    assert await bodies(two) == ["note 1", "note 2"]
    other = await two.receive_segments(StreamId(b"o" * 16), good, 1)
    assert other.applied == 0
    await close([one, two, three])


async def test_every_flipped_bit_of_a_segment_is_refused(tmp_path: Path) -> None:
    _, family, (one, two, three) = await trio(tmp_path)
    (good,) = await segments_of(one, family, 1)
    raw = bytearray(good.raw)
    bad = []
    for bit in range(0, len(raw) * 8, 7):
        raw[bit // 8] ^= 1 << bit % 8
        bad.append(IncomingSegment(1, bytes(raw), good.cert))
        raw[bit // 8] ^= 1 << bit % 8
    received = await two.receive_segments(family.stream, bad, 1)
    assert received.applied == 0 and await bodies(two) == []
    assert (await two.receive_segments(family.stream, [good], 1)).applied == 1
    await close([one, two, three])


async def test_a_segment_is_cut_once_and_given_again_byte_for_byte(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    await one.commit([family.change("note", record_id(n), {"body": f"note {n}"}) for n in range(501)])
    (chain,) = await one.own_chains()
    first = await one.segment_from(family.stream, chain.chain, 1)
    await one.commit([family.change("note", record_id(999), {"body": "later"})])
    assert first is not None and (first.first, first.last) == (1, 500)
    second = await one.segment_from(family.stream, chain.chain, 501)
    assert second is not None and second.last == 502
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    assert await one.segment_from(family.stream, chain.chain, 1) == first
    assert await one.segment_from(family.stream, chain.chain, 501) == second
    assert await one.segment_from(family.stream, chain.chain, 2) is None
    assert await one.segment_from(family.stream, chain.chain, 503) is None
    incoming = [IncomingSegment(1, first.raw, first.cert), IncomingSegment(2, second.raw, second.cert)]
    await two.receive_segments(family.stream, incoming, 2)
    assert await two.segment_from(family.stream, chain.chain, 501) == second
    assert len(await bodies(two)) == 502
    await close([one, two, three])


async def test_what_is_beyond_a_cut_does_not_count_on_any_tablet(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    good = await segments_of(two, family, 1)
    (chain,) = await two.own_chains()
    late = await segments_of(two, family, 2)
    await one.receive_segments(family.stream, good + late, 2)
    await one.commit([family.change("note", record_id(2), {"body": "edited by one"})])
    assert await bodies(one) == ["edited by one", "note 1"]
    held = await two.segment_from(family.stream, chain.chain, 1)
    assert held is not None
    cut_hash = (await _hash_at(two, chain.chain, 1)) if held else b""
    removal = build_agency_remove(
        agency.state,
        Author.root(agency.root),
        agency.hlc + 100,
        person=agency.members[1].person,
        cuts=[Cut(family.stream, chain.chain, 1, cut_hash)],
    )
    agency.ops.append(removal)
    await one.save_image()
    await one.apply_control(agency.id, agency.ops)
    await three.apply_control(agency.id, agency.ops)
    digest = await one.digest(family.stream)
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    assert await one.digest(family.stream) == digest
    assert await bodies(one) == ["edited by one", "note 1"]
    edit = await one.read(lambda s: s.get(Note, record_id(2)))
    assert edit is not None and edit.created_by == agency.members[0].person.hex()
    received = await three.receive_segments(family.stream, good + late, 2)
    assert received == Received(2, 1)
    assert await bodies(three) == ["note 1"]
    await three.close()
    again = await agency.vault(2, tmp_path / "2")
    assert await bodies(again) == ["note 1"]
    assert [item.code for item in await again.quarantined()] == ["beyond_cut"]
    await close([one, two, again])


async def _hash_at(vault: Vault, chain: ChainId, dseq: int) -> bytes:
    segment = await vault.segment_from(StreamId((await vault.own_chains())[0].stream), chain, dseq)
    assert segment is not None
    return parse_segment(segment.raw).hashes[0]


async def test_operations_wait_for_a_key_that_comes_later(tmp_path: Path) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=1)
    two = await agency.vault(1, tmp_path / "1", [family])
    three = await agency.vault(2, tmp_path / "2", [family])
    segments = await segments_of(two, family, 1)
    assert (await three.receive_segments(family.stream, segments, 1)).applied == 1
    assert await bodies(three) == []
    with pytest.raises(NotEntitled):
        await three.commit([family.change("note", record_id(5), {"body": "mine"})])
    grant = await two.write_stream(
        family.stream,
        lambda state, agency_state, author, hlc, rnd: build_grant(
            state, agency_state, author, family.key, hlc, rnd, [agency.members[2].person]
        ),
    )
    await three.close()
    three = await agency.vault(2, tmp_path / "2")
    await three.apply_control(family.stream, [family.genesis, grant])
    assert await bodies(three) == ["note 1"]
    await three.commit([family.change("note", record_id(1), {"body": "read and changed"})])
    assert await bodies(three) == ["read and changed"]
    await close([two, three])


async def test_a_fork_freezes_the_chain_and_loses_nothing(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    await segments_of(one, family, 1)
    await one.commit([family.change("note", record_id(2), {"body": "unsent"})])
    await one.commit([family.change("note", record_id(2), {"body": "unsent, changed"})])
    await one.commit([family.change("note", record_id(3), {"body": "gone"})])
    await one.commit([family.change("note", record_id(3), {}, delete=True)])
    (chain,) = await one.own_chains()
    await one.freeze_chain(family.stream, chain.chain, 2, b"other" * 6)
    before = await bodies(one)
    assert before == ["note 1", "unsent, changed"] and await one.conflicts() == ()
    old, new = await one.own_chains()
    assert (old.frozen, old.last, old.pending) == (True, 1, 0) and new.last == 4
    assert await one.segment_from(family.stream, old.chain, 2) is None
    for vault in (two, three):
        await vault.receive_segments(family.stream, await outgoing(one, family.stream), 0)
        assert await bodies(vault) == before
        assert await vault.digest(family.stream) == await one.digest(family.stream)
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    assert await bodies(one) == before
    await one.commit([family.change("note", record_id(4), {"body": "goes on"})])
    await close([one, two, three])


async def test_an_own_operation_overtaken_by_the_server_is_made_anew(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    extra = FakeAgency(size=1, seed="extra").members[0]
    mine = await one.write_agency(
        lambda state, author, hlc, rnd: build_person(state, author, extra.person, [Role.COORDINATOR], hlc)
    )
    (sending,) = await one.outgoing_control()
    assert sending.ops == (mine,) and sending.prev == agency.state.head
    other = FakeAgency(size=1, seed="other").members[0]
    agency.ops.append(
        build_person(agency.state, Author.root(agency.root), other.person, [Role.COORDINATOR], agency.hlc + 9)
    )
    await one.apply_control(agency.id, agency.ops)
    assert other.person in one.agency.persons and extra.person in one.agency.persons
    (sending,) = await one.outgoing_control()
    assert sending.ops != (mine,) and sending.prev == agency.state.head
    await one.apply_control(agency.id, [*agency.ops, *sending.ops])
    assert await one.outgoing_control() == []
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    assert extra.person in one.agency.persons and await one.outgoing_control() == []
    await close([one, two, three])


async def test_a_restored_server_is_given_everything_again(tmp_path: Path) -> None:
    _, family, (one, two, three) = await trio(tmp_path)
    for number in range(3):
        await segments_of(one, family, number)
    await two.receive_segments(family.stream, await outgoing(one, family.stream), 5)
    assert await one.unsent_count() == 0
    (held,) = await one.held_chains(family.stream)
    await one.server_restored(family.stream, [HeldChain(held.chain, 1, b"")])
    assert await one.unsent_count() == 2
    assert {p.cursor for p in await one.positions()} == {0}
    again = [await two.segment_from(family.stream, held.chain, n) for n in (1, 2, 3)]
    mine = [await one.segment_from(family.stream, held.chain, n) for n in (1, 2, 3)]
    assert again == mine and None not in again
    await close([one, two, three])


async def test_what_others_have_seen_and_is_not_here_is_counted(tmp_path: Path) -> None:
    _, family, (one, two, three) = await trio(tmp_path)
    hidden = await segments_of(one, family, 1)
    await two.receive_segments(family.stream, hidden, 1)
    shown = await segments_of(two, family, 2)
    await three.receive_segments(family.stream, shown, 2)
    assert await three.withheld(family.stream) == 1
    await three.receive_segments(family.stream, hidden, 2)
    assert await three.withheld(family.stream) == 0
    await close([one, two, three])


async def test_a_record_of_one_stream_is_not_touched_from_another(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    other = agency.family(opener=2)
    await one.apply_control(other.stream, [other.genesis])
    await three.apply_control(other.stream, [other.genesis])
    await one.receive_segments(family.stream, await segments_of(two, family, 1), 1)
    await three.commit([other.change("note", record_id(1), {"body": "intruder", "place": "x"})])
    await one.receive_segments(other.stream, await outgoing(three, other.stream), 1)
    note = await one.read(lambda s: s.get(Note, record_id(1)))
    assert note is not None and note.body == "note 1" and note.family_id == family.id
    await close([one, two, three])


async def test_a_family_opened_offline_is_written_to_at_once(tmp_path: Path) -> None:
    agency = FakeAgency()
    one = await agency.vault(1, tmp_path / "1")
    stream = await one.open_stream(Label.TEAM, b"g" * 16)
    family = FakeFamily(stream, (b"g" * 16).hex(), b"", b"")
    await one.commit([family.change("note", record_id(1), {"body": "first"})])
    (sending,) = await one.outgoing_control()
    supervisor = await agency.vault(0, tmp_path / "0")
    await supervisor.apply_control(stream, sending.ops)
    await exchange(stream, one, supervisor)
    assert await bodies(supervisor) == ["first"]
    await one.control_accepted(stream, one.stream_state(stream).head)  # type: ignore[union-attr]
    assert await one.outgoing_control() == []
    assert await one.control_ops(stream, 0) == list(sending.ops)
    await close([one, supervisor])


async def test_an_agency_of_another_root_is_not_joined(tmp_path: Path) -> None:
    agency = FakeAgency()
    vault = await Vault.open(tmp_path, agency.members[1].keyring, agency.members[1].clock.now_ms, _bytes)
    with pytest.raises(NotEntitled):
        await vault.adopt_agency(agency.ops, b"x" * 16)
    assert not vault.has_agency and not (await vault.identity()).certified
    await vault.adopt_agency(agency.ops, root_fingerprint(agency.root.public))
    assert (await vault.identity()).certified and vault.data_stream == agency.data_stream
    await vault.close()


def _bytes(size: int) -> bytes:
    return random.Random().randbytes(size)


async def test_keys_are_given_to_those_who_should_read(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    genesis = build_stream_genesis(
        agency.state, agency.members[0].author, agency.data_stream, Label.DATA, agency.id, b"d" * 32,
        agency.hlc + 50, _bytes,
    )  # fmt: skip
    await one.create_stream(genesis, b"d" * 32)
    assert await one.give_keys() == 1
    assert await one.give_keys() == 0
    state = one.stream_state(agency.data_stream)
    assert state is not None and state.members == {m.person for m in agency.members}
    await three.apply_control(agency.data_stream, next(
        c.ops for c in await one.outgoing_control() if c.stream == agency.data_stream
    ))  # fmt: skip
    data = FakeFamily(agency.data_stream, "", b"", b"")
    await three.commit([data.change("staff_member", agency.members[2].person.hex(), {"name": "Ana"})])
    await close([one, two, three])


async def test_after_a_removal_nothing_leaves_under_the_old_key(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    await one.commit([family.change("note", record_id(1), {"body": "written before"})])
    removal = build_agency_remove(
        agency.state, Author.root(agency.root), agency.hlc + 100, person=agency.members[2].person
    )
    agency.ops.append(removal)
    for vault in (one, two):
        await vault.apply_control(agency.id, agency.ops)
    await one.commit([family.change("note", record_id(2), {"body": "written offline after"})])
    (chain,) = await one.own_chains()
    assert await one.segment_from(family.stream, chain.chain, 1) is None
    assert await one.give_keys() == 1
    state = one.stream_state(family.stream)
    assert state is not None and state.epoch.number == 2
    old, new = await one.own_chains()
    assert old.frozen and new.last == 2
    (epoch,) = next(c.ops for c in await one.outgoing_control() if c.stream == family.stream)
    assert await outgoing(one, family.stream) == []  # another tablet's epoch may still be first
    await one.control_accepted(family.stream, control_hash(epoch))
    await two.apply_control(family.stream, [epoch])
    await two.receive_segments(family.stream, await outgoing(one, family.stream), 1)
    assert await bodies(two) == ["written before", "written offline after"]
    await close([one, two, three])


async def test_a_clone_of_a_tablet_is_noticed_and_its_history_set_aside(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    await two.receive_segments(family.stream, await segments_of(one, family, 1), 1)
    await one.close()
    shutil.copytree(tmp_path / "0", tmp_path / "clone")
    one, clone = await agency.vault(0, tmp_path / "0"), await agency.vault(0, tmp_path / "clone")
    mine = await segments_of(one, family, 2)
    other = await segments_of(clone, family, 3)
    other += await segments_of(clone, family, 4)
    assert (await two.receive_segments(family.stream, mine, 2)).applied == 1
    assert await two.receive_segments(family.stream, other, 3) == Received(0, 2)
    assert await bodies(two) == ["note 1", "note 2"]
    await close([one, clone, two, three])


async def test_nobody_writes_in_the_chain_of_another(tmp_path: Path) -> None:
    agency, family, (one, two, three) = await trio(tmp_path)
    honest = await segments_of(two, family, 1)
    await one.receive_segments(family.stream, honest, 1)
    (chain,) = await two.own_chains()
    thief, key = agency.members[2], SigningKey(b"t" * 32)
    cert = issue_chain_cert(family.stream, chain.chain, key, DeviceId(thief.keyring.device), thief.author.key)
    envelope = seal(
        Operation(RecordId(bytes(15) + b"\x01"), "note", {"body": "in her name"}, {}),
        family.stream, 1, chain.chain, 2, 1, parse_segment(honest[0].raw).last_hash, family.key, _bytes,
    )  # fmt: skip
    state = two.stream_state(family.stream)
    assert state is not None
    forged = IncomingSegment(2, build_segment([envelope], key, state.head), cert)
    assert await one.receive_segments(family.stream, [forged], 2) == Received(0, 1)
    assert await bodies(one) == ["note 1"]
    await close([one, two, three])
