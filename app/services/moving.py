"""Changing the label of a record, and writing it again in the other stream when its readers change.

Owns one act: what hangs on a record comes with it, links follow, the old one is taken away with a
mark, and all of it is one transaction of the log, so that a tablet that dies in between has done
all or nothing. What somebody received before, they keep: nothing here can unsend.
Spec: docs/labels.md; design 04, "Streams".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId, derived_id
from app.store.vault import Act, Change
from app.wraparound import labels as rule
from app.wraparound.records import (
    RECORD_TYPES,
    Addendum,
    EnteredInError,
    MovedItem,
    Note,
    NotFor,
    Record,
    Strategy,
    Translation,
    fields_of,
)
from app.wraparound.roles import Action
from app.wraparound.vocabulary import LABELS, codes, join_codes

from . import edge
from .desk import Desk
from .moved import home_stream, marks_of
from .permissions import allows, require

Home = Callable[[str, str], Awaitable[StreamId]]
"""(family, label) → the stream in which a record with this label lies."""

ACTS: Final[Mapping[str, Action]] = {
    "note": "note.write", "need": "plan.edit", "outcome": "plan.edit", "strategy": "plan.edit",
    "strength": "strength.edit", "action_step": "step.edit", "rating": "rating.write",
}  # fmt: skip
"""Types whose records carry a label that may be changed, and what one must be allowed to do for it."""

PARENT: Final[Mapping[str, tuple[str, str]]] = {
    "outcome": ("need_id", "need"), "strategy": ("outcome_id", "outcome"),
    "action_step": ("strategy_id", "strategy"), "rating": ("outcome_id", "outcome"),
    "addendum": ("note_id", "note"),
}  # fmt: skip
"""Type → the field that names what it hangs on, and the type of that."""

_ABOUT: Final = (Translation, NotFor)
"""What is said about an item lies where the item lies. Their ids follow from what they say."""


@dataclass(frozen=True)
class Relabelled:
    """record_id: where the record is now. written: how many records were written anew."""

    record_id: str
    written: int


@dataclass
class _Move:
    """What goes where. root first; ids: old → new of what is written anew."""

    rows: list[Record]
    labels: dict[str, str]
    target: dict[str, StreamId]
    ids: dict[str, str] = field(default_factory=dict)


class Moving:
    """The act. home: see Home."""

    def __init__(self, desk: Desk, home: Home) -> None:
        self._desk = desk
        self._find_home = home

    async def relabel(
        self, record_type: str, record_id: str, label: str, over: Mapping[str, Any] | None = None
    ) -> Relabelled:
        """Give a record another label. Returns where it is now.

        over: fields that change in the same act. Raises InvalidInput when it is not here, hangs on
        something that fewer may read, or is a signed note of somebody else; PermissionRefused.
        """
        me = self._desk.me
        require(me, ACTS[record_type])
        edge.choice(label, LABELS, "label")
        check_therapist(label)
        rows, parent = await self._desk.vault.read(lambda s: _gather(s, record_type, record_id))
        root = rows[0]
        before = label_of(root)
        if rule.is_restricted(parent) and not rule.is_restricted(label):
            raise InvalidInput(
                "What this hangs on may be read by fewer people. Change that first.",
                field="label", code="parent_restricted",
            )  # fmt: skip
        if isinstance(root, Note):
            self._may_move(root)
        move = _Move(rows, _labels(rows, before, label), {})
        for row in rows:
            owner = _owner(row) or row.id
            move.target[row.id] = await self._find_home(root.family_id, move.labels[owner])
        if any(home_stream(row) != move.target[row.id] for row in rows):
            require(me, "label.restrict")
        changes, written = await self._desk.vault.read(
            lambda session: self._changes(session, move, dict(over or {}))
        )
        if changes:
            await self._desk.vault.commit(changes, self._acts(root, move))
        return Relabelled(move.ids.get(record_id, record_id), written)

    def _acts(self, root: Record, move: _Move) -> list[Act]:
        """For the audit, where those who may read the record find it: in the restricted stream."""
        if root.id not in move.ids:
            return []
        here, there = home_stream(root), move.target[root.id]
        stream = there if rule.is_restricted(move.labels[root.id]) else here
        return [Act(stream, "label.move", root.TYPE, move.ids[root.id])]

    def _may_move(self, note: Note) -> None:
        """Unsigned words move with their author alone: whoever writes a note anew is its author."""
        mine = note.created_by == self._desk.me.person
        if not mine and not (note.signed and allows(self._desk.me, "hold.set")):
            raise InvalidInput(
                "Only the person who wrote this note can change who may read it; once it is signed, "
                "a supervisor can, too.",
                code="not_author_label",
            )  # fmt: skip

    def _changes(self, session: Session, move: _Move, over: dict[str, Any]) -> tuple[list[Change], int]:
        for row in move.rows:  # what hangs on a thing comes after it: its new id is known by then
            if home_stream(row) != move.target[row.id]:
                move.ids[row.id] = self._new_id(session, row, move)
        changes: list[Change] = []
        for number, row in enumerate(move.rows):
            values = {**_values(row), **(over if number == 0 else {})}
            if row.id in move.labels:
                values["label"] = move.labels[row.id]
            values = {name: _follow(name, value, move.ids) for name, value in values.items()}
            target = move.target[row.id]
            if row.id in move.ids:
                to = rule.home_of(move.labels[_owner(row) or row.id])
                changes += _again(session, row, target, move.ids[row.id], values, to)
            elif new := {name: value for name, value in values.items() if getattr(row, name) != value}:
                changes.append(Change(target, row.TYPE, row.id, new))
        changes += _links(session, move)
        return changes, sum(1 for row in move.rows if row.id in move.ids)

    def _new_id(self, session: Session, row: Record, move: _Move) -> str:
        target = move.target[row.id]
        if isinstance(row, Translation):
            item = move.ids.get(row.item_id, row.item_id)
            return derived_id(target, row.TYPE, item, row.field, row.language).hex()
        if isinstance(row, NotFor):
            item = move.ids.get(row.item_id, row.item_id)
            return derived_id(target, row.TYPE, item, row.person_id).hex()
        # It moved before and came back, because somebody changed it at the same time: the words
        # that came back go to where it is, unless those are signed.
        for mark in session.exec(select(MovedItem).where(MovedItem.item_id == row.id)):
            there = session.get(type(row), mark.to_id)
            if there is not None and home_stream(there) == target and not getattr(there, "signed", None):
                return there.id
        return self._desk.new_id()


def check_therapist(label: str) -> None:
    """Refuse the label of a therapist's own notes for words that are written here."""
    if label == rule.THERAPIST:
        raise InvalidInput(
            "Psychotherapy notes are only those that a treating therapist keeps separately. What you "
            "write is never one. Choose another label.",
            field="label",
            code="therapist_only",
        )


def label_of(row: Record) -> str:
    """A record's label; "general" for one that has none."""
    return str(getattr(row, "label", "general"))


def tree_of(session: Session, root: Record) -> list[Record]:
    """A record and everything that hangs on it, each after what it hangs on."""
    found: list[Record] = [root]
    for one in found:  # grows while it is read
        for name, (link, above) in PARENT.items():
            if above == one.TYPE:
                kind = RECORD_TYPES[name]
                below = select(kind).where(getattr(kind, link) == one.id).order_by(col(kind.id))
                found += session.exec(below).all()
        if one.TYPE in ACTS:
            for about in _ABOUT:
                said = select(about).where(col(about.item_id) == one.id).order_by(col(about.id))
                found += session.exec(said).all()
    return found


def _gather(session: Session, record_type: str, record_id: str) -> tuple[list[Record], str]:
    """A record with what hangs on it, and the label of what it hangs on itself."""
    root = session.get(RECORD_TYPES[record_type], record_id)
    wrong = select(EnteredInError.id).where(EnteredInError.item_id == record_id)
    if root is None or session.exec(wrong).first() is not None:
        raise InvalidInput("This is not on this tablet any more.", code="gone")
    parent = "general"
    if record_type in PARENT:
        link, above = PARENT[record_type]
        owner = session.get(RECORD_TYPES[above], getattr(root, link))
        parent = label_of(owner) if owner is not None else parent
    return tree_of(session, root), parent


def _labels(rows: list[Record], before: str, after: str) -> dict[str, str]:
    """The new label of everything that has one.

    What hangs on the root follows it into the restricted stream. On the way back only what carried
    the root's own label does: somebody gave the others theirs for a reason.
    """
    found: dict[str, str] = {}
    for row in rows:
        if row.TYPE in ACTS:
            own = label_of(row)
            follows = row is rows[0] or own == before
            found[row.id] = after if follows else rule.of_child(own, after)
    return found


def _owner(row: Record) -> str:
    """Whose label decides where a record lies that has none: its note's or its item's."""
    if isinstance(row, Addendum):
        return row.note_id
    return row.item_id if isinstance(row, Translation | NotFor) else ""


def _values(row: Record) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields_of(type(row))}


_LINKS: Final = frozenset({"need_id", "outcome_id", "strategy_id", "note_id", "item_id"})


def _follow(name: str, value: Any, ids: Mapping[str, str]) -> Any:
    if name in _LINKS:
        return ids.get(value, value)
    if name == "strengths":
        return join_codes([ids.get(one, one) for one in codes(value)])
    return value


def _again(
    session: Session, row: Record, target: StreamId, new: str, values: dict[str, Any], to: str
) -> list[Change]:
    """The record in the other stream, the marks in both, and the old one taken away."""
    there = session.get(type(row), new)
    if there is not None:
        values = {name: value for name, value in values.items() if getattr(there, name) != value}
    derived = isinstance(row, Translation | NotFor)
    written = [Change(target, row.TYPE, new, values, restore=derived)] if values else []
    marks = [] if derived else marks_of(session, row, target, new, "label", to)
    return [*written, *marks, Change(home_stream(row), row.TYPE, row.id, {}, delete=True)]


def _links(session: Session, move: _Move) -> list[Change]:
    """Strategies elsewhere that build on a strength which has another id now."""
    family = move.rows[0].family_id
    inside = {row.id for row in move.rows}
    found = []
    for strategy in session.exec(select(Strategy).where(Strategy.family_id == family)):
        followed = _follow("strengths", strategy.strengths, move.ids)
        if strategy.id not in inside and followed != strategy.strengths:
            found.append(Change(home_stream(strategy), Strategy.TYPE, strategy.id, {"strengths": followed}))
    return found
