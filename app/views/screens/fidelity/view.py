"""Fidelity signals as plain statements of counts, each with what it counted behind it. Pure.

No score, no colour for good or bad, no order of people: a statement is something to talk about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.fidelity import FamilySignals
from app.views import dates
from app.views.place import Place
from app.views.widgets.pressable import Act, bind, pressable
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.fidelity import Signal, Statement, Thing

_MARK = 22
SYMBOLS = {
    "teamwork": ft.Icons.GROUPS_OUTLINED, "natural": ft.Icons.ECO_OUTLINED,
    "needs": ft.Icons.FLAG_OUTLINED, "family": ft.Icons.FAVORITE_BORDER,
    "outcomes": ft.Icons.TRENDING_UP,
}  # fmt: skip


def statement_words(ui: Ui, one: Statement, *, families: bool = False) -> str:
    """A statement in words: "7 of 9 promises were kept by their day". families: of several together."""
    if not one.of:
        return ui.say(f"fidelity.none.{one.code}")
    if one.code == "vision" and not families:
        return ui.say("fidelity.say.vision_one" if one.yes else "fidelity.none.vision")
    return ui.say(f"fidelity.say.{one.code}", yes=one.yes, of=one.of)


def place_of(family_id: str, thing: Thing) -> Place:
    """Where a thing that was counted is read."""
    if thing.kind == "meeting":
        return Place("meetings", family_id)
    if thing.kind == "plan_version":
        return Place("version", family_id, record_id=thing.record_id)
    return Place("family", family_id, tab="plan")


def signal_part(
    ui: Ui,
    signal: Signal,
    *,
    open_statement: Callable[[str], object] | None = None,
    opened: str = "",
    go: Callable[[Thing], object] | None = None,
    today: date | None = None,
) -> ft.Control:
    """One signal with its statements.

    open_statement: shows or hides what a statement counted, by its code. go: opens one of those things.
    """
    parts: list[ft.Control] = [
        ft.Row(
            [
                icon(ui, SYMBOLS[signal.code], _MARK, SOFT),
                text(ui, ui.say(f"fidelity.signal.{signal.code}"), ui.type.h3, heading=2, expand=True),
            ],
            spacing=10,
        )
    ]
    for one in signal.statements:
        lists = open_statement is not None and bool(one.things)
        act: Act | None = bind(open_statement, one.code) if lists and open_statement is not None else None
        said = statement_words(ui, one, families=open_statement is None)
        row = _statement(ui, one.code, said, act, opened == one.code)
        parts.append(row)
        if opened == one.code and go is not None:
            parts += [_thing(ui, one.code, thing, bind(go, thing), today) for thing in one.things]
    return ft.Column(
        parts, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"fidelity.signal.{signal.code}",
    )  # fmt: skip


def _statement(ui: Ui, code: str, said: str, act: Act | None, opened: bool) -> ft.Control:
    """A statement; where it can be listed, a button that shows what it counted."""
    if act is None:
        return ft.Container(text(ui, said), padding=ft.Padding.symmetric(vertical=10), key=f"fidelity.{code}")
    more = ui.say("fidelity.hide" if opened else "fidelity.show")
    arrow = ft.Icons.EXPAND_LESS if opened else ft.Icons.EXPAND_MORE
    words = ft.Column(
        [text(ui, said), text(ui, more, ui.type.cap, SOFT)], spacing=0, tight=True, expand=True
    )
    inside = ft.Row([words, icon(ui, arrow, _MARK, SOFT)], spacing=10)
    pad = ft.Padding.symmetric(vertical=8)
    return ft.Row([pressable(ui, inside, act, key=f"fidelity.{code}", padding=pad, expand=True)])


def _thing(ui: Ui, code: str, thing: Thing, act: Act, today: date | None) -> ft.Control:
    """One thing that was counted, and whether it is so: in words and by its icon."""
    mark = ft.Icons.CHECK_CIRCLE_OUTLINE if thing.yes else ft.Icons.RADIO_BUTTON_UNCHECKED
    day = dates.plain_day(ui.language, thing.on, today) if thing.on and today else ""
    title = thing.text or ui.say(f"fidelity.thing.{thing.kind}", day=day)
    state = ui.say("fidelity.yes" if thing.yes else "fidelity.no")
    line = f"{state}, {day}" if day and thing.text else state
    return list_row(
        ui, title, act, key=f"fidelity.thing.{code}.{thing.record_id}", lead=icon(ui, mark, 26, SOFT),
        lead_size=26, line=line, chevron=True, tall=60,
    )  # fmt: skip


def family_row(ui: Ui, one: FamilySignals, go: Callable[[str], object]) -> ft.Control:
    """A family of a coordinator, which opens its own signals."""
    return list_row(
        ui, one.title, bind(go, one.family_id), key=f"fidelity.family.{one.family_id}", chevron=True, tall=56
    )
