"""Putting an agency's licensed words into its own `measures` file, and taking them out again. Pure.

Only the lines that hold such words change: everything else of the file, comments too, stays as somebody
wrote it. What comes out is read again, and has to say the same as before but for those words; a file that is
written in a way in which that cannot be done is refused, never spoilt. Format: docs/measures.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from .measures import Measure, Measures, Words, parse
from .reading import RuleError, Where, lines_of

KEYS: Final = ("item_texts", "answer_texts")
_BY_HAND: Final = "The words of this measure are written in a way that only the text of the rules can change."
Texts = Mapping[int, Words] | None


def with_words(
    text: str, code: str, language: str, items: Mapping[int, str], answers: Mapping[int, str]
) -> str:
    """The file with a measure's words in one language; its words in others stay.

    items, answers: number → words. Raises RuleError when the file cannot hold them.
    """
    measure = _named(text, code)
    return _written(
        text, code, _set(measure.item_texts, language, items), _set(measure.answer_texts, language, answers)
    )


def without_words(text: str, code: str, language: str = "") -> str:
    """The file without a measure's words. language: only those; "" for all. Raises RuleError."""
    if language:
        return with_words(text, code, language, {}, {})
    _named(text, code)
    return _written(text, code, None, None)


def without_any(text: str) -> tuple[str, int]:
    """The file as anybody may read it, and how many measures' words were left out. Raises RuleError."""
    worded = [one.code for one in parse(text).measures if one.item_texts or one.answer_texts]
    for code in worded:
        text = without_words(text, code)
    return text, len(worded)


def _named(text: str, code: str) -> Measure:
    found = parse(text).named(code)
    if found is None:
        raise RuleError(0, "no_such_measure", "There is no measure “{value}”.", value=code)
    return found


def _set(known: Texts, language: str, words: Mapping[int, str]) -> Texts:
    """The words of one language put in the place of those that were there."""
    others = {
        number: {name: said for name, said in one.items() if name != language}
        for number, one in (known or {}).items()
    }
    numbers = sorted({*others, *words})
    made = {
        number: {**others.get(number, {}), **({language: words[number]} if number in words else {})}
        for number in numbers
    }
    return {number: said for number, said in made.items() if said} or None


def _written(text: str, code: str, items: Texts, answers: Texts) -> str:
    """Raises RuleError when the outcome does not say exactly what it should."""
    before = parse(text)
    number = [one.code for one in before.measures].index(code)
    lines = text.split("\n")
    for key in KEYS:
        lines = _cut(lines, ("measure", number, key))
    block = [line for key, texts in zip(KEYS, (items, answers), strict=True) for line in _block(key, texts)]
    end = _end(lines, ("measure", number))
    made = "\n".join([*lines[:end], *block, *lines[end:]])
    wanted = tuple(
        replace(one, item_texts=items, answer_texts=answers) if one.code == code else one
        for one in before.measures
    )
    if _read(made) != replace(before, measures=wanted):
        raise RuleError(0, "words_by_hand", _BY_HAND)
    return made


def _read(made: str) -> Measures | None:
    """None for what cannot be read, except for words that make the file too large: that is said."""
    try:
        return parse(made)
    except RuleError as error:
        if error.reason == "too_large":
            raise
        return None


def _block(key: str, texts: Texts) -> list[str]:
    if not texts:
        return []
    lines = [f"[measure.{key}]"]
    for number, words in sorted(texts.items()):
        said = ", ".join(f"{language} = {_quoted(words[language])}" for language in sorted(words))
        lines.append(f"{number} = {{ {said} }}")
    return lines


def _quoted(words: str) -> str:
    """A basic string of TOML, which escapes as JSON does, and DEL besides."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _cut(lines: list[str], where: Where) -> list[str]:
    """The lines without those under a key."""
    found = lines_of("\n".join(lines))
    own = [line for place, line in found.items() if place[: len(where)] == where]
    if not own:
        return lines
    return [*lines[: min(own) - 1], *lines[_end(lines, where) :]]


def _end(lines: list[str], where: Where) -> int:
    """How many lines there are up to the last one under a key; notes for what follows are not its own."""
    found = lines_of("\n".join(lines))
    first = min((line for place, line in found.items() if place[: len(where)] == where), default=0)
    later = [line for place, line in found.items() if line > first and place[: len(where)] != where]
    end = min(later) - 1 if later else len(lines)
    while end > first and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end
