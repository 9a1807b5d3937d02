"""Words in one language: the original, a checked translation, or an honest gap; never a mixture."""

from __future__ import annotations

import pytest

from app.wraparound.wording import Told, Wording, Words

WORDS = "We want quiet mornings."
CHECKED = Told("Queremos mañanas tranquilas.", WORDS, "Rosa")


def spanish(told: Told | None) -> Wording:
    return Wording("es", {("v", "text"): told} if told else {})


def test_words_in_the_language_itself_are_the_original() -> None:
    wording = spanish(CHECKED)
    assert wording.words("v", "family_vision", "text", "Buenos días.", "es") == Words("Buenos días.")
    assert wording.gaps == ()


def test_a_checked_translation_of_these_very_words_is_shown() -> None:
    wording = spanish(CHECKED)
    assert wording.words("v", "family_vision", "text", WORDS, "en") == Words(CHECKED.text)
    assert wording.gaps == ()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (None, "missing"),
        (Told("  ", WORDS, "Rosa"), "missing"),
        (Told("Antes otra cosa.", "Other words.", "Rosa"), "old"),
        (Told("Sin revisar.", WORDS, " "), "unchecked"),
    ],
)
def test_everything_else_is_a_gap_that_says_why_and_never_shows_words(told: Told | None, why: str) -> None:
    wording = spanish(told)
    shown = wording.words("v", "family_vision", "text", WORDS, "en")
    assert (shown.text, shown.gap, bool(shown)) == ("", True, True)
    (gap,) = wording.gaps
    assert (gap.item_id, gap.item_type, gap.field, gap.text, gap.why) == (
        "v", "family_vision", "text", WORDS, why
    )  # fmt: skip


def test_where_nothing_was_written_nothing_is_missing() -> None:
    wording = spanish(None)
    assert not wording.words("v", "family_vision", "text", " \n", "en")
    assert wording.gaps == ()


def test_gaps_keep_the_order_of_reading_and_are_told_once() -> None:
    wording = spanish(None)
    for item in ("b", "a", "b"):
        wording.words(item, "need", "text", WORDS, "en")
    assert [gap.item_id for gap in wording.gaps] == ["b", "a"]
