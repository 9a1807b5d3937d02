"""Team meetings: prepared privately, run step by step at the table, and closed with signed minutes.

Owns the running draft (sealed on this tablet alone) and reading what came of meetings. The parts:
meeting_plans.py (before), meeting_table.py (what those present may read), meeting_ending.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import Attendance, Meeting
from app.wraparound.vocabulary import codes

from . import edge
from . import meeting_draft as acts
from .desk import Desk
from .meeting_draft import MeetingDraft, Presence
from .meeting_ending import DRAFT_KIND, MeetingEnding
from .meeting_plans import MeetingPlans
from .meeting_table import MeetingTables, TableView
from .permissions import require
from .version_rows import SignatureView
from .versions import Versions


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in the list. here: it runs on this very tablet. Counts are of those present."""

    meeting_id: str
    family_id: str
    flow: str
    status: str
    starts_at_ms: int
    place: str
    here: bool
    professionals_only: bool
    family_present: int
    natural_present: int
    formal_present: int
    steps: int


@dataclass(frozen=True)
class HeldView:
    """A held meeting with what came of it."""

    row: MeetingRow
    minutes: int
    interpreter: str
    languages: tuple[str, ...]
    present: tuple[Presence, ...]
    celebrations: tuple[str, ...]
    decisions: tuple[str, ...]
    crisis_plan_checked: str
    version_before: str
    version_after: str
    next_meeting_id: str
    next_starts_at_ms: int
    minutes_note_id: str
    signed: tuple[SignatureView, ...]


class Meetings:
    """Team meetings of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.plans = MeetingPlans(desk)
        self._tables = MeetingTables(desk)
        self._ending = MeetingEnding(desk)
        self._versions = Versions(desk)

    # -- the list -----------------------------------------------------------------------------

    async def of_family(self, family_id: str) -> tuple[MeetingRow, ...]:
        """All meetings of a family: those that run, those planned (next first), then the held ones."""
        here = {one.meeting_id for one in await self.running(family_id)}

        def find(session: Session) -> list[Meeting]:
            chosen = select(Meeting).where(Meeting.family_id == family_id)
            return list(session.exec(chosen.order_by(col(Meeting.starts_at_ms))))

        rows = [_row(one, here) for one in await self._desk.vault.read(find)]
        running = [one for one in rows if one.here or one.status == "running"]
        planned = [one for one in rows if one.status == "planned" and not one.here]
        past = [one for one in rows if one.status in ("held", "cancelled") and not one.here]
        return (*running, *planned, *reversed(past))

    async def held(self, meeting_id: str) -> HeldView:
        """One held meeting. Raises InvalidInput when it is not here."""

        def find(session: Session) -> HeldView:
            row = session.get(Meeting, meeting_id)
            if row is None:
                raise InvalidInput("This meeting is not on this tablet.", code="meeting_gone")
            coming = session.get(Meeting, row.next_meeting_id) if row.next_meeting_id else None
            return HeldView(
                _row(row, set()), row.minutes, row.interpreter, codes(row.languages),
                tuple(
                    Presence(one.person_id, one.name, one.role, one.kind, one.how)
                    for one in session.exec(
                        select(Attendance)
                        .where(Attendance.meeting_id == meeting_id)
                        .order_by(col(Attendance.kind), col(Attendance.name))
                    )
                ),
                tuple(row.celebrations.splitlines()), tuple(row.decisions.splitlines()),
                row.crisis_plan_checked, row.version_before, row.version_after,
                row.next_meeting_id, coming.starts_at_ms if coming else 0, row.minutes_note_id, (),
            )  # fmt: skip

        view = await self._desk.vault.read(find)
        if not view.version_after:
            return view
        try:
            version = await self._versions.version(view.version_after)
        except InvalidInput:  # It is on its way from another tablet.
            return view
        return replace(view, signed=version.signatures)

    # -- running ------------------------------------------------------------------------------

    async def begin(self, family_id: str, meeting_id: str = "", flow: str = "") -> MeetingDraft:
        """Start a planned meeting, or one that nobody planned; go on with one that runs here.

        flow: for a meeting that nobody planned. Raises InvalidInput when it was held already.
        """
        require(self._desk.me, "meeting.run")
        kept = await self.draft(meeting_id) if meeting_id else None
        if kept is not None:
            return kept
        plan = await self.plans.form(family_id, meeting_id)
        if plan.status not in ("planned", "running"):
            raise InvalidInput("This meeting has been held already.", code="meeting_held")
        now = self._desk.now_ms()
        language = next(iter(plan.languages), "en")
        draft = MeetingDraft(
            meeting_id or self._desk.new_id(), family_id, flow or plan.flow,
            language=language if language in ("en", "es") else "en",
            place=plan.place, medium=plan.medium, interpreter=plan.interpreter,
            interpreter_qualification=plan.interpreter_qualification,
            next_meeting_id=self._desk.new_id(), note_id=self._desk.new_id(), started_at_ms=now,
        )  # fmt: skip
        draft = acts.speak(draft, draft.language)
        draft = await self.keep(draft)
        stream = await self._desk.team_stream(family_id)
        fields: dict[str, Any] = {"status": "running", "flow": draft.flow, "started_at_ms": now}
        if not meeting_id:
            fields |= {"starts_at_ms": now, "kind": "team_meeting"}
        await self._desk.vault.commit([Change(stream, Meeting.TYPE, draft.meeting_id, fields)])
        return draft

    async def keep(self, draft: MeetingDraft) -> MeetingDraft:
        """Seal the draft on this tablet. Raises StoreError; nothing is lost."""
        kept = replace(draft, saved_at_ms=self._desk.now_ms())
        await self._desk.vault.save_local(DRAFT_KIND, draft.meeting_id, acts.to_bytes(kept))
        return kept

    async def draft(self, meeting_id: str) -> MeetingDraft | None:
        """The sealed draft of a meeting that runs on this tablet, or None."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, meeting_id)
        return None if raw is None else acts.from_bytes(raw)

    async def running(self, family_id: str = "") -> tuple[MeetingDraft, ...]:
        """Meetings that run on this tablet, of one family or all."""
        found = []
        for name in await self._desk.vault.list_local(DRAFT_KIND):
            draft = await self.draft(name)
            if draft is not None and (not family_id or draft.family_id == family_id):
                found.append(draft)
        return tuple(found)

    async def throw_away(self, draft: MeetingDraft) -> None:
        """Forget a meeting that was begun by mistake: it is planned again, nothing was written."""
        require(self._desk.me, "meeting.run")
        stream = await self._desk.team_stream(draft.family_id)
        fields = {"status": "planned", "started_at_ms": 0}
        await self._desk.vault.commit([Change(stream, Meeting.TYPE, draft.meeting_id, fields)])
        await self._desk.vault.save_local(DRAFT_KIND, draft.meeting_id, None)

    async def table(self, draft: MeetingDraft) -> TableView:
        """What those who can see the screen may read now; see meeting_table.py."""
        return await self._tables.table(draft)

    async def end(self, draft: MeetingDraft, minutes: str) -> None:
        """Write all that came of it; see meeting_ending.py."""
        edge.text(minutes, "minutes", limit=edge.NOTE_BYTES)
        await self._ending.end(draft, minutes)

    def new_id(self) -> str:
        """An id for something that is said at the table."""
        return self._desk.new_id()


def _row(row: Meeting, here: set[str]) -> MeetingRow:
    return MeetingRow(
        row.id, row.family_id, row.flow, row.status, row.starts_at_ms, row.place, row.id in here,
        row.professionals_only, row.family_present, row.natural_present, row.formal_present,
        len(row.decisions.splitlines()),
    )  # fmt: skip

