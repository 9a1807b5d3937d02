"""What came after the signature of a note: words added to it, and what supervisors said of it.

Pure. Follows docs/howto/supervise.md.
"""

from __future__ import annotations

import flet as ft

from app.services.notes import AddendumView, NoteView
from app.views import dates
from app.views.screens.notes.wording import byline, round_words, standing_words
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


def given_back(ui: Ui, view: NoteView, now_ms: int) -> ft.Control:
    """The supervisor's comment above a note that was given back, and for its author what to do."""
    last, stands = view.co_sign.last, standing_words(ui, view, now_ms)
    said, symbol = (stands[0], stands[1]) if stands is not None else ("", ft.Icons.REPLY)
    parts: list[ft.Control] = [fact_line(ui, symbol, said)]
    if last is not None:
        parts.append(text(ui, ui.say("words.quote", words=last.comment), ui.type.body_l, key="note.comment"))
    if view.mine:
        parts.append(text(ui, ui.say("cosign.answer_below"), ui.type.body, SOFT))
    return quiet_panel(ft.Column(parts, spacing=10, tight=True), key="note.returned")


def rounds(ui: Ui, view: NoteView, now_ms: int) -> list[ft.Control]:
    """Every decision before the one that counts now, the first one first; nothing when there is none."""
    if len(view.co_sign.rounds) < 2:
        return []
    lines: list[ft.Control] = [text(ui, ui.say("cosign.history"), ui.type.h3, heading=2)]
    for one in view.co_sign.rounds[:-1]:
        lines.append(text(ui, round_words(ui, one, now_ms), ui.type.body, SOFT))
        if one.comment:
            lines.append(text(ui, ui.say("words.quote", words=one.comment), ui.type.body))
    return [ft.Column(lines, spacing=6, tight=True, key="note.rounds")]


def addendum(ui: Ui, one: AddendumView, now_ms: int) -> ft.Control:
    """Words added to a signed note, with whose they are."""
    return ft.Container(
        ft.Column(
            [
                text(ui, one.body, ui.type.body_l),
                text(
                    ui,
                    ui.say(
                        "note.added",
                        name=byline(one.author, one.author_title),
                        when=dates.moment(ui.language, one.written_at_ms, now_ms),
                    ),
                    ui.type.cap,
                    SOFT,
                ),
            ],
            spacing=6,
            tight=True,
        ),
        padding=ft.Padding.only(left=16, top=4, bottom=4),
        border=ft.Border.only(left=ft.BorderSide(3, ft.Colors.OUTLINE)),
    )
