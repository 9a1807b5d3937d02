"""Planned visits and calls: made, changed, called off, and told of in a note.

Owns Visit. Team meetings are planned elsewhere (meeting_plans.py). A visit that was held leads to a
note whose id it keeps, so that both find each other on every tablet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import Family, Meeting, Note, Visit
from app.wraparound.vocabulary import NOTE_KINDS, PLACES, codes, join_codes

from . import edge
from .audience import Reader, readers_of
from .contacts import contacts_of
from .desk import Desk
from .notes import NoteDraft, Notes
from .permissions import require
from .today import going_of_meeting, going_of_visit
from .today_views import Going

VISIT_KINDS = ("home_visit", "school", "phone", "collateral", "crisis")
"""Kinds of notes that one can plan: a team meeting has a form of its own."""
MINUTES_AT_MOST = 12 * 60
_NEAR_MS = MINUTES_AT_MOST * 60_000
"""Nothing that begins longer before can still be going on."""


@dataclass(frozen=True)
class VisitDraft:
    """A visit as it stands in the form. starts_at_ms: UTC milliseconds, 0 while there is no day.

    with_whom: ids of `people`. past: the person knows that the time lies in the past.
    """

    family_id: str
    visit_id: str = ""
    kind: str = "home_visit"
    starts_at_ms: int = 0
    minutes: int = 60
    place: str = "home"
    with_whom: frozenset[str] = frozenset()
    about: str = ""
    family_name: str = ""
    people: tuple[Reader, ...] = ()
    """Whom one may visit."""
    past: bool = False


@dataclass(frozen=True)
class VisitView:
    """One visit. note_id: the note about it, once that is saved; began: a note was begun."""

    visit_id: str
    family_id: str
    family_name: str
    kind: str
    starts_at_ms: int
    minutes: int
    place: str
    with_whom: str
    about: str
    status: str
    status_reason: str
    worker_id: str
    mine: bool
    note_id: str = ""
    began: bool = False
    clashes: tuple[Going, ...] = field(default=())
    """What else this person has at that time."""


class Visits:
    """Visits to the families on this tablet."""

    def __init__(self, desk: Desk, notes: Notes) -> None:
        self._desk = desk
        self._notes = notes
        self._telling = asyncio.Lock()

    async def form(self, family_id: str, visit_id: str = "") -> VisitDraft:
        """The form of a planned visit, or of a new one. Raises InvalidInput when it is gone."""

        def find(session: Session) -> VisitDraft:
            family = session.exec(select(Family).where(Family.family_id == family_id)).first()
            if family is None:
                raise InvalidInput("This family is not on this tablet.", code="family_not_here")
            barred = {one for one, view in contacts_of(session, family_id).items() if view.do_not_contact}
            people = tuple(
                one
                for one in readers_of(session, family_id)
                if one.id not in barred and (one.on_team or one.kind == "family")
            )
            base = VisitDraft(family_id, family_name=family.list_name or family.name, people=people)
            if not visit_id:
                return base
            row = _row(session, visit_id)
            return replace(
                base, visit_id=row.id, kind=row.kind, starts_at_ms=row.starts_at_ms, minutes=row.minutes,
                place=row.place, with_whom=frozenset(codes(row.with_whom)), about=row.about,
            )  # fmt: skip

        return await self._desk.vault.read(find)

    async def save(self, draft: VisitDraft) -> str:
        """Keep a planned visit. Returns its id.

        Raises InvalidInput; code visit_past for a time that is over, unless `past` says that it is meant.
        """
        require(self._desk.me, "visit.plan")
        values = self._checked(draft)
        stream = await self._desk.team_stream(draft.family_id)
        visit = draft.visit_id or self._desk.new_id()

        def change(session: Session) -> dict[str, Any]:
            if not draft.visit_id:
                return values | {"status": "planned", "worker_id": self._desk.me.person}
            row = _row(session, visit)
            if row.status == "done":
                raise InvalidInput("This visit is over. Its note tells of it.", code="visit_over")
            # One that was called off and is given a new time is meant again.
            again = {"status": "planned", "status_reason": ""}
            return {name: one for name, one in (values | again).items() if getattr(row, name) != one}

        fields = await self._desk.vault.read(change)
        if fields:
            await self._desk.vault.commit([Change(stream, Visit.TYPE, visit, fields)])
        return visit

    async def call_off(self, visit_id: str, reason: str, *, missed: bool = False) -> None:
        """There will be no visit; missed: there was none. reason: why, in a few words."""
        require(self._desk.me, "visit.plan")
        words = edge.text(
            reason, "reason", limit=edge.PARAGRAPH_BYTES, required="Say why in a few words.",
            blank="visit_no_reason",
        )  # fmt: skip
        await self._become(visit_id, "missed" if missed else "cancelled", status_reason=words.strip())

    async def plan_again(self, visit_id: str) -> None:
        """Take back that it was called off."""
        require(self._desk.me, "visit.plan")
        await self._become(visit_id, "planned", status_reason="")

    async def tell(self, visit_id: str) -> NoteDraft:
        """The visit was held: the draft of its note, filled in from the visit, or gone on with.

        Raises InvalidInput when the note is signed: it is read, not written.
        """
        require(self._desk.me, "visit.plan")
        async with self._telling:  # tapped twice, it is one note all the same
            return await self._told(visit_id)

    async def _told(self, visit_id: str) -> NoteDraft:
        row = await self._desk.vault.read(lambda session: _row(session, visit_id))
        if row.note_id:
            kept = await self._notes.draft(row.note_id)
            if kept is not None:
                return kept
            if await self._notes.note(row.note_id) is not None:
                return await self._notes.edit(row.note_id)
        now, end = self._desk.now_ms(), row.starts_at_ms + row.minutes * 60_000
        fresh = self._notes.begin(row.family_id, row.kind)
        draft = replace(
            fresh, note_id=row.note_id or fresh.note_id, started_at_ms=row.starts_at_ms,
            stopped_at_ms=end if end <= now else 0, place=row.place, with_whom=row.with_whom,
            with_whom_words=row.with_whom_words,
        )  # fmt: skip
        kept = await self._notes.keep_draft(draft)
        await self._become(visit_id, "done", note_id=kept.note_id, status_reason="")
        return kept

    async def _become(self, visit_id: str, status: str, **more: str) -> None:
        row = await self._desk.vault.read(lambda session: _row(session, visit_id))
        fields = {"status": status, **more}
        changed = {name: one for name, one in fields.items() if getattr(row, name) != one}
        if changed:
            stream = await self._desk.stream_of(row.family_id, Visit.TYPE, visit_id)
            await self._desk.vault.commit([Change(stream, Visit.TYPE, visit_id, changed)])

    # -- reading ------------------------------------------------------------------------------

    async def visit(self, visit_id: str) -> VisitView:
        """One visit with what else stands at its time. Raises InvalidInput when it is not here."""

        def find(session: Session) -> VisitView:
            view = self._views(session, [_row(session, visit_id)])[0]
            if view.status != "planned" or not view.mine:
                return view
            return replace(view, clashes=self._clashes(session, view.starts_at_ms, view.minutes, visit_id))

        return await self._desk.vault.read(find)

    async def of_family(self, family_id: str) -> tuple[VisitView, ...]:
        """All visits of a family: those to come, the next first; then the others, the latest first."""

        def find(session: Session) -> tuple[VisitView, ...]:
            chosen = select(Visit).where(Visit.family_id == family_id).order_by(col(Visit.starts_at_ms))
            return self._views(session, session.exec(chosen).all())

        views = await self._desk.vault.read(find)
        coming = [one for one in views if one.status == "planned"]
        past = [one for one in views if one.status != "planned"]
        return (*coming, *reversed(past))

    async def next_of(self, family_id: str) -> VisitView | None:
        """The next planned visit of a family that is not over, by whomever; None when there is none."""
        now = self._desk.now_ms()
        return next(
            (
                one
                for one in await self.of_family(family_id)
                if one.status == "planned" and one.starts_at_ms + one.minutes * 60_000 > now
            ),
            None,
        )

    async def clashes(self, draft: VisitDraft) -> tuple[Going, ...]:
        """What else I have at the time of a draft: visits of mine, meetings of families that I lead."""
        if not draft.starts_at_ms:
            return ()
        return await self._desk.vault.read(
            lambda session: self._clashes(session, draft.starts_at_ms, draft.minutes, draft.visit_id)
        )

    def _clashes(self, session: Session, starts: int, minutes: int, but: str) -> tuple[Going, ...]:
        me, end = self._desk.me.person, starts + minutes * 60_000
        names = {
            one.family_id: (one.list_name or one.name, one.lead_coordinator)
            for one in session.exec(select(Family).where(Family.status == "open"))
        }
        near = (col(Visit.starts_at_ms) < end, col(Visit.starts_at_ms) > starts - _NEAR_MS)
        found = [
            going_of_visit(row, names[row.family_id][0])
            for row in session.exec(
                select(Visit).where(*near).where(Visit.worker_id == me).where(Visit.status == "planned")
            )
            if row.id != but and row.family_id in names
        ]
        meetings = select(Meeting).where(
            col(Meeting.starts_at_ms) < end, col(Meeting.starts_at_ms) > starts - _NEAR_MS
        )
        found += [
            going_of_meeting(row, names[row.family_id][0])
            for row in session.exec(meetings.where(Meeting.status == "planned"))
            if names.get(row.family_id, ("", ""))[1] == me
        ]
        return tuple(
            sorted((one for one in found if one.ends_at_ms > starts), key=lambda one: one.starts_at_ms)
        )

    def _views(self, session: Session, rows: Iterable[Visit]) -> tuple[VisitView, ...]:
        visits = list(rows)
        families = {row.family_id for row in visits}
        names = {
            family: short or name
            for family, short, name in session.exec(
                select(Family.family_id, Family.list_name, Family.name).where(
                    col(Family.family_id).in_(families)
                )
            )
        }
        wanted = [row.note_id for row in visits if row.note_id]
        there = set(session.exec(select(Note.id).where(col(Note.id).in_(wanted)))) if wanted else set()
        return tuple(
            VisitView(
                row.id, row.family_id, names.get(row.family_id, ""), row.kind, row.starts_at_ms, row.minutes,
                row.place, row.with_whom_words, row.about, row.status, row.status_reason, row.worker_id,
                row.worker_id == self._desk.me.person,
                row.note_id if row.note_id in there else "", bool(row.note_id),
            )
            for row in visits
        )  # fmt: skip

    def _checked(self, draft: VisitDraft) -> dict[str, Any]:
        if not draft.starts_at_ms:
            raise InvalidInput("Choose a day and a time.", field="starts", code="visit_no_day")
        try:
            datetime.fromtimestamp(draft.starts_at_ms / 1000)
        except (ValueError, OverflowError, OSError) as error:
            said = "That is not a day of the calendar."
            raise InvalidInput(said, field="starts", code="bad_day") from error
        if not 0 < draft.minutes <= MINUTES_AT_MOST:
            raise InvalidInput("A visit takes 1 minute to 12 hours.", field="minutes", code="visit_minutes")
        if draft.starts_at_ms < self._desk.now_ms() and not draft.past:
            raise InvalidInput("That time is over already.", field="starts", code="visit_past")
        known = {one.id: one.name for one in draft.people}
        chosen = [one.id for one in draft.people if one.id in draft.with_whom]
        return {
            "kind": edge.choice(draft.kind, NOTE_KINDS, "kind"),
            "starts_at_ms": draft.starts_at_ms,
            "minutes": draft.minutes,
            "place": draft.place if draft.place in PLACES else edge.text(draft.place, "place"),
            "with_whom": join_codes(chosen),
            "with_whom_words": ", ".join(known[one] for one in chosen),
            "about": edge.text(draft.about, "about", limit=edge.PARAGRAPH_BYTES),
        }


def _row(session: Session, visit_id: str) -> Visit:
    row = session.get(Visit, visit_id)
    if row is None:
        raise InvalidInput("This visit is not on this tablet.", code="visit_not_here")
    return row
