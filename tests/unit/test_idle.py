"""When a tablet locks by itself, on two clocks that may each be wrong."""

from __future__ import annotations

import pytest

from app.services.idle import (
    BACKGROUND_LOCK_SECONDS,
    EXCURSION_LOCK_SECONDS,
    LONGEST_IDLE_SECONDS,
    SHORTEST_IDLE_SECONDS,
    TABLE_LOCK_SECONDS,
    Idle,
)
from tests.fakes.tablet import FakeTime

USUAL = 300.0


def made(idle: float = USUAL) -> tuple[Idle, FakeTime]:
    time = FakeTime()
    return Idle(time, lambda: idle), time


def test_nobody_touching_it_is_idle() -> None:
    idle, time = made()
    time.pass_(USUAL - 1)
    assert idle.overdue() == ""
    idle.touch()
    time.pass_(USUAL - 1)
    assert idle.overdue() == ""
    time.pass_(1)
    assert idle.overdue() == "idle"


@pytest.mark.parametrize(("wall", "monotonic"), [(-3600, USUAL), (0, USUAL), (USUAL, 0), (86_400, 0)])
def test_whichever_clock_says_that_it_is_time_is_believed(wall: float, monotonic: float) -> None:
    idle, time = made()
    time.ms += int(wall * 1000)
    time.seconds += monotonic
    assert idle.overdue() == "idle"


def test_a_clock_turned_back_does_not_make_the_tablet_stay_open_longer() -> None:
    idle, time = made()
    idle.hidden()
    time.ms -= 86_400_000
    time.seconds += BACKGROUND_LOCK_SECONDS
    assert idle.overdue() == "background"


def test_hidden_is_counted_from_the_first_time() -> None:
    idle, time = made()
    idle.hidden()
    time.pass_(BACKGROUND_LOCK_SECONDS - 1)
    idle.hidden()  # HIDE, then PAUSE
    time.pass_(1)
    assert idle.overdue() == "background"


def test_an_excursion_is_longer_and_only_once() -> None:
    idle, time = made()
    idle.excursion()
    idle.hidden()
    time.pass_(EXCURSION_LOCK_SECONDS - 1)
    assert idle.overdue() == ""
    idle.shown()
    idle.hidden()
    time.pass_(BACKGROUND_LOCK_SECONDS)
    assert idle.overdue() == "background"


def test_what_is_overdue_stays_overdue_whatever_comes_first_after_a_long_sleep() -> None:
    for wake in ("touch", "shown", "hidden"):
        idle, time = made()
        idle.hidden()
        time.pass_(BACKGROUND_LOCK_SECONDS)
        getattr(idle, wake)()
        assert idle.overdue() == "background", wake
        idle, time = made()
        time.pass_(USUAL)
        getattr(idle, wake)()
        assert idle.overdue() == "idle", wake


def test_a_gap_between_ticks_is_sleep() -> None:
    idle, time = made()
    for _ in range(5):
        time.pass_(3)
        assert idle.tick() == ""
        idle.touch()
    time.ms += int(BACKGROUND_LOCK_SECONDS * 1000)  # asleep: the monotonic clock stood still
    assert idle.tick() == "sleep"
    assert idle.tick() == ""  # told once; the tablet is locked by now


def test_a_gap_that_an_excursion_allows_is_no_sleep() -> None:
    idle, time = made()
    idle.excursion()
    idle.hidden()
    time.pass_(EXCURSION_LOCK_SECONDS - 1)
    assert idle.tick() == ""


@pytest.mark.parametrize(
    ("kept", "counts"),
    [(0.0, SHORTEST_IDLE_SECONDS), (-5.0, SHORTEST_IDLE_SECONDS), (1e9, LONGEST_IDLE_SECONDS)],
)
def test_no_kept_choice_is_shorter_or_longer_than_sane(kept: float, counts: float) -> None:
    idle, time = made(kept)
    time.pass_(counts - 1)
    assert idle.overdue() == ""
    time.pass_(1)
    assert idle.overdue() == "idle"


def test_a_meeting_is_longer_until_it_ends_and_no_excuse_for_hiding() -> None:
    idle, time = made()
    stop = idle.stay_longer()
    time.pass_(TABLE_LOCK_SECONDS - 1)
    assert idle.overdue() == ""
    stop()
    stop()
    time.pass_(USUAL - 1)
    assert idle.overdue() == ""
    time.pass_(1)
    assert idle.overdue() == "idle"
    idle.begin()
    idle.stay_longer()
    idle.hidden()
    time.pass_(BACKGROUND_LOCK_SECONDS)
    assert idle.overdue() == "background"
    idle.begin()
    idle.end()
    time.pass_(USUAL)
    assert idle.overdue() == "idle"
