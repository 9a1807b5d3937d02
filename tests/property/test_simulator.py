"""A whole agency in virtual time, with everything that goes wrong; and a checker that is checked itself.

`make test` replays a few fixed seeds; `make soak` goes on with fresh ones for an hour
(KT_SIMULATOR_SECONDS). See docs/simulator.md for how to replay a seed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.store import queries
from app.store.cells import Cells
from app.store.reducer import Delivery, OperationLike, Reducer
from app.store.sync_side import SyncSide
from tests.simulator.checker import Checker, lost_values, wrong_deletes
from tests.simulator.history import Shown, Write
from tests.simulator.nemesis import KINDS
from tests.simulator.run import Plan, shrunk, simulate, told

SOAK_SECONDS = float(os.environ.get("KT_SIMULATOR_SECONDS", "3600"))
LIGHT = tuple(kind for kind in KINDS if kind not in ("clone", "rollback", "copy"))
"""Without tablets that have two histories: after those it takes many more rounds until all is quiet."""
SOAK = bool(os.environ.get("KT_SOAK"))
PLANS = (
    Plan("kitchen", steps=50, tablets=20, kinds=LIGHT, trouble=0.3),
    Plan("table", steps=80, tablets=6),
)
SMALL = Plan("planted", steps=30, tablets=3, kinds=("cut", "kill"), trouble=0.15)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.seed)
def test_nothing_is_lost_and_nobody_disagrees_whatever_goes_wrong(plan: Plan) -> None:
    outcome = simulate(plan)
    assert not outcome.wrong, told(outcome)
    assert outcome.certain > plan.steps / 4, "somebody has worked"


@pytest.mark.timeout(SOAK_SECONDS + 1800)
@pytest.mark.skipif(not SOAK, reason="an hour; `make soak`")
def test_an_hour_of_fresh_seeds_finds_nothing() -> None:
    began, number = time.monotonic(), 0
    first = time.time_ns()
    while time.monotonic() - began < SOAK_SECONDS:
        plan = Plan(f"{first}.{number}", steps=250, tablets=20 if number % 3 == 0 else 8)
        outcome = simulate(plan)
        if outcome.wrong:
            pytest.fail(told(shrunk(plan)))
        number += 1


def test_a_seed_is_one_history() -> None:
    plan = replace(SMALL, steps=25, kinds=("bad", "die", "kill"), trouble=0.4)
    once, again = simulate(plan), simulate(plan)
    assert once.story == again.story
    assert any("nemesis" in line for line in once.story)


# -- the checker, checked: a defect is planted, and must be told ----------------------------------

Planted = Callable[[pytest.MonkeyPatch], None]


def _no_defect(_: pytest.MonkeyPatch) -> None:
    """Nothing is planted: nothing may be told."""


def _drop(patch: pytest.MonkeyPatch) -> None:
    """Every fifth operation of a chain does not count, on every tablet alike: nobody disagrees."""
    real = Reducer._merge_one

    def merged(self: Reducer, delivery: Delivery, operation: OperationLike, cells: Cells) -> None:
        if delivery.dseq % 5:
            real(self, delivery, operation, cells)

    patch.setattr(Reducer, "_merge_one", merged)


def _twice(patch: pytest.MonkeyPatch) -> None:
    """What is new counts a second time, as a record of its own."""
    real = Reducer._merge_one

    class Copy:
        def __init__(self, of: OperationLike) -> None:
            self.record = bytes([of.record[0] ^ 1]) + of.record[1:]
            self.type, self.fields, self.pred = of.type, of.fields, {}

    def merged(self: Reducer, delivery: Delivery, operation: OperationLike, cells: Cells) -> None:
        real(self, delivery, operation, cells)
        if operation.type == "note":
            copy = Copy(operation)
            cells.load({copy.record})
            real(self, delivery, copy, cells)  # type: ignore[arg-type]

    patch.setattr(Reducer, "_merge_one", merged)


def _forget(patch: pytest.MonkeyPatch) -> None:
    """Of two concurrent values the lower one is gone: nobody hears of a conflict."""
    patch.setattr(queries, "conflicts", lambda _core: ())


def _boast(patch: pytest.MonkeyPatch) -> None:
    """An operation counts as sent before the server has it."""
    real = SyncSide.own_chains

    async def chains(self: SyncSide) -> Any:
        return [replace(one, acked=one.last + 1, last=one.last + 1) for one in await real(self)]

    patch.setattr(SyncSide, "own_chains", chains)


def _deaf(patch: pytest.MonkeyPatch) -> None:
    """One tablet in two does not hear of what comes."""
    real = SyncSide.receive_segments

    async def received(self: Any, stream: Any, segments: Any, cursor: int) -> Any:
        kept = [] if self._core.keyring.device[0] % 2 else segments
        return await real(self, stream, kept, cursor)

    patch.setattr(SyncSide, "receive_segments", received)


DEFECTS: list[tuple[Planted, str]] = [
    (_drop, "lost: "),
    (_twice, "made twice: "),
    (_forget, "lost: "),
]
MORE: list[tuple[Planted, str]] = [
    (_no_defect, ""),
    (_boast, "calls "),
    (_deaf, "missing on "),
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("planted", "told_as"),
    [*DEFECTS, *MORE] if SOAK else DEFECTS,
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_checker_tells_of_a_planted_defect(
    monkeypatch: pytest.MonkeyPatch, planted: Planted, told_as: str
) -> None:
    planted(monkeypatch)
    wrong: list[str] = []
    # A short history may hold nothing that the defect spoils (no conflict to forget): then a longer one.
    for times in (1, 2, 4, 8) if told_as else (4,):
        wrong += simulate(replace(SMALL, steps=SMALL.steps * times)).wrong
        if any(told_as in one for one in wrong):
            break
    assert any(told_as in one for one in wrong) if told_as else not wrong, wrong


@pytest.mark.skipif(not SOAK, reason="`make soak`")
def test_checker_tells_when_somebody_who_is_out_reads_what_came_after(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every write is said to have known of every removal: then what is read is too much."""
    real = Checker._reads_nothing_newer
    asked: list[str] = []

    async def reads(self: Checker, tablet: Any) -> None:
        asked.append(tablet.name)
        for write in self.world.history.writes:
            write.knew = frozenset({tablet.device})
        await real(self, tablet)

    monkeypatch.setattr(Checker, "_reads_nothing_newer", reads)
    wrong = simulate(Plan("out", steps=60, tablets=5, kinds=("remove",), trouble=0.2)).wrong
    assert asked and any("is out and reads" in one for one in wrong), wrong


# -- the two rules of the checker on small histories ------------------------------------------------

PLACE = (b"s" * 16, "family_vision", "aa" * 16)


def written(number: int, value: str, saw: set[str], *, certain: bool = True) -> Write:
    return Write(number, "t", b"d", b"p", float(number), PLACE, {"text": value}, {"text": frozenset(saw)},
                 False, frozenset(), certain=certain)  # fmt: skip


def seen(*values: str, there: bool = True) -> dict[Any, Shown]:
    return {PLACE: Shown(there, {"text": list(values)})}


@pytest.mark.parametrize(
    ("writes", "values", "told_as"),
    [
        ([written(0, "a~", set())], ["a~"], ""),
        ([written(0, "a~", set()), written(1, "b~", {"a~"})], ["b~"], ""),
        ([written(0, "a~", set()), written(1, "b~", set())], ["a~", "b~"], ""),
        ([written(0, "a~", set()), written(1, "b~", set())], ["b~"], "lost: "),
        ([written(0, "a~", set()), written(1, "b~", {"a~"})], ["a~", "b~"], "came back: "),
        ([written(0, "a~", set())], ["a~", "a~"], "twice: "),
        ([written(0, "a~", set())], ["a~", "x~"], "from nowhere: "),
        ([written(0, "a~", set()), written(1, "b~", {"a~"}, certain=False)], ["a~"], ""),
        # An uncertain write explains a loss only where it has been itself.
        ([written(0, "a~", set()), written(1, "b~", {"a~"}, certain=False)], [], "lost: "),
        ([written(0, "a~", set()), written(1, "b~", {"a~"}, certain=False), written(2, "c~", {"b~"})],
         ["c~"], ""),
    ],
)  # fmt: skip
def test_what_counts_as_lost(writes: list[Write], values: list[str], told_as: str) -> None:
    found = lost_values(writes, seen(*values))
    assert (not found) if not told_as else any(one.startswith(told_as) for one in found)


def test_a_delete_takes_only_what_it_has_seen() -> None:
    first, second = written(0, "a~", set()), written(1, "b~", set())
    delete = Write(2, "t", b"d", b"p", 2.0, PLACE, {}, {}, True, frozenset({("text", "a~")}), certain=True)
    assert wrong_deletes([first, delete], seen("a~", there=False)) == []
    assert wrong_deletes([first, second, delete], seen("a~", "b~", there=False))
    assert wrong_deletes([first], seen("a~", there=False))
