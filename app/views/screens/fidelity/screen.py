"""How we work: a family's fidelity signals, and those of one coordinator's families together.

For workers and supervision only. Follows design 02, "Fidelity signals".
"""

from __future__ import annotations

import flet as ft

from app.services.fidelity import TeamSignals
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.board.wording import counted
from app.views.screens.fidelity.view import family_row, place_of, signal_part
from app.views.screens.more.frame import COLUMN, frame, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.fidelity import Thing

_TYPES = frozenset(
    {"family", "family_vision", "need", "outcome", "strategy", "action_step", "rating", "meeting",
     "attendance", "plan_version", "signature", "natural_support", "team_member"}
)  # fmt: skip


@component
def FidelityPlace(place: Place) -> ft.Control:
    """How the work with one family is done."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    opened, open_one = ft.use_state("")
    turn, set_turn = ft.use_state(0)
    answer = use_query(
        lambda: tablet.open.fidelity.of_family(place.family_id), (place.family_id, turn), types=_TYPES,
        family_id=place.family_id,
    )  # fmt: skip
    title = ui.say("fidelity.title")

    def toggle(code: str) -> None:
        open_one("" if opened == code else code)

    def go(thing: Thing) -> None:
        nav.go(place_of(place.family_id, thing))

    shown = answer.value
    if shown is None:
        part = waiting(ui, answer, "fidelity", lambda: set_turn(turn + 1))
        return frame(ui, nav, place.family_id, title, [part], key="fidelity")
    today = tablet.open.desk.today()
    parts = [
        _about(ui),
        *[
            signal_part(ui, one, open_statement=toggle, opened=opened, go=go, today=today)
            for one in shown.signals
        ],
    ]
    return frame(ui, nav, place.family_id, title, parts, key="fidelity", line=shown.title)


@component
def TeamFidelityPlace(place: Place) -> ft.Control:
    """How the work with one coordinator's families is done. place.record_id: the coordinator."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)

    async def ask() -> TeamSignals:
        board = await tablet.open.board.read()
        name = next((row.name for row in board.coordinators if row.person_id == place.record_id), "")
        return await tablet.open.fidelity.of_coordinator(place.record_id, name)

    answer = use_query(ask, (place.record_id, turn), types=_TYPES)
    shown = answer.value
    parts: list[ft.Control] = [_about(ui)]
    if shown is None:
        parts.append(waiting(ui, answer, "team_fidelity", lambda: set_turn(turn + 1)))
    elif not shown.families:
        parts.append(text(ui, ui.say("fidelity.no_families"), ui.type.body, SOFT))
    else:
        parts += [signal_part(ui, one) for one in shown.signals]
        rows = [
            family_row(ui, one, lambda family_id: nav.go(Place("fidelity", family_id)))
            for one in shown.families
        ]
        parts.append(
            ft.Column(
                [section_header(ui, ui.say("fidelity.families")), *rows], spacing=4, tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        )  # fmt: skip
    head = header(
        ui, ui.say("fidelity.title"), key="team_fidelity", on_back=nav.back,
        line=_line(ui, shown), on_cover=lambda: nav.go(Place("cover")),
    )  # fmt: skip
    column = ft.Column(
        parts, spacing=Space.XL, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    narrow = ui.layout.narrow
    inside = ft.Container(column, width=None if narrow else room_for(ui, COLUMN), expand=narrow or None)
    scrolled = ft.Column(
        [ft.Row([inside]), ft.Container(height=Space.XL)], scroll=ft.ScrollMode.AUTO, expand=True, spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH, key="team_fidelity.scroll",
    )  # fmt: skip
    return ft.Column(
        [head, scrolled], spacing=18, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _line(ui: Ui, shown: TeamSignals | None) -> str | None:
    if shown is None:
        return None
    families = counted(ui, "board.families", len(shown.families))
    return ui.say("fidelity.team_line", name=shown.name, families=families)


def _about(ui: Ui) -> ft.Control:
    return text(ui, ui.say("fidelity.about"), ui.type.body, SOFT)
