"""*How it has gone*: a goal's numbers over time, in a sentence, a line, and a table. Pure drawing.

All of it comes from a `GoalShown`, so nothing that somebody present must not learn of can be here.
Lines tell apart who said it and rank nobody. Follows design 01, "Family table", and page 06, "Chart".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import flet as ft

from app.views.screens.table.look import (
    HeadActs,
    chosen_size,
    for_drawings,
    head,
    inset,
    large_text,
    page_of,
    said,
    words_line,
)
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import quiet
from app.views.widgets.chart import line_chart
from app.views.widgets.chart_marks import legend
from app.views.widgets.pressable import Act, pressable
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui
from app.views.words import catalogue
from app.wraparound.family_page import GoalShown
from app.wraparound.history_words import chart_of, has_line, how_it_went, said_by, span_for
from app.wraparound.progress import within
from app.wraparound.progress_axis import Span
from app.wraparound.progress_words import Lookup, table

_WIDEST = 936


@dataclass(frozen=True)
class GoneActs:
    """What the page does. numbers: shows or hides the table."""

    head: HeadActs
    numbers: Act
    leave: Act


def gone_button(ui: Ui, goal: GoalShown, look: Act) -> ft.Control:
    """The way from a goal to how it has gone; only for goals that have a number."""
    shown = ft.Row(
        [
            icon(ui, ft.Icons.SHOW_CHART, 22, ft.Colors.PRIMARY),
            text(ui, ui.say("table.gone"), ui.type.button, ft.Colors.PRIMARY, loose=True),
        ],
        spacing=Space.S, tight=True,
    )  # fmt: skip
    # Several stand on one page: whoever only hears them must know of which goal each is.
    button = pressable(
        ui, shown, look, key=f"table.gone.{goal.outcome_id}",
        name=f"{ui.say('table.gone')}: {said(ui, goal.text)}",
        padding=ft.Padding.all(12), radius=Radius.ROUND,
    )  # fmt: skip
    # Its words begin where all words begin.
    return ft.Row([ft.Container(button, margin=ft.Margin.only(left=-12))], wrap=True)


def gone_page(ui: Ui, goal: GoalShown, today: date, numbers: bool, acts: GoneActs) -> ft.Control:
    """The whole page. numbers: whether every number is listed below the lines."""
    plain = chosen_size(ui)
    say = catalogue(ui.language).__getitem__
    span = span_for(goal, today)
    sentences = how_it_went(goal, today, say)
    told = [text(ui, one, ui.type.body_l) for one in sentences]
    goal_words = words_line(plain, goal.text, plain.type.words_l)
    body: list[ft.Control] = [_column([goal_words, _column(list(told), 4)], 14)]
    if has_line(goal, span):
        body.append(_column(_line(ui, goal, span, say, " ".join((said(ui, goal.text), *sentences))), 12))
        shown = quiet(
            ui, ui.say("table.gone_numbers_hide" if numbers else "table.gone_numbers"), acts.numbers,
            key="table.gone.numbers", symbol=ft.Icons.TABLE_ROWS_OUTLINED,
        )  # fmt: skip
        listed: list[ft.Control] = [
            ft.Row([ft.Container(shown, margin=ft.Margin.only(left=-12))], wrap=True)
        ]
        if numbers:
            listed += _numbers(ui, goal, span, say)
        body.append(_column(listed, 8))
    body.append(text(ui, ui.say("table.gone_talk"), ui.type.body_l, SOFT))
    top = head(ui, ui.say("table.gone"), "", acts.head, back=acts.leave)
    return page_of(ui, top, body, None, "table.gone_page")


def _column(parts: list[ft.Control], spacing: float) -> ft.Control:
    return ft.Column(
        parts, spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _line(ui: Ui, goal: GoalShown, span: Span, say: Lookup, spoken: str) -> list[ft.Control]:
    """The drawing, whose lines they are, and what its marks mean."""
    drawn = for_drawings(ui)
    chart = within(chart_of(goal), span)
    width = min(_WIDEST, ui.layout.width - 2 * inset(ui))
    notes = [ui.say("table.gone_scale")]
    if any(span.holds(day) for day in goal.met):
        notes.append(ui.say("table.gone_meetings"))
    return [
        line_chart(drawn, chart, span, goal.met, say, width=width, said=spoken),
        legend(drawn, [(line.code, said_by(line, say)) for line in chart.lines]),
        text(ui, " ".join(notes), ui.type.body, SOFT),
    ]


def _numbers(ui: Ui, goal: GoalShown, span: Span, say: Lookup) -> list[ft.Control]:
    """Day, who, number; the newest first."""
    rows: list[ft.Control] = []
    for day, who, value, _ in table(chart_of(goal), span, say):
        told = [
            text(ui, day, ui.type.body, SOFT, expand=2),
            text(ui, who, ui.type.body, expand=3),
            text(ui, value, ui.type.strong, expand=1),
        ]
        if large_text(ui) and ui.layout.narrow:
            # Three columns would break their words: day and number stand over the name.
            line: ft.Control = _column([ft.Row([told[0], told[2]], spacing=12), ft.Row([told[1]])], 0)
        else:
            line = ft.Row(list(told), spacing=16, vertical_alignment=ft.CrossAxisAlignment.START)
        rows += [hairline(), line]
    return rows
