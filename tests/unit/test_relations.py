"""What people are to a family is said in the reader's language, or not at all."""

from __future__ import annotations

import pytest

from app.wraparound.relations import names_in, relation_in


@pytest.mark.parametrize(
    ("role", "language", "said"),
    [
        ("uncle", "es", "tío"),
        ("Uncle", "es", "tío"),
        ("tío", "es", "tío"),
        ("tío", "en", "uncle"),
        ("uncle", "en", "uncle"),
        ("bakery owner", "en", "bakery owner"),
        ("bakery owner", "es", ""),
        ("  school   counsellor ", "es", "consejera escolar"),
        ("", "es", ""),
    ],
)
def test_a_relation_is_said_in_the_readers_language_or_left_out(role: str, language: str, said: str) -> None:
    assert relation_in(role, language) == said


@pytest.mark.parametrize(
    ("owner", "language", "said"),
    [
        ("Teo and Nia", "es", "Teo y Nia"),
        ("Teo y Nia", "en", "Teo and Nia"),
        ("Rosa and Iris", "es", "Rosa e Iris"),
        ("Rosa y Yolanda", "es", "Rosa y Yolanda"),
        ("Nia, Rosa and Teo", "es", "Nia, Rosa y Teo"),
        ("Andy", "es", "Andy"),
        ("", "es", ""),
    ],
)
def test_owners_are_joined_in_the_readers_language(owner: str, language: str, said: str) -> None:
    assert names_in(owner, language) == said
