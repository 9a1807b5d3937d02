"""The family's own eco-map shows who agreed, and measures nobody."""

from __future__ import annotations

from app.wraparound.eco_family import draw_family, family_map
from app.wraparound.family_page import Someone

CIRCLE = (
    Someone("rosa", "Rosa", "grandmother", "family"),
    Someone("nia", "Nia", "youth", "family", True),
    Someone("eli", "Eli", "brother", "family"),
    Someone("teo", "Uncle Teo", "uncle", "natural"),
    Someone("dana", "Dana Kim", "therapist", "formal"),
)


def test_the_young_person_stands_in_the_middle_and_everybody_else_around() -> None:
    shown = family_map(CIRCLE)
    assert (shown.centre, shown.beside) == ("Nia", "Rosa")
    assert [one.value for one in shown.around] == ["eli", "teo", "dana"]
    assert [one.detail for one in shown.around] == ["brother", "", "therapist"]


def test_no_ring_no_dashes_and_equal_lines() -> None:
    shown = family_map(CIRCLE)
    assert {(one.closeness, one.tentative) for one in shown.around} == {(1, False)}
    drawn = draw_family(shown, 500)
    assert drawn is not None
    assert drawn.rings == ()
    assert len({one.line_width for one in drawn.people}) == 1


def test_a_page_without_the_family_still_has_a_map() -> None:
    shown = family_map(CIRCLE[3:])
    assert (shown.centre, shown.beside) == ("", "")
    assert len(shown.around) == 2
