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
    supervisor_saw_at_ms: int = 0


class MovedItem(Record, table=True):
    """A record was written again in another stream because its label changed."""

    __tablename__ = "moved_item"
    TYPE: ClassVar[str] = "moved_item"

    item_id: str = ""
    item_type: str = ""
    to_id: str = ""
    to_stream: str = ""
    """team or restricted."""


class RecordRequest(Record, table=True):
    """Somebody asked for the record, or asked to change it. Due after 30 days."""

    __tablename__ = "record_request"
    TYPE: ClassVar[str] = "record_request"

    kind: str = "copy"
    """copy, amendment, disclosures."""
    requester: str = ""
    authority: str = ""
    """On what ground they may ask: a code and words."""
    asked_for: str = ""
    received_on: str = ""
    due_on: str = ""
    withheld: str = ""
    withheld_why: str = ""
    delivered_on: str = ""
    how: str = ""
    outcome: str = ""
    """open, delivered, refused, amended, withdrawn."""
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
