"""A month of care: its five numbers, typed, and the table of all months. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import flet as ft

from app.errors import InvalidInput
from app.services.care import COUNTS, MonthTotal, MonthView
from app.views import dates
from app.views.screens.people.share_panel import month_name
from app.views.widgets.fields import field, note_line
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.ui import Ui

_SHOWN = 12


def month_fields(
    ui: Ui, typed: Mapping[str, str], errors: Mapping[str, str], write: Callable[[str, str], object]
) -> ft.Control:
    """The form of one month. An empty field is zero here: nothing of it happened."""
    parts: list[ft.Control] = [text(ui, ui.say("care.month_line"), ui.type.body, SOFT)]

    def typing(name: str) -> Callable[[str], object]:
        return lambda words: write(name, words)

    for name in (*COUNTS, "note"):
        number = ft.KeyboardType.NUMBER if name in COUNTS else None
        parts.append(
            field(
                ui, ui.say(f"care.{name}"), typed[name], typing(name), key=f"care.month.{name}",
                keyboard=number, lines=1 if name in COUNTS else 2, error=errors.get(name) or None,
            )
        )  # fmt: skip
    if errors.get(""):
        parts.append(note_line(ui, errors[""], error=True, key="care.month.problem"))
    return ft.Column(parts, spacing=12, tight=True)


def month_of_form(person_id: str, month: str, typed: Mapping[str, str]) -> MonthView:
    """What was typed as numbers. Raises InvalidInput naming the field."""
    counts: dict[str, int] = {}
    for name, most in COUNTS.items():
        words = typed[name].strip().lstrip("$").strip()
        if not words:
            counts[name] = 0
            continue
        if not words.isdecimal() or len(words) > 6:
            raise InvalidInput(
                f"A number from 0 to {most}.", field=name, code="bad_count", values={"most": most}
            )
        counts[name] = int(words)
    return MonthView(person_id, month, **counts, note=typed["note"])


def months_table(ui: Ui, months: tuple[MonthTotal, ...], today: date) -> ft.Control:
    """What each month cost the family, in words: they wrap, and are read aloud as they stand."""
    rows: list[ft.Control] = [section_header(ui, ui.say("care.months"), large=True)]
    if not months:
        rows.append(text(ui, ui.say("care.months_none"), ui.type.body, SOFT))
    for number, one in enumerate(months[:_SHOWN]):
        if number:
            rows.append(hairline())
        called = dates.begin(month_name(ui, one.month, this_year=today.year))
        said = [
            ui.say("care.total.visits", kept=one.visits_kept, missed=one.visits_missed),
            ui.say("care.total.days", school=_days(ui, "school", one.school_days_missed),
                   work=_days(ui, "work", one.work_days_missed)),
            ui.say("care.total.money", dollars=one.out_of_pocket),
        ]  # fmt: skip
        rows.append(
            ft.Column(
                [text(ui, called, ui.type.h3), *(text(ui, words, ui.type.body) for words in said)],
                spacing=2,
                tight=True,
                key=f"care.total.{one.month}",
            )
        )
    return ft.Column(rows, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _days(ui: Ui, what: str, count: int) -> str:
    return ui.say(f"care.{what}_days_one" if count == 1 else f"care.{what}_days", count=count)
