"""Readiness to let go, drawn above the transition plan: five things, each ready or still open. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.readiness import ADULT_FROM, Check, Readiness

_MARK, _GAP = 24, 10


@dataclass(frozen=True)
class ReadyActs:
    """step: opens the plan at a promise (its id). add: puts a topic on the list (its code)."""

    step: Callable[[str], object]
    add: Callable[[str], object]


def ready_panel(ui: Ui, found: Readiness, acts: ReadyActs) -> ft.Control:
    """The sheet with the five."""
    rows: list[ft.Control] = [
        text(ui, ui.say("ready.title"), ui.type.h3, heading=2),
        text(ui, ui.say("ready.line"), ui.type.body, SOFT),
    ]
    for check in found.checks:
        rows.append(_check(ui, check, _said(ui, check, found)))
        rows += _more(ui, check, found, acts)
    return sheet(
        ft.Column(
            rows, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        key="transition.ready",
    )


def _check(ui: Ui, check: Check, said: str) -> ft.Control:
    """A mark with its word, what it is, and the sentence."""
    mark = ft.Icons.CHECK_CIRCLE_OUTLINE if check.ready else ft.Icons.RADIO_BUTTON_UNCHECKED
    state = ui.say("ready.yes" if check.ready else "ready.open")
    color = ft.Colors.TERTIARY if check.ready else ft.Colors.ON_SURFACE
    return ft.Row(
        [
            icon(ui, mark, _MARK, color),
            ft.Column(
                [
                    text(ui, ui.say(f"ready.{check.code}"), ui.type.strong),
                    text(ui, state, ui.type.cap, color),
                    text(ui, said, ui.type.body, SOFT),
                ],
                spacing=2, tight=True, expand=True,
            ),
        ],
        spacing=_GAP, vertical_alignment=ft.CrossAxisAlignment.START, key=f"ready.{check.code}",
    )  # fmt: skip


def _said(ui: Ui, check: Check, found: Readiness) -> str:
    if check.code == "steps":
        if not check.want:
            return ui.say("ready.steps_none")
        return ui.say("ready.steps_said", own=check.have, count=check.want)
    if check.code == "adult":
        if check.want:
            return ui.say("ready.adult_said", done=check.have, count=check.want)
        if found.age is None:
            return ui.say("ready.adult_unknown")
        return ui.say("ready.adult_young" if found.age < ADULT_FROM else "ready.adult_none")
    if check.code == "carries":
        if not check.want:
            return ui.say("ready.carries_none")
        return ui.say("ready.carries_said", named=check.have, count=check.want)
    return ui.say("ready.written" if check.ready else f"ready.{check.code}_none")


def _more(ui: Ui, check: Check, found: Readiness, acts: ReadyActs) -> list[ft.Control]:
    """What is still open of one, each line a way to where it is done."""
    rows: list[ft.Control] = []
    if check.code == "steps" and found.steps:
        rows.append(text(ui, ui.say("ready.steps_others"), ui.type.body, SOFT))
        rows += [
            list_row(
                ui, one.what, bind(acts.step, one.step_id), key=f"ready.step.{one.step_id}",
                line=one.owner.strip() or ui.say("ready.nobody"), chevron=True, tall=64,
            )
            for one in found.steps
        ]  # fmt: skip
    if check.code == "adult" and found.topics:
        rows.append(text(ui, ui.say("ready.adult_missing", age=found.age), ui.type.body, SOFT))
        rows.append(
            ft.Column(
                [
                    quiet(
                        ui, ui.say("ready.add", topic=ui.say(f"ready.topic.{one}")), bind(acts.add, one),
                        key=f"ready.add.{one}", symbol=ft.Icons.ADD,
                    )
                    for one in found.topics
                ],
                spacing=0, tight=True,
            )
        )  # fmt: skip
    return [ft.Container(one, margin=ft.Margin.only(left=ui.grow(_MARK) + _GAP)) for one in rows]
