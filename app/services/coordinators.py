"""Who else coordinates care around a family, what each covers, and who leads.

Owns the coordinator map: the records, and where two cover the same area (design 02, Coordinator).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import Coordinator
from app.wraparound.vocabulary import COORDINATION_AREAS, codes, join_codes

from . import edge
from .desk import Desk
from .permissions import require
from .supports_forms import changes


@dataclass(frozen=True)
class CoordinatorView:
    """Somebody who coordinates. covers, leads: codes of COORDINATION_AREAS. agreed_on: ISO day."""

    coordinator_id: str
    family_id: str
    programme: str
    name: str
    phone: str
    covers: tuple[str, ...]
    leads: tuple[str, ...]
    agreed_on: str
    note: str
    has_conflict: bool = False
    sync_state: str = "on_server"

    @property
    def called(self) -> str:
        """The name, or the programme where nobody is named yet."""
        return self.name or self.programme


@dataclass(frozen=True)
class Overlap:
    """An area that more than one person covers. leads: who leads it as agreed: none, one, or more."""

    area: str
    people: tuple[CoordinatorView, ...]
    leads: tuple[CoordinatorView, ...]

    @property
    def settled(self) -> bool:
        """Whether exactly one of them leads."""
        return len(self.leads) == 1


@dataclass(frozen=True)
class CoordinatorMap:
    """Everybody who coordinates, and the overlaps in the order of the areas, unsettled first."""

    people: tuple[CoordinatorView, ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True)
class CoordinatorDraft:
    """A coordinator as they stand in the form. coordinator_id is empty for somebody new."""

    family_id: str
    coordinator_id: str = ""
    programme: str = ""
    name: str = ""
    phone: str = ""
    covers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    agreed_on: str = ""
    note: str = ""
    shown: CoordinatorView | None = None


_FIELDS = tuple(
    one.name
    for one in fields(CoordinatorDraft)
    if one.name not in ("family_id", "coordinator_id", "shown")
)


class Coordinators:
    """Coordinator maps of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def map(self, family_id: str) -> CoordinatorMap:
        """Everybody who coordinates around a family, by programme and name."""

        def find(session: Session) -> list[Coordinator]:
            return list(
                session.exec(
                    select(Coordinator)
                    .where(Coordinator.family_id == family_id)
                    .order_by(col(Coordinator.programme), col(Coordinator.name), col(Coordinator.id))
                )
            )

        rows = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([one.id for one in rows])
        return mapped(tuple(_view(one, states.get(one.id, "on_server")) for one in rows))

    async def save(self, draft: CoordinatorDraft) -> str:
        """Add or change somebody; only what changed becomes an operation. Returns the record id."""
        require(self._desk.me, "support.edit")
        draft = self._dated(draft)
        values = _checked(draft)
        record_id = draft.coordinator_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(Coordinator, record_id))
        seen = None if draft.shown is None else _written(draft.shown)
        changed = changes(before, values, seen)
        if changed:
            stream = await self._desk.team_stream(draft.family_id)
            await self._desk.vault.commit([Change(stream, Coordinator.TYPE, record_id, changed)])
        return record_id

    async def remove(self, family_id: str, coordinator_id: str) -> None:
        """Take somebody off the map. A change made elsewhere meanwhile brings them back."""
        await self._change(family_id, coordinator_id, delete=True)

    async def put_back(self, family_id: str, coordinator_id: str) -> None:
        """Undo a removal."""
        await self._change(family_id, coordinator_id, restore=True)

    async def _change(
        self, family_id: str, record: str, *, delete: bool = False, restore: bool = False
    ) -> None:
        require(self._desk.me, "support.edit")
        stream = await self._desk.team_stream(family_id)
        change = Change(stream, Coordinator.TYPE, record, {}, delete=delete, restore=restore)
        await self._desk.vault.commit([change])

    def _dated(self, draft: CoordinatorDraft) -> CoordinatorDraft:
        """A lead that is new was agreed today, unless the form says when."""
        before = draft.shown.leads if draft.shown is not None else ()
        if set(draft.leads) - set(before) and not draft.agreed_on:
            return replace(draft, agreed_on=self._desk.today().isoformat())
        return draft


def mapped(people: tuple[CoordinatorView, ...]) -> CoordinatorMap:
    """The map of these people: where more than one covers an area, and who leads there."""
    overlaps = []
    for area in COORDINATION_AREAS:
        covering = tuple(one for one in people if area in one.covers)
        if len(covering) > 1:
            overlaps.append(Overlap(area, covering, tuple(o for o in covering if area in o.leads)))
    return CoordinatorMap(people, tuple(sorted(overlaps, key=lambda one: one.settled)))


def coordinator_form(view: CoordinatorView) -> CoordinatorDraft:
    """The form of somebody as they are."""
    return CoordinatorDraft(
        view.family_id, view.coordinator_id, **{name: getattr(view, name) for name in _FIELDS}, shown=view
    )


def _view(row: Coordinator, sync_state: str) -> CoordinatorView:
    return CoordinatorView(
        row.id, row.family_id, row.programme, row.name, row.phone, codes(row.covers), codes(row.leads),
        row.agreed_on, row.note, row.has_conflict, sync_state,
    )  # fmt: skip


def _written(view: CoordinatorView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in _FIELDS} | {
        "covers": join_codes(view.covers), "leads": join_codes(view.leads),
    }  # fmt: skip


def _checked(draft: CoordinatorDraft) -> dict[str, Any]:
    for area in (*draft.covers, *draft.leads):
        edge.choice(area, COORDINATION_AREAS, "covers")
    if not (draft.name.strip() or draft.programme.strip()):
        raise InvalidInput("What do they call this person?", field="name", code="blank")
    return {
        "programme": edge.text(draft.programme, "programme"),
        "name": edge.text(draft.name, "name"),
        "phone": edge.text(draft.phone, "phone"),
        "covers": join_codes(draft.covers),
        # Nobody leads where they have no part.
        "leads": join_codes([area for area in draft.leads if area in draft.covers]),
        "agreed_on": edge.day(draft.agreed_on, "agreed_on"),
        "note": edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES),
    }
