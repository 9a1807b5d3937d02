"""The people of a family and around it: family members, natural supports, team members.

Owns reading them as one view, and adding, changing, removing and bringing back each. A form writes
the marks about reaching somebody in the same transaction as the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id
from app.store.vault import Change
from app.wraparound.people_coach import CoachQuestion
from app.wraparound.records import ContactSafety, NaturalSupport, Person, Record, Release, TeamMember
from app.wraparound.vocabulary import codes

from .contacts import ContactDraft, ContactView, contact_draft, contacts_of, safety_change
from .desk import Desk
from .permissions import require
from .supports_drafts import PeopleDrafts
from .supports_forms import (
    MEMBER_FIELDS,
    PERSON_FIELDS,
    SUPPORT_FIELDS,
    changes,
    member_values,
    person_values,
    seen_in,
    support_changes,
)
from .supports_share import PeopleShare, ShareView
from .supports_views import (
    MemberDraft,
    PeopleView,
    PersonDraft,
    PersonView,
    ReleaseChoice,
    SupportDraft,
    SupportView,
    TeamMemberView,
)

__all__ = [
    "MemberDraft", "PeopleView", "PersonDraft", "PersonView", "ReleaseChoice", "ShareView",
    "SupportDraft", "SupportView", "Supports", "TeamMemberView",
]  # fmt: skip

Row = TypeVar("Row", bound=Record)
FormDraft = TypeVar("FormDraft", SupportDraft, PersonDraft, MemberDraft)


class Supports:
    """People and natural supports of the families on this tablet. drafts: half-filled forms."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._shares = PeopleShare(desk)
        self.drafts = PeopleDrafts(desk)

    async def people(self, family_id: str) -> PeopleView:
        """Everybody of and around one family: youth first, closest supports first."""

        def find(
            session: Session,
        ) -> tuple[Sequence[Person], Sequence[NaturalSupport], Sequence[TeamMember], dict[str, ContactView]]:
            return (
                session.exec(
                    select(Person)
                    .where(Person.family_id == family_id)
                    .order_by(col(Person.order), col(Person.name))
                ).all(),
                session.exec(
                    select(NaturalSupport)
                    .where(NaturalSupport.family_id == family_id)
                    .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
                ).all(),
                session.exec(
                    select(TeamMember)
                    .where(TeamMember.family_id == family_id)
                    .order_by(col(TeamMember.status).desc(), col(TeamMember.name))
                ).all(),
                contacts_of(session, family_id),
            )

        family, supports, team, contacts = await self._desk.vault.read(find)
        states = await self._desk.vault.statuses([one.id for one in (*family, *supports, *team)])
        return PeopleView(
            tuple(_person_view(one, states.get(one.id, "on_server")) for one in family),
            tuple(_support_view(one, states.get(one.id, "on_server")) for one in supports),
            tuple(_member_view(one, states.get(one.id, "on_server")) for one in team),
            contacts,
        )

    async def share(self, family_id: str) -> ShareView:
        """The share of natural supports, by meeting and by month (wraparound/natural_share.py)."""
        return await self._shares.of_family(family_id)

    async def coach(self, family_id: str) -> CoachQuestion | None:
        """One question about the people around the family, or None. Workers only."""
        return await self._shares.question(family_id)

    async def not_now(self, question: CoachQuestion) -> None:
        """Leave a question alone for a while, on this tablet."""
        await self._shares.not_now(question)

    async def releases(self, family_id: str) -> tuple[ReleaseChoice, ...]:
        """Releases of a family that a person may be linked to, by whom they let know."""

        def find(session: Session) -> tuple[ReleaseChoice, ...]:
            found = session.exec(
                select(Release).where(Release.family_id == family_id).order_by(col(Release.recipient))
            )
            return tuple(ReleaseChoice(r.id, r.recipient, r.until_on, r.revoked_on) for r in found)

        return await self._desk.vault.read(find)

    async def support(self, support_id: str) -> SupportView | None:
        """One natural support, or None."""
        row = await self._row(NaturalSupport, support_id)
        return None if row is None else _support_view(row, await self._desk.vault.status(support_id))

    async def form(self, support_id: str) -> SupportDraft:
        """The form of a natural support as it is now. Raises InvalidInput when it is gone."""
        view = await self.support(support_id)
        if view is None:
            raise _gone()
        return SupportDraft(
            **{name: getattr(view, name) for name in ("family_id", "support_id", *SUPPORT_FIELDS)},
            contact=await self._contact(view.family_id, support_id),
            shown=view,
        )

    async def person_form(self, person_id: str) -> PersonDraft:
        """The form of somebody of the family as they are now. Raises InvalidInput when gone."""
        row = await self._row(Person, person_id)
        if row is None:
            raise _gone()
        view = _person_view(row, await self._desk.vault.status(person_id))
        # The form asks for the name at home itself: an empty one stays empty.
        shown = replace(view, called=row.called)
        return PersonDraft(
            row.family_id, row.id,
            **{name: getattr(shown, name) for name in PERSON_FIELDS},
            contact=await self._contact(row.family_id, person_id),
            shown=shown,
        )  # fmt: skip

    async def member_form(self, member_id: str) -> MemberDraft:
        """The form of a team member as they are now. Raises InvalidInput when gone."""
        row = await self._row(TeamMember, member_id)
        if row is None:
            raise _gone()
        view = _member_view(row, await self._desk.vault.status(member_id))
        return MemberDraft(
            row.family_id, row.id,
            **{name: getattr(view, name) for name in MEMBER_FIELDS},
            contact=await self._contact(row.family_id, member_id),
            shown=view,
        )  # fmt: skip

    async def save(self, draft: SupportDraft) -> str:
        """Add or change a natural support; only what changed becomes an operation.

        Returns the record id. Raises InvalidInput in plain words.
        """
        require(self._desk.me, "support.edit")
        before = await self._row(NaturalSupport, draft.support_id)
        changed = support_changes(before, draft, self._desk.today().isoformat())
        return await self._write(draft, NaturalSupport, draft.support_id, changed)

    async def save_person(self, draft: PersonDraft) -> str:
        """Add or change somebody of the family; as `save`. Somebody new comes last."""
        require(self._desk.me, "support.edit")
        before = await self._row(Person, draft.person_id)
        if before is None and not draft.order:
            family = (await self.people(draft.family_id)).family
            draft = replace(draft, order=1 + max([0, *(one.order for one in family)]))
        changed = changes(before, person_values(draft), seen_in(draft.shown, PERSON_FIELDS))
        return await self._write(draft, Person, draft.person_id, changed)

    async def save_member(self, draft: MemberDraft) -> str:
        """Add or change a team member; as `save`."""
        require(self._desk.me, "support.edit")
        before = await self._row(TeamMember, draft.member_id)
        changed = changes(before, member_values(draft), seen_in(draft.shown, MEMBER_FIELDS))
        return await self._write(draft, TeamMember, draft.member_id, changed)

    async def move_person(self, family_id: str, person_id: str, by: int) -> None:
        """Put somebody of the family earlier (by −1) or later (+1) in the family's order."""
        require(self._desk.me, "support.edit")
        order = [one.person_id for one in (await self.people(family_id)).family]
        if person_id not in order:
            raise _gone()
        place = order.index(person_id)
        order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
        stream = await self._desk.team_stream(family_id)
        rows = {one.person_id: one.order for one in (await self.people(family_id)).family}
        moved = [
            Change(stream, Person.TYPE, one, {"order": number})
            for number, one in enumerate(order, 1)
            if rows[one] != number
        ]
        if moved:
            await self._desk.vault.commit(moved)

    async def remove(self, support_id: str) -> None:
        """Take a natural support off the list. A change made elsewhere meanwhile brings it back."""
        await self._remove(NaturalSupport, support_id)

    async def put_back(self, support_id: str, family_id: str) -> None:
        """Undo a removal: the record is as it was."""
        await self._put_back(NaturalSupport, support_id, family_id)

    async def remove_person(self, person_id: str) -> None:
        """Take somebody of the family off the list; as `remove`."""
        await self._remove(Person, person_id)

    async def put_back_person(self, person_id: str, family_id: str) -> None:
        """Undo it; as `put_back`."""
        await self._put_back(Person, person_id, family_id)

    async def remove_member(self, member_id: str) -> None:
        """Take a team member off the list; as `remove`."""
        await self._remove(TeamMember, member_id)

    async def put_back_member(self, member_id: str, family_id: str) -> None:
        """Undo it; as `put_back`."""
        await self._put_back(TeamMember, member_id, family_id)

    async def _row(self, record_class: type[Row], record_id: str) -> Row | None:
        return await self._desk.vault.read(lambda session: session.get(record_class, record_id))

    async def _contact(self, family_id: str, about_id: str) -> ContactDraft:
        found = await self._desk.vault.read(lambda session: contacts_of(session, family_id))
        return contact_draft(found.get(about_id, ContactView(about_id)))

    async def _write(
        self,
        draft: FormDraft,
        record_class: type[Record],
        known_id: str,
        changed: dict[str, Any],
    ) -> str:
        record_id = known_id or self._desk.new_id()
        stream = await self._desk.team_stream(draft.family_id)
        acts = [Change(stream, record_class.TYPE, record_id, changed)] if changed else []
        if draft.contact is not None:
            marks = await self._row(
                ContactSafety, derived_id(stream, ContactSafety.TYPE, record_id).hex()
            )
            marked = safety_change(stream, record_id, marks, draft.contact)
            acts += [marked] if marked is not None else []
        if acts:
            await self._desk.vault.commit(acts)
        await self.drafts.drop(draft)
        return record_id

    async def _remove(self, record_class: type[Record], record_id: str) -> None:
        require(self._desk.me, "support.edit")
        row = await self._row(record_class, record_id)
        if row is None:
            return
        stream = await self._desk.team_stream(row.family_id)
        await self._desk.vault.commit([Change(stream, record_class.TYPE, record_id, {}, delete=True)])

    async def _put_back(self, record_class: type[Record], record_id: str, family_id: str) -> None:
        require(self._desk.me, "support.edit")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, record_class.TYPE, record_id, {}, restore=True)])


def _gone() -> InvalidInput:
    return InvalidInput("This person is not on the list any more.", code="support_gone")


def _person_view(row: Person, sync_state: str) -> PersonView:
    values = {name: getattr(row, name) for name in PERSON_FIELDS} | {"called": row.called or row.name}
    return PersonView(
        person_id=row.id, family_id=row.family_id, has_conflict=row.has_conflict, sync_state=sync_state,
        **values,
    )  # fmt: skip


def _member_view(row: TeamMember, sync_state: str) -> TeamMemberView:
    return TeamMemberView(
        member_id=row.id, family_id=row.family_id, has_conflict=row.has_conflict, sync_state=sync_state,
        **{name: getattr(row, name) for name in MEMBER_FIELDS},
    )  # fmt: skip


def _support_view(row: NaturalSupport, sync_state: str) -> SupportView:
    values = {name: getattr(row, name) for name in SUPPORT_FIELDS}
    return SupportView(
        support_id=row.id, family_id=row.family_id, status_on=row.status_on,
        has_conflict=row.has_conflict, sync_state=sync_state,
        **values | {"how_they_help": codes(row.how_they_help)},
    )  # fmt: skip
