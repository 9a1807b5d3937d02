"""Snapshots in the store: shown at once, checked against the history, never more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgpack
import pytest

from app.errors import HistoryUnchecked, Tampered
from app.protocol.ids import StreamId
from app.store.snapshot_sealing import Draft
from app.store.vault import Vault
from tests.fakes.agency import record_id
from tests.fakes.snapshots import AUTHOR, READER, bodies, history


async def test_new_tablet_shows_everything_before_any_history_is_here(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        assert await bodies(world.reader) == await bodies(world.author)
        found = [await vault.search("second edit") for vault in (world.reader, world.author)]
        assert [hit.record_id for hit in found[0]] == [hit.record_id for hit in found[1]] != []
        assert len(await world.reader.conflicts()) == len(await world.author.conflicts()) == 1
        arrival = await world.reader.arrival()
        assert arrival.checking == arrival.families == {world.family.id} and not arrival.arriving


async def test_checked_snapshot_and_replayed_history_are_the_same_to_the_last_bit(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        sealed = await world.snapshot()
        await world.author.commit([world.note(600, "after the snapshot"), world.note(1, "settled")])
        await world.show(sealed)
        assert "after the snapshot" not in await bodies(world.reader)
        await world.pull()
        assert not (await world.reader.arrival()).checking
        assert not await world.reader.snapshot_alarms()
        assert "after the snapshot" in await bodies(world.reader)
        digest = await world.author.digest(world.family.stream)
        assert await world.reader.digest(world.family.stream) == digest
        await world.reopened()
        assert await world.reader.digest(world.family.stream) == digest


async def test_what_a_snapshot_shows_counts_for_nothing(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        stream = world.family.stream
        assert await world.reader.held_chains(stream) == []
        (position,) = [item for item in await world.reader.positions() if item.stream == stream]
        assert position.cursor == 0
        assert await world.reader.save_image() is False
        await world.reopened()
        assert await bodies(world.reader) == []
        assert not (await world.reader.arrival()).checking


async def test_history_that_comes_in_pieces_is_shown_when_all_of_it_is_checked(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        before = await bodies(world.reader)
        digest = await world.reader.digest(world.family.stream)
        segments = await world.segments()
        for one in segments:
            await world.reader.receive_segments(world.family.stream, [one], one.server_seq)
            assert await bodies(world.reader) == before
            assert await world.reader.digest(world.family.stream) == digest
            assert not world.reader._core.mirror.behind
        for chain in await world.reader.held_chains(world.family.stream):
            assert world.reader._core.mirror.reducer.upto(chain.chain) == 0
        await world.reader.pulled(world.family.stream)
        assert await bodies(world.reader) == before
        assert not (await world.reader.arrival()).checking


async def test_something_new_can_be_written_while_history_is_checked(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        await world.reader.commit([world.note(700, "written at once")])
        with pytest.raises(HistoryUnchecked):
            await world.reader.commit([world.note(2, "written on what is not checked")])
        assert "written at once" in await bodies(world.reader)
        await world.pull()
        await world.reader.commit([world.note(2, "written on what is checked")])
        found = await bodies(world.reader)
        assert "written at once" in found and "written on what is checked" in found
        assert "second edit" not in found
        digest = await world.reader.digest(world.family.stream)
        await world.reopened()
        assert await world.reader.digest(world.family.stream) == digest


async def test_what_was_written_here_before_the_snapshot_came_stays_in_sight(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.reader.commit([world.note(701, "before anything came")])
        await world.show(await world.snapshot())
        assert "before anything came" in await bodies(world.reader)
        await world.pull()
        assert await bodies(world.reader) == sorted([*await bodies(world.author), "before anything came"])


async def drafted(vault: Vault, stream: StreamId) -> bool:
    """Whether a tablet vouches for a stream now."""
    return await vault._run(lambda: vault._core.making.draft(stream)) is not None


async def test_nobody_vouches_for_what_is_unchecked_itself(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        assert not await drafted(world.reader, world.family.stream)
        await world.pull()
        assert await drafted(world.reader, world.family.stream)


async def test_nobody_vouches_for_what_the_server_does_not_have(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.author.commit([world.note(800, "not sent")])
        assert not await drafted(world.author, world.family.stream)
        await world.meet()
        assert await drafted(world.author, world.family.stream)


async def test_nobody_vouches_for_a_history_with_a_hole(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        first, *others = await world.segments()
        await world.pull(others)
        assert await world.reader.withheld(world.family.stream)
        assert not await drafted(world.reader, world.family.stream)
        await world.pull([first])
        assert await drafted(world.reader, world.family.stream)


async def test_nobody_vouches_for_what_somebody_has_seen_and_is_not_here(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        stream, core = world.family.stream, world.author._core

        def note_seen() -> None:
            with core.log.writing():
                core.log.aside.note_seen(stream, b"c" * 16, 3, b"h" * 32)

        assert await drafted(world.author, stream)
        await world.author._run(note_seen)
        assert not await drafted(world.author, stream)


async def test_nobody_vouches_for_what_only_a_carried_file_has_brought(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        stream = world.family.stream
        segments = await world.segments()
        for one in segments:
            await world.reader.receive_segments(stream, [one], one.server_seq)
        await world.reader.pulled(stream)
        assert await drafted(world.reader, stream)
        await world.author.commit([world.note(800, "not on the server yet")])
        more = [one for one in await world.segments() if one not in segments]
        await world.reader.receive_carried(stream, [replace(one, server_seq=0) for one in more])
        assert not await drafted(world.reader, stream)
        await world.reader.carried_on(stream)
        assert await drafted(world.reader, stream)


async def test_nobody_vouches_for_records_that_two_families_share(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        other = world.agency.family(opener=AUTHOR)
        await world.author.apply_control(other.stream, [other.genesis])
        await world.author.commit([other.change("note", record_id(5), {"body": "the same id"})])
        assert not await drafted(world.author, world.family.stream)


async def test_alarm_about_records_that_two_families_share_gives_the_other_its_own_back(
    tmp_path: Path,
) -> None:
    async with history(tmp_path) as world:
        other = world.agency.family(opener=READER)
        await world.reader.apply_control(other.stream, [other.genesis])

        def invented(draft: Draft) -> Draft:
            *records, last = draft.records
            kind, _, *rest = msgpack.unpackb(last)
            return draft._replace(
                records=[*draft.records, msgpack.packb([kind, bytes.fromhex(record_id(2**100)), *rest])]
            )

        await world.show(await world.snapshot(invented))
        await world.reader.commit([other.change("note", record_id(2**100), {"body": "of the other family"})])
        await world.pull()
        assert len(await world.reader.snapshot_alarms()) == 1
        assert "of the other family" in await bodies(world.reader)


async def test_no_snapshot_is_shown_over_what_was_written_on_a_history(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.pull()
        await world.reader.commit([world.note(2, "written on what came")])
        assert not await world.reader.snapshot_wanted(world.family.stream)
        with pytest.raises(Tampered):
            await world.show(await world.snapshot())
        assert "written on what came" in await bodies(world.reader)


async def test_memory_made_anew_from_the_log_shows_no_snapshot(tmp_path: Path) -> None:
    async with history(tmp_path) as world:
        await world.show(await world.snapshot())
        await world.reader._run(world.reader._core.mirror.rebuild)
        assert await bodies(world.reader) == []
        assert not (await world.reader.arrival()).checking
