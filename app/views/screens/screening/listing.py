"""The screening of one family: what was found and waits, the five domains, and trauma screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.errors import AppError
from app.services.permissions import allows
from app.services.screening_reading import FamilyScreening, FindingView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.screening.wording import (
    domain_words,
    finding_line,
    finding_words,
    status_words,
    trauma_words,
)
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import quiet_panel, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.ui import Ui, use_ui

TYPES = frozenset({"screening", "finding", "referral", "need", "practice_rules"})
SYMBOLS = {
    "economic": ft.Icons.PAYMENTS_OUTLINED, "neighbourhood": ft.Icons.HOME_OUTLINED,
    "education": ft.Icons.SCHOOL_OUTLINED, "community": ft.Icons.DIVERSITY_3,
    "health": ft.Icons.FAVORITE_OUTLINE,
}  # fmt: skip
_ICON = 28


@dataclass(frozen=True)
class ScreeningActs:
    """What can be done. need, refer, decide: with a finding (decide: and a status)."""

    open: Callable[[str], object]
    trauma: Callable[[], object]
    alone: Callable[[], object]
    need: Callable[[FindingView], object]
    refer: Callable[[FindingView], object]
    decide: Callable[[FindingView, str], object]


@component
def ScreeningPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    trouble, set_trouble = ft.use_state("")
    alone, set_alone = ft.use_state(False)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.screenings.of_family(family_id), (family_id, tries), types=TYPES,
        family_id=family_id,
    )  # fmt: skip
    title = ui.say("more.screening")
    if answer.value is None:
        part = waiting(ui, answer, "screening", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="screening")

    def say(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    async def need(one: FindingView) -> None:
        set_trouble("")
        screenings = tablet.open.screenings
        await screenings.to_need(family_id, one.finding_id, finding_words(ui, one))

        async def undo() -> None:
            await screenings.undo_need(family_id, one.finding_id)

        ft.context.page.show_dialog(
            undo_bar(ui, ui.say("screen.need_made"), guarded(undo, lambda _error: None))
        )

    async def decide(one: FindingView, status: str) -> None:
        set_trouble("")
        await tablet.open.screenings.decide(family_id, one.finding_id, status)

    def run(work: Callable[..., object], *values: object) -> None:
        ft.context.page.run_task(guarded(lambda: work(*values), say))

    acts = ScreeningActs(
        open=lambda domain: nav.go(Place("screening_talk", family_id, detail=domain)),
        trauma=lambda: nav.go(Place("trauma_screen", family_id)),
        alone=lambda: set_alone(True),
        need=lambda one: run(need, one),
        refer=lambda one: nav.go(Place("referral", family_id, detail="new", record_id=one.finding_id)),
        decide=lambda one, status: run(decide, one, status),
    )
    may = allows(tablet.open.desk.me, "screening.write")
    parts = screening_view(ui, answer.value, today, acts, may=may, alone=alone)
    if trouble:
        parts.insert(0, note_line(ui, trouble, error=True, key="screening.problem"))
    return frame(ui, nav, family_id, title, parts, key="screening", spacing=8)


def screening_view(
    ui: Ui, found: FamilyScreening, today: date, acts: ScreeningActs, *, may: bool, alone: bool
) -> list[ft.Control]:
    """Open findings, the domains, what was decided, trauma screens. alone: nobody else is there."""
    social = [one for one in found.findings if one.domain != "trauma"]
    waiting_ones = [one for one in social if one.status == "open"]
    decided = [one for one in social if one.status != "open"]
    parts: list[ft.Control] = [text(ui, ui.say("screen.line"), ui.type.body, SOFT)]
    if waiting_ones:
        parts.append(_head(ui, "screen.findings"))
        parts += [_finding(ui, one, today, acts, may) for one in waiting_ones]
    parts.append(_head(ui, "screen.domains"))
    parts += [
        list_row(
            ui, ui.say(f"practice.social.{one.domain}"), bind(acts.open, one.domain),
            key=f"screening.domain.{one.domain}",
            lead=icon(ui, SYMBOLS[one.domain], _ICON, SOFT), lead_size=_ICON,
            line=domain_words(ui, one, today), chevron=True, tall=72,
        )
        for one in found.domains
    ]  # fmt: skip
    if decided:
        parts.append(_head(ui, "screen.decided_head"))
        parts += [_decided(ui, one, today, acts, may) for one in decided]
    parts.append(_head(ui, "practice.screening.trauma"))
    parts += _trauma(ui, found, today, acts, may=may, alone=alone)
    return parts


def _head(ui: Ui, key: str) -> ft.Control:
    return ft.Container(section_header(ui, ui.say(key)), padding=ft.Padding.only(top=Space.L))


def _finding(ui: Ui, one: FindingView, today: date, acts: ScreeningActs, may: bool) -> ft.Control:
    """What was found, and its four ways on: a need, a referral, not now, solved."""
    said: list[ft.Control] = [
        words(ui, one.words) if one.words else text(ui, finding_words(ui, one), ui.type.body_l),
        text(ui, finding_line(ui, one, today), ui.type.body, SOFT),
    ]
    if may:
        key = f"screening.finding.{one.finding_id}"
        # A plan lies on the family's table: what a trauma screen points to is written there by hand.
        need = outlined(
            ui, ui.say("screen.to_need"), bind(acts.need, one), key=f"{key}.need", small=True,
            symbol=ft.Icons.ADD,
        )  # fmt: skip
        said.append(
            ft.Row(
                [
                    *([] if one.domain == "trauma" else [need]),
                    outlined(
                        ui, ui.say("screen.to_referral"), bind(acts.refer, one), key=f"{key}.refer",
                        small=True, symbol=ft.Icons.NORTH_EAST,
                    ),
                    quiet(ui, ui.say("screen.not_now"), _decide(acts, one, "not_now"), key=f"{key}.not_now"),
                    quiet(ui, ui.say("screen.solved"), _decide(acts, one, "solved"), key=f"{key}.solved"),
                ],
                wrap=True, spacing=10, run_spacing=8,
            )
        )  # fmt: skip
    content = ft.Column(said, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return sheet(content, padding=16, key=f"screening.found.{one.finding_id}")


def _decide(acts: ScreeningActs, one: FindingView, status: str) -> Callable[[], object]:
    return lambda: acts.decide(one, status)


def _decided(ui: Ui, one: FindingView, today: date, acts: ScreeningActs, may: bool) -> ft.Control:
    again = None
    if may and one.status in ("not_now", "solved"):
        again = quiet(
            ui, ui.say("screen.open_again"), _decide(acts, one, "open"),
            key=f"screening.again.{one.finding_id}",
        )  # fmt: skip
    row = list_row(
        ui, finding_words(ui, one), None, key=f"screening.decided.{one.finding_id}",
        line=f"{ui.say(f'practice.social.{one.domain}')}. {status_words(ui, one, today)}",
    )  # fmt: skip
    if again is None:
        return row
    if ui.layout.narrow:
        return ft.Column([row, ft.Row([again], wrap=True)], spacing=0, tight=True)
    return ft.Row([ft.Container(row, expand=True), again], spacing=8)


def _trauma(
    ui: Ui, found: FamilyScreening, today: date, acts: ScreeningActs, *, may: bool, alone: bool
) -> list[ft.Control]:
    """Trauma screens: when and whom; what they pointed to only for the worker alone."""
    parts: list[ft.Control] = []
    for one in found.traumas:
        line = trauma_words(ui, one, today)
        if alone:
            result = ui.say(f"practice.result.{one.result}")
            total = ui.say("screen.total", total=one.total) if one.total else ""
            line = ". ".join(part for part in (line, total, result) if part)
        key = f"screening.trauma.{one.screening_id}"
        parts.append(list_row(ui, one.instrument, None, key=key, line=line))
    if not found.traumas:
        parts.append(text(ui, ui.say("screen.trauma_none"), ui.type.body, SOFT))
    if alone:
        open_ones = [one for one in found.findings if one.domain == "trauma" and one.status == "open"]
        parts += [_finding(ui, one, today, acts, may) for one in open_ones]
        if may:
            button = outlined(
                ui, ui.say("screen.trauma_add"), acts.trauma, key="screening.trauma_add", symbol=ft.Icons.ADD
            )
            parts.append(ft.Row([button], wrap=True))
        return parts
    act = outlined(
        ui, ui.say("entry.we_are_alone"), acts.alone, key="screening.alone",
        symbol=ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
    )  # fmt: skip
    said: list[ft.Control] = [text(ui, ui.say("screen.alone_line"), ui.type.body), ft.Row([act], wrap=True)]
    parts.append(quiet_panel(ft.Column(said, spacing=12, tight=True)))
    return parts
