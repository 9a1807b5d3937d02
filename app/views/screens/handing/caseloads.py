"""Caseloads: who leads how many families, and the way to hand all or some of them on."""

from __future__ import annotations

import flet as ft

from app.services.handing_views import Colleague
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.handing.page import page
from app.views.screens.more.frame import waiting
from app.views.widgets.boundary import component
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import empty_state
from app.views.widgets.ui import Ui, use_ui


@component
def CaseloadsPlace(_place: Place) -> ft.Control:
    """Every coordinator whose families are on this tablet."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    turn, set_turn = ft.use_state(0)
    answer = use_query(
        lambda: tablet.open.handing.colleagues(), (turn,), types=frozenset({"family", "staff_member"})
    )
    parts: list[ft.Control]
    if answer.value is None or answer.error:
        parts = [waiting(ui, answer, "caseloads", lambda: set_turn(lambda now: now + 1))]
    else:
        parts = caseload_rows(
            ui, answer.value, lambda person: nav.go(Place("hand_on", record_id=person, detail="cover"))
        )
    return page(
        ui, ui.say("handing.caseloads"), parts, key="caseloads", line=ui.say("handing.caseloads_line"),
        on_back=nav.back, on_cover=lambda: nav.go(Place("cover")),
    )  # fmt: skip


def caseload_rows(ui: Ui, colleagues: tuple[Colleague, ...], on_open: object) -> list[ft.Control]:
    """One row for each colleague; those without families lead nowhere."""
    if not colleagues:
        return [empty_state(ui, ui.say("handing.nobody_yet"), "", key="caseloads.empty")]
    rows: list[ft.Control] = []
    for one in colleagues:
        key = "handing.families_one" if one.families == 1 else "handing.families"
        line = " · ".join(filter(None, (one.title, ui.say(key, count=one.families))))
        act = bind(on_open, one.person_id) if one.families and callable(on_open) else None
        rows.append(
            list_row(
                ui, one.name, act, key=f"caseloads.{one.person_id}", chevron=act is not None,
                lead=face(ui, initials(one.name), Kind.PROFESSIONAL), line=line,
            )
        )  # fmt: skip
    return [
        ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    ]
