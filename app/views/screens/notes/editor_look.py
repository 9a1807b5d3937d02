"""What the note editor shows and can be told, and the head that all its layouts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.services.notes import NoteDraft
from app.views.screens.notes.counting import Counted
from app.views.screens.notes.dialogs import Somebody, Subject
from app.views.screens.notes.wording import (
    kind_words,
)
from app.views.widgets.buttons import icon_button, outlined
from app.views.widgets.pressable import Act, named, pressable
from app.views.widgets.sync_chip import SyncView, sync_chip
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import OPEN_LABELS

LARGE_FROM_SCALE = 1.3
"""From this text size nothing stands side by side that could be squeezed."""


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
    counts: Act
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
    labels: tuple[str, ...] = OPEN_LABELS
    """Those that this person may choose."""
    counted: Counted | None = None
    """How the note counts; None until it is known."""
    kinds: tuple[tuple[str, str], ...] = ()
    """The kinds that the agency offers, in its words."""

    @property
    def there(self) -> tuple[str, ...]:
        """Ids of who was there."""
        return tuple(part for part in self.draft.with_whom.split(",") if part)

    @property
    def about(self) -> tuple[str, ...]:
        """Ids of what the note is about."""
        return tuple(part for part in self.draft.concerns.split(",") if part)


def editor_header(ui: Ui, look: EditorLook, acts: EditorActs) -> ft.Control:
    """Back, the kind as title (it opens the kinds), the family, the sync chip, Crisis."""
    narrow = ui.layout.narrow
    words = dict(look.kinds).get(look.draft.kind) or kind_words(ui, look.draft.kind)
    title = pressable(
        ui,
        named(
            ft.Column(
                [
                    ft.Row(
                        [
                            text(ui, words, ui.type.h2_l if ui.layout.wide else ui.type.h2, loose=True),
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
    if ui.scale >= LARGE_FROM_SCALE:
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
