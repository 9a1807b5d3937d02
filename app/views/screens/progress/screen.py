"""Progress of one family: asks the service, keeps how the page is looked at."""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.services.progress import ProgressView
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.progress.view import Look, ProgressActs, progress_page
from app.views.widgets.boundary import component
from app.views.widgets.ui import use_ui

TYPES = frozenset({
    "outcome", "rating", "measure_score", "life_event", "meeting", "attendance", "plan_version", "need",
    "practice_rules", "person",
})  # fmt: skip


@component
def ProgressPlace(place: Place) -> ft.Control:
    """Charts of place.family_id. For workers; nothing here is meant for the table."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    look, set_look = ft.use_state(Look())

    async def ask() -> ProgressView:
        return await tablet.open.progress.of_family(place.family_id, ui.language)

    answer = use_query(
        ask, (place.family_id, tries, ui.language), types=TYPES, family_id=place.family_id
    )

    def flip(key: str) -> None:
        set_look(lambda now: replace(now, tables=now.tables ^ {key}))

    parts: list[ft.Control]
    if answer.value is None or answer.error:
        parts = [waiting(ui, answer, "progress", lambda: set_tries(lambda now: now + 1))]
    else:
        acts = ProgressActs(
            months=lambda typed: set_look(lambda now: replace(now, months=int(typed))),
            table=flip,
            closed=lambda: set_look(lambda now: replace(now, closed=not now.closed)),
            paper=lambda: nav.go(Place("progress_paper", place.family_id)),
            measure=lambda: nav.go(Place("measures", place.family_id)),
            event=lambda: nav.go(Place("events", place.family_id)),
        )
        parts = progress_page(ui, answer.value, look, acts)
    return frame(
        ui, nav, place.family_id, ui.say("progress.title"), parts, key="progress",
        line=ui.say("progress.line"),
    )  # fmt: skip
