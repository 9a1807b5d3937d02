"""What a person is told about synchronisation: one truthful, immutable value.

Owns ``SyncStatus`` and the small board that tells subscribers when it changes.  It refuses to
round up: an operation is on the server only when its chain was acknowledged up to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.protocol.ids import ChainId, OpRef

log = logging.getLogger(__name__)


class SyncState(StrEnum):
    """What the engine is doing now."""

    IDLE = "idle"
    WORKING = "working"
    OFFLINE = "offline"
    PROBLEM = "problem"
    REMOVED = "removed"
    NOT_ENROLLED = "not_enrolled"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """A snapshot of synchronisation.

    ``pending`` operations are only on this tablet.  ``sent`` of ``total`` were acknowledged in the
    round that runs (progress bar); ``received`` counts pulled operations of that round.
    ``last_contact_ms`` is the last complete round, ``contacts`` how many there were since the start.
    ``problem`` is an error code or "".
    ``withheld`` > 0: operations others have referred to did not come from the server in two
    complete contacts.  ``next_try_ms`` is when the next round is due after one that failed, else None.
    ``acked`` maps own chains to the last acknowledged dseq.
    """

    state: SyncState = SyncState.IDLE
    pending: int = 0
    sent: int = 0
    total: int = 0
    received: int = 0
    last_contact_ms: int | None = None
    contacts: int = 0
    problem: str = ""
    message: str = ""
    quarantined: int = 0
    withheld: int = 0
    conflicts: int = 0
    server_offset_ms: int | None = None
    next_try_ms: int | None = None
    acked: Mapping[ChainId, int] = field(default_factory=lambda: MappingProxyType({}))

    def is_on_server(self, op: OpRef) -> bool:
        """Whether exactly this operation was acknowledged by the server."""
        return op.dseq <= self.acked.get(op.chain, 0)


class StatusBoard:
    """Holds the current status and tells its readers when it becomes another one."""

    def __init__(self, status: SyncStatus | None = None) -> None:
        self._status = status or SyncStatus()
        self._readers: list[Callable[[SyncStatus], None]] = []

    @property
    def status(self) -> SyncStatus:
        """The current status."""
        return self._status

    def change(self, **fields: Any) -> None:
        """Replace some fields; readers hear of it only when something is different."""
        new = replace(self._status, **fields)
        if new == self._status:
            return
        self._status = new
        for reader in tuple(self._readers):
            try:
                reader(new)
            except Exception as error:  # a screen that fails must not stop the round
                log.error("reader failed: %s", type(error).__name__)

    def acknowledged(self, chain: ChainId, before: int, up_to: int) -> None:
        """The server holds `chain` up to `up_to`; `before`: what it held when the push began."""
        status = self._status
        before = max(status.acked.get(chain, 0), before)
        new = max(0, up_to - before)
        self.change(
            sent=status.sent + new,
            pending=max(0, status.pending - new),
            acked=MappingProxyType({**status.acked, chain: max(before, up_to)}),
        )

    def subscribe(self, reader: Callable[[SyncStatus], None]) -> Callable[[], None]:
        """Call ``reader`` on every change, on the engine's loop.  Returns the disposer."""
        self._readers.append(reader)

        def dispose() -> None:
            if reader in self._readers:
                self._readers.remove(reader)

        return dispose
