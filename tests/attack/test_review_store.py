"""What a review proved against the store: saves lost, chains stuck, authors displaced.

Each test states what must hold; all of them failed when the review wrote them.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from sqlmodel import select

from app.crypto.keyring import Keyring
from app.errors import InvalidInput
from app.protocol.builders import build_agency_remove, build_grant, build_person, build_stream_genesis
from app.protocol.control import Author, control_hash
from app.protocol.ids import DeviceId, StreamId
from app.protocol.membership import Label, Role
from app.services.desk import Desk, Me
from app.store import keyfile
from app.store.salvage import mark_damaged, salvage
from app.store.vault import Change, Vault
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, exchange, outgoing, record_id


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [n.body for n in s.exec(select(Note))]))


def somebody_else_certified(agency: FakeAgency, seed: str = "other") -> None:
    """Another administrator's operation reaches the server first."""
    other = FakeAgency(size=1, seed=seed).members[0]
    root = Author.root(agency.root)
    agency.ops.append(build_person(agency.state, root, other.person, [Role.COORDINATOR], agency.hlc + 9))


async def test_a_family_opened_on_an_overtaken_agency_operation_keeps_its_notes(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    one = await agency.vault(0, tmp_path / "0")
    new = FakeAgency(size=1, seed="new").members[0]
    await one.write_agency(
        lambda state, author, hlc, _r: build_person(state, author, new.person, [Role.COORDINATOR], hlc)
    )
    stream = await one.open_stream(Label.TEAM, b"f" * 16)
    await one.commit([Change(stream, "note", record_id(1), {"body": "kept"})])
    somebody_else_certified(agency)
    await one.apply_control(agency.id, agency.ops)  # HeadMoved: ours is made anew
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    try:
        assert not one.was_salvaged, "an orderly close must not look like damage"
        assert await bodies(one) == ["kept"]
        assert await one.unsent_count() == 1
    finally:
        await one.close()


async def test_a_segment_is_not_cut_under_a_control_operation_that_waits(tmp_path: Path) -> None:
    """give_keys runs beside the push loop, which looked for waiting operations before that."""
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, tmp_path / "0", [family])
    await one.commit([family.change("note", record_id(1), {"body": "first"})])
    assert await one.outgoing_control() == []  # the engine looks here …
    third = agency.members[2].person
    await one.write_stream(  # … the sharing task writes a grant …
        family.stream,
        lambda state, ag, author, hlc, rnd: build_grant(state, ag, author, family.key, hlc, rnd, [third]),
    )
    (chain,) = await one.own_chains()
    cut = await one.segment_from(family.stream, chain.chain, 1)  # … and the engine cuts.
    try:
        assert cut is None
    finally:
        await one.close()


async def test_a_segment_cut_under_an_overtaken_head_can_still_be_sent(tmp_path: Path) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, tmp_path / "0", [family])
    two = await agency.vault(1, tmp_path / "1", [family])
    await one.commit([family.change("note", record_id(1), {"body": "first"})])
    third = agency.members[2].person

    def grant(state, ag, author, hlc, rnd):  # type: ignore[no-untyped-def]
        return build_grant(state, ag, author, family.key, hlc, rnd, [third])

    await one.write_stream(family.stream, grant)
    (chain,) = await one.own_chains()
    await one.segment_from(family.stream, chain.chain, 1)
    theirs = await two.write_stream(family.stream, grant)  # the other tablet shared too, and was first
    await one.apply_control(family.stream, [family.genesis, theirs])
    await two.control_accepted(family.stream, control_hash(theirs))
    assert await one.outgoing_control() == []
    await two.receive_segments(family.stream, await outgoing(one, family.stream), 1)
    try:
        assert await bodies(two) == ["first"]
    finally:
        await one.close()
        await two.close()


async def test_a_note_under_an_overtaken_epoch_is_not_lost(tmp_path: Path) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1, 2])
    one = await agency.vault(0, tmp_path / "0", [family])
    two = await agency.vault(1, tmp_path / "1", [family])
    gone = DeviceId(agency.members[2].keyring.device)
    removal = build_agency_remove(agency.state, Author.root(agency.root), agency.hlc + 5, device=gone)
    agency.ops.append(removal)
    for vault in (one, two):
        await vault.apply_control(agency.id, agency.ops)
        assert await vault.give_keys() == 1  # each opens epoch 2 with a key of its own
    await one.commit([family.change("note", record_id(1), {"body": "a day at the kitchen table"})])
    (theirs,) = [o.ops[0] for o in await two.outgoing_control() if o.stream == family.stream]
    await one.apply_control(family.stream, [family.genesis, theirs])  # the other was first
    try:
        assert await bodies(one) == ["a day at the kitchen table"]
    finally:
        await one.close()
        await two.close()


def test_the_recovery_kit_survives_a_salvage(tmp_path: Path) -> None:
    keyfile.write_first(tmp_path, b"wrapped", b"kit blob", os.urandom)
    salvage(tmp_path, b"k" * 32, os.urandom, 0)
    assert keyfile.read_keyring(tmp_path, os.urandom) == b"wrapped"
    assert keyfile.read_kit(tmp_path, os.urandom) == b"kit blob"


async def test_own_segments_are_asked_for_after_a_salvage(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, tmp_path / "0", [family])
    await one.commit([family.change("note", record_id(1), {"body": "acknowledged"})])
    await outgoing(one, family.stream)
    await one.close()
    mark_damaged(tmp_path / "0")
    one = await agency.vault(0, tmp_path / "0", [family])
    try:
        assert one.was_salvaged
        assert [p.wants_own for p in await one.positions() if p.stream == family.stream] == [True]
    finally:
        await one.close()


async def test_a_frozen_chain_goes_back_to_a_restored_server(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, tmp_path / "0", [family])
    await one.commit([family.change("note", record_id(1), {"body": "acknowledged"})])
    await outgoing(one, family.stream)
    (chain,) = await one.own_chains()
    await one.freeze_chain(family.stream, chain.chain, 2, b"")  # as after a fork or a salvage
    await one.server_restored(family.stream, [])  # the server has nothing of it any more
    try:
        assert await one.status(record_id(1)) == "saved_on_tablet"
        assert await one.unsent_count() == 1
    finally:
        await one.close()


async def test_a_slower_clock_does_not_take_a_note_from_its_author(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    agency.members[1].clock.advance(600)  # the author's clock is ten minutes fast
    boss = await agency.vault(0, tmp_path / "0", [family])
    author = await agency.vault(1, tmp_path / "1", [family])
    await author.commit([family.change("note", record_id(1), {"body": "mine"})])
    await exchange(family.stream, boss, author)
    await boss.commit([family.change("note", record_id(1), {"place": "school"})])
    await exchange(family.stream, boss, author)
    found = await author.read(lambda s: s.exec(select(Note)).one().created_by)
    try:
        assert found == agency.members[1].person.hex()
    finally:
        await boss.close()
        await author.close()


async def test_nothing_of_a_closed_vault_leads_to_its_keys(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    member = agency.members[0]
    vault = await Vault.open(tmp_path / "0", _copied(member.keyring), member.clock.now_ms, os.urandom)
    await vault.apply_control(agency.id, agency.ops)
    secret = member.keyring.log_key
    await vault.close()
    assert not _reaches(vault, secret)


def _copied(keyring: Keyring) -> Keyring:
    return Keyring(keyring.log_key, keyring.sign_seed, keyring.kem_seed, keyring.person, keyring.device)


def _reaches(start: object, secret: bytes) -> bool:
    seen: set[int] = set()
    todo: list[object] = [start]
    while todo:
        here = todo.pop()
        if id(here) in seen or isinstance(here, type) or type(here).__name__ in ("module", "function"):
            continue
        seen.add(id(here))
        if here == secret if isinstance(here, bytes) else False:
            return True
        todo.extend(gc.get_referents(here))
    return False


async def test_two_streams_that_claim_one_family_are_told_apart(tmp_path: Path) -> None:
    """Anybody who may open families may name an existing family as the group of a stream of theirs."""
    agency = FakeAgency(size=3)
    true = agency.family(opener=0, members=[1])
    vault = await agency.vault(1, tmp_path / "1")
    intruder = agency.members[2]
    key, fake = b"k" * 32, StreamId(b"\x01" * 16)
    genesis = build_stream_genesis(
        agency.state, intruder.author, fake, Label.TEAM, bytes.fromhex(true.id), key, agency.hlc + 1,
        os.urandom, [agency.members[1].person],
    )  # fmt: skip
    third = await agency.vault(2, tmp_path / "2")
    await third.apply_control(fake, [genesis])
    await third.commit([Change(fake, "family", record_id(9), {"name": "Delgado"})])
    # The smaller stream is pulled first on a new tablet.
    await vault.apply_control(fake, [genesis])
    await vault.receive_segments(fake, await outgoing(third, fake), 1)
    boss = await agency.vault(0, tmp_path / "0", [true])
    await vault.apply_control(true.stream, [true.genesis])
    await boss.commit([true.change("family", record_id(8), {"name": "Delgado"})])
    await vault.receive_segments(true.stream, await outgoing(boss, true.stream), 1)
    desk = Desk(vault, lambda: 0, lambda: "", Me("", "", "", "", ()))
    try:
        with pytest.raises(InvalidInput) as refused:
            await desk.team_stream(true.id)
        assert refused.value.code == "family_twice"
    finally:
        for one in (vault, third, boss):
            await one.close()
