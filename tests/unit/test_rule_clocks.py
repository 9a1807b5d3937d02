"""The rule files clocks, notes, domains and labels: what ships, what is refused and on which line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.wraparound.rules import clocks, domains, labels, notes
from app.wraparound.rules.calendar import YEARLY, Calendar
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import shipped_text
from app.wraparound.vocabulary import LABELS, LIFE_DOMAINS, NOTE_KINDS

ONE = '[[clock]]\ncode = "c"\nname = "A call"\nstart = ["referred"]\nstop = ["first_contact"]\ndays = 3\n'
PUBLISHED = {
    "first_contact": ("days", 3), "first_visit": ("days", 10), "crisis_plan": ("days", 0),
    "consents": ("days", 7), "story": ("days", 20), "first_team_meeting": ("days", 30), "plan": ("days", 35),
    "team_meeting": ("days", 35), "plan_review": ("days", 60), "review_after_transfer": ("days", 30),
    "measures": ("days", 90), "sign_note": ("working_days", 7), "crisis_revision": ("hours", 48),
    "release": ("before", 30), "oral_report": ("hours", 12), "written_report": ("hours", 48),
    "record_request": ("days", 30), "extension": ("days", 150),
}  # fmt: skip
"""The default set of the design (02, Clocks)."""


def test_the_shipped_clocks_are_those_of_the_design_in_both_languages_with_their_source() -> None:
    found = clocks.parse(shipped_text("clocks"))
    for code, (unit, amount) in PUBLISHED.items():
        rule = found.clock(code)
        assert rule is not None and (rule.unit, rule.amount) == (unit, amount), code
    for rule in found.clocks:
        assert rule.source
        for words in (rule.name, rule.reason, rule.how):
            assert words is not None and set(words) == {"en", "es"}, rule.code
    assert {rule.code for rule in found.clocks if rule.restricted} == {"oral_report", "written_report"}


@pytest.mark.parametrize(
    ("wrong", "line", "reason"),
    [
        (ONE.replace("referred", "refered"), 4, "unknown_value"),
        (ONE.replace("days = 3\n", ""), 2, "one_length"),
        (ONE + "hours = 3\n", 2, "one_length"),
        (ONE + "day = 3\n", 7, "unknown_key"),
        (ONE + ONE, 8, "twice"),
        (ONE.replace("first_contact", "note_signed"), 5, "mixed_events"),
        (ONE.replace("days = 3", "before = 3") + "repeats = true\n", 7, "no_repeats"),
        (ONE + "applies.phases = [1, 7]\n", 7, "unknown_value"),
        (ONE + 'applies.phases = "1"\n', 7, "unknown_value"),
        ('[calendar]\nholidays = ["Monday"]\n', 2, "not_a_day"),
        ('[calendar]\nworking_days = []\n', 2, "empty"),
        ('[calendar]\nyearly = ["easter"]\n', 2, "unknown_value"),
        ("[[clock]\n", 1, "not_toml"),
        ("".join(ONE.replace('"c"', f'"c{n}"') for n in range(201)), 1201, "too_many"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_line(wrong: str, line: int, reason: str) -> None:
    with pytest.raises(RuleError) as raised:
        clocks.parse(wrong)
    assert (raised.value.reason, raised.value.line) == (reason, line)


def test_an_empty_file_runs_no_clock_and_works_monday_to_friday() -> None:
    found = clocks.parse("")
    assert found.clocks == () and found.calendar == Calendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 7, 3), False),  # the 4th is a Saturday
        (date(2027, 7, 5), False),  # the 4th is a Sunday
        (date(2027, 12, 31), False),  # New Year's Day 2028 is a Saturday
        (date(2026, 11, 26), False), (date(2026, 11, 27), True), (date(2026, 5, 25), False),
        (date(2026, 1, 19), False), (date(2026, 2, 16), False), (date(2026, 9, 7), False),
        (date(2026, 10, 12), False), (date(2026, 11, 11), False), (date(2026, 6, 19), False),
        (date(2026, 12, 25), False), (date(2026, 11, 28), False), (date(2026, 11, 24), True),
    ],
)  # fmt: skip
def test_federal_holidays_fall_on_their_days(day: date, works: bool) -> None:
    assert Calendar(yearly=tuple(YEARLY)).works(day) is works


def test_the_calendar_ends_without_a_crash() -> None:
    assert Calendar(yearly=tuple(YEARLY)).after(date.max, 5) == date.max
    assert Calendar(working=frozenset()).after(date(9990, 1, 1), 1) > date(9999, 1, 1)


@pytest.mark.parametrize(
    ("parse", "table", "offered"),
    [
        (lambda text: notes.parse(text).kinds, "kind", NOTE_KINDS),
        (lambda text: domains.parse(text).domains, "domain", LIFE_DOMAINS),
        (lambda text: labels.parse(text).labels, "label", LABELS),
    ],
)
def test_what_ships_offers_everything_and_so_does_an_empty_file(
    parse: Callable[[str], Any], table: str, offered: tuple[str, ...]
) -> None:
    assert tuple(parse(shipped_text(f"{table}s" if table != "kind" else "notes"))) == offered
    assert tuple(parse("")) == offered
    with pytest.raises(RuleError) as raised:
        parse(f'[[{table}]]\ncode = "none_such"\n')
    assert (raised.value.reason, raised.value.line) == ("unknown_value", 2)


def test_a_kind_that_is_left_out_is_not_offered() -> None:
    two = '[[kind]]\ncode = "phone"\nco_sign = true\n[[kind]]\ncode = "text"\nname = "Message"\n'
    found = notes.parse(two)
    assert tuple(found.kinds) == ("phone", "text") and found.co_signed == {"phone"}
    assert found.kinds["text"].offered.name == {"en": "Message"}


def test_labels_cannot_be_renamed_and_two_are_always_there() -> None:
    for wrong, reason in (
        ('[[label]]\ncode = "general"\nname = "Open"\n', "no_other_name"),
        ('[[label]]\ncode = "general"\n', "always_offered"),
        ('[[label]]\ncode = "general"\nopen = true\n', "unknown_key"),
    ):
        with pytest.raises(RuleError) as raised:
            labels.parse(wrong)
        assert raised.value.reason == reason


def test_the_page_tells_of_every_event() -> None:
    page = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")
    told = [event for event in clocks.EVENTS if not event.startswith("check_")]
    assert [event for event in told if f"`{event}`" not in page] == []
