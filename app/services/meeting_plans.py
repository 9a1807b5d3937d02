"""A meeting before it is held: when, where, who is asked, and what is settled privately.

Owns the planned Meeting, its invitations (Attendance with `invited`) and its Preparations. All of
it is for workers; only what the youth wants shared comes to the table. Follows design 01, Meeting
mode, *Before*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId, derived_id
from app.store.vault import Change
from app.wraparound.records import Attendance, Family, Meeting, Preparation
from app.wraparound.vocabulary import (
    MEDIUMS,
    MEETING_FLOWS,
    PREPARATION_KINDS,
    codes,
    join_codes,
)

from . import edge
from .audience import Reader, readers_of
from .desk import Desk
from .permissions import require

INVITED = "invited"
"""Attendance.how of somebody who is asked to come."""
QUALIFICATIONS = ("", "qualified", "staff", "relative", "child")
KIND_OF_FLOW = {
    "first_plan": "team_meeting",
    "review": "review",
    "crisis_debrief": "emergency",
    "closing": "team_meeting",
}


@dataclass(frozen=True)
class Prepared:
    """One thing settled before a meeting. shared: the youth wants it on the table."""

    preparation_id: str
    kind: str
    text: str
    shared: bool = False


@dataclass(frozen=True)
class MeetingPlan:
    """A meeting as it stands in the form. starts_at_ms: UTC milliseconds, 0 while there is no day."""

    family_id: str
    meeting_id: str = ""
    flow: str = "review"
    starts_at_ms: int = 0
    place: str = ""
    medium: str = "in_person"
    interpreter: str = ""
    interpreter_qualification: str = ""
    languages: tuple[str, ...] = ()
    invited: frozenset[str] = frozenset()
    status: str = "planned"
    readers: tuple[Reader, ...] = ()
    """Whom one may ask."""
    prepared: tuple[Prepared, ...] = ()


class MeetingPlans:
    """Planned meetings of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, family_id: str, meeting_id: str = "") -> MeetingPlan:
        """The form of a planned meeting, or of a new one. Raises InvalidInput when it is gone."""

        def find(session: Session) -> MeetingPlan:
            family = session.exec(select(Family).where(Family.family_id == family_id)).first()
            if family is None:
                raise InvalidInput("This family is not on this tablet.", code="family_not_here")
            readers = readers_of(session, family_id)
            if not meeting_id:
                spoken = family.spoken_language if family.spoken_language in ("en", "es") else "en"
                held = session.exec(
                    select(Meeting.id)
                    .where(Meeting.family_id == family_id)
                    .where(Meeting.status == "held")
                ).first()
                return MeetingPlan(
                    family_id,
                    flow="review" if held else "first_plan",
                    languages=(spoken,),
                    invited=frozenset(one.id for one in readers if one.on_team),
                    readers=readers,
                )
            row = session.get(Meeting, meeting_id)
            if row is None:
                raise InvalidInput("This meeting is not on this tablet.", code="meeting_gone")
            asked = session.exec(
                select(Attendance.person_id)
                .where(Attendance.meeting_id == meeting_id)
                .where(Attendance.how == INVITED)
            ).all()
            return MeetingPlan(
                family_id, row.id, row.flow, row.starts_at_ms, row.place, row.medium,
                row.interpreter, row.interpreter_qualification, codes(row.languages),
                # Meetings of earlier versions have no invitations: the team is meant.
                frozenset(asked) or frozenset(one.id for one in readers if one.on_team),
                row.status, readers, _prepared(session, meeting_id),
            )  # fmt: skip

        return await self._desk.vault.read(find)

    async def save(self, plan: MeetingPlan) -> str:
        """Keep a planned meeting with its invitations. Returns its id. Raises InvalidInput."""
        require(self._desk.me, "meeting.run")
        values: dict[str, Any] = {
            "kind": KIND_OF_FLOW[edge.choice(plan.flow, MEETING_FLOWS, "flow")],
            "flow": plan.flow,
            "starts_at_ms": plan.starts_at_ms,
            "place": edge.text(plan.place, "place"),
            "medium": edge.choice(plan.medium, MEDIUMS, "medium"),
            "interpreter": edge.text(plan.interpreter, "interpreter"),
            "interpreter_qualification": edge.choice(
                plan.interpreter_qualification, QUALIFICATIONS, "interpreter_qualification"
            ),
            "languages": join_codes(plan.languages),
        }
        if not plan.starts_at_ms:
            raise InvalidInput("Choose a day and a time.", field="starts", code="no_meeting_day")
        meeting = plan.meeting_id or self._desk.new_id()
        stream = await self._desk.team_stream(plan.family_id)

        def changes(session: Session) -> list[Change]:
            row = session.get(Meeting, meeting)
            if row is None:
                found = [Change(stream, Meeting.TYPE, meeting, values | {"status": "planned"})]
            elif row.status != "planned":
                raise InvalidInput("This meeting has been held already.", code="meeting_held")
            else:
                new = {name: one for name, one in values.items() if getattr(row, name) != one}
                found = [Change(stream, Meeting.TYPE, meeting, new)] if new else []
            return found + _invitations(session, stream, replace(plan, meeting_id=meeting))

        made = await self._desk.vault.read(changes)
        if made:
            await self._desk.vault.commit(made)
        return meeting

    async def cancel(self, family_id: str, meeting_id: str, cancelled: bool = True) -> None:
        """Call a planned meeting off; False brings it back."""
        require(self._desk.me, "meeting.run")
        stream = await self._desk.team_stream(family_id)
        status = "cancelled" if cancelled else "planned"
        await self._desk.vault.commit([Change(stream, Meeting.TYPE, meeting_id, {"status": status})])

    async def prepare(
        self, family_id: str, meeting_id: str, kind: str, text: str, *, shared: bool = False,
        preparation_id: str = "", by_id: str = "",
    ) -> str:  # fmt: skip
        """Keep one private thing. The youth's own agenda stays theirs until they want it shared."""
        require(self._desk.me, "meeting.run")
        edge.choice(kind, PREPARATION_KINDS, "kind")
        words = edge.text(
            text, "preparation", limit=edge.PARAGRAPH_BYTES, required="Write it in a few words.",
            blank="blank",
        )  # fmt: skip
        on_table = shared and kind == "youth_agenda"
        record = preparation_id or self._desk.new_id()
        stream = await self._desk.team_stream(family_id)
        fields: dict[str, Any] = {
            "meeting_id": meeting_id,
            "kind": kind,
            "text": words,
            "shared": on_table,
            "label": "general" if on_table else "minor_confidential" if kind == "youth_agenda" else "safety",
        }
        if by_id:
            fields["by_id"] = by_id
        if not preparation_id:
            fields["order"] = self._desk.now_ms() // 1000
        await self._desk.vault.commit([Change(stream, Preparation.TYPE, record, fields)])
        return record

    async def unprepare(self, family_id: str, preparation_id: str, restore: bool = False) -> None:
        """Take one private thing off again, or put it back."""
        require(self._desk.me, "meeting.run")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit(
            [
                Change(
                    stream, Preparation.TYPE, preparation_id, {}, delete=not restore, restore=restore
                )
            ]
        )


def attendance_id(stream: StreamId, meeting_id: str, person_id: str) -> str:
    """The one Attendance record of a person at a meeting."""
    return derived_id(stream, Attendance.TYPE, meeting_id, person_id).hex()


def _invitations(session: Session, stream: StreamId, plan: MeetingPlan) -> list[Change]:
    known = {one.id: one for one in readers_of(session, plan.family_id)}
    found = []
    asked = {
        row.person_id
        for row in session.exec(select(Attendance).where(Attendance.meeting_id == plan.meeting_id))
        if row.how == INVITED
    }
    for person in sorted(asked ^ plan.invited):
        record = attendance_id(stream, plan.meeting_id, person)
        if person in asked:
            found.append(Change(stream, Attendance.TYPE, record, {}, delete=True))
        elif person in known:
            one = known[person]
            fields = {
                "meeting_id": plan.meeting_id, "person_id": person, "name": one.name,
                "role": one.role, "kind": one.kind, "how": INVITED,
            }  # fmt: skip
            found.append(Change(stream, Attendance.TYPE, record, fields, restore=True))
    return found


def _prepared(session: Session, meeting_id: str) -> tuple[Prepared, ...]:
    rows = session.exec(
        select(Preparation)
        .where(Preparation.meeting_id == meeting_id)
        .order_by(col(Preparation.order), col(Preparation.id))
    )
    return tuple(Prepared(one.id, one.kind, one.text, one.shared) for one in rows)
