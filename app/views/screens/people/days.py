"""Days in the forms of the People place: typed in words, or tapped in a month that opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from app.views import dates
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.day_picker import month_grid, read_day
from app.views.widgets.text import text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class _Month:
    """Which field a month is open for, and which month."""

    field: str = ""
    shown: date | None = None


def use_day_dialog(
    ui: Ui, value_of: Callable[[str], str], on_day: Callable[[str, str], object], today: date
) -> Callable[[str], None]:
    """Hook: opens a month for a field of a form; called with its name.

    value_of: the field's day as ISO text. on_day: takes the field and the day, "" for none.
    """
    nothing = _Month()
    month, show = ft.use_state(nothing)

    def opened(name: str) -> None:
        show(_Month(name, _iso(value_of(name)) or today))

    def choose(day: date | None) -> None:
        show(_Month())
        on_day(month.field, day.isoformat() if day is not None else "")

    dialog: ft.AlertDialog | None = None
    if month.field and month.shown is not None:
        dialog = ft.AlertDialog(
            # No key, as in `reach`: it may open again while it closes.
            title=text(ui, ui.say(f"people.field.{month.field}"), ui.type.h2, heading=1),
            content=ft.Container(
                month_grid(
                    ui, month.shown, _iso(value_of(month.field)), today, choose,
                    lambda shown: show(replace(month, shown=shown)), key="day_dialog.month",
                ),
                width=min(420 * ui.scale, ui.layout.width - 80),
            ),
            actions=[
                ft.Row(
                    [
                        quiet(ui, ui.say("people.clear_day"), lambda: choose(None), key="day_dialog.none"),
                        outlined(ui, ui.say("people.close"), lambda: show(_Month()), key="day_dialog.close"),
                    ],
                    wrap=True, spacing=12, run_spacing=10, alignment=ft.MainAxisAlignment.END,
                )
            ],
            on_dismiss=lambda: show(_Month()),
            scrollable=True,
        )  # fmt: skip
    ft.use_dialog(dialog)
    return opened


def show_days(ui: Ui, draft: Any, names: tuple[str, ...]) -> Any:
    """The draft with these days in words, as somebody would type them."""
    for name in names:
        when = _iso(getattr(draft, name))
        if when is not None:
            # Always with its year: these are days long gone.
            words = dates.plain_day(ui.settings.language, when, date(when.year + 1, 1, 1))
            draft = replace(draft, **{name: words})
    return draft


def read_days(ui: Ui, draft: Any, names: tuple[str, ...], today: date) -> Any:
    """The draft with days that were typed in words as ISO text.

    What cannot be read, or is still to come, stays as it was typed: the service refuses it in words.
    """
    for name in names:
        typed = getattr(draft, name).strip()
        when = read_day(ui.settings.language, typed, today) if typed else None
        if when is not None and when <= today:
            draft = replace(draft, **{name: when.isoformat()})
    return draft


def _iso(text_: str) -> date | None:
    try:
        return date.fromisoformat(text_)
    except ValueError:
        return None
