"""The log of what left as controls: the list by days, and one line in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import flet as ft

from app.services.disclosures import CopyGiven
from app.views import dates
from app.views.screens.documents.listing_view import copy_row, framed, unseen_line
from app.views.screens.documents.wording import labels_words, parts_words, who_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import chip, chip_row
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui

_DAY_WIDTH = 240
_MARK = 16
"""Letters of a file's mark that are shown: enough to compare two by eye."""
_NO_DAY = date(1, 1, 1)


@dataclass(frozen=True)
class LogForm:
    """since, until: days as typed. asking: who asks for the paper. done: what came of it."""

    since: str = ""
    until: str = ""
    who: str = ""
    asking: bool = False
    error: str = ""
    field: str = ""
    busy: bool = False
    done: str = ""


@dataclass(frozen=True)
class LogActs:
    """What the screens can do. seen: for a supervisor."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    change: Callable[..., Any] = field(default=lambda **_: None)
    line: Callable[[str], object] = field(default=lambda _: None)
    seen: Callable[[], object] | None = None


def print_form(ui: Ui, form: LogForm, change: Callable[..., Any]) -> ft.Control:
    """Who asks for the paper."""
    return ft.Column(
        [
            text_field(
                ui, ui.say("documents.log.print_who"), form.who, lambda said: change(who=said),
                key="log.who", error=form.error or None,
            ),
            text(ui, ui.say("documents.log.print_line"), ui.type.body, SOFT),
        ],
        spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def log_screen(
    ui: Ui,
    lines: tuple[CopyGiven, ...] | None,
    error: str,
    form: LogForm,
    today: date,
    now_ms: int,
    acts: LogActs,
) -> ft.Control:
    """The list. lines: None while they are read."""
    head = header(
        ui, ui.say("documents.log.title"), key="log", line=ui.say("documents.log.line"),
        on_back=acts.back, on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    if error:
        body: ft.Control = error_state(
            ui, error, key="log.failed", act=ui.say("nav.back"), on_act=acts.back
        )
        return framed(ui, head, body, [], key="log.list")
    if lines is None:
        return framed(ui, head, Loading(control="log.loading"), [], key="log.list")
    shown = within(ui, lines, form, today)
    rows = [copy_row(ui, one, now_ms, acts.line) for one in shown]
    parts: list[ft.Control] = [
        *unseen_line(ui, sum(1 for one in lines if one.basis and not one.seen)),
        _days(ui, form, today, acts),
        *(rows or [text(ui, ui.say("documents.log.none"), ui.type.words_s)]),
    ]
    if form.done:
        parts.append(ft.Semantics(live_region=True, content=note_line(ui, form.done, key="log.done")))
    parts.append(
        ft.Row(
            [
                filled(
                    ui, ui.say("documents.log.print"), lambda: acts.change(asking=True), key="log.print",
                    symbol=ft.Icons.DOWNLOAD_OUTLINED,
                )
            ],
            wrap=True,
        )
    )  # fmt: skip
    column = ft.Column(parts, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, [], key="log.list")


def within(ui: Ui, lines: tuple[CopyGiven, ...], form: LogForm, today: date) -> tuple[CopyGiven, ...]:
    """The lines between the days that were typed."""
    since = read_day(ui.settings.language, form.since, today) if form.since.strip() else None
    until = read_day(ui.settings.language, form.until, today) if form.until.strip() else None

    def fits(one: CopyGiven) -> bool:
        try:
            on = dates.local(one.at_ms).date()
        except (ValueError, OverflowError, OSError):
            on = _NO_DAY
        return (since is None or on >= since) and (until is None or on <= until)

    return tuple(filter(fits, lines))


def _days(ui: Ui, form: LogForm, today: date, acts: LogActs) -> ft.Control:
    def box(name: str, label: str, value: str) -> ft.Control:
        entry = text_field(
            ui, ui.say(f"documents.log.{label}"), value, lambda said: acts.change(**{name: said}),
            key=f"log.{name}", help=ui.say("documents.log.day_help"),
        )  # fmt: skip
        return ft.Container(entry, width=None if ui.layout.stacked or ui.layout.narrow else _DAY_WIDTH)

    boxes = [box("since", "from", form.since), box("until", "to", form.until)]
    both: ft.Control
    if ui.layout.stacked or ui.layout.narrow:
        both = ft.Column(boxes, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    else:
        both = ft.Row(boxes, spacing=Space.L, wrap=True)

    def back(years: int) -> Callable[[], object]:
        day = today.replace(year=today.year - years, day=min(today.day, 28))
        return lambda: acts.change(since=day.isoformat(), until="")

    chips = [
        chip(ui, ui.say("documents.log.year"), back(1), key="log.year"),
        chip(ui, ui.say("documents.log.six"), back(6), key="log.six"),
    ]
    return ft.Column([both, chip_row(chips)], spacing=10, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def line_screen(
    ui: Ui, one: CopyGiven | None, error: str, trouble: str, now_ms: int, acts: LogActs
) -> ft.Control:
    """One line in full. one: None while it is read."""
    head = header(
        ui, who_words(ui, one.recipient, one.organisation) if one else ui.say("documents.log.shown"),
        key="log", line=ui.say("documents.log.shown"), on_back=acts.back, on_crisis=acts.crisis,
        on_cover=acts.cover,
    )  # fmt: skip
    if error:
        body: ft.Control = error_state(
            ui, error, key="log.failed", act=ui.say("nav.back"), on_act=acts.back
        )
        return framed(ui, head, body, [], key="log.one")
    if one is None:
        return framed(ui, head, Loading(control="log.loading"), [], key="log.one")
    when = dates.begin(dates.moment(ui.settings.language, one.at_ms, now_ms))
    title = ui.say(f"documents.lawful.{one.basis}") if one.basis else when
    parts: list[ft.Control] = [text(ui, title, ui.type.h3)]
    if one.basis:
        parts.append(text(ui, when, ui.type.body, SOFT))
    if one.by:
        parts.append(text(ui, ui.say("release.accounting.by", name=one.by), ui.type.body, SOFT))
    facts = one.facts
    for name, value in (
        ("shown", parts_words(ui, one.what)),
        ("labels", labels_words(ui, one.labels)),
        ("purpose", facts.get("purpose", "")),
        ("reason", facts.get("reason", "")),
        ("least", facts.get("least", "")),
        ("told", facts.get("told", "")),
        ("reference", facts.get("reference", "")),
        ("mark", ui.say("documents.log.mark_is", mark=one.digest[:_MARK]) if one.digest else ""),
    ):
        if value:
            parts.append(_fact(ui, name, value))
    if one.notices:
        lines = [text(ui, words, ui.type.body) for _, words in one.notices]
        parts.append(
            quiet_panel(
                ft.Column(
                    [section_header(ui, ui.say("documents.log.notice")), *lines], spacing=10, tight=True
                ),
                key="log.notices",
            )
        )
    parts += _seen(ui, one, trouble, acts)
    column = ft.Column(parts, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, [], key="log.one")


def _seen(ui: Ui, one: CopyGiven, trouble: str, acts: LogActs) -> list[ft.Control]:
    if not one.basis:
        return []
    key = "is_seen" if one.seen else "not_seen"
    found: list[ft.Control] = [note_line(ui, ui.say(f"documents.log.{key}"), key="log.seen_line")]
    if trouble:
        found.append(note_line(ui, trouble, error=True, key="log.trouble"))
    if not one.seen and acts.seen is not None:
        found.append(
            ft.Row([outlined(ui, ui.say("documents.log.seen"), acts.seen, key="log.seen")], wrap=True)
        )
    return found


def _fact(ui: Ui, name: str, value: str) -> ft.Control:
    return ft.Column(
        [section_header(ui, ui.say(f"documents.log.{name}")), text(ui, value, ui.type.body_l)],
        spacing=2,
        tight=True,
    )
