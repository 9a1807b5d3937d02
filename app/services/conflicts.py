"""Two versions of the same words: show both, and settle when somebody who has seen both decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.wraparound.records import RECORD_TYPES, Family, Record, StaffMember

from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class Version:
    """One of the concurrent values. mine: written by the person this tablet is open for."""

    value: Any
    author: str
    mine: bool
    at_ms: int
    on_server: bool
    current: bool
    """The one shown until somebody decides (the highest stamp)."""


@dataclass(frozen=True)
class Conflict:
    """One field of one record with more than one value."""

    family_id: str
    family_name: str
    record_id: str
    type: str
    field: str
    versions: tuple[Version, ...]


class Conflicts:
    """Concurrent values on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def colleagues(self) -> dict[str, str]:
        """Names of the people who work here, by person id (hex): a value may be one of them."""
        return await self._desk.vault.read(
            lambda session: {one.id: one.name for one in session.exec(select(StaffMember))}
        )

    async def open(self, family_id: str = "") -> tuple[Conflict, ...]:
        """All open conflicts, of one family or of all."""
        found = await self._desk.vault.conflicts()

        def names(session: Session) -> tuple[dict[str, str], dict[str, str]]:
            return (
                {one.id: one.name for one in session.exec(select(StaffMember))},
                {one.family_id: one.name for one in session.exec(select(Family))},
            )

        staff, families = await self._desk.vault.read(names)
        return tuple(
            Conflict(
                one.family_id,
                families.get(one.family_id, ""),
                one.record_id,
                one.type,
                one.field,
                tuple(
                    Version(
                        head.value,
                        staff.get(head.author, ""),
                        head.author == self._desk.me.person,
                        head.at_ms,
                        head.on_server,
                        place == 0,
                    )
                    for place, head in enumerate(one.heads)
                ),
            )
            for one in found
            if not family_id or one.family_id == family_id
        )

    async def settle(self, conflict: Conflict, value: Any) -> None:
        """Keep `value` (one of the versions, or words made from both). Both stay in the history.

        Raises InvalidInput when the value is not one that this field can hold.
        """
        require(self._desk.me, "conflict.settle")
        record_class = RECORD_TYPES.get(conflict.type)
        if record_class is None:
            raise InvalidInput("Update the app to settle this one.", code="unknown_type")
        known = {version.value for version in conflict.versions if isinstance(version.value, str)}
        if not isinstance(value, str) and value not in [one.value for one in conflict.versions]:
            raise InvalidInput("Choose one of the two versions.", code="bad_version")
        if isinstance(value, str) and value not in known and not known:
            raise InvalidInput("Choose one of the two versions.", code="bad_version")
        await self._desk.vault.settle(conflict.record_id, conflict.type, conflict.field, value)

    async def record(self, conflict: Conflict) -> Record | None:
        """The record the conflict is in, for its title."""
        record_class = RECORD_TYPES.get(conflict.type)
        if record_class is None:
            return None
        return await self._desk.vault.read(lambda s: s.get(record_class, conflict.record_id))

    async def named(self, ids: Iterable[str]) -> tuple[Record, ...]:
        """The records on this tablet with these ids, of whatever type: what a version speaks of."""
        wanted = tuple(dict.fromkeys(one for one in ids if one))

        def find(session: Session) -> tuple[Record, ...]:
            found = (session.get(kind, one) for one in wanted for kind in RECORD_TYPES.values())
            return tuple(record for record in found if record is not None)

        return await self._desk.vault.read(find)
