"""Finding words in what this tablet holds.

Owns the way from what a person types to a safe query, and from matches to hits. What was typed
is never query syntax: it is split into words as the index splits text, each word is quoted and
the last ones match as prefixes. Accents and case do not matter. It refuses to rank by guesswork:
names first, then the newest. Spec: product.md, "Screens"; architecture.md, measured shapes.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

from .catalogue import Kind
from .memory import Memory

MAX_WORDS = 12
SNIPPET_CHARS = 120

_PAGE = 100
"""Matches of several kinds that are looked at together."""
_TYPES = (
    "SELECT s.rowid, h.type FROM kt_search s CROSS JOIN kt_heads h ON h.rid = s.rowid"
    " WHERE kt_search MATCH ? ORDER BY s.rowid DESC"
)
_NUMBERS = "SELECT rowid FROM kt_search WHERE kt_search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `snippet` is plain text around the first match, on one line."""

    type: str
    record_id: str
    family_id: str
    title: str
    snippet: str


def words_of(text: str) -> list[str]:
    """The words of `text` as the index sees them: runs of letters, marks and digits."""
    words: list[str] = []
    current: list[str] = []
    for char in text:
        # The tokenizer's letters and numbers, the private area included; marks belong to the word.
        if unicodedata.category(char)[0] in "LNM" or unicodedata.category(char) == "Co":
            current.append(char)
        elif current:
            words.append("".join(current))
            current = []
    if current:
        words.append("".join(current))
    return words[:MAX_WORDS]


def query_of(text: str) -> str | None:
    """A full-text query that matches every word as a prefix; None when there is no word."""
    words = words_of(text)
    return " ".join(f'"{word}"*' for word in words) if words else None


def find(
    memory: Memory,
    text: str,
    types: Collection[str] | None = None,
    families: Collection[str] | None = None,
    limit: int = 50,
) -> tuple[Hit, ...]:
    """Up to `limit` records holding every word of `text`: names first, then the newest.

    types, families: keep only these record types and family ids (hex); None keeps all.
    """
    query = query_of(text)
    if query is None or limit <= 0:
        return ()
    memory.finish_index()
    words = [_folded(word) for word in words_of(text)]
    kinds = [kind for kind in memory.kinds.values() if types is None or kind.type in types]
    hits: list[Hit] = []
    seen: set[int] = set()
    for match in (f"title : ({query})", query):
        for kind, row in _matches(memory, match, kinds, families):
            if row[0] in seen:
                continue
            seen.add(row[0])
            title, body = kind.found(row)
            hits.append(Hit(kind.type, row[1], row[2], title, snippet_of(body, words)))
            if len(hits) >= limit:
                return tuple(hits)
    return tuple(hits)


def _matches(
    memory: Memory, match: str, kinds: Iterable[Kind], families: Collection[str] | None
) -> Iterator[tuple[Kind, tuple[Any, ...]]]:
    """What to show of matching records, the newest first, read as far as needed."""
    some = {kind.type: kind for kind in kinds if kind.title or kind.text}
    try:
        if families is not None:
            yield from _of_kinds(memory, some, _of_families(memory, match, some, families))
        elif len(some) == 1:
            kind = next(iter(some.values()))
            sql = kind.find + " WHERE kt_search MATCH ? ORDER BY s.rowid DESC"
            yield from zip(repeat(kind), memory.db.execute(sql, (match,)))
        else:
            yield from _of_kinds(memory, some, memory.db.execute(_TYPES, (match,)))
    except sqlite3.OperationalError:
        # A word that the tokenizer of this SQLite splits otherwise than we do: nothing is found.
        return


def _of_families(
    memory: Memory, match: str, kinds: Mapping[str, Kind], families: Collection[str]
) -> Iterator[tuple[int, str]]:
    """(row number, type) of the matches in some families.

    The index knows no families, and most matches are other families' notes: what is theirs is
    gathered first, so that no more is read of a match than its number.
    """
    # As one value: the statement is the same for any number of families, and compiled once.
    chosen = (json.dumps(list(families)),)
    theirs = {
        number: kind.type for kind in kinds.values() for (number,) in memory.db.execute(kind.numbers, chosen)
    }
    if theirs:
        for (number,) in memory.db.execute(_NUMBERS, (match, min(theirs), max(theirs))):
            if number in theirs:
                yield number, theirs[number]


def _of_kinds(
    memory: Memory, kinds: Mapping[str, Kind], matches: Iterator[tuple[int, str]]
) -> Iterator[tuple[Kind, tuple[Any, ...]]]:
    """All kinds in one way through the matches, of which most are notes, not one for each kind."""
    while page := list(islice(matches, _PAGE)):
        wanted: dict[str, list[int]] = {}
        for number, type_name in page:
            if type_name in kinds:
                wanted.setdefault(type_name, []).append(number)
        shown: list[tuple[Kind, tuple[Any, ...]]] = []
        for type_name, numbers in wanted.items():
            kind = kinds[type_name]
            sql = kind.show + " WHERE r.rowid IN (SELECT value FROM json_each(?))"
            shown.extend(zip(repeat(kind), memory.db.execute(sql, (json.dumps(numbers),))))
        shown.sort(key=lambda one: -one[1][0])
        yield from shown


def _folded(text: str) -> str:
    """Lower case without accents, for finding where a match stands."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


def _first(body: str, words: Collection[str]) -> int:
    """Where in `body` the first word stands that begins with one of `words`; 0 when none does."""
    lower = body.lower()
    if len(lower) == len(body):
        places = [place for word in words if (place := _beginning(lower, word)) >= 0]
        if places:
            return min(places)
        if body.isascii():
            return 0  # the words stand in the title
    # Accents: look word by word, because folding changes the length of a text.
    for token in _TOKEN.finditer(body):
        if any(word in _folded(token.group()) for word in words):
            return token.start()
    return 0


def _beginning(lower: str, word: str) -> int:
    """Where a word of `lower` begins with `word`; -1 when none does."""
    place = lower.find(word)
    while place > 0 and lower[place - 1].isalnum():
        place = lower.find(word, place + 1)
    return place


def snippet_of(body: str, words: Collection[str]) -> str:
    """About 120 characters of `body` around the first of the folded `words`, on one line."""
    if len(body) <= SNIPPET_CHARS:
        return " ".join(body.split())
    at = _first(body, words)
    start = max(0, at - SNIPPET_CHARS // 3)
    end = start + SNIPPET_CHARS
    # Only the window is put on one line: a note may have pages. Parts of words at its ends are
    # left out, unless they hold the match or most of the window.
    shown = body[start:end].split()
    if _cuts(body, start) and len(shown[0]) < at - start:
        del shown[0]
    if _cuts(body, end) and len(shown) > 1 and len(shown[-1]) < SNIPPET_CHARS // 2:
        del shown[-1]
    return ("… " if start else "") + " ".join(shown) + (" …" if end < len(body) else "")


def _cuts(body: str, place: int) -> bool:
    """True when `place` is inside a word."""
    return 0 < place < len(body) and not (body[place - 1].isspace() or body[place].isspace())
