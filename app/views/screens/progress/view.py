"""The progress page, drawn: a block for each chart, all on one axis, and what happened below. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import flet as ft

from app.services.progress import ProgressView
from app.views.screens.more.frame import COLUMN
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.chart import line_chart
from app.views.widgets.chart_marks import legend
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.pressable import Act, bind
from app.views.widgets.shell import room_for
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, hairline, icon, section_header, text, words
from app.views.widgets.timeline import Row, timeline
from app.views.widgets.ui import Ui
from app.views.words import catalogue
from app.wraparound.progress import Chart, newest, overlapping, within
from app.wraparound.progress_axis import MONTHS, Span, span_of
from app.wraparound.progress_words import (
    Lookup,
    event_words,
    figure,
    meetings_sentence,
    sentences,
    stay_words,
    table,
    when_of,
    who_of,
)
from app.wraparound.vocabulary import OPEN_LABELS

_SECTIONS: Final = ("outcomes", "measures")
_MOST_ROWS: Final = 60
"""Of a table on the screen; a paper has all."""


@dataclass(frozen=True)
class Look:
    """How the page is looked at. months: 0 for all. tables: charts whose numbers are shown. closed:
    outcomes that were reached or set aside are shown as well."""

    months: int = 6
    tables: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True)
class ProgressActs:
    """What can be done. table: takes a chart's key."""

    months: Callable[[str], object]
    table: Callable[[str], object]
    closed: Act
    paper: Act
    measure: Act
    event: Act


def chart_key(chart: Chart) -> str:
    """What tells a chart from the others of a page."""
    key = f"{chart.kind}.{chart.record}"
    # One measure may be about two young people of a family.
    return f"{key}.{chart.title}" if chart.kind == "measure" else key


def chart_width(ui: Ui) -> float:
    """The width of every drawing of the page, so that days stand below each other."""
    return room_for(ui, COLUMN)


def progress_page(ui: Ui, view: ProgressView, look: Look, acts: ProgressActs) -> list[ft.Control]:
    """The whole page; it teaches where nothing has been rated or noted yet."""
    if view.empty:
        return [
            empty_state(
                ui, ui.say("progress.empty_title"), ui.say("progress.empty"), key="progress.empty",
                act=ui.say("progress.empty_act"), on_act=acts.measure,
            )
        ]  # fmt: skip
    span = span_of(look.months, view.today, view.days)
    say = catalogue(ui.language).__getitem__
    parts: list[ft.Control] = [_range(ui, look, acts)]
    # Above the first line that has a wedge below it.
    if held := sum(span.holds(day) for day in view.meetings):
        parts.append(text(ui, meetings_sentence(held, say), ui.type.body, SOFT, key="progress.meetings"))
    charts = [chart for chart in view.charts if chart.open or look.closed]
    for name in _SECTIONS:
        of = [one for one in charts if (one.kind == "measure") == (name == "measures")]
        if of:
            parts.append(section_header(ui, ui.say(f"progress.{name}"), large=True))
            parts += [_block(ui, view, chart, span, say, look, acts) for chart in of]
        if name == "outcomes" and any(not one.open for one in view.charts):
            told = ui.say("progress.hide_closed" if look.closed else "progress.show_closed")
            parts.append(_left(quiet(ui, told, acts.closed, key="progress.closed")))
    parts.append(_happened(ui, view, span, say, acts))
    if view.share is not None and within(view.share, span).lines:
        parts.append(section_header(ui, ui.say("progress.share"), large=True))
        parts.append(_block(ui, view, view.share, span, say, look, acts))
    parts.append(
        ft.Row(
            [outlined(ui, ui.say("progress.paper"), acts.paper, key="progress.paper",
                      symbol=ft.Icons.PRINT_OUTLINED)],
            wrap=True,
        )
    )  # fmt: skip
    return parts


def _column(parts: list[ft.Control], key: str | None = None, spacing: float = Space.S) -> ft.Control:
    return ft.Column(
        parts, spacing=spacing, tight=True, key=key, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _left(control: ft.Control) -> ft.Control:
    """A quiet button whose words begin where all words begin."""
    return ft.Row([ft.Container(control, margin=ft.Margin.only(left=-12))], wrap=True)


def _range(ui: Ui, look: Look, acts: ProgressActs) -> ft.Control:
    choices = [Choice(str(one), ui.say("progress.months", count=one)) for one in MONTHS]
    choices.append(Choice("0", ui.say("progress.all")))
    return choice_chips(ui, choices, str(look.months), acts.months, key="progress.months")


def _block(
    ui: Ui, view: ProgressView, chart: Chart, span: Span, say: Lookup, look: Look, acts: ProgressActs
) -> ft.Control:
    """Title, headline number, sentences, the lines, whose they are, and the numbers."""
    key = chart_key(chart)
    shown = within(chart, span)
    parts: list[ft.Control] = []
    if chart.kind in ("rating", "count", "yes_no"):
        parts.append(words(ui, chart.title, "words_s", quoted=False))
        # One outcome may be rated and counted: two charts under the same words.
        parts.append(text(ui, ui.say(f"progress.kind_{chart.kind}"), ui.type.cap, SOFT))
    elif chart.title:
        parts.append(text(ui, chart.title, ui.type.h3, heading=3))
    if chart.label not in OPEN_LABELS:
        parts.append(_note(ui, ft.Icons.LOCK_OUTLINE, ui.say("progress.restricted")))
    if chart.kind == "count" and chart.target.strip():
        parts.append(text(ui, ui.say("progress.target", target=chart.target), ui.type.body, SOFT))
    if not shown.lines:
        parts.append(text(ui, ui.say("progress.none_here"), ui.type.body, SOFT))
        return _column([*parts, hairline()], key=f"progress.{key}")
    said = sentences(shown, span, say)
    parts.append(_headline(ui, shown, span, say))
    if chart.kind == "share":
        parts.append(text(ui, ui.say("progress.share_line"), ui.type.body, SOFT))
    parts.append(_column([text(ui, one, ui.type.body) for one in said], spacing=2))
    whole = " ".join(filter(None, (chart.title, *said)))
    parts.append(line_chart(ui, shown, span, view.meetings, say, width=chart_width(ui), said=whole))
    named_lines = [(line.code, who_of(line, say)) for line in shown.lines]
    if any(who for _, who in named_lines):
        parts.append(legend(ui, named_lines))
    notes = [_band_words(ui, shown, number) for number in range(len(chart.bands))]
    if chart.confirm:
        notes.append(ui.say("progress.confirm"))
    if notes:
        parts.append(_column([text(ui, one, ui.type.cap, SOFT) for one in notes], spacing=2))
    open_table = key in look.tables
    parts.append(
        _left(
            quiet(
                ui, ui.say("progress.numbers_hide" if open_table else "progress.numbers"),
                bind(acts.table, key), key=f"progress.numbers.{key}", symbol=ft.Icons.TABLE_ROWS_OUTLINED,
            )
        )
    )  # fmt: skip
    if open_table:
        parts.append(_table(ui, shown, span, say, key))
    return _column([*parts, hairline()], key=f"progress.{key}")


def _note(ui: Ui, symbol: ft.IconData, said: str) -> ft.Control:
    return ft.Row(
        [icon(ui, symbol, 20, SOFT), text(ui, said, ui.type.cap, SOFT, loose=True)], spacing=8, tight=True
    )


def _headline(ui: Ui, chart: Chart, span: Span, say: Lookup) -> ft.Control:
    found = newest(chart, span)
    if found is None:
        return ft.Container()
    line, spot = found
    when = when_of(spot, None, say, span.end.year)
    who = who_of(line, say)
    beside = ui.say("progress.headline_who", who=who, when=when) if who else when
    return ft.Row(
        [
            text(ui, figure(chart, spot.value, say), ui.type.num),
            text(ui, beside, ui.type.body, SOFT, loose=not ui.layout.stacked),
        ],
        spacing=12, wrap=ui.layout.stacked, vertical_alignment=ft.CrossAxisAlignment.END,
    )  # fmt: skip


def _band_words(ui: Ui, chart: Chart, number: int) -> str:
    band = chart.bands[number]
    say = catalogue(ui.language).__getitem__
    low, high = (figure(chart, value, say) for value in (band.low, band.high))
    return ui.say("progress.band", low=low, high=high, words=band.words)


def _table(ui: Ui, chart: Chart, span: Span, say: Lookup, key: str) -> ft.Control:
    """Day, who, value, words; a line for each answer."""
    rows: list[ft.Control] = []
    found = table(chart, span, say)
    for day, who, value, told in found[:_MOST_ROWS]:
        cells: list[ft.Control] = [
            text(ui, day, ui.type.body, SOFT, expand=2), text(ui, who, expand=3),
            text(ui, value, ui.type.strong, expand=2),
        ]  # fmt: skip
        rows.append(hairline())
        rows.append(ft.Row(cells, spacing=12, vertical_alignment=ft.CrossAxisAlignment.START))
        if told.strip():
            rows.append(words(ui, told, "words_s") if chart.kind == "rating" else text(ui, told, color=SOFT))
    if len(found) > _MOST_ROWS:
        rows.append(text(ui, ui.say("progress.more_rows", count=len(found) - _MOST_ROWS), color=SOFT))
    return _column(rows, key=f"progress.table.{key}", spacing=6)


def _happened(ui: Ui, view: ProgressView, span: Span, say: Lookup, acts: ProgressActs) -> ft.Control:
    """Stays, events and meetings; a button where there are none."""
    year = span.end.year
    rows = [
        Row(stay_words(one, say, year), one.since, one.until or span.end, stay=True)
        for one in overlapping(view.stays, span)
    ]
    rows += [
        Row(
            event_words(one, say, year), one.day, one.until,
            soft="" if one.label in OPEN_LABELS else ui.say("progress.restricted"),
        )
        for one in view.events
        if one.day <= span.end and (one.until or one.day) >= span.start
    ]  # fmt: skip
    parts: list[ft.Control] = [section_header(ui, ui.say("progress.happened"), large=True)]
    if rows:
        parts.append(timeline(ui, rows, span, view.meetings, say, width=chart_width(ui)))
    else:
        parts.append(text(ui, ui.say("progress.no_events"), ui.type.body, SOFT))
    parts.append(_left(quiet(ui, ui.say("progress.events"), acts.event, key="progress.events")))
    return _column(parts, key="progress.happened")
