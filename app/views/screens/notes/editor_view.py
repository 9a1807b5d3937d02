"""How the note editor looks, as a pure function of what is written so far.

Owns the three layouts: side column beside the paper, below it, or folded into two rows on a
phone. Follows the note-editor pictures of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.notes import NoteDraft
from app.views.screens.notes.dialogs import Somebody, Subject, people_rows
from app.views.screens.notes.paper import paper, their_words_button
from app.views.screens.notes.wording import (
    kind_words,
    label_words,
    length_words,
    names_joined,
    place_icon,
    place_words,
    when_words,
)
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.chips import picker
from app.views.widgets.face import Kind, face
from app.views.widgets.panels import thread_link
from app.views.widgets.pressable import Act, named, pressable
from app.views.widgets.sync_chip import SyncView, draft_line, sync_chip
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui

SIDE = 252
_FILL_BELOW_SCALE = 1.3
_FACES = 3
_NEAREST = 4


@dataclass(frozen=True)
class EditorActs:
    """What the editor can be told to do."""

    back: Act
    crisis: Act
    sync: Act
    kind: Act
    when: Act
    length: Act
    where: Act
    readers: Act
    people: Act
    links: Act
    tick: Callable[[str, bool], object]
    their_words: Act
    close: Act
    sign: Act
    save: Act
    cover: Act | None = None


@dataclass(frozen=True)
class EditorLook:
    """What the editor shows. draft_words and problem are empty when there is nothing to say."""

    draft: NoteDraft
    family_name: str
    now_ms: int
    people: tuple[Somebody, ...]
    subjects: tuple[Subject, ...]
    sync: SyncView
    draft_words: str = ""
    problem: str = ""
    problem_field: str = ""
    saving: bool = False

    @property
    def there(self) -> tuple[str, ...]:
        """Ids of who was there."""
        return tuple(part for part in self.draft.with_whom.split(",") if part)

    @property
    def about(self) -> tuple[str, ...]:
        """Ids of what the note is about."""
        return tuple(part for part in self.draft.concerns.split(",") if part)


def editor_view(ui: Ui, look: EditorLook, acts: EditorActs, field: ft.Control) -> ft.Control:
    """The whole editor. field: see `paper.note_field`; `fills(ui)` tells which height it takes."""
    if ui.layout.narrow:
        return _phone(ui, look, acts, field)
    sheet = paper(
        ui, field, draft_words=look.draft_words, problem=look.problem,
        on_their_words=acts.their_words, fill=fills(ui),
    )  # fmt: skip
    side = _side(ui, look, acts)
    if fills(ui):
        body: ft.Control = ft.Row(
            [
                ft.Container(sheet, expand=True),
                ft.Container(
                    ft.Column([side], scroll=ft.ScrollMode.AUTO, expand=True),
                    width=ui.grow(SIDE),
                ),
            ],
            spacing=28,
            expand=True,
            vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        middle: list[ft.Control] = [_pickers(ui, look, acts), body]
    else:
        middle = [
            ft.Column(
                [_pickers(ui, look, acts), sheet, side, ft.Container(height=8)],
                spacing=20,
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            )
        ]
    return ft.Column(
        [editor_header(ui, look, acts), *middle, _foot(ui, look, acts)],
        spacing=18,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def fills(ui: Ui) -> bool:
    """Whether the paper takes the height that is left; otherwise the page scrolls."""
    return ui.layout.wide and ui.scale < _FILL_BELOW_SCALE and ui.layout.height >= 640


def editor_header(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    """Back, the kind as title (it opens the kinds), the family, the sync chip, Crisis."""
    narrow = ui.layout.narrow
    words = kind_words(ui, look.draft.kind)
    title = pressable(
        ui,
        named(
            ft.Column(
                [
                    ft.Row(
                        [
                            text(ui, words, ui.type.h2 if narrow else ui.type.h2_l, loose=True),
                            icon(ui, ft.Icons.EXPAND_MORE, 24),
                        ],
                        spacing=4,
                        tight=True,
                    ),
                    text(ui, look.family_name, ui.type.body, SOFT),
                ],
                spacing=0,
                tight=True,
            ),
            ui.say("note.kind_name", kind=words, family=look.family_name),
        ),
        acts.kind,
        key="note.kind",
        padding=ft.Padding.symmetric(horizontal=8, vertical=2),
        expand=True,
    )
    back = icon_button(
        ui, ft.Icons.ARROW_BACK, ui.say("nav.back"), acts.back, key="note.back", size=26
    )
    right: list[ft.Control] = []
    if not narrow:
        right.append(sync_chip(ui, look.sync, acts.sync, key="note.sync"))
    if narrow and acts.cover is not None:
        right.append(
            icon_button(
                ui, ft.Icons.VISIBILITY_OFF_OUTLINED, ui.say("nav.cover_name"), acts.cover,
                key="note.cover", size=26,
            )
        )  # fmt: skip
    right.append(
        icon_button(
            ui, ft.Icons.SUPPORT_OUTLINED, ui.say("nav.crisis_name"), acts.crisis,
            key="note.crisis", color=ft.Colors.ERROR, size=26,
        )
        if narrow
        else outlined(
            ui, ui.say("nav.crisis"), acts.crisis, key="note.crisis",
            symbol=ft.Icons.SUPPORT_OUTLINED, danger=True,
        )
    )  # fmt: skip
    name_row = ft.Row([back, title], spacing=4, expand=True)
    if ui.scale >= _FILL_BELOW_SCALE:
        return ft.Column(
            [ft.Row([name_row]), ft.Row(right, wrap=True, spacing=8, run_spacing=8)],
            spacing=8,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
    return ft.Row(
        [name_row, ft.Row(right, spacing=4 if narrow else 12, tight=True)],
        spacing=12,
        vertical_alignment=(
            ft.CrossAxisAlignment.CENTER if narrow else ft.CrossAxisAlignment.START
        ),
    )


def _pickers(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    draft = look.draft
    boxes = (
        ("when", when_words(ui, draft.started_at_ms, look.now_ms), acts.when, ft.Icons.SCHEDULE, 4),
        (
            "length", length_words(ui, draft.started_at_ms, draft.stopped_at_ms), acts.length,
            ft.Icons.TIMELAPSE, 3,
        ),
        ("where", place_words(ui, draft.place), acts.where, place_icon(draft.place), 3),
        ("readers", label_words(ui, draft.label), acts.readers, ft.Icons.LOCK_OPEN_OUTLINED, 3),
    )  # fmt: skip
    made = [
        picker(
            ui, ui.say(f"note.{name}"), value, act, key=f"note.{name}", symbol=symbol,
            expand=share, error=look.problem_field in _FIELDS_OF[name],
        )
        for name, value, act, symbol, share in boxes
    ]  # fmt: skip
    if ui.layout.wide:
        return ft.Row(made, spacing=12)
    if ui.layout.stacked:
        return ft.Column(
            [ft.Row([one]) for one in made], spacing=10, tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )  # fmt: skip
    return ft.Column(
        [ft.Row(made[:2], spacing=12), ft.Row(made[2:], spacing=12)], spacing=12, tight=True
    )


_FIELDS_OF = {
    "when": ("started",),
    "length": ("stopped",),
    "where": ("place",),
    "readers": ("label",),
}


def _side(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    people: list[ft.Control] = [
        text(ui, ui.say("note.who"), ui.type.h3, heading=2),
        *people_rows(ui, near(look), look.there, acts.tick),
        ft.Row([quiet(ui, ui.say("note.add_person"), acts.people, key="note.people",
                      symbol=ft.Icons.ADD)]),
    ]  # fmt: skip
    about: list[ft.Control] = [
        text(ui, ui.say("note.about"), ui.type.h3, heading=2),
        *[
            thread_link(ui, one.level, one.text, key=f"note.linked.{one.record_id}")
            for one in look.subjects
            if one.record_id in look.about
        ],
        ft.Row(
            [
                quiet(
                    ui,
                    ui.say("note.link_else" if look.about else "note.link"),
                    acts.links,
                    key="note.links",
                    symbol=ft.Icons.ADD,
                )
            ]
        ),
    ]
    groups: list[ft.Control] = [
        ft.Column(people, spacing=2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        ft.Column(about, spacing=8, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
    ]
    if ui.layout.wide or ui.layout.stacked:
        return ft.Column(
            groups, spacing=20, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    return ft.Row(
        [ft.Container(group, expand=True) for group in groups],
        spacing=28,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def near(look: EditorLook) -> tuple[Somebody, ...]:
    """Whom the side column shows: the family, who is ticked, and the nearest few besides."""
    sure = [one for one in look.people if one.kind is Kind.FAMILY or one.person_id in look.there]
    others = [one for one in look.people if one not in sure and one.near]
    chosen = [*sure, *others[: max(0, _NEAREST - len(sure))]]
    return tuple(one for one in look.people if one in chosen)


def _foot(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    buttons = [
        quiet(ui, ui.say("note.close"), acts.close, key="note.close"),
        outlined(ui, ui.say("note.sign"), acts.sign, key="note.sign", symbol=ft.Icons.DRAW_OUTLINED,
                 main=True, disabled=look.saving),
        filled(ui, ui.say("note.save"), acts.save, key="note.save", symbol=ft.Icons.CHECK,
               disabled=look.saving),
    ]  # fmt: skip
    row = ft.Row(
        buttons, spacing=12, run_spacing=10, wrap=not ui.layout.wide,
        alignment=ft.MainAxisAlignment.END,
    )  # fmt: skip
    if not ui.layout.wide:
        return ft.Container(row, padding=ft.Padding.only(bottom=16))
    return ft.Container(
        ft.Row(
            [text(ui, ui.say("note.signed_stays"), ui.type.body, SOFT, expand=True), row],
            spacing=16,
        ),
        padding=ft.Padding.only(bottom=20),
    )


# -- phone ---------------------------------------------------------------------------------


def _phone(ui: Ui, look: EditorLook, acts: EditorActs, field: ft.Control) -> ft.Control:
    draft = look.draft
    pills = [
        _pill(ui, "when", when_words(ui, draft.started_at_ms, look.now_ms), acts.when,
              ft.Icons.SCHEDULE),
        _pill(ui, "length", length_words(ui, draft.started_at_ms, draft.stopped_at_ms), acts.length,
              ft.Icons.TIMELAPSE),
        _pill(ui, "where", place_words(ui, draft.place), acts.where, place_icon(draft.place)),
        _pill(ui, "readers", label_words(ui, draft.label), acts.readers,
              ft.Icons.LOCK_OPEN_OUTLINED),
    ]  # fmt: skip
    # Pills slide sideways at 100 %, as in the picture; from 130 % they wrap, so none is lost.
    slide = ui.scale < _FILL_BELOW_SCALE
    pickers = ft.Row(
        pills, spacing=8, run_spacing=8, wrap=not slide,
        scroll=ft.ScrollMode.HIDDEN if slide else None,
    )  # fmt: skip
    sheet = paper(
        ui, field, draft_words="", problem=look.problem, on_their_words=acts.their_words, fill=False
    )
    scrolled = ft.Column(
        [
            ft.Container(pickers, padding=ft.Padding.only(bottom=4)),
            _who_row(ui, look, acts),
            sheet,
            _about_row(ui, look, acts),
        ],
        spacing=8,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    state = ft.Row(
        [
            *(
                [draft_line(ui, look.draft_words, key="note.draft_line")]
                if look.draft_words
                else []
            ),
            # Beside the draft line there is room for the chip's icon alone.
            sync_chip(ui, look.sync, acts.sync, key="note.sync", short=bool(look.draft_words)),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        wrap=not slide,
        run_spacing=4,
    )
    tools: list[ft.Control] = [
        their_words_button(ui, acts.their_words),
        quiet(ui, ui.say("note.sign_short"), acts.sign, key="note.sign",
              symbol=ft.Icons.DRAW_OUTLINED, disabled=look.saving),
    ]  # fmt: skip
    save = filled(
        ui, ui.say("note.save"), acts.save, key="note.save", expand=True, disabled=look.saving
    )
    if slide:
        foot: list[ft.Control] = [state, ft.Row([*tools, save], spacing=4)]
    else:
        # Large text: only the main act stays; the rest scrolls, so that the words have room.
        scrolled.controls += [state, ft.Row(tools, spacing=4, run_spacing=8, wrap=True)]
        foot = [ft.Row([save])]
    return ft.Column(
        [
            editor_header(ui, look, acts),
            scrolled,
            ft.Container(
                ft.Column(foot, spacing=4, tight=True), padding=ft.Padding.only(bottom=12)
            ),
        ],
        spacing=8,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pill(ui: Ui, name: str, value: str, act: Act, symbol: ft.IconData) -> ft.Control:
    return pressable(
        ui,
        named(
            ft.Row(
                [icon(ui, symbol, 20), text(ui, value, ui.type.chip, loose=True)],
                spacing=8,
                tight=True,
            ),
            f"{ui.say(f'note.{name}')}, {value}",
        ),
        act,
        key=f"note.{name}",
        radius=Radius.ROUND,
        padding=ft.Padding.symmetric(horizontal=18, vertical=13),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        side=ft.BorderSide(1, ft.Colors.OUTLINE),
    )


def _who_row(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    there = [one for one in look.people if one.person_id in look.there]
    said = names_joined(ui, [one.name for one in there]) or ui.say("note.who_nobody")
    return pressable(
        ui,
        named(
            ft.Row(
                [
                    # Large text: the names need the room that the faces would take.
                    *[
                        face(ui, one.letters, one.kind, size=40)
                        for one in there[: _FACES if ui.scale < _FILL_BELOW_SCALE else 0]
                    ],
                    text(ui, said, ui.type.body, expand=True),
                    icon(ui, ft.Icons.CHEVRON_RIGHT, 24),
                ],
                spacing=8,
            ),
            f"{ui.say('note.who')}, {said}",
        ),
        acts.people,
        key="note.people",
        padding=ft.Padding.symmetric(vertical=4),
    )


def _about_row(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    chosen = [one for one in look.subjects if one.record_id in look.about]
    inside: ft.Control = (
        ft.Column(
            [thread_link(ui, one.level, one.text) for one in chosen], spacing=8, tight=True
        )
        if chosen
        else text(ui, ui.say("note.link"), ui.type.body)
    )
    return ft.Column(
        [
            pressable(
                ui,
                ft.Row(
                    [ft.Container(inside, expand=True), icon(ui, ft.Icons.CHEVRON_RIGHT, 24)],
                    spacing=8,
                ),
                acts.links,
                key="note.links",
                padding=ft.Padding.symmetric(vertical=10),
            ),
            hairline(),
        ],
        spacing=4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
