"""What changed between two plans: every difference has its line, and nothing hidden has one."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wraparound.plan_changes import (
    EVENTS,
    FIELDS,
    FOR_FAMILY,
    LINE_CODES,
    PROGRESS,
    SILENT,
    TOLD_BY_EVENTS,
    Changes,
    Phrase,
    Reading,
    told_in,
)
from app.wraparound.plan_diff import diff
from app.wraparound.plan_document import PLAN_TYPES
from app.wraparound.records import RECORD_TYPES, fields_of

Document = dict[str, list[dict[str, Any]]]
NAMES = {"teo": "Uncle Teo", "nia": "Nia"}

BASE: Document = {
    "family_vision": [{"id": "v", "text": "Quiet mornings.", "team_mission": "", "ground_rules": ""}],
    "strength": [{"id": "g", "text": "Nia draws", "whose": "nia", "life_domain": "school"}],
    "need": [
        {"id": "n1", "text": "Someone stays", "priority": 1, "status": "open"},
        {"id": "n2", "text": "Rest for Rosa", "priority": 2, "status": "open"},
        {"id": "n3", "text": "Friends", "priority": 3, "status": "open"},
    ],
    "outcome": [
        {"id": "o", "need_id": "n1", "text": "On time", "current": "1", "target": "4", "status": "open"},
        {"id": "o2", "need_id": "n2", "text": "Sleeps", "status": "open"},
    ],
    "strategy": [
        {"id": "s", "outcome_id": "o", "text": "Teo drives", "chosen": True, "strengths": "g"},
        {"id": "s2", "outcome_id": "o2", "text": "Tea", "chosen": False},
    ],
    "action_step": [
        {"id": "a", "strategy_id": "s", "what": "Ask his boss", "owner": "Teo", "status": "open"},
    ],
    "rating": [
        {"id": "r", "outcome_id": "o", "by_id": "nia", "value": 4, "words": "", "rated_at_ms": 1},
    ],
    "crisis_plan": [{"id": "cp", "reviewed_on": "2026-11-01"}],
    "crisis_item": [{"id": "c", "section": "call", "text": "Call Teo", "who_id": "teo", "phone": "1"}],
    "transition_plan": [{"id": "tp", "celebration": "", "way_back": ""}],
    "transition_item": [{"id": "t", "section": "carries", "text": "Drives", "who": "Teo", "done": False}],
    "natural_support": [{"id": "teo", "name": "Uncle Teo", "role": "uncle", "status": "on_team"}],
    "team_member": [{"id": "nair", "name": "Ms. Nair", "role": "counsellor", "status": "on_team"}],
}


def changed(kind: str, item: str, /, **fields: Any) -> Document:
    document = deepcopy(BASE)
    row = next(row for row in document[kind] if row["id"] == item)
    row.update(fields)
    return document


def without(kind: str, item: str) -> Document:
    document = deepcopy(BASE)
    document[kind] = [row for row in document[kind] if row["id"] != item]
    return document


def added(kind: str, /, **row: Any) -> Document:
    document = deepcopy(BASE)
    document[kind].append(row)
    return document


def compare(after: Document, before: Document = BASE, gone: frozenset[str] = frozenset()) -> Changes:
    return diff(before, after, NAMES, gone)


def codes(changes: Changes) -> list[str]:
    return [line.code for line in changes.all_lines()]


TABLE: list[tuple[Document, list[str]]] = [
    (changed("family_vision", "v", text="Calm evenings."), ["family_vision.text.changed"]),
    (changed("family_vision", "v", team_mission="We show up."), ["family_vision.team_mission.set"]),
    (changed("family_vision", "v", text=" "), ["family_vision.text.cleared"]),
    (changed("strength", "g", whose=""), ["strength.whose.cleared"]),
    (without("strength", "g"), ["strength.removed", "strategy.strengths.cleared"]),
    (added("need", id="n4", text="Sleep", priority=4), ["need.added"]),
    (changed("need", "n1", status="met"), ["need.met"]),
    (changed("need", "n1", status="set_aside", status_reason="later"), ["need.set_aside"]),
    (changed("need", "n3", priority=0), ["need.moved"]),
    (changed("outcome", "o", current="3"), ["outcome.current.changed"]),
    (changed("outcome", "o", status="reached"), ["outcome.reached"]),
    (changed("outcome", "o", need_id="n3"), ["outcome.moved"]),
    (added("strategy", id="s3", outcome_id="o", text="Bus", chosen=False), ["strategy.idea"]),
    (added("strategy", id="s3", outcome_id="o", text="Bus"), ["strategy.added"]),
    (changed("strategy", "s2", chosen=True), ["strategy.chosen"]),
    (changed("strategy", "s", chosen=False), ["strategy.not_chosen"]),
    (changed("action_step", "a", status="done", done_on="2026-11-28"), ["action_step.done"]),
    (changed("action_step", "a", status="dropped", what_happened="No car"), ["action_step.dropped"]),
    (changed("action_step", "a", due_on="2026-12-03"), ["action_step.due_on.set"]),
    (changed("action_step", "a", owner="Rosa"), ["action_step.owner.changed"]),
    (added("action_step", id="b", strategy_id="s", what="Playlist", status="done"),
     ["action_step.added", "action_step.done"]),
    (changed("rating", "r", value=6), ["rating.changed"]),
    (added("rating", id="r2", outcome_id="o", by_id="nia", value=4, rated_at_ms=2), ["rating.same"]),
    (added("rating", id="r2", outcome_id="o", by_id="nia", value=2, rated_at_ms=0), []),
    (added("rating", id="r2", outcome_id="o", by_id="rosa", by_name="Rosa", value=4), ["rating.first"]),
    (without("rating", "r"), ["rating.removed"]),
    (changed("crisis_plan", "cp", reviewed_on="2026-12-01"), ["crisis_plan.reviewed_on.changed"]),
    (changed("crisis_item", "c", phone="2"), ["crisis_item.phone.changed"]),
    (without("crisis_item", "c"), ["crisis_item.removed"]),
    (changed("transition_plan", "tp", celebration="Beach"), ["transition_plan.celebration.set"]),
    (changed("transition_item", "t", done=True, done_on="2026-12-01"), ["transition_item.done"]),
    (without("natural_support", "teo"), ["person.left"]),
    (changed("natural_support", "teo", status="leading"), ["person.leading"]),
    (added("team_member", id="kim", name="Dana Kim", role="therapist"), ["person.joined"]),
    (without("action_step", "a"), ["action_step.removed"]),
]  # fmt: skip


@pytest.mark.parametrize(("after", "expected"), TABLE)
def test_each_difference_has_its_line(after: Document, expected: list[str]) -> None:
    assert codes(compare(after)) == expected


def test_what_was_added_is_gone_when_the_two_are_swapped() -> None:
    after = added("need", id="n4", text="Sleep", priority=4)
    assert codes(diff(after, BASE, NAMES)) == ["need.removed"]


def test_a_need_taken_off_takes_everything_below_it_and_says_so() -> None:
    after = without("need", "n1")
    (group,) = compare(after).needs
    assert [line.code for line in group.all_lines()] == [
        "need.removed", "outcome.removed", "rating.removed", "strategy.removed", "action_step.removed",
    ]  # fmt: skip


def test_old_and_new_words_are_both_there() -> None:
    (line,) = compare(changed("need", "n1", text="Somebody stays")).all_lines()
    assert (line.old.text, line.new.text) == ("Someone stays", "Somebody stays")
    assert line.new == Phrase("Somebody stays", "en", "n1", "text")


def test_lines_stand_below_the_need_they_belong_to() -> None:
    after = changed("action_step", "a", status="done", done_on="2026-11-28", what_happened="He agreed")
    (need,) = compare(after).needs
    (outcome,) = need.inside
    (strategy,) = outcome.inside
    (line,) = strategy.lines
    assert [one.item_id for one in (need, outcome, strategy)] == ["n1", "o", "s"]
    assert (line.words.text, line.who, line.on, line.why.text) == (
        "Ask his boss", "Teo", "2026-11-28", "He agreed",
    )  # fmt: skip


def test_one_need_that_moved_to_the_top_is_one_line() -> None:
    after = deepcopy(BASE)
    for need, priority in zip(after["need"], (2, 3, 1), strict=True):
        need["priority"] = priority
    (line,) = compare(after).all_lines()
    assert (line.item_id, line.old.text, line.new.text) == ("n3", "3", "1")


def test_a_new_first_need_is_added_and_moves_nobody() -> None:
    after = deepcopy(BASE)
    for need in after["need"]:
        need["priority"] += 1
    after["need"].append({"id": "n0", "text": "Home", "priority": 1})
    assert codes(compare(after)) == ["need.added"]


def test_a_rating_says_who_and_what_it_was() -> None:
    (line,) = compare(changed("rating", "r", value=6, words="Better")).all_lines()
    assert (line.who, line.old.text, line.new.text, line.why.text) == ("Nia", "4", "6", "Better")


def test_a_field_that_an_older_version_did_not_have_is_no_change() -> None:
    before = deepcopy(BASE)
    for rows in before.values():
        for row in rows:
            row.pop("chosen", None) if row.get("chosen") else None
            row.pop("status", None) if row.get("status") == "open" else None
    assert not diff(before, BASE, NAMES)


def test_what_hangs_on_nothing_is_no_part_of_a_plan() -> None:
    after = added("outcome", id="o9", need_id="gone", text="Left over")
    assert not compare(after)


# -- laws ------------------------------------------------------------------------------------


def test_every_field_of_the_plan_has_a_line_or_is_silent_on_purpose() -> None:
    for kind in PLAN_TYPES:
        told = {*FIELDS.get(kind, ()), *SILENT[kind], *TOLD_BY_EVENTS.get(kind, ())}
        assert told == set(fields_of(RECORD_TYPES[kind])), kind


def test_codes_are_one_list() -> None:
    assert len(set(LINE_CODES)) == len(LINE_CODES)
    assert set(LINE_CODES) > PROGRESS
    assert set(LINE_CODES) > FOR_FAMILY


TOLD = [(kind, name) for kind, names in FIELDS.items() for name in names]
TEXT = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and "," not in text)


@given(where=st.sampled_from(TOLD), first=TEXT, then=TEXT)
def test_every_changed_field_yields_a_line(where: tuple[str, str], first: str, then: str) -> None:
    kind, name = where
    item = str(BASE[kind][0]["id"])
    names = {first: f"1{first}", then: f"2{then}"}
    if name == "strengths":
        first, then = "g", ""
    if kind in ("crisis_item", "transition_item") and name == "section":
        first, then = "call", "helps"
    before, after = changed(kind, item, **{name: first}), changed(kind, item, **{name: then})
    found = [line.code for line in diff(before, after, names).all_lines()]
    expected = [] if first == then else [f"{kind}.{name}.{'changed' if then else 'cleared'}"]
    assert found == expected


IDS = st.sampled_from(["n1", "n2", "n3", "n4", "o", "o2", "s", "s2", "a", "b"])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any plan, loose ends included; every word of an item is its id and a number."""
    document: Document = {}
    for kind, parent in (
        ("need", ""), ("outcome", "need_id"), ("strategy", "outcome_id"), ("action_step", "strategy_id"),
        ("rating", "outcome_id"), ("strength", ""), ("crisis_item", ""), ("transition_item", ""),
    ):  # fmt: skip
        rows = []
        for item in draw(st.lists(IDS, unique=True, max_size=4)):
            row: dict[str, Any] = {"id": f"{kind}-{item}", "priority": draw(st.integers(0, 3))}
            row["text"] = row["what"] = row["words"] = f"[{kind}-{item}] {draw(st.integers(0, 2))}"
            row["value"] = draw(st.integers(0, 10))
            row["status"] = draw(st.sampled_from(["open", "done", "met", "set_aside", "reached", "dropped"]))
            if kind == "need" and row["status"] not in ("open", "met", "set_aside"):
                row["status"] = "open"
            if kind == "outcome" and row["status"] not in ("open", "reached", "set_aside"):
                row["status"] = "open"
            if kind == "strategy" and row["status"] not in ("open", "set_aside"):
                row["status"] = "open"
            if kind == "action_step" and row["status"] not in ("open", "done", "dropped"):
                row["status"] = "open"
            if parent:
                row[parent] = f"{parent.removesuffix('_id')}-{draw(IDS)}"
            rows.append(row)
        document[kind] = rows
    return document


@given(documents())
def test_a_plan_compared_with_itself_is_empty(document: Document) -> None:
    assert not diff(document, deepcopy(document), NAMES)


@given(documents(), documents())
def test_lines_have_codes_that_the_catalogues_know(before: Document, after: Document) -> None:
    assert set(codes(diff(before, after, NAMES))) <= set(LINE_CODES)


@given(documents(), documents(), st.data())
def test_nothing_hidden_appears_and_leaves_no_count(
    before: Document, after: Document, data: st.DataObject
) -> None:
    every = sorted({row["id"] for document in (before, after) for rows in document.values() for row in rows})
    gone = frozenset(data.draw(st.lists(st.sampled_from(every), unique=True)) if every else [])
    shown = diff(before, after, NAMES, gone)
    said = repr(shown)
    for item in gone:
        assert f"[{item}]" not in said
    cut_before, cut_after = _cut(before, gone), _cut(after, gone)
    assert shown == diff(cut_before, cut_after, NAMES)


def _cut(document: Document, gone: frozenset[str]) -> Document:
    return {kind: [row for row in rows if row["id"] not in gone] for kind, rows in document.items()}


@given(documents(), documents())
def test_only_keeps_whole_groups_and_no_empty_ones(before: Document, after: Document) -> None:
    shown = diff(before, after, NAMES).only(FOR_FAMILY)
    assert set(codes(shown)) <= FOR_FAMILY
    assert all(any(True for _ in one.all_lines()) for one in shown.needs)


# -- words in a language ---------------------------------------------------------------------


def _translation(**fields: Any) -> Mapping[str, Any]:
    return {"id": "x", "item_id": "n1", "field": "text", "language": "es", "text": "Alguien se queda",
            "of_text": "Someone stays", "checked_by": "Luz"} | fields  # fmt: skip


@pytest.mark.parametrize(
    ("row", "gone", "gap"),
    [
        (_translation(), frozenset(), False),
        (_translation(checked_by=""), frozenset(), True),
        (_translation(of_text="Someone left"), frozenset(), True),
        (_translation(language="pt"), frozenset(), True),
        (_translation(), frozenset({"n1"}), True),
        (_translation(), frozenset({"x"}), True),
    ],
)
def test_only_checked_words_of_this_very_text_are_said(
    row: Mapping[str, Any], gone: frozenset[str], gap: bool
) -> None:
    reading = Reading(Changes(), "es", told_in([{"translation": [row]}], "es", gone))
    words = reading.words(Phrase("Someone stays", "en", "n1", "text"))
    assert (words.gap, words.text) == (gap, "" if gap else "Alguien se queda")


def test_names_and_numbers_are_said_as_they_are_and_all_words_where_no_language_is_asked_for() -> None:
    assert Reading(Changes(), "").words(Phrase("Rest", "es", "n1", "text")).text == "Rest"
    assert Reading(Changes(), "es").words(Phrase("3")).text == "3"


def test_what_a_plan_is_kept_to_by_is_progress_and_a_new_promise_is_not() -> None:
    assert "action_step.done" in PROGRESS
    assert not PROGRESS & {f"{kind}.{one}" for kind in EVENTS for one in ("added", "removed", "dropped")}
