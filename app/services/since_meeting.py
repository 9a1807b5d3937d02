"""What happened since the team last met, in a few numbers for the Plan tab. See versions.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.wraparound.plan_changes import Changes
from app.wraparound.plan_document import Document
from app.wraparound.records import Meeting, PlanVersion


@dataclass(frozen=True)
class Moved:
    """An outcome whose measure changed."""

    outcome_id: str
    text: str
    old: str
    new: str


@dataclass(frozen=True)
class SinceMeeting:
    """The short panel. version_id: empty when no version was frozen at that meeting.

    since_ms: when the meeting was. still_open: steps whose day is past. joined, left: names.
    """

    version_id: str
    since_ms: int
    steps_done: int
    still_open: int
    moved: tuple[Moved, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def met_ms(session: Session, row: PlanVersion) -> int:
    """When the meeting of a version began; when it was frozen, if that is not known."""
    meeting = session.get(Meeting, row.meeting_id) if row.meeting_id else None
    return meeting.starts_at_ms if meeting is not None and meeting.starts_at_ms else row.frozen_at_ms


def since_of(
    changes: Changes, now: Document, gone: frozenset[str], today: str, version_id: str, since_ms: int
) -> SinceMeeting:
    """The panel. now: today's plan. gone: ids of what is hidden. today: ISO day."""
    steps = [row for row in now.get("action_step", ()) if row["id"] not in gone]
    if version_id:
        done = sum(line.code == "action_step.done" for line in changes.all_lines())
    else:
        day = datetime.fromtimestamp(since_ms / 1000).date().isoformat()
        done = sum(row.get("status") == "done" and str(row.get("done_on") or "") >= day for row in steps)
    late = sum(row.get("status") == "open" and "" < str(row.get("due_on") or "") < today for row in steps)
    return SinceMeeting(
        version_id=version_id,
        since_ms=since_ms,
        steps_done=done,
        still_open=late,
        moved=tuple(
            Moved(line.item_id, line.words.text, line.old.text, line.new.text)
            for line in changes.all_lines()
            if line.code == "outcome.current.changed"
        ),
        joined=tuple(line.who for line in changes.people if line.code == "person.joined"),
        left=tuple(line.who for line in changes.people if line.code == "person.left"),
    )
