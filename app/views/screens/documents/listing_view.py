"""The documents of a family as controls: pure functions of the services' values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import flet as ft

from app.services.copies import CopyGiven
from app.services.releases import ReleaseView
from app.views.screens.documents.wording import copy_line, parts_words, release_name, state_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.header import header
from app.views.widgets.rows import Column, list_row
from app.views.widgets.shell import room_for
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui

_COLUMN = 760
_MARK = 26
_STATE = 240
LARGE = 1.3


@dataclass(frozen=True)
class Documents:
    """What was read."""

    family_name: str
    releases: tuple[ReleaseView, ...]
    copies: tuple[CopyGiven, ...]
    today: date
    now_ms: int


@dataclass(frozen=True)
class DocumentsActs:
    """What the screen can do. release: opens one by its id, "" for a new one."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    copy: Callable[[], object]
    release: Callable[[str], object]
    retry: Callable[[], object]


def documents_screen(ui: Ui, shown: Documents | None, error: str, acts: DocumentsActs) -> ft.Control:
    """The screen. shown: None while it is being read."""
    at_foot = has_foot(ui)
    make = filled(
        ui, ui.say("documents.make"), acts.copy, key="documents.make",
        symbol=ft.Icons.PICTURE_AS_PDF_OUTLINED, fill=at_foot,
    )  # fmt: skip
    if error:
        body: list[ft.Control] = [
            error_state(ui, error, key="documents.failed", act=ui.say("state.try_again"), on_act=acts.retry)
        ]
    elif shown is None:
        body = [Loading(control="documents.loading")]
    else:
        body = [
            *([] if at_foot else [ft.Row([make], wrap=True)]),
            *_releases(ui, shown, acts),
            *_copies(ui, shown),
        ]
    column = ft.Column(body, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    foot: list[ft.Control] = []
    if at_foot and shown is not None and not error:
        foot = [ft.Container(make, padding=ft.Padding.symmetric(vertical=10))]
    return framed(
        ui,
        header(
            ui, ui.say("documents.title"), key="documents",
            line=shown.family_name if shown else ui.say("documents.line"),
            on_back=acts.back, on_crisis=acts.crisis, on_cover=acts.cover,
        ),
        column,
        foot,
        key="documents.list",
    )  # fmt: skip


def has_foot(ui: Ui) -> bool:
    """Whether the main button stays at the foot, in thumb reach; large letters need that room."""
    return ui.layout.narrow and ui.scale < LARGE


def framed(ui: Ui, head: ft.Control, body: ft.Control, foot: list[ft.Control], *, key: str) -> ft.Control:
    """Header, a column of a readable width that scrolls, and what stays at the foot."""
    narrow = ui.layout.narrow
    inside = ft.Container(
        body, width=None if narrow else room_for(ui, _COLUMN), expand=True if narrow else None
    )
    return ft.Column(
        [
            head,
            ft.ListView(
                [ft.Row([inside]), ft.Container(height=Space.XXL)],
                expand=True,
                key=key,
                padding=ft.Padding.only(top=18),
            ),
            *foot,
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _releases(ui: Ui, shown: Documents, acts: DocumentsActs) -> list[ft.Control]:
    rows = [_release_row(ui, one, shown.today, acts) for one in shown.releases]
    return [
        ft.Container(height=Space.XS),
        section_header(ui, ui.say("documents.releases"), large=True),
        text(ui, ui.say("documents.releases_line"), ui.type.body, SOFT),
        *(rows or [text(ui, ui.say("documents.no_releases"), ui.type.words_s)]),
        ft.Row(
            [
                outlined(
                    ui, ui.say("documents.add"), partial(acts.release, ""), key="documents.add",
                    symbol=ft.Icons.ADD,
                )
            ],
            wrap=True,
        ),
    ]  # fmt: skip


def _release_row(ui: Ui, one: ReleaseView, today: date, acts: DocumentsActs) -> ft.Control:
    state = text(ui, state_words(ui, one, today), ui.type.strong, ft.Colors.TERTIARY if one.holds else SOFT)
    return list_row(
        ui,
        release_name(ui, one),
        partial(acts.release, one.release_id),
        key=f"documents.release.{one.release_id}",
        lead=_state_mark(ui, one),
        lead_size=_MARK,
        line=parts_words(ui, one.what),
        columns=(Column(state, _STATE),),
        chevron=True,
        tall=64,
    )


def _state_mark(ui: Ui, one: ReleaseView) -> ft.Control:
    symbol, ink = {
        "valid": (ft.Icons.CHECK_CIRCLE_OUTLINED, ft.Colors.TERTIARY),
        "soon": (ft.Icons.SCHEDULE_OUTLINED, ft.Colors.TERTIARY),
        "not_yet": (ft.Icons.SCHEDULE_OUTLINED, SOFT),
        "changed": (ft.Icons.WARNING_AMBER_OUTLINED, ft.Colors.ERROR),
    }.get(one.state, (ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, SOFT))
    return icon(ui, symbol, _MARK, ink)


def _copies(ui: Ui, shown: Documents) -> list[ft.Control]:
    rows: list[ft.Control] = [
        list_row(
            ui, one.recipient, None, key=f"documents.copy.{one.disclosure_id}",
            lead=icon(ui, ft.Icons.DESCRIPTION_OUTLINED, _MARK, SOFT), lead_size=_MARK,
            line=copy_line(ui, one, shown.now_ms), tall=64,
        )
        for one in shown.copies
    ]  # fmt: skip
    return [
        ft.Container(height=Space.S),
        section_header(ui, ui.say("documents.copies"), large=True),
        *(rows or [text(ui, ui.say("documents.no_copies"), ui.type.words_s)]),
    ]
