"""Making one text, or one list, of several versions that began from the same one.

Pure. Owns the three-way merge behind a conflict's suggestion: what only one person changed is taken,
what several changed at the same place stands there once from each, and what is the same stands once.
It suggests; somebody who has seen every version decides. Spec: docs/protocol.md, "Merge" (settling).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

BASE = -1
"""`Piece.whose` of words that all began from, or that everybody has."""
MOST_WORDS = 4_000
"""Words and blanks of one version up to which a merge is tried; it would take too long beyond."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a merged text. whose: the number of the version that brought it, or BASE."""

    words: str
    whose: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """Words that all began from and that one version took out (or replaced)."""

    words: str
    whose: int


@dataclass(frozen=True, slots=True)
class Merged:
    """One text made of several.

    Attributes:
        pieces: the text in order; joined they are `text`.
        dropped: what somebody took out of the words that all began from.
        clash: several changed the same place, so that both wordings stand side by side there.
    """

    pieces: tuple[Piece, ...]
    dropped: tuple[Dropped, ...]
    clash: bool

    @property
    def text(self) -> str:
        """The merged text."""
        return "".join(piece.words for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Token:
    words: str
    whose: int = BASE


def merge_texts(base: str, versions: Sequence[str]) -> Merged | None:
    """The words of all versions in one text, by words.

    base: the text that every version began from. Returns None when there are fewer than two
    versions, or they are too long to compare.
    """
    texts = [_split(text) for text in (base, *versions)]
    if len(versions) < 2 or any(len(text) > MOST_WORDS for text in texts):
        return None
    began = texts[0]
    merged = [_Token(words) for words in began]
    dropped: list[Dropped] = []
    clash = False
    for whose, words in enumerate(texts[1:]):
        dropped += _dropped(began, words, whose)
        merged, met = _three_way(began, merged, [_Token(word, whose) for word in words])
        clash = clash or met
    return Merged(_pieces(merged), tuple(dropped), clash)


def merge_lists(base: Sequence[str], versions: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The items of all versions in one list, each once.

    What anybody took out is out, what anybody added is in, behind what it stood behind with them.
    The order of the first version that changed the order holds.
    """
    began = tuple(dict.fromkeys(base))
    out = {item for version in versions for item in began if item not in version}
    merged = [item for item in _first_order(began, versions) if item not in out]
    for version in versions:
        before: str | None = None
        for item in dict.fromkeys(version):
            if item not in began and item not in merged:
                merged.insert(0 if before is None else merged.index(before) + 1, item)
            if item in merged:
                before = item
    return tuple(merged)


def _first_order(began: tuple[str, ...], versions: Sequence[Sequence[str]]) -> tuple[str, ...]:
    for version in versions:
        kept = tuple(item for item in dict.fromkeys(version) if item in began)
        if kept != tuple(item for item in began if item in kept):
            # What this version took out keeps its place at the end; it is taken out afterwards.
            return kept + tuple(item for item in began if item not in kept)
    return began


def _split(text: str) -> list[str]:
    # A full stop is a word of its own: a sentence added behind one has not changed the one before.
    return re.findall(r"[\w'’]+|\s+|[^\w\s'’]+", text)


def _words(tokens: Sequence[_Token]) -> list[str]:
    return [token.words for token in tokens]


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """Which word of `other` each word of `base` is, where it is there still."""
    found: dict[int, int] = {}
    for block in SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks():
        found.update((block.a + step, block.b + step) for step in range(block.size))
    return found


def _three_way(
    base: list[str], left: list[_Token], right: list[_Token]
) -> tuple[list[_Token], bool]:
    """Both sides in one, between the words that both still have; True when they met somewhere."""
    ours, theirs = _matches(base, _words(left)), _matches(base, _words(right))
    anchors = [(at, ours[at], theirs[at]) for at in range(len(base)) if at in ours and at in theirs]
    out: list[_Token] = []
    met = False
    began = a = b = 0
    for at, in_left, in_right in [*anchors, (len(base), len(left), len(right))]:
        part, clash = _between(base[began:at], left[a:in_left], right[b:in_right])
        out += part
        met = met or clash
        if at < len(base):
            out.append(left[in_left])
        began, a, b = at + 1, in_left + 1, in_right + 1
    return out, met


def _between(
    base: list[str], left: list[_Token], right: list[_Token]
) -> tuple[list[_Token], bool]:
    """What stands between two words that both sides kept."""
    ours, theirs = _words(left), _words(right)
    if ours == theirs:
        return [_Token(words) for words in ours], False
    if theirs == base:
        return left, False
    if ours == base:
        return right, False
    if not "".join(ours).strip():
        return right, bool(base)
    if not "".join(theirs).strip():
        return left, bool(base)
    start, end = _alike(ours, theirs)
    mine, other = left[start : len(left) - end], right[start : len(right) - end]
    head = [_Token(words) for words in ours[:start]]
    tail = [_Token(words) for words in ours[len(ours) - end :]]
    return [*head, *_side_by_side(mine, other), *tail], bool(mine and other)


def _alike(ours: list[str], theirs: list[str]) -> tuple[int, int]:
    """How many words both wordings of one place begin with, and end with, alike."""
    shorter = min(len(ours), len(theirs))
    start = next((at for at in range(shorter) if ours[at] != theirs[at]), shorter)
    end = next((at for at in range(shorter - start) if ours[-1 - at] != theirs[-1 - at]), shorter - start)
    return start, end


def _side_by_side(left: list[_Token], right: list[_Token]) -> list[_Token]:
    """Both wordings of one place, with a blank between them where there is none."""
    apart = left and right and not left[-1].words.isspace() and not right[0].words.isspace()
    return [*left, *([_Token(" ")] if apart else []), *right]


def _dropped(base: list[str], version: list[str], whose: int) -> list[Dropped]:
    found: list[Dropped] = []
    kept = _matches(base, version)
    run: list[str] = []
    for at, word in enumerate([*base, ""]):
        if at < len(base) and at not in kept:
            run.append(word)
        elif run and word.isspace() and at + 1 < len(base) and at + 1 not in kept:
            run.append(word)  # a blank between two words that are both out is out with them
        else:
            if words := "".join(run).strip():
                found.append(Dropped(words, whose))
            run = []
    return found


def _pieces(tokens: Sequence[_Token]) -> tuple[Piece, ...]:
    """Runs by whose they are; a blank between two words of one person is theirs."""
    joined: list[Piece] = []
    for at, token in enumerate(tokens):
        whose = token.whose
        if token.words.isspace():
            before = joined[-1].whose if joined else BASE
            after = tokens[at + 1].whose if at + 1 < len(tokens) else BASE
            whose = before if before == after else BASE
        if joined and joined[-1].whose == whose:
            joined[-1] = Piece(joined[-1].words + token.words, whose)
        else:
            joined.append(Piece(token.words, whose))
    return tuple(joined)
