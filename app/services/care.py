"""Care facts: what is asked once about somebody's care, and what each month of it costs the family.

Owns both records for the people of a family. The facts are shown ever after, so that nobody asks
again; a month holds counts. Source: design 02, CareFacts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id
from app.store.vault import Change
from app.wraparound.practice_codes import SCHOOL_PLANS
from app.wraparound.records import CareFacts, CareMonth, Person

from . import edge
from .desk import Desk
from .permissions import require
from .supports_forms import changes

LINES: Final = ("pharmacy",)
PARAGRAPHS: Final = (
    "medicines", "allergies", "conditions", "clinicians", "school_supports", "helps", "note",
)  # fmt: skip
COUNTS: Final[Mapping[str, int]] = {
    "visits_kept": 99, "visits_missed": 99, "school_days_missed": 31, "work_days_missed": 31,
    "out_of_pocket": 99_999,
}  # fmt: skip
"""What a month counts, and the most that can be."""
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class MonthView:
    """One month of one person. month: `2026-11`. out_of_pocket: whole dollars."""

    person_id: str
    month: str
    visits_kept: int = 0
    visits_missed: int = 0
    school_days_missed: int = 0
    work_days_missed: int = 0
    out_of_pocket: int = 0
    note: str = ""


@dataclass(frozen=True)
class CareDraft:
    """The facts about one person as they stand in the form. asked_on: ISO day."""

    family_id: str
    person_id: str
    medicines: str = ""
    allergies: str = ""
    conditions: str = ""
    clinicians: str = ""
    pharmacy: str = ""
    school_plan: str = ""
    school_supports: str = ""
    helps: str = ""
    note: str = ""
    asked_on: str = ""
    shown: CareDraft | None = None


@dataclass(frozen=True)
class PersonCare:
    """Somebody of the family, what is known, and the last months with anything in them, newest first."""

    person_id: str
    name: str
    is_youth: bool
    school: str
    insurer: str
    facts: CareDraft
    months: tuple[MonthView, ...]
    asked: bool
    """Whether anything has been asked yet."""
    has_conflict: bool = False


@dataclass(frozen=True)
class MonthTotal:
    """All people of a family in one month."""

    month: str
    visits_kept: int
    visits_missed: int
    school_days_missed: int
    work_days_missed: int
    out_of_pocket: int


_FACTS: Final = tuple(
    one.name for one in fields(CareDraft) if one.name not in ("family_id", "person_id", "shown")
)


class Care:
    """Care facts of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_family(self, family_id: str) -> tuple[PersonCare, ...]:
        """Everybody of the family, the young people first."""

        def find(session: Session) -> tuple[PersonCare, ...]:
            facts = {
                row.person_id: row
                for row in session.exec(select(CareFacts).where(CareFacts.family_id == family_id))
            }
            months: dict[str, list[MonthView]] = {}
            chosen = select(CareMonth).where(CareMonth.family_id == family_id)
            for row in session.exec(chosen.order_by(col(CareMonth.month).desc())):
                months.setdefault(row.person_id, []).append(_month(row))
            people = session.exec(select(Person).where(Person.family_id == family_id)).all()
            return tuple(
                _person(one, facts.get(one.id), tuple(months.get(one.id, ())))
                for one in sorted(people, key=lambda one: (not one.is_youth, one.order, one.name, one.id))
            )

        return await self._desk.vault.read(find)

    async def form(self, family_id: str, person_id: str) -> CareDraft:
        """The form of one person. Raises InvalidInput for somebody who is not of this family."""
        for one in await self.of_family(family_id):
            if one.person_id == person_id:
                return replace(one.facts, shown=one.facts)
        raise InvalidInput("This person is not on this tablet.", field="person_id", code="person_not_here")

    async def save(self, draft: CareDraft) -> None:
        """Keep what changed since the form was shown; what was asked today is dated today."""
        require(self._desk.me, "care.edit")
        values = _checked(draft)
        if not values["asked_on"] or (draft.shown and values["asked_on"] == draft.shown.asked_on):
            values["asked_on"] = self._desk.today().isoformat()
        stream = await self._desk.team_stream(draft.family_id)
        record = derived_id(stream, CareFacts.TYPE, draft.person_id).hex()
        before = await self._desk.vault.read(lambda session: session.get(CareFacts, record))
        values["person_id"] = draft.person_id
        seen = None if draft.shown is None else {name: getattr(draft.shown, name) for name in values}
        changed = changes(before, values, seen)
        if changed:
            await self._desk.vault.commit([Change(stream, CareFacts.TYPE, record, changed)])

    async def save_month(self, family_id: str, view: MonthView) -> None:
        """Keep one month's counts of one person; only what changed. Raises InvalidInput."""
        require(self._desk.me, "care.edit")
        if not _MONTH.fullmatch(view.month) or view.month > self._desk.today().isoformat()[:7]:
            raise InvalidInput("A month that has begun.", field="month", code="bad_month")
        values: dict[str, Any] = {"person_id": view.person_id, "month": view.month}
        for name, most in COUNTS.items():
            count = getattr(view, name)
            if not 0 <= count <= most:
                raise InvalidInput(
                    f"A number from 0 to {most}.", field=name, code="bad_count", values={"most": most}
                )
            values[name] = count
        values["note"] = edge.text(view.note, "note", limit=edge.PARAGRAPH_BYTES)
        stream = await self._desk.team_stream(family_id)
        record = derived_id(stream, CareMonth.TYPE, view.person_id, view.month).hex()
        before = await self._desk.vault.read(lambda session: session.get(CareMonth, record))
        changed = changes(before, values, None)
        if changed:
            await self._desk.vault.commit([Change(stream, CareMonth.TYPE, record, changed)])


def totals(people: tuple[PersonCare, ...]) -> tuple[MonthTotal, ...]:
    """What each month cost the family, the newest first."""
    found: dict[str, dict[str, int]] = {}
    for person in people:
        for one in person.months:
            sums = found.setdefault(one.month, dict.fromkeys(COUNTS, 0))
            for name in COUNTS:
                sums[name] += getattr(one, name)
    return tuple(MonthTotal(month, **found[month]) for month in sorted(found, reverse=True))


def _person(one: Person, row: CareFacts | None, months: tuple[MonthView, ...]) -> PersonCare:
    values = {} if row is None else {name: getattr(row, name) for name in _FACTS}
    return PersonCare(
        one.id, one.called or one.name, one.is_youth, one.school, one.insurer,
        CareDraft(one.family_id, one.id, **values), months, row is not None,
        row is not None and row.has_conflict,
    )  # fmt: skip


def _month(row: CareMonth) -> MonthView:
    return MonthView(
        row.person_id, row.month, row.visits_kept, row.visits_missed, row.school_days_missed,
        row.work_days_missed, row.out_of_pocket, row.note,
    )  # fmt: skip


def _checked(draft: CareDraft) -> dict[str, Any]:
    values: dict[str, Any] = {name: edge.text(getattr(draft, name), name) for name in LINES}
    for name in PARAGRAPHS:
        values[name] = edge.text(getattr(draft, name), name, limit=edge.PARAGRAPH_BYTES)
    values["school_plan"] = edge.choice(draft.school_plan, ("", *SCHOOL_PLANS), "school_plan")
    values["asked_on"] = edge.day(draft.asked_on, "asked_on")
    return values
