"""What people did, as the audit tells it: numbered, chained and signed (design 04, issue "Audit").

The hash chain runs inside the records, one for each device and stream. Ids follow from the content
(`derived_id(stream, type, hash)`), so that nobody can take the place of an entry before it is written
or fill it with something else: every tablet sets aside what does not fit its id (store/rights.py), and
whatever would delete one. docs/protocol.md, "Audit".
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class AuditEntry(Record, table=True):
    """One line of one device's audit of one stream. Its id follows from its hash."""

    __tablename__ = "audit_entry"
    TYPE: ClassVar[str] = "audit_entry"

    n: int = 0
    """1, 2, 3… without a gap."""
    at_ms: int = 0
    """When, by the device's own clock; of a view the first time of the day."""
    device: str = ""
    """Whose audit: device id (hex)."""
    action: str = ""
    """A code of wraparound.audit.DEEDS; a newer app may have more."""
    item_type: str = ""
    item_id: str = ""
    detail: str = ""
    """A code, never words."""
    count: int = 1
    prev: str = ""
    """Hash (hex) of the entry before; empty for the first."""
    sig: str = ""
    """The device's signature (hex) over the entry's hash."""


class AuditSeal(Record, table=True):
    """Where other devices' audits, and the server's, stood when this device looked."""

    __tablename__ = "audit_seal"
    TYPE: ClassVar[str] = "audit_seal"

    at_ms: int = 0
    device: str = ""
    heads: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """{device (hex): [n, hash (hex)]}."""
    server_count: int = 0
    server_head: str = ""
    sig: str = ""
    """The device's signature (hex) over the seal's hash."""
