"""The pages around the steps: who can see this, paused, signing, all kept; and turning the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import flet as ft

from app.services.audience import Reader
from app.services.meeting_draft import MeetingDraft
from app.views.screens.crisis.card import CardLook, columns_for, crisis_card
from app.views.screens.crisis.numbers import number_strip
from app.views.screens.meeting.frame import inset_of
from app.views.screens.meeting.look import Acts, Look, column, quote_line
from app.views.screens.meeting.step_agree import sign_page
from app.views.screens.meeting.step_last import kept_page
from app.views.screens.meeting.steps import on_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.pressable import Act
from app.views.widgets.readers import who_can_see
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import CrisisLine
from app.wraparound.wording import Gap

WHO, GAPS, PAUSED, KEPT, CRISIS = "who", "gaps", "paused", "kept", "crisis"
WIDEST = 1200


def in_the_middle(ui: Ui, content: ft.Control) -> ft.Control:
    """At most so wide, in the middle of a large window."""
    if ui.layout.width <= WIDEST:
        return content
    return ft.Row(
        [ft.Container(content, width=WIDEST)],
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        expand=True,
    )


def facing(content: ft.Control, turned: bool) -> ft.Control:
    """The page, or the page for whoever sits across the table. Taps land where they are seen."""
    return ft.RotatedBox(content=content, quarter_turns=2 if turned else 0, expand=True, key="meeting.facing")


def gaps_page(ui: Ui, gaps: Sequence[Gap], on_go: Act) -> ft.Control:
    """Words that are not in the language of the table, before anything else: nothing mixes silently."""
    return _page(
        ui,
        [
            text(ui, ui.say("meeting.gaps"), ui.type.h1, heading=1),
            text(ui, ui.say("meeting.gaps_line"), ui.type.body_l, SOFT),
            column([quote_line(ui, one.text) for one in gaps], Space.S),
        ],
        [
            ft.Container(),
            filled(
                ui, ui.say("meeting.gaps_on"), on_go, key="meeting.gaps_on", trailing=ft.Icons.ARROW_FORWARD
            ),
        ],
    )


def _page(ui: Ui, parts: list[ft.Control], foot: list[ft.Control]) -> ft.Control:
    inset = inset_of(ui)
    return ft.Container(
        ft.Column(
            [
                ft.Column(
                    parts,
                    scroll=ft.ScrollMode.AUTO,
                    expand=True,
                    spacing=Space.L,
                    horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                ),
                _foot(ui, foot),
            ],
            spacing=Space.M,
            expand=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.symmetric(horizontal=inset, vertical=Space.XL),
        expand=True,
    )  # fmt: skip


def _foot(ui: Ui, foot: list[ft.Control]) -> ft.Control:
    """The main act last; with little room it has a line of its own in thumb reach."""
    if ui.layout.stacked:
        *others, main = foot
        return column(
            [ft.Row(others, wrap=True, spacing=Space.S, run_spacing=Space.XS), main], Space.S
        )
    return ft.Row(foot, spacing=Space.S, alignment=ft.MainAxisAlignment.SPACE_BETWEEN)


def who_page(
    ui: Ui,
    worker: Ui,
    readers: Sequence[Reader],
    chosen: frozenset[str],
    strangers: bool,
    on_toggle: Callable[[str], object],
    on_strangers: Callable[[bool], object],
    on_go: Act,
    on_leave: Act,
    on_language: Act,
) -> ft.Control:
    """*Who can see this?* before anything of the family is shown."""
    return _page(
        ui,
        [
            who_can_see(ui, readers, chosen, strangers, on_toggle, on_strangers, key="meeting.see"),
        ],
        [
            outlined(ui, ui.say("meeting.leave"), on_leave, key="meeting.leave", main=True),
            quiet(
                ui, ui.say("meeting.other_language"), on_language, key="meeting.language",
                symbol=ft.Icons.TRANSLATE,
            ),
            filled(
                ui, ui.say("meeting.start"), on_go, key="meeting.go", trailing=ft.Icons.ARROW_FORWARD,
                disabled=not chosen and not strangers,
            ),
        ],
    )  # fmt: skip


def paused(
    ui: Ui, on_go: Act, on_who: Act, on_leave: Act, on_throw: Act, *, can_throw: bool
) -> ft.Control:
    """A pause: nothing of the family is on the screen."""
    return _page(
        ui,
        [
            ft.Container(height=Space.XXXL),
            text(ui, ui.say("meeting.paused"), ui.type.words_xl, heading=1),
            text(ui, ui.say("meeting.paused_line"), ui.type.body_l, SOFT),
            ft.Row(
                [
                    filled(ui, ui.say("meeting.go_on"), on_go, key="meeting.resume"),
                    outlined(
                        ui, ui.say("meeting.somebody_came"), on_who, key="meeting.who_again", main=True
                    ),
                ],
                wrap=True,
                spacing=Space.S,
                run_spacing=Space.S,
            ),
        ],
        [
            outlined(ui, ui.say("meeting.leave_for_now"), on_leave, key="meeting.leave"),
            quiet(ui, ui.say("meeting.throw_away"), on_throw, key="meeting.throw", ink=True)
            if can_throw
            else ft.Container(),
        ],
    )


def crisis(
    ui: Ui,
    lines: Sequence[CrisisLine],
    on_back: Act,
    call: Callable[[str], None],
    message: Callable[[str], None],
) -> ft.Control:
    """The crisis card for those who can see the screen, and the numbers that help day and night."""
    width = min(ui.layout.width, WIDEST) - 2 * inset_of(ui)
    card = (
        crisis_card(ui, CardLook(tuple(lines)), call, columns=columns_for(ui, width))
        if lines
        else text(ui, ui.say("crisis.table_no_plan"), ui.type.body_l, SOFT)
    )
    return _page(
        ui,
        [text(ui, ui.say("table.crisis"), ui.type.h1, heading=1), card],
        [
            number_strip(ui, call, message),
            filled(ui, ui.say("meeting.go_on"), on_back, key="meeting.crisis_back"),
        ],
    )


def kept(ui: Ui, draft: MeetingDraft, today: date, on_close: Act) -> ft.Control:
    """All is kept."""
    return _page(
        ui,
        [ft.Container(height=Space.XXXL), kept_page(ui, draft, today)],
        [ft.Container(), filled(ui, ui.say("meeting.close"), on_close, key="meeting.close")],
    )


def signing(ui: Ui, worker: Ui, look: Look, acts: Acts, person_id: str) -> ft.Control:
    """One person signs; this page does not scroll."""
    one = next((one for one in look.people if one.person_id == person_id), None)
    if one is None:
        return column([])
    inset = inset_of(ui)
    return ft.Container(
        sign_page(ui, look, acts, one),
        padding=ft.Padding.symmetric(horizontal=inset, vertical=Space.XL),
        expand=True,
    )


__all__ = [
    "CRISIS", "GAPS", "KEPT", "PAUSED", "WHO", "WIDEST", "crisis", "facing", "gaps_page",
    "in_the_middle", "kept",
    "on_words", "paused", "signing", "who_page",
]  # fmt: skip
