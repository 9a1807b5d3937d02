"""Snapshots in the store: shown at once, checked against the history, never more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import HistoryUnchecked
from tests.fakes.snapshots import bodies, history


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
        segments = await world.segments()
        for one in segments:
            await world.reader.receive_segments(world.family.stream, [one], one.server_seq)
            assert await bodies(world.reader) == before
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
