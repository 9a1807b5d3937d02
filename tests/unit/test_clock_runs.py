"""Clocks by the table: what starts and stops them, on which day they are due, under which rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from app.wraparound.clock_runs import Event, Now, Place, Version, work_out
from app.wraparound.clocks import FamilyClock
from app.wraparound.rules.clocks import parse

TODAY = date(2026, 11, 25)
HOUR = 3_600_000


def ms(day: date, hour: float = 12) -> int:
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000 + hour * HOUR)


def on(code: str, day: date, subject: str = "", at_ms: int = 0, **more: object) -> Event:
    return Event(day, at_ms, code, subject, **more)  # type: ignore[arg-type]


def at(code: str, day: date, hour: float, subject: str = "") -> Event:
    return Event(day, ms(day, hour), code, subject)


def rules(*clocks: str, calendar: str = "") -> str:
    return "\n".join([calendar, *(f'[[clock]]\nname = "A clock"\n{one}' for one in clocks)])


def version(text: str, begins: date = date.min, version_id: str = "") -> Version:
    return Version(begins, version_id, parse(text))


def stands(text: str, events: list[Event], today: date = TODAY, hour: float = 12) -> list[FamilyClock]:
    return list(work_out(events, [version(text)], Place(), Now(today, ms(today, hour))))


FIRST = 'code = "c"\nstart = ["referred"]\nstop = ["first_contact"]\ndays = 3\nsoon = 1'
MONTH = 'code = "m"\nstart = ["enrolled", "team_meeting"]\nstop = ["team_meeting"]\nrepeats = true\ndays = 35'
SIGN = 'code = "s"\nstart = ["note_saved"]\nstop = ["note_signed"]\nworking_days = 7'
CRISIS = 'code = "h"\nstart = ["crisis_note"]\nstop = ["crisis_plan_changed"]\nhours = 48'
ENDS = 'code = "r"\nstart = ["release_ends"]\nstop = ["release_over"]\nbefore = 30\nsoon = 14\ngone_after = 7'


@pytest.mark.parametrize(
    ("days_ago", "standing", "left"),
    [(0, "running", 3), (1, "running", 2), (2, "due_soon", 1), (3, "due_soon", 0), (4, "overdue", -1)],
)
def test_a_clock_runs_is_due_soon_and_is_over(days_ago: int, standing: str, left: int) -> None:
    (clock,) = stands(rules(FIRST), [on("referred", TODAY - timedelta(days_ago))])
    assert (clock.standing, clock.days_left) == (standing, left)
    assert clock.share_used == min(days_ago / 3, 1.0)


@pytest.mark.parametrize(("after", "standing"), [(0, "met"), (3, "met"), (4, "met_late")])
def test_what_is_done_on_the_last_day_is_in_time(after: int, standing: str) -> None:
    begun = TODAY - timedelta(20)
    (clock,) = stands(rules(FIRST), [on("referred", begun), on("first_contact", begun + timedelta(after))])
    assert (clock.standing, clock.met_on) == (standing, begun + timedelta(after))


def test_what_was_done_before_the_start_counts_only_where_the_rule_says_so() -> None:
    events = [on("referred", TODAY), on("first_contact", TODAY - timedelta(2))]
    assert stands(rules(FIRST), events)[0].standing == "running"
    (clock,) = stands(rules(FIRST + "\nearlier = true"), events)
    assert (clock.standing, clock.met_on) == ("met", TODAY - timedelta(2))


def test_what_met_the_first_time_does_not_meet_the_second() -> None:
    first, again = TODAY - timedelta(300), TODAY - timedelta(1)
    events = [on("referred", first), on("first_contact", first), on("referred", again)]
    found = stands(rules(FIRST + "\nearlier = true"), events)
    assert [(one.started_on, one.standing) for one in found] == [(again, "running"), (first, "met")]


def test_further_starts_change_nothing_while_a_clock_runs() -> None:
    events = [on("referred", TODAY - timedelta(9)), on("referred", TODAY - timedelta(1))]
    (clock,) = stands(rules(FIRST), events)
    assert (clock.started_on, clock.days_left) == (TODAY - timedelta(9), -6)


def test_a_repeating_clock_starts_again_with_what_met_it() -> None:
    days = [TODAY - timedelta(n) for n in (100, 60, 20)]
    events = [on("enrolled", days[0]), *(on("team_meeting", day) for day in days[1:])]
    found = stands(rules(MONTH), events)
    assert [(one.started_on, one.standing) for one in found] == [
        (days[2], "running"), (days[1], "met_late"), (days[0], "met_late"),
    ]  # fmt: skip
    assert found[0].due_on == days[2] + timedelta(35)


def test_nothing_meets_the_clock_that_it_starts() -> None:
    text = rules('code = "x"\nstart = ["measure"]\nstop = ["measure"]\ndays = 9')
    (clock,) = stands(text, [on("measure", TODAY)])
    assert clock.standing == "running"


def test_two_meetings_on_one_day_leave_one_clock_running() -> None:
    day = TODAY - timedelta(3)
    events = [on("enrolled", day), at("team_meeting", day, 9), at("team_meeting", day, 15)]
    waiting = [one for one in stands(rules(MONTH), events) if one.met_on is None]
    assert [(one.started_on, one.standing) for one in waiting] == [(day, "running")]


def test_a_meeting_told_late_is_put_where_it_belongs() -> None:
    events = [on("enrolled", TODAY - timedelta(50)), on("team_meeting", TODAY - timedelta(5))]
    assert [one.standing for one in stands(rules(MONTH), events)] == ["running", "met_late"]
    events.append(on("team_meeting", TODAY - timedelta(30)))
    assert [one.standing for one in stands(rules(MONTH), events)] == ["running", "met", "met"]


def test_each_note_has_a_clock_of_its_own() -> None:
    day = date(2026, 11, 2)
    events = [on("note_saved", day, "aa"), on("note_saved", day, "bb"),
              on("note_signed", day, "aa")]  # fmt: skip
    waiting = [one for one in stands(rules(SIGN), events) if one.met_on is None]
    assert [one.record_id for one in waiting] == ["bb"]


@pytest.mark.parametrize(
    ("saved", "due"),
    [
        (date(2026, 11, 2), date(2026, 11, 11)),
        (date(2026, 12, 23), date(2027, 1, 1)),
        (date(2026, 11, 7), date(2026, 11, 17)),
    ],
)
def test_working_days_leave_out_weekends(saved: date, due: date) -> None:
    assert stands(rules(SIGN), [on("note_saved", saved, "a")], saved)[0].due_on == due


def test_working_days_leave_out_holidays_of_the_calendar() -> None:
    calendar = '[calendar]\nyearly = ["christmas", "new_year"]\nholidays = ["2026-12-24"]'
    saved = date(2026, 12, 23)
    (clock,) = stands(rules(SIGN, calendar=calendar), [on("note_saved", saved, "a")], saved)
    assert clock.due_on == date(2027, 1, 6)  # without 24 and 25 December and 1 January


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 1, 31), 30, date(2026, 3, 2)),
        (date(2028, 1, 30), 30, date(2028, 2, 29)),
        (date(2027, 1, 30), 30, date(2027, 3, 1)),
        (date(2026, 12, 1), 35, date(2027, 1, 5)),
    ],
)
def test_days_run_over_month_ends_and_leap_days(start: date, days: int, due: date) -> None:
    text = rules(f'code = "x"\nstart = ["enrolled"]\nstop = ["team_meeting"]\ndays = {days}')
    assert stands(text, [on("enrolled", start)], start)[0].due_on == due


def test_hours_are_instants() -> None:
    started = TODAY - timedelta(2)
    (clock,) = stands(rules(CRISIS), [at("crisis_note", started, 12)], TODAY, 11.5)
    assert (clock.standing, clock.due_at_ms, clock.days_left) == ("due_soon", ms(TODAY, 12), 0)
    (clock,) = stands(rules(CRISIS), [at("crisis_note", started, 12)], TODAY, 12.5)
    assert (clock.standing, clock.days_left) == ("overdue", -1)


def test_forty_eight_hours_stay_so_when_the_clocks_are_set_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        started = date(2026, 3, 7)  # in the night of the 8th an hour is left out
        (clock,) = stands(rules(CRISIS), [at("crisis_note", started, 12)], date(2026, 3, 8))
        assert clock.due_at_ms - ms(started, 12) == 48 * HOUR
        assert datetime.fromtimestamp(clock.due_at_ms / 1000) == datetime(2026, 3, 9, 13)
        (days,) = stands(rules(FIRST), [on("referred", started)], date(2026, 3, 10))
        assert (days.due_on, days.days_left) == (date(2026, 3, 10), 0)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_plan_changed_on_the_day_of_the_crisis_counts_whatever_the_hour() -> None:
    events = [at("crisis_note", TODAY, 9), on("crisis_plan_changed", TODAY)]
    assert stands(rules(CRISIS), events, TODAY, 20)[0].standing == "met"
    before = [at("crisis_note", TODAY, 9), at("crisis_plan_changed", TODAY, 8)]
    assert stands(rules(CRISIS), before, TODAY, 20)[0].met_on is None


@pytest.mark.parametrize(
    ("left", "standing"),
    [(31, None), (30, "running"), (14, "due_soon"), (0, "due_soon"), (-7, "overdue"), (-8, None)],
)
def test_a_day_to_come_is_told_of_before_it_and_a_little_after(left: int, standing: str | None) -> None:
    found = stands(rules(ENDS), [on("release_ends", TODAY + timedelta(left), "r1")])
    assert [one.standing for one in found] == ([standing] if standing else [])


def test_what_lies_years_ahead_neither_starts_nor_meets_anything() -> None:
    wild = date(2090, 1, 1)
    assert stands(rules(FIRST), [on("referred", wild)]) == []
    assert stands(rules(FIRST), [on("referred", TODAY), on("first_contact", wild)])[0].standing == "running"
    far = [on("referred", date.max), on("referred", date.min), on("release_ends", date.max, "r")]
    assert stands(rules(FIRST, ENDS), far)[0].standing == "overdue"
    assert len(stands(rules(SIGN), [on("note_saved", date.max, "a")], date.max)) == 1


def test_a_day_that_was_agreed_takes_the_place_of_the_rules() -> None:
    text = rules('code = "q"\nstart = ["request_received"]\nstop = ["request_answered"]\ndays = 30')
    (clock,) = stands(text, [on("request_received", TODAY, "q", due=TODAY + timedelta(45))])
    assert clock.days_left == 45


def test_a_clock_goes_on_under_the_rules_of_the_day_it_started() -> None:
    old, new = version(rules(FIRST)), version(rules(FIRST.replace("days = 3", "days = 10")), TODAY, "v2")
    place, now = Place(), Now(TODAY + timedelta(5), ms(TODAY + timedelta(5)))
    (clock,) = work_out([on("referred", TODAY - timedelta(1))], [old, new], place, now)
    assert (clock.standing, clock.version) == ("overdue", "")
    (clock,) = work_out([on("referred", TODAY)], [old, new], place, now)
    assert (clock.standing, clock.version, clock.days_left) == ("running", "v2", 5)


def test_a_clock_that_was_taken_out_of_the_rules_keeps_what_was_begun() -> None:
    versions = [version(rules(FIRST)), version(rules(SIGN), TODAY, "v2")]
    now = Now(TODAY + timedelta(1), ms(TODAY + timedelta(1)))
    (clock,) = work_out([on("referred", TODAY - timedelta(1))], versions, Place(), now)
    assert clock.code == "c"
    assert work_out([on("referred", TODAY)], versions, Place(), now) == ()


def test_a_day_to_come_is_told_of_as_soon_as_any_rule_in_force_says_so() -> None:
    ends, begins = TODAY + timedelta(40), TODAY - timedelta(5)
    wider = version(rules(ENDS.replace("before = 30", "before = 60")), begins, "v2")
    now = Now(TODAY, ms(TODAY))
    (clock,) = work_out([on("release_ends", ends, "r")], [version(rules(ENDS)), wider], Place(), now)
    assert clock.version == "v2"


@pytest.mark.parametrize(
    ("applies", "place", "runs"),
    [
        ("phases = [1, 2]", Place(phase=2), True), ("phases = [1, 2]", Place(phase=3), False),
        ('tiers = ["high"]', Place(tier="high"), True), ('tiers = ["high"]', Place(tier=""), False),
        ("", Place(status="closed"), False), ('status = ["open", "closed"]', Place(status="closed"), True),
    ],
)  # fmt: skip
def test_a_clock_runs_for_whom_it_is(applies: str, place: Place, runs: bool) -> None:
    text = rules(FIRST + f"\n[clock.applies]\n{applies}")
    found = work_out([on("referred", TODAY)], [version(text)], place, Now(TODAY, ms(TODAY)))
    assert bool(found) is runs


def test_what_was_met_stays_whatever_the_family_is_now() -> None:
    text = rules(FIRST + "\n[clock.applies]\nphases = [1]")
    events = [on("referred", TODAY), on("first_contact", TODAY)]
    (clock,) = work_out(events, [version(text)], Place("closed", 4), Now(TODAY, ms(TODAY)))
    assert clock.standing == "met"


def test_only_those_are_asked_whom_the_rule_names() -> None:
    text = rules(FIRST + '\nroles = ["supervisor"]')
    now = Now(TODAY, ms(TODAY))
    assert not work_out([on("referred", TODAY)], [version(text)], Place(roles=("coordinator",)), now)
    assert work_out([on("referred", TODAY)], [version(text)], Place(roles=("supervisor",)), now)


def test_the_one_to_act_on_first_stands_in_front() -> None:
    events = [on("referred", TODAY), on("note_saved", TODAY - timedelta(30), "n"), on("enrolled", TODAY)]
    assert [one.code for one in stands(rules(FIRST, MONTH, SIGN), events)] == ["s", "c", "m"]
