"""The documents of a family as controls: pure functions of the services' values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import flet as ft

from app.services.disclosures import CopyGiven
from app.services.releases import ReleaseView
from app.views.screens.documents.wording import copy_line, covers_words, release_name, state_words, who_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.fields import note_line
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
COPIES_SHOWN = 5


@dataclass(frozen=True)
class Documents:
    """What was read."""

    family_name: str
    releases: tuple[ReleaseView, ...]
    copies: tuple[CopyGiven, ...]
    today: date
    now_ms: int

    @property
    def unseen(self) -> int:
        """How much left without a release and no supervisor has seen."""
        return sum(1 for one in self.copies if one.basis and not one.seen)


@dataclass(frozen=True)
class DocumentsActs:
    """What the screen can do. release: opens one by its id, "" for a new one. log: all that left.

    without: share without a release; None for somebody who may not.
    """

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    copy: Callable[[], object]
    release: Callable[[str], object]
    log: Callable[[], object]
    line: Callable[[str], object]
    without: Callable[[], object] | None
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
            *_copies(ui, shown, acts),
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
        line=covers_words(ui, one),
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
        "incomplete": (ft.Icons.WARNING_AMBER_OUTLINED, ft.Colors.ERROR),
    }.get(one.state, (ft.Icons.DO_NOT_DISTURB_ON_OUTLINED, SOFT))
    return icon(ui, symbol, _MARK, ink)


def copy_row(ui: Ui, one: CopyGiven, now_ms: int, on_open: Callable[[str], object]) -> ft.Control:
    """One line of the log."""
    told = one.how == "told"
    symbol = ft.Icons.RECORD_VOICE_OVER_OUTLINED if told else ft.Icons.DESCRIPTION_OUTLINED
    ink = SOFT
    if one.basis:
        symbol, ink = ft.Icons.GAVEL_OUTLINED, ft.Colors.ERROR if not one.seen else SOFT
    return list_row(
        ui, who_words(ui, one.recipient, one.organisation), partial(on_open, one.disclosure_id),
        key=f"documents.copy.{one.disclosure_id}", lead=icon(ui, symbol, _MARK, ink), lead_size=_MARK,
        line=copy_line(ui, one, now_ms), tall=64, chevron=True,
    )  # fmt: skip


def unseen_line(ui: Ui, count: int) -> list[ft.Control]:
    """What a supervisor has not seen yet, in words; nothing when there is none."""
    if not count:
        return []
    key = "documents.unseen_one" if count == 1 else "documents.unseen"
    return [note_line(ui, ui.say(key, count=count), error=True, key="documents.unseen")]


def _copies(ui: Ui, shown: Documents, acts: DocumentsActs) -> list[ft.Control]:
    rows = [copy_row(ui, one, shown.now_ms, acts.line) for one in shown.copies[:COPIES_SHOWN]]
    buttons: list[ft.Control] = [
        outlined(
            ui, ui.say("documents.all_copies"), acts.log, key="documents.log",
            symbol=ft.Icons.LIST_ALT_OUTLINED,
        )
    ]  # fmt: skip
    if acts.without is not None:
        buttons.append(
            outlined(
                ui, ui.say("documents.without"), acts.without, key="documents.without",
                symbol=ft.Icons.GAVEL_OUTLINED,
            )
        )  # fmt: skip
    return [
        ft.Container(height=Space.S),
        section_header(ui, ui.say("documents.copies"), large=True),
        *unseen_line(ui, shown.unseen),
        *(rows or [text(ui, ui.say("documents.no_copies"), ui.type.words_s)]),
        ft.Row(buttons, wrap=True, spacing=Space.M, run_spacing=Space.S),
    ]
