"""One note that was entered in error, as a supervisor reads it: what happened, and the original."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.services.keeping_errors import KeptNote, MarkView
from app.views import dates
from app.views.screens.notes.wording import kind_words, label_words
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


def mark_sheet(
    ui: Ui,
    mark: MarkView,
    now_ms: int,
    kept: KeptNote | None,
    on_read: Callable[[str], object] | None,
    on_saw: Callable[[str], object] | None,
    *,
    named: bool,
) -> ft.Control:
    """The mark as a sheet. kept: the original, once it was asked for. named: say the family, too."""
    when = dates.moment(ui.language, mark.marked_at_ms, now_ms)
    where = ui.say("kept.nowhere")
    if mark.copied:
        where = ui.say("kept.to", family=mark.to_family) if mark.to_family else ui.say("kept.elsewhere")
    lines: list[ft.Control] = [
        *([text(ui, mark.family, ui.type.h3, heading=3)] if named else []),
        text(ui, ui.say("kept.by", author=mark.author, name=mark.marked_by, when=when), ui.type.strong),
        text(ui, ui.say("kept.reason", reason=mark.reason), ui.type.body),
        text(ui, where, ui.type.body, SOFT),
    ]
    acts: list[ft.Control] = []
    if on_read is not None and kept is None:
        acts.append(
            quiet(ui, ui.say("kept.read"), bind(on_read, mark.mark_id), key=f"kept.read.{mark.mark_id}",
                  symbol=ft.Icons.DESCRIPTION_OUTLINED)
        )  # fmt: skip
    if on_saw is not None and not mark.seen:
        acts.append(
            outlined(ui, ui.say("kept.saw"), bind(on_saw, mark.mark_id), key=f"kept.saw.{mark.mark_id}",
                     small=True)
        )  # fmt: skip
    elif mark.seen:
        lines.append(fact_line(ui, ft.Icons.DONE_ALL, ui.say("kept.seen"), soft=True))
    if kept is not None:
        lines.append(_original(ui, kept, now_ms))
    if acts:
        lines.append(ft.Row(acts, wrap=True, spacing=12, run_spacing=6))
    return sheet(
        ft.Column(lines, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        key=f"kept.{mark.mark_id}",
    )


def _original(ui: Ui, kept: KeptNote, now_ms: int) -> ft.Control:
    head = ui.say(
        "kept.original", kind=kind_words(ui, kept.kind),
        when=dates.moment(ui.language, kept.started_at_ms, now_ms) if kept.started_at_ms else "",
        label=label_words(ui, kept.label),
    )  # fmt: skip
    parts: list[ft.Control] = [text(ui, head, ui.type.cap, SOFT), text(ui, kept.body, ui.type.body_l)]
    if kept.signed_at_ms:
        when = dates.moment(ui.language, kept.signed_at_ms, now_ms)
        parts.append(text(ui, ui.say("kept.signed", name=kept.mark.author, when=when), ui.type.cap, SOFT))
    for words in kept.addenda:
        parts.append(text(ui, ui.say("kept.added", words=words), ui.type.body))
    return quiet_panel(ft.Column(parts, spacing=6, tight=True), key=f"kept.words.{kept.mark.mark_id}")
