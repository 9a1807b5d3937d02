"""The People tab: the eco-map, its list twin, the share of natural supports, and one question.

Owns what is asked and what is shown of it; how it looks is in `tab_view`. Follows the
people-eco-map picture of design page 06.
"""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.errors import AppError
from app.services.supports import PeopleView, ShareView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import number_question, use_reach
from app.views.screens.people.dialogs import CardActs, contact_card, someone
from app.views.screens.people.tab_view import PeopleActs, PeopleLook, people_view
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound.people_coach import CoachQuestion

_TYPES = frozenset(
    {"person", "natural_support", "team_member", "contact_safety", "meeting", "attendance",
     "action_step", "strategy"}
)  # fmt: skip


@dataclass(frozen=True)
class _Shown:
    """Which dialog is open, for whom. kind: "", "contact", "number", "number_seen"."""

    kind: str = ""
    who: str = ""


@dataclass(frozen=True)
class _Read:
    people: PeopleView
    share: ShareView
    question: CoachQuestion | None
    now_ms: int


@component
def PeopleTab(family_id: str) -> ft.Control:
    """Everybody of and around one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    reach = use_reach()
    listed, show_list = ft.use_state(False)
    table, show_table = ft.use_state(False)
    shown, show = ft.use_state(_Shown())
    tries, set_tries = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")

    async def ask() -> _Read:
        supports = tablet.open.supports
        return _Read(
            await supports.people(family_id),
            await supports.share(family_id),
            await supports.coach(family_id),
            tablet.open.desk.now_ms(),
        )

    answer = use_query(ask, (family_id, tries), types=_TYPES, family_id=family_id)
    people = answer.value.people if answer.value is not None else None

    def edit(who: str = "") -> None:
        show(_Shown())
        nav.go(editor_of(people, family_id, who))

    def tapped(who: str) -> None:
        if people is not None and any(one.support_id == who for one in people.supports):
            edit(who)
        else:
            show(_Shown("contact", who))

    def close() -> None:
        show(_Shown())

    dialog: ft.AlertDialog | None = None
    one = someone(people, shown.who) if people is not None and shown.kind else None
    if one is not None and shown.kind == "number":
        dialog = number_question(
            ui, one.name, one.contact, lambda: show(_Shown("number_seen", shown.who)), close,
            key="people.number_dialog",
        )  # fmt: skip
    elif one is not None:
        dialog = contact_card(
            ui,
            one,
            shown.kind == "number_seen",
            CardActs(
                reach, lambda: show(_Shown("number", shown.who)), lambda: edit(shown.who), close
            ),
        )
    ft.use_dialog(dialog)

    async def not_now() -> None:
        if answer.value is not None and answer.value.question is not None:
            await tablet.open.supports.not_now(answer.value.question)
            set_tries(lambda now: now + 1)

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    acts = PeopleActs(
        open=tapped,
        reach=reach,
        number=lambda who: show(_Shown("number", who)),
        add=lambda: edit(),
        family_contact=lambda: nav.go(
            Place("person_editor", family_id, record_id=family_id, detail="family")
        ),
        coordinators=lambda: nav.go(Place("coordinators", family_id)),
        twin=lambda: show_list(not listed),
        table=lambda: show_table(not table),
        about=edit,
        not_now=guarded(not_now, tell),
        retry=lambda: set_tries(lambda now: now + 1),
    )
    if answer.error:
        return error_state(
            ui, answer.error, key="people.failed", act=ui.say("state.try_again"), on_act=acts.retry
        )
    if answer.value is None:
        return Loading(control="people.loading")
    read = answer.value
    look = PeopleLook(
        family_id=family_id,
        people=read.people,
        share=read.share,
        question=read.question,
        today=dates.local(read.now_ms).date(),
        listed=listed,
        table=table,
        trouble=trouble,
    )
    return people_view(ui, look, acts)


def editor_of(people: PeopleView | None, family_id: str, who: str) -> Place:
    """The form for somebody; for somebody new, that of a natural support."""
    if people is not None:
        if any(one.person_id == who for one in people.family):
            return Place("person_editor", family_id, record_id=who)
        if any(one.member_id == who for one in people.team):
            return Place("member_editor", family_id, record_id=who)
    return Place("support_editor", family_id, record_id=who)
