"""What the sync centre tells: what waits here, what went and came when, what is amiss, and how much room.

Owns joining what the store remembers with names. It refuses to guess: what is not known is empty, a
reason that this version does not know is told as such, and nothing here changes a record.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, select

from app.protocol.ids import StreamId
from app.store.notices import DAMAGED, FORK, MISSING, OWN_FORK
from app.wraparound.records import RECORD_TYPES, Family, Record, StaffMember

from .desk import Desk

CLOCK_OFF_MS = 120_000
"""From here on a clock that differs from the server's is worth saying."""
LITTLE_ROOM_BYTES = 500 * 1024 * 1024
"""Less free space than this is worth saying: photos need it first, notes last."""

Why = Literal["late", "not_allowed", "forged", "newer", "unknown", "twice", "own", "too_much"]
"""Why something was set aside, for people: see docs/howto/when-sync-says.md."""

_WHY: dict[str, Why] = {
    "beyond_cut": "late", "not_entitled": "not_allowed", "not_their_role": "not_allowed",
    "rule_broken": "not_allowed", "newer_version": "newer", "unknown_head": "unknown",
    "unknown_stream": "unknown", "fork_alarm": "twice", "salvaged": "own", "not_kept": "too_much",
}  # fmt: skip
_AMISS = (MISSING, FORK, OWN_FORK, DAMAGED)


@dataclass(frozen=True)
class Waiting:
    """Changes of one record that are only on this tablet. record: None when it is not shown here."""

    family_id: str
    type: str
    record_id: str
    changes: int
    at_ms: int
    record: Record | None


@dataclass(frozen=True)
class Passed:
    """What last went out for a family, and came in: how many changes, and when; 0 when never."""

    family_id: str
    sent: int
    sent_ms: int
    came: int
    came_ms: int


@dataclass(frozen=True)
class SetAside:
    """Something that came and was not accepted. by: a name, "" when nobody known signed it.

    mine: this tablet's own words. pieces: how many changes (or, of what nobody signed, deliveries).
    """

    family_id: str
    why: Why
    by: str
    mine: bool
    pieces: int
    at_ms: int


@dataclass(frozen=True)
class Amiss:
    """A doubt about the server or a tablet. kind: missing, fork, own_fork, damaged. stream: hex."""

    family_id: str
    stream: str
    kind: str
    since_ms: int
    count: int


@dataclass(frozen=True)
class Room:
    """Bytes that this app's files take, and that are free. free: None when the system does not say."""

    log: int
    image: int
    attachments: int
    free: int | None

    @property
    def little(self) -> bool:
        """Whether there is little room left."""
        return self.free is not None and self.free < LITTLE_ROOM_BYTES


class SyncStory:
    """What happened between this tablet and the server. Ids are hex, instants in UTC milliseconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def waiting(self) -> tuple[Waiting, ...]:
        """The records with changes that are only here, those changed last first."""
        rows = await self._desk.vault.unsent_records()

        def find(session: Session) -> list[Record | None]:
            kinds = (RECORD_TYPES.get(one.type) for one in rows)
            return [session.get(kind, one.record_id) if kind else None
                    for kind, one in zip(kinds, rows, strict=True)]  # fmt: skip

        found = await self._desk.vault.read(find)
        return tuple(
            Waiting(one.family_id, one.type, one.record_id, one.changes, one.at_ms, record)
            for one, record in zip(rows, found, strict=True)
        )

    async def passed(self) -> tuple[Passed, ...]:
        """What last went out and came in of each family; those with the newest first."""
        found: dict[str, Passed] = {}
        for family, one in await self._desk.vault.traffic():
            before = found.setdefault(family, Passed(family, 0, 0, 0, 0))
            if one.came and not before.came_ms:
                found[family] = Passed(family, before.sent, before.sent_ms, one.operations, one.at_ms)
            elif not one.came and not before.sent_ms:
                found[family] = Passed(family, one.operations, one.at_ms, before.came, before.came_ms)
        return tuple(sorted(found.values(), key=lambda one: -max(one.sent_ms, one.came_ms)))

    async def set_aside(self) -> tuple[SetAside, ...]:
        """Everything that was not accepted, the newest first; also what came before a restart."""
        parts = await self._desk.vault.aside_parts()
        names = await self._names() if parts else {}
        return tuple(
            SetAside(one.family_id, _why(one.code, one.own), names.get(one.person, ""), one.own,
                     one.operations, one.at_ms)
            for one in parts
        )

    async def amiss(self) -> tuple[Amiss, ...]:
        """Doubts about the server or a tablet, the oldest first."""
        found = await self._desk.vault.notices()
        return tuple(
            Amiss(family, one.stream.hex(), one.code, one.since_ms, one.count)
            for family, one in found
            if one.code in _AMISS
        )

    async def understood(self, one: Amiss) -> None:
        """Somebody has read that this tablet was copied, put back or damaged: say it no more."""
        if one.kind in (OWN_FORK, DAMAGED):
            await self._desk.vault.forget_notice(StreamId(bytes.fromhex(one.stream)), one.kind)

    async def room(self) -> Room:
        """What the files of this app take, and what is free beside them."""
        kept = await self._desk.vault.kept_bytes()
        try:
            free: int | None = (await asyncio.to_thread(shutil.disk_usage, self._desk.vault.home)).free
        except OSError:
            free = None
        return Room(kept.log, kept.image, kept.attachments, free)

    async def families(self) -> dict[str, str]:
        """Names of the families on this tablet by id, as the lists name them."""

        def find(session: Session) -> Iterable[Family]:
            return session.exec(select(Family)).all()

        return {row.family_id: row.list_name or row.name for row in await self._desk.vault.read(find)}

    async def _names(self) -> dict[str, str]:
        return await self._desk.vault.read(
            lambda session: {one.id: one.name for one in session.exec(select(StaffMember))}
        )


def clock_off_ms(server_offset_ms: int | None) -> int:
    """How far this tablet's clock is ahead of the server's (below 0: behind); 0 when near enough."""
    if server_offset_ms is None or abs(server_offset_ms) <= CLOCK_OFF_MS:
        return 0
    return -server_offset_ms


def _why(code: str, own: bool) -> Why:
    return _WHY.get(code, "own" if own else "forged")
