"""What may leave the tablet, with whose leave, and what did (the minimal form; design 02, Release)."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class Release(Record, table=True):
    """The family's leave to share something with somebody outside the team."""

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
    revoked_on: str = ""
    signed: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """name, role, signed_at_ms, strokes (as in Signature), and every field above as it was."""


class Disclosure(Record, table=True):
    """One copy that left the tablet, for whom, and with whose leave."""

    __tablename__ = "disclosure"
    TYPE: ClassVar[str] = "disclosure"

    recipient: str = ""
    recipient_id: str = ""
    """Record id (hex) of a reader on the team; empty for somebody outside."""
    release_id: str = ""
    what: str = ""
    how: str = "paper"
    """paper, file."""
    language: str = ""
    digest: str = ""
    """SHA-256 (hex) of the file."""
    at_ms: int = 0
