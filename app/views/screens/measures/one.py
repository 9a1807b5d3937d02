"""One measure of a family: everybody's answers side by side, then the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import flet as ft

from app.services.measure_reading import MeasureView, ScoreView
from app.services.permissions import allows
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.listing import TYPES
from app.views.screens.measures.wording import (
    band_words,
    better_words,
    change_words,
    due_words,
    is_late,
    measure_name,
    ruled,
    short_change,
    total_words,
    who_words,
)
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

_SIDE_BY_SIDE = 3
"""How many answerers stand in one row where there is room."""


@component
def MeasurePlace(place: Place) -> ft.Control:
    """Of place.family_id; place.detail is the measure's code."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id, code = place.family_id, place.detail
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.measures.of_family(family_id), (family_id, code, tries), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    found = None
    if answer.value is not None:
        found = next((one for one in answer.value.measures if one.code == code), None)
    if found is None:
        title = ui.say("more.measures")
        part = (
            waiting(ui, answer, "measure", lambda: set_tries(lambda now: now + 1))
            if answer.value is None
            else text(ui, ui.say("measure.gone"), ui.type.body)
        )
        return frame(ui, nav, family_id, title, [part], key="measure")
    may = found.measure is not None and allows(tablet.open.desk.me, "measure.write")
    foot = None
    if may:
        foot = filled(
            ui, ui.say("measure.fill_in"), lambda: nav.go(Place("measure_entry", family_id, detail=code)),
            key="measure.fill_in", symbol=ft.Icons.EDIT_OUTLINED, expand=ui.layout.narrow or None,
        )  # fmt: skip
    parts = measure_view(
        ui, found, today, lambda score: nav.go(Place("measure_score", family_id, record_id=score))
    )
    return frame(
        ui, nav, family_id, measure_name(ui, found), parts, key="measure",
        foot=None if foot is None else ft.Row([foot]), sticky=True, spacing=18,
    )  # fmt: skip


def measure_view(ui: Ui, one: MeasureView, today: date, on_open: object) -> list[ft.Control]:
    """What is under the title."""
    parts: list[ft.Control] = []
    if one.measure is not None:
        said: list[ft.Control] = [text(ui, better_words(ui, one.measure), ui.type.body, SOFT)]
        if due := due_words(ui, one, today):
            late = is_late(one, today)
            ink = ft.Colors.ERROR if late else SOFT
            said.append(text(ui, due, ui.type.strong if late else ui.type.body, ink))
        parts.append(ft.Row(said, wrap=True, spacing=16, run_spacing=4))
    if not one.scores:
        parts.append(text(ui, ui.say("measure.never_line"), ui.type.words, key="measure.never"))
    else:
        parts.append(_side_by_side(ui, one.latest, today))
        parts.append(
            ft.Column(
                [
                    section_header(ui, ui.say("measure.history"), count=_count(ui, len(one.scores))),
                    *_history(ui, one.scores, today, on_open),
                ],
                spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )  # fmt: skip
    if one.measure is not None and one.measure.licence:
        parts.append(text(ui, ruled(ui, one.measure.licence), ui.type.cap, SOFT))
    return parts


def _count(ui: Ui, count: int) -> str:
    return ui.say("measure.count_one" if count == 1 else "measure.count", count=count)


def _side_by_side(ui: Ui, latest: tuple[ScoreView, ...], today: date) -> ft.Control:
    """A card for each answerer, beside each other where they fit."""
    cards = [_card(ui, one, today) for one in latest]
    if ui.layout.narrow or len(cards) == 1:
        return ft.Column(cards, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    rows: list[ft.Control] = []
    for start in range(0, len(cards), _SIDE_BY_SIDE):
        inside = [ft.Container(one, expand=True) for one in cards[start : start + _SIDE_BY_SIDE]]
        rows.append(ft.Row([*inside], spacing=12, vertical_alignment=ft.CrossAxisAlignment.START))
    return ft.Column(rows, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _card(ui: Ui, one: ScoreView, today: date) -> ft.Control:
    parts: list[ft.Control] = [
        text(ui, who_words(ui, one), ui.type.strong),
        text(ui, total_words(ui, one), ui.type.h2),
        text(ui, dates.begin(iso_day(ui, one.on_day, today)), ui.type.body, SOFT),
    ]
    if change := change_words(ui, one, today):
        ink = ft.Colors.TERTIARY if one.since == "better" else ft.Colors.ON_SURFACE
        parts.append(text(ui, change, ui.type.body, ink))
    if one.band is not None:
        parts.append(text(ui, band_words(ui, one.band), ui.type.body, SOFT))
    content = ft.Column(parts, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return sheet(content, padding=16, key=f"measure.card.{one.score_id}")


def _history(
    ui: Ui, scores: Sequence[ScoreView], today: date, on_open: object
) -> list[ft.Control]:
    """A day, and below it everybody who answered on it."""
    rows: list[ft.Control] = []
    for day, some in groupby(scores, key=lambda one: one.on_day):
        said = text(ui, dates.begin(iso_day(ui, day, today)), ui.type.strong, SOFT, heading=3)
        rows.append(ft.Container(said, padding=ft.Padding.only(top=Space.S)))
        rows += [_row(ui, one, on_open) for one in some]
    return rows


def _row(ui: Ui, one: ScoreView, on_open: object) -> ft.Control:
    change = short_change(ui, one)
    total = total_words(ui, one)
    return list_row(
        ui, who_words(ui, one), bind(on_open, one.score_id) if callable(on_open) else None,
        key=f"measure.row.{one.score_id}", line=f"{total}, {change}" if change else total, chevron=True,
        tall=64,
    )  # fmt: skip
