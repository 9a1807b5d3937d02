"""What stands around a note: the family, the people who can have been there, the plan.

Owns asking the three services at once and turning their values into what the editor offers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.services.casebook import FamilyHeader
from app.services.note_counting import Counting
from app.services.note_views import NoteDraft
from app.services.open_tablet import OpenTablet
from app.services.plan import PlanView
from app.services.supports import PeopleView
from app.views.screens.notes.counting import Counted
from app.views.screens.notes.dialogs import Somebody, Subject
from app.views.screens.notes.wording import kind_words
from app.views.widgets.face import Kind, initials
from app.views.widgets.ui import Ui

_SETTLED = ("met", "set_aside", "done", "dropped")


@dataclass(frozen=True)
class Around:
    """The surroundings of one note. now_ms: the tablet's clock, UTC milliseconds."""

    header: FamilyHeader
    persons: PeopleView
    plan: PlanView
    now_ms: Callable[[], int]
    counting: Counting

    def counted(self, ui: Ui, draft: NoteDraft) -> Counted:
        """How a draft counts, with what is suggested for what was not chosen."""
        filled = self.counting.filled(draft)
        funders = self.counting.funders(ui.language, draft)
        return Counted(filled, funders, self.counting.lacks_length(draft))

    def kinds(self, ui: Ui) -> tuple[tuple[str, str], ...]:
        """The kinds that the agency offers, in its words or the app's."""
        return tuple(
            (code, (name or {}).get(ui.language) or (name or {}).get("en") or kind_words(ui, code))
            for code, name in self.counting.kinds
        )

    def people(self, ui: Ui) -> tuple[Somebody, ...]:
        """Family first, then natural supports, then professionals still on the team."""
        family = [
            Somebody(
                one.person_id,
                one.called,
                "" if one.is_youth else one.role.lower(),
                Kind.FAMILY,
                initials(one.name),
            )
            for one in self.persons.family
        ]
        natural = [
            Somebody(
                one.support_id,
                one.name,
                _unless_said(one.relation, one.name),
                Kind.NATURAL,
                initials(one.name),
                near=one.status in ("on_team", "leading") and not one.do_not_contact,
            )
            for one in self.persons.supports
        ]
        team = [
            Somebody(one.member_id, one.name, one.role, Kind.PROFESSIONAL, initials(one.name))
            for one in self.persons.team
            if one.status != "left"
        ]
        return (*family, *natural, *team)

    def subjects(self, ui: Ui) -> tuple[Subject, ...]:
        """Needs with their open action steps; settled ones stay for notes that name them."""
        found: list[Subject] = []
        for need in self.plan.needs:
            if need.status not in _SETTLED:
                found.append(
                    Subject(need.need_id, ui.say("note.need", number=need.number), need.text)
                )
            for outcome in need.outcomes:
                for strategy in outcome.strategies:
                    found += [
                        Subject(step.step_id, ui.say("words.step"), step.what)
                        for step in strategy.steps
                        if step.state not in _SETTLED
                    ]
        return tuple(found)

    def about(self, ui: Ui, concerns: str) -> tuple[Subject, ...]:
        """What a note is about, settled or not."""
        wanted = set(concerns.split(","))
        found: list[Subject] = []
        for need in self.plan.needs:
            found.append(Subject(need.need_id, ui.say("note.need", number=need.number), need.text))
            for outcome in need.outcomes:
                for strategy in outcome.strategies:
                    found += [
                        Subject(step.step_id, ui.say("words.step"), step.what)
                        for step in strategy.steps
                    ]
        return tuple(one for one in found if one.record_id in wanted)


def _unless_said(relation: str, name: str) -> str:
    """The relation, unless the name says it already ("Uncle Teo")."""
    return "" if relation.casefold() in name.casefold() else relation


async def around(opened: OpenTablet, family_id: str) -> Around:
    """Ask for everything at once. Raises AppError when the family is not here."""
    header, persons, plan, counting = await asyncio.gather(
        opened.casebook.header(family_id),
        opened.supports.people(family_id),
        opened.plan.plan(family_id),
        opened.note_counting.of_family(family_id),
    )
    return Around(header, persons, plan, opened.desk.now_ms, counting)
