"""Snapshots against whoever keeps them, and against whoever makes them: 0 believed.

The server holds no key: nothing it can do to the chunks is accepted. A member can sign a lie: it may
be seen for a while, marked as unchecked, and then the history says what is true and people are told.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import msgpack
import pytest

from app.crypto.primitives import sha256
from app.errors import AppError, BadSignature, NewerVersion, NotEntitled, Tampered, TooLarge, UnknownHead
from app.protocol.blob import seal_blob
from app.protocol.bodies import Role
from app.protocol.builders import build_agency_remove
from app.protocol.control import Author
from app.protocol.ids import ChainId, DeviceId
from app.protocol.snapshot import MAX_BLOCK_BYTES, ChainEnd, build_body, open_body, sign_manifest
from app.store import snapshot_making
from app.store.snapshot_check import BEYOND, DIFFERS, OTHER_HISTORY
from app.store.snapshot_sealing import Draft, Sealed
from tests.attack import trials
from tests.fakes.agency import FakeAgency, outgoing, record_id
from tests.fakes.snapshots import AUTHOR, OTHER, READER, History, bodies, history, manifest_of


async def refused(world: History, sealed: Sealed) -> AppError:
    """The error with which the reader turns a snapshot away; nothing of it is shown."""
    with pytest.raises(AppError) as caught:
        await world.show(sealed)
    assert await bodies(world.reader) == []
    assert not (await world.reader.arrival()).checking
    return caught.value


# The server


async def test_every_changed_bit_of_a_snapshot_is_found(tmp_path: Path) -> None:
    async with history(tmp_path, notes=10) as world:
        sealed = await world.snapshot()
        (chunk,) = sealed.chunks
        step = 97 if not trials.SOAK else 3
        for bit in range(0, len(chunk) * 8, step):
            changed = bytearray(chunk)
            changed[bit // 8] ^= 1 << bit % 8
            await refused(world, sealed._replace(chunks=(bytes(changed),)))


async def test_shortened_snapshots_are_refused(tmp_path: Path) -> None:
    async with history(tmp_path, notes=10) as world:
        sealed = await world.snapshot()
        (chunk,) = sealed.chunks
        for length in [*range(0, 200), *range(200, len(chunk), 509)]:
            await refused(world, sealed._replace(chunks=(chunk[:length],)))
        await refused(world, sealed._replace(chunks=()))
        await refused(world, sealed._replace(chunks=(chunk, chunk)))


async def test_chunks_left_out_swapped_or_of_another_snapshot_are_refused(tmp_path: Path) -> None:
    async with history(tmp_path, notes=10) as world:
        await world.author.commit([world.note(n, _noise(n)) for n in range(100, 140)])
        await world.meet()
        one, two = await world.snapshot(), await world.snapshot()
        assert len(one.chunks) == len(two.chunks) > 1
        first, *rest = one.chunks
        for chunks in (
            (first,),
            tuple(rest),
            (*rest, first),
            (first, *rest[1:]),
            (first, *two.chunks[1:]),
            (*one.chunks, rest[-1]),
        ):
            await refused(world, one._replace(chunks=chunks))
        await refused(world, one._replace(blob=two.blob))
        await world.show(one)
        assert len(await bodies(world.reader)) == len(await bodies(world.author))


def _noise(seed: int) -> str:
    """Words that do not deflate."""
    return Random(seed).randbytes(12_000).hex()


async def test_snapshot_of_another_stream_is_refused(tmp_path: Path) -> None:
    async with history(tmp_path, notes=10) as world:
        other = world.agency.family(opener=AUTHOR, members=[READER])
        for vault in (world.author, world.reader):
            await vault.apply_control(other.stream, [other.genesis])
        sealed = await world.snapshot()
        with pytest.raises(AppError):
            await world.reader.take_snapshot(other.stream, sealed.blob, sealed.chunks)
        assert await bodies(world.reader) == []


async def test_old_snapshot_is_only_old_until_the_history_is_here(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        old = await world.snapshot()
        await world.author.commit([world.note(n, "rewritten") for n in range(5, 9)])
        await world.show(old)
        assert "rewritten" not in await bodies(world.reader)
        await world.pull()
        assert await bodies(world.reader) == await bodies(world.author)
        assert not await world.reader.snapshot_alarms()


# Members who may not vouch


async def test_snapshot_signed_by_nobody_entitled_is_refused(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        stranger = FakeAgency(seed="strangers").members[AUTHOR].author
        supervisor = world.agency.members[READER].author

        def signed_by(author: Author, named: DeviceId) -> Callable[[Draft], Draft]:
            return lambda draft: manifest_of(draft, device=named)._replace(author=author)

        author = world.agency.members[AUTHOR].author
        cases: list[tuple[Author, DeviceId, type[AppError]]] = [
            (stranger, stranger.device, NotEntitled),
            (stranger, author.device, BadSignature),
            (supervisor, author.device, BadSignature),
        ]
        for signer, named, expected in cases:
            error = await refused(world, await world.snapshot(signed_by(signer, named)))
            assert isinstance(error, expected)


async def test_snapshot_of_a_device_that_never_was_a_member_is_refused(tmp_path: Path) -> None:
    agency = FakeAgency(size=4)
    outsider = agency.members[3].author
    async with history(tmp_path, agency=agency) as world:
        forged = await world.snapshot(
            lambda draft: manifest_of(draft, device=outsider.device)._replace(author=outsider)
        )
        assert isinstance(await refused(world, forged), NotEntitled)


async def test_partner_cannot_vouch_for_a_family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_making, "TAIL", 1)
    agency = FakeAgency(size=3, roles=(Role.COORDINATOR, Role.PARTNER))
    async with history(tmp_path, agency=agency, both=False) as world:
        partner = agency.members[2].author
        forged = await world.snapshot(
            lambda draft: manifest_of(draft, device=partner.device)._replace(author=partner)
        )
        assert isinstance(await refused(world, forged), NotEntitled)
        assert list(await world.other.snapshots_due()) == []
        assert list(await world.author.snapshots_due()) == [world.family.stream]


async def test_heads_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        for changes in ({"control_head": b"x" * 32}, {"agency_head": b"x" * 32}):
            error = await refused(world, await world.snapshot(lambda d, c=changes: manifest_of(d, **c)))  # type: ignore[misc]
            assert isinstance(error, UnknownHead)


async def test_records_of_another_version_of_the_app_are_left_alone(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        error = await refused(world, await world.snapshot(lambda d: manifest_of(d, schema=b"s" * 16)))
        assert isinstance(error, NewerVersion)


async def test_manifest_is_bound_to_its_blob(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        error = await refused(world, await world.snapshot(lambda d: manifest_of(d, blob=b"b" * 16)))
        assert isinstance(error, AppError)


# Members who may vouch, and lie


Lie = Callable[[list[Any]], list[Any]]
"""The records of a snapshot, unpacked, as a liar would have them."""


def lying(lie: Lie) -> Callable[[Draft], Draft]:
    """A draft whose records are other ones."""

    def forge(draft: Draft) -> Draft:
        records = [msgpack.unpackb(record) for record in draft.records]
        return draft._replace(records=[msgpack.packb(record) for record in lie(records)])

    return forge


def _rewritten(records: list[Any]) -> list[Any]:
    for record in records:
        if record[3] is not None:
            record[3] = ["a lie" if cell == "second edit" else cell for cell in record[3]]
    return records


async def test_a_lie_is_seen_as_unchecked_then_the_history_stands_and_people_are_told(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot(lying(_rewritten)))
        assert "a lie" in await bodies(world.reader)
        assert (await world.reader.arrival()).checking == {world.family.id}
        await world.pull()
        assert await bodies(world.reader) == await bodies(world.author)
        digest = await world.author.digest(world.family.stream)
        assert await world.reader.digest(world.family.stream) == digest
        (alarm,) = await world.reader.snapshot_alarms()
        assert (alarm.code, alarm.family) == (DIFFERS, world.family.id)
        await world.reopened()
        assert await world.reader.snapshot_alarms() == (alarm,)
        await world.reader.read_snapshot_alarm(alarm)
        assert await world.reader.snapshot_alarms() == ()


async def test_true_digest_does_not_carry_false_records(tmp_path: Path) -> None:
    """Otherwise the replay would agree with the digest, and the lie would be taken for checked."""
    async with history(tmp_path) as world:
        for count in (0, 1):
            draft = lying(_rewritten)(await _draft(world))
            true = (await _draft(world)).records
            body = b"".join(build_body(draft.records))
            digest = sha256(b"".join(draft.records if count else true))
            manifest = replace(
                draft.manifest, records=len(true) + count, body_bytes=len(body), digest=digest
            )
            raw = sign_manifest(manifest, draft.author.key) + body
            _, chunks = seal_blob(raw, draft.place, draft.key, world.agency.members[AUTHOR].random)
            await refused(world, Sealed(manifest.blob, 1, chunks))


async def _draft(world: History) -> Draft:
    draft = await world.author._run(lambda: world.author._core.making.draft(world.family.stream))
    assert draft is not None
    return draft


async def test_what_a_snapshot_leaves_out_or_invents_comes_to_light(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        for lie in (lambda records: records[:-1], lambda records: [records[0], *records[2:]]):
            await world.show(await world.snapshot(lying(lie)))
            await world.pull()
            (alarm,) = await world.reader.snapshot_alarms()
            assert alarm.code == DIFFERS
            assert await bodies(world.reader) == await bodies(world.author)
            await world.reader.close()
            world.reader = await world.agency.vault(READER, tmp_path / f"again {lie}", [world.family])


async def test_chain_with_another_end_is_an_alarm(tmp_path: Path) -> None:
    async with history(tmp_path) as world:

        def forked(draft: Draft) -> Draft:
            first, *rest = draft.manifest.vector
            return manifest_of(draft, vector=(first._replace(hash=b"h" * 32), *rest))

        await world.show(await world.snapshot(forked))
        await world.pull()
        assert [alarm.code for alarm in await world.reader.snapshot_alarms()] == [OTHER_HISTORY]
        assert await bodies(world.reader) == await bodies(world.author)


async def test_operations_that_the_server_did_not_give_are_an_alarm_and_missing(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        segments = await world.segments()
        await world.author.commit([world.note(800, "held back")])
        await world.meet()
        await world.show(await world.snapshot())
        assert "held back" in await bodies(world.reader)
        await world.pull(segments)
        assert [alarm.code for alarm in await world.reader.snapshot_alarms()] == [BEYOND]
        assert "held back" not in await bodies(world.reader)
        assert await world.reader.withheld(world.family.stream) == 1


async def test_snapshot_cannot_take_the_place_of_another_streams_records(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        other = world.agency.family(opener=READER)
        await world.reader.apply_control(other.stream, [other.genesis])
        await world.reader.commit([other.change("note", record_id(5), {"body": "of another family"})])
        with pytest.raises(Tampered):
            await world.show(await world.snapshot())
        assert await bodies(world.reader) == ["of another family"]


async def test_snapshot_that_names_this_tablets_or_another_streams_chain_is_refused(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        other = world.agency.family(opener=READER)
        await world.reader.apply_control(other.stream, [other.genesis])
        await world.reader.commit([other.change("note", record_id(900), {"body": "elsewhere"})])
        await world.reader.commit([world.note(901, "here")])
        for chain in await world.reader.own_chains():
            end = ChainEnd(ChainId(chain.chain), 5, b"h" * 32)
            forged = await world.snapshot(
                lambda draft, end=end: manifest_of(draft, vector=(*draft.manifest.vector, end))  # type: ignore[misc]
            )
            with pytest.raises(Tampered):
                await world.show(forged)
        assert await bodies(world.reader) == ["elsewhere", "here"]


async def test_snapshot_that_names_a_chain_of_a_stream_to_come_hides_nothing_of_it(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        other = world.agency.family(opener=AUTHOR)
        for vault in (world.author, world.reader):
            await vault.apply_control(other.stream, [other.genesis])
        await world.author.commit([other.change("note", record_id(910), {"body": "of the other family"})])
        segments = await _outgoing(world, other.stream)
        (chain,) = [one.chain for one in await world.author.own_chains() if one.stream == other.stream]
        end = ChainEnd(ChainId(chain), 50, b"h" * 32)
        await world.show(
            await world.snapshot(lambda draft: manifest_of(draft, vector=(*draft.manifest.vector, end)))
        )
        await world.reader.receive_segments(other.stream, segments, len(segments))
        assert "of the other family" in await bodies(world.reader)
        await world.pull()
        assert "of the other family" in await bodies(world.reader)
        assert [alarm.code for alarm in await world.reader.snapshot_alarms()] == [BEYOND]


async def _outgoing(world: History, stream: Any) -> Any:
    return await outgoing(world.author, stream)


async def test_nothing_in_a_snapshot_breaks_a_screen(tmp_path: Path) -> None:
    """Whatever is of the wrong kind is refused before it stands in a table."""

    def note(records: list[Any]) -> list[Any]:
        return next(record for record in records if record[0] == "note" and record[3] and not record[4])

    def cell(at: int, value: Any) -> Lie:
        def lie(records: list[Any]) -> list[Any]:
            row = note(records)[3]
            row[at % len(row)] = value
            return records

        return lie

    def part(at: int, value: Any) -> Lie:
        def lie(records: list[Any]) -> list[Any]:
            note(records)[at] = value
            return records

        return lie

    def heads(change: Callable[[list[Any]], None]) -> Lie:
        def lie(records: list[Any]) -> list[Any]:
            found = msgpack.unpackb(note(records)[2])
            change(found)
            note(records)[2] = msgpack.packb(found)
            return records

        return lie

    def of_head(at: int, value: Any) -> Lie:
        return heads(lambda found: found[2][0].__setitem__(at, value))

    far, chain, cells = 2**40, b"?" * 16, 40 * 3
    lies: list[Lie] = [
        *(cell(at, value) for at in range(40) for value in (b"\xff", [1], -(2**40))),
        cell(0, 2**62), cell(1, "soon"), cell(2, "x" * 33), cell(4, 7),
        *(part(at, value) for at in (1, 2) for value in (b"", b"short", "text", 7, None)),
        part(0, 7), part(0, "n" * 65), part(3, None), part(3, []), part(4, 1), part(5, [["body"]]),
        part(5, [["body", 1, chain, 1, "words", ""]]), part(5, [["nowhere", 1, chain, 1, "words", ""]]),
        of_head(0, "now"), of_head(0, -1), of_head(1, chain), of_head(2, far), of_head(2, 0),
        of_head(3, []), of_head(3, [7]),
        heads(lambda found: found.__setitem__(0, [1, chain, 1])),
        heads(lambda found: found.__setitem__(1, [1, 2])),
        heads(lambda found: found.extend([1, []])),
        heads(lambda found: found.extend([True, [[chain, "body", 1]]])),
        heads(lambda found: found.extend([True])),
        heads(lambda found: found[2][0].append([[chain]])),
        heads(lambda found: found[2].append([1, 2])),
        lambda records: list(reversed(records)), lambda records: [records[0], *records],
        lambda records: [*records, 7], lambda records: [*records, [1, 2]],
    ]  # fmt: skip
    async with history(tmp_path, notes=10) as world:
        for number, lie in enumerate(lies):
            sealed = await world.snapshot(lying(lie))
            try:
                await world.show(sealed)
            except AppError:
                assert await bodies(world.reader) == []
                continue
            assert number < cells  # a value that this column may hold
            await bodies(world.reader)
            await world.reopened()


async def test_a_snapshot_that_would_fill_the_memory_is_refused() -> None:
    for bomb in (bytes(MAX_BLOCK_BYTES + 1), bytes(64 * 1024 * 1024)):
        packed = zlib.compress(bomb)
        with pytest.raises(TooLarge):
            list(open_body(memoryview(struct.pack(">I", len(packed)) + packed)))


def _removal(world: History, member: int) -> bytes:
    """The agency lets somebody go; the removal names no chain, so all that they wrote is cut."""
    agency = world.agency
    root = Author.root(agency.root)
    person = agency.members[member].person
    return build_agency_remove(agency.state, root, agency.hlc + 1, person=person)


async def test_removed_member_cannot_vouch_any_more_under_an_old_head(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        sealed = await world.snapshot()
        removal = _removal(world, AUTHOR)
        await world.reader.apply_control(world.agency.id, [removal])
        assert isinstance(await refused(world, sealed), NotEntitled)


async def test_work_that_a_removal_takes_away_afterwards_makes_nobody_a_liar(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        removal = _removal(world, OTHER)
        await world.reader.apply_control(world.agency.id, [removal])
        await world.pull()
        assert await world.reader.snapshot_alarms() == ()
        assert not (await world.reader.arrival()).checking
        assert "the other's own" not in await bodies(world.reader)
        assert "note 7" in await bodies(world.reader)
