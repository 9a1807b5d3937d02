"""One held meeting: who was there, what came of it, and the names under the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.meeting_draft import Presence
from app.services.meetings import HeldView
from app.services.version_rows import SignatureView
from app.views import dates
from app.views.screens.meeting.look import column, person_line, quote_line, role_of
from app.views.screens.meeting.wording import place_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.readers import joined
from app.views.widgets.signature_pad import drawn
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.ui import Ui

_MARK = 220
_ORDER = {"family": 0, "natural": 1}


def held_view(
    ui: Ui,
    view: HeldView,
    today: date,
    *,
    on_note: Callable[[str], object],
    on_version: Callable[[str], object],
) -> ft.Control:
    """The whole meeting."""
    row = view.row
    parts: list[ft.Control] = [_facts(ui, view, today)]
    if row.professionals_only:
        parts.append(quiet_panel(text(ui, ui.say("meeting.professionals"), ui.type.body), key="held.alone"))
    acts: list[ft.Control] = []
    if view.minutes_note_id:
        acts.append(
            outlined(ui, ui.say("meetings.minutes"), lambda: on_note(view.minutes_note_id), key="held.note")
        )
    if view.version_after:
        acts.append(
            outlined(
                ui, ui.say("meetings.version"), lambda: on_version(view.version_after), key="held.version"
            )
        )
    if acts:
        parts.append(ft.Row(acts, wrap=True, spacing=Space.S, run_spacing=Space.S))
    here = [one for one in view.present if one.how not in ("invited", "absent")]
    here.sort(key=lambda one: _ORDER.get(one.kind, len(_ORDER)))
    away = [one.name for one in view.present if one.how == "absent"]
    if here:
        parts.append(section_header(ui, ui.say("meetings.there"), large=True))
        parts.append(
            column(
                [
                    person_line(
                        ui, one, line=text(ui, _role_how(ui, one), ui.type.body, SOFT)
                    )
                    for one in here
                ],
                Space.S,
            )
        )
    if away:
        parts.append(text(ui, ui.say("meetings.away", names=joined(ui, away)), ui.type.body, SOFT))
    for name, lines in (("good", view.celebrations), ("decided", view.decisions)):
        if lines:
            parts.append(section_header(ui, ui.say(f"meetings.{name}"), large=True))
            parts.append(column([quote_line(ui, one) for one in lines], Space.XS))
    if view.signed:
        parts.append(section_header(ui, ui.say("meetings.signed"), large=True))
        parts.append(
            ft.Row(
                [_signature(ui, one) for one in view.signed],
                wrap=True,
                spacing=Space.M,
                run_spacing=Space.M,
            )
        )
    return column(parts, Space.L)


def _role_how(ui: Ui, one: Presence) -> str:
    said = ui.say(f"meeting.how.{one.how}").lower() if one.how and one.how != "here" else ""
    return ", ".join(part for part in (role_of(ui, one), said) if part)


def _facts(ui: Ui, view: HeldView, today: date) -> ft.Control:
    row = view.row
    when = ""
    if row.starts_at_ms:
        day = dates.plain_day(ui.language, dates.local(row.starts_at_ms).date(), today)
        when = ui.say("dates.moment", day=day, time=dates.time_of_day(ui.language, row.starts_at_ms))
    lines = [
        (ft.Icons.EVENT_OUTLINED, ", ".join(p for p in (dates.begin(when), place_words(ui, row.place)) if p)),
        (ft.Icons.TIMER_OUTLINED,
         _long(ui, view.minutes)),
        (ft.Icons.TRANSLATE, ", ".join(ui.say(f"meeting.language.{one}") for one in view.languages
                                       if one in ("en", "es"))),
        (ft.Icons.INTERPRETER_MODE_OUTLINED, view.interpreter),
        (ft.Icons.SUPPORT_OUTLINED,
         ui.say(f"meetings.crisis_{view.crisis_plan_checked}") if view.crisis_plan_checked else ""),
        (ft.Icons.EVENT_REPEAT_OUTLINED, _next(ui, view, today)),
    ]  # fmt: skip
    return column([fact_line(ui, symbol, words) for symbol, words in lines if words], Space.S)


def _long(ui: Ui, minutes: int) -> str:
    if not minutes:
        return ""
    return ui.say("meetings.minutes_long_one" if minutes == 1 else "meetings.minutes_long", count=minutes)


def _next(ui: Ui, view: HeldView, today: date) -> str:
    if not view.next_starts_at_ms:
        return ""
    day = dates.plain_day(ui.language, dates.local(view.next_starts_at_ms).date(), today)
    time = dates.time_of_day(ui.language, view.next_starts_at_ms)
    return ui.say("meetings.next", when=ui.say("dates.moment", day=day, time=time))


def _state(ui: Ui, one: SignatureView) -> ft.Control:
    """Why the name does not stand under today's plan."""
    return ft.Row(
        [
            icon(ui, ft.Icons.HISTORY, 20, SOFT),
            text(ui, ui.say(f"meetings.{one.state}"), ui.type.body, SOFT, expand=True),
        ],
        spacing=Space.XS,
    )


def _signature(ui: Ui, one: SignatureView) -> ft.Control:
    """The name as it was written, or that it was said aloud; the answer and the language it was read in."""
    agreed = ui.say(f"meeting.agree.{one.agreement}") if one.agreement in (
        "agree", "agree_except", "disagree"
    ) else ""  # fmt: skip
    read = ui.say(f"meetings.read_in_{one.language_read}") if one.language_read in ("en", "es") else ""
    mark = (
        drawn(ui, one.strokes, _MARK, ui.say("meetings.signature_of", name=one.name))
        if one.strokes
        else text(ui, ui.say("meetings.aloud"), ui.type.body, SOFT)
    )
    return sheet(
        ft.Column(
            [
                mark,
                text(ui, ", ".join(p for p in (one.name, one.role) if p), ui.type.strong),
                *([text(ui, agreed, ui.type.body)] if agreed else []),
                *([words(ui, one.words, "words_s")] if one.words else []),
                *([text(ui, read, ui.type.body, SOFT)] if read else []),
                *([_state(ui, one)] if one.state != "current" else []),
            ],
            spacing=Space.XXS,
            tight=True,
            width=ui.grow(_MARK),
        ),
        padding=Space.M,
    )
