"""When somebody else's control operation was first: nothing of this tablet is lost or stuck."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from app.crypto.primitives import Random
from app.errors import NotEntitled
from app.protocol.builders import (
    build_agency_remove,
    build_grant,
    build_person,
    build_stream_genesis,
    build_stream_remove,
)
from app.protocol.control import Author, control_hash, parse_control
from app.protocol.ids import DeviceId, StreamId
from app.protocol.membership import AgencyState, Cut, Label, Role, StreamState
from app.protocol.segment import parse_segment
from app.store.core import Core
from app.store.outbox import Outbox
from app.store.vault import Change, Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import Note
from tests.fakes.agency import FakeAgency, FakeFamily, outgoing, record_id


async def bodies(vault: Vault) -> list[str]:
    return sorted(await vault.read(lambda s: [n.body for n in s.exec(select(Note))]))


async def tamper(vault: Vault, sql: str, *values: object) -> None:
    """Change the log behind the vault's back."""
    log = vault._core.log

    def work() -> None:
        with log.writing():
            log._db.execute(sql, values)

    await vault._run(work)


async def everything_sent(vault: Vault, family: FakeFamily) -> list[IncomingSegment]:
    """Accept what waits of a stream's control chain, then send."""
    for item in await vault.outgoing_control():
        if item.stream == family.stream:
            await vault.control_accepted(item.stream, control_hash(item.ops[-1]))
    return await outgoing(vault, family.stream)


async def test_streams_rest_on_what_the_server_has_accepted_of_the_agency(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    vault = await agency.vault(0, tmp_path)
    settled = vault.agency.head
    new = FakeAgency(size=1, seed="new").members[0]
    op = await vault.write_agency(
        lambda state, author, hlc, _r: build_person(state, author, new.person, [Role.COORDINATOR], hlc)
    )
    assert (vault.settled_head, vault.agency.head) == (settled, control_hash(op))
    await vault.control_accepted(agency.id, control_hash(op))
    assert vault.settled_head == control_hash(op)
    await vault.close()


async def test_a_stream_on_an_operation_that_is_nowhere_is_set_aside_and_the_others_open(
    tmp_path: Path,
) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0)
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([family.change("note", record_id(1), {"body": "kept"})])
    # As an older version of the app built it: on an operation that another one has overtaken.
    nowhere = FakeAgency(size=1, seed="new").members[0].person
    root = Author.root(agency.root)
    lost = build_person(agency.state, root, nowhere, [Role.COORDINATOR], agency.hlc + 9)
    key, stream = b"k" * 32, StreamId(b"s" * 16)
    genesis = build_stream_genesis(
        AgencyState.replay([*agency.ops, lost]), agency.members[0].author, stream, Label.TEAM, b"g" * 16,
        key, agency.hlc + 10, agency.random,
    )  # fmt: skip
    await tamper(vault, "INSERT INTO stream (stream, position) VALUES (?, 99)", stream)
    await tamper(vault, "INSERT INTO control_op VALUES (?, 0, ?, 0)", stream, genesis)
    await vault.close()
    vault = await agency.vault(0, tmp_path)
    assert not vault.was_salvaged
    assert await bodies(vault) == ["kept"]
    assert [item.code for item in await vault.quarantined()] == ["unknown_head"]
    assert stream not in [item.stream for item in await vault.outgoing_control()]
    # Once the agency's chain has that operation, the stream is there.
    await vault.apply_control(agency.id, [*agency.ops, lost])
    assert vault.stream_state(stream) is not None
    assert stream in [item.stream for item in await vault.outgoing_control()]
    await vault.close()


async def test_words_under_an_overtaken_epoch_survive_a_restart_before_they_are_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1, 2])
    one = await agency.vault(0, tmp_path / "0", [family])
    two = await agency.vault(1, tmp_path / "1", [family])
    gone = DeviceId(agency.members[2].keyring.device)
    agency.ops.append(
        build_agency_remove(agency.state, Author.root(agency.root), agency.hlc + 5, device=gone)
    )
    for vault in (one, two):
        await vault.apply_control(agency.id, agency.ops)
        await vault.give_keys()
    await one.commit([family.change("note", record_id(1), {"body": "a day at the kitchen table"})])
    (theirs,) = [o.ops[0] for o in await two.outgoing_control() if o.stream == family.stream]

    def ends(*_: object) -> None:
        raise NotEntitled("injected")

    with monkeypatch.context() as patch:
        patch.setattr(Core, "reauthor", ends)
        await one.apply_control(family.stream, [family.genesis, theirs])
    assert await bodies(one) == ["a day at the kitchen table"]
    await one.close()
    one = await agency.vault(0, tmp_path / "0")
    assert await bodies(one) == ["a day at the kitchen table"]
    assert one._core.keys.withdrawing == []
    await two.control_accepted(family.stream, control_hash(theirs))
    await two.receive_segments(family.stream, await everything_sent(one, family), 1)
    assert await bodies(two) == ["a day at the kitchen table"]
    await one.close()
    await two.close()


@pytest.mark.parametrize("named", [False, True])
async def test_who_is_let_in_again_sends_what_was_written_before(tmp_path: Path, named: bool) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(1, tmp_path / "1", [family])
    boss = await agency.vault(0, tmp_path / "0", [family])
    await one.commit([family.change("note", record_id(1), {"body": "sent"})])
    sent = await outgoing(one, family.stream)
    await boss.receive_segments(family.stream, sent, 1)
    await one.commit([family.change("note", record_id(2), {"body": "not sent"})])
    out = agency.members[1].person
    segment = parse_segment(sent[0].raw)
    cuts = [Cut(family.stream, segment.chain, segment.last, segment.last_hash)] if named else []
    removal = await boss.write_stream(
        family.stream,
        lambda state, ag, author, hlc, _r: build_stream_remove(state, ag, author, out, cuts, hlc),
    )
    await one.apply_control(family.stream, [family.genesis, removal])
    assert await outgoing(one, family.stream) == sent  # nothing new: it would be refused for ever
    await boss.control_accepted(family.stream, control_hash(removal))
    await boss.give_keys()  # a key that the one who left does not know
    grant = await boss.write_stream(
        family.stream,
        lambda state, ag, author, hlc, rnd: build_grant(
            state, ag, author, boss.stream_key(family.stream, 2), hlc, rnd, [out]
        ),
    )
    await boss.control_accepted(family.stream, control_hash(grant))
    await one.apply_control(family.stream, await boss.control_ops(family.stream, 0))
    await boss.receive_segments(family.stream, await outgoing(one, family.stream), 2)
    expected = ["not sent", "sent"] if named else ["not sent"]
    assert await bodies(boss) == await bodies(one) == expected
    await one.commit([family.change("note", record_id(3), {"body": "and later"})])
    await boss.receive_segments(family.stream, await outgoing(one, family.stream), 3)
    assert "and later" in await bodies(boss)
    await one.close()
    await boss.close()


async def test_a_cut_holds_behind_a_segment_that_is_missing(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(1, tmp_path / "1", [family])
    boss = await agency.vault(0, tmp_path / "0", [family])
    for number in (1, 2, 3):
        await one.commit([family.change("note", record_id(number), {"body": f"note {number}"})])
        await boss.receive_segments(family.stream, await outgoing(one, family.stream), number)
    await tamper(boss, "DELETE FROM segment WHERE first = 1")  # as after a salvage
    second = parse_segment((await outgoing(one, family.stream))[1].raw)
    cut = Cut(family.stream, second.chain, second.last, second.last_hash)
    gone = DeviceId(agency.members[1].keyring.device)
    root = Author.root(agency.root)
    agency.ops.append(build_agency_remove(agency.state, root, agency.hlc + 5, device=gone, cuts=[cut]))
    await boss.apply_control(agency.id, agency.ops)
    assert await bodies(boss) == ["note 1", "note 2"]
    await one.close()
    await boss.close()


async def test_words_that_do_not_open_are_told_of_when_a_chain_is_written_anew(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0)
    vault = await agency.vault(0, tmp_path, [family])
    await vault.commit([Change(family.stream, "note", record_id(1), {"body": "one"})])
    await vault.commit([Change(family.stream, "note", record_id(2), {"body": "two"})])
    await tamper(vault, "UPDATE envelope SET raw = CAST(substr(raw, 1, length(raw) - 1) ||"
                        " CASE substr(raw, -1) WHEN x'00' THEN x'01' ELSE x'00' END AS BLOB)"
                        " WHERE dseq = 1")  # fmt: skip
    (chain,) = await vault.own_chains()
    await vault.freeze_chain(family.stream, chain.chain, 1, b"x" * 32)
    assert await bodies(vault) == ["two"]
    assert [item.code for item in await vault.quarantined() if item.raw] == ["tampered"]
    await vault.close()


async def test_a_segment_that_was_cut_under_an_overtaken_head_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(0, tmp_path / "0", [family])
    two = await agency.vault(1, tmp_path / "1", [family])
    await one.commit([family.change("note", record_id(1), {"body": "first"})])
    third = agency.members[2].person

    def grant(state: StreamState, ag: AgencyState, author: Author, hlc: int, rnd: Random) -> bytes:
        return build_grant(state, ag, author, family.key, hlc, rnd, [third])

    await one.write_stream(family.stream, grant)
    (chain,) = await one.own_chains()
    with monkeypatch.context() as patch:  # as an older version of the app did
        patch.setattr(Outbox, "_may_cut", lambda *_: True)
        assert await one.segment_from(family.stream, chain.chain, 1) is not None
    theirs = await two.write_stream(family.stream, grant)
    await one.apply_control(family.stream, [family.genesis, theirs])
    await two.control_accepted(family.stream, control_hash(theirs))
    await two.receive_segments(family.stream, await outgoing(one, family.stream), 1)
    assert await bodies(two) == await bodies(one) == ["first"]
    await one.close()
    await two.close()


async def test_after_a_fork_the_stream_is_pulled_again_with_what_this_tablet_wrote(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0)
    vault = await agency.vault(0, tmp_path, [family])
    await vault.receive_segments(family.stream, [], 7)
    await vault.commit([family.change("note", record_id(1), {"body": "one"})])
    before = next(item for item in await vault.positions() if item.stream == family.stream)
    assert (before.cursor, before.wants_own) == (7, False)
    (chain,) = await vault.own_chains()
    await vault.freeze_chain(family.stream, chain.chain, 1, b"x" * 32)
    after = next(item for item in await vault.positions() if item.stream == family.stream)
    assert (after.cursor, after.wants_own) == (0, True)
    await vault.close()


async def test_grants_and_keys_rest_on_what_the_server_has_accepted(tmp_path: Path) -> None:
    agency = FakeAgency(size=3)
    family = agency.family(opener=0)
    vault = await agency.vault(0, tmp_path, [family])
    settled = vault.agency.head
    gone = DeviceId(agency.members[2].keyring.device)
    await vault.write_agency(
        lambda state, author, hlc, _r: build_agency_remove(state, author, hlc, device=gone)
    )
    second = agency.members[1].person
    grant = await vault.write_stream(
        family.stream,
        lambda state, ag, author, hlc, rnd: build_grant(state, ag, author, family.key, hlc, rnd, [second]),
    )
    assert parse_control(grant).authority == settled
    third = agency.members[2].person
    await vault.write_stream(
        family.stream,
        lambda state, ag, author, hlc, rnd: build_grant(state, ag, author, family.key, hlc, rnd, [third]),
    )
    assert await vault.give_keys() == 0  # the removal may still be overtaken: no new epoch before
    removal = next(item for item in await vault.outgoing_control() if item.stream == agency.id)
    await vault.control_accepted(agency.id, control_hash(removal.ops[-1]))
    assert await vault.give_keys() == 1
    await vault.close()


async def test_who_is_let_in_again_with_nothing_unsent_writes_in_a_new_chain(tmp_path: Path) -> None:
    """Their old chain ends at the cut for ever: what was written in it would count nowhere."""
    agency = FakeAgency(size=3)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(1, tmp_path / "1", [family])
    await one.commit([family.change("note", record_id(1), {"body": "sent"})])
    (sent,) = await outgoing(one, family.stream)
    segment = parse_segment(sent.raw)
    boss = await agency.vault(0, tmp_path / "0", [family])
    cuts = [Cut(family.stream, segment.chain, segment.last, segment.last_hash)]
    out = agency.members[1].person
    removal = await boss.write_stream(
        family.stream,
        lambda state, ag, author, hlc, _r: build_stream_remove(state, ag, author, out, cuts, hlc),
    )
    await one.apply_control(family.stream, [family.genesis, removal])
    (chain,) = await one.own_chains()
    assert chain.frozen
    await one.close()
    await boss.close()


async def test_what_a_removed_tablet_has_not_sent_stays_readable_on_it(tmp_path: Path) -> None:
    agency = FakeAgency(size=2)
    family = agency.family(opener=0, members=[1])
    one = await agency.vault(1, tmp_path, [family])
    await one.commit([family.change("note", record_id(1), {"body": "only here"})])
    gone = DeviceId(agency.members[1].keyring.device)
    agency.ops.append(
        build_agency_remove(agency.state, Author.root(agency.root), agency.hlc + 5, device=gone)
    )
    await one.apply_control(agency.id, agency.ops)
    assert await bodies(one) == ["only here"]
    assert len(await outgoing(one, family.stream)) == 1  # it goes, into quarantine
    await one.close()
