"""Reading rule files: what is wrong is named with its line, and nothing misspelt is silently ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.views.words import LANGUAGES, catalogue
from app.wraparound.rules.reading import MOST_BYTES, REASONS, RuleError, Table, read, unique

SAMPLE = '''title = "Ours"
many = ["a", "b"]

[[clock]]
code = "visit"
days = 10
why = """
[not.a.header]
days = 99
"""

[[clock]]
code = "plan"
days = 35
[clock.name]
en = "Plan"
es = "Plan hecho"

[deep.er]
yes = true
share = 0.5
'''


def test_values_are_read_with_their_lines() -> None:
    table = read(SAMPLE)
    first, second = table.tables("clock")
    assert (first.line, second.line) == (4, 12)
    assert (first.text("code"), first.number("days"), first.line_of("days")) == ("visit", 10, 6)
    assert (second.text("code"), second.number("days"), second.line_of("days")) == ("plan", 35, 14)
    assert second.words("name") == {"en": "Plan", "es": "Plan hecho"}
    deep = table.table("deep").table("er")
    assert deep.yes("yes") and deep.decimal("share") == 0.5
    assert table.choices("many", ("a", "b", "c")) == ("a", "b")
    assert (table.text("title"), table.text("other", "")) == ("Ours", "")
    assert table.words("gone", needed=False) == {}


@pytest.mark.parametrize(
    ("text", "ask", "line", "reason"),
    [
        ("a = 1\n\nb = = 2", lambda t: t, 3, "not_toml"),
        ("a = 1\nb = [1,\n2", lambda t: t, 3, "not_toml"),
        ("x" * (MOST_BYTES + 1), lambda t: t, 0, "too_large"),
        ("a = 1", lambda t: t.text("a"), 1, "not_text"),
        ("\na = ' '", lambda t: t.text("a"), 2, "empty"),
        ("a = 'xxx'", lambda t: t.text("a", most=2), 1, "too_long"),
        ("a = 1.5", lambda t: t.number("a"), 1, "not_whole"),
        ("a = true", lambda t: t.number("a"), 1, "not_whole"),
        ("a = 5", lambda t: t.number("a", least=6), 1, "out_of_range"),
        ("a = 5", lambda t: t.number("a", most=4), 1, "out_of_range"),
        ("a = 'x'", lambda t: t.decimal("a"), 1, "not_number"),
        ("a = nan", lambda t: t.decimal("a"), 1, "out_of_range"),
        ("a = 1", lambda t: t.yes("a"), 1, "not_yes"),
        ("b = 1", lambda t: t.number("a"), 1, "missing"),
        ("a = 'z'", lambda t: t.choice("a", ("x", "y")), 1, "unknown_value"),
        ("a = 'z'", lambda t: t.choices("a"), 1, "not_list"),
        ("a = [1]", lambda t: t.choices("a"), 1, "not_words"),
        ("a = ['x', 'x']", lambda t: t.choices("a"), 1, "twice"),
        ("a = []", lambda t: t.choices("a", needed=True), 1, "empty"),
        ("a = ['z']", lambda t: t.choices("a", ("x",)), 1, "unknown_value"),
        ("a = 1", lambda t: t.words("a"), 1, "not_table"),
        ("\n[a]\nes = 'solo'", lambda t: t.words("a"), 2, "no_english"),
        ("[a]\nen = 'x'\nfr = 'y'", lambda t: t.words("a"), 3, "unknown_key"),
        ("a = [1]", lambda t: t.tables("a"), 1, "not_tables"),
        ("[[a]]\ncode='x'\n[[a]]\ncode='x'", lambda t: unique(t.tables("a")), 4, "twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    text: str, ask: Callable[[Table], Any], line: int, reason: str
) -> None:
    with pytest.raises(RuleError) as raised:
        ask(read(text))
    assert (raised.value.line, raised.value.reason) == (line, reason)


def test_a_key_that_nobody_asked_for_is_refused() -> None:
    (clock,) = read('[[clock]]\ncode = "x"\ndayz = 3\n').tables("clock")
    clock.text("code")
    with pytest.raises(RuleError) as raised:
        clock.done()
    assert (raised.value.line, raised.value.values["name"]) == (3, "dayz")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_words(language: str) -> None:
    words = catalogue(language)
    assert {f"error.rules_{reason}" for reason in REASONS} <= set(words)
