"""What a family reads is easy to read: grade 6 at most in English, INFLESZ 65 at least in Spanish.

The catalogues named here stand on the family table, in meetings, on the crisis card and in the copy
that a family takes home.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.views.words import catalogue
from scripts.words import LOCALES
from tests.asked import asked_for
from tests.reading import Measure, english_syllables, measure, sentences_of, spanish_syllables, words_of

ROOT = Path(__file__).resolve().parents[2]
FAMILY_FACING = ("table", "meeting", "crisis", "family_copy", "release")
"""Parts of the catalogue that families read."""

GRADE = 6.0
EASE = 65.0
SCREENS = ("table", "meeting", "crisis", "versions")
"""Folders of screens that families look at; what changed is read in their language, too."""

LONG = 8
"""Words from which a sentence is judged by itself; shorter ones say little by a formula."""

HARD_GRADE = 9.0
HARD_EASE = 50.0

SYLLABLES = {"en": english_syllables, "es": spanish_syllables}


def phrases(language: str, part: str) -> dict[str, str]:
    """The phrases of a part by key."""
    with (LOCALES / language / f"{part}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def family_facing_files() -> list[Path]:
    return [file for folder in SCREENS for file in (ROOT / "app/views/screens" / folder).rglob("*.py")]


def whole(phrase: str) -> bool:
    """Whether a phrase is a sentence, not the name of something: a long text is judged by these."""
    return bool(re.search(r"[.!?…]$", phrase))


def easy_enough(language: str, counted: Measure) -> bool:
    return counted.grade <= GRADE if language == "en" else counted.ease >= EASE


def hard_sentences(language: str, said: Iterable[tuple[str, str]]) -> list[str]:
    """Sentences of `LONG` words and more that are far from easy, each with its key and measure."""
    found = []
    for key, phrase in said:
        for sentence in sentences_of(phrase):
            counted = measure([sentence], SYLLABLES[language])
            value = counted.grade if language == "en" else counted.ease
            hard = value > HARD_GRADE if language == "en" else value < HARD_EASE
            if counted.words >= LONG and hard:
                found.append(f"{key} ({value:.1f}): {sentence}")
    return found


@pytest.mark.parametrize("language", SYLLABLES)
@pytest.mark.parametrize("part", FAMILY_FACING)
def test_a_family_reads_it_with_ease(part: str, language: str) -> None:
    said = phrases(language, part)
    everything = measure(said.values(), SYLLABLES[language])
    sentences = measure((one for one in said.values() if whole(one)), SYLLABLES[language])
    for counted in (everything, sentences):
        assert easy_enough(language, counted), f"grade {counted.grade:.1f}, INFLESZ {counted.ease:.1f}"


@pytest.mark.parametrize("language", SYLLABLES)
@pytest.mark.parametrize("part", FAMILY_FACING)
def test_no_long_sentence_of_it_is_hard(part: str, language: str) -> None:
    assert hard_sentences(language, phrases(language, part).items()) == []


@pytest.mark.parametrize("language", SYLLABLES)
def test_what_their_screens_say_besides_is_easy_too(language: str) -> None:
    """Family-facing screens borrow words of other parts: those are held to the same."""
    own = {key for part in FAMILY_FACING for key in phrases(language, part)}
    borrowed = {
        key: phrase
        for file in family_facing_files()
        for asked, whole in asked_for(file)
        for key, phrase in catalogue(language).items()
        if key not in own and (key == asked if whole else key.startswith(asked))
    }
    if borrowed:
        assert easy_enough(language, measure(borrowed.values(), SYLLABLES[language])), borrowed
    assert hard_sentences(language, borrowed.items()) == []


# -- the measures themselves ---------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    [("family", 3), ("helped", 1), ("idea", 3), ("people", 2), ("don’t", 1), ("worried", 2), ("2026", 1)],
)
def test_syllables_of_english_words(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("familia", 3), ("reunión", 2), ("maestro", 3), ("día", 2), ("bueno", 2), ("que", 1), ("guía", 2),
        ("pingüino", 3), ("ayuda", 3), ("hoy", 1), ("y", 1), ("leer", 2), ("ciudad", 2), ("cuidáis", 2),
        ("seguimos", 3), ("aún", 2), ("quién", 1), ("Ñandú", 2), ("desahogo", 4), ("a", 1),
    ],
)  # fmt: skip
def test_syllables_of_spanish_words(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_the_formulas_give_the_published_values() -> None:
    """Worked by hand: 13 words, 2 sentences; 16 syllables in English, 24 in Spanish."""
    counted = Measure(sentences=2, words=13, syllables=16)
    assert counted.grade == pytest.approx(0.39 * 6.5 + 11.8 * 16 / 13 - 15.59)
    assert counted.grade == pytest.approx(1.468, abs=0.001)
    assert Measure(2, 13, 24).ease == pytest.approx(85.320, abs=0.001)


def test_phrases_are_counted_as_they_stand_on_the_screen() -> None:
    assert sentences_of("{name} said it. What now?\nNothing") == ["Ana said it.", "What now?", "Nothing"]
    assert words_of("You’re not alone: call 9-8-8 at 4:30.") == [
        "You’re", "not", "alone", "call", "9", "8", "8", "at", "4:30"
    ]  # fmt: skip
    assert measure(["Ana said it. What now?"], english_syllables) == Measure(2, 5, 6)


def test_hard_words_are_noticed() -> None:
    hard = "The multidisciplinary team facilitates individualized participation in accordance with policy."
    assert not easy_enough("en", measure([hard], english_syllables))
    assert len(hard_sentences("en", [("table.x", hard)])) == 1
    duro = "La facilitación multidisciplinaria facilita una participación individualizada según reglamento."
    assert not easy_enough("es", measure([duro], spanish_syllables))
    assert len(hard_sentences("es", [("table.x", duro)])) == 1


def test_easy_words_are_not() -> None:
    easy = "We want to sit down and eat as a family again on Sundays."
    assert easy_enough("en", measure([easy], english_syllables))
    assert hard_sentences("en", [("table.x", easy)]) == []
