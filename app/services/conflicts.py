"""Two versions of the same words: show both, and settle when somebody who has seen both decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.wraparound.merging import Merged, merge_lists, merge_texts
from app.wraparound.records import RECORD_TYPES, Family, Record, StaffMember
from app.wraparound.vocabulary import codes, join_codes

from .desk import Desk
from .permissions import require
from .undoing import Other, Settled, Undoing


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
    stream: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One value made of all versions, to be looked at before it is kept.

    Attributes:
        value: what would be kept.
        merged: for words, what comes from which version (by its place in the conflict); None for lists.
        added: for a list, its items that were not there when the versions began.
    """

    value: str
    merged: Merged | None = None
    added: tuple[str, ...] = ()


class Conflicts(Undoing):
    """Concurrent values on this tablet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
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
                one.stream,
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
        refs = await self._desk.vault.settle(conflict.record_id, conflict.type, conflict.field, value)
        others = [Other(one.value, one.author, one.mine) for one in conflict.versions if one.value != value]
        place = (conflict.stream, conflict.family_id, conflict.type, conflict.record_id, conflict.field)
        await self.remember(Settled(*place, value, tuple(others), self._desk.now_ms(), refs[0]))

    async def suggest(self, conflict: Conflict, *, as_list: bool = False) -> Suggestion | None:
        """What the versions come to together; None when nobody can say, or it is one of them.

        as_list: the value is a list of codes or ids, and not words. The base is the value that all
        versions began from, as the log knows it; without one nothing is suggested.
        """
        place = (conflict.stream, conflict.type, conflict.record_id, conflict.field)
        values = [one.value for one in conflict.versions]
        began = await self._desk.vault.began_from(*place) if conflict.stream else None
        if began is None or not all(isinstance(one, str) for one in (began.value, *values)):
            return None
        if as_list:
            items = merge_lists(codes(began.value), [codes(one) for one in values])
            added = tuple(one for one in items if one not in codes(began.value))
            made = Suggestion(join_codes(items), added=added)
        else:
            merged = merge_texts(began.value, values)
            if merged is None:
                return None
            made = Suggestion(merged.text, merged)
        return None if made.value in values or not made.value.strip() else made

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
