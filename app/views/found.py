"""Where the words of a search stand in a text: the part to show, and what to make heavier in it.

As in the search itself, case and accents do not matter, and a word is found by its beginning.
Nothing in the text is changed.
"""

from __future__ import annotations

import re
import unicodedata

AROUND = 60
"""Letters shown before the first word found; twice as many after it."""


def _folded(text: str) -> str:
    """Lower case without accents, letter for letter, so that places stay the same."""

    def one(letter: str) -> str:
        plain = unicodedata.normalize("NFD", letter)[0].casefold()
        return plain if len(plain) == 1 else letter

    return "".join(one(letter) for letter in text)


def places(text: str, words: str) -> list[tuple[int, int]]:
    """(start, end) of every beginning of a word that was searched for, in order."""
    flat = _folded(text)
    asked = set(re.findall(r"\w+", _folded(words)))
    found = [
        match.span() for word in asked for match in re.finditer(rf"(?<!\w){re.escape(word)}", flat)
    ]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def excerpt(body: str, words: str) -> str:
    """The part of a text around the first word found, on one line, cut between words."""
    flat = " ".join(body.split())
    hits = places(flat, words)
    at = hits[0][0] if hits else 0
    start, end = max(0, at - AROUND), min(len(flat), at + 2 * AROUND)
    if start:
        start = flat.find(" ", start, at) + 1 or at
    if end < len(flat):
        space = flat.rfind(" ", at, end)
        end = space if space > at else end
    return ("…" if start else "") + flat[start:end] + ("…" if end < len(flat) else "")
