"""How people are said: how they help, how close they are, and how far asking them has come.

Pure functions of `Ui` and frozen values. Follows design page 06, "Words" and "Eco-map".
"""

from __future__ import annotations

from datetime import date

from app.services.supports import PeopleView, PersonView, SupportView, TeamMemberView
from app.views import dates
from app.views.widgets.eco_map import Person
from app.views.widgets.face import Kind
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES

NOT_YET = ("named", "asked")
"""Statuses of natural supports who have not said yes: dashes on the drawing."""
_ON_MAP = 17
"""Letters that fit on one line under a face."""


def help_words(ui: Ui, code: str) -> str:
    """One way of helping: "rides"."""
    return ui.say(f"people.help.{code}") if code in HELP_KINDS else code


def helps(ui: Ui, support: SupportView) -> str:
    """All the ways somebody helps: "rides, company"; says when none is known yet."""
    said = ", ".join(help_words(ui, code) for code in support.how_they_help)
    return said or ui.say("people.help_unknown")


def status_words(ui: Ui, status: str) -> str:
    """How far asking has come: "Asked"."""
    return ui.say(f"people.status.{status}") if status in SUPPORT_STATUSES else status


def closeness_words(ui: Ui, closeness: int) -> str:
    """How close: "very close"."""
    return ui.say(f"map.close_{closeness}") if closeness in (1, 2, 3) else ""


def relation_words(support: SupportView) -> str:
    """The relation, unless the name says it already ("Uncle Teo")."""
    said = support.relation.casefold() in support.name.casefold()
    return "" if said else support.relation


def asked_words(ui: Ui, support: SupportView, today: date) -> str:
    """"asked 24 Nov", or plain "asked" when the day is not known."""
    try:
        when = date.fromisoformat(support.reached_on("asked"))
    except ValueError:
        return ui.say("people.asked")
    return ui.say("people.asked_on", day=dates.day(ui.settings.language, when, today, short=True))


def map_detail(ui: Ui, support: SupportView, today: date) -> str:
    """A few words under a face on the drawing."""
    if support.status == "asked":
        return asked_words(ui, support, today)
    parts = [relation_words(support)] if relation_words(support) else []
    parts += [help_words(ui, code) for code in support.how_they_help]
    said = ""
    for part in parts or [support.relation]:
        longer = f"{said}, {part}" if said else part
        if said and len(longer) > _ON_MAP:
            break
        said = longer
    return said


def on_the_map(ui: Ui, people: PeopleView, today: date) -> tuple[Person, ...]:
    """Everybody whom the drawing shows.

    A family may look at the drawing, so people who may not be contacted stand on the list alone.
    """
    natural = [
        Person(
            one.support_id, one.name, map_detail(ui, one, today), Kind.NATURAL,
            one.closeness if one.closeness in (1, 2, 3) else 2, one.status in NOT_YET,
        )
        for one in people.supports
        if not one.do_not_contact
    ]  # fmt: skip
    kinds = {"natural": Kind.NATURAL, "family": Kind.FAMILY}
    team = [
        Person(one.member_id, one.name, one.role, kinds.get(one.kind, Kind.PROFESSIONAL), 1)
        for one in people.team
        if one.status != "left"
    ]
    return (*natural, *team)


def centre_of(ui: Ui, people: PeopleView) -> tuple[str, str]:
    """Who stands in the middle of the drawing: (first name, "and Rosa")."""
    youths: list[PersonView] = [one for one in people.family if one.is_youth]
    others = [one for one in people.family if not one.is_youth]
    first = (youths or others)[:1]
    if not first:
        return ui.say("people.the_family"), ""
    beside = [one for one in (*youths, *others) if one is not first[0]][:1]
    with_whom = ui.say("people.and_with", name=beside[0].called) if beside else ""
    return first[0].called, with_whom


def member_line(member: TeamMemberView) -> str:
    """A professional's role and organisation."""
    return ", ".join(part for part in (member.role, member.organisation) if part)
