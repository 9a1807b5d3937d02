"""Writing the records of a plan: each act one transaction, and what is taken off can come back whole.

Only what changed becomes an operation, so that two tablets meet where they wrote the same field and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId, singleton_id
from app.store.vault import Change
from app.wraparound.labels import crosses, is_restricted, of_child
from app.wraparound.records import FamilyVision, FamilyWords, Rating, Translation, fields_of
from app.wraparound.roles import Action

from .desk import Desk
from .labels import Labels
from .moving import check_therapist, label_of
from .permissions import require
from .plan_fields import CHILDREN, KINDS, checked, kind_of, name_of, needs_why, type_of
from .plan_reading import words_language

ACTS: Mapping[str, Action] = {"strength": "strength.edit", "step": "step.edit"}
"""Kinds of which more people may write than of the plan as a whole."""


@dataclass(frozen=True)
class Removed:
    """What was taken off in one act, for `Plan.put_back`. records: (record type, id).

    streams: in which stream (hex) each of them lies.
    """

    family_id: str
    records: tuple[tuple[str, str], ...]
    streams: tuple[str, ...] = ()


def act_of(kind: str) -> Action:
    """What one must be allowed to do, to write a kind of the plan."""
    return ACTS.get(kind, "plan.edit")


class PlanPen:
    """Writes plans of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk)

    async def write(
        self, family_id: str, kind: str, values: Mapping[str, Any], record_id: str = ""
    ) -> str:
        """Add a record (no id) or change one. Returns its id.

        kind: a name of plan_fields.KINDS. values: field → new value; what is left out stays as it is.
        A new one begins in the family's language and goes last. Raises InvalidInput in plain words.
        """
        require(self._desk.me, act_of(kind))
        new_values = checked(kind, values)
        team = await self._desk.team_stream(family_id)
        record = kind_of(kind).record
        target = record_id or self._desk.new_id()
        if record is FamilyVision:
            target = singleton_id(team, FamilyVision.TYPE).hex()
        before, language, parent = await self._desk.vault.read(
            lambda session: (
                _fields(session, record, target),
                words_language(session, family_id),
                _label_above(session, kind, target, new_values),
            )
        )
        if before is None:
            if record_id:
                raise InvalidInput("This is not in the plan any more.", code="not_in_plan")
            changed = {"language": language, **await self._last_place(family_id, kind), **new_values}
            needs_why(kind, {}, changed)
        else:
            changed = {name: value for name, value in new_values.items() if before[name] != value}
            needs_why(kind, before, {**before, **changed})
        had = "general" if before is None else str(before["label"])
        label = of_child(str(changed.get("label", had)), parent)
        if label != had:
            _check_label(kind, label)
            changed["label"] = label
        if before is not None and crosses(had, label):
            over = {name: value for name, value in changed.items() if name != "label"}
            return (await self._labels.relabel(record.TYPE, target, label, over)).record_id
        if changed:
            if before is None:
                stream = await self._labels.home(family_id, label)
            else:
                stream = await self._desk.stream_of(family_id, record.TYPE, target)
            await self._desk.vault.commit([Change(stream, record.TYPE, target, changed)])
        return target

    async def _last_place(self, family_id: str, kind: str) -> dict[str, int]:
        """Where something new goes: behind all others, whichever tablet they come from."""
        field, record = kind_of(kind).order, kind_of(kind).record
        if not field:
            return {}

        def find(session: Session) -> list[int]:
            return [
                int(getattr(one, field))
                for one in session.exec(select(record).where(record.family_id == family_id))
            ]

        last = max(await self._desk.vault.read(find), default=0)
        # Needs are numbered; of all else a later addition is behind one that is not here yet.
        return {field: 1 + last if kind == "need" else max(1 + last, self._desk.now_ms() // 1000)}

    # -- order ----------------------------------------------------------------------------

    async def place(self, family_id: str, kind: str, record_id: str, position: int) -> None:
        """Give a record another place among its siblings. position: from 0; beyond the end is last."""
        require(self._desk.me, act_of(kind))
        order = await self._siblings(family_id, kind, record_id)
        ids = [one for one, _place, _stream in order]
        if record_id not in ids:
            return
        ids.remove(record_id)
        ids.insert(max(0, min(position, len(ids))), record_id)
        places = {one: (place, stream) for one, place, stream in order}
        field = kind_of(kind).order
        changes = [
            Change(places[one][1], type_of(kind), one, {field: place})
            for place, one in enumerate(ids, start=1)
            if places[one][0] != place
        ]
        if changes:
            await self._desk.vault.commit(changes)

    async def _siblings(
        self, family_id: str, kind: str, record_id: str
    ) -> list[tuple[str, int, StreamId]]:
        """(id, place, stream) of everything that hangs on the same parent, in order."""
        entry = kind_of(kind)
        parent = entry.parent[0]

        def find(session: Session) -> list[tuple[str, int, StreamId]]:
            rows = session.exec(
                select(entry.record)
                .where(entry.record.family_id == family_id)
                .order_by(getattr(entry.record, entry.order), col(entry.record.id))
            ).all()
            if parent:
                mine = next((getattr(one, parent) for one in rows if one.id == record_id), None)
                rows = [one for one in rows if getattr(one, parent) == mine]
            return [
                (one.id, int(getattr(one, entry.order)), StreamId(bytes.fromhex(one.stream)))
                for one in rows
            ]

        return await self._desk.vault.read(find)

    # -- off the plan, and back -----------------------------------------------------------

    async def remove(self, family_id: str, kind: str, record_id: str) -> Removed:
        """Take a record off the plan with everything that hangs on it, in one transaction.

        A piece that somebody else changes meanwhile comes back by itself; see PlanView.adrift.
        """
        require(self._desk.me, act_of(kind))
        found = await self._desk.vault.read(lambda session: _whole(session, kind, record_id))
        if found:
            await self._desk.vault.commit(
                [
                    Change(StreamId(bytes.fromhex(stream)), record_type, one, {}, delete=True)
                    for record_type, one, stream in found
                ]
            )
        records = tuple((record_type, one) for record_type, one, _stream in found)
        return Removed(family_id, records, tuple(stream for _type, _one, stream in found))

    async def put_back(self, removed: Removed) -> None:
        """Undo a removal: all of it is as it was, in one transaction."""
        if not removed.records:
            return
        require(self._desk.me, act_of(name_of(removed.records[0][0])))
        team = await self._desk.team_stream(removed.family_id)
        streams = removed.streams or (team.hex(),) * len(removed.records)
        await self._desk.vault.commit(
            [
                Change(StreamId(bytes.fromhex(stream)), record_type, one, {}, restore=True)
                for (record_type, one), stream in zip(removed.records, streams, strict=True)
            ]
        )

    async def bring_back(self, family_id: str, kind: str, record_id: str) -> None:
        """Bring back what a piece hung on, up to its need, so that it can be reached again."""
        require(self._desk.me, "plan.edit")
        team = await self._desk.team_stream(family_id)
        while kind_of(kind).parent[0]:
            field, above = kind_of(kind).parent
            record = kind_of(kind).record
            here = record_id
            found = await self._desk.vault.read(
                lambda session, record=record, here=here: _fields(session, record, here)  # type: ignore[misc]
            )
            if found is None or not found[field]:
                return
            kind, record_id = above, str(found[field])
            above_record, there = kind_of(kind).record, record_id
            known = await self._desk.vault.read(
                lambda session, one=above_record, there=there: _fields(session, one, there)  # type: ignore[misc]
            )
            if known is None:
                gone = (await self._desk.vault.deleted(above_record.TYPE, [record_id])).get(record_id)
                stream = StreamId(bytes.fromhex(gone.stream)) if gone else team
                await self._desk.vault.commit(
                    [Change(stream, above_record.TYPE, record_id, {}, restore=True)]
                )


def _check_label(kind: str, label: str) -> None:
    """Refuse a label that this kind cannot carry."""
    check_therapist(label)
    if kind == "vision" and is_restricted(label):
        # The one of its stream, read by the whole team: there is no other to write it in.
        raise InvalidInput(
            "The vision is the whole team's. What only some may read belongs in a note.",
            field="label", code="vision_is_open",
        )  # fmt: skip


def _label_above(session: Session, kind: str, record_id: str, values: Mapping[str, Any]) -> str:
    """The label of what a record hangs on, or will hang on."""
    entry = kind_of(kind)
    link, above = entry.parent
    if not link:
        return "general"
    own = session.get(entry.record, record_id)
    parent_id = values.get(link) or (getattr(own, link) if own is not None else "")
    parent = session.get(kind_of(above).record, parent_id) if parent_id else None
    return label_of(parent) if parent is not None else "general"


def _fields(session: Session, record: type[FamilyWords], record_id: str) -> dict[str, Any] | None:
    row = session.get(record, record_id)
    return None if row is None else {name: getattr(row, name) for name in fields_of(record)}


def _whole(session: Session, kind: str, record_id: str) -> tuple[tuple[str, str, str], ...]:
    """A record, everything below it, and what was said about and translated of each.

    (type, id, stream): what hangs on a thing may lie in another stream.
    """
    root = session.get(kind_of(kind).record, record_id)
    if root is None:
        return ()
    found: list[tuple[str, FamilyWords]] = [(kind, root)]
    for name, one in found:  # grows while it is read
        child = CHILDREN.get(name)
        if child is not None:
            record, parent = KINDS[child].record, KINDS[child].parent[0]
            below = session.exec(select(record).where(getattr(record, parent) == one.id))
            found += [(child, row) for row in below]
    ids = [one.id for _name, one in found]
    ratings = session.exec(select(Rating).where(col(Rating.outcome_id).in_(ids)))
    translations = session.exec(select(Translation).where(col(Translation.item_id).in_(ids)))
    return (
        *((type_of(name), one.id, one.stream) for name, one in found),
        *((Rating.TYPE, one.id, one.stream) for one in ratings),
        *((Translation.TYPE, one.id, one.stream) for one in translations),
    )
