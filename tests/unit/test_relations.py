"""What people are to a family is said in the reader's language, or not at all."""

from __future__ import annotations

import pytest

from app.wraparound.relations import relation_in


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
