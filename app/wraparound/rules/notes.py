"""The rule file notes: which kinds of notes the agency offers, and which a supervisor co-signs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.wraparound.vocabulary import NOTE_KINDS

from .offered import Offered, read_offered
from .reading import read, unique


@dataclass(frozen=True)
class NoteKind:
    """One kind on offer. co_sign: a supervisor reads each signed note of it."""

    offered: Offered
    co_sign: bool = False


@dataclass(frozen=True)
class NoteRules:
    """The whole file: code of vocabulary.NOTE_KINDS → the kind, in the order in which they are offered."""

    kinds: Mapping[str, NoteKind]

    @property
    def co_signed(self) -> frozenset[str]:
        """The kinds whose notes a supervisor reads."""
        return frozenset(code for code, kind in self.kinds.items() if kind.co_sign)


def parse(text: str) -> NoteRules:
    """Read the file. Raises RuleError with the line. Without a kind all are offered, none is co-signed."""
    top = read(text)
    tables = top.tables("kind")
    top.done()
    unique(tables)
    kinds = {}
    for one in tables:
        offered = read_offered(one, NOTE_KINDS)
        kinds[offered.code] = NoteKind(offered, one.yes("co_sign"))
        one.done()
    return NoteRules(kinds or {code: NoteKind(Offered(code)) for code in NOTE_KINDS})
