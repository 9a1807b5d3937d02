"""Crisis: whom to call, on one calm page that needs no network.

The national and state numbers are public ones (design 02, Crisis); the rest are the family's own
natural supports who said that they help in a crisis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import flet as ft

from app.services.casebook import CrisisContact
from app.views.calling import use_call
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.header import header
from app.views.widgets.states import error_state
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class Line:
    """One number to call. what: key of its words. number: dialled. text: it takes texts too."""

    what: str
    number: str
    text: bool = False


_LARGE_TEXT = 1.5
LINES = (Line("988", "988", text=True), Line("911", "911"), Line("211", "211"))


@dataclass(frozen=True)
class CrisisActs:
    """What the page can do."""

    back: Callable[[], object]
    cover: Callable[[], object]
    call: Callable[[str], object]
    message: Callable[[str], object]
    retry: Callable[[], object]


def _block(
    ui: Ui, lead: ft.Control, title: str, line: str, buttons: Sequence[ft.Control]
) -> ft.Control:
    words = ft.Column(
        [text(ui, title, ui.type.h2), text(ui, line, ui.type.body_l, SOFT)],
        spacing=2,
        tight=True,
        expand=True,
    )
    acts = ft.Row(list(buttons), spacing=12, run_spacing=10, wrap=True)
    if ui.layout.narrow and ui.scale >= _LARGE_TEXT:
        # Beside a large number a long word would have no room.
        return ft.Column([lead, ft.Row([words]), acts], spacing=8, tight=True)
    if ui.layout.stacked:
        beside = ft.Row([lead, words], spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)
        return ft.Column([beside, acts], spacing=12, tight=True)
    return ft.Row(
        [lead, words, ft.Row(list(buttons), spacing=12, tight=True)],
        spacing=16,
    )


def _number(ui: Ui, value: str) -> ft.Control:
    return ft.Container(
        text(ui, value, ui.type.num, ft.Colors.ERROR), width=ui.grow(76)
    )


def crisis_screen(
    ui: Ui, contacts: tuple[CrisisContact, ...] | None, error: str, acts: CrisisActs
) -> ft.Control:
    """The page. contacts: None while they are read."""
    say = ui.say
    lines: list[ft.Control] = []
    for line in LINES:
        buttons = [
            outlined(ui, say("crisis.call", number=line.number),
                     partial(acts.call, line.number),
                     key=f"crisis.call.{line.what}", symbol=ft.Icons.CALL_OUTLINED)
        ]
        if line.text:
            buttons.append(
                outlined(ui, say("crisis.text", number=line.number),
                         partial(acts.message, line.number),
                         key=f"crisis.text.{line.what}", symbol=ft.Icons.SMS_OUTLINED)
            )
        lines += [
            _block(ui, _number(ui, line.number), say(f"crisis.{line.what}.title"),
                   say(f"crisis.{line.what}.line"), buttons),
            hairline(),
        ]
    people: list[ft.Control] = [section_header(ui, say("crisis.people"), large=True)]
    if error:
        people.append(error_state(ui, error, key="crisis.error", act=say("state.try_again"),
                                  on_act=acts.retry))
    for place, one in enumerate(contacts or ()):
        people.append(
            _block(
                ui, face(ui, initials(one.name), Kind.NATURAL, size=56), one.name, one.relation,
                [outlined(ui, say("crisis.call_person", name=one.name),
                          partial(acts.call, one.phone),
                          key=f"crisis.person.{place}", symbol=ft.Icons.CALL_OUTLINED)],
            )
        )
    if contacts == ():
        people.append(text(ui, say("crisis.nobody"), ui.type.body_l, SOFT))
    people += [hairline(), text(ui, say("crisis.no_plan"), ui.type.body_l, SOFT)]
    return ft.Column(
        [
            header(ui, say("crisis.title"), key="crisis", line=say("crisis.line"),
                   on_back=acts.back, on_cover=acts.cover),
            ft.ListView(
                [
                    ft.Container(
                        ft.Column([*lines, ft.Container(height=8), *people], spacing=16,
                                  tight=True,
                                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                        padding=ft.Padding.only(top=20, bottom=28),
                    )
                ],
                expand=True,
                key="crisis.list",
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


@component
def Crisis(place: Place) -> ft.Control:
    """Whom to call for one family."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    call, message = use_call()
    asked = use_query(
        lambda: tablet.open.casebook.crisis_contacts(place.family_id),
        (place.family_id, turn),
        types=frozenset({"natural_support"}),
        family_id=place.family_id,
    )
    return crisis_screen(
        ui,
        asked.value,
        asked.error,
        CrisisActs(nav.back, lambda: nav.go(Place("cover")), call, message,
                   lambda: set_turn(turn + 1)),
    )
