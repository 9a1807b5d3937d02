"""The paper: the field one writes a note in, with the draft line and *Their words* below it.

Owns the field called "Note" and its privacy switches. The field keeps its own text between
renders: Flet writes what is typed straight into the control, and a render that set an older text
would eat letters. Follows design page 06 and the note-editor pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.views.theme.tokens import Radius
from app.views.widgets.buttons import icon_button, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.pressable import Act
from app.views.widgets.sync_chip import draft_line
from app.views.widgets.ui import Ui

_LINE = 28.5
_FEWEST = 6
_TAKEN, _TAKEN_MIDDLE = 530, 720
"""What else stands on a phone and on an upright tablet, in logical pixels at 100 %."""
OPEN_MARK, CLOSE_MARK = "“", "”"


@dataclass
class Pen:
    """Where the cursor is, and the field as it stands on the screen; lives in a ref.

    start, end: the selection in letters, equal for a cursor; -1 when not known.
    """

    field: ft.TextField | None = None
    start: int = -1
    end: int = -1

    def text(self, otherwise: str) -> str:
        """What stands in the field now."""
        return otherwise if self.field is None else self.field.value or ""


def with_their_words(body: str, start: int, end: int) -> tuple[str, int]:
    """Quotation marks around the selection, or empty ones at the cursor or the end.

    start, end: letters, -1 when not known. Returns the text and where the cursor goes: before the
    closing mark when there is nothing inside yet, else behind it.
    """
    size = len(body)
    if not 0 <= start <= size or not 0 <= end <= size:
        start = end = size
    start, end = min(start, end), max(start, end)
    before, inside, after = body[:start], body[start:end], body[end:]
    gap = "" if not before or before[-1].isspace() else " "
    text = f"{before}{gap}{OPEN_MARK}{inside}{CLOSE_MARK}{after}"
    cursor = len(before) + len(gap) + 1 + len(inside)
    return text, cursor if not inside else cursor + 1


def note_field(
    ui: Ui,
    pen: Pen,
    body: str,
    on_change: Callable[[str], object],
    on_leave: Act,
    *,
    fill: bool,
    cursor: int | None = None,
    autofocus: bool = False,
) -> ft.Control:
    """The field itself, borderless on the paper, 19 px; its accessible name is "Note".

    Args:
        ui: settings in force.
        pen: told where the cursor is and which control stands for the field.
        body: the text.
        on_change: called with the new text.
        on_leave: called when the field is left.
        fill: fill the paper's height; otherwise grow with the text.
        cursor: put the cursor here in this render.
        autofocus: take the focus when shown.
    """

    def changed(event: ft.Event[ft.TextField]) -> object:
        return on_change(event.control.value or "")

    def moved(event: ft.TextSelectionChangeEvent[ft.TextField]) -> None:
        pen.start, pen.end = event.selection.base_offset, event.selection.extent_offset

    selection = pen.field.selection if pen.field is not None else None
    if cursor is not None:
        selection = ft.TextSelection(cursor, cursor)
    entry = ft.TextField(
        key="note.body",
        value=body,
        selection=selection,
        on_change=changed,
        on_selection_change=moved,
        on_blur=on_leave,
        multiline=True,
        min_lines=None if fill else _lines(ui),
        fit_parent_size=fill,
        expand=fill or None,
        text_vertical_align=ft.VerticalAlignment.START,
        text_style=ui.type.editor,
        color=ft.Colors.ON_SURFACE,
        border=ft.NoInputBorder(),
        content_padding=0,
        cursor_color=ft.Colors.PRIMARY,
        keyboard_type=ft.KeyboardType.MULTILINE,
        # No capitalization: in Flet it is no hint to the keyboard but rewrites what was typed, after
        # every dot ("www.iep.org"). What somebody said stays as they said it.
        autofocus=autofocus,
        # What is typed about a family stays out of the keyboard's memory.
        autocorrect=False,
        enable_suggestions=False,
        enable_ime_personalized_learning=False,
        smart_dashes_type=False,
        smart_quotes_type=False,
    )
    pen.field = entry
    # Only merging makes the field and its name one node (see `widgets.fields`).
    return ft.MergeSemantics(
        content=ft.Semantics(label=ui.say("note.field"), content=entry), expand=fill or None
    )


def _lines(ui: Ui) -> int:
    """How many lines an empty paper has: what the screen has left above the foot."""
    taken = _TAKEN if ui.layout.narrow else _TAKEN_MIDDLE
    return max(_FEWEST, int((ui.layout.height / ui.scale - taken) / _LINE))


def paper(
    ui: Ui,
    field: ft.Control,
    *,
    draft_words: str,
    problem: str,
    on_their_words: Act,
    fill: bool,
) -> ft.Control:
    """The white sheet with the field, an error in words, the draft line and *Their words*.

    Args:
        ui: settings in force.
        field: see `note_field`.
        draft_words: "Draft saved on this tablet, 10:52 am"; empty when there is none.
        problem: why something could not be kept; empty when all is well.
        on_their_words: puts quotation marks in.
        fill: take the height that is left.
    """
    narrow = ui.layout.narrow
    tools: list[ft.Control] = [
        ft.Container(
            draft_line(ui, draft_words, key="note.draft_line") if draft_words else None,
            expand=None if ui.layout.stacked else True,
        ),
        quiet(
            ui,
            ui.say("note.their_words"),
            on_their_words,
            key="note.their_words",
            symbol=ft.Icons.FORMAT_QUOTE,
        ),
    ]
    foot: ft.Control = ft.Row(
        tools,
        spacing=8,
        wrap=ui.layout.stacked,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    parts: list[ft.Control] = [field]
    if problem:
        parts.append(
            ft.Container(
                note_line(ui, problem, error=True, key="note.problem"),
                padding=ft.Padding.only(right=12),
            )
        )
    if not narrow:
        parts.append(foot)
    side = 18 if narrow else 26
    return ft.Container(
        ft.Column(
            parts,
            spacing=12,
            tight=not fill,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.only(
            left=side, right=side if narrow else 14, top=18 if narrow else 24, bottom=12
        ),
        bgcolor=ft.Colors.SURFACE_CONTAINER_LOWEST,
        border=(
            ft.Border.all(2, ft.Colors.ERROR)
            if problem
            else ft.Border.all(1, ft.Colors.OUTLINE_VARIANT)
        ),
        border_radius=Radius.SHEET,
        expand=fill or None,
        key="note.paper",
    )


def their_words_button(ui: Ui, on_press: Act) -> ft.Control:
    """*Their words* as an icon, for the foot of a phone."""
    return icon_button(
        ui, ft.Icons.FORMAT_QUOTE, ui.say("note.their_words"), on_press, key="note.their_words"
    )
