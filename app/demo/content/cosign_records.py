"""What the supervisor said of the coordinators' notes: read and co-signed, given back, not read yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from app.wraparound.cosigning import digest

from .calendar import on_workday
from .ledger import SUPERVISOR, Ledger

TITLE = "Clinical supervisor"
CO_SIGNED = frozenset({"home_visit", "crisis"})
"""Kinds that the shipped rules have a supervisor read (assets/rules/notes.toml)."""
COMMENT = "Good picture of the visit. Who asks the school about the bus, and by when? Add one line."
ANSWER = "I ask the school about the bus, by Friday."


@dataclass(frozen=True)
class SignedNote:
    """A signed note that the supervisor may co-sign. content: what the signature carries."""

    record: str
    signed_at_ms: int
    content: dict[str, Any]


def decide(ledger: Ledger, note: SignedNote, at_ms: int, decision: str, comment: str = "") -> None:
    """The supervisor read a note to which nothing had been added."""
    number = str(sum(one.type == "co_signature" for one in ledger.records))
    fields = {
        "note_id": note.record, "decision": decision, "comment": comment, "decided_at_ms": at_ms,
        "digest": digest(note.content, ()), "signer_title": TITLE,
    }  # fmt: skip
    ledger.add("co_signature", ledger.id("co_signature", number), fields, at_ms, SUPERVISOR)


def co_sign(ledger: Ledger, note: SignedNote, rng: Random) -> None:
    """She read it a few days later and put her name under it."""
    calendar = ledger.calendar
    read = on_workday(calendar.day_of(note.signed_at_ms) + timedelta(days=rng.randrange(1, 6)))
    at = max(note.signed_at_ms + 600_000, calendar.ms(min(read, calendar.day(-1)), 12, rng.randrange(60)))
    decide(ledger, note, min(at, calendar.start_ms() - 60_000), "co_signed")


def give_back(ledger: Ledger, note: SignedNote, *, answered: bool) -> None:
    """She gave it back yesterday; its author has answered, or not yet."""
    calendar = ledger.calendar
    at = max(note.signed_at_ms + 600_000, calendar.ms(calendar.day(-1), 16, 20))
    at = min(at, calendar.start_ms() - 1_800_000)
    decide(ledger, note, at, "returned", COMMENT)
    if answered:
        fields = {
            "note_id": note.record, "body": ANSWER, "author_title": "Care coordinator",
            "written_at_ms": at + 900_000,
        }  # fmt: skip
        ledger.add("addendum", ledger.id("addendum", "answer"), fields, at + 900_000)
