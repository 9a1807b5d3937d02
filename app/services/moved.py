"""What was written again elsewhere: its marks, whose words it is, and where it is now.

Spec: docs/labels.md, "What moves".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.protocol.ids import StreamId, derived_id
from app.store.vault import Change
from app.wraparound.records import MovedItem, Record


def home_stream(row: Record) -> StreamId:
    """The stream in which a record lies."""
    return StreamId(bytes.fromhex(row.stream))


def marks_of(
    session: Session, row: Record, target: StreamId, new: str, why: str, to: str
) -> list[Change]:
    """The two marks of a record that is written again: where it was, and where it is now."""
    first = first_of(session, [row]).get(row.id)
    plain = {"item_id": row.id, "item_type": row.TYPE, "to_id": new, "to_stream": to, "why": why}
    whose = {
        "first_by": first.by if first else row.created_by,
        "first_at_ms": first.at_ms if first else row.created_at_ms,
    }
    here = home_stream(row)
    return [
        Change(here, MovedItem.TYPE, derived_id(here, MovedItem.TYPE, row.id, new).hex(),
               plain),
        Change(target, MovedItem.TYPE, derived_id(target, MovedItem.TYPE, row.id, new).hex(),
               {**plain, **whose}),
    ]  # fmt: skip


@dataclass(frozen=True)
class First:
    """Who wrote a record first that was written again, and who wrote it again.

    was: the ids it had before, the first one last.
    """

    by: str
    at_ms: int
    moved_by: str
    moved_at_ms: int
    why: str
    was: tuple[str, ...]


def first_of(session: Session, rows: Iterable[Record]) -> dict[str, First]:
    """{record id: First} of those that were written again.

    A mark counts when its author is the record's: nobody else can say whose words somebody wrote.
    """
    wanted = {row.id: row for row in rows}
    found: dict[str, First] = {}
    marks = session.exec(select(MovedItem).where(col(MovedItem.to_id).in_(list(wanted)))).all()
    for mark in marks:
        row = wanted[mark.to_id]
        if mark.stream == row.stream and mark.created_by == row.created_by and mark.first_by:
            was = _was(session, mark.item_id)
            found[row.id] = First(
                mark.first_by, mark.first_at_ms, mark.created_by, mark.created_at_ms, mark.why, was
            )
    return found


def _was(session: Session, record_id: str) -> tuple[str, ...]:
    chain = [record_id]
    while True:
        before = session.exec(select(MovedItem.item_id).where(MovedItem.to_id == chain[-1])).first()
        if before is None or before in chain:
            return tuple(chain)
        chain.append(before)


def now_at(session: Session, record_id: str) -> str:
    """The id that a record has now, whose label may have changed; itself if it has not.

    A copy in another family is no answer to who asks in this one.
    """
    seen = [record_id]
    while True:
        # The latest move: a record that came back may have gone twice.
        after = session.exec(
            select(MovedItem.to_id)
            .where(MovedItem.item_id == seen[-1])
            .where(MovedItem.why == "label")
            .order_by(col(MovedItem.created_at_ms).desc(), col(MovedItem.id))
        ).first()
        if after is None or after in seen:
            return seen[-1]
        seen.append(after)
