"""Writing down the result of a trauma screen: which, who answered, the total, and what it points to.

Opens only after *We are alone*, every time.
"""

from __future__ import annotations

from dataclasses import replace

import flet as ft

from app.errors import InvalidInput
from app.services.measures import Answerer
from app.services.screening import TraumaDraft
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.measures.wording import ruled
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.record_form import Form, use_record_form
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.text import SOFT, text
from app.wraparound.practice_codes import SCREEN_RESULTS
from app.wraparound.rules.screening import Instrument, ScreeningRules
from app.wraparound.scoring import number


@component
def TraumaScreenPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    nav = use_nav()
    tablet = use_tablet()
    family_id = place.family_id
    tries, set_tries = ft.use_state(0)
    alone, set_alone = ft.use_state(False)

    async def ask() -> tuple[ScreeningRules, tuple[Answerer, ...]]:
        opened = tablet.open
        rules: ScreeningRules = await opened.rules.today("screening")
        return rules, await opened.measures.answerers(family_id)

    async def load() -> TraumaDraft:
        people = await tablet.open.measures.answerers(family_id)
        youth = next((one for one in people if one.is_youth), None)
        return TraumaDraft(
            family_id, on_day=tablet.open.desk.today().isoformat(),
            person_id=youth.person_id if youth else "", asked_name=youth.name if youth else "",
        )  # fmt: skip

    async def save(draft: TraumaDraft) -> None:
        await tablet.open.screenings.save_trauma(replace(draft, alone=alone))

    answer = use_query(ask, (family_id, tries), types=frozenset({"practice_rules", "person"}))
    form = use_record_form("trauma", f"trauma.{family_id}", load, save, nav.back, ("on_day",))
    ui = form.ui
    title = ui.say("practice.screening.trauma")
    if answer.value is None or form.draft is None:
        part = (
            form.not_there()
            if form.failed
            else waiting(ui, answer, "trauma", lambda: set_tries(lambda now: now + 1))
        )
        return frame(ui, nav, family_id, title, [part], key="trauma_form")
    if not alone:
        act = outlined(
            ui, ui.say("entry.we_are_alone"), lambda: set_alone(True), key="trauma.alone",
            symbol=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
        )  # fmt: skip
        said = [text(ui, ui.say("screen.alone_line"), ui.type.body_l), ft.Row([act], wrap=True)]
        return frame(ui, nav, family_id, title, said, key="trauma_form")
    rules, people = answer.value
    return frame(
        ui, nav, family_id, title, _parts(form, rules, people), key="trauma_form", foot=form.foot(),
        sticky=True, spacing=20,
    )  # fmt: skip


def _parts(form: Form, rules: ScreeningRules, people: tuple[Answerer, ...]) -> list[ft.Control]:
    ui, draft = form.ui, form.draft
    instruments = [Choice(one.code, ruled(ui, one.name)) for one in rules.instruments]
    chosen = rules.instrument(draft.instrument)
    points = _points(chosen, form.now().total)
    parts: list[ft.Control] = [
        *form.notices(),
        text(ui, ui.say("trauma.line"), ui.type.body, SOFT),
        form.asked(
            "instrument",
            choice_chips(
                ui, instruments, draft.instrument, lambda code: form.change(instrument=code, result=""),
                key="trauma.instrument",
            ),
        ),
        form.asked(
            "person_id",
            choice_chips(
                ui, [Choice(one.person_id, one.name) for one in people if one.is_youth], draft.person_id,
                lambda who: form.change(person_id=who), key="trauma.person_id",
            ),
        ),
        form.line("asked_name"),
        form.line("on_day"),
        form.line("total", help=ruled(ui, chosen.note) if chosen is not None and chosen.note else None),
    ]  # fmt: skip
    if chosen is not None and chosen.positive_at:
        key = "trauma.confirm" if chosen.confirm else "trauma.counts_from"
        parts.append(text(ui, ui.say(key, number=chosen.positive_at), ui.type.body, SOFT))
    results = [Choice(code, ui.say(f"practice.result.{code}")) for code in SCREEN_RESULTS]
    parts.append(
        form.asked(
            "result",
            choice_chips(
                ui, results, draft.result or points, lambda code: form.change(result=code),
                key="trauma.result",
            ),
        )
    )
    parts.append(form.line("words", lines=2))
    return parts


def _points(chosen: Instrument | None, typed: str) -> str:
    """What the total points to by the rules; "" while there is none that can be read."""
    try:
        total = number(typed, "total")
    except InvalidInput:
        return ""
    return chosen.points_to(total) if chosen is not None and total is not None else ""
