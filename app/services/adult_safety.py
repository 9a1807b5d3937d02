"""The safety plan of an adult who is not safe at home. In the family's restricted stream alone.

Never on the crisis card, at the table or in a copy. On paper only after somebody has said that it is
safe to have there, through the gate. Spec: docs/safety.md; design 02, AdultSafetyPlan.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.lawful import Ground
from app.wraparound.records import AdultSafetyPlan

from . import edge
from .desk import Desk
from .gate import Drawn, Gate, Handed, Leave, Leaving, Lookup
from .labels import Labels
from .permissions import require
from .safety_reports import LABEL, Named, people_of
from .supports_forms import changes

WORDS: Final = (
    "signs", "safe_places", "people", "code_word", "take", "children", "safe_contact", "hotline", "note",
)  # fmt: skip
"""Fields of the plan that hold words, in the order in which they are asked and printed."""
FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"


@dataclass(frozen=True)
class AdultPlanView:
    """One plan as members of the restricted stream read it."""

    plan_id: str
    family_id: str
    person_id: str
    person_name: str
    signs: str
    safe_places: str
    people: str
    code_word: str
    take: str
    children: str
    safe_contact: str
    hotline: str
    reviewed_on: str
    note: str
    has_conflict: bool = False


@dataclass(frozen=True)
class AdultPlanDraft:
    """A plan as it stands in the form. plan_id is empty for a new one."""

    family_id: str
    plan_id: str = ""
    person_id: str = ""
    person_name: str = ""
    signs: str = ""
    safe_places: str = ""
    people: str = ""
    code_word: str = ""
    take: str = ""
    children: str = ""
    safe_contact: str = ""
    hotline: str = ""
    reviewed_on: str = ""
    note: str = ""
    shown: AdultPlanDraft | None = None


_FIELDS: Final = tuple(
    one.name for one in fields(AdultPlanDraft) if one.name not in ("family_id", "plan_id", "shown")
)


class AdultSafety:
    """Safety plans of adults, for members of a family's restricted stream."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk = desk
        self._gate = gate
        self._labels = Labels(desk)

    async def all(self, family_id: str) -> tuple[AdultPlanView, ...]:
        """The plans of a family, by name. Raises PermissionRefused."""
        require(self._desk.me, "safety.write")

        def find(session: Session) -> tuple[AdultPlanView, ...]:
            rows = session.exec(
                select(AdultSafetyPlan)
                .where(AdultSafetyPlan.family_id == family_id)
                .order_by(col(AdultSafetyPlan.person_name), col(AdultSafetyPlan.id))
            )
            return tuple(_view(row) for row in rows)

        return await self._desk.vault.read(find)

    async def one(self, plan_id: str) -> AdultPlanView:
        """One plan. Raises InvalidInput when it is not here, PermissionRefused."""
        require(self._desk.me, "safety.write")

        def find(session: Session) -> AdultPlanView:
            row = session.get(AdultSafetyPlan, plan_id)
            if row is None:
                raise InvalidInput("This plan is not on this tablet.", code="adult_plan_gone")
            return _view(row)

        return await self._desk.vault.read(find)

    async def adults(self, family_id: str) -> tuple[Named, ...]:
        """Whose plan it may be, adults first."""
        return await people_of(self._desk, family_id)

    async def save(self, draft: AdultPlanDraft) -> str:
        """Keep a plan; only what changed becomes an operation. Returns the record id.

        Raises InvalidInput in plain words, PermissionRefused.
        """
        require(self._desk.me, "safety.write")
        values = self._checked(draft)
        record_id = draft.plan_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(AdultSafetyPlan, record_id))
        seen = None if draft.shown is None else {name: getattr(draft.shown, name) for name in _FIELDS}
        changed = changes(before, values, seen)
        if changed:
            stream = await self._labels.home(draft.family_id, LABEL)
            if before is not None:
                stream = await self._desk.stream_of(draft.family_id, AdultSafetyPlan.TYPE, record_id)
            await self._desk.vault.commit([Change(stream, AdultSafetyPlan.TYPE, record_id, changed)])
        return record_id

    async def review(self, plan_id: str) -> None:
        """The plan was gone through with the person today."""
        view = await self.one(plan_id)
        stream = await self._desk.stream_of(view.family_id, AdultSafetyPlan.TYPE, plan_id)
        today = self._desk.today().isoformat()
        await self._desk.vault.commit([Change(stream, AdultSafetyPlan.TYPE, plan_id, {"reviewed_on": today})])

    async def remove(self, plan_id: str) -> None:
        """Take a plan away, as the person whose plan it is may always ask."""
        view = await self.one(plan_id)
        stream = await self._desk.stream_of(view.family_id, AdultSafetyPlan.TYPE, plan_id)
        await self._desk.vault.commit([Change(stream, AdultSafetyPlan.TYPE, plan_id, {}, delete=True)])

    async def on_paper(self, plan_id: str, safe: bool, language: str, words: Lookup) -> Handed:
        """The plan on paper, for the person whose plan it is and nobody else.

        safe: the person said that it is safe to have this on paper; nothing is made before. Raises
        InvalidInput in plain words, PermissionRefused.
        """
        require(self._desk.me, "safety.write")
        if not safe:
            raise InvalidInput("Ask first whether paper is safe.", field="safe", code="paper_not_safe")
        view = await self.one(plan_id)
        today = self._desk.today()

        async def make(leave: Leave) -> Drawn:
            def draw() -> tuple[bytes, int]:
                from app.exchange.paper_wish import PaperWish
                from app.exchange.pdf.safety_paper import safety_paper

                wish = PaperWish("letter", leave.name, today, FONTS)
                lines = [(name, str(getattr(view, name))) for name in WORDS if name != "note"]
                return safety_paper(lines, words, wish, language)

            content, pages = await asyncio.to_thread(draw)
            return Drawn(content, f"{words('safety.paper.file')}-{today.isoformat()}.pdf", pages,
                         frozenset({LABEL}))  # fmt: skip

        # To the person who is threatened (45 CFR 164.512(j)): such a line is on no paper of a family.
        ground = Ground(
            "serious_threat", view.person_name, reason=words("safety.paper.reason"),
            least=words("safety.paper.least"), labels=(LABEL,), told=words("safety.paper.least"),
        )  # fmt: skip
        leaving = Leaving(view.family_id, frozenset(), ground=ground, how="paper", language=language,
                          paper="adult_safety")  # fmt: skip
        return await self._gate.let_out(leaving, words, make)

    def _checked(self, draft: AdultPlanDraft) -> dict[str, Any]:
        name = edge.text(
            draft.person_name, "person_name", required="Whose plan is it?", blank="adult_no_name"
        )
        found: dict[str, Any] = {
            "person_id": draft.person_id,
            "person_name": name,
            "reviewed_on": edge.day(draft.reviewed_on, "reviewed_on"),
        }
        return found | {
            one: edge.text(str(getattr(draft, one)), one, limit=edge.PARAGRAPH_BYTES) for one in WORDS
        }


def adult_form(view: AdultPlanView) -> AdultPlanDraft:
    """The form of a plan as it is."""
    values = {name: getattr(view, name) for name in _FIELDS}
    draft = AdultPlanDraft(view.family_id, view.plan_id, **values)
    return replace(draft, shown=draft)


def _view(row: AdultSafetyPlan) -> AdultPlanView:
    return AdultPlanView(
        row.id, row.family_id, **{name: getattr(row, name) for name in _FIELDS},
        has_conflict=row.has_conflict,
    )  # fmt: skip
