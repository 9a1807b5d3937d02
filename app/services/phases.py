"""The four phases, their checklists, and closing one with a reason when something is open."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id, singleton_id
from app.store.vault import Change
from app.wraparound.phases import CHECKLIST, Facts, find, phase_of
from app.wraparound.plan_document import Document
from app.wraparound.records import Family, Meeting, NaturalSupport, PhaseCheck, PhaseClosing, StaffMember
from app.wraparound.vocabulary import PHASES, codes, join_codes

from . import edge
from .audit import Audit
from .desk import Desk
from .family_page import FamilyPages
from .permissions import require

LAST_PHASE = PHASES[-1]


@dataclass(frozen=True)
class CheckView:
    """One item of a checklist.

    derived: the records answer it, with `have` of `want`; otherwise it was ticked by hand, done_on.
    """

    item: str
    done: bool
    derived: bool
    have: int = 0
    want: int = 0
    done_on: str = ""


@dataclass(frozen=True)
class ClosingView:
    """That a phase was closed. open_items: codes of what was open then; reason: why it was closed."""

    phase: int
    closed_on: str
    closed_by: str
    open_items: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class PhaseView:
    """One phase. state: past, current, coming."""

    number: int
    state: str
    items: tuple[CheckView, ...]

    @property
    def open_items(self) -> tuple[str, ...]:
        """Codes of what is not done."""
        return tuple(one.item for one in self.items if not one.done)


@dataclass(frozen=True)
class PhasesView:
    """All phases of a family, and every closing, newest first."""

    family_id: str
    current: int
    phases: tuple[PhaseView, ...]
    closings: tuple[ClosingView, ...]

    @property
    def here(self) -> PhaseView:
        """The phase that the family is in."""
        return self.phases[self.current - 1]


class Phases:
    """Phases of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)

    async def phases(self, family_id: str) -> PhasesView:
        """The four phases as they are now. Raises InvalidInput when the family is not here."""
        today = self._desk.today().isoformat()

        def read(session: Session) -> PhasesView:
            plan = self._pages.gather(session, family_id).document
            facts = _facts(session, family_id, plan, today)
            ticked = {
                row.item: row
                for row in session.exec(select(PhaseCheck).where(PhaseCheck.family_id == family_id))
            }
            current = _current(session, family_id)
            return PhasesView(
                family_id,
                current,
                tuple(
                    PhaseView(
                        number,
                        "current" if number == current else "past" if number < current else "coming",
                        tuple(_check(item, facts, ticked.get(item)) for item in CHECKLIST[number]),
                    )
                    for number in PHASES
                ),
                _closings(session, family_id),
            )

        return await self._desk.vault.read(read)

    async def tick(self, family_id: str, item: str, done: bool = True) -> None:
        """Tick an item off by hand, or take the tick away.

        Raises InvalidInput for an item that the records answer: there is nothing to tick.
        """
        require(self._desk.me, "phase.close")
        view = await self.phases(family_id)
        found = next((one for phase in view.phases for one in phase.items if one.item == item), None)
        if found is None or found.derived:
            raise InvalidInput("This is read off the plan. Change it there.", code="not_by_hand")
        if found.done == done:
            return
        phase = phase_of(item)
        stream = await self._desk.team_stream(family_id)
        fields = {
            "phase": phase,
            "item": item,
            "done": done,
            "done_on": self._desk.today().isoformat() if done else "",
        }
        record = derived_id(stream, PhaseCheck.TYPE, str(phase), item).hex()
        await self._desk.vault.commit([Change(stream, PhaseCheck.TYPE, record, fields)])

    async def close(self, family_id: str, phase: int, reason: str = "") -> int:
        """Close the phase that the family is in; returns the phase it is in now.

        Raises InvalidInput when items are open and no reason is given, and when the family is in
        another phase by now.
        """
        require(self._desk.me, "phase.close")
        view = await self.phases(family_id)
        if phase != view.current:
            raise InvalidInput("This family is in another phase by now.", code="another_phase")
        left = view.here.open_items
        required = "Some items are open. Say why the phase is closed all the same." if left else ""
        why = edge.text(
            reason, "reason", limit=edge.PARAGRAPH_BYTES, required=required, blank="no_phase_reason"
        )
        stream = await self._desk.team_stream(family_id)
        closing = {
            "phase": phase,
            "closed_on": self._desk.today().isoformat(),
            "open_items": join_codes(list(left)),
            "reason": why,
        }
        after = min(phase + 1, LAST_PHASE)
        changes = [Change(stream, PhaseClosing.TYPE, self._desk.new_id(), closing)]
        if after != phase:
            family = singleton_id(stream, Family.TYPE).hex()
            changes.append(Change(stream, Family.TYPE, family, {"phase": after}))
        act = await Audit(self._desk).act("phase.close", family_id, detail=str(phase))
        await self._desk.vault.commit(changes, [act])
        return after

    async def go_back(self, family_id: str, phase: int) -> None:
        """Open an earlier phase again; what was closed stays in the history."""
        require(self._desk.me, "phase.close")
        current = (await self.phases(family_id)).current
        if phase not in PHASES or phase > current:
            raise InvalidInput("Only a phase that was closed can be opened again.", code="phase_not_past")
        if phase == current:
            return
        stream = await self._desk.team_stream(family_id)
        family = singleton_id(stream, Family.TYPE).hex()
        await self._desk.vault.commit([Change(stream, Family.TYPE, family, {"phase": phase})])


def _current(session: Session, family_id: str) -> int:
    row = session.exec(select(Family.phase).where(Family.family_id == family_id)).first()
    # Another tablet's value may be anything: a phase that no list has is the nearest one.
    return min(max(row or 1, PHASES[0]), LAST_PHASE)


def _facts(session: Session, family_id: str, plan: Document, today: str) -> Facts:
    supports = [
        one
        for one in session.exec(select(NaturalSupport).where(NaturalSupport.family_id == family_id))
        if not one.do_not_contact
    ]
    held = session.exec(
        select(Meeting.id)
        .where(Meeting.family_id == family_id)
        .where(Meeting.status == "held")
        .where(col(Meeting.professionals_only).is_(False))
        .order_by(col(Meeting.starts_at_ms).desc())
    ).first()
    return Facts(
        plan=plan,
        natural_named=len(supports),
        natural_on_team=sum(one.status in ("on_team", "leading") for one in supports),
        natural_ids=frozenset(one.id for one in supports),
        last_meeting_id=held or "",
        today=today,
    )


def _check(item: str, facts: Facts, ticked: PhaseCheck | None) -> CheckView:
    found = find(item, facts)
    if found is not None:
        return CheckView(item, found.done, True, found.have, found.want)
    done = ticked is not None and ticked.done
    return CheckView(item, done, False, done_on=ticked.done_on if ticked is not None and done else "")


def _closings(session: Session, family_id: str) -> tuple[ClosingView, ...]:
    staff = {one.id: one.name for one in session.exec(select(StaffMember))}
    rows = session.exec(
        select(PhaseClosing)
        .where(PhaseClosing.family_id == family_id)
        .order_by(col(PhaseClosing.created_at_ms).desc(), col(PhaseClosing.phase).desc())
    )
    return tuple(
        ClosingView(
            row.phase, row.closed_on, staff.get(row.created_by, ""), codes(row.open_items), row.reason
        )
        for row in rows
    )
