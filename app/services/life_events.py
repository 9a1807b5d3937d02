"""Life events: what happened in a young person's life, and where they live since.

Owns the records and what they say about today's home. Source: design 02, LifeEvent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import EVENT_KINDS, SETTINGS
from app.wraparound.records import LifeEvent, Person
from app.wraparound.vocabulary import OPEN_LABELS

from . import edge
from .desk import Desk
from .permissions import require
from .supports_forms import changes


@dataclass(frozen=True)
class EventDraft:
    """One event as it stands in the form. Days are ISO."""

    family_id: str
    event_id: str = ""
    kind: str = ""
    on_day: str = ""
    until_on: str = ""
    person_id: str = ""
    setting: str = ""
    words: str = ""
    label: str = "general"
    shown: EventDraft | None = None


@dataclass(frozen=True)
class EventView:
    """The same as people read it. whom: the name of the person it happened to."""

    draft: EventDraft
    whom: str
    has_conflict: bool = False


@dataclass(frozen=True)
class LivesNow:
    """Where somebody lives as far as the events say. setting: practice_codes.SETTINGS. since: ISO day."""

    person_id: str
    name: str
    setting: str
    since: str


@dataclass(frozen=True)
class FamilyEvents:
    """The events, the newest first, and where each young person lives now."""

    events: tuple[EventView, ...]
    lives: tuple[LivesNow, ...]
    people: tuple[tuple[str, str], ...]
    """(id, name), the young people first."""


_FIELDS: Final = tuple(
    one.name for one in fields(EventDraft) if one.name not in ("family_id", "event_id", "shown")
)


class LifeEvents:
    """What happened in the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_family(self, family_id: str) -> FamilyEvents:
        """Everything that is known."""
        today = self._desk.today().isoformat()

        def find(session: Session) -> FamilyEvents:
            rows = session.exec(
                select(LifeEvent)
                .where(LifeEvent.family_id == family_id)
                .order_by(
                    col(LifeEvent.on_day).desc(), col(LifeEvent.created_at_ms).desc(), col(LifeEvent.id)
                )
            ).all()  # fmt: skip
            persons = session.exec(select(Person).where(Person.family_id == family_id)).all()
            ordered = sorted(persons, key=lambda one: (not one.is_youth, one.called or one.name, one.id))
            people = tuple((one.id, one.called or one.name) for one in ordered)
            names = dict(people)
            events = tuple(
                EventView(_draft(row), names.get(row.person_id, ""), row.has_conflict) for row in rows
            )
            return FamilyEvents(events, lives_now(events, today), people)

        return await self._desk.vault.read(find)

    async def save(self, draft: EventDraft) -> str:
        """Keep what changed. Returns the record id. Raises InvalidInput naming the field."""
        require(self._desk.me, "event.write")
        values = self._checked(draft)
        record = draft.event_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(LifeEvent, record))
        seen = None if draft.shown is None else _written(draft.shown)
        changed = changes(before, values, seen)
        if changed:
            stream = await self._desk.team_stream(draft.family_id)
            await self._desk.vault.commit([Change(stream, LifeEvent.TYPE, record, changed)])
        return record

    async def remove(self, family_id: str, event_id: str) -> None:
        """Take one away that was written by mistake."""
        await self._change(family_id, event_id, delete=True)

    async def put_back(self, family_id: str, event_id: str) -> None:
        """Undo a removal."""
        await self._change(family_id, event_id, restore=True)

    async def _change(
        self, family_id: str, record: str, *, delete: bool = False, restore: bool = False
    ) -> None:
        require(self._desk.me, "event.write")
        stream = await self._desk.team_stream(family_id)
        change = Change(stream, LifeEvent.TYPE, record, {}, delete=delete, restore=restore)
        await self._desk.vault.commit([change])

    def _checked(self, draft: EventDraft) -> dict[str, Any]:
        values = _written(draft)
        if not draft.kind:
            raise InvalidInput("Choose what happened.", field="kind", code="no_event_kind")
        values["kind"] = edge.choice(draft.kind, EVENT_KINDS, "kind")
        values["on_day"] = edge.day(draft.on_day, "on_day")
        if not values["on_day"]:
            raise InvalidInput("Write on which day.", field="on_day", code="no_event_day")
        if values["on_day"] > self._desk.today().isoformat():
            raise InvalidInput("That day is still to come.", field="on_day", code="day_to_come")
        values["until_on"] = edge.day(draft.until_on, "until_on")
        if values["until_on"] and values["until_on"] < values["on_day"]:
            raise InvalidInput("It ends before it begins.", field="until_on", code="ends_before")
        values["setting"] = edge.choice(draft.setting, ("", *SETTINGS), "setting")
        values["label"] = edge.choice(draft.label, OPEN_LABELS, "label")
        values["words"] = edge.text(draft.words, "words", limit=edge.PARAGRAPH_BYTES)
        return values


def lives_now(events: tuple[EventView, ...], today: str) -> tuple[LivesNow, ...]:
    """The setting of the newest event that changed it, for each person; one that has ended counts no more.

    events: the newest first.
    """
    found: dict[str, LivesNow] = {}
    for one in events:
        draft = one.draft
        if not draft.setting or draft.on_day > today or draft.person_id in found:
            continue
        if draft.until_on and draft.until_on < today:
            continue
        found[draft.person_id] = LivesNow(draft.person_id, one.whom, draft.setting, draft.on_day)
    return tuple(found.values())


def _draft(row: LifeEvent) -> EventDraft:
    plain = EventDraft(row.family_id, row.id, **{name: getattr(row, name) for name in _FIELDS})
    return EventDraft(**(vars(plain) | {"shown": plain}))


def _written(draft: EventDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _FIELDS}
