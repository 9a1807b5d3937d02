"""Records of the work with a family: planned visits, co-signatures, tiers, episodes (design 02)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Visit(Record, table=True):
    """A planned contact with a family that is no team meeting. The note about it may follow."""

    __tablename__ = "visit"
    TYPE: ClassVar[str] = "visit"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("about",)

    kind: str = ""
    """A code of vocabulary.NOTE_KINDS."""
    starts_at_ms: int = 0
    minutes: int = 0
    place: str = ""
    """A code of vocabulary.PLACES, or free words."""
    with_whom: str = ""
    """Ids (hex) joined by a comma."""
    with_whom_words: str = ""
    """Their names when it was planned."""
    about: str = ""
    worker_id: str = ""
    """Person id (hex) of the member of staff."""
    status: str = ""
    """A code of practice_codes.VISIT_STATUSES."""
    status_reason: str = ""
    note_id: str = ""


class CoSignature(Record, table=True):
    """A supervisor read a signed note and co-signed it, or gave it back with a comment."""

    __tablename__ = "co_signature"
    TYPE: ClassVar[str] = "co_signature"
    WRITE_ONCE: ClassVar[tuple[str, ...]] = (
        "note_id", "decision", "comment", "decided_at_ms", "digest", "signer_title",
    )  # fmt: skip

    note_id: str = ""
    decision: str = ""
    """co_signed, returned."""
    comment: str = ""
    decided_at_ms: int = 0
    digest: str = ""
    """SHA-256 (hex) of the signed content and its addenda as the supervisor saw them."""
    signer_title: str = ""


class TierOverride(Record, table=True):
    """Somebody chose another tier than the rules did, and said why."""

    __tablename__ = "tier_override"
    TYPE: ClassVar[str] = "tier_override"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("reason",)

    tier: str = ""
    """A tier of the rule file tiers."""
    reason: str = ""
    from_on: str = ""
    until_on: str = ""
    ended_on: str = ""


class Episode(Record, table=True):
    """A time of service: from enrolment, through extensions, to discharge."""

    __tablename__ = "episode"
    TYPE: ClassVar[str] = "episode"
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("eligibility",)

    number: int = 0
    youths: str = ""
    """Person ids (hex) joined by a comma."""
    eligibility: str = ""
    funder: str = ""
    """The funder's name as the rule file contacts has it."""
    enrolled_on: str = ""
    extension_asked_on: str = ""
    extension_reason: str = ""
    extended_until: str = ""
    discharged_on: str = ""
    discharge_reason: str = ""
    """A code of practice_codes.DISCHARGE_REASONS."""
    living_in: str = ""
    """A code of practice_codes.SETTINGS."""
    living_out: str = ""
    """A code of practice_codes.SETTINGS."""
    note: str = ""
