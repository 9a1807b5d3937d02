"""How a note is read to be co-signed: large words, what was added, what was said before. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.services.notes import NoteView
from app.views import dates
from app.views.screens.notes.supervised import addendum, rounds
from app.views.screens.notes.wording import (
    badges,
    byline,
    kind_words,
    label_icon,
    length_words,
    place_icon,
    place_words,
    round_words,
    when_words,
)
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.header import header
from app.views.widgets.panels import fact_line, quiet_panel, sheet
from app.views.widgets.pressable import Act, named
from app.views.widgets.states import Loading, empty_state, error_state
from app.views.widgets.text import SOFT, icon, measure, text
from app.views.widgets.ui import Ui

_SIDE = 272


@dataclass(frozen=True)
class CosignLook:
    """What is shown. view: None while it is read, or when nothing is left (`over`).

    at, total: "2 of 5". later: how many were put off.
    """

    view: NoteView | None
    family: str
    now_ms: int
    at: int = 0
    total: int = 0
    later: int = 0
    over: bool = False
    busy: bool = False
    trouble: str = ""
    error: str = ""
    decided: str = ""
    """What was decided a moment ago, while it can be undone."""


@dataclass(frozen=True)
class CosignActs:
    """What can be done."""

    back: Act
    cover: Act
    co_sign: Act
    give_back: Act
    put_off: Act
    again: Act
    open_note: Act
    undo: Act


def cosign_view(ui: Ui, look: CosignLook, acts: CosignActs) -> ft.Control:
    """The whole place."""
    line = ui.say("cosign.progress", at=look.at, total=look.total) if look.view is not None else None
    head = header(ui, ui.say("cosign.title"), key="cosign", line=line, on_back=acts.back, on_cover=acts.cover)
    undo = _undo(ui, look, acts)
    if look.view is None:
        return _column([head, *undo, _without(ui, look, acts)])
    body = [_page(ui, look, look.view, acts), ft.Container(height=20)]
    large = ui.layout.stacked and ui.layout.height / ui.scale < 560
    bar = _bar(ui, look, acts)
    scrolled = ft.Column(
        [*body, *([bar] if large else [])], scroll=ft.ScrollMode.AUTO, expand=True, spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH, key=f"cosign.scroll.{look.view.note_id}",
    )  # fmt: skip
    return _column([head, *undo, scrolled, *([] if large else [bar])])


def _column(parts: list[ft.Control]) -> ft.Control:
    return ft.Column(parts, spacing=16, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _undo(ui: Ui, look: CosignLook, acts: CosignActs) -> list[ft.Control]:
    """What was just decided, with Undo: a line of its own, because a bar would lie over the answers."""
    if not look.decided:
        return []
    line = ft.Row(
        [
            icon(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, 22, ft.Colors.TERTIARY),
            text(ui, look.decided, ui.type.strong, expand=True),
            quiet(ui, ui.say("undo.action"), acts.undo, key="cosign.undo", symbol=ft.Icons.UNDO),
        ],
        spacing=10,
    )
    return [
        ft.Semantics(
            live_region=True,
            content=quiet_panel(
                line, padding=ft.Padding.only(left=16, right=6, top=4, bottom=4), key="cosign.decided"
            ),
        )
    ]


def _without(ui: Ui, look: CosignLook, acts: CosignActs) -> ft.Control:
    """Nothing to read: it is on its way, all is read, or some were put off."""
    if look.error:
        return error_state(ui, look.error, key="cosign.error", act=ui.say("nav.back"), on_act=acts.back)
    if not look.over:
        return Loading(control="cosign.loading")
    if look.later:
        key = "cosign.done_later_one" if look.later == 1 else "cosign.done_later"
        return empty_state(
            ui, ui.say(key, count=look.later), ui.say("cosign.done_line"), key="cosign.again",
            act=ui.say("cosign.again"), on_act=acts.again,
        )  # fmt: skip
    return empty_state(
        ui, ui.say("cosign.done_title"), ui.say("cosign.done_line"), key="cosign.done",
        act=ui.say("cosign.to_board"), on_act=acts.back,
    )  # fmt: skip


def _page(ui: Ui, look: CosignLook, view: NoteView, acts: CosignActs) -> ft.Control:
    body = ft.Column(
        [*_why(ui, look, view), _paper(ui, look, view), *_added(ui, look, view),
         *rounds(ui, view, look.now_ms), *([_whole(ui, acts)] if ui.layout.narrow else [])],
        spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    facts = _facts(ui, look, view, acts)
    if not ui.layout.wide:
        return ft.Column(
            [facts, body], spacing=16, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row(
        [ft.Container(body, expand=True), ft.Container(facts, width=ui.grow(_SIDE))],
        spacing=28, vertical_alignment=ft.CrossAxisAlignment.START,
    )  # fmt: skip


def _why(ui: Ui, look: CosignLook, view: NoteView) -> list[ft.Control]:
    """Why it is here again, when it was here before, and what was asked then."""
    last = view.co_sign.last
    if last is None:
        return []
    parts: list[ft.Control] = [
        fact_line(ui, ft.Icons.REPLAY, ui.say(f"cosign.why_{view.co_sign.standing}")),
        text(ui, round_words(ui, last, look.now_ms), ui.type.body, SOFT),
    ]
    if last.comment:
        parts.append(text(ui, ui.say("words.quote", words=last.comment), ui.type.body_l))
    return [quiet_panel(ft.Column(parts, spacing=6, tight=True), key="cosign.why")]


def _paper(ui: Ui, look: CosignLook, view: NoteView) -> ft.Control:
    words = named(
        ft.Text(view.body, style=ui.type.editor, color=ft.Colors.ON_SURFACE, selectable=True,
                key="cosign.words"),
        view.body,
    )  # fmt: skip
    when = dates.moment(ui.language, view.signed_at_ms, look.now_ms)
    return sheet(
        ft.Column(
            [
                ft.Container(words, width=None if ui.layout.stacked else measure(ui, 19)),
                fact_line(
                    ui, ft.Icons.LOCK_OUTLINE, ui.say("cosign.signed_line", name=view.signed_by, when=when),
                    color=ft.Colors.TERTIARY, key="cosign.signed",
                ),
            ],
            spacing=14, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=20 if ui.layout.narrow else 26,
    )  # fmt: skip


def _added(ui: Ui, look: CosignLook, view: NoteView) -> list[ft.Control]:
    if not view.addenda:
        return []
    head = text(ui, ui.say("cosign.added_title"), ui.type.h3, heading=2)
    return [head, *[addendum(ui, one, look.now_ms) for one in view.addenda]]


def _facts(ui: Ui, look: CosignLook, view: NoteView, acts: CosignActs) -> ft.Control:
    """Whose note about which family: what a supervisor must know before the first word."""
    lines: list[ft.Control] = [
        text(ui, look.family, ui.type.h2, heading=2),
        text(ui, byline(view.author, view.author_title), ui.type.strong),
    ]
    if ui.layout.narrow:
        # On a phone the words of the note come first: the rest in two soft lines.
        when = (
            dates.moment(ui.language, view.started_at_ms, look.now_ms, short=True)
            if view.started_at_ms else when_words(ui, 0, look.now_ms)
        )  # fmt: skip
        told = [kind_words(ui, view.kind), when]
        if view.started_at_ms and view.stopped_at_ms:
            told.append(length_words(ui, view.started_at_ms, view.stopped_at_ms))
        told += [view.with_whom_words] if view.with_whom_words else []
        lines.append(text(ui, ", ".join(told), ui.type.body, SOFT))
        return ft.Column([*lines, *_warnings(ui, look, view)], spacing=2, tight=True)
    lines += [
        fact_line(ui, ft.Icons.DESCRIPTION_OUTLINED, kind_words(ui, view.kind)),
        fact_line(ui, ft.Icons.SCHEDULE, when_words(ui, view.started_at_ms, look.now_ms)),
    ]
    if view.started_at_ms and view.stopped_at_ms:
        length = length_words(ui, view.started_at_ms, view.stopped_at_ms)
        lines.append(fact_line(ui, ft.Icons.TIMELAPSE, length))
    if view.place:
        lines.append(fact_line(ui, place_icon(view.place), place_words(ui, view.place)))
    if view.with_whom_words:
        said = ui.say("note.with_whom", names=view.with_whom_words)
        lines.append(fact_line(ui, ft.Icons.PEOPLE_OUTLINE, said))
    lines += _warnings(ui, look, view)
    lines.append(_whole(ui, acts))
    return ft.Column(lines, spacing=8, tight=True)


def _whole(ui: Ui, acts: CosignActs) -> ft.Control:
    """The way to the note itself, with all that stands around it."""
    return ft.Row([quiet(ui, ui.say("cosign.open_note"), acts.open_note, key="cosign.open")], wrap=True)


def _warnings(ui: Ui, look: CosignLook, view: NoteView) -> list[ft.Control]:
    """What a supervisor must not overlook: attempted only, restricted, written late."""
    found: list[ft.Control] = []
    if not view.made:
        found.append(fact_line(ui, ft.Icons.PHONE_MISSED_OUTLINED, ui.say("note.attempted")))
    for badge in badges(ui, view, look.now_ms):
        if badge.code == "restricted":
            found.append(fact_line(ui, label_icon(view.label), badge.words))
        elif badge.code == "late":
            found.append(fact_line(ui, badge.symbol, badge.words))
    return found


def _bar(ui: Ui, look: CosignLook, acts: CosignActs) -> ft.Control:
    """The three answers, always in the same place."""
    wide = not ui.layout.stacked
    sign = filled(ui, ui.say("cosign.co_sign"), acts.co_sign, key="cosign.co_sign",
                  symbol=ft.Icons.DRAW_OUTLINED, disabled=look.busy, fill=not wide)  # fmt: skip
    back = outlined(ui, ui.say("cosign.give_back" if wide else "cosign.send_back"), acts.give_back,
                    key="cosign.give_back", symbol=ft.Icons.REPLY, disabled=look.busy, main=wide)  # fmt: skip
    off = quiet(ui, ui.say("cosign.later"), acts.put_off, key="cosign.later", ink=True, disabled=look.busy)
    parts: list[ft.Control] = []
    if look.trouble:
        parts.append(
            ft.Semantics(
                live_region=True,
                content=text(ui, look.trouble, ui.type.body, ft.Colors.ERROR, key="cosign.trouble"),
            )
        )
    if wide:
        parts.append(ft.Row([sign, back, off], wrap=True, spacing=14, run_spacing=10))
    else:
        parts += [sign, ft.Row([back, off], wrap=True, spacing=14, run_spacing=8)]
    return ft.Container(
        ft.Column(parts, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=ft.Padding.only(bottom=14),
    )
