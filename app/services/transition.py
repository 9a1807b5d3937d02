"""The transition plan: readiness, who carries what on, adult services, celebration, way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.records import Family, NaturalSupport, TransitionItem, TransitionPlan
from app.wraparound.vocabulary import CONTENT_LANGUAGES, TRANSITION_SECTIONS

from . import edge
from .audience import Reader, readers_of
from .desk import Desk
from .permissions import require
from .readiness import ReadinessChecks

_FIRST = {"natural": 0, "family": 1, "community": 2, "formal": 3}
"""Whom the form offers first: what a natural support carries stays when the team has gone."""


@dataclass(frozen=True)
class LineView:
    """One line. who: as the team says it; who_id when it is somebody in the records."""

    item_id: str
    section: str
    text: str
    who: str
    who_id: str
    done: bool
    done_on: str
    has_conflict: bool


@dataclass(frozen=True)
class TransitionView:
    """The whole transition plan. language: in which new words are written."""

    family_id: str
    planned_on: str
    celebration: str
    way_back: str
    readiness: tuple[LineView, ...]
    carries: tuple[LineView, ...]
    adult_services: tuple[LineView, ...]
    owners: tuple[Reader, ...]
    """Who could carry something, natural supports first."""
    language: str
    has_conflict: bool

    @property
    def lines(self) -> tuple[LineView, ...]:
        """All lines in order."""
        return (*self.readiness, *self.carries, *self.adult_services)


@dataclass(frozen=True)
class PlanDraft:
    """Celebration, way back and day as they stand in the form. shown: when it was opened."""

    family_id: str
    planned_on: str = ""
    celebration: str = ""
    way_back: str = ""
    language: str = "en"
    shown: TransitionView | None = None


@dataclass(frozen=True)
class LineDraft:
    """A line as it stands in the form; item_id is empty for a new one. shown: when it was opened."""

    family_id: str
    section: str
    item_id: str = ""
    text: str = ""
    who: str = ""
    who_id: str = ""
    language: str = "en"
    shown: LineView | None = None


class Transition:
    """Transition plans of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.ready = ReadinessChecks(desk)

    async def transition(self, family_id: str) -> TransitionView:
        """The transition plan as it is now; empty when nobody has begun one."""

        def find(session: Session) -> TransitionView:
            plan = session.exec(select(TransitionPlan).where(TransitionPlan.family_id == family_id)).first()
            rows = session.exec(
                select(TransitionItem)
                .where(TransitionItem.family_id == family_id)
                .order_by(col(TransitionItem.order), col(TransitionItem.id))
            ).all()
            spoken = session.exec(select(Family.spoken_language).where(Family.family_id == family_id)).first()
            lines = {
                section: tuple(_line(row) for row in rows if row.section == section)
                for section in TRANSITION_SECTIONS
            }
            return TransitionView(
                family_id=family_id,
                planned_on=plan.planned_on if plan else "",
                celebration=plan.celebration if plan else "",
                way_back=plan.way_back if plan else "",
                readiness=lines["readiness"],
                carries=lines["carries"],
                adult_services=lines["adult_service"],
                owners=_owners(session, family_id),
                language=spoken if spoken in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0],
                has_conflict=bool(plan and plan.has_conflict),
            )

        return await self._desk.vault.read(find)

    async def save(self, draft: PlanDraft) -> None:
        """Keep celebration, way back and the planned day; only what changed since it was shown."""
        require(self._desk.me, "plan.edit")
        values: dict[str, Any] = {
            "planned_on": edge.day(draft.planned_on, "planned_on"),
            "celebration": edge.text(draft.celebration, "celebration", limit=edge.PARAGRAPH_BYTES),
            "way_back": edge.text(draft.way_back, "way_back", limit=edge.PARAGRAPH_BYTES),
        }
        before = await self.transition(draft.family_id)
        seen = draft.shown or before
        changed = {
            name: value
            for name, value in values.items()
            if value != getattr(before, name) and value != getattr(seen, name)
        }
        if not changed:
            return
        changed["language"] = edge.choice(draft.language, CONTENT_LANGUAGES, "language")
        stream = await self._desk.team_stream(draft.family_id)
        record = singleton_id(stream, TransitionPlan.TYPE).hex()
        await self._desk.vault.commit([Change(stream, TransitionPlan.TYPE, record, changed)])

    async def save_line(self, draft: LineDraft) -> str:
        """Add or change a line; only what changed since it was shown. Returns its id."""
        require(self._desk.me, "plan.edit")
        values: dict[str, Any] = {
            "section": edge.choice(draft.section, TRANSITION_SECTIONS, "section"),
            "text": edge.text(
                draft.text, "text", limit=edge.PARAGRAPH_BYTES, required="Write it in a few words.",
                blank="no_transition_text",
            ),
            "who": edge.text(draft.who, "who"),
            "who_id": draft.who_id,
        }  # fmt: skip
        item_id = draft.item_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(TransitionItem, item_id))
        if before is None:
            if draft.item_id:
                raise InvalidInput("This line was taken off meanwhile.", code="line_gone")
            changed = {**values, "order": self._desk.now_ms() // 1000}
        else:
            changed = {
                name: value
                for name, value in values.items()
                if value != getattr(before, name)
                and (draft.shown is None or value != getattr(draft.shown, name))
            }
        if not changed:
            return item_id
        if before is None or "text" in changed:
            changed["language"] = edge.choice(draft.language, CONTENT_LANGUAGES, "language")
        stream = await self._desk.team_stream(draft.family_id)
        await self._desk.vault.commit([Change(stream, TransitionItem.TYPE, item_id, changed)])
        return item_id

    async def tick(self, family_id: str, item_id: str, done: bool = True, done_on: str = "") -> None:
        """Tick a line off, or open it again. done_on: ISO day, today when empty."""
        require(self._desk.me, "plan.edit")
        row = await self._desk.vault.read(lambda session: session.get(TransitionItem, item_id))
        if row is None or row.done == done:
            return
        day = (edge.day(done_on, "done_on") or self._desk.today().isoformat()) if done else ""
        stream = await self._desk.team_stream(family_id)
        fields = {"done": done, "done_on": day}
        await self._desk.vault.commit([Change(stream, TransitionItem.TYPE, item_id, fields)])

    async def remove(self, family_id: str, item_id: str) -> None:
        """Take a line off. A change made elsewhere meanwhile brings it back."""
        require(self._desk.me, "plan.edit")
        if await self._desk.vault.read(lambda session: session.get(TransitionItem, item_id)) is None:
            return
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, TransitionItem.TYPE, item_id, {}, delete=True)])

    async def put_back(self, family_id: str, item_id: str) -> None:
        """Undo a removal: the line is as it was."""
        require(self._desk.me, "plan.edit")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, TransitionItem.TYPE, item_id, {}, restore=True)])


def _line(row: TransitionItem) -> LineView:
    return LineView(
        row.id, row.section, row.text, row.who, row.who_id, row.done, row.done_on, row.has_conflict
    )


def _owners(session: Session, family_id: str) -> tuple[Reader, ...]:
    """Everybody who takes part, natural supports first; of each kind in the order of the records."""
    flagged = set(
        session.exec(
            select(NaturalSupport.id)
            .where(NaturalSupport.family_id == family_id)
            .where(col(NaturalSupport.do_not_contact).is_(True))
        ).all()
    )
    here = [one for one in readers_of(session, family_id) if one.on_team and one.id not in flagged]
    return tuple(sorted(here, key=lambda one: _FIRST.get(one.kind, len(_FIRST))))
