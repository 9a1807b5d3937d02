"""How far the first sync has come, and whether what is shown has been checked: in families.

Owns the words' facts only; what is shown unchecked, and why, is the store's. Spec: docs/protocol.md,
"Snapshots".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.store.snapshot_side import SnapshotAlarm
from app.wraparound.records import Family

from .desk import Desk

KINDS: Mapping[str, str] = {
    "snapshot_differs": "differs",
    "snapshot_other_history": "other",
    "snapshot_beyond": "beyond",
}
"""Code of an alarm → the part of the catalogue's key that says it."""


@dataclass(frozen=True)
class Arriving:
    """The first sync. here of total families can be read; of `checking` (ids) only a copy that a
    colleague's tablet vouches for."""

    here: int = 0
    total: int = 0
    checking: frozenset[str] = frozenset()

    @property
    def share(self) -> float | None:
        """0 to 1; None while nothing is known."""
        return self.here / self.total if self.total else None

    @property
    def coming(self) -> bool:
        """Families are still to come."""
        return self.here < self.total


@dataclass(frozen=True)
class FalseCopy:
    """A copy was not what the history says. name: of the family, "" when it is not known here."""

    family_id: str
    name: str
    kind: str
    at_ms: int
    alarm: SnapshotAlarm


class FirstSync:
    """What screens ask of a first sync."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def arriving(self) -> Arriving:
        """How far it has come; all families are here when it is over."""
        found = await self._desk.vault.arrival()
        return Arriving(len(found.families) - len(found.arriving), len(found.families), found.checking)

    async def is_checking(self, family_id: str) -> bool:
        """Whether the history of this family is still being checked."""
        return family_id in (await self._desk.vault.arrival()).checking

    async def false_copies(self) -> tuple[FalseCopy, ...]:
        """What people must know, until somebody has said that they do."""
        alarms = await self._desk.vault.snapshot_alarms()
        if not alarms:
            return ()

        def names(session: Session) -> dict[str, str]:
            wanted = [alarm.family for alarm in alarms]
            found = session.exec(select(Family).where(col(Family.family_id).in_(wanted)))
            return {row.family_id: row.list_name or row.name for row in found}

        known = await self._desk.vault.read(names)
        return tuple(
            FalseCopy(alarm.family, known.get(alarm.family, ""), KINDS[alarm.code], alarm.at_ms, alarm)
            for alarm in alarms
        )

    async def told(self, copy: FalseCopy) -> None:
        """Somebody has read it and told those who should know."""
        await self._desk.vault.read_snapshot_alarm(copy.alarm)
