"""The result of one filled-in measure: the total, what it is called, and since last time.

Nothing here says which answers were given: the screen may lie between a worker and a family.
"""

from __future__ import annotations

from datetime import date

import flet as ft

from app.services.measure_reading import ScoreView
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.wording import (
    band_words,
    better_words,
    change_words,
    number_words,
    ruled,
    score_name,
    total_words,
    who_words,
)
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.scoring import subscale_bounds


@component
def MeasureScorePlace(place: Place) -> ft.Control:
    """place.record_id of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    family_id, record = place.family_id, place.record_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.measures.score(family_id, record), (family_id, record, tries),
        types=frozenset({"measure_score"}), family_id=family_id,
    )  # fmt: skip
    if answer.value is None:
        part = waiting(ui, answer, "score", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, ui.say("more.measures"), [part], key="score")
    one = answer.value

    async def remove() -> None:
        measures = tablet.open.measures
        await measures.remove(family_id, record)

        async def undo() -> None:
            await measures.put_back(family_id, record)

        ft.context.page.show_dialog(
            undo_bar(ui, ui.say("measure.removed"), guarded(undo, lambda _error: None))
        )
        nav.back()

    parts = score_view(ui, one, today)
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="score.problem"))
    buttons: list[ft.Control] = [
        filled(ui, ui.say("measure.done"), nav.back, key="score.done", symbol=ft.Icons.CHECK)
    ]
    if allows(tablet.open.desk.me, "measure.write"):
        act = guarded(remove, lambda error: set_trouble(words_for(ui, error)))
        buttons.append(quiet(ui, ui.say("measure.in_error"), act, key="score.remove"))
    foot = ft.Row(buttons, wrap=True, spacing=12, run_spacing=8)
    return frame(
        ui, nav, family_id, score_name(ui, one), parts, key="score", foot=foot, sticky=True, spacing=14
    )


def score_view(ui: Ui, one: ScoreView, today: date) -> list[ft.Control]:
    """Headline number, sentences, parts."""
    day = iso_day(ui, one.on_day, today)
    headline: list[ft.Control] = [
        text(ui, ui.say("measure.answered_by", who=who_words(ui, one), day=day), ui.type.body, SOFT),
        text(ui, total_words(ui, one), ui.type.h1, key="score.total"),
    ]
    if one.total is None:
        left = max(0, one.items - one.answered)
        headline.append(text(ui, ui.say("measure.too_many_blank", count=left), ui.type.body))
    if one.measure is not None:
        headline.append(text(ui, better_words(ui, one.measure), ui.type.body, SOFT))
    if change := change_words(ui, one, today):
        headline.append(text(ui, change, ui.type.body_l, key="score.change"))
    elif one.before is None and one.total is not None:
        headline.append(text(ui, ui.say("measure.first"), ui.type.body, key="score.first"))
    if one.band is not None:
        called = band_words(ui, one.band)
        headline.append(fact_line(ui, ft.Icons.MENU_BOOK_OUTLINED, called, key="score.band"))
    if one.measure is not None and one.since in ("better", "worse", "same") and one.measure.reliable_confirm:
        headline.append(fact_line(ui, ft.Icons.RULE, ui.say("measure.reliable_confirm"), soft=True))
    parts: list[ft.Control] = [
        sheet(
            ft.Column(
                headline, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
            )
        )
    ]
    if one.subscales and one.measure is not None:
        parts.append(section_header(ui, ui.say("measure.parts")))
        parts += [
            ft.Row(
                [
                    ft.Container(text(ui, ruled(ui, part.name), ui.type.body), expand=True),
                    text(
                        ui,
                        ui.say(
                            "measure.of", total=number_words(ui, one.subscales[part.code]),
                            most=number_words(ui, subscale_bounds(one.measure, part)[1]),
                        ),
                        ui.type.strong,
                    ),
                ]
            )
            for part in one.measure.subscales
            if part.code in one.subscales
        ]  # fmt: skip
    answered = ui.say("measure.answered_count", count=one.answered, of=one.items)
    parts.append(text(ui, answered, ui.type.body, SOFT))
    if one.note:
        parts.append(text(ui, one.note, ui.type.body))
    if one.written_by:
        parts.append(text(ui, ui.say("measure.written_by", who=one.written_by), ui.type.cap, SOFT))
    return parts
