"""When Python looks for garbage, and when it does not: app/garbage.py.

The collector is one for the process, so every test puts it back as it was.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from app.garbage import CLEARED_SECONDS, SETTLED_SECONDS, Stillness, look_through, set_aside, undisturbed


class Clock:
    """Keeps what is to be done later until somebody lets the time pass."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []

    def later(self, seconds: float, act: Callable[[], None]) -> Waiting:
        self.waiting.append(Waiting(self, seconds, act))
        return self.waiting[-1]

    def pass_by(self) -> list[float]:
        """Do what waits; the seconds that it was put off by."""
        due, self.waiting = self.waiting, []
        for each in due:
            each.act()
        return [each.seconds for each in due]


class Waiting:
    """Something to be done later."""

    def __init__(self, clock: Clock, seconds: float, act: Callable[[], None]) -> None:
        self.clock, self.seconds, self.act = clock, seconds, act

    def cancel(self) -> None:
        if self in self.clock.waiting:  # what was done already takes no harm, as with asyncio
            self.clock.waiting.remove(self)


class Ring:
    """Something that only the collector can throw away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector on and nothing set aside; as it was before, afterwards."""
    on = gc.isenabled()
    gc.enable()
    gc.unfreeze()
    yield
    gc.unfreeze()
    if not on:
        gc.disable()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stillness(clock: Clock) -> Stillness:
    return Stillness(clock.later)


def ring() -> weakref.ref[Ring]:
    """A ring that nobody holds any more."""
    return weakref.ref(Ring())


def test_nobody_looks_while_something_is_built_and_again_afterwards() -> None:
    with undisturbed():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_fails_while_it_is_built_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="no"), undisturbed():
        raise ValueError("no")
    assert gc.isenabled()


def test_who_had_it_off_finds_it_off() -> None:
    gc.disable()
    with undisturbed():
        pass
    assert not gc.isenabled()


def test_what_is_set_aside_is_looked_at_no_more_but_what_comes_is() -> None:
    old = ring()
    set_aside()
    new = ring()
    gc.collect()
    assert old() is not None
    assert new() is None


def test_a_look_through_everything_throws_away_what_was_set_aside() -> None:
    old = ring()
    set_aside()
    look_through()
    assert old() is None
    assert gc.get_freeze_count() > 0


def test_an_open_tablet_is_set_aside_once_its_first_screen_stands(stillness: Stillness, clock: Clock) -> None:
    stillness.opening()
    assert not gc.isenabled()
    stillness.opened()
    assert not gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert clock.pass_by() == [SETTLED_SECONDS]
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_nothing_of_a_family_stays_in_a_ring_once_the_tablet_is_locked(
    stillness: Stillness, clock: Clock
) -> None:
    stillness.opening()
    families = ring()
    stillness.opened()
    clock.pass_by()
    gc.collect()
    assert families() is not None  # set aside: the test would tell nothing otherwise

    stillness.closed()
    assert gc.isenabled()
    assert clock.pass_by() == [CLEARED_SECONDS]
    assert families() is None


def test_a_tablet_locked_before_it_was_set_aside_is_never_set_aside_with_its_families(
    stillness: Stillness, clock: Clock
) -> None:
    stillness.opening()
    families = ring()
    stillness.opened()
    stillness.closed()
    assert clock.pass_by() == [CLEARED_SECONDS]
    assert families() is None


def test_an_unlock_that_comes_at_once_first_clears_what_was_there_before(
    stillness: Stillness, clock: Clock
) -> None:
    stillness.opening()
    stillness.opened()
    clock.pass_by()
    families = ring()
    set_aside()
    stillness.closed()
    stillness.opening()
    assert families() is None
    assert not gc.isenabled()
    assert clock.waiting == []


def test_an_unlock_that_was_refused_leaves_the_collector_on(stillness: Stillness, clock: Clock) -> None:
    stillness.opening()
    stillness.closed()
    assert gc.isenabled()
    clock.pass_by()
    assert gc.isenabled()
