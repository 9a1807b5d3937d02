"""Reports that a child may be harmed: what was suspected, who was told when, and what is still due.

They lie in the family's restricted stream alone. Whoever is no member has none of it, and this module
is the only reader: no screen, paper, page or copy for a family takes anything from it.
Spec: docs/safety.md; design 02, SafetyReport.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import PersonId
from app.protocol.membership import Role
from app.store.vault import Change
from app.wraparound.practice_codes import SAFETY_KINDS
from app.wraparound.records import Person, SafetyReport, StaffMember
from app.wraparound.rules.packet import SafetyRules

from . import edge
from .desk import Desk
from .labels import Labels
from .permissions import require
from .practice_rules import PracticeRules
from .supports_forms import changes

HOUR_MS: Final = 3_600_000
SLACK_MS: Final = 5 * 60_000
"""How far ahead of this tablet's clock an instant may be: clocks differ."""
LABEL: Final = "safety"
Part = Literal["oral", "written"]


@dataclass(frozen=True)
class Countdown:
    """One report that the law wants by an hour. done_ms: 0 while it was not made."""

    part: Part
    due_ms: int
    done_ms: int = 0

    def left_ms(self, now_ms: int) -> int:
        """Time that is left, below 0 when it is over; for one that was made, what was left then."""
        return self.due_ms - (self.done_ms or now_ms)


@dataclass(frozen=True)
class SafetyDraft:
    """A report as it stands in the form. Instants in UTC milliseconds, 0 when not told.

    about: what was seen or heard, in the worker's own words. report_id is empty for a new one.
    shown: what the form began from.
    """

    family_id: str
    report_id: str = ""
    person_id: str = ""
    kind: str = ""
    about: str = ""
    suspected_at_ms: int = 0
    oral_at_ms: int = 0
    oral_to: str = ""
    reference: str = ""
    written_at_ms: int = 0
    written_how: str = ""
    supervisor_id: str = ""
    supervisor_told_at_ms: int = 0
    not_made_why: str = ""
    note: str = ""
    shown: SafetyDraft | None = None


@dataclass(frozen=True)
class SafetyView:
    """A report as members of the restricted stream read it. status: open, done, not_made."""

    report_id: str
    family_id: str
    person_id: str
    kind: str
    about: str
    suspected_at_ms: int
    oral_at_ms: int
    oral_to: str
    reference: str
    written_at_ms: int
    written_how: str
    supervisor_id: str
    supervisor_told_at_ms: int
    not_made_why: str
    note: str
    status: str
    person: str
    supervisor: str
    by: str
    countdowns: tuple[Countdown, ...] = ()
    has_conflict: bool = False

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.status == "open"


@dataclass(frozen=True)
class Named:
    """Somebody to choose: id (hex) and name."""

    id: str
    name: str


_FIELDS: Final = tuple(
    one.name for one in fields(SafetyDraft) if one.name not in ("family_id", "report_id", "shown")
)


class SafetyReports:
    """Reports about safety, for members of a family's restricted stream."""

    def __init__(self, desk: Desk, rules: PracticeRules) -> None:
        self._desk = desk
        self._rules = rules
        self._labels = Labels(desk)

    async def rules(self) -> SafetyRules:
        """What the agency says of reporting today."""
        found: SafetyRules = (await self._rules.today("packet")).safety
        return found

    async def all(self, family_id: str) -> tuple[SafetyView, ...]:
        """Open ones first, the newest suspicion first. Raises PermissionRefused."""
        require(self._desk.me, "safety.write")
        rules = await self.rules()

        def find(session: Session) -> tuple[SafetyView, ...]:
            rows = session.exec(
                select(SafetyReport)
                .where(SafetyReport.family_id == family_id)
                .order_by(col(SafetyReport.suspected_at_ms).desc(), col(SafetyReport.id))
            ).all()
            names = _names(session) if rows else {}
            views = [_view(row, names, rules) for row in rows]
            return tuple(sorted(views, key=lambda one: not one.open))

        return await self._desk.vault.read(find)

    async def one(self, report_id: str) -> SafetyView:
        """One report. Raises InvalidInput when it is not here, PermissionRefused."""
        require(self._desk.me, "safety.write")
        rules = await self.rules()

        def find(session: Session) -> SafetyView:
            row = session.get(SafetyReport, report_id)
            if row is None:
                raise InvalidInput("This report is not on this tablet.", code="safety_gone")
            return _view(row, _names(session), rules)

        return await self._desk.vault.read(find)

    async def blank(self, family_id: str) -> SafetyDraft:
        """A new report: suspected now."""
        require(self._desk.me, "safety.write")
        return SafetyDraft(family_id, suspected_at_ms=self._desk.now_ms())

    async def young_people(self, family_id: str) -> tuple[Named, ...]:
        """Whom a report may be about, the youngest generation first."""
        return await people_of(self._desk, family_id, young_first=True)

    async def supervisors(self) -> tuple[Named, ...]:
        """Whom one may have told: supervisors of the agency, by name."""
        agency = self._desk.vault.agency

        def find(session: Session) -> tuple[Named, ...]:
            rows = session.exec(select(StaffMember).order_by(col(StaffMember.name))).all()
            return tuple(Named(row.id, row.name) for row in rows if row.name)

        return tuple(
            one
            for one in await self._desk.vault.read(find)
            if Role.SUPERVISOR in agency.roles_at(PersonId(bytes.fromhex(one.id)), agency.index)
        )

    async def save(self, draft: SafetyDraft) -> str:
        """Keep a report; only what changed becomes an operation. Returns the record id.

        Raises InvalidInput in plain words, PermissionRefused.
        """
        require(self._desk.me, "safety.write")
        values = self._checked(draft)
        record_id = draft.report_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(SafetyReport, record_id))
        changed = changes(before, values, None if draft.shown is None else _written(draft.shown))
        if changed:
            # Where it lies already, so that two tablets' restricted streams never hold a half each.
            stream = await self._labels.home(draft.family_id, LABEL)
            if before is not None:
                stream = await self._desk.stream_of(draft.family_id, SafetyReport.TYPE, record_id)
            await self._desk.vault.commit([Change(stream, SafetyReport.TYPE, record_id, changed)])
        return record_id

    async def remove(self, report_id: str) -> None:
        """Take away a report that was begun by mistake: nothing in it was told to anybody yet.

        Raises InvalidInput for one with a report made or a reason kept; PermissionRefused.
        """
        view = await self.one(report_id)
        if view.oral_at_ms or view.written_at_ms or view.status != "open":
            raise InvalidInput(
                "Somebody was told, or a decision is kept. It stays in the record.", code="safety_kept"
            )
        stream = await self._desk.stream_of(view.family_id, SafetyReport.TYPE, report_id)
        await self._desk.vault.commit([Change(stream, SafetyReport.TYPE, report_id, {}, delete=True)])

    def _checked(self, draft: SafetyDraft) -> dict[str, Any]:
        latest = self._desk.now_ms() + SLACK_MS
        about = edge.text(
            draft.about, "about", limit=edge.PARAGRAPH_BYTES,
            required="Write what you saw or heard.", blank="safety_no_about",
        )  # fmt: skip
        if draft.suspected_at_ms <= 0:
            raise InvalidInput(
                "When did you first suspect it?", field="suspected_at_ms", code="safety_no_moment"
            )
        for name in ("suspected_at_ms", "oral_at_ms", "written_at_ms", "supervisor_told_at_ms"):
            at_ms = getattr(draft, name)
            if at_ms > latest:
                raise InvalidInput("This is still to come.", field=name, code="safety_to_come")
            if 0 < at_ms < draft.suspected_at_ms:
                raise InvalidInput(
                    "This is before the suspicion itself.", field=name, code="safety_before"
                )
        if draft.oral_at_ms and not draft.oral_to.strip():
            raise InvalidInput("Who took the call?", field="oral_to", code="safety_no_one")
        if draft.supervisor_told_at_ms and not draft.supervisor_id:
            raise InvalidInput(
                "Which supervisor was told?", field="supervisor_id", code="safety_no_supervisor"
            )
        if draft.not_made_why.strip() and (draft.oral_at_ms or draft.written_at_ms):
            raise InvalidInput(
                "A report was made, so there is no reason for making none.",
                field="not_made_why", code="safety_both",
            )  # fmt: skip
        return {
            "person_id": draft.person_id,
            "kind": edge.choice(draft.kind, ("", *SAFETY_KINDS), "kind"),
            "about": about,
            "suspected_at_ms": draft.suspected_at_ms,
            "oral_at_ms": draft.oral_at_ms,
            "oral_to": edge.text(draft.oral_to, "oral_to"),
            "reference": edge.text(draft.reference, "reference"),
            "written_at_ms": draft.written_at_ms,
            "written_how": edge.text(draft.written_how, "written_how"),
            "supervisor_id": draft.supervisor_id,
            "supervisor_told_at_ms": draft.supervisor_told_at_ms,
            "not_made_why": edge.text(draft.not_made_why, "not_made_why", limit=edge.PARAGRAPH_BYTES),
            "note": edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES),
            "status": status_of(draft),
        }


def status_of(draft: SafetyDraft) -> str:
    """done when both reports were made, not_made with a reason for making none, else open."""
    if draft.not_made_why.strip():
        return "not_made"
    return "done" if draft.oral_at_ms and draft.written_at_ms else "open"


def countdowns_of(
    suspected_at_ms: int, oral_at_ms: int, written_at_ms: int, rules: SafetyRules
) -> tuple[Countdown, ...]:
    """By when each report is due, in hours of real time: nights and holidays count.

    The written one is due so many hours after the call; while none was made, after its last moment.
    """
    call_due_ms = suspected_at_ms + rules.oral_hours * HOUR_MS
    return (
        Countdown("oral", call_due_ms, oral_at_ms),
        Countdown("written", (oral_at_ms or call_due_ms) + rules.written_hours * HOUR_MS, written_at_ms),
    )


def safety_form(view: SafetyView) -> SafetyDraft:
    """The form of a report as it is."""
    values = {name: getattr(view, name) for name in _FIELDS}
    draft = SafetyDraft(view.family_id, view.report_id, **values)
    return replace(draft, shown=draft)


async def people_of(desk: Desk, family_id: str, *, young_first: bool = False) -> tuple[Named, ...]:
    """People of a family by the name they are called, in the family's order."""

    def find(session: Session) -> tuple[Named, ...]:
        rows = session.exec(
            select(Person).where(Person.family_id == family_id).order_by(col(Person.order), col(Person.id))
        ).all()
        ordered = sorted(rows, key=lambda row: row.is_youth is not young_first)
        return tuple(Named(row.id, row.called or row.name) for row in ordered)

    return await desk.vault.read(find)


def _written(draft: SafetyDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _FIELDS} | {"status": status_of(draft)}


def _names(session: Session) -> dict[str, str]:
    staff = {row.id: row.name for row in session.exec(select(StaffMember))}
    return staff | {row.id: row.called or row.name for row in session.exec(select(Person))}


def _view(row: SafetyReport, names: dict[str, str], rules: SafetyRules) -> SafetyView:
    values = {name: getattr(row, name) for name in _FIELDS}
    return SafetyView(
        row.id, row.family_id, **values, status=row.status or "open",
        person=names.get(row.person_id, ""), supervisor=names.get(row.supervisor_id, ""),
        by=names.get(row.created_by, ""),
        countdowns=countdowns_of(row.suspected_at_ms, row.oral_at_ms, row.written_at_ms, rules),
        has_conflict=row.has_conflict,
    )  # fmt: skip
