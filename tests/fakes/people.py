"""The people of a family in one value, with the calls that screens make. Everybody is invented."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from app.errors import InvalidInput
from app.services import edge
from app.services.contacts_views import CONTACT_FIELDS, ContactDraft, ContactView, contact_draft
from app.services.coordinators import CoordinatorDraft, CoordinatorMap, CoordinatorView, mapped
from app.services.supports import (
    MemberDraft,
    PeopleView,
    PersonDraft,
    PersonView,
    ReleaseChoice,
    ShareView,
    SupportDraft,
    SupportView,
    TeamMemberView,
)
from app.services.supports_forms import MEMBER_FIELDS, PERSON_FIELDS, SUPPORT_FIELDS
from app.wraparound.natural_share import Count, Month
from app.wraparound.people_coach import CoachQuestion

if TYPE_CHECKING:
    from tests.fakes.open_tablet import FakeTablet

SHARE = ShareView(
    team=Count(3, 6), last=Count(3, 6), last_on=date(2026, 11, 10),
    months=(
        Month("2026-08", Count(1, 5)), Month("2026-09", Count(2, 5)), Month("2026-10", Count(2, 4)),
        Month("2026-11", Count(3, 6)),
    ),
    trend="up", open_steps=(Month("2026-11", Count(2, 5)),), done_steps=(Month("2026-10", Count(1, 3)),),
)  # fmt: skip
"""The panel of the picture."""

_IDS = {"supports": "support_id", "family": "person_id", "team": "member_id"}


class FakeDrafts:
    """Half-filled forms in a table, by their name."""

    def __init__(self, tablet: FakeTablet) -> None:
        self._tablet = tablet
        self.kept_forms: dict[tuple[type, str], Any] = {}

    async def keep(self, draft: Any) -> None:
        self._tablet.step("drafts.keep")
        self.kept_forms[_name(draft)] = draft

    async def kept(self, empty: Any) -> Any:
        return self.kept_forms.get(_name(empty))

    async def drop(self, draft: Any) -> None:
        self.kept_forms.pop(_name(draft), None)


def _name(draft: Any) -> tuple[type, str]:
    names = (*_IDS.values(), "coordinator_id")
    return type(draft), next(getattr(draft, one) for one in names if hasattr(draft, one))


class FakeSupports:
    """What screens use of `Supports`. question: what the coach asks."""

    def __init__(self, tablet: FakeTablet, people: PeopleView, share: ShareView = SHARE) -> None:
        self._tablet = tablet
        self.now = people
        self.shares = share
        self.question: CoachQuestion | None = None
        self.open_releases: tuple[ReleaseChoice, ...] = ()
        self.removed: dict[str, Any] = {}
        self.drafts = FakeDrafts(tablet)

    async def people(self, family_id: str) -> PeopleView:
        self._tablet.step("supports.people")
        return self.now

    async def share(self, family_id: str) -> ShareView:
        return self.shares

    async def coach(self, family_id: str) -> CoachQuestion | None:
        return self.question

    async def not_now(self, question: CoachQuestion) -> None:
        self._tablet.step("supports.not_now")
        self.question = None

    async def releases(self, family_id: str) -> tuple[ReleaseChoice, ...]:
        return self.open_releases

    async def support(self, support_id: str) -> SupportView | None:
        return next((one for one in self.now.supports if one.support_id == support_id), None)

    async def form(self, support_id: str) -> SupportDraft:
        view = self._known("supports", support_id)
        values = {name: getattr(view, name) for name in SUPPORT_FIELDS}
        return SupportDraft(
            view.family_id, support_id, **values, contact=self._marks(support_id), shown=view
        )

    async def person_form(self, person_id: str) -> PersonDraft:
        view = self._known("family", person_id)
        values = {name: getattr(view, name) for name in PERSON_FIELDS}
        return PersonDraft(view.family_id, person_id, **values, contact=self._marks(person_id), shown=view)

    async def member_form(self, member_id: str) -> MemberDraft:
        view = self._known("team", member_id)
        values = {name: getattr(view, name) for name in MEMBER_FIELDS}
        return MemberDraft(view.family_id, member_id, **values, contact=self._marks(member_id), shown=view)

    async def save(self, draft: SupportDraft) -> str:
        self._tablet.step("supports.save")
        base = SupportView(
            draft.support_id or "fresh", draft.family_id, "", "", 2, (), "", "", "", "named", "2026-11-24",
            False, "", "", False, "on_server",
        )  # fmt: skip
        return await self._save("supports", draft, base, SUPPORT_FIELDS)

    async def save_person(self, draft: PersonDraft) -> str:
        self._tablet.step("supports.save_person")
        edge.day(draft.born_on, "born_on")
        base = PersonView(draft.person_id or "fresh", "", "", "", False, "", "", "", draft.family_id)
        return await self._save("family", draft, base, PERSON_FIELDS)

    async def save_member(self, draft: MemberDraft) -> str:
        self._tablet.step("supports.save_member")
        base = TeamMemberView(draft.member_id or "fresh", "", "", "", "", "on_team", draft.family_id)
        return await self._save("team", draft, base, MEMBER_FIELDS)

    async def move_person(self, family_id: str, person_id: str, by: int) -> None:
        order = list(self.now.family)
        place = next(i for i, one in enumerate(order) if one.person_id == person_id)
        order.insert(max(0, place + by), order.pop(place))
        self.now = replace(self.now, family=tuple(replace(one, order=i) for i, one in enumerate(order, 1)))

    async def remove(self, support_id: str) -> None:
        self._tablet.step("supports.remove")
        self._take("supports", support_id)

    async def put_back(self, support_id: str, family_id: str) -> None:
        self._put("supports", support_id)

    async def remove_person(self, person_id: str) -> None:
        self._take("family", person_id)

    async def put_back_person(self, person_id: str, family_id: str) -> None:
        self._put("family", person_id)

    async def remove_member(self, member_id: str) -> None:
        self._take("team", member_id)

    async def put_back_member(self, member_id: str, family_id: str) -> None:
        self._put("team", member_id)

    def _known(self, group: str, who: str) -> Any:
        for one in getattr(self.now, group):
            if getattr(one, _IDS[group]) == who:
                return one
        raise InvalidInput("This person is not on the list any more.", code="support_gone")

    def _marks(self, who: str) -> ContactDraft:
        return contact_draft(self.now.contact(who))

    async def _save(self, group: str, draft: Any, base: Any, names: tuple[str, ...]) -> str:
        edge.text(draft.name, "name", required="What do they call this person?")
        made = replace(base, **{name: getattr(draft, name) for name in names})
        who: str = getattr(made, _IDS[group])
        others = [one for one in getattr(self.now, group) if getattr(one, _IDS[group]) != who]
        contacts = dict(self.now.contacts)
        if draft.contact is not None:
            marks = {name: getattr(draft.contact, name) for name in CONTACT_FIELDS}
            contacts[who] = ContactView(who, **marks)
        self.now = replace(self.now, **{group: (*others, made)}, contacts=contacts)
        await self.drafts.drop(draft)
        self._tablet.changed("person")
        return who

    def _take(self, group: str, who: str) -> None:
        self.removed[who] = self._known(group, who)
        left = tuple(one for one in getattr(self.now, group) if getattr(one, _IDS[group]) != who)
        changed: dict[str, Any] = {group: left}
        self.now = replace(self.now, **changed)
        self._tablet.changed("person")

    def _put(self, group: str, who: str) -> None:
        back = (*getattr(self.now, group), self.removed.pop(who))
        changed: dict[str, Any] = {group: back}
        self.now = replace(self.now, **changed)
        self._tablet.changed("person")


class FakeContacts:
    """What screens use of `Contacts`: the marks of the people, and of the family itself."""

    def __init__(self, tablet: FakeTablet, supports: FakeSupports) -> None:
        self._tablet = tablet
        self._supports = supports

    async def about(self, family_id: str, about_id: str) -> ContactView:
        self._tablet.step("contacts.about")
        return self._supports.now.contact(about_id)

    async def save(self, family_id: str, about_id: str, draft: ContactDraft) -> None:
        self._tablet.step("contacts.save")
        marks = {name: getattr(draft, name) for name in CONTACT_FIELDS}
        contacts = {**self._supports.now.contacts, about_id: ContactView(about_id, **marks)}
        self._supports.now = replace(self._supports.now, contacts=contacts)


class FakeCoordinators:
    """What screens use of `Coordinators`."""

    def __init__(self, tablet: FakeTablet) -> None:
        self._tablet = tablet
        self.now: tuple[CoordinatorView, ...] = ()
        self.removed: dict[str, CoordinatorView] = {}

    async def map(self, family_id: str) -> CoordinatorMap:
        return mapped(self.now)

    async def save(self, draft: CoordinatorDraft) -> str:
        self._tablet.step("coordinators.save")
        edge.text(draft.name, "name", required="What do they call this person?")
        who = draft.coordinator_id or f"c{len(self.now) + 1}"
        names = {one.name for one in fields(CoordinatorView)} - {"coordinator_id"}
        values = {name: getattr(draft, name) for name in names if hasattr(draft, name)}
        made = CoordinatorView(who, **values)
        self.now = (*(one for one in self.now if one.coordinator_id != who), made)
        self._tablet.changed("coordinator")
        return who

    async def remove(self, family_id: str, who: str) -> None:
        self.removed |= {one.coordinator_id: one for one in self.now}
        self.now = tuple(one for one in self.now if one.coordinator_id != who)
        self._tablet.changed("coordinator")

    async def put_back(self, family_id: str, who: str) -> None:
        self.now = (*self.now, self.removed[who])
        self._tablet.changed("coordinator")
