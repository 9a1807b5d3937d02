"""What hangs together in a plan, both ways: above, below, strengths used, and notes about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from app.wraparound.records import MovedItem, Note
from app.wraparound.vocabulary import codes

from .note_views import misplaced
from .plan_reading import rows_of
from .plan_views import PlanRows

Tie = Literal["part_of", "has", "builds_on", "used_by", "noted"]
"""What it belongs to, what belongs to it, strengths it uses, strategies that use it, notes about it."""


@dataclass(frozen=True)
class Link:
    """One thing that is tied to another.

    kind: need, outcome, strategy, step, strength or note. For a note `text` is the code of its kind
    and `at_ms` when what it tells about began.
    """

    tie: Tie
    kind: str
    record_id: str
    text: str
    at_ms: int = 0


def links_of(session: Session, family_id: str, record_id: str) -> tuple[Link, ...]:
    """Everything tied to a record: what it belongs to first, the nearest last; then what it has."""
    rows = rows_of(session, family_id)
    web = _Web(rows)
    above = web.above(record_id)
    below = web.below(record_id)
    notes = session.exec(
        select(Note)
        .where(Note.family_id == family_id)
        .where(Note.concerns != "")
        .where(col(Note.id).not_in(misplaced()))
        .order_by(col(Note.started_at_ms).desc())
    ).all()
    about = _with_old_ids(session, family_id, {record_id, *(one.record_id for one in below)})
    return (
        *above,
        *web.builds_on(record_id),
        *below,
        *web.used_by(record_id),
        *(
            Link("noted", "note", note.id, note.kind, note.started_at_ms)
            for note in notes
            if about.intersection(codes(note.concerns))
        ),
    )


def _with_old_ids(session: Session, family_id: str, ids: set[str]) -> set[str]:
    """The ids, and those which the same things had before their label changed."""
    marks = session.exec(select(MovedItem).where(MovedItem.family_id == family_id)).all()
    known = set(ids)
    while more := {mark.item_id for mark in marks if mark.to_id in known} - known:
        known |= more
    return known


class _Web:
    def __init__(self, rows: PlanRows) -> None:
        self._strategies = {one.id: one for one in rows.strategies}
        self._strengths = {one.id: one for one in rows.strengths}
        self._said: dict[str, tuple[str, str]] = {
            **{one.id: ("need", one.text) for one in rows.needs},
            **{one.id: ("outcome", one.text) for one in rows.outcomes},
            **{one.id: ("strategy", one.text) for one in rows.strategies},
            **{one.id: ("step", one.what) for one in rows.steps},
        }
        self._parent: dict[str, str] = {
            **{one.id: one.need_id for one in rows.outcomes},
            **{one.id: one.outcome_id for one in rows.strategies},
            **{one.id: one.strategy_id for one in rows.steps},
        }

    def above(self, record_id: str) -> tuple[Link, ...]:
        found: list[Link] = []
        one = self._parent.get(record_id, "")
        while one in self._said:
            found.insert(0, self._link("part_of", one))
            one = self._parent.get(one, "")
        return tuple(found)

    def below(self, record_id: str) -> tuple[Link, ...]:
        return tuple(self._below(record_id))

    def _below(self, record_id: str) -> Iterable[Link]:
        for child, parent in self._parent.items():
            if parent == record_id and child in self._said:
                yield self._link("has", child)
                yield from self._below(child)

    def builds_on(self, record_id: str) -> tuple[Link, ...]:
        strategy = self._strategies.get(record_id)
        if strategy is None:
            return ()
        return tuple(
            Link("builds_on", "strength", one, self._strengths[one].text)
            for one in codes(strategy.strengths)
            if one in self._strengths
        )

    def used_by(self, record_id: str) -> tuple[Link, ...]:
        if record_id not in self._strengths:
            return ()
        return tuple(
            self._link("used_by", one.id)
            for one in self._strategies.values()
            if record_id in codes(one.strengths)
        )

    def _link(self, tie: Tie, record_id: str) -> Link:
        kind, said = self._said[record_id]
        return Link(tie, kind, record_id, said)
