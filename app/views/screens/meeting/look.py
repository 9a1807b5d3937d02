"""What every step of a meeting is drawn from, and what can be done in it.

Owns the two values that all step functions take after their `Ui` (in the table's language), and the
small pieces they share. Nothing here reads records: what may be seen is in the `TableView` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.meeting_draft import MeetingDraft, Presence, put_typed
from app.services.meeting_table import TableView
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined
from app.views.widgets.face import Kind, face, initials
from app.views.widgets.fields import field
from app.views.widgets.pressable import bind
from app.views.widgets.text import SOFT, text, words
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown
from app.wraparound.relations import relation_in
from app.wraparound.wording import Words

Change = Callable[[MeetingDraft], MeetingDraft]

KINDS = {"family": Kind.FAMILY, "natural": Kind.NATURAL}
"""Shapes of people's kinds; all others are professionals."""


@dataclass(frozen=True)
class Acts:
    """What a step can do. do: one act, kept at once. type: letters in a field, kept after a pause.

    open: shows a sheet over the step ("sign:…", "day:…"), "" closes it. new_id: for what is said.
    """

    do: Callable[[Change], object]
    type: Callable[[str, str], object]
    write: Callable[[Change], object]
    open: Callable[[str], object]
    new_id: Callable[[], str]


@dataclass(frozen=True)
class Look:
    """What a step shows. trouble: what keeps one from going on, in words; at: what it is about."""

    draft: MeetingDraft
    table: TableView
    today: date
    now_ms: int
    saved: bool = True
    trouble: str = ""
    at: str = ""
    sheet: str = ""
    width: float = 944
    """The room of a step, in logical pixels."""

    def seen(self, item_id: str) -> bool:
        """Whether a piece of the draft may be seen by those present."""
        return item_id not in self.table.gone

    def typed(self, name: str) -> str:
        """What stands in a field that was not added yet."""
        return self.draft.typed.get(name, "") if self.seen(f"typed:{name}") else ""

    @property
    def people(self) -> tuple[Presence, ...]:
        """Those who take part and may be named, in order."""
        present = {one.person_id for one in self.draft.taking_part}
        return tuple(one for one in self.table.people if one.person_id in present)

    @property
    def goals(self) -> tuple[GoalShown, ...]:
        """The plan's goals and those named today."""
        new = tuple(
            GoalShown(need.goal_id, Words(need.goal or need.text), "", "", "", "", "open", (), ())
            for need in self.draft.needs
            if self.seen(need.need_id)
        )
        return (*self.table.goals, *new)


def told(ui: Ui, value: Words) -> str:
    """Words of the family, or that they are not in this language yet."""
    return ui.say("meeting.gap") if value.gap else value.text


def family_words(ui: Ui, value: Words, size: str = "words_s", *, quoted: bool = False) -> ft.Control:
    """The family's words in their type; a gap says so in soft ink."""
    if value.gap:
        return text(ui, ui.say("meeting.gap"), ui.type.body, SOFT)
    return words(ui, value.text, size, quoted=quoted)


def face_of(ui: Ui, one: Presence, size: float = 48) -> ft.Control:
    """Somebody's face."""
    return face(ui, initials(one.name), KINDS.get(one.kind, Kind.PROFESSIONAL), size=size)


def person_line(ui: Ui, one: Presence, size: float = 48, line: ft.Control | None = None) -> ft.Control:
    """Face, name and what they are."""
    under = line or text(ui, role_of(ui, one), ui.type.body, SOFT)
    return ft.Row(
        [
            face_of(ui, one, size),
            ft.Column(
                [text(ui, one.name, ui.type.h3), *([under] if line or role_of(ui, one) else [])],
                spacing=0,
                tight=True,
                expand=True,
            ),
        ],
        spacing=Space.M,
    )


def role_of(ui: Ui, one: Presence) -> str:
    """What somebody is, in the language of the meeting, with a capital."""
    said = relation_in(one.role, ui.language)
    return said[:1].upper() + said[1:]


def add_line(
    ui: Ui, look: Look, acts: Acts, name: str, label: str, act: str,
    take: Callable[[MeetingDraft, str], MeetingDraft], *, autofocus: bool = False,
) -> ft.Control:  # fmt: skip
    """A field with *Add* beside it. What was typed is kept even before it is added.

    name: of the field, in `draft.typed`. take: the act that adds the words; blank ones do nothing.
    """

    def added(draft: MeetingDraft) -> MeetingDraft:
        # The newest letters are in the draft that the act gets, not in this drawing.
        words = draft.typed.get(name, "").strip()
        return put_typed(take(draft, words), name, "") if words else draft

    def add() -> None:
        acts.do(added)

    entry = field(
        ui, label, look.typed(name), lambda value: acts.type(name, value),
        key=f"meeting.{name}", on_submit=add, autofocus=autofocus,
    )  # fmt: skip
    button = outlined(ui, act, add, key=f"meeting.{name}.add", symbol=ft.Icons.ADD)
    if ui.layout.stacked:
        return column([entry, ft.Row([button], wrap=True)], Space.XS)
    return ft.Row(
        [ft.Container(entry, expand=True), button],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.END,
    )


def column(parts: list[ft.Control], spacing: float = Space.M) -> ft.Column:
    """Parts under each other, as wide as the room."""
    return ft.Column(
        parts,
        spacing=spacing,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def quote_line(ui: Ui, value: str, *, key: str | None = None) -> ft.Control:
    """A line that somebody said, in the family's type, behind a leaf-green stroke."""
    return ft.Container(
        words(ui, value, "words_s", quoted=False),
        padding=ft.Padding.only(left=Space.M, top=Space.XXS, bottom=Space.XXS),
        border=ft.Border.only(left=ft.BorderSide(3, ft.Colors.TERTIARY)),
        key=key,
    )


__all__ = [
    "KINDS", "Acts", "Change", "Look", "add_line", "bind", "column", "face_of", "family_words",
    "person_line", "quote_line", "role_of", "told",
]  # fmt: skip
