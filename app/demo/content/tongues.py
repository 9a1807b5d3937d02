"""The family's words in two languages: one is what was said, the other is a translation of it.

Only families that are at home in Spanish have translations. Most are read against the original by
somebody; some are missing, not read yet, or older than the words they translate, as it is in life.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from .cast import Cast
from .ledger import Ledger
from .library import Library, Pair
from .phrase import Phrase

T = TypeVar("T")

Both = tuple[str, str]
"""English and Spanish; Spanish is empty where nobody has said it."""

_OTHER = {"en": "es", "es": "en"}
_SAID_IN_SPANISH = 0.3
_MISSING, _UNCHECKED, _OLD = 0.05, 0.11, 0.15
"""Bounds of one draw: below the first nothing is translated, and so on."""
_NEVER_SAID_IN_SPANISH = frozenset({"delgado"})
"""Families that speak both; at their table English is written down."""


class Tongues:
    """Writes records whose words the family reads."""

    def __init__(
        self, ledger: Ledger, cast: Cast, library: Library, gaps: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        """gaps: type, how the words begin, why they are not there; none given: chance decides."""
        self._ledger, self._cast, self._library = ledger, cast, library
        self._rng = Random(f"{ledger.seed}/{ledger.household.key}/tongues")
        self._said_in: dict[tuple[str, str], str] = {}
        self._both = ledger.household.language == "es"
        self._gaps = gaps
        self._decks: dict[str, list[Pair]] = {}

    @property
    def in_spanish(self) -> bool:
        """Whether the family reads Spanish."""
        return self._both

    def say(self, pool: str, values: Mapping[str, str]) -> Both:
        """Words of a pool that this family has not used yet, in both languages; ("", "") for none."""
        for _ in range(2):
            deck = self._decks.setdefault(pool, [])
            for at in range(len(deck) - 1, -1, -1):
                if deck[at].needs <= values.keys():
                    pair = deck.pop(at)
                    return self._render(pair.english, values), self._render(pair.spanish, values)
            pairs = self._library.both.get(pool, ())
            self._decks[pool] = self._rng.sample(pairs, len(pairs))
        return "", ""

    def several(self, pool: str, count: int, values: Mapping[str, str]) -> list[Both]:
        """Different words of a pool, at most `count`."""
        said = [self.say(pool, values) for _ in range(count)]
        return [both for both in dict.fromkeys(said) if both[0]]

    def chance(self, share: float) -> bool:
        """True that often."""
        return self._rng.random() < share

    def choice(self, options: Sequence[T]) -> T:
        """One of them."""
        return self._rng.choice(options)

    def _render(self, phrase: Phrase, values: Mapping[str, str]) -> str:
        return phrase.render(self._rng, values, self._library.banks)

    def write(
        self, kind: str, record: str, fields: Mapping[str, Any], words: Mapping[str, Both], at_ms: int,
        *, sure: bool = False,
    ) -> None:  # fmt: skip
        """Write a record and the translations of its words.

        Args:
            record: id, or empty for a singleton.
            words: field → the same words in both languages.
            sure: everything is translated and checked.
        """
        language = self._said_in.get((kind, record)) or self._language(words.values())
        first = (kind, record) not in self._said_in
        self._said_in[kind, record] = language
        said = {field: both[language == "es"] or both[0] for field, both in words.items()}
        # English is what the field holds anyway; thousands of records need not say so.
        more = {"language": language} if first and language != "en" else {}
        self._ledger.add(kind, record, {**said, **more, **fields}, at_ms)
        if not self._both:
            return
        for field, (english, spanish) in words.items():
            text = english if language == "es" else spanish
            if text and said[field]:
                self._translate(kind, record, field, said[field], text, _OTHER[language], at_ms, sure)

    def _language(self, words: Any) -> str:
        """What the words were said in, for the whole record."""
        if not self._both or self._ledger.household.key in _NEVER_SAID_IN_SPANISH:
            return "en"
        complete = all(bool(spanish) or not english for english, spanish in words)
        return "es" if complete and self._rng.random() < _SAID_IN_SPANISH else "en"

    def _translate(
        self, kind: str, record: str, field: str, of: str, text: str, language: str, at: int, sure: bool
    ) -> None:
        why = self._why_gap(kind, of, sure)
        if why == "missing":
            return
        item = record or f"@{kind}"
        fields = {
            "item_id": item,
            "item_type": kind,
            "field": field,
            "language": language,
            "text": text,
            "of_text": _before(of) if why == "old" else of,
            "translated_by": self._cast.coordinator_name,
            "checked_by": self._cast.caregiver.called if why != "unchecked" else "",
            "checked_on": self._ledger.calendar.day_of(at).isoformat() if why != "unchecked" else "",
        }
        self._ledger.add("translation", "", fields, at, parts=(item, field, language))

    def _why_gap(self, kind: str, of: str, sure: bool) -> str:
        """missing, unchecked, old, or empty for words that are there."""
        if self._gaps:
            return next((why for k, begins, why in self._gaps if k == kind and of.startswith(begins)), "")
        draw = 1.0 if sure else self._rng.random()
        bounds = ((_MISSING, "missing"), (_UNCHECKED, "unchecked"), (_OLD, "old"))
        return next((why for bound, why in bounds if draw < bound), "")


def _before(text: str) -> str:
    """What stood there before somebody changed a word of it."""
    return text.rstrip(".") + ", most days."
