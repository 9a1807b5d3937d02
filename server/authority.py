"""Who belongs where, as the control chains in the database say: replayed by ``app.protocol``.

Owns a bounded memory of states that were already replayed.  A state is a pure function of its
chain, so a process that remembers nothing gives the same answers, only later.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.errors import AppError, ServerCannotStart
from app.protocol.ids import PersonId
from app.protocol.membership import AgencyState, Role, StreamState, parse_control
from server.edge import refuse
from server.tables import control_op, stream

_REMEMBERED = 2_000


FINGERPRINT_BYTES = 16
MIN_PIN_BYTES = 8
"""As many as the app shows."""


class OtherAgency(ServerCannotStart):
    """The database belongs to another agency than the one that was named."""

    user_message = "The database here belongs to another agency than the one named by --agency."


class FingerprintUnreadable(ServerCannotStart):
    """What was given as a fingerprint is none."""

    user_message = (
        "--agency takes the agency's fingerprint as the app shows it: sixteen digits and letters "
        "from 0 to F, with or without spaces."
    )


class Authority:
    """Agency and stream states of the chains as they stand in the caller's transaction."""

    def __init__(self) -> None:
        self._states: dict[bytes, AgencyState | StreamState] = {}
        self._lock = threading.Lock()

    def agency(self, connection: Connection, agency: bytes) -> AgencyState:
        """The agency's state; refuses (404) when there is none."""
        head, count = _place(connection, agency)
        known = self._recall(agency)
        if isinstance(known, AgencyState) and known.head == head:
            return known
        if isinstance(known, AgencyState) and len(known.heads) < count:
            state = known
            try:
                for raw in _ops(connection, agency, len(known.heads)):
                    state = state.apply(parse_control(raw))
            except AppError:
                # The database was exchanged under a running process; what is kept there decides.
                state = AgencyState.replay(_ops(connection, agency, 0))
        else:
            state = AgencyState.replay(_ops(connection, agency, 0))
        self._remember(agency, state)
        return state

    def stream(self, connection: Connection, place: bytes, agency: AgencyState) -> StreamState:
        """The state of a stream of ``agency``; refuses (404) when there is none."""
        head, _ = _place(connection, place)
        known = self._recall(place)
        if isinstance(known, StreamState) and known.head == head:
            return known
        state = StreamState.replay(_ops(connection, place, 0), agency)
        self._remember(place, state)
        return state

    def is_administrator(self, connection: Connection, agency: bytes, person: bytes) -> bool:
        """Whether ``person`` is an administrator of ``agency`` now."""
        state = self.agency(connection, agency)
        return Role.ADMINISTRATOR in state.roles_at(PersonId(person), state.index)

    def check_pin(self, connection: Connection, expected: bytes) -> None:
        """Return only when every agency kept here is the expected one.  Raises OtherAgency."""
        if not expected:
            return
        agencies = connection.execute(select(stream.c.agency).distinct()).scalars()
        for agency in list(agencies):
            held = fingerprint(self.agency(connection, agency))
            if not hmac.compare_digest(held[: len(expected)], expected):
                raise OtherAgency

    def _recall(self, place: bytes) -> AgencyState | StreamState | None:
        with self._lock:
            return self._states.get(place)

    def _remember(self, place: bytes, state: AgencyState | StreamState) -> None:
        with self._lock:
            if len(self._states) >= _REMEMBERED:
                self._states.clear()
            self._states[place] = state


def parse_fingerprint(text: str) -> bytes:
    """The bytes of a fingerprint as people write it; none for no text.  Raises FingerprintUnreadable."""
    digits = text.replace(" ", "").replace(":", "").replace("-", "")
    try:
        mark = bytes.fromhex(digits)
    except ValueError:
        raise FingerprintUnreadable from None
    if text and not MIN_PIN_BYTES <= len(mark) <= FINGERPRINT_BYTES:
        raise FingerprintUnreadable
    return mark


def fingerprint(state: AgencyState) -> bytes:
    """The 16 bytes by which people name an agency's root key.  Spec: crypto.md, "Agency seed"."""
    return hashlib.sha256(b"kt-root-v1\0" + state.root_public).digest()[:FINGERPRINT_BYTES]


def _place(connection: Connection, place: bytes) -> tuple[bytes, int]:
    row = connection.execute(
        select(stream.c.control_head, stream.c.control_count).where(stream.c.id == place)
    ).first()
    if row is None:
        raise refuse(404, "stream_unknown")
    return row.control_head, row.control_count


def _ops(connection: Connection, place: bytes, after: int) -> Sequence[Any]:
    return (
        connection.execute(
            select(control_op.c.raw)
            .where(control_op.c.stream == place, control_op.c.position > after)
            .order_by(control_op.c.position)
        )
        .scalars()
        .all()
    )
