"""Draws phrases so that one coordinator does not write the same sentence twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from random import Random

from .library import Library
from .phrase import Phrase, sentences

_RENDERS, _DRAWS = 4, 4
_NOTHING = 1 << 30
"""Repetitions of a text that could not be had at all."""


class _Deck:
    """Phrases drawn without putting back, in a random order; shuffled again when used up."""

    def __init__(self, phrases: Sequence[Phrase], rng: Random) -> None:
        self._all = list(phrases)
        self._left: list[Phrase] = []
        self._rng = rng

    def draw(self, known: frozenset[str]) -> Phrase | None:
        """The next phrase whose values are all known, or None when there is none at all."""
        for _ in range(2):
            for at in range(len(self._left) - 1, -1, -1):
                if self._left[at].needs <= known:
                    return self._left.pop(at)
            self._left = self._rng.sample(self._all, len(self._all))
        return None


@dataclass
class Writer:
    """The hand of one coordinator: remembers what was written in the whole caseload."""

    library: Library
    rng: Random
    bodies: set[str]
    """Bodies of notes of the whole agency."""
    careful: bool = True
    """Look for sentences that the caseload does not know yet; large caseloads cannot."""
    _decks: dict[tuple[str, ...], _Deck] = field(default_factory=dict)
    _sentences: set[bytes] = field(default_factory=set)

    def say(self, key: tuple[str, ...], phrases: Sequence[Phrase], values: Mapping[str, str]) -> str:
        """A phrase of the deck, rendered; the freshest of a few tries. Empty when none fits."""
        return self.keep(self.propose(key, phrases, values)[0])

    def keep(self, text: str) -> str:
        """Take a proposed text as written."""
        if self.careful:
            self._sentences.update(hash_of(part) for part in sentences(text))
        return text

    def propose(
        self, key: tuple[str, ...], phrases: Sequence[Phrase], values: Mapping[str, str]
    ) -> tuple[str, int]:
        """The freshest of a few tries and how many of its sentences the caseload knows already."""
        if not phrases:
            return "", _NOTHING
        deck = self._decks.get(key)
        if deck is None:
            deck = self._decks[key] = _Deck(phrases, self.rng)
        known = frozenset(values)
        if not self.careful:
            phrase = deck.draw(known)
            return (phrase.render(self.rng, values, self.library.banks), 0) if phrase else ("", _NOTHING)
        best, best_repeats = "", _NOTHING
        for _ in range(_DRAWS):
            phrase = deck.draw(known)
            if phrase is None:
                break
            for _ in range(_RENDERS):
                text = phrase.render(self.rng, values, self.library.banks)
                repeats = sum(hash_of(part) in self._sentences for part in sentences(text))
                if repeats < best_repeats:
                    best, best_repeats = text, repeats
                if repeats == 0:
                    break
            if best_repeats == 0:
                break
        return best, best_repeats

    def pool(self, name: str, values: Mapping[str, str]) -> str:
        """A phrase of a pool of the scenes file, by its name. Empty when there is none."""
        return self.say(("pool", name), self.library.pools.get(name, ()), values)

    def spanish(self, name: str, values: Mapping[str, str]) -> str:
        """A phrase of a Spanish pool."""
        return self.say(("es", name), self.library.spanish.get(name, ()), values)

    def is_new(self, body: str) -> bool:
        """Take the body as written, unless somebody wrote the very same before."""
        if body in self.bodies:
            return False
        self.bodies.add(body)
        return True


def hash_of(sentence: str) -> bytes:
    """Eight bytes that stand for the sentence; the same in every process, unlike `hash`."""
    return blake2b(sentence.encode(), digest_size=8).digest()
