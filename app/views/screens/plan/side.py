"""What stands beside the plan: the coach, what happened since the last meeting, and how steps stand.

Pure. At most one coach is shown. Follows the family-plan picture of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.plan import Flag, PlanView
from app.services.versions import SinceMeeting
from app.views import dates
from app.views.screens.plan.coach_words import coach_act, coach_words
from app.views.screens.plan.wording import steps_of
from app.views.theme.tokens import Space
from app.views.widgets.buttons import quiet
from app.views.widgets.panels import coach, fact_line
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import text
from app.views.widgets.ui import Ui

_MOST_MOVED = 3
_MOST_NAMED = 2


@dataclass(frozen=True)
class SideActs:
    """What can be done beside the plan."""

    coach: Callable[[Flag], object]
    not_now: Callable[[Flag], object]
    changes: Act | None
    """Open what changed; None when there is nothing to open."""


def coach_panel(ui: Ui, flag: Flag, acts: SideActs) -> ft.Control:
    """One thing that the coach noticed."""
    return coach(
        ui,
        coach_words(ui, flag),
        key="plan.coach",
        act=coach_act(ui, flag),
        on_act=bind(acts.coach, flag),
        on_not_now=bind(acts.not_now, flag),
    )


def since_panel(ui: Ui, since: SinceMeeting, today: date, acts: SideActs) -> ft.Control:
    """What happened since the team last met."""
    leaf = ft.Colors.TERTIARY
    rows: list[ft.Control] = []
    if since.steps_done:
        rows.append(
            fact_line(
                ui, ft.Icons.CHECK_CIRCLE_OUTLINE, _count(ui, "plan.steps_done", since.steps_done),
                icon_color=leaf, key="plan.since_done",
            )
        )  # fmt: skip
    for one in since.moved[:_MOST_MOVED]:
        words = (
            ui.say("plan.since_moved", what=one.text, old=one.old, new=one.new)
            if one.old.strip()
            else ui.say("plan.since_measured", what=one.text, new=one.new)
        )
        rows.append(fact_line(ui, ft.Icons.TRENDING_UP, words, icon_color=leaf))
    for key, names, symbol in (
        ("joined", since.joined, ft.Icons.ADD_CIRCLE_OUTLINE),
        ("left", since.left, ft.Icons.REMOVE_CIRCLE_OUTLINE),
    ):
        if len(names) > _MOST_NAMED:
            words = ui.say(f"plan.since_{key}_many", count=len(names))
            rows.append(fact_line(ui, symbol, words, icon_color=leaf))
            continue
        for name in names:
            words = ui.say(f"plan.since_{key}", name=name)
            rows.append(fact_line(ui, symbol, words, icon_color=leaf))
    if since.still_open:
        rows.append(
            fact_line(
                ui, ft.Icons.HISTORY, _count(ui, "plan.since_open", since.still_open),
                icon_color=ft.Colors.ERROR, key="plan.since_open",
            )
        )  # fmt: skip
    if not rows:
        rows.append(fact_line(ui, ft.Icons.CHECK, ui.say("plan.since_nothing"), soft=True))
    met = dates.local(since.since_ms).date()
    title = ui.say("plan.since", day=dates.day(ui.settings.language, met, today, short=True))
    if since.version_id and acts.changes is not None:
        rows.append(
            ft.Row([quiet(ui, ui.say("plan.since_all"), acts.changes, key="plan.changes")], wrap=True)
        )
    return _block(ui, title, rows)


def steps_panel(ui: Ui, plan: PlanView) -> ft.Control | None:
    """How the steps stand, in words; nothing while there are none."""
    steps = steps_of(plan)
    rows: list[ft.Control] = []
    for name, states, symbol, color in (
        ("done", ("done",), ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.TERTIARY),
        ("open", ("open", "overdue", "no_date"), ft.Icons.RADIO_BUTTON_UNCHECKED, ft.Colors.TERTIARY),
        ("late", ("overdue",), ft.Icons.HISTORY, ft.Colors.ERROR),
        ("undated", ("no_date",), ft.Icons.EVENT_OUTLINED, ft.Colors.PRIMARY),
    ):
        count = sum(step.state in states for step in steps)
        if count:
            rows.append(
                fact_line(
                    ui, symbol, _count(ui, f"plan.steps_{name}", count), icon_color=color,
                    key=f"plan.steps_{name}",
                )
            )  # fmt: skip
    return _block(ui, ui.say("plan.steps"), rows) if rows else None


def _count(ui: Ui, key: str, count: int) -> str:
    return ui.say(f"{key}_one" if count == 1 else key, count=count)


def _block(ui: Ui, title: str, rows: list[ft.Control]) -> ft.Control:
    inset = Space.L if ui.layout.wide else 0
    return ft.Container(
        ft.Column([text(ui, title, ui.type.h3, heading=2), *rows], spacing=10, tight=True),
        padding=ft.Padding.only(left=inset),
    )
