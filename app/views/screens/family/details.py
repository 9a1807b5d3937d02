"""Worker details: what a coordinator needs on the way to a home and a family should not read.

Pure. The visit-safety note stands first and is plain to see. Follows design 01, "Screens".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.casebook import FamilyHeader
from app.services.contacts_views import ContactView
from app.views import dates
from app.views.deadlines import clock_name
from app.views.reach import mark_list
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.clocks import RunningClock

ANYTHING = ContactView("")
"""Nothing is marked."""


def worker_details(
    ui: Ui,
    family: FamilyHeader,
    on_close: Act,
    on_call: Callable[[str], object],
    contact: ContactView = ANYTHING,
    on_show: Act | None = None,
    on_safety: Act | None = None,
    work: ft.Control | None = None,
) -> ft.Control:
    """The opened panel. It says itself that it closes again. on_call: takes the number.

    contact: how the family may be reached. on_show: asks before a marked number is shown; None when
    it was asked already. on_safety: opens what only members of the restricted stream read; None for
    others. work: what the details lead to (work_lines.py).
    """
    hidden = contact.number_hidden and on_show is not None
    facts: list[ft.Control] = []
    where = ", ".join(part for part in (family.address, family.town) if part)
    for symbol, key, value in (
        (ft.Icons.PLACE_OUTLINED, "address", where),
        (ft.Icons.DIRECTIONS_OUTLINED, "directions", family.directions),
        (ft.Icons.CALL_OUTLINED, "phone", "" if hidden else family.phone),
        (ft.Icons.BADGE_OUTLINED, "lead", family.lead),
        (ft.Icons.EVENT_AVAILABLE_OUTLINED, "enrolled", _day(ui, family.enrolled_on)),
        (ft.Icons.TIMER_OUTLINED, "clock", clock_words(ui, family)),
        (
            ft.Icons.TRANSLATE_OUTLINED,
            "interpreter",
            ui.say("family.yes") if family.interpreter_needed else "",
        ),
    ):
        if value:
            facts.append(
                fact_line(ui, symbol, f"{ui.say(f'family.fact.{key}')}: {value}",
                          key=f"family.fact.{key}")
            )  # fmt: skip
    for number, running in enumerate(family.releases):
        if running != family.clock:
            facts.append(
                fact_line(ui, ft.Icons.HISTORY_EDU_OUTLINED, running_words(ui, running),
                          key=f"family.fact.release.{number}")
            )  # fmt: skip
    parts: list[ft.Control] = []
    if family.visit_safety:
        parts.append(_safety(ui, family.visit_safety))
    if contact.marks:
        parts.append(_marked(ui, contact, on_show if hidden and family.phone else None))
    half = (len(facts) + 1) // 2
    parts.append(
        ft.Column(facts, spacing=10, tight=True)
        if ui.layout.stacked
        else ft.Row(
            [
                ft.Container(ft.Column(side, spacing=10, tight=True), expand=True)
                for side in (facts[:half], facts[half:])
            ],
            spacing=28,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    )
    if work is not None:
        parts.append(work)
    acts = [quiet(ui, ui.say("family.close_now"), on_close, key="family.details_close")]
    if family.phone:
        acts.insert(
            0,
            outlined(
                ui, ui.say("reach.no_call" if contact.refuses("call") else "family.call"),
                lambda: on_call(family.phone), key="family.call", small=True,
                symbol=ft.Icons.PHONE_DISABLED_OUTLINED if contact.refuses("call")
                else ft.Icons.CALL_OUTLINED,
            ),
        )  # fmt: skip
    if on_safety is not None:
        acts.insert(
            0,
            outlined(
                ui, ui.say("safety.open"), on_safety, key="family.safety_open", small=True,
                symbol=ft.Icons.SHIELD_OUTLINED,
            ),
        )  # fmt: skip
    parts.append(
        ft.Row(
            [
                text(ui, ui.say("family.closes"), ui.type.cap, SOFT),
                ft.Row(acts, spacing=8, tight=True),
            ],
            wrap=True,
            alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )
    return ft.Semantics(
        live_region=True,
        content=sheet(
            ft.Column(
                parts,
                spacing=14,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            padding=20,
            key="family.details_panel",
        ),
    )


def _marked(ui: Ui, contact: ContactView, on_show: Act | None) -> ft.Control:
    """How the family may be reached, in words; a marked number stands behind a question."""
    parts = [mark_list(ui, contact)]
    if contact.why:
        parts.append(text(ui, contact.why, ui.type.body))
    if contact.substitute:
        instead = ui.say("reach.instead", substitute=contact.substitute)
        parts.append(text(ui, instead, ui.type.strong))
    if on_show is not None:
        show = outlined(
            ui, ui.say("people.show_number"), on_show, key="family.show_number", small=True
        )
        parts.append(ft.Row([show], wrap=True))
    return ft.Container(
        ft.Column(parts, spacing=10, tight=True),
        padding=16,
        border=ft.Border.all(2, ft.Colors.ERROR),
        border_radius=Radius.FIELD,
        key="family.reaching",
    )


def clock_words(ui: Ui, family: FamilyHeader) -> str:
    """The clock to act on in words; empty when none runs."""
    if family.clock is None:
        return ""
    return running_words(ui, family.clock)


def running_words(ui: Ui, running: RunningClock) -> str:
    """One clock in words: "Release for Dr. Tan, in 12 days"."""
    left = dates.days_left(ui.settings.language, running.days_left)
    return f"{clock_name(ui, running)}, {left}"


def _day(ui: Ui, iso: str) -> str:
    try:
        when = date.fromisoformat(iso)
    except ValueError:
        return ""
    # The year always stands with an enrolment.
    return dates.plain_day(ui.settings.language, when, date(when.year + 1, 1, 1))


def _safety(ui: Ui, words: str) -> ft.Control:
    ink = ft.Colors.ON_ERROR_CONTAINER
    return ft.Container(
        ft.Row(
            [
                icon(ui, ft.Icons.WARNING_AMBER_OUTLINED, 24, ink),
                ft.Column(
                    [
                        text(ui, ui.say("family.fact.safety"), ui.type.strong, ink),
                        text(ui, words, ui.type.body, ink),
                    ],
                    spacing=2,
                    tight=True,
                    expand=True,
                ),
            ],
            spacing=12,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
        padding=16,
        bgcolor=ft.Colors.ERROR_CONTAINER,
        border_radius=Radius.FIELD,
        key="family.safety",
    )
