"""What a co-signature binds, and how a note stands with its supervisor. Pure.

A supervisor reads a signed note with what was added to it, and either co-signs it or gives it back with a
comment. The decision carries a digest of what was read, so that words which were added later, or which
had not arrived yet, are never taken for read. Spec: docs/howto/supervise.md; design 02, Signed notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

CoSignStanding = Literal["", "waiting", "co_signed", "added_since", "returned", "answered"]
""""": nobody is asked. waiting: no supervisor has read it. added_since: co-signed before something was
added. returned: given back, the author has not answered. answered: given back, and words were added."""

TO_READ: Final = frozenset({"waiting", "added_since", "answered"})
"""Standings of notes that wait for a supervisor."""

_TAG: Final = b"kt-co-signature-v1\0"


@dataclass(frozen=True)
class Added:
    """Words added to a signed note, as far as a co-signature binds them.

    No id: words that move to a restricted stream get another, and stay the same words.
    """

    written_at_ms: int
    author_title: str
    body: str


@dataclass(frozen=True)
class Decision:
    """What a supervisor decided about a note. by: person id (hex), from the chain's certificate."""

    decision_id: str
    by: str
    decision: str
    at_ms: int
    digest: str
    comment: str = ""
    title: str = ""


def digest(signed: Mapping[str, Any], added: Iterable[Added]) -> str:
    """SHA-256 (hex) of a note as its author signed it and of everything added to it, in canonical JSON."""
    words = sorted([one.written_at_ms, one.author_title, one.body] for one in added)
    content = {"signed": dict(signed), "added": words}
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(_TAG + plain.encode()).hexdigest()


def counted(decisions: Iterable[Decision], author: str) -> tuple[Decision, ...]:
    """The decisions that count, in the order in which they were taken: nobody reads their own note."""
    known = [one for one in decisions if one.decision in ("co_signed", "returned") and one.by != author]
    return tuple(sorted(known, key=lambda one: (one.at_ms, one.decision_id)))


def standing_of(decisions: Sequence[Decision], now: str, *, asked: bool) -> CoSignStanding:
    """How a signed note stands.

    decisions: as `counted` gives them. now: digest of the note as it is held here. asked: whether notes
    like it are co-signed at all; one that a supervisor has read stands as it was decided all the same.
    """
    if not decisions:
        return "waiting" if asked else ""
    last = decisions[-1]
    if last.digest == now:
        return "co_signed" if last.decision == "co_signed" else "returned"
    return "added_since" if last.decision == "co_signed" else "answered"
