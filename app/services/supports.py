"""The people of a family and around it: family members, natural supports, team members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.records import NaturalSupport, Person, TeamMember
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES, codes, join_codes

from . import edge
from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class PersonView:
    """Somebody of the family."""

    person_id: str
    name: str
    called: str
    role: str
    is_youth: bool
    born_on: str
    phone: str
    pronouns: str


@dataclass(frozen=True)
class SupportView:
    """A natural support. how_they_help: codes of HELP_KINDS. Phone is empty when hidden."""

    support_id: str
    family_id: str
    name: str
    relation: str
    closeness: int
    how_they_help: tuple[str, ...]
    availability: str
    languages: str
    phone: str
    status: str
    status_on: str
    do_not_contact: bool
    safety_reason: str
    note: str
    has_conflict: bool
    sync_state: str


@dataclass(frozen=True)
class TeamMemberView:
    """A professional or community member of the team."""

    member_id: str
    name: str
    role: str
    organisation: str
    phone: str
    status: str


@dataclass(frozen=True)
class PeopleView:
    """Everybody on the People place of a family."""

    family: tuple[PersonView, ...]
    supports: tuple[SupportView, ...]
    team: tuple[TeamMemberView, ...]


@dataclass(frozen=True)
class SupportDraft:
    """A natural support as it stands in the form. support_id is empty for a new one."""

    family_id: str
    support_id: str = ""
    name: str = ""
    relation: str = ""
    closeness: int = 2
    how_they_help: tuple[str, ...] = ()
    availability: str = ""
    languages: str = ""
    phone: str = ""
    status: str = "named"
    do_not_contact: bool = False
    safety_reason: str = ""
    note: str = ""
    shown: SupportView | None = None
    """What the form showed when it was opened: only what differs from it is written, so that a
    colleague's change that came meanwhile stays."""


class Supports:
    """People and natural supports of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def people(self, family_id: str) -> PeopleView:
        """Everybody of and around one family: youth first, closest supports first."""

        def find(session: Session) -> tuple[list[Person], list[NaturalSupport], list[TeamMember]]:
            return (
                list(
                    session.exec(
                        select(Person)
                        .where(Person.family_id == family_id)
                        .order_by(col(Person.order), col(Person.name))
                    )
                ),
                list(
                    session.exec(
                        select(NaturalSupport)
                        .where(NaturalSupport.family_id == family_id)
                        .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
                    )
                ),
                list(
                    session.exec(
                        select(TeamMember)
                        .where(TeamMember.family_id == family_id)
                        .order_by(col(TeamMember.status).desc(), col(TeamMember.name))
                    )
                ),
            )

        family, supports, team = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([one.id for one in supports])
        return PeopleView(
            tuple(
                PersonView(
                    p.id, p.name, p.called or p.name, p.role, p.is_youth, p.born_on, p.phone, p.pronouns
                )
                for p in family
            ),
            tuple(_support_view(one, states.get(one.id, "on_server")) for one in supports),
            tuple(
                TeamMemberView(m.id, m.name, m.role, m.organisation, m.phone, m.status) for m in team
            ),
        )

    async def support(self, support_id: str) -> SupportView | None:
        """One natural support, or None."""
        row = await self._desk.vault.read(lambda session: session.get(NaturalSupport, support_id))
        if row is None:
            return None
        return _support_view(row, await self._desk.vault.status(support_id))

    async def form(self, support_id: str) -> SupportDraft:
        """The form of a natural support as it is now. Raises InvalidInput when it is gone."""
        view = await self.support(support_id)
        if view is None:
            raise InvalidInput("This person is not on the list any more.", code="support_gone")
        return SupportDraft(
            **{name: getattr(view, name) for name in ("family_id", "support_id", *FORM_FIELDS)},
            shown=view,
        )

    async def save(self, draft: SupportDraft) -> str:
        """Add or change a natural support; only what changed becomes an operation.

        Returns the record id. Raises InvalidInput in plain words.
        """
        require(self._desk.me, "support.edit")
        values = _checked(draft)
        support_id = draft.support_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(NaturalSupport, support_id))
        if before is None:
            changed = dict(values)
            changed["status_on"] = self._desk.today().isoformat()
        else:
            seen = _seen(draft.shown) if draft.shown is not None else values
            changed = {
                name: value
                for name, value in values.items()
                if getattr(before, name) != value and (draft.shown is None or seen[name] != value)
            }
            if "status" in changed:
                changed["status_on"] = self._desk.today().isoformat()
        if changed:
            stream = await self._desk.team_stream(draft.family_id)
            await self._desk.vault.commit(
                [Change(stream, NaturalSupport.TYPE, support_id, changed)]
            )
        return support_id

    async def remove(self, support_id: str) -> None:
        """Take a natural support off the list. A change made elsewhere meanwhile brings it back."""
        require(self._desk.me, "support.edit")
        row = await self._desk.vault.read(lambda session: session.get(NaturalSupport, support_id))
        if row is None:
            return
        stream = await self._desk.team_stream(row.family_id)
        await self._desk.vault.commit(
            [Change(stream, NaturalSupport.TYPE, support_id, {}, delete=True)]
        )

    async def put_back(self, support_id: str, family_id: str) -> None:
        """Undo a removal: the record is as it was."""
        require(self._desk.me, "support.edit")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit(
            [Change(stream, NaturalSupport.TYPE, support_id, {}, delete=False, restore=True)]
        )


FORM_FIELDS = (
    "name", "relation", "closeness", "how_they_help", "availability", "languages", "phone", "status",
    "do_not_contact", "safety_reason", "note",
)  # fmt: skip


def _seen(view: SupportView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in FORM_FIELDS} | {
        "how_they_help": join_codes(view.how_they_help)
    }


def _checked(draft: SupportDraft) -> dict[str, Any]:
    for code in draft.how_they_help:
        edge.choice(code, HELP_KINDS, "how_they_help")
    if draft.closeness not in (1, 2, 3):
        raise InvalidInput("Choose how close they are.", field="closeness", code="no_closeness")
    return {
        "name": edge.text(draft.name, "name", required="What do they call this person?"),
        "relation": edge.text(draft.relation, "relation"),
        "closeness": draft.closeness,
        "how_they_help": join_codes(draft.how_they_help),
        "availability": edge.text(draft.availability, "availability"),
        "languages": edge.text(draft.languages, "languages"),
        "phone": edge.text(draft.phone, "phone"),
        "status": edge.choice(draft.status, SUPPORT_STATUSES, "status"),
        "do_not_contact": draft.do_not_contact,
        "safety_reason": edge.text(draft.safety_reason, "safety_reason", limit=edge.PARAGRAPH_BYTES),
        "note": edge.text(draft.note, "note", limit=edge.PARAGRAPH_BYTES),
    }


def _support_view(row: NaturalSupport, sync_state: str) -> SupportView:
    return SupportView(
        support_id=row.id,
        family_id=row.family_id,
        name=row.name,
        relation=row.relation,
        closeness=row.closeness,
        how_they_help=codes(row.how_they_help),
        availability=row.availability,
        languages=row.languages,
        phone=row.phone,
        status=row.status,
        status_on=row.status_on,
        do_not_contact=row.do_not_contact,
        safety_reason=row.safety_reason,
        note=row.note,
        has_conflict=row.has_conflict,
        sync_state=sync_state,
    )
