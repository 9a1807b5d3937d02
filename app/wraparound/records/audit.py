"""What people did, as the audit tells it: numbered and chained (design 04, issue "Audit").

The hash chain runs inside the records, one for each device and stream. docs/protocol.md, "Audit".
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Column
from sqlmodel import Field

from .base import Record


class AuditEntry(Record, table=True):
    """One line of one device's audit of one stream. Its id follows from stream, device and n."""

    __tablename__ = "audit_entry"
    TYPE: ClassVar[str] = "audit_entry"
    WRITE_ONCE: ClassVar[tuple[str, ...]] = (
        "n", "at_ms", "device", "action", "item_type", "item_id", "detail", "count", "prev",
    )  # fmt: skip

    n: int = 0
    """1, 2, 3… without a gap."""
    at_ms: int = 0
    device: str = ""
    action: str = ""
    item_type: str = ""
    item_id: str = ""
    detail: str = ""
    """A code, never words."""
    count: int = 1
    prev: str = ""
    """Hash (hex) of the entry before."""


class AuditSeal(Record, table=True):
    """Where other devices' audits, and the server's, stood when this device looked."""

    __tablename__ = "audit_seal"
    TYPE: ClassVar[str] = "audit_seal"

    at_ms: int = 0
    heads: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    """{device (hex): [n, hash (hex)]}."""
    server_count: int = 0
    server_head: str = ""
