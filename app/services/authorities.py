"""Authority: which adult may decide what for which child, on what ground, and what paper shows it.

Owns the records and what they add up to today: who may sign, and with whom there may be no contact.
It decides nothing about releases; `release_rules` asks people. Source: design 02, Authority.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import AUTHORITY_BASES, CONSENT_AREAS
from app.wraparound.records import Authority, Person
from app.wraparound.vocabulary import codes, join_codes

from . import edge
from .desk import Desk
from .permissions import require
from .supports_forms import changes

SEEN_NEEDED: Final = ("guardian", "agency", "court_order")
"""Grounds that a paper shows; without one that was seen, the screen says so."""


@dataclass(frozen=True)
class AuthorityDraft:
    """One adult's authority over one child, as it stands in the form. Days are ISO."""

    family_id: str
    authority_id: str = ""
    adult_id: str = ""
    adult_name: str = ""
    person_id: str = ""
    basis: str = "parent"
    may_consent: tuple[str, ...] = ()
    no_contact: bool = False
    seen: str = ""
    seen_on: str = ""
    from_on: str = ""
    ends_on: str = ""
    note: str = ""
    shown: AuthorityDraft | None = None


@dataclass(frozen=True)
class AuthorityView:
    """The same as people read it. standing: now, ahead, ended. unseen: a paper should have been seen."""

    draft: AuthorityDraft
    child: str
    standing: str
    unseen: bool
    by: str = ""
    has_conflict: bool = False


_FIELDS: Final = tuple(
    one.name for one in fields(AuthorityDraft) if one.name not in ("family_id", "authority_id", "shown")
)


class Authorities:
    """Who may decide, in the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def of_family(self, family_id: str) -> tuple[AuthorityView, ...]:
        """No contact first, then what stands now, then what has ended."""
        today = self._desk.today()

        def find(session: Session) -> list[AuthorityView]:
            people = session.exec(select(Person).where(Person.family_id == family_id)).all()
            names = {one.id: one.called or one.name for one in people}
            rows = session.exec(select(Authority).where(Authority.family_id == family_id)).all()
            return [_view(row, names, today) for row in rows]

        found = await self._desk.vault.read(find)
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    one.standing != "now", not one.draft.no_contact, one.child, one.draft.adult_name,
                    one.draft.authority_id,
                ),
            )
        )  # fmt: skip

    async def save(self, draft: AuthorityDraft) -> str:
        """Keep what changed. Returns the record id. Raises InvalidInput naming the field."""
        require(self._desk.me, "authority.write")
        values = _checked(draft)
        record = draft.authority_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(Authority, record))
        seen = None if draft.shown is None else _written(draft.shown)
        changed = changes(before, values, seen)
        if changed:
            stream = await self._desk.team_stream(draft.family_id)
            await self._desk.vault.commit([Change(stream, Authority.TYPE, record, changed)])
        return record

    async def remove(self, family_id: str, authority_id: str) -> None:
        """Take one away that was written by mistake."""
        await self._change(family_id, authority_id, delete=True)

    async def put_back(self, family_id: str, authority_id: str) -> None:
        """Undo a removal."""
        await self._change(family_id, authority_id, restore=True)

    async def _change(
        self, family_id: str, record: str, *, delete: bool = False, restore: bool = False
    ) -> None:
        require(self._desk.me, "authority.write")
        stream = await self._desk.team_stream(family_id)
        change = Change(stream, Authority.TYPE, record, {}, delete=delete, restore=restore)
        await self._desk.vault.commit([change])


def _standing(row: Authority, today: date) -> str:
    iso = today.isoformat()
    if row.ends_on and row.ends_on < iso:
        return "ended"
    return "ahead" if row.from_on > iso else "now"


def _view(row: Authority, names: dict[str, str], today: date) -> AuthorityView:
    values = {name: getattr(row, name) for name in _FIELDS} | {"may_consent": codes(row.may_consent)}
    draft = AuthorityDraft(row.family_id, row.id, **values)
    name = names.get(row.adult_id, "") or row.adult_name
    return AuthorityView(
        AuthorityDraft(row.family_id, row.id, **(values | {"adult_name": name}), shown=draft),
        names.get(row.person_id, ""),
        _standing(row, today),
        row.basis in SEEN_NEEDED and not row.seen.strip(),
        has_conflict=row.has_conflict,
    )


def _written(draft: AuthorityDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _FIELDS} | {
        "may_consent": join_codes(draft.may_consent)
    }


def _checked(draft: AuthorityDraft) -> dict[str, Any]:
    if not (draft.adult_id or draft.adult_name.strip()):
        raise InvalidInput("Which adult is it?", field="adult_name", code="no_adult")
    if not draft.person_id:
        raise InvalidInput("Which child is it about?", field="person_id", code="no_child")
    for area in draft.may_consent:
        edge.choice(area, CONSENT_AREAS, "may_consent")
    values: dict[str, Any] = _written(draft)
    values["basis"] = edge.choice(draft.basis, AUTHORITY_BASES, "basis")
    values["adult_name"] = edge.text(draft.adult_name, "adult_name")
    values["seen"] = edge.text(draft.seen, "seen")
    values["note"] = edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES)
    for name in ("seen_on", "from_on", "ends_on"):
        values[name] = edge.day(getattr(draft, name), name)
    if values["from_on"] and values["ends_on"] and values["ends_on"] < values["from_on"]:
        raise InvalidInput("It ends before it begins.", field="ends_on", code="ends_before")
    return values
