"""Safety of a family: what to do now, in order, then the reports. Never shown to a family."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.safety_reports import Countdown, SafetyView
from app.views import dates
from app.views.calling import use_call
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.screens.safety.values import countdown_words
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.rules.packet import SafetyRules

TYPES = frozenset({"safety_report", "practice_rules", "person"})
_MARK = 26
_NUMBER = 34


@component
def SafetyPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    call, _ = use_call()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    now_ms = tablet.open.desk.now_ms()

    async def ask() -> tuple[SafetyRules, tuple[SafetyView, ...]]:
        return await tablet.open.safety.rules(), await tablet.open.safety.all(family_id)

    answer = use_query(ask, (family_id, tries), types=TYPES, family_id="")
    title = ui.say("safety.title")
    if answer.value is None:
        part = waiting(ui, answer, "safety", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="safety")
    rules, reports = answer.value

    def opened(record: str = "") -> None:
        nav.go(Place("safety_report", family_id, record_id=record))

    begin = filled(
        ui, ui.say("safety.begin"), lambda: opened(), key="safety.begin", symbol=ft.Icons.EDIT_NOTE,
        fill=ui.layout.narrow,
    )  # fmt: skip
    rows: list[ft.Control] = [_row(ui, one, now_ms, bind(opened, one.report_id)) for one in reports]
    listed = ft.Column(
        [
            section_header(ui, ui.say("safety.reports"), large=True),
            *(rows or [text(ui, ui.say("safety.no_reports"), ui.type.body, SOFT)]),
        ],
        spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    to_do = [steps(ui, rules, call), *([] if ui.layout.narrow else [ft.Row([begin], wrap=True)])]
    # What is begun comes first while something of it is due.
    waits = any(one.open for one in reports)
    parts: list[ft.Control] = [
        *([listed, *to_do] if waits else [*to_do, listed]),
        ft.Row(
            [
                outlined(
                    ui, ui.say("safety.to_adult"), lambda: nav.go(Place("adult_safety", family_id)),
                    key="safety.adult", symbol=ft.Icons.SHIELD_OUTLINED,
                )
            ],
            wrap=True,
        ),
        fact_line(ui, ft.Icons.VISIBILITY_OFF_OUTLINED, ui.say("safety.line"), soft=True),
    ]  # fmt: skip
    foot = begin if ui.layout.narrow else None
    return frame(ui, nav, family_id, title, parts, key="safety", foot=foot)


def steps(ui: Ui, rules: SafetyRules, call: Callable[[str], None]) -> ft.Control:
    """What to do now, one step below the other, with the one number that may be dialled from here."""
    line = rules.line.get(ui.language) or rules.line["en"]
    number: list[ft.Control] = [
        outlined(
            ui, ui.say("safety.call", phone=rules.phone), bind(call, rules.phone), key="safety.call",
            symbol=ft.Icons.CALL_OUTLINED,
        )
        if rules.phone
        else text(ui, ui.say("safety.step.no_number"), ui.type.body, SOFT)
    ]  # fmt: skip
    form: list[ft.Control] = []
    if rules.form:
        form = [text(ui, ui.say("safety.step.form", form=rules.form), ui.type.body, SOFT)]

    def said(key: str) -> ft.Control:
        return text(ui, ui.say(key), ui.type.body, SOFT)

    told: list[tuple[str, list[ft.Control]]] = [
        (ui.say("safety.step.danger"), []),
        (ui.say("safety.step.call", line=line, hours=rules.oral_hours),
         [said("safety.step.call_line"), *number]),
        (ui.say("safety.step.tell"), [said("safety.step.tell_line")]),
        (ui.say("safety.step.write", hours=rules.written_hours), form),
        (ui.say("safety.step.keep"), []),
    ]  # fmt: skip
    rows: list[ft.Control] = [section_header(ui, ui.say("safety.steps"), large=True)]
    rows += [_step(ui, place, words, more) for place, (words, more) in enumerate(told, start=1)]
    return sheet(
        ft.Column(
            rows, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        key="safety.steps",
    )


def _step(ui: Ui, place: int, words: str, more: list[ft.Control]) -> ft.Control:
    side = _NUMBER * ui.scale
    disc = ft.Container(
        text(ui, str(place), ui.type.strong, ft.Colors.ON_PRIMARY_CONTAINER),
        width=side, height=side, border_radius=side / 2, bgcolor=ft.Colors.PRIMARY_CONTAINER,
        alignment=ft.Alignment.CENTER,
    )  # fmt: skip
    return ft.Row(
        [
            disc,
            ft.Column(
                [text(ui, words, ui.type.h3 if place == 1 else ui.type.body_l), *more],
                spacing=Space.XS, tight=True, expand=True,
            ),
        ],
        spacing=Space.M,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )  # fmt: skip


def countdown_line(ui: Ui, one: Countdown, now_ms: int, *, key: str) -> ft.Control:
    """One report of the two that the law wants: its sign, its words; only what is over is red."""
    late = one.left_ms(now_ms) < 0
    if one.done_ms:
        symbol = ft.Icons.CHECK_CIRCLE_OUTLINED
    else:
        symbol = ft.Icons.ERROR_OUTLINE if late else ft.Icons.TIMER_OUTLINED
    ink = ft.Colors.ERROR if late and not one.done_ms else ft.Colors.ON_SURFACE
    return fact_line(ui, symbol, countdown_words(ui, one, now_ms), color=ink, icon_color=ink, key=key)


def person_words(ui: Ui, one: SafetyView) -> str:
    """Whom a report is about."""
    return one.person or ui.say("safety.about_nobody")


def _row(ui: Ui, one: SafetyView, now_ms: int, on_open: Callable[[], object]) -> ft.Control:
    kind = ui.say(f"practice.safety.{one.kind}") if one.kind else ui.say("safety.kind_none")
    moment = dates.moment(ui.language, one.suspected_at_ms, now_ms)
    late = one.open and any(not part.done_ms and part.left_ms(now_ms) < 0 for part in one.countdowns)
    symbol = ft.Icons.ERROR_OUTLINE if late else ft.Icons.TIMER_OUTLINED
    if not one.open:
        symbol = ft.Icons.CHECK_CIRCLE_OUTLINED
    row = list_row(
        ui, f"{person_words(ui, one)}. {kind}", on_open, key=f"safety.row.{one.report_id}",
        lead=icon(ui, symbol, _MARK, ft.Colors.ERROR if late else SOFT), lead_size=_MARK,
        line=ui.say("safety.row", moment=moment), chevron=True,
    )  # fmt: skip
    lines: list[ft.Control] = []
    if one.status == "not_made":
        lines = [fact_line(ui, ft.Icons.REMOVE_CIRCLE_OUTLINE, ui.say("practice.safety_status.not_made"))]
    elif one.open:
        lines = [
            countdown_line(ui, part, now_ms, key=f"safety.row.{one.report_id}.{part.part}")
            for part in one.countdowns
        ]
    inset = ft.Container(
        ft.Column(lines, spacing=Space.XS, tight=True), padding=ft.Padding.only(left=_MARK + Space.L)
    )
    return ft.Column(
        [row, inset] if lines else [row], spacing=Space.XS, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
