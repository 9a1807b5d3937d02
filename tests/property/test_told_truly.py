"""Whole tablets, a server that keeps things back, copies and two histories: the right thing is said of each.

Scenes in the simulator's virtual time; the words on the screen are tested in tests/views/test_sync_centre.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.errors import AppError
from app.services.sync_story import SyncStory
from app.store.vault import Change
from app.wraparound.records import Note
from tests.simulator.loop import VirtualLoop, run_virtually
from tests.simulator.nemesis import clone
from tests.simulator.people import families, note, open_family
from tests.simulator.tablet import SimTablet
from tests.simulator.world import World

Scene = Callable[[World], Awaitable[None]]


def play(scene: Scene, size: int = 4) -> None:
    """One scene with an agency of `size` people, all of them in touch with the server."""

    async def played(loop: VirtualLoop) -> None:
        with tempfile.TemporaryDirectory(prefix="kt-scene-") as root:
            world = World(Path(root), loop, "scene")
            try:
                await world.begin(size)
                await met(world, 3)
                await scene(world)
                assert not [*world.faults, *loop.errors]
            finally:
                for tablet in world.tablets:
                    await tablet.stop()
                world.server.stop()

    run_virtually(played)


async def met(world: World, times: int, *only: SimTablet) -> None:
    """Contacts of everybody (or of some), one after another."""
    for _ in range(times):
        for tablet in only or world.open:
            try:
                await tablet.open.syncing.contact()
            except AppError as error:
                world.tell(f"{tablet.name}: {error.code}")


async def amiss(tablet: SimTablet) -> list[str]:
    """The kinds of what the sync centre says is amiss."""
    return [one.kind for one in await SyncStory(tablet.open.desk).amiss()]


async def bodies(tablet: SimTablet, family: str) -> set[str]:
    """The words of a family's notes."""
    return {one.body for one in await tablet.open.notes.of_family(family)}


async def shared(world: World) -> tuple[SimTablet, SimTablet, str]:
    """Ruth and a coordinator of hers with one family."""
    ruth, worker = world.tablets[0], world.tablets[2]
    await open_family(world, worker)
    await met(world, 2)
    (family,) = await families(worker)
    assert await families(ruth) == [family]
    return ruth, worker, family


def test_what_a_server_keeps_back_is_told_after_two_contacts_and_no_more_once_it_has_come() -> None:
    async def scene(world: World) -> None:
        ruth, worker, family = await shared(world)
        twin = next(iter(world.tablets[0].vault.streams_of(bytes.fromhex(family))))
        other = world.tablets[3]
        await ruth.vault.let_in(twin, [other.keyring.person])  # type: ignore[list-item]
        await met(world, 2)
        await note(world, worker, family)
        hidden = {bytes(one.chain) for one in await worker.vault.own_chains() if one.stream == twin}
        ruth.weather.hidden |= hidden
        await met(world, 2, worker, other)
        await note(world, other, family)  # signed by somebody who has seen what is kept back
        await met(world, 1, other)
        missing = await bodies(worker, family)
        await met(world, 1, ruth)
        assert (ruth.open.syncing.status.withheld, await amiss(ruth)) == (0, []), "once is no alarm"
        await met(world, 3, ruth)
        assert await amiss(ruth) == ["missing"]
        assert ruth.open.syncing.status.withheld > 0
        assert not missing <= await bodies(ruth, family)
        assert (await ruth.open.syncing.chip()).kind != "sending"
        # It does not stop her, and it is said no more once the server gives what it kept back.
        await note(world, ruth, family)
        await met(world, 1, ruth)
        assert await ruth.open.syncing.unsent() == 0
        ruth.weather.hidden.clear()
        await ruth.stop()  # the doubt is kept over a restart, too
        await ruth.start()
        assert await amiss(ruth) == ["missing"]
        await met(world, 4, ruth)
        assert missing <= await bodies(ruth, family)
        assert (ruth.open.syncing.status.withheld, await amiss(ruth)) == (0, [])

    play(scene)


def test_a_gap_that_the_next_contact_fills_is_told_to_nobody() -> None:
    async def scene(world: World) -> None:
        ruth, worker, family = await shared(world)
        seen: list[int] = []
        ruth.open.syncing.watch(lambda: seen.append(ruth.open.syncing.status.withheld))
        for _ in range(3):
            await note(world, worker, family)
            await met(world, 1, worker, ruth)
        assert set(seen) <= {0} and await amiss(ruth) == []

    play(scene, 3)


def test_a_copied_tablet_is_told_of_and_both_go_on_with_everything() -> None:
    async def scene(world: World) -> None:
        _, worker, family = await shared(world)
        await note(world, worker, family)
        await met(world, 2)
        world.keep = ()
        for tablet in world.tablets:
            tablet.gone = "" if tablet is worker else "looks on"
        await clone(world)
        for tablet in world.tablets:
            tablet.gone = ""
        twin = world.tablets[-1]
        assert twin.device == worker.device
        await note(world, worker, family)
        await note(world, twin, family)
        await met(world, 24)  # its own other words are asked for in every fourth contact
        assert "own_fork" in [*await amiss(worker), *await amiss(twin)]
        assert len(await bodies(worker, family)) == 3
        assert await bodies(worker, family) == await bodies(twin, family)
        assert await bodies(world.tablets[0], family) == await bodies(twin, family)

    play(scene, 3)


def test_a_tablet_that_was_put_back_says_so_and_has_its_own_words_again() -> None:
    async def scene(world: World) -> None:
        ruth, worker, family = await shared(world)
        worker.copy_home()
        await note(world, worker, family)
        await met(world, 2)
        before = await bodies(ruth, family)
        await worker.roll_back(0)
        await worker.start()
        assert await bodies(worker, family) == set()
        await note(world, worker, family)
        await met(world, 6)
        assert await amiss(worker) == ["own_fork"]
        assert before < await bodies(worker, family) == await bodies(ruth, family)

    play(scene, 3)


def test_two_histories_of_who_belongs_are_an_alarm_and_the_other_families_go_on() -> None:
    async def scene(world: World) -> None:
        ruth, worker, family = await shared(world)
        other = world.tablets[3]
        stream = next(iter(ruth.vault.streams_of(bytes.fromhex(family))))
        world.server.back_up()
        await ruth.vault.let_in(stream, [other.keyring.person])  # type: ignore[list-item]
        await met(world, 1, ruth)
        ruth.weather.cut = True
        world.server.restore(0)
        # The worker never heard of it, and writes another operation in the same place.
        await worker.vault.let_in(stream, [world.tablets[1].keyring.person])  # type: ignore[list-item]
        await met(world, 1, worker)
        ruth.weather.cut = False
        await open_family(world, ruth)
        await met(world, 3, ruth)
        assert "fork" in await amiss(ruth)
        assert ruth.open.syncing.status.problem == "fork_alarm"
        pending = {one.stream for one in await ruth.vault.own_chains() if one.pending}
        assert pending <= {stream}, "what concerns other families went out"
        await ruth.vault.commit([Change(stream, Note.TYPE, "ab" * 16, {"body": "Still here."})])
        assert await bodies(ruth, family) == {"Still here."}, "work goes on where it was"

    play(scene)


def test_who_was_taken_out_with_words_unsent_is_not_told_of_a_problem_at_every_fourth_contact() -> None:
    async def scene(world: World) -> None:
        ruth, worker, family = await shared(world)
        stream = next(iter(worker.vault.streams_of(bytes.fromhex(family))))
        await note(world, worker, family)
        await met(world, 1)
        worker.weather.cut = True
        await note(world, worker, family)
        await ruth.vault.take_out(stream, worker.keyring.person)  # type: ignore[arg-type]
        await met(world, 1, ruth)
        worker.weather.cut = False
        for _ in range(9):
            await met(world, 1, worker)
            assert worker.open.syncing.status.problem == ""
        assert await worker.open.syncing.unsent() == 1, "kept, and said to be only here"

    play(scene, 3)
