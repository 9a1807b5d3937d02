"""What is known of a family as a whole, and whether it is open: names, languages, home, referral."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.records import Family

from . import edge
from .desk import Desk
from .opening import LANGUAGES
from .permissions import require

LINES: Final = (
    "list_name", "with_whom_at_home", "culture", "address", "town", "phone", "referral_source",
)  # fmt: skip
PARAGRAPHS: Final = ("directions", "visit_safety")
DAYS: Final = ("referred_on", "enrolled_on")
FIELDS: Final = (
    "name", "spoken_language", "written_language", "interpreter_needed", *LINES, *PARAGRAPHS, *DAYS,
)  # fmt: skip
"""What the form writes, field by field."""


@dataclass(frozen=True)
class FamilyDraft:
    """The family as it stands in the form. Days are ISO; languages are codes of opening.LANGUAGES.

    status, status_on, status_reason are shown, never written by `save`. shown: when it was opened.
    """

    family_id: str
    name: str = ""
    list_name: str = ""
    with_whom_at_home: str = ""
    spoken_language: str = "en"
    written_language: str = "en"
    interpreter_needed: bool = False
    culture: str = ""
    address: str = ""
    town: str = ""
    directions: str = ""
    visit_safety: str = ""
    phone: str = ""
    referral_source: str = ""
    referred_on: str = ""
    enrolled_on: str = ""
    status: str = "open"
    status_on: str = ""
    status_reason: str = ""
    has_conflict: bool = False
    shown: FamilyDraft | None = None


class FamilyDetails:
    """Details of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, family_id: str) -> FamilyDraft:
        """The form as the records are now. Raises InvalidInput when the family is not here."""
        draft = _draft(await self._row(family_id))
        return replace(draft, shown=draft)

    async def save(self, draft: FamilyDraft) -> None:
        """Keep what changed in the form since it was shown, and nothing else."""
        require(self._desk.me, "family.edit")
        values = _checked(draft)
        now = _draft(await self._row(draft.family_id))
        seen = draft.shown or now
        changed = {
            name: value
            for name, value in values.items()
            if value != getattr(now, name) and (draft.shown is None or value != getattr(seen, name))
        }
        await self._write(draft.family_id, changed)

    async def close(self, family_id: str, reason: str) -> None:
        """Close the family: it stays on the list, its clocks stop. Raises InvalidInput without a reason."""
        why = edge.text(
            reason, "status_reason", limit=edge.PARAGRAPH_BYTES,
            required="Write why the family is closed.", blank="no_closing_reason",
        )  # fmt: skip
        await self._turn(family_id, "closed", why)

    async def reopen(self, family_id: str, reason: str) -> None:
        """Open a closed family again. Raises InvalidInput without a reason."""
        why = edge.text(
            reason, "status_reason", limit=edge.PARAGRAPH_BYTES,
            required="Write why the family is opened again.", blank="no_opening_reason",
        )  # fmt: skip
        await self._turn(family_id, "open", why)

    async def _turn(self, family_id: str, status: str, why: str) -> None:
        require(self._desk.me, "family.edit")
        if (await self._row(family_id)).status == status:
            return
        today = self._desk.today().isoformat()
        await self._write(family_id, {"status": status, "status_on": today, "status_reason": why})

    async def _row(self, family_id: str) -> Family:
        def find(session: Session) -> Family | None:
            return session.exec(select(Family).where(Family.family_id == family_id)).first()

        row = await self._desk.vault.read(find)
        if row is None:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        return row

    async def _write(self, family_id: str, changed: dict[str, Any]) -> None:
        if not changed:
            return
        stream = await self._desk.team_stream(family_id)
        record = singleton_id(stream, Family.TYPE).hex()
        await self._desk.vault.commit([Change(stream, Family.TYPE, record, changed)])


def _draft(row: Family) -> FamilyDraft:
    known = (*FIELDS, "family_id", "status", "status_on", "status_reason", "has_conflict")
    return FamilyDraft(**{name: getattr(row, name) for name in known})


def _checked(draft: FamilyDraft) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": edge.text(
            draft.name, "name", required="What does the family call itself?", blank="no_family_name"
        ),
        "interpreter_needed": draft.interpreter_needed,
    }
    for name in LINES:
        values[name] = edge.text(getattr(draft, name), name)
    for name in PARAGRAPHS:
        values[name] = edge.text(getattr(draft, name), name, limit=edge.PARAGRAPH_BYTES)
    for name in DAYS:
        values[name] = edge.day(getattr(draft, name), name)
    for name in ("spoken_language", "written_language"):
        # What another tablet once wrote is kept, even a code that is not on offer here.
        kept = (getattr(draft.shown, name),) if draft.shown else ()
        values[name] = edge.choice(getattr(draft, name), (*LANGUAGES, *kept), name)
    return values
