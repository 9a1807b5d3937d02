"""The four phases, drawn: bars with names, one checklist, what was closed before. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.phases import CheckView, ClosingView, PhasesView, PhaseView
from app.views.screens.families.rows import phase_name
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.fields import note_line
from app.views.widgets.phase import bars
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.phases import CHECKLIST

_BAR = 8
_LAST = 4
_ITEMS = frozenset(item for items in CHECKLIST.values() for item in items)


@dataclass(frozen=True)
class PhaseActs:
    """What can be done on the place."""

    show: Callable[[str], object]
    tick: Callable[[str, bool], object]
    close: Act
    go_back: Act


def phase_page(
    ui: Ui, view: PhasesView, shown: PhaseView, today: date, acts: PhaseActs, trouble: str = ""
) -> list[ft.Control]:
    """Bars, the checklist of the phase that is shown, and the history. shown: one of view.phases."""
    count = len(shown.open_items)
    left = (
        ui.say("phases.all_done")
        if not count
        else ui.say("phases.open_one" if count == 1 else "phases.open", count=count)
    )
    checklist = ft.Column(
        [
            section_header(ui, ui.say("phases.ends_with"), count=left, large=True),
            *(_check(ui, one, today, acts) for one in shown.items),
        ],
        spacing=2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"phase.checklist.{shown.number}",
    )
    parts: list[ft.Control] = [_switch(ui, view, shown, acts), checklist]
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="phase.problem"))
    return parts


def phase_foot(ui: Ui, view: PhasesView, shown: PhaseView, acts: PhaseActs) -> ft.Control | None:
    """The one act: close the phase the family is in, or open an earlier one again."""
    fill = ui.layout.narrow
    if shown.state == "current":
        closed_all = shown.number == _LAST and any(one.phase == _LAST for one in view.closings)
        if closed_all and not shown.open_items:
            return None
        key = "phases.close_last" if shown.number == _LAST else "phases.close"
        button = filled(ui, ui.say(key), acts.close, key="phase.close", fill=fill)
    elif shown.state == "past":
        words = ui.say("phases.go_back", number=shown.number)
        button = outlined(ui, words, acts.go_back, key="phase.go_back", symbol=ft.Icons.HISTORY)
    else:
        return None
    return ft.Row([ft.Container(button, expand=fill or None)], wrap=not fill)


def _switch(ui: Ui, view: PhasesView, shown: PhaseView, acts: PhaseActs) -> ft.Control:
    """Which phase is shown. Wide: the bars themselves; else bars and chips below."""
    if ui.layout.stacked:
        choices = [Choice(str(one.number), _name(ui, one)) for one in view.phases]
        return ft.Column(
            [
                bars(ui, view.current, len(view.phases), width=None),
                choice_chips(ui, choices, str(shown.number), acts.show, key="phase.show"),
                text(ui, ui.say(f"phases.state.{shown.state}"), ui.type.body, SOFT),
            ],
            spacing=Space.S,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    cells: list[ft.Control] = [_cell(ui, one, one is shown, acts) for one in view.phases]
    return ft.Row(cells, spacing=Space.XS, vertical_alignment=ft.CrossAxisAlignment.START)


def _name(ui: Ui, one: PhaseView) -> str:
    return ui.say("phases.bar", number=one.number, name=phase_name(ui, one.number))


def _cell(ui: Ui, one: PhaseView, on: bool, acts: PhaseActs) -> ft.Control:
    ground = {
        "past": ft.Colors.OUTLINE,
        "current": ft.Colors.PRIMARY,
        "coming": ft.Colors.SURFACE_CONTAINER_HIGHEST,
    }[one.state]
    state = ui.say(f"phases.state.{one.state}")
    seen = ft.Column(
        [
            ft.Container(height=ui.grow(_BAR), border_radius=_BAR / 2 * ui.scale, bgcolor=ground),
            text(ui, _name(ui, one), ui.type.strong if on else ui.type.body),
            text(ui, state, ui.type.cap, SOFT),
        ],
        spacing=6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    name = ui.say(
        "phases.show", number=one.number, name=phase_name(ui, one.number), state=state
    )
    return pressable(
        ui, seen, bind(acts.show, str(one.number)), key=f"phase.show.{one.number}", name=name,
        selected=on, radius=Radius.FIELD, padding=ft.Padding.symmetric(horizontal=8, vertical=10),
        bgcolor=ft.Colors.SURFACE_CONTAINER if on else None, expand=1,
    )  # fmt: skip


def _check(ui: Ui, one: CheckView, today: date, acts: PhaseActs) -> ft.Control:
    label = ui.say(f"phases.item.{one.item}")
    if not one.derived:
        ticked = iso_day(ui, one.done_on, today)
        line = ui.say("phases.ticked_on", day=ticked) if ticked else ui.say("phases.by_hand")
        return tick_row(
            ui, label, one.done, lambda on: acts.tick(one.item, on), key=f"phase.item.{one.item}",
            line=line,
        )  # fmt: skip
    why = (
        ui.say(f"phases.why.{one.item}", have=one.have, want=one.want)
        if one.want
        else ui.say("phases.why_nothing")
    )
    symbol = ft.Icons.CHECK_CIRCLE if one.done else ft.Icons.RADIO_BUTTON_UNCHECKED
    said = f"{ui.say('phases.from_plan')}: {why}"
    return ft.Semantics(
        label=f"{label}, {said}",
        checked=one.done,
        exclude_semantics=True,
        key=f"phase.item.{one.item}",
        content=ft.Container(
            ft.Row(
                [
                    icon(ui, symbol, 26, ft.Colors.TERTIARY if one.done else ft.Colors.OUTLINE),
                    ft.Column(
                        [text(ui, label, ui.type.strong), text(ui, said, ui.type.body, SOFT)],
                        spacing=0,
                        tight=True,
                        expand=True,
                    ),
                ],
                spacing=12,
            ),
            padding=ft.Padding.symmetric(vertical=11, horizontal=4),
        ),
    )


def history(ui: Ui, closings: tuple[ClosingView, ...], today: date) -> ft.Control:
    """What was closed, newest first, with what was open and why."""
    rows: list[ft.Control] = []
    for one in closings:
        rows += [hairline(), _closing(ui, one, today)]
    if not closings:
        rows.append(text(ui, ui.say("phases.history_none"), ui.type.body, SOFT))
    return ft.Column(
        [section_header(ui, ui.say("phases.history")), *rows],
        spacing=Space.S,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key="phase.history",
    )


def _closing(ui: Ui, one: ClosingView, today: date) -> ft.Control:
    day = iso_day(ui, one.closed_on, today)
    name = phase_name(ui, one.phase) if 1 <= one.phase <= _LAST else ""
    lines: list[ft.Control] = [
        text(ui, ui.say("phases.bar", number=one.phase, name=name), ui.type.strong),
        text(
            ui,
            ui.say("phases.history_by", day=day, who=one.closed_by)
            if one.closed_by
            else ui.say("phases.history_line", day=day),
            ui.type.body, SOFT,
        ),
    ]  # fmt: skip
    if one.reason.strip():
        lines.append(text(ui, ui.say("phases.history_reason", words=one.reason), ui.type.body))
    known = [ui.say(f"phases.item.{item}") for item in one.open_items if item in _ITEMS]
    if known:
        lines.append(text(ui, ui.say("phases.history_open", items="; ".join(known)), ui.type.body, SOFT))
    return ft.Column(lines, spacing=2, tight=True)

