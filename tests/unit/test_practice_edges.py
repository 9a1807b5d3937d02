"""The last day, the first point, the empty list: where a rule of the practice turns, on both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.errors import InvalidInput
from app.wraparound.clock_runs import Event, Now, Place, Version, work_out
from app.wraparound.clocks import FamilyClock, run, running
from app.wraparound.contacts import fits, month_standing
from app.wraparound.cosigning import Decision, counted
from app.wraparound.opening_hours import counts_on, spans_of
from app.wraparound.packet import answer
from app.wraparound.referrals import Outcome, StepWrong, check_day, check_step, share_of
from app.wraparound.reliable_change import jacobson_truax
from app.wraparound.rules import clocks, measures
from app.wraparound.rules.contacts import Requirement
from app.wraparound.rules.measures import MOST_TEXT, Measure
from app.wraparound.rules.packet import Ask
from app.wraparound.rules.reading import RuleError
from app.wraparound.scoring import band_of, score, totals

D = date
HOUR = 3_600_000
TODAY = D(2026, 11, 25)
DAY = timedelta(1)


def ms(hour: float, day: date = TODAY) -> int:
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000 + hour * HOUR)


# -- contacts and co-signatures --------------------------------------------------------------


@dataclass(frozen=True)
class Contact:
    on: date = TODAY
    kind: str = "phone"
    medium: str = "phone"
    made: bool = True
    minutes: int = 20
    by: str = "w"
    signed: bool = True


NEEDS = Requirement(contacts=1)


@pytest.mark.parametrize(
    ("contact", "needs", "takes"),
    [
        (Contact(), NEEDS, True),
        (Contact(kind="supervision"), NEEDS, False),
        (Contact(), replace(NEEDS, kinds=("home_visit",)), False),
        (Contact(kind="home_visit"), replace(NEEDS, kinds=("home_visit",)), True),
        (Contact(made=False), replace(NEEDS, kinds=("home_visit",)), True),
        (Contact(), replace(NEEDS, mediums=("in_person",)), False),
        (Contact(), replace(NEEDS, mediums=("phone",)), True),
        (Contact(), replace(NEEDS, min_minutes=20), True),
        (Contact(), replace(NEEDS, min_minutes=21), False),
        (Contact(made=False), replace(NEEDS, min_minutes=21), True),
        (Contact(), replace(NEEDS, by=("coordinator",)), True),
        (Contact(), replace(NEEDS, by=("partner",)), False),
    ],
)
def test_a_contact_fits_by_kind_medium_length_and_author(
    contact: Contact, needs: Requirement, takes: bool
) -> None:
    assert fits(contact, needs, {"w": ("coordinator",)}) is takes
    assert fits(contact, needs, None) is (takes or bool(needs.by))


@pytest.mark.parametrize(
    ("day", "done"), [(D(2026, 10, 31), 0), (D(2026, 11, 1), 1), (D(2026, 11, 30), 1), (D(2026, 12, 1), 0)]
)
def test_a_month_has_its_first_day_and_its_last(day: date, done: int) -> None:
    assert month_standing(NEEDS, [Contact(day)], TODAY, TODAY).tally.done == done


def test_only_decisions_there_are_count_and_never_the_authors_own() -> None:
    made = [Decision(f"d{n}", by, what, n, "x") for n, (by, what) in enumerate(
        (("me", "co_signed"), ("boss", "shredded"), ("boss", "returned"), ("boss", "co_signed"))
    )]  # fmt: skip
    assert [one.decision_id for one in counted(reversed(made), "me")] == ["d2", "d3"]


# -- clocks ----------------------------------------------------------------------------------


def clocks_of(rule: str, *events: Event, hour: float = 12, today: date = TODAY) -> tuple[FamilyClock, ...]:
    text = f'[[clock]]\ncode = "c"\nname = "C"\n{rule}'
    return work_out(events, [Version(D.min, "", clocks.parse(text))], Place(), Now(today, ms(hour, today)))


CRISIS = 'start = ["crisis_note"]\nstop = ["crisis_plan_changed"]\nhours = 4'
BEGUN = Event(TODAY, ms(6), "crisis_note")


@pytest.mark.parametrize(("hour", "standing"), [(9.9, "due_soon"), (10, "due_soon"), (10.01, "overdue")])
def test_hours_are_over_after_their_last_moment(hour: float, standing: str) -> None:
    (clock,) = clocks_of(CRISIS, BEGUN, hour=hour)
    assert clock.standing == standing
    assert (clock.days_left < 0) == (standing == "overdue")
    assert clock.share_used == pytest.approx(min((hour - 6) / 4, 1.0))


@pytest.mark.parametrize(("hour", "standing"), [(5.9, None), (6, "met"), (10, "met"), (10.01, "met_late")])
def test_hours_are_met_from_their_first_moment_to_their_last(hour: float, standing: str | None) -> None:
    (clock,) = clocks_of(CRISIS, BEGUN, Event(TODAY, ms(hour), "crisis_plan_changed"))
    assert (clock.standing if clock.met_on else None) == standing


def test_hours_that_run_into_tomorrow_are_not_due_soon_today() -> None:
    (clock,) = clocks_of(CRISIS.replace("4", "40"), BEGUN)
    assert (clock.standing, clock.days_left) == ("running", 1)


@pytest.mark.parametrize(("days_ago", "clocks"), [(30, 1), (31, 0)])
def test_what_is_left_out_at_once_is_gone_the_day_after(days_ago: int, clocks: int) -> None:
    rule = 'start = ["enrolled"]\nstop = ["contact"]\ndays = 30\ngone_after = 0'
    assert len(clocks_of(rule, Event(TODAY - days_ago * DAY, 0, "enrolled"))) == clocks


def test_what_ends_on_its_day_is_never_met_late() -> None:
    rule = 'start = ["release_ends"]\nstop = ["release_over"]\nbefore = 30'
    ended = Event(TODAY - 3 * DAY, 0, "release_ends", "r")
    (clock,) = clocks_of(rule, ended, Event(TODAY, 0, "release_over", "r"))
    assert (clock.standing, clock.met_on) == ("met", TODAY)


def test_what_was_done_before_the_last_start_meets_no_new_one() -> None:
    rule = 'start = ["referred"]\nstop = ["first_contact"]\ndays = 3\nearlier = true'
    first, done = Event(TODAY - 9 * DAY, 0, "referred"), Event(TODAY - 9 * DAY, 0, "first_contact")
    assert [one.met_on is None for one in clocks_of(rule, first, done, Event(TODAY, 0, "referred"))] == [
        True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "state"), [(-1, "overdue"), (0, "due_soon"), (3, "due_soon"), (4, "on_time")]
)
def test_a_clock_of_one_thing_turns_on_its_day(left: int, state: str) -> None:
    assert run("c", TODAY - 9 * DAY, TODAY + left * DAY, TODAY, 3).state == state


@pytest.mark.parametrize(("days_ago", "state"), [(0, "on_time"), (3, "due_soon"), (4, "overdue")])
def test_a_list_shows_a_clock_as_it_stands(days_ago: int, state: str) -> None:
    rule = 'start = ["enrolled"]\nstop = ["contact"]\ndays = 3\nsoon = 1'
    assert running(clocks_of(rule, Event(TODAY - days_ago * DAY, 0, "enrolled"))[0]).state == state


# -- packets ---------------------------------------------------------------------------------

SINCE, UNTIL = D(2026, 1, 1), D(2026, 6, 30)


@pytest.mark.parametrize(
    ("ask", "days", "state"),
    [
        (Ask("vision"), [UNTIL], "met"),
        (Ask("vision"), [UNTIL + DAY], "missing"),
        (Ask("contact", within=(UNTIL - SINCE).days), [], "running"),
        (Ask("contact", within=(UNTIL - SINCE).days - 1), [], "missing"),
        (Ask("plan_version", every=180), [SINCE], "met"),
        (Ask("plan_version", every=179), [SINCE], "late"),
        (Ask("plan_version", every=180), [], "running"),
        (Ask("plan_version", every=179), [], "missing"),
        (Ask("plan_version", every=180), [SINCE - DAY], "late"),
        (Ask("team_meeting", each_month=1), [D(2026, m, 1) for m in range(1, 7)], "met"),
    ],
)
def test_a_standard_turns_on_its_last_day(ask: Ask, days: list[date], state: str) -> None:
    found = answer(ask, days, SINCE, SINCE, UNTIL)
    assert found.state == state
    if ask.each_month:
        assert found.on == days[0]


def test_days_without_a_whole_month_ask_for_none() -> None:
    assert answer(Ask("contact", each_month=1), [], SINCE, SINCE, SINCE + 9 * DAY).state == "running"


# -- scores ----------------------------------------------------------------------------------


def measure(more: str = "", scoring: str = "sum") -> Measure:
    text = (
        '[private_talk]\nprotocol = "Tell."\n[[measure]]\ncode = "m"\nname = "M"\ninformants = ["youth"]\n'
        f'items = 2\nmost = 3\nbetter = "down"\nscoring = "{scoring}"\n{more}'
    )
    return measures.parse(text).measures[0]


PARTS = "".join(
    f'[[measure.subscale]]\ncode = "{code}"\nname = "N"\nitems = [{item}]\n'
    for item, code in ((1, "a"), (2, "b"))
)


@pytest.mark.parametrize(
    ("answered", "code"), [(-1, "too_many_answered"), (0, ""), (2, ""), (3, "too_many_answered")]
)
def test_totals_are_of_as_many_items_as_there_are(answered: int, code: str) -> None:
    try:
        assert totals(measure(), Decimal(3), {}, answered).answered == 2 and not code
    except InvalidInput as refused:
        assert refused.code == code


def test_one_part_without_the_other_makes_no_total() -> None:
    assert totals(measure(PARTS), Decimal(3), {"a": Decimal(1)}, 0).total == 3
    assert score(measure("blanks = 1"), {}).total is None


@pytest.mark.parametrize(("total", "found"), [("0.9", False), ("1", True), ("2", True), ("2.1", False)])
def test_a_band_has_both_its_ends(total: str, found: bool) -> None:
    band = '[[measure.band]]\nfrom = 1\nto = 2\nwords = "Some"\n'
    assert (band_of(measure(band), Decimal(total), "youth") is not None) is found
    whose = measure(band + 'informants = ["caregiver"]')
    assert band_of(whose, Decimal(total), "youth") is None


@pytest.mark.parametrize("reliability", [-0.1, 1.0])
def test_a_reliability_lies_from_nothing_to_below_one(reliability: float) -> None:
    assert jacobson_truax(1, 0.0) > 0
    with pytest.raises(ValueError, match="reliability"):
        jacobson_truax(1, reliability)


@pytest.mark.parametrize(
    ("number", "words", "fine"),
    [("1", MOST_TEXT, True), ("2", 1, True), ("0", 1, False), ("3", 1, False), ("a", 1, False),
     ("1", MOST_TEXT + 1, False)],
)  # fmt: skip
def test_words_of_items_stand_at_items_there_are(number: str, words: int, fine: bool) -> None:
    more = f'[measure.item_texts]\n{number} = "{"x" * words}"'
    if fine:
        assert measure(more).item_texts == {int(number): {"en": "x" * words}}
    else:
        with pytest.raises(RuleError):
            measure(more)


# -- referrals -------------------------------------------------------------------------------


def test_a_step_may_be_of_today_and_a_draft_is_no_sent_referral() -> None:
    days = {"draft": "2026-11-01", "sent": "2026-11-02"}
    check_day(days, "sent", TODAY, TODAY)
    check_step("draft", {"draft": "2026-11-01"}, "sent", TODAY, TODAY)
    for day in (TODAY + DAY, D(2026, 10, 31)):
        with pytest.raises(StepWrong):
            check_day(days, "sent", day, TODAY)
    sent = Outcome("sent", "2026-11-02", "")
    share = share_of([sent, replace(sent, status="draft"), replace(sent, sent_on="")])
    assert (share.sent, share.connected, share.days) == (1, 0, None)


# -- hours -----------------------------------------------------------------------------------


def open_on(day: date, **schedule: Any) -> bool:
    spans = list(spans_of({"opens_at": "09:00", "closes_at": "10:00", **schedule}))
    return any(one.day == day.weekday() and counts_on(one.rule, day) for one in spans)


THURSDAY = D(2026, 1, 1)


@pytest.mark.parametrize(
    ("schedule", "day", "is_open"),
    [
        ({"freq": "WEEKLY", "dtstart": "2026-01-01"}, THURSDAY, True),
        ({"freq": "WEEKLY", "dtstart": "2026-01-01"}, THURSDAY + DAY, False),
        ({"freq": "WEEKLY", "dtstart": "2026-01-01", "byday": "FR"}, THURSDAY, False),
        ({"freq": "WEEKLY"}, THURSDAY, False),
        ({"freq": "WEEKLY", "byday": "TH", "interval": 2, "dtstart": "2026-01-15"}, THURSDAY, False),
        ({"freq": "DAILY"}, THURSDAY, True),
        ({"freq": "DAILY", "interval": 2, "dtstart": "2026-01-01"}, THURSDAY, False),
        ({"freq": "DAILY", "bymonthday": "1"}, THURSDAY + DAY, False),
        ({"freq": "MONTHLY"}, THURSDAY, False),
        ({"freq": "MONTHLY", "byday": "TH"}, THURSDAY, True),
        ({"freq": "MONTHLY", "byday": "1TH,2FR"}, THURSDAY + DAY, False),
        ({"byday": "2TH"}, THURSDAY, False),
        ({"byday": "TH", "bymonthday": "2"}, THURSDAY, False),
        ({"byday": "TH", "interval": 0}, THURSDAY, True),
        ({"byday": "TH", "interval": -1}, THURSDAY, False),
        ({"byday": "TH", "closes_at": ""}, THURSDAY, False),
    ],
)
def test_a_schedule_is_open_only_where_all_of_it_says_so(
    schedule: dict[str, Any], day: date, is_open: bool
) -> None:
    assert open_on(day, **schedule) is is_open
