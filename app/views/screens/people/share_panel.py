"""The panel beside the drawing: how many at the last meeting were natural supports, and since when.

Pure. A headline number, shapes, a sentence, the small line, and the same as a table. It describes
one family's team and never ranks anybody. Follows design page 06, "Chart", and its picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.services.supports import ShareView
from app.views.widgets.buttons import quiet
from app.views.widgets.face import Kind, mark
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act
from app.views.widgets.share_line import share_line
from app.views.widgets.text import SOFT, hairline, text
from app.views.widgets.ui import Ui
from app.views.words import say
from app.wraparound.natural_share import Count, Month

_LARGE_TEXT = 1.5
_MOST_SHAPES = 12
_PADDING = 20


def share_panel(
    ui: Ui, share: ShareView, width: float, *, table: bool, on_table: Act, this_year: int
) -> ft.Control:
    """The sheet. width: its width. table: the numbers are shown. this_year: its months need none."""
    at_meeting = share.last is not None
    count = share.last if share.last is not None else share.team
    parts: list[ft.Control] = [
        text(
            ui, ui.say("people.share_meeting" if at_meeting else "people.share_title"),
            ui.type.strong, SOFT, heading=2,
        ),
        *_headline(ui, count, at_meeting),
    ]  # fmt: skip
    months = share.months
    if share.trend is not None and share.last is not None:
        parts.append(text(ui, _sentence(ui, share, this_year), ui.type.strong, ft.Colors.TERTIARY))
    if len(months) > 1:
        points = [(month_name(ui, one.month, short=True), one.count.share) for one in months]
        parts.append(share_line(ui, points, width=width - 2 * (_PADDING + 1)))
    if any((share.months, share.open_steps, share.done_steps)):
        if table:
            parts.append(_table(ui, share, this_year))
        words = ui.say("people.numbers_hide" if table else "people.numbers")
        parts.append(
            ft.Row([quiet(ui, words, on_table, key="people.numbers",
                          symbol=ft.Icons.TABLE_ROWS_OUTLINED)], wrap=True)
        )  # fmt: skip
    # The button brings its own room below.
    padding = ft.Padding.only(left=_PADDING, right=_PADDING, top=16, bottom=4)
    return sheet(ft.Column(parts, spacing=8, tight=True), padding=padding, key="people.share")


def _headline(ui: Ui, count: Count, at_meeting: bool) -> list[ft.Control]:
    if not count.everybody:
        return [text(ui, ui.say("people.share_none"), ui.type.body)]
    natural = min(count.natural, _MOST_SHAPES)
    others = min(count.everybody - count.natural, _MOST_SHAPES)
    shapes = [mark(ui, Kind.NATURAL, size=30) for _ in range(natural)]
    shapes += [mark(ui, Kind.PROFESSIONAL, size=30) for _ in range(others)]
    said = ui.say("people.share_were" if at_meeting else "people.share_line")
    return [
        ft.Row(
            [
                text(
                    ui,
                    ui.say("people.share", natural=count.natural, everybody=count.everybody),
                    ui.type.num,
                ),
                text(ui, said, ui.type.body, loose=ui.scale < _LARGE_TEXT),
            ],
            spacing=12,
            wrap=ui.scale >= _LARGE_TEXT,
        ),
        ft.Semantics(
            exclude_semantics=True,
            content=ft.Row(shapes, wrap=True, spacing=8, run_spacing=8),
        ),
    ]


def _sentence(ui: Ui, share: ShareView, this_year: int) -> str:
    first = share.months[0]
    return ui.say(
        f"people.share_{share.trend}",
        natural=first.count.natural,
        everybody=first.count.everybody,
        month=month_name(ui, first.month, this_year=this_year),
    )


def month_name(ui: Ui, month: str, *, short: bool = False, this_year: int | None = None) -> str:
    """A month in words: "August", "Aug", "August 2025" when it is of another year."""
    year, number = (int(part) for part in month.split("-"))
    names = say(ui.settings.language, "dates.months_short" if short else "day.months").split()
    if this_year is not None and year != this_year:
        return ui.say("people.month_year", month=names[number - 1], year=year)
    return names[number - 1]


def _table(ui: Ui, share: ShareView, this_year: int) -> ft.Control:
    """Meetings, open and kept promises: a line for each month, all in words."""
    parts: list[ft.Control] = []
    if share.last is not None:
        team = share.team
        parts.append(
            text(ui, ui.say("people.share_team", natural=team.natural, everybody=team.everybody))
        )
    for key, months in (
        ("meetings", share.months), ("open_steps", share.open_steps), ("done_steps", share.done_steps),
    ):  # fmt: skip
        if months:
            parts.append(_months(ui, key, months, this_year))
    return ft.Column(parts, spacing=16, tight=True, key="people.table")


def _months(ui: Ui, key: str, months: Sequence[Month], this_year: int) -> ft.Control:
    rows: list[ft.Control] = [
        text(ui, ui.say(f"people.table.{key}"), ui.type.strong, heading=3)
    ]
    for one in months:
        rows += [
            hairline(),
            ft.Row(
                [
                    text(
                        ui, month_name(ui, one.month, this_year=this_year), ui.type.body, SOFT,
                        expand=True,
                    ),
                    text(
                        ui,
                        ui.say("people.share", natural=one.count.natural, everybody=one.count.everybody),
                        ui.type.strong,
                    ),
                ],
                spacing=12,
            ),  # fmt: skip
        ]
    return ft.Column(rows, spacing=6, tight=True)
