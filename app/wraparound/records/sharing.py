"""What may leave the tablet, with whose leave, and what did (design 02, Release and Disclosure)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class Release(Record, table=True):
    """Somebody's leave to share something with somebody outside the team.

    Written and signed in one act. What the law asks for beside the columns (whom it is about, who
    may share, kinds, statements, signers and their authority…) stands in `signed` alone, which
    nobody can change; docs/releases.md lists it.
    """

    __tablename__ = "release"
    TYPE: ClassVar[str] = "release"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("recipient",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("recipient", "organisation", "purpose")
    WRITE_ONCE: ClassVar[tuple[str, ...]] = ("signed",)

    recipient: str = ""
    organisation: str = ""
    what: str = ""
    """Codes of vocabulary.RELEASE_PARTS joined by a comma."""
    purpose: str = ""
    from_on: str = ""
    until_on: str = ""
    """Last day; empty when it ends with an event."""
    signed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """name, role, signed_at_ms, strokes (as in Signature), every field above as it was, and `terms`
    (wraparound.releases.Terms as plain values). Papers of version 0.2 hold no terms."""
    revoked_on: str = ""
    revoked_by: str = ""
    """Who took it back, as they are called."""
    revoked_how: str = ""
    """in_writing, aloud."""
    told: str = ""
    """Who was told that it is over, in words; empty until somebody was."""
    ended_on: str = ""
    """The day on which the event came that ends it."""
    copy_given_on: str = ""
    """When whoever signed was given a copy."""


class Disclosure(Record, table=True):
    """Something that left the tablet: for whom, with whose leave or on what ground.

    Written before the bytes leave, and never changed: only who supervises adds that they saw it.
    """

    __tablename__ = "disclosure"
    TYPE: ClassVar[str] = "disclosure"
    WRITE_ONCE: ClassVar[tuple[str, ...]] = (
        "recipient", "recipient_id", "release_id", "what", "how", "language", "digest", "at_ms", "basis",
        "facts",
    )  # fmt: skip

    recipient: str = ""
    recipient_id: str = ""
    """Record id (hex) of a reader on the team; empty for somebody outside."""
    release_id: str = ""
    what: str = ""
    how: str = "paper"
    """paper, file, told."""
    language: str = ""
    digest: str = ""
    """SHA-256 (hex) of the file, or of the words that were told."""
    at_ms: int = 0
    basis: str = ""
    """A code of wraparound.lawful.BASES when it left without a release."""
    facts: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """Everything else that an accounting needs: purpose, labels inside, notices with their words,
    reason, what was the least… (wraparound.lawful and services.gate). Lines of version 0.2: None."""
    seen_at_ms: int = 0
    """When a supervisor saw it; asked for when there was no release."""
