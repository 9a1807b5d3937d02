"""Clocks under any history: one standing each, nothing from the order of telling, nothing rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.wraparound.clock_runs import Event, Now, Place, Version, work_out
from app.wraparound.rules.clocks import EVENTS, parse
from app.wraparound.rules.shipped import shipped_text

SHIPPED = parse(shipped_text("clocks"))
FIRST = date(2026, 1, 1)
OTHER = parse(
    '[[clock]]\ncode = "first_contact"\nname = "Sooner"\nstart = ["referred"]\nstop = ["first_contact"]\n'
    'days = 1\nearlier = true\n[[clock]]\ncode = "team_meeting"\nname = "More"\n'
    'start = ["enrolled", "team_meeting"]\nstop = ["team_meeting"]\nrepeats = true\ndays = 14\n'
)
days = st.integers(0, 400).map(lambda count: FIRST + timedelta(count))
ROLES = ("coordinator", "supervisor")


@st.composite
def events(draw: st.DrawFn) -> Event:
    day, code = draw(days), draw(st.sampled_from(EVENTS))
    hour = draw(st.one_of(st.none(), st.integers(0, 23)))
    at_ms = 0 if hour is None else int(datetime(day.year, day.month, day.day, hour).timestamp() * 1000)
    return Event(day, at_ms, code, draw(st.sampled_from(("", "aa", "bb"))))


histories = st.lists(events(), max_size=25)
versions = st.one_of(
    st.just([Version(date.min, "", SHIPPED)]),
    days.map(lambda day: [Version(date.min, "", SHIPPED), Version(day, "v2", OTHER)]),
)


def at(day: date) -> Now:
    return Now(day, int(datetime(day.year, day.month, day.day, 12).timestamp() * 1000))


def place(phase: int = 1) -> Place:
    return Place("open", phase, "", ROLES)


SEARCH = settings(max_examples=120, derandomize=True, deadline=None, database=None)


@SEARCH
@given(histories, versions, days)
def test_every_clock_has_one_standing_and_its_figures_agree(
    history: list[Event], rules: list[Version], today: date
) -> None:
    for one in work_out(history, rules, place(), at(today)):
        assert (one.met_on is not None) == (one.standing in ("met", "met_late"))
        assert 0.0 <= one.share_used <= 1.0
        if one.standing == "overdue":
            assert one.days_left < 0 and one.share_used == 1.0
        if one.standing in ("running", "due_soon"):
            assert one.days_left >= 0


@SEARCH
@given(histories, versions, days, st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter(
    history: list[Event], rules: list[Version], today: date, random: object
) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    twice = [*shuffled, *history]
    assert work_out(history, rules, place(), at(today)) == work_out(twice, rules, place(), at(today))


@SEARCH
@given(histories, versions, days, st.integers(0, 40))
def test_time_alone_never_gives_time_back(
    history: list[Event], rules: list[Version], today: date, later: int
) -> None:
    history = [one for one in history if one.on <= today]  # nothing happens meanwhile
    now = work_out(history, rules, place(), at(today))
    then = work_out(history, rules, place(), at(today + timedelta(later)))
    after = {(one.code, one.record_id, one.started_on): one for one in then}
    order = {"running": 0, "due_soon": 1, "overdue": 2}
    for one in now:
        next_one = after.get((one.code, one.record_id, one.started_on))
        if one.met_on is not None:
            assert one in then
        elif next_one is not None:
            assert order[next_one.standing] >= order[one.standing]
            assert next_one.days_left <= one.days_left and next_one.due_on == one.due_on


@SEARCH
@given(histories, days, days)
def test_other_rules_change_nothing_that_was_met_before_they_count(
    history: list[Event], today: date, begins: date
) -> None:
    history = [one for one in history if one.on < begins and one.code != "release_ends"]
    if today < begins:
        today = begins
    before = work_out(history, [Version(date.min, "", SHIPPED)], place(), at(today))
    both = [Version(date.min, "", SHIPPED), Version(begins, "v2", OTHER)]
    assert work_out(history, both, place(), at(today)) == before
