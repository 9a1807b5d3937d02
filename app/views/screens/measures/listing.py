"""The measures of one family: each with what everybody said last, and when it is asked again."""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.measure_reading import FamilyMeasures, MeasureView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.talks import WorkerTalks
from app.views.screens.measures.wording import due_words, is_late, measure_name, row_words
from app.views.screens.more.frame import frame, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.pressable import bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui

TYPES = frozenset({"measure_score", "person", "practice_rules"})
_ICON = 28
_DUE_WIDTH = 240


@component
def MeasuresPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.measures.of_family(family_id), (family_id, tries), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    title = ui.say("more.measures")
    if answer.value is None:
        part = waiting(ui, answer, "measures", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="measures")

    def opened(code: str) -> None:
        nav.go(Place("measure", family_id, detail=code))

    parts = [*measures_view(ui, answer.value, today, opened), WorkerTalks(family_id)]
    return frame(ui, nav, family_id, title, parts, key="measures", spacing=8)


def measures_view(ui: Ui, found: FamilyMeasures, today: date, on_open: object) -> list[ft.Control]:
    """Those that were filled in first, then those that could be."""
    used = [one for one in found.measures if one.scores]
    rest = [one for one in found.measures if not one.scores]
    parts: list[ft.Control] = [text(ui, ui.say("measure.line"), ui.type.body, SOFT)]
    if not used:
        parts.append(text(ui, ui.say("measure.none"), ui.type.words, key="measures.none"))
        parts.append(text(ui, ui.say("measure.teach"), ui.type.body, SOFT))
    parts += [_row(ui, one, today, on_open) for one in used]
    if rest:
        head = section_header(ui, ui.say("measure.others" if used else "measure.all"))
        parts.append(ft.Container(head, padding=ft.Padding.only(top=Space.L)))
        parts += [_row(ui, one, today, on_open) for one in rest]
    return parts


def _row(ui: Ui, one: MeasureView, today: date, on_open: object) -> ft.Control:
    late = is_late(one, today)
    due = due_words(ui, one, today)
    columns: tuple[Column, ...] = ()
    if due:
        ink = ft.Colors.ERROR if late else SOFT
        columns = (Column(text(ui, due, ui.type.strong if late else ui.type.body, ink), width=_DUE_WIDTH),)
    return list_row(
        ui, measure_name(ui, one), bind(on_open, one.code) if callable(on_open) else None,
        key=f"measures.row.{one.code}", lead=icon(ui, ft.Icons.STRAIGHTEN, _ICON, SOFT), lead_size=_ICON,
        line=row_words(ui, one, today), columns=columns, chevron=True, tall=72,
    )  # fmt: skip
