"""Keeping a family's record: legal hold, and what was entered in error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.keeping_errors import SUPERVISOR, KeptNote, MarkView
from app.services.keeping_time import HoldView
from app.services.permissions import allows
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.keeping.marks_view import mark_sheet
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.places import iso_day
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded, start
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui

_TYPES = frozenset({"legal_hold", "entered_in_error", "note"})


@dataclass(frozen=True)
class _Record:
    holds: tuple[HoldView, ...]
    marks: tuple[MarkView, ...]
    now_ms: int


@component
def KeepingPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    typed: Any = ft.use_ref("")
    form, show = ft.use_state("")
    error, set_error = ft.use_state("")
    trouble, set_trouble = ft.use_state("")
    none_yet: dict[str, KeptNote] = {}
    read, set_read = ft.use_state(none_yet)
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id

    async def ask() -> _Record:
        keeping = tablet.open.keeping
        return _Record(
            await keeping.time.holds(family_id),
            await keeping.errors.of_family(family_id),
            tablet.open.desk.now_ms(),
        )

    answer = use_query(ask, (family_id, tries), types=_TYPES)

    def shut() -> None:
        typed.current = ""
        set_error("")
        show("")

    def open_form(which: str) -> None:
        typed.current = ""
        set_error("")
        show(which)

    def tell(problem: AppError) -> None:
        set_trouble(words_for(ui, problem))

    async def keep() -> None:
        time = tablet.open.keeping.time
        if form == "hold":
            await time.hold(family_id, typed.current)
        else:
            await time.lift(form, typed.current)
        shut()

    def open_one(mark_id: str) -> None:
        async def go() -> None:
            kept = await tablet.open.keeping.errors.kept(mark_id)
            await tablet.open.audit.saw(family_id, "audit")
            set_read(lambda now: {**now, mark_id: kept})

        start(guarded(go, tell))

    def saw(mark_id: str) -> None:
        start(guarded(lambda: tablet.open.keeping.errors.saw(mark_id), tell))

    stem = "hold" if form == "hold" else "lift"
    ft.use_dialog(
        form_dialog(
            ui, ui.say(f"hold.{stem}_title"),
            ft.Column(
                [
                    text(ui, ui.say(f"hold.{stem}_means"), ui.type.body),
                    field(
                        ui, ui.say("hold.why"), typed.current,
                        lambda words: setattr(typed, "current", words), key="hold.why",
                        help=ui.say("hold.why_help"), error=error or None,
                    ),
                ],
                spacing=14, tight=True,
            ),
            key="hold.dialog", act=ui.say(f"hold.{stem}"),
            on_act=guarded(keep, lambda problem: set_error(words_for(ui, problem))),
            close=ui.say("label.leave"), on_close=shut,
        )
        if form
        else None
    )  # fmt: skip
    title = ui.say("keeping.title")
    if answer.value is None:
        part = waiting(ui, answer, "keeping", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="keeping")
    view, me = answer.value, tablet.open.desk.me
    today = dates.local(view.now_ms).date()
    parts: list[ft.Control] = []
    if trouble:
        parts.append(note_line(ui, trouble, error=True, key="keeping.problem"))
    parts.append(section_header(ui, ui.say("hold.section"), large=True))
    parts += _holds(ui, view.holds, today, allows(me, "hold.set"), open_form)
    parts.append(section_header(ui, ui.say("kept.section"), large=True))
    parts.append(text(ui, ui.say("kept.explain"), ui.type.body, SOFT))
    supervises = SUPERVISOR in me.roles
    if not view.marks:
        parts.append(text(ui, ui.say("kept.none"), ui.type.body_l, key="kept.none"))
    parts += [
        mark_sheet(
            ui, one, view.now_ms, read.get(one.mark_id), open_one if supervises else None,
            saw if supervises else None, named=False,
        )
        for one in view.marks
    ]  # fmt: skip
    return frame(ui, nav, family_id, title, parts, key="keeping", spacing=14)


def _holds(
    ui: Ui, holds: tuple[HoldView, ...], today: date, may: bool, on_open: Any
) -> list[ft.Control]:
    standing = [one for one in holds if not one.lifted_on]
    parts: list[ft.Control] = []
    for one in standing:
        since = iso_day(ui, one.from_on, today)
        lines: list[ft.Control] = [
            fact_line(ui, ft.Icons.GAVEL_OUTLINED, ui.say("hold.stands", day=since, name=one.by),
                      key="hold.stands"),
            text(ui, ui.say("hold.because", reason=one.reason), ui.type.body),
        ]  # fmt: skip
        if may:
            lines.append(
                ft.Row(
                    [
                        outlined(ui, ui.say("hold.lift"), bind(on_open, one.hold_id), key="hold.lift",
                                 small=True)
                    ],
                    wrap=True,
                )
            )  # fmt: skip
        parts.append(sheet(ft.Column(lines, spacing=8, tight=True)))
    if not standing:
        parts.append(text(ui, ui.say("hold.none"), ui.type.body))
        if may:
            parts.append(
                ft.Row(
                    [outlined(ui, ui.say("hold.hold"), lambda: on_open("hold"), key="hold.hold",
                              symbol=ft.Icons.GAVEL_OUTLINED)],
                    wrap=True,
                )
            )  # fmt: skip
    for one in holds:
        if one.lifted_on:
            said = ui.say(
                "hold.was", since=iso_day(ui, one.from_on, today), until=iso_day(ui, one.lifted_on, today),
                reason=one.reason, why=one.lifted_why, name=one.lifted_by,
            )  # fmt: skip
            parts.append(text(ui, said, ui.type.body, SOFT))
    return parts
