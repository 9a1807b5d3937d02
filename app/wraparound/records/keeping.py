"""Keeping records right: errors, moves between streams, requests, holds (design 02, Rules)."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class EnteredInError(Record, table=True):
    """A note that stands in the wrong family. Its id follows from the note's.

    The note leaves views, search and prints; the original stays in the log for the audit.
    """

    __tablename__ = "entered_in_error"
    TYPE: ClassVar[str] = "entered_in_error"

    item_id: str = ""
    item_type: str = "note"
    reason: str = ""
    copied_to_family: str = ""
    """Family id (hex) that has the note now; empty: none."""
    copied_to: str = ""
    """Record id (hex) there."""
    written_by: str = ""
    """Person id (hex) of the note's author."""
    marked_at_ms: int = 0
    supervisor_saw_at_ms: int = 0


class MovedItem(Record, table=True):
    """A record was written again elsewhere: its label changed, or it stood in the wrong family.

    One lies in the stream that it left, for those who see it gone, and one where it is now, which
    says whose words they are: the author of a record is who wrote its operations.
    Ids follow from stream, item_id and to_id.
    """

    __tablename__ = "moved_item"
    TYPE: ClassVar[str] = "moved_item"

    item_id: str = ""
    item_type: str = ""
    to_id: str = ""
    to_stream: str = ""
    """team or restricted."""
    why: str = "label"
    """label, family, joined."""
    first_by: str = ""
    """Person id (hex) of who wrote it first; in the mark where it is now alone."""
    first_at_ms: int = 0
    """When it was first written."""


class RecordRequest(Record, table=True):
    """Somebody asked for the record, or asked to change it. Due after 30 days."""

    __tablename__ = "record_request"
    TYPE: ClassVar[str] = "record_request"

    kind: str = "copy"
    """copy, amendment, disclosures."""
    requester: str = ""
    authority: str = ""
    """On what ground they may ask: a code of vocabulary.REQUEST_AUTHORITIES."""
    authority_words: str = ""
    """What was seen that shows it: "guardianship order of 3 May"."""
    asked_for: str = ""
    received_on: str = ""
    due_on: str = ""
    withheld: str = ""
    withheld_why: str = ""
    delivered_on: str = ""
    how: str = ""
    """A code of vocabulary.REQUEST_HOW."""
    disclosures: str = ""
    """Ids (hex) of the disclosures that the delivery left, joined by a comma."""
    outcome: str = "open"
    """A code of vocabulary.REQUEST_OUTCOMES."""
    decided_on: str = ""
    decided_why: str = ""
    """Why it was refused, or what was changed."""
    disagreement: str = ""
    """The requester's statement of disagreement, in their words: stays with the record."""
    note: str = ""


class LegalHold(Record, table=True):
    """Nothing of a family may be destroyed. In the agency's data stream: names no family."""

    __tablename__ = "legal_hold"
    TYPE: ClassVar[str] = "legal_hold"

    held_family: str = ""
    """Family id (hex)."""
    reason: str = ""
    from_on: str = ""
    lifted_on: str = ""
    lifted_why: str = ""


class RetentionDecision(Record, table=True):
    """What was decided about a closed family whose time has passed. In the data stream: it outlives
    the family's record, and names no family."""

    __tablename__ = "retention_decision"
    TYPE: ClassVar[str] = "retention_decision"

    about_family: str = ""
    """Family id (hex)."""
    decision: str = ""
    """destroy, keep."""
    why: str = ""
    decided_on: str = ""
    look_again_on: str = ""
    """For keep: when to decide again."""


class RetentionRule(Record, table=True):
    """How long the agency keeps a closed family's record. Singleton of the data stream."""

    __tablename__ = "retention_rule"
    TYPE: ClassVar[str] = "retention_rule"
    SINGLETON: ClassVar[bool] = True

    years_after_close: int = 7
    until_age: int = 24
    """The young person's age in years before which nothing is destroyed."""
    source: str = ""
    """Law or contract, in the agency's words."""
