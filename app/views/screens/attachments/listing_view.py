"""The list of photos and papers, and the form that follows a picked file: pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import flet as ft

from app.services.attachments import AttachmentView, Kept
from app.views.screens.attachments.wording import ICONS, added_words, size_words, state_words, title_of
from app.views.screens.notes.wording import label_icon, label_words
from app.views.theme.tokens import Radius, Space
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.chips import Choice, chip, choice_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.panels import sheet
from app.views.widgets.pressable import Act, bind, named
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui

_THUMB = 64
_PREVIEW = 300
_PREVIEW_HIGH = 190
_STATE = 250


@dataclass(frozen=True)
class Form:
    """What is added: the picked file and what was typed about it."""

    kept: Kept | None = field(default=None, repr=False)
    caption: str = ""
    kind: str = "photo"
    day: str = ""
    label: str = "general"
    choosing: bool = False
    day_error: str = ""


@dataclass(frozen=True)
class FormActs:
    """What the form can do."""

    caption: Callable[[str], object]
    kind: Callable[[str], object]
    day: Callable[[str], object]
    readers: Act
    add: Act
    leave: Act


def attachment_rows(
    ui: Ui, shown: Sequence[AttachmentView], now_ms: int, on_open: Callable[[str], object], on_add: Act | None
) -> list[ft.Control]:
    """The list, newest first; or the words of an empty one."""
    if not shown:
        return [
            empty_state(
                ui, ui.say("attachments.none"), ui.say("attachments.none_means"), key="attachments.empty"
            )
        ]
    stacked = ui.layout.stacked
    rows: list[ft.Control] = []
    for number, view in enumerate(shown, start=1):
        line = added_words(ui, view, now_ms)
        lead = thumb(ui, view)
        # On its own line a long state would push the row apart.
        column = Column(_state(ui, view), None if stacked else _STATE)
        rows.append(
            list_row(
                ui, title_of(ui, view), bind(on_open, view.record_id),
                key=f"attachments.row.{view.record_id}", lead=lead, lead_size=ui.grow(_THUMB), line=line,
                columns=(column,), chevron=True, ruled=number < len(shown), tall=_THUMB + 24,
            )
        )  # fmt: skip
    return [ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)]


def thumb(ui: Ui, view: AttachmentView) -> ft.Control:
    """The small picture, or what it is. The row's title names it; it says nothing itself."""
    side = ui.grow(_THUMB)
    inside: ft.Control
    if view.thumb:
        inside = ft.Image(
            view.thumb, width=side, height=side, fit=ft.BoxFit.COVER, exclude_from_semantics=True,
            gapless_playback=True,
        )  # fmt: skip
    else:
        inside = icon(ui, ft.Icons.DESCRIPTION_OUTLINED, 28, SOFT)
    return ft.Container(
        inside,
        width=side,
        height=side,
        border_radius=Radius.FIELD,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        alignment=ft.Alignment.CENTER,
    )


def _state(ui: Ui, view: AttachmentView) -> ft.Control:
    bad = view.state.kind == "refused"
    color = ft.Colors.ERROR if bad else SOFT
    words: list[ft.Control] = [
        ft.Row(
            [icon(ui, ICONS[view.state.kind], 20, color),
             text(ui, state_words(ui, view.state), ui.type.body, color, expand=True)],
            spacing=8,
        )
    ]  # fmt: skip
    if view.label != "general":
        words.append(
            ft.Row(
                [icon(ui, label_icon(view.label), 20, SOFT),
                 text(ui, label_words(ui, view.label), ui.type.body, SOFT, expand=True)],
                spacing=8,
            )
        )  # fmt: skip
    return ft.Column(words, spacing=2, tight=True)


def adding(ui: Ui, form: Form, acts: FormActs, trouble: str, busy: bool) -> list[ft.Control]:
    """What is said about a picked file before it is kept."""
    kept = form.kept
    assert kept is not None
    narrow = ui.layout.narrow
    about: list[ft.Control] = [
        text_field(
            ui, ui.say("attachments.caption"), form.caption, acts.caption, key="attachments.caption",
            help=ui.say("attachments.caption_help"),
        ),
    ]  # fmt: skip
    if kept.kind == "photo":
        about.append(
            choice_chips(
                ui,
                [Choice(kind, ui.say(f"attachments.kind.{kind}")) for kind in ("photo", "scan")],
                form.kind, acts.kind, key="attachments.kind",
            )
        )  # fmt: skip
    about += [
        text_field(
            ui, ui.say("attachments.day"), form.day, acts.day, key="attachments.day",
            help=ui.say("attachments.day_help"), error=form.day_error or None,
        ),
        ft.Row(
            [
                chip(
                    ui,
                    ui.say("attachments.readers_are", label=label_words(ui, form.label)),
                    acts.readers,
                    key="attachments.readers",
                    symbol=label_icon(form.label),
                    opens=True,
                )
            ],
            wrap=True,
        ),
    ]  # fmt: skip
    if trouble:
        about.append(note_line(ui, trouble, error=True, key="attachments.trouble"))
    about.append(
        ft.Row(
            [
                filled(
                    ui, ui.say("attachments.keep"), acts.add, key="attachments.keep", disabled=busy,
                ),
                outlined(ui, ui.say("attachments.leave"), acts.leave, key="attachments.leave"),
            ],
            spacing=12,
            run_spacing=12,
            wrap=True,
        )
    )  # fmt: skip
    words = ft.Column(
        about, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    picture = preview(ui, kept, form.caption)
    if narrow or ui.layout.stacked:
        return [picture, words]
    return [
        ft.Row(
            [picture, ft.Container(words, expand=True)],
            spacing=28,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    ]


def preview(ui: Ui, kept: Kept, caption: str) -> ft.Control:
    """What is about to be kept."""
    said = ui.say(f"attachments.kind.{kept.kind}")
    facts = text(ui, f"{said}, {size_words(ui, len(kept.data))}", ui.type.body, SOFT)
    shown: list[ft.Control] = []
    if kept.kind == "photo":
        name = caption.strip() or ui.say("attachments.preview")
        shown.append(
            named(
                ft.Image(
                    kept.data, width=_PREVIEW, height=_PREVIEW_HIGH if ui.layout.narrow else None,
                    fit=ft.BoxFit.CONTAIN, border_radius=Radius.FIELD, gapless_playback=True,
                ),
                name,
            )
        )  # fmt: skip
    else:
        shown.append(icon(ui, ft.Icons.DESCRIPTION_OUTLINED, 44, SOFT))
    return sheet(
        ft.Column([*shown, facts], spacing=Space.S, tight=True, width=_PREVIEW),
        padding=Space.L,
        key="attachments.preview",
    )
