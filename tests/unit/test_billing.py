"""Contacts, the billing check and the tiers: tables of days, months and facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wraparound.billing import BillingCheck, check, suggested
from app.wraparound.contacts import (
    LoggedContact,
    Tally,
    day_on,
    last_of_month,
    medium_of,
    month_after,
    month_standing,
    tally,
)
from app.wraparound.rules.contacts import FunderRule, Requirement
from app.wraparound.rules.tiers import parse
from app.wraparound.tiers import Fired, Happened, Scored, TierFacts, fired

NEEDS = Requirement(2, 1, kinds=("home_visit", "phone"), mediums=("in_person", "phone"), min_minutes=15)
FUND = FunderRule("Fund", {"en": "Fund"}, NEEDS)
NOVEMBER = date(2026, 11, 1)


def contact(on: date, **other: Any) -> LoggedContact:
    values: dict[str, Any] = {
        "note_id": "", "family_id": "", "at_ms": 0, "on": on, "kind": "home_visit", "medium": "in_person",
        "made": True, "minutes": 50, "by": "me", "signed": True, "written_on": on,
    }  # fmt: skip
    return LoggedContact(**(values | other))


def checked(rule: FunderRule, *contacts: LoggedContact, today: date = date(2026, 11, 22),
            month: date = NOVEMBER, enrolled: date | None = None, ended: date | None = None) -> BillingCheck:
    found = check(rule, month, enrolled, ended, contacts, today, {"me": ("coordinator",)})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("other", "done", "in_person"),
    [
        ({}, 1, 1),
        ({"kind": "phone", "medium": "phone"}, 1, 0),
        ({"kind": "text", "medium": "text"}, 0, 0),
        ({"medium": "video"}, 0, 0),
        ({"minutes": 15}, 1, 1),
        ({"minutes": 14}, 0, 0),
        ({"made": False}, 0, 0),
        ({"signed": False}, 0, 0),
        ({"kind": "supervision"}, 0, 0),
    ],
)  # fmt: skip
def test_what_counts_as_a_contact(other: dict[str, Any], done: int, in_person: int) -> None:
    counted = tally([contact(NOVEMBER, **other)], NEEDS)
    assert (counted.done, counted.in_person) == (done, in_person)


def test_supervision_is_no_contact_even_where_every_kind_counts() -> None:
    assert tally([contact(NOVEMBER, kind="supervision")], Requirement(1)) == Tally()


def test_unsigned_ones_are_counted_apart_and_attempts_as_far_as_the_rule_says() -> None:
    unsigned = contact(NOVEMBER, signed=False)
    missed = contact(NOVEMBER, kind="attempt", made=False, minutes=2)
    needs = replace(NEEDS, attempts_up_to=2)
    assert tally([unsigned, missed, missed, missed], needs) == Tally(done=2, attempts=2, unsigned=1)
    assert tally([replace(missed, signed=False)], needs) == Tally()


def test_who_may_do_it_is_asked_of_roles() -> None:
    needs = replace(NEEDS, by=("supervisor", "coordinator"))
    assert tally([contact(NOVEMBER)], needs, {"me": ("partner",)}).done == 0
    assert tally([contact(NOVEMBER)], needs, {"me": ("partner", "coordinator")}).done == 1
    assert tally([contact(NOVEMBER)], needs, {}).done == 0


@pytest.mark.parametrize(
    ("kind", "place", "told", "medium"),
    [
        ("home_visit", "home", "", "in_person"), ("home_visit", "home", "video", "video"),
        ("home_visit", "video", "", "video"), ("phone", "home", "", "phone"), ("text", "phone", "", "text"),
        ("collateral", "phone", "", "phone"), ("collateral", "office", "", "in_person"),
        ("collateral", "", "", ""), ("school", "", "", "in_person"), ("crisis", "phone", "", "phone"),
    ],
)  # fmt: skip
def test_how_people_were_in_touch_follows_from_kind_and_place(
    kind: str, place: str, told: str, medium: str
) -> None:
    assert medium_of(kind, place, told) == medium


@pytest.mark.parametrize(
    ("day", "last", "after"),
    [
        (date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),
        (date(2100, 2, 1), date(2100, 2, 28), date(2100, 3, 1)),
    ],
)
def test_months_end_where_the_calendar_says(day: date, last: date, after: date) -> None:
    assert (last_of_month(day), month_after(day)) == (last, after)
    assert month_after(after, -1) == day.replace(day=1)


@pytest.mark.parametrize(
    ("utc", "on"),
    [
        (datetime(2026, 11, 1, 3, 59, tzinfo=UTC), date(2026, 10, 31)),  # still summer time: -4 h
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 12, 1, 4, 59, tzinfo=UTC), date(2026, 11, 30)),  # winter time: -5 h
        (datetime(2026, 3, 8, 4, 59, tzinfo=UTC), date(2026, 3, 7)),
        (datetime(2028, 3, 1, 4, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_a_contact_is_on_the_day_of_the_place_and_not_of_greenwich(utc: datetime, on: date) -> None:
    assert day_on(int(utc.timestamp() * 1000), ZoneInfo("America/New_York")) == on


@pytest.mark.parametrize(
    ("today", "left", "standing"),
    [
        (date(2026, 11, 22), 8, "open"), (date(2026, 11, 30), 0, "open"), (date(2026, 12, 1), -1, "missed"),
        (date(2026, 11, 1), 29, "open"),
    ],
)  # fmt: skip
def test_a_month_stays_open_to_its_last_day(today: date, left: int, standing: str) -> None:
    found = checked(FUND, contact(date(2026, 11, 3), kind="phone", medium="phone"), today=today)
    assert (found.stands.days_left, found.standing) == (left, standing)
    assert (found.stands.missing, found.stands.missing_in_person) == (1, 1)
    assert found.stands.last_day == date(2026, 11, 30)


def test_two_calls_are_not_enough_where_one_must_be_face_to_face() -> None:
    call = contact(date(2026, 11, 3), kind="phone", medium="phone")
    found = checked(FUND, call, call, call)
    assert (found.stands.missing, found.standing) == (1, "open")
    assert checked(FUND, call, contact(date(2026, 11, 30))).standing == "met"


def test_the_first_and_the_last_day_count_and_the_days_beside_them_do_not() -> None:
    days = (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1))
    assert checked(FUND, *(contact(day) for day in days)).stands.tally.done == 2
    leap = checked(FUND, contact(date(2028, 2, 29)), contact(date(2028, 3, 1)), month=date(2028, 2, 9),
                   today=date(2028, 2, 29))  # fmt: skip
    assert (leap.stands.tally.done, leap.stands.days_left) == (1, 0)


@pytest.mark.parametrize(
    ("mid_month", "needed", "in_person"),
    [("whole", 4, 2), ("part", 2, 1), ("none", 0, 0)],
)
def test_enrolment_in_mid_month_is_whole_in_part_or_not_at_all(
    mid_month: Any, needed: int, in_person: int
) -> None:
    rule = FunderRule("Fund", {"en": "Fund"}, Requirement(4, 2), mid_month=mid_month)
    half = checked(rule, enrolled=date(2026, 11, 16))
    assert (half.stands.needs.contacts, half.stands.needs.in_person) == (needed, in_person)
    assert checked(rule, enrolled=date(2026, 11, 1)).stands.needs.contacts == 4
    last = checked(rule, enrolled=date(2026, 11, 30))
    assert last.stands.needs.contacts == {"whole": 4, "part": 1, "none": 0}[mid_month]


def test_a_contact_before_enrolment_or_after_discharge_does_not_count() -> None:
    found = checked(FUND, contact(date(2026, 11, 4)), contact(date(2026, 11, 6)), contact(date(2026, 11, 21)),
                    enrolled=date(2026, 11, 5), ended=date(2026, 11, 20))  # fmt: skip
    assert found.stands.tally.done == 1
    assert (found.stands.last_day, found.standing) == (date(2026, 11, 20), "missed")


@pytest.mark.parametrize(
    ("enrolled", "ended"), [(date(2026, 12, 1), None), (None, date(2026, 10, 31))]
)
def test_a_month_without_service_has_no_check(enrolled: date | None, ended: date | None) -> None:
    assert check(FUND, NOVEMBER, enrolled, ended, (), date(2026, 11, 22)) is None


def test_a_share_in_person_is_rounded_up() -> None:
    rule = FunderRule("Fund", {"en": "Fund"}, Requirement(3), in_person_share=50)
    assert checked(rule).stands.needs.in_person == 2


def test_a_late_note_counts_within_the_days_of_the_rule() -> None:
    rule = replace(FUND, written_within_days=7)
    on = date(2026, 11, 28)
    assert checked(rule, contact(on, written_on=on + timedelta(7))).stands.tally.done == 1
    assert checked(rule, contact(on, written_on=on + timedelta(8))).stands.tally.done == 0
    assert checked(FUND, contact(on, written_on=on + timedelta(80))).stands.tally.done == 1


def test_another_funders_contact_and_one_marked_not_billable_do_not_count() -> None:
    on = date(2026, 11, 3)
    found = checked(FUND, contact(on, funder="Fund"), contact(on, funder="Other"), contact(on, billable="no"))
    assert found.stands.tally.done == 1


def test_nothing_is_asked_of_a_funder_who_is_not_billed() -> None:
    assert checked(replace(FUND, billed=False)).standing == "not_billed"
    assert checked(FunderRule("Fund", {"en": "Fund"}, Requirement())).standing == "not_billed"


def test_what_would_be_billable_is_suggested_by_the_same_rule() -> None:
    roles = {"me": ("coordinator",)}
    assert suggested(contact(NOVEMBER), FUND, roles) == "yes"
    assert suggested(contact(NOVEMBER, minutes=5), FUND, roles) == "no"
    assert suggested(contact(NOVEMBER, made=False), FUND, roles) == "no"
    assert suggested(contact(NOVEMBER), replace(FUND, billed=False), roles) == "no"
    assert suggested(contact(NOVEMBER), None, roles) == ""


DAYS = st.dates(date(2027, 12, 1), date(2028, 4, 30))


@given(st.lists(st.tuples(DAYS, st.booleans(), st.booleans()), max_size=12), DAYS, DAYS)
def test_done_and_missing_always_make_up_what_is_needed(
    told: list[tuple[date, bool, bool]], month: date, today: date
) -> None:
    contacts = [contact(on, made=made, signed=signed) for on, made, signed in told]
    stands = month_standing(NEEDS, contacts, today, month)
    assert stands.missing >= NEEDS.contacts - stands.tally.done
    assert stands.met is (stands.tally.done >= 2 and stands.tally.in_person >= 1)
    more = month_standing(NEEDS, [*contacts, contact(month)], today, month)
    assert more.missing <= stands.missing


# -- tiers --------------------------------------------------------------------------------

TODAY = date(2026, 11, 22)
RULES = parse("""
default = "low"
[[tier]]
code = "high"
name = "High"
[[tier]]
code = "low"
name = "Low"
[[rule]]
tier = "high"
why = "Scores"
[[rule.when]]
fact = "measure"
measure = "m"
informants = ["caregiver", "youth"]
least = 40
days = 30
[[rule]]
tier = "high"
fires = "any"
why = "Trouble"
[[rule.when]]
fact = "events"
kinds = ["arrest", "hospital"]
days = 90
least = 2
[[rule.when]]
fact = "setting"
home = false
[[rule.when]]
fact = "visit_safety"
[[rule]]
tier = "low"
why = "Calm"
[[rule.when]]
fact = "phase"
phases = [3, 4]
[[rule.when]]
fact = "crisis_notes"
days = 90
most = 0
""")


def score(total: int, days: int, informant: str = "caregiver", measure: str = "m") -> Scored:
    return Scored(measure, "M", informant, TODAY - timedelta(days), Decimal(total))


def what(**known: Any) -> Fired | None:
    return fired(RULES, TierFacts(TODAY, **known))


@pytest.mark.parametrize(
    ("scores", "fires"),
    [
        ((score(40, 3),), True), ((score(39, 3),), False), ((score(46, 29),), True),
        ((score(46, 30),), False),
        ((score(46, 9), score(20, 3)), False), ((score(46, 9), score(20, 3, "youth")), True),
        ((score(46, 3, "teacher"),), False), ((score(46, 3, measure="n"),), False), ((score(46, -1),), False),
        ((score(46, 9), score(20, -1)), True),
    ],
)  # fmt: skip
def test_the_latest_score_of_each_informant_counts_while_it_is_fresh(
    scores: tuple[Scored, ...], fires: bool
) -> None:
    assert (what(scores=scores) is not None) is fires


def test_what_the_rule_saw_is_told() -> None:
    found = what(scores=(score(46, 19), score(20, 3, "youth")))
    assert found is not None
    assert (found.number, found.rule.tier) == (1, "high")
    assert found.seen[0].score == score(46, 19)
    assert found.seen[0].on == date(2026, 11, 3)


def test_events_are_counted_by_kind_and_age() -> None:
    arrest = Happened("arrest", TODAY - timedelta(89))
    assert what(events=(arrest,)) is None
    assert what(events=(arrest, Happened("move", TODAY))) is None
    assert what(events=(arrest, Happened("hospital", TODAY + timedelta(1)))) is None
    assert what(events=(arrest, Happened("hospital", TODAY - timedelta(90)))) is None
    found = what(events=(arrest, Happened("hospital", TODAY)))
    assert found is not None
    assert (found.number, found.seen[0].count, found.seen[0].on) == (2, 2, TODAY)


@pytest.mark.parametrize(
    ("setting", "fires"), [("", False), ("home_relative", False), ("hospital", True), ("foster", True)]
)
def test_who_lives_away_from_home_is_known_only_where_it_was_told(setting: str, fires: bool) -> None:
    assert (what(setting=setting) is not None) is fires


def test_one_condition_is_enough_for_any_and_every_one_is_needed_for_all() -> None:
    safety = what(visit_safety=True)
    assert safety is not None
    assert (safety.number, len(safety.seen)) == (2, 1)
    assert what(phase=4, crisis_on=(TODAY - timedelta(89),)) is None
    calm = what(phase=4, crisis_on=(TODAY - timedelta(90),))
    assert calm is not None
    assert (calm.number, [one.condition.fact for one in calm.seen]) == (3, ["phase", "crisis_notes"])
    assert what(phase=2) is None


def test_the_first_rule_that_fires_wins() -> None:
    found = what(scores=(score(46, 3),), phase=4, visit_safety=True)
    assert found is not None
    assert found.number == 1
