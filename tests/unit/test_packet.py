"""How standards are judged, the rule file, and that a packet's file betrays any changed byte."""

from __future__ import annotations

import random
from datetime import date

import pytest

from app.exchange.packet_file import MANIFEST, Part, look, pack
from app.wraparound.packet import State, answer, judge, whole_months
from app.wraparound.rules.packet import EVIDENCE, Ask, parse
from app.wraparound.rules.reading import RuleError
from app.wraparound.rules.shipped import shipped_text

D = date
SINCE, UNTIL, IN = D(2026, 1, 1), D(2026, 6, 30), D(2026, 1, 10)


@pytest.mark.parametrize(
    ("ask", "days", "state", "number"),
    [
        (Ask("contact", within=3), [D(2026, 1, 13)], "met", 3),
        (Ask("contact", within=3), [D(2026, 1, 14)], "late", 4),
        (Ask("contact", within=3), [D(2025, 12, 1)], "met", 0),
        (Ask("contact", within=3), [], "missing", -1),
        (Ask("contact", within=3), [D(2026, 7, 1)], "missing", -1),
        (Ask("contact", within=400), [], "running", -1),
        (Ask("plan_version", every=60), [D(2026, 2, 1), D(2026, 4, 1), D(2026, 5, 31)], "met", 60),
        (Ask("plan_version", every=60), [D(2026, 2, 1), D(2026, 5, 31)], "late", 119),
        (Ask("plan_version", every=60), [], "missing", 171),
        (Ask("plan_version", every=200), [], "running", 171),
        (Ask("team_meeting", each_month=1), [D(2026, m, 28) for m in range(2, 7)], "met", 1),
        (Ask("team_meeting", each_month=1), [D(2026, m, 28) for m in (2, 3, 5, 6)], "late", 0),
        (Ask("team_meeting", each_month=1), [], "missing", 0),
        (Ask("vision"), [D(2026, 3, 3)], "met", -1),
        (Ask("vision"), [], "missing", -1),
    ],
)
def test_each_question_is_answered_by_days_alone(
    ask: Ask, days: list[date], state: State, number: int
) -> None:
    found = answer(ask, days, IN, SINCE, UNTIL)
    assert (found.state, found.number) == (state, number)


def test_without_a_day_of_enrolment_nothing_is_called_late() -> None:
    assert answer(Ask("contact", within=3), [D(2026, 5, 5)], None, SINCE, UNTIL).state == "unknown"


def test_only_months_that_are_whole_count() -> None:
    assert whole_months(D(2025, 12, 2), D(2026, 3, 30)) == ((2026, 1), (2026, 2))
    assert whole_months(D(2024, 2, 1), D(2024, 2, 29)) == ((2024, 2),)
    assert whole_months(D(2024, 2, 1), D(2024, 2, 28)) == ()


def test_days_never_make_a_question_both_met_and_missed() -> None:
    dice = random.Random(3)
    for _ in range(300):
        days = [D(2026, dice.randrange(1, 13), dice.randrange(1, 29)) for _ in range(5)]
        for ask in (Ask("contact", within=20), Ask("contact", every=30), Ask("contact", each_month=1)):
            before = answer(ask, days, IN, SINCE, UNTIL).state
            # More of what is asked for never makes an answer worse.
            more = answer(ask, [*days, D(2026, dice.randrange(1, 7), 15)], IN, SINCE, UNTIL).state
            order = ("met", "running", "unknown", "late", "missing")
            assert order.index(more) <= order.index(before)


def test_shipped_rules_can_be_read_and_name_no_number_as_a_fact() -> None:
    rules = parse(shipped_text("packet"))
    assert (rules.safety.oral_hours, rules.safety.written_hours, rules.safety.phone) == (12, 48, "")
    assert {ask.evidence for one in rules.standards for ask in one.asks} <= set(EVIDENCE)
    assert all(one.confirm for one in rules.standards if "New York" in one.source)
    judged = judge(rules.standards, {}, IN, SINCE, UNTIL)
    assert {one.state for one in judged} <= {"missing", "running"}


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ("oral_hours = 12", "oral_hours = 0", "out_of_range"),
        ("oral_hours = 12", "oral_hours = 60", "written_before_oral"),
        ("within = 3", "within = 3\nevery = 5", "one_number"),
        ('evidence = "vision"', 'evidence = "visions"', "unknown_value"),
        ('code = "consent"', 'code = "contact"', "twice"),
        ("[safety.line]", "[safety.lines]", "missing"),
    ],
)
def test_what_cannot_be_a_rule_names_its_reason(was: str, now: str, reason: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse(shipped_text("packet").replace(was, now, 1))
    assert refused.value.reason == reason and refused.value.line > 0


def test_standard_without_a_question_is_refused() -> None:
    text = shipped_text("packet").split("[[standard]]")[0]
    with pytest.raises(RuleError):
        parse(text + '[[standard]]\ncode = "x"\nname = "X"\nsource = "us"\n')


PARTS = (Part("family-01/record.pdf", b"%PDF one"), Part("family-02/record.pdf", b"%PDF two\xff"))


def test_file_follows_from_its_content_and_is_whole() -> None:
    raw = pack(PARTS, {"since": "2026-01-01", "name": "Niño"})
    assert raw == pack(tuple(reversed(PARTS)), {"name": "Niño", "since": "2026-01-01"})
    seen = look(raw)
    assert seen.wrong == () and seen.facts["name"] == "Niño"
    assert dict(seen.parts) == {one.name: one.digest for one in PARTS}


def test_any_changed_byte_is_found() -> None:
    raw = pack(PARTS, {"since": "2026-01-01"})
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << (place % 8)
        assert look(bytes(changed)).wrong, place


@pytest.mark.parametrize("raw", [b"", b"PK", b"\0" * 100, pack(PARTS, {})[:-30], pack(PARTS, {}) + b"x"])
def test_what_is_no_packet_is_wrong_and_never_raises(raw: bytes) -> None:
    assert look(raw).wrong


def test_paper_that_was_put_in_or_taken_out_is_named() -> None:
    import io
    import zipfile

    raw = pack(PARTS, {})
    held = io.BytesIO(raw)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("family-03/record.pdf", b"more")
    assert look(held.getvalue()).wrong == ("unknown:family-03/record.pdf",)
    fewer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(fewer, "w") as archive:
        for name in (MANIFEST, "family-01/record.pdf"):
            archive.writestr(name, old.read(name))
    assert look(fewer.getvalue()).wrong == ("missing:family-02/record.pdf",)


def test_two_papers_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        pack((PARTS[0], PARTS[0]), {})
