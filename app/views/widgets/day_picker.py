"""Choosing a day: typed in words, or tapped in a month.

Owns reading what people type ("3 Dec", "tomorrow", "Friday") and the month's grid, whose cells are
48 px targets named with the whole date. Pure: today is handed in. Follows design page 06, "Access".
"""

from __future__ import annotations

import re
import unicodedata
from calendar import Calendar
from collections.abc import Callable
from datetime import date, timedelta

import flet as ft

from app.views.theme.tokens import TARGET
from app.views.widgets.buttons import icon_button
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui
from app.views.words import say

_PAST_DAYS = 90
"""A day without a year that is longer gone than this means the one of next year."""
_SHORT = 3
_WEEK = 7
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}|\d{2}))?")


def read_day(language: str, typed: str, today: date) -> date | None:
    """The day that was typed, or None when it is not one.

    Takes "3 Dec", "Dec 3, 2026", "Thu 3 Dec", "12/3" (month first in English, day first in Spanish),
    "2026-12-03", "today", "tomorrow" and the name of a weekday (the next such day).
    """
    plain = _plain(typed)
    found = _ISO.fullmatch(plain)
    if found:
        return _made(int(found[1]), int(found[2]), int(found[3]))
    found = _FIGURES.fullmatch(plain)
    if found:
        first, second = int(found[1]), int(found[2])
        month, day = (second, first) if language == "es" else (first, second)
        return _with_year(month, day, found[3], today)
    for name, away in (("today", 0), ("tomorrow", 1), ("yesterday", -1)):
        if plain == _plain(say(language, f"day.words_{name}")):
            return today + timedelta(days=away)
    return _in_words(language, plain, today)


def _in_words(language: str, plain: str, today: date) -> date | None:
    months = [_plain(one)[:_SHORT] for one in say(language, "day.months").split()]
    weekdays = [_plain(one)[:_SHORT] for one in say(language, "day.weekdays").split()]
    month = weekday = None
    numbers: list[str] = []
    for word in re.findall(r"[a-z]+|\d+", plain):
        if word.isdigit():
            numbers.append(word)
        elif word[:_SHORT] in months and len(word) >= _SHORT:
            month = months.index(word[:_SHORT]) + 1
        elif word[:_SHORT] in weekdays and len(word) >= _SHORT:
            weekday = weekdays.index(word[:_SHORT])
        elif word not in ("de", "del", "el", "the", "of", "on", "st", "nd", "rd", "th"):
            return None
    if month is not None and 1 <= len(numbers) <= 2:
        years = [one for one in numbers if len(one) == 4]
        days = [one for one in numbers if len(one) <= 2]
        if len(days) == 1 and len(years) == len(numbers) - 1:
            return _with_year(month, int(days[0]), years[0] if years else None, today)
        return None
    if weekday is not None and month is None and not numbers:
        ahead = (weekday - today.weekday()) % _WEEK or _WEEK
        return today + timedelta(days=ahead)
    return None


def _plain(words: str) -> str:
    """Lower case without accents, commas and full stops at the rim."""
    folded = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(kept.replace(",", " ").split()).strip(" .")


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_year(month: int, day: int, year: str | None, today: date) -> date | None:
    if year is not None:
        return _made(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = _made(today.year, month, day)
    if this_year is not None and (today - this_year).days <= _PAST_DAYS:
        return this_year
    return _made(today.year + 1, month, day)


def whole_day(language: str, when: date) -> str:
    """The day with all its names, as a screen reader says it."""
    return say(
        language,
        "day.name",
        weekday=say(language, "day.weekdays").split()[when.weekday()],
        day=when.day,
        month=say(language, "day.months").split()[when.month - 1],
        year=when.year,
    )


def month_grid(
    ui: Ui,
    shown: date,
    chosen: date | None,
    today: date,
    on_day: Callable[[date], object],
    on_month: Callable[[date], object],
    *,
    key: str,
) -> ft.Control:
    """One month as a grid of days.

    Args:
        ui: settings in force.
        shown: a day of the month that is shown.
        chosen: the day that is chosen.
        today: ringed.
        on_day: called with the day tapped.
        on_month: called with the first day of the month before or after.
        key: key stem; days are `<key>.<ISO day>`, arrows `<key>.before` and `<key>.after`.
    """
    language = ui.settings.language
    first = shown.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    title = say(
        language,
        "day.month",
        month=say(language, "day.months").split()[first.month - 1],
        year=first.year,
    )
    side = max(TARGET - 4, min(ui.grow(TARGET - 4), (ui.layout.width - 72) / _WEEK))
    letters: list[ft.Control] = [
        ft.Container(
            text(ui, one, ui.type.cap, SOFT, align=ft.TextAlign.CENTER), expand=1
        )
        for one in say(language, "day.letters").split()
    ]
    weeks: list[ft.Control] = [
        ft.Row(
            [
                icon_button(ui, ft.Icons.CHEVRON_LEFT, ui.say("day.month_before"),
                            bind(on_month, before), key=f"{key}.before"),
                ft.Semantics(
                    live_region=True,
                    expand=True,
                    content=text(ui, title, ui.type.strong, align=ft.TextAlign.CENTER),
                ),
                icon_button(ui, ft.Icons.CHEVRON_RIGHT, ui.say("day.month_after"),
                            bind(on_month, after), key=f"{key}.after"),
            ]
        ),
        ft.Semantics(exclude_semantics=True, content=ft.Row(letters, spacing=0)),
    ]  # fmt: skip
    for week in Calendar().monthdatescalendar(first.year, first.month):
        cells: list[ft.Control] = [
            _day(ui, one, chosen, today, on_day, side, key)
            if one.month == first.month
            else ft.Container(expand=1)
            for one in week
        ]
        weeks.append(ft.Row(cells, spacing=0))
    return ft.Column(weeks, spacing=2, tight=True, key=key)


def _day(
    ui: Ui,
    when: date,
    chosen: date | None,
    today: date,
    on_day: Callable[[date], object],
    side: float,
    key: str,
) -> ft.Control:
    on = when == chosen
    ink = ft.Colors.ON_PRIMARY_CONTAINER if on else ft.Colors.ON_SURFACE
    # Seven numbers must fit side by side, however large the words are.
    style = ui.type.strong
    style.size = min(style.size or 16, side * 0.55)
    return pressable(
        ui,
        ft.Text(str(when.day), style=style, color=ink, no_wrap=True),
        bind(on_day, when),
        key=f"{key}.{when.isoformat()}",
        name=whole_day(ui.settings.language, when),
        selected=on,
        bgcolor=ft.Colors.PRIMARY_CONTAINER if on else None,
        side=ft.BorderSide(1.5, ft.Colors.PRIMARY) if on or when == today else None,
        height=max(TARGET, side),
        expand=1,
        align=ft.Alignment.CENTER,
    )
