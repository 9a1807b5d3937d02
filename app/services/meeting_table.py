"""What the people around the table may read while they meet.

Owns the one value that meeting screens draw from, next to the draft: the family page for those
present, who may be named, and which pieces of the draft itself must not show because somebody came
in who must not see them. Follows design 02, Audience.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.wraparound.audience import Audience, Item, hidden
from app.wraparound.family_page import FamilyPage, GoalShown
from app.wraparound.plan_document import items_of
from app.wraparound.records import NaturalSupport, Preparation

from .audience import readers_of
from .desk import Desk
from .family_page import FamilyPages
from .meeting_draft import MeetingDraft, Presence


@dataclass(frozen=True)
class TableView:
    """What may be seen now. people: who may be named. gone: ids of hidden pieces of the draft.

    agenda: what the youth wants to talk about and asked to have on the table.
    """

    page: FamilyPage
    people: tuple[Presence, ...] = ()
    gone: frozenset[str] = frozenset()
    agenda: tuple[str, ...] = ()

    @property
    def goals(self) -> tuple[GoalShown, ...]:
        """The goals that are still worked on, in the family's order."""
        return tuple(
            goal
            for need in self.page.needs
            if need.status == "open"
            for goal in need.goals
            if goal.status == "open"
        )


class MeetingTables:
    """Reads what a running meeting may show."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)

    async def table(self, draft: MeetingDraft) -> TableView:
        """The table for those who can see it now, in the language of the table."""
        audience = audience_of(draft)
        page = await self._pages.page(draft.family_id, audience, draft.language)

        def find(session: Session) -> TableView:
            gathered = self._pages.gather(session, draft.family_id)
            agenda = _agenda(session, draft.meeting_id)
            gone = hidden(
                (*items_of(gathered.document), *_items(draft), *(_prepared(one) for one in agenda)),
                gathered.rules,
                audience,
            )
            return TableView(
                page,
                _people(session, draft, page, gone),
                gone,
                tuple(one.text for one in agenda if one.id not in gone),
            )

        return await self._desk.vault.read(find)


def audience_of(draft: MeetingDraft) -> Audience:
    """Who can see the screen of a running meeting."""
    return Audience(frozenset(draft.audience), draft.strangers)


def _people(
    session: Session, draft: MeetingDraft, page: FamilyPage, gone: frozenset[str]
) -> tuple[Presence, ...]:
    """Who may be named: the circle, the team, and whoever is there; nobody who is hidden."""
    flagged = frozenset(
        session.exec(
            select(NaturalSupport.id)
            .where(NaturalSupport.family_id == draft.family_id)
            .where(col(NaturalSupport.do_not_contact).is_(True))
        )
    )
    circle = {one.id for one in page.circle}
    marked = {one.person_id: one for one in draft.present}
    there = set(draft.audience)
    found = [
        Presence(one.id, one.name, one.role, one.kind, _how(marked, one.id), one.is_youth)
        for one in readers_of(session, draft.family_id)
        if one.id not in gone
        and (
            one.id in there
            or _how(marked, one.id)
            or (one.id not in flagged and (one.on_team or one.id in circle))
        )
    ]
    known = {one.person_id for one in found}
    guests = [
        one
        for one in draft.present
        if one.person_id not in known and one.person_id not in gone and one.how
    ]
    return (*found, *guests)


def _how(marked: dict[str, Presence], person_id: str) -> str:
    return marked[person_id].how if person_id in marked else ""


def _agenda(session: Session, meeting_id: str) -> list[Preparation]:
    return list(
        session.exec(
            select(Preparation)
            .where(Preparation.meeting_id == meeting_id)
            .where(Preparation.kind == "youth_agenda")
            .where(col(Preparation.shared).is_(True))
            .order_by(col(Preparation.order), col(Preparation.id))
        )
    )


def _prepared(row: Preparation) -> Item:
    return Item(row.id, row.label, texts=(row.text,))


def _items(draft: MeetingDraft) -> Iterable[Item]:
    """The pieces of the draft as the audience rule sees them."""
    for person in draft.present:
        if person.person_id.startswith("guest:"):
            yield Item(person.person_id, texts=(person.name, person.role))
    for one in draft.ratings:
        yield Item(one.rating_id, hangs_on=(one.goal_id,), people=(one.person_id,), texts=(one.words,))
    for need in draft.needs:
        yield Item(need.need_id, texts=(need.text, need.goal))
        yield Item(need.goal_id, hangs_on=(need.need_id,))
    for idea in draft.ideas:
        yield Item(idea.idea_id, hangs_on=(idea.goal_id,), texts=(idea.text,))
    for step in (*draft.steps, *draft.carries):
        yield Item(
            step.step_id,
            hangs_on=(step.strategy_id,),
            people=(step.owner_id,),
            texts=(step.what, step.owner),
        )
    for given in draft.agreements:
        yield Item(f"agree:{given.person_id}", people=(given.person_id,), texts=(given.words,))
    for name, lines in (("good", draft.celebrations), ("rule", draft.rules)):
        for number, line in enumerate(lines):
            yield Item(f"{name}:{number}", texts=(line,))
    singles = {
        "vision": draft.vision,
        "crisis": draft.crisis_words,
        "next": draft.next_place,
        "celebration": draft.celebration,
        "way_back": draft.way_back,
        "place": draft.place,
        "interpreter": draft.interpreter,
        **{f"debrief:{name}": words for name, words in draft.debrief.items()},
        **{f"typed:{name}": words for name, words in draft.typed.items()},
    }
    for name, words in singles.items():
        if words:
            yield Item(name, texts=(words,))
