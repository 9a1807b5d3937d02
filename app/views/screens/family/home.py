"""The family's home: names only in the header, then the tabs Plan, People, Notes, More.

Owns the header, the tabs and Worker details, which open on purpose and close again by themselves,
because a family may be looking at the screen. Follows design 01, "Screens", and the family-plan
picture of design page 06.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import flet as ft

from app.services.casebook import FamilyHeader
from app.services.contacts_views import ContactView
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.reach import number_question, use_reach
from app.views.screens.families.arriving import CheckingLine
from app.views.screens.family.details import ANYTHING, worker_details
from app.views.screens.family.work_lines import WorkLines
from app.views.screens.joining.joined import JoinedLine
from app.views.screens.measures.talks import HeldTalks
from app.views.screens.notes.editor import new_note_place
from app.views.widgets.boundary import component
from app.views.widgets.buttons import icon_button, quiet
from app.views.widgets.chips import Choice
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.pressable import Act
from app.views.widgets.states import error_state
from app.views.widgets.tabs import tabs
from app.views.widgets.ui import Ui, use_ui

TABS = ("plan", "people", "notes", "more")
_BESIDE_BELOW_SCALE = 1.3
DETAILS_SHOWN_SECONDS = 30.0
"""Worker details close by themselves after this long."""


@component
def FamilyHome(place: Place) -> ft.Control:
    """The home of one family. place.tab: which tab, plan when empty."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    reach = use_reach()
    asking, ask_number = ft.use_state(False)
    number_shown, show_number = ft.use_state(False)
    open_details, set_open = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    opened_times: Any = ft.use_ref(0)

    async def ask() -> tuple[FamilyHeader, ContactView]:
        opened = tablet.open
        contact = await opened.contacts.about(place.family_id, place.family_id)
        return await opened.casebook.header(place.family_id), contact

    answer = use_query(ask, (place.family_id,), family_id=place.family_id)
    family, contact = answer.value if answer.value is not None else (None, ANYTHING)

    async def close_later() -> None:
        if not open_details:
            return
        await asyncio.sleep(DETAILS_SHOWN_SECONDS)
        # Only the opening that this wait belongs to: it may have been closed and opened again.
        set_open(lambda now: 0 if now == open_details else now)

    ft.use_effect(close_later, [open_details])

    def toggle() -> None:
        show_number(False)
        if open_details:
            set_open(0)
        else:
            opened_times.current += 1
            set_open(opened_times.current)

    def write() -> None:
        set_trouble("")
        nav.go(new_note_place(tablet.open, place.family_id))

    def choose(one: str) -> None:
        set_open(0)
        nav.swap(Place("family", place.family_id, tab=one))

    def reveal() -> None:
        ask_number(False)
        show_number(True)

    ft.use_dialog(
        number_question(
            ui, family.list_name, contact, reveal, lambda: ask_number(False), key="family.number_dialog"
        )
        if asking and family is not None
        else None
    )  # fmt: skip
    tab = place.tab if place.tab in TABS else TABS[0]
    if answer.error:
        return ft.Column(
            [
                header(ui, ui.say("nav.families"), key="family", on_back=nav.back),
                error_state(
                    ui, answer.error, key="family.failed", act=ui.say("nav.back"), on_act=nav.back
                ),
            ],
            spacing=18,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return home_view(
        ui,
        family,
        tab,
        _tab_body(tab, place.family_id),
        details=bool(open_details),
        on_details=toggle,
        on_back=nav.back,
        on_crisis=lambda: nav.go(Place("crisis", place.family_id)),
        on_cover=lambda: nav.go(Place("cover")),
        on_tab=choose,
        on_new_note=guarded(write, lambda error: set_trouble(words_for(ui, error))),
        on_call=lambda phone: reach.call(family.list_name if family else "", phone, contact),
        contact=contact,
        on_show=None if number_shown else lambda: ask_number(True),
        trouble=trouble,
        on_safety=(
            (lambda: nav.go(Place("safety", place.family_id)))
            if allows(tablet.open.desk.me, "safety.write")
            else None
        ),
        joined=ft.Column(
            [CheckingLine(place.family_id), JoinedLine(place.family_id)], spacing=0, tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),  # fmt: skip
    )


def home_view(
    ui: Ui,
    family: FamilyHeader | None,
    tab: str,
    body: ft.Control,
    *,
    details: bool,
    on_details: Act,
    on_back: Act,
    on_crisis: Act,
    on_cover: Act,
    on_tab: Callable[[str], object],
    on_new_note: Act,
    on_call: Callable[[str], object],
    trouble: str = "",
    contact: ContactView = ANYTHING,
    on_show: Act | None = None,
    joined: ft.Control | None = None,
    on_safety: Act | None = None,
) -> ft.Control:
    """Header, tabs, and the body of the chosen tab; family is None while it is being read.

    A new note is one tap away on every tab; on Notes it is the tab's own main act.
    """
    words = ui.say("family.details_hide" if details else "family.details")
    symbol = ft.Icons.LOCK_OPEN_OUTLINED if details else ft.Icons.LOCK_OUTLINE
    beside = ui.layout.narrow and ui.scale < _BESIDE_BELOW_SCALE
    if beside:
        worker: ft.Control = icon_button(
            ui, symbol, words, on_details, key="family.details", color=ft.Colors.PRIMARY, size=26
        )
    else:
        worker = quiet(ui, words, on_details, key="family.details", symbol=symbol)
    name = "" if family is None else family.name if ui.layout.wide else family.list_name
    parts: list[ft.Control] = [
        header(
            ui, name, key="family", on_back=on_back, on_crisis=on_crisis, on_cover=on_cover,
            acts=[worker],
        )
    ]  # fmt: skip
    row = tabs(
        ui, [Choice(one, ui.say(f"family.tab.{one}")) for one in TABS], tab, on_tab,
        key="family.tab",
    )  # fmt: skip
    parts.append(row if tab == "notes" else _with_new_note(ui, row, on_new_note))
    if joined is not None:
        parts.append(joined)
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="family.problem"))
    shown = details and family is not None
    if shown and family is not None:
        parts.append(
            ft.Column(
                [
                    HeldTalks(family.family_id),
                    worker_details(
                        ui, family, on_details, on_call, contact, on_show, on_safety,
                        WorkLines(family.family_id),
                    )
                ],
                scroll=ft.ScrollMode.AUTO,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                expand=True,
            )
        )
    # The tab stays in place unseen, so that a search or a scroll is still there half a minute later.
    parts.append(
        ft.Container(body, expand=True, visible=not shown, key=f"family.body.{tab}")
    )
    return ft.Column(
        parts,
        spacing=14,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _with_new_note(ui: Ui, row: ft.Control, on_new_note: Act) -> ft.Control:
    words = ui.say("notes.new")
    # On a line of its own it has room for its word.
    if ui.layout.narrow and ui.scale < _BESIDE_BELOW_SCALE:
        act: ft.Control = icon_button(
            ui, ft.Icons.NOTE_ADD_OUTLINED, words, on_new_note, key="family.new_note",
            color=ft.Colors.PRIMARY,
        )  # fmt: skip
    else:
        act = quiet(
            ui, words, on_new_note, key="family.new_note", symbol=ft.Icons.NOTE_ADD_OUTLINED
        )
    if ui.scale >= _BESIDE_BELOW_SCALE:
        return ft.Column(
            [row, ft.Row([act])],
            spacing=4,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    # On the tabs' own line, whose hairline runs through to the edge.
    return ft.Stack([row, ft.Row([act], tight=True, right=0, top=0, bottom=2)])


def _tab_body(tab: str, family_id: str) -> ft.Control:
    # Imported when first shown: a fault in one tab must not take the others with it.
    if tab == "plan":
        from app.views.screens.plan import PlanTab

        return PlanTab(family_id)
    if tab == "people":
        from app.views.screens.people import PeopleTab

        return PeopleTab(family_id)
    if tab == "more":
        from app.views.screens.more import MoreTab

        return MoreTab(family_id)
    from app.views.screens.notes import NotesTab

    return NotesTab(family_id)


__all__ = ["DETAILS_SHOWN_SECONDS", "TABS", "FamilyHome", "home_view"]
