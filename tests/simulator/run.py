"""One run: a history made from a seed, and what is wrong with it in the end."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from app.errors import AppError
from app.store import snapshot_making
from tests.simulator.checker import Checker, sent_is_there
from tests.simulator.loop import VirtualLoop, run_virtually
from tests.simulator.nemesis import KINDS, begin_again, strike
from tests.simulator.people import families, note, work
from tests.simulator.world import World

PAUSE_SECONDS = 1.5
SHM = Path("/dev/shm")
ROUNDS = 14
ROUNDS_WITH_TWINS = 60
"""A tablet whose files were copied or put back finds its own other words by asking one stream in every
fourth round (app/sync/doubt.py), so it takes longer until all is there."""


@dataclass(frozen=True)
class Plan:
    """What is tried. kinds: names of nemesis.KINDS. trouble: share of the steps that are hers.

    snapshot_tail: operations after which a snapshot is due; few, so that they are made at all.
    """

    seed: str
    steps: int = 200
    tablets: int = 8
    kinds: tuple[str, ...] = tuple(KINDS)
    trouble: float = 0.2
    snapshot_tail: int = 8


@dataclass(frozen=True)
class Outcome:
    """What came of it. digest: of the whole history; story: its lines; wrong: what must not be.

    certain: how many of the writes may not be missing. doubts: why the others may, and how many.
    """

    plan: Plan
    wrong: tuple[str, ...]
    story: tuple[str, ...]
    writes: int
    certain: int
    doubts: tuple[tuple[str, int], ...]
    digest: str
    seconds: float


class _Errors(logging.Handler):
    """Whatever is logged as an error. Words of these are codes and kinds only."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


def simulate(plan: Plan) -> Outcome:
    """Run a plan from beginning to end in a directory of its own."""
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    tail, snapshot_making.TAIL = snapshot_making.TAIL, plan.snapshot_tail
    try:
        # In memory where that can be: nothing here asks what survives a cut of power (tests/faults does).
        with tempfile.TemporaryDirectory(prefix="kt-sim-", dir=SHM if SHM.is_dir() else None) as root:
            return run_virtually(lambda loop: _simulated(plan, loop, Path(root), errors))
    finally:
        snapshot_making.TAIL = tail
        logging.getLogger().removeHandler(errors)


async def _simulated(plan: Plan, loop: VirtualLoop, root: Path, errors: _Errors) -> Outcome:
    world = World(root, loop, plan.seed)
    world.logged = errors.lines
    wrong: list[str] = []
    try:
        await world.begin(plan.tablets)
        await asyncio.sleep(10)
        await _live(plan, world)
        await _calm(world)
        wrong += await _settled(world)
        await _last_words(world)
        wrong += await _settled(world)
        wrong += await Checker(world).check()
    except Exception as error:
        logging.getLogger(__name__).exception("the simulation itself failed")
        wrong.append(f"ended with {error!r}")
    finally:
        for tablet in world.tablets:
            await tablet.stop()
        for job in tuple(world.jobs):
            job.cancel()
        await asyncio.sleep(200)  # what is still on its way arrives nowhere
        world.server.stop()
    history = world.history
    digest = hashlib.sha256("\n".join(history.lines).encode()).hexdigest()
    certain = sum(one.certain for one in history.writes)
    doubts = tuple(sorted(Counter(one.why for one in history.writes if not one.certain).items()))
    return Outcome(plan, tuple(dict.fromkeys(wrong)), tuple(history.lines), len(history.writes), certain,
                   doubts, digest, world.now())  # fmt: skip


async def _live(plan: Plan, world: World) -> None:
    """The bad days."""
    chance = Random(f"{plan.seed}-steps")
    for step in range(plan.steps):
        await asyncio.sleep(chance.expovariate(1 / PAUSE_SECONDS))
        if chance.random() < plan.trouble:
            await strike(world, plan.kinds, chance)
        elif world.open:
            await work(world, chance.choice(world.open))
        await _notice_who_is_out(world)
        if step % 10 == 0 and world.server.up and not world.restores:
            for one in await sent_is_there(world, world.open):
                world.faults.append(one)


async def _notice_who_is_out(world: World) -> None:
    """A tablet that knows of its removal writes no more; one that is lost is wiped."""
    for tablet in world.open:
        end = await tablet.open.removal.own.end()
        if end is not None:
            tablet.gone = "lost" if end.lost else "removed"
            world.tell(f"{tablet.name} knows that it is out")
            if end.lost:
                await tablet.stop()


async def _calm(world: World) -> None:
    """Everything that can be mended is mended, and everybody begins anew."""
    world.tell("calm")
    if not world.server.up:
        world.server.start()
    for tablet in world.tablets:
        tablet.weather.bad, tablet.weather.cut, tablet.disk.full = 0.0, False, False
        tablet.weather.hidden.clear()
        tablet.clock.ahead_ms = 0
    await asyncio.sleep(100)  # what is still on its way arrives
    await world.rest()
    for tablet in world.living:
        await tablet.stop()
        await begin_again(world, tablet)


async def _settled(world: World) -> list[str]:
    """Rounds until nothing moves any more; says so when it does not come to rest."""
    quiet, before = 0, world.server.mark()
    rounds = ROUNDS_WITH_TWINS if world.twins else ROUNDS
    for _ in range(rounds):
        for tablet in world.open:
            try:
                await tablet.open.syncing.contact()
            except AppError as error:
                world.tell(f"{tablet.name}: contact: {error.code}")
        await asyncio.sleep(5)
        await _notice_who_is_out(world)
        await world.rest()
        now = world.server.mark()
        quiet, before = (quiet + 1 if now == before else 0), now
        if quiet == (44 if world.twins else 3):
            return []
    return ["does not come to rest"]


async def _last_words(world: World) -> None:
    """Everybody writes once more in every stream: what they have seen is signed by it."""
    for tablet in world.open:
        await world.name(tablet)
        for family in await families(tablet):
            try:
                world.tell(f"{tablet.name}: {await note(world, tablet, family)}")
            except AppError as error:
                world.tell(f"{tablet.name}: refused: {error.code}")


def told(outcome: Outcome, last: int = 40) -> str:
    """The seed, what is wrong, and the last steps before the calm."""
    plan = outcome.plan
    kinds = "" if plan.kinds == tuple(KINDS) else f" --kinds {','.join(plan.kinds)}"
    size = f"--steps {plan.steps} --tablets {plan.tablets} --trouble {plan.trouble}"
    again = f"--seed {plan.seed} {size}{kinds}"
    return "\n".join(
        (
            f"python -m tests.simulator {again}",
            *outcome.story[-last:],
            *(f"WRONG {one}" for one in outcome.wrong),
        )
    )


def shrunk(plan: Plan) -> Outcome:
    """A shorter plan that still goes wrong: fewer steps, then fewer kinds of trouble."""
    best = simulate(plan)
    if not best.wrong:
        return best
    low, high = 0, plan.steps
    while high - low > max(4, plan.steps // 50):
        middle = (low + high) // 2
        tried = simulate(replace(plan, steps=middle))
        if tried.wrong:
            best, high = tried, middle
        else:
            low = middle
    for kind in plan.kinds:
        fewer = tuple(one for one in best.plan.kinds if one != kind)
        tried = simulate(replace(best.plan, kinds=fewer))
        if tried.wrong:
            best = tried
    return best

