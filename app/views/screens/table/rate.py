"""One person's own number: eleven large targets, three faces for who reads no numbers, own words.

Pure drawing; `RateForm` is what is tapped and typed so far.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.table import HIGHEST, LOWEST
from app.views.screens.table.look import HeadActs, chosen_size, head, page_of, words_line
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.fields import field, note_line
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown, RatingShown, Someone

_FACES = {
    LOWEST: (ft.Icons.SENTIMENT_VERY_DISSATISFIED_OUTLINED, "table.face_low"),
    5: (ft.Icons.SENTIMENT_NEUTRAL_OUTLINED, "table.face_middle"),
    HIGHEST: (ft.Icons.SENTIMENT_VERY_SATISFIED_OUTLINED, "table.face_high"),
}


@dataclass(frozen=True)
class RateForm:
    """Whose number for what. value: None until one is tapped."""

    outcome_id: str
    person_id: str
    value: int | None = None
    words: str = ""
    busy: bool = False
    error: str = ""


@dataclass(frozen=True)
class RateActs:
    """What the page does."""

    head: HeadActs
    choose: Callable[[int], object]
    write: Callable[[str], object]
    save: Act
    leave: Act


def rate_page(
    ui: Ui, goal: GoalShown, who: Someone, last: RatingShown | None, form: RateForm, acts: RateActs
) -> ft.Control:
    """The page on which one person taps a number."""
    top = head(ui, who.name, ui.say("table.going"), acts.head, back=acts.leave)
    numbers = ft.Row(
        [_number(ui, value, form.value, who.name, acts) for value in range(LOWEST, HIGHEST + 1)],
        wrap=True,
        spacing=8,
        run_spacing=12,
        alignment=ft.MainAxisAlignment.START,
    )
    told = (
        text(ui, ui.say("table.last_number", value=last.value), ui.type.body_l, SOFT)
        if last is not None
        else None
    )
    body: list[ft.Control] = [
        words_line(chosen_size(ui), goal.text, chosen_size(ui).type.words_l),
        ft.Column(
            [
                text(ui, ui.say("table.tap_number"), ui.type.h3, heading=2),
                *([told] if told is not None else []),
                ft.Container(height=4),
                _faces(ui, form.value, acts),
                numbers,
            ],
            spacing=10,
            tight=True,
        ),
        field(
            ui, ui.say("table.own_words"), form.words, acts.write, key="rate.words", lines=2,
            most_lines=4, disabled=form.busy,
        ),
    ]  # fmt: skip
    if form.error:
        body.append(note_line(ui, form.error, error=True, key="rate.error"))
    body.append(
        ft.Row(
            [
                filled(
                    ui, ui.say("table.keep_number"), acts.save, key="rate.save",
                    disabled=form.value is None or form.busy,
                ),
                outlined(ui, ui.say("table.not_now"), acts.leave, key="rate.leave"),
            ],
            wrap=True,
            spacing=12,
            run_spacing=12,
        )
    )  # fmt: skip
    return page_of(ui, top, body, None, "table.rating")


def _number(ui: Ui, value: int, chosen: int | None, who: str, acts: RateActs) -> ft.Control:
    plain = chosen_size(ui)
    side = plain.grow(72)
    on = value == chosen
    ink = ft.Colors.ON_TERTIARY if on else ft.Colors.ON_SURFACE
    return pressable(
        ui,
        ft.Text(str(value), style=plain.type.sans(30, 1.1, 700), color=ink, no_wrap=True),
        bind(acts.choose, value),
        key=f"rate.{value}",
        name=ui.say("rating.name", who=who, value=value),
        selected=on,
        width=side,
        height=side,
        radius=side / 2,
        align=ft.Alignment.CENTER,
        bgcolor=ft.Colors.TERTIARY if on else ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(1.5, ft.Colors.TERTIARY if on else ft.Colors.OUTLINE),
    )


def _faces(ui: Ui, chosen: int | None, acts: RateActs) -> ft.Control:
    return ft.Row(
        [
            pressable(
                ui,
                ft.Row(
                    [
                        icon(ui, symbol, 34, ft.Colors.TERTIARY),
                        text(ui, ui.say(key), ui.type.body_l, loose=True),
                    ],
                    spacing=10,
                    tight=True,
                ),
                bind(acts.choose, value),
                key=f"rate.face.{value}",
                selected=value == chosen,
                padding=ft.Padding.symmetric(horizontal=10, vertical=8),
            )
            for value, (symbol, key) in _FACES.items()
        ],
        wrap=True,
        spacing=8,
        run_spacing=4,
    )
