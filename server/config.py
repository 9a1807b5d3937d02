"""What a server process is told at its start.  A leaf: no I/O, no globals."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """How often, per minute, and how much.  Counted in the database, so shared by processes.

    Per address: everything with a token (``ask``), tokens that are none (``stranger``), logins, use
    of invitations, founding.  Per device: reading, writing, inviting, logins.  An office of fifty
    tablets behind one address stays well below; a first synchronisation reads some thousand times.
    """

    ask_per_address: int = 60_000
    stranger_per_address: int = 600
    found_per_address: int = 10
    login_per_address: int = 600
    login_per_device: int = 60
    join_per_address: int = 300
    invite_per_device: int = 60
    read_per_device: int = 6_000
    write_per_device: int = 6_000
    quarantine_bytes_per_device: int = 64 * 1024 * 1024
    blob_bytes_per_device: int = 8 * 1024**3
    blob_bytes_per_stream: int = 1024**3


def system_now_ms() -> int:
    """The wall clock in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """One server.

    ``origins`` are the addresses under which devices reach it, as ``scheme://host[:port]``; a login
    signed for any other is refused, so that no other server can pass a login on.
    ``agency_fingerprint`` is the beginning of the root fingerprint of the one agency that may found
    here (at least eight bytes); without it the first that comes may.
    ``database_url`` is an SQLAlchemy URL; without it ``data_dir/server.sqlite``.  ``connections`` is how
    many this process may have to it at a time.
    """

    data_dir: Path
    origins: tuple[str, ...]
    agency_fingerprint: bytes = b""
    database_url: str | None = None
    allow_more_agencies: bool = False
    audit_reads: bool = True
    limits: Limits = field(default_factory=Limits)
    now_ms: Callable[[], int] = system_now_ms
    random: Callable[[int], bytes] = os.urandom
    challenge_seconds: int = 60
    token_seconds: int = 15 * 60
    invitation_seconds: int = 72 * 3600
    body_seconds: float = 60.0
    connections: int = 40

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'server.sqlite'}"
