"""The crisis page of a family: its card, or the numbers alone until there is one.

The page opens at once with what is hidden from nobody, because nobody asks who is looking in a
crisis. *Show all, only me* is always there, so that it tells nothing. Spec: docs/audience.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.crisis import ON_THE_CARD, Card
from app.views import dates
from app.views.calling import use_call
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.crisis.card import Call, CardLook, columns_for, crisis_card
from app.views.screens.crisis.numbers import contact_rows, number_rows, number_strip
from app.views.widgets.boundary import component
from app.views.widgets.buttons import icon_button, outlined, quiet
from app.views.widgets.header import header
from app.views.widgets.pressable import Act
from app.views.widgets.shell import RAIL, page_inset
from app.views.widgets.states import error_state
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

CARD_TYPES = frozenset({"crisis_item", "crisis_plan", "natural_support", "not_for", "contact_safety",
                        "person", "team_member", "translation"})  # fmt: skip


_LARGE_TEXT = 1.3


@dataclass(frozen=True)
class CrisisActs:
    """What the page can do."""

    back: Act
    cover: Act
    call: Call
    message: Call
    retry: Act
    edit: Act
    everything: Act
    """Turns between the safe card and the whole one."""


def crisis_screen(ui: Ui, card: Card | None, error: str, acts: CrisisActs) -> ft.Control:
    """The page. card: None while it is read, or when it cannot be."""
    made = card is not None and any(line.section in ON_THE_CARD for line in card.lines)
    body = _plan(ui, card, acts) if card is not None and made else _numbers(ui, card, error, acts)
    return ft.Column(
        [
            header(
                ui, ui.say("crisis.title"), key="crisis",
                line=None if made else ui.say("crisis.line"),
                on_back=acts.back, on_cover=acts.cover,
                acts=[_everything(ui, card, acts)] if card is not None else [],
            ),
            ft.ListView([body], expand=True, key="crisis.list"),
            *([_foot(ui, acts)] if made else []),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _everything(ui: Ui, card: Card, acts: CrisisActs) -> ft.Control:
    key = "crisis.show_all" if card.safe else "crisis.show_safe"
    symbol = ft.Icons.LOCK_OUTLINE if card.safe else ft.Icons.LOCK_OPEN_OUTLINED
    if ui.layout.narrow and ui.scale < _LARGE_TEXT:
        return icon_button(
            ui, symbol, ui.say(key), acts.everything, key="crisis.everything",
            color=ft.Colors.PRIMARY, size=26,
        )  # fmt: skip
    return quiet(ui, ui.say(key), acts.everything, key="crisis.everything", symbol=symbol)


def _plan(ui: Ui, card: Card, acts: CrisisActs) -> ft.Control:
    around = page_inset(ui)
    rail = 0.0 if ui.layout.narrow else ui.grow(RAIL)
    width = ui.layout.width - rail - float(around.left or 0) - float(around.right or 0)
    parts: list[ft.Control] = [_who_looks(ui, card)]
    parts.append(
        crisis_card(ui, CardLook(card.lines, card.others), acts.call, columns=columns_for(ui, width))
    )
    parts.append(
        ft.Row(
            [
                text(ui, reviewed_words(ui, card.reviewed_on), ui.type.body, SOFT),
                quiet(ui, ui.say("crisis.edit"), acts.edit, key="crisis.edit", symbol=ft.Icons.EDIT_OUTLINED),
            ],
            wrap=True,
            spacing=16,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )
    return ft.Container(
        ft.Column(
            parts, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        padding=ft.Padding.only(top=8, bottom=8),
    )


def _who_looks(ui: Ui, card: Card) -> ft.Control:
    """Which card this is, in one quiet line."""
    return ft.Row(
        [
            icon(ui, ft.Icons.GROUPS_OUTLINED if card.safe else ft.Icons.PERSON_OUTLINE, 22, SOFT),
            ft.Semantics(
                live_region=True,
                content=text(
                    ui, ui.say("crisis.safe_line" if card.safe else "crisis.all_line"), ui.type.body, SOFT
                ),
                expand=True,
            ),
        ],
        spacing=10,
    )


def reviewed_words(ui: Ui, reviewed_on: str) -> str:
    """When the plan was last looked at."""
    try:
        when = date.fromisoformat(reviewed_on)
    except ValueError:
        return ui.say("crisis.not_reviewed")
    return ui.say("crisis.reviewed", day=dates.plain_day(ui.language, when, when))


def _foot(ui: Ui, acts: CrisisActs) -> ft.Control:
    return ft.Column(
        [
            hairline(),
            ft.Container(
                number_strip(ui, acts.call, acts.message), padding=ft.Padding.symmetric(vertical=12)
            ),
        ],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _numbers(ui: Ui, card: Card | None, error: str, acts: CrisisActs) -> ft.Control:
    """The numbers alone, and the family's own people; and the way to a plan."""
    lines = number_rows(ui, acts.call, acts.message)
    people: list[ft.Control] = [section_header(ui, ui.say("crisis.people"), large=True)]
    if error:
        people.append(
            error_state(
                ui, error, key="crisis.error", act=ui.say("state.try_again"), on_act=acts.retry
            )
        )
    if card is not None:
        people += contact_rows(ui, card.contacts, acts.call)
        if not card.contacts:
            people.append(text(ui, ui.say("crisis.nobody"), ui.type.body_l, SOFT))
        people += [
            hairline(),
            text(ui, ui.say("crisis.no_plan"), ui.type.body_l, SOFT),
            ft.Row(
                [outlined(ui, ui.say("crisis.make"), acts.edit, key="crisis.edit")], wrap=True
            ),
        ]
    return ft.Container(
        ft.Column(
            [*lines, ft.Container(height=8), *people],
            spacing=16,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.only(top=20, bottom=28),
    )


@component
def Crisis(place: Place) -> ft.Control:
    """What to do and whom to call for one family."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    turn, set_turn = ft.use_state(0)
    everything, show_everything = ft.use_state(False)
    call, message = use_call()
    asked = use_query(
        lambda: tablet.open.crisis.card(place.family_id, ui.language, everything=everything),
        (place.family_id, turn, everything, ui.language),
        types=CARD_TYPES,
        family_id=place.family_id,
    )
    card = asked.value
    if card is not None and not card.safe and not everything:
        # The answer to the question before: it may not stay a moment longer.
        card = None
    return crisis_screen(
        ui,
        card,
        asked.error,
        CrisisActs(
            nav.back,
            lambda: nav.go(Place("cover")),
            call,
            message,
            lambda: set_turn(turn + 1),
            lambda: nav.go(Place("crisis_editor", place.family_id)),
            lambda: show_everything(not everything),
        ),
    )
