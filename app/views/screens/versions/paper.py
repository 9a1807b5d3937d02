"""One version of the plan as it stood: everything, in the words in which it was said; workers only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec

import flet as ft

from app.services.versions import SignatureView, VersionView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.routes import PLACES
from app.views.screens.more.frame import frame, waiting
from app.views.screens.versions.tree import plan_parts
from app.views.screens.versions.wording import version_line
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.panels import sheet
from app.views.widgets.signature_pad import drawn
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.family_page import FamilyPage

_SIGNATURE = 220
_SHORT_DIGEST = 16
_STATE = {
    "current": (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.TERTIARY),
    "earlier": (ft.Icons.HISTORY, ft.Colors.ON_SURFACE_VARIANT),
    "does_not_match": (ft.Icons.WARNING_AMBER_OUTLINED, ft.Colors.ERROR),
}


@dataclass(frozen=True)
class _Found:
    version: VersionView
    page: FamilyPage
    now_ms: int


@component
def VersionPlace(place: Place) -> ft.Control:
    """place.record_id: which version."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)

    async def ask() -> _Found:
        opened = tablet.open
        return _Found(
            await opened.versions.version(place.record_id),
            await opened.versions.as_written(place.record_id),
            opened.desk.now_ms(),
        )

    answer = use_query(ask, (place.record_id, tries), family_id=place.family_id)
    found = answer.value
    if found is None or answer.error:
        body: list[ft.Control] = [
            waiting(ui, answer, "version", lambda: set_tries(lambda now: now + 1))
        ]
        return frame(ui, nav, place.family_id, ui.say("versions.title"), body, key="version")
    today = dates.local(found.now_ms).date()
    acts: list[ft.Control] = []
    if find_spec(PLACES["family_copy"][0]) is not None:
        acts.append(
            filled(
                ui, ui.say("versions.print"),
                lambda: nav.go(Place("family_copy", place.family_id, record_id=place.record_id)),
                key="version.print", symbol=ft.Icons.PRINT_OUTLINED, main=False,
            )
        )  # fmt: skip
    acts.append(
        quiet(
            ui, ui.say("versions.compare_today"),
            lambda: nav.go(Place("changes", place.family_id, record_id=place.record_id)),
            key="version.changes", symbol=ft.Icons.COMPARE_ARROWS,
        )
    )  # fmt: skip
    return frame(
        ui, nav, place.family_id, ui.say("versions.number", number=found.version.number),
        [
            ft.Row(acts, wrap=True, spacing=12, run_spacing=8),
            *version_page(ui, found.version, found.page, today, found.now_ms),
        ],
        key="version",
        line=version_line(ui, found.version, today),
    )  # fmt: skip


def version_page(
    ui: Ui, version: VersionView, page: FamilyPage, today: date, now_ms: int
) -> list[ft.Control]:
    """The plan, then who signed it."""
    parts: list[ft.Control] = [
        text(ui, ui.say("versions.for_workers"), ui.type.body, SOFT),
        *plan_parts(ui, page, today),
    ]
    if version.signatures:
        parts.append(
            ft.Column(
                [
                    section_header(ui, ui.say("versions.marks_title")),
                    *(_mark(ui, one, now_ms) for one in version.signatures),
                ],
                spacing=Space.S,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )
    parts.append(
        text(
            ui, ui.say("versions.digest", digest=version.digest[:_SHORT_DIGEST]), ui.type.cap, SOFT,
            key="version.digest",
        )
    )  # fmt: skip
    return parts


def _mark(ui: Ui, mark: SignatureView, now_ms: int) -> ft.Control:
    symbol, color = _STATE[mark.state]
    who = f"{mark.name}, {mark.role}" if mark.role else mark.name
    lines: list[ft.Control] = [
        text(ui, who, ui.type.h3, heading=3),
        _agreement(ui, mark),
        ft.Row(
            [
                icon(ui, symbol, 20, color),
                text(ui, ui.say(f"versions.state.{mark.state}"), ui.type.body, color, expand=True),
            ],
            spacing=Space.XS,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    ]
    if mark.signed_at_ms:
        at = dates.moment(ui.language, mark.signed_at_ms, now_ms)
        lines.append(text(ui, ui.say("versions.signed_at", moment=at), ui.type.body, SOFT))
    if mark.language_read in ("en", "es"):
        language = ui.say(f"conflict.value.language.{mark.language_read}")
        lines.append(text(ui, ui.say("versions.read_in", tongue=language), ui.type.body, SOFT))
    picture: ft.Control = (
        drawn(ui, mark.strokes, _SIGNATURE, ui.say("versions.mark_of", name=mark.name))
        if mark.strokes
        else text(ui, ui.say("versions.by_mouth"), ui.type.body, SOFT)
    )
    beside = ft.Column(lines, spacing=4, tight=True, expand=True)
    inside: ft.Control = (
        ft.Column([ft.Row([beside]), picture], spacing=Space.S, tight=True)
        if ui.layout.stacked
        else ft.Row([beside, picture], spacing=Space.L, vertical_alignment=ft.CrossAxisAlignment.START)
    )
    return sheet(inside, padding=Space.L, key=f"version.mark.{mark.signature_id}")


def _agreement(ui: Ui, mark: SignatureView) -> ft.Control:
    known = mark.agreement in ("agree", "agree_except", "disagree")
    said = ui.say(f"versions.agreement.{mark.agreement}") if known else mark.agreement
    if not mark.words.strip():
        return text(ui, said, ui.type.body)
    return ft.Column(
        [text(ui, said, ui.type.body), words(ui, mark.words, "words_s")], spacing=2, tight=True
    )


__all__ = ["VersionPlace", "version_page"]
