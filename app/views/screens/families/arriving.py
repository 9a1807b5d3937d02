"""The lines that tell how far the first sync has come, and whether what is shown was checked.

They are honest about one thing: a family that is shown before its history is here is shown from a
copy that a colleague's tablet vouches for. Spec: docs/protocol.md, "Snapshots".
"""

from __future__ import annotations

from functools import partial

import flet as ft

from app.services.first_sync import Arriving, FalseCopy
from app.views.error_words import words_for
from app.views.hooks import use_query, use_tablet
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.states import progress
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui

_WATCHED = frozenset({"family"})


def arriving_lines(ui: Ui, now: Arriving) -> list[ft.Control]:
    """What stands above the list while families arrive; nothing when all is here and checked."""
    say = ui.say
    lines: list[ft.Control] = []
    if now.coming:
        words = say("first_sync.one") if now.total == 1 else say(
            "first_sync.here", here=now.here, total=now.total
        )
        lines.append(progress(ui, words, now.share, key="families.arriving"))
    if count := len(now.checking):
        words = say("first_sync.checking_one") if count == 1 else say("first_sync.checking", count=count)
        lines.append(
            ft.Container(fact_line(ui, ft.Icons.HISTORY, words), key="families.checking")
        )
    return lines


def false_copy_panel(ui: Ui, copy: FalseCopy, on_told: Act) -> ft.Control:
    """The alarm: what happened, that nothing is lost, whom to tell."""
    say = ui.say
    title = say("first_sync.false_named", name=copy.name) if copy.name else say("first_sync.false_any")
    return quiet_panel(
        ft.Column(
            [
                text(ui, title, ui.type.strong, heading=2),
                text(ui, say(f"first_sync.false.{copy.kind}"), ui.type.body),
                ft.Row([outlined(ui, say("first_sync.told"), on_told,
                                 key=f"families.told.{copy.kind}.{copy.family_id}", small=True)], wrap=True),
            ],
            spacing=Space.S,
            tight=True,
        ),
        key=f"families.false.{copy.kind}.{copy.family_id}",
    )  # fmt: skip


@component
def ArrivalLines() -> ft.Control:
    """Everything of a first sync that the list of families says; no height when there is nothing."""
    ui = use_ui()
    tablet = use_tablet()
    asked = use_query(lambda: tablet.open.first_sync.arriving(), (), types=_WATCHED)
    false = use_query(lambda: tablet.open.first_sync.false_copies(), (), types=_WATCHED)

    trouble, set_trouble = ft.use_state("")

    async def told(copy: FalseCopy) -> None:
        await tablet.open.first_sync.told(copy)

    parts = [
        *(
            false_copy_panel(
                ui, copy, guarded(partial(told, copy), lambda error: set_trouble(words_for(ui, error)))
            )
            for copy in false.value or ()
        ),
        *([note_line(ui, trouble)] if trouble else []),
        *arriving_lines(ui, asked.value or Arriving()),
    ]
    return ft.Column(
        [ft.Container(part, padding=ft.Padding.only(bottom=Space.M)) for part in parts],
        spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


@component
def CheckingLine(family_id: str) -> ft.Control:
    """The line on a family's home while only a copy of it is here; nothing on any other."""
    ui = use_ui()
    tablet = use_tablet()
    asked = use_query(
        lambda: tablet.open.first_sync.is_checking(family_id), (family_id,), family_id=family_id
    )
    if not asked.value:
        return ft.Container(height=0)
    return ft.Container(
        fact_line(ui, ft.Icons.HISTORY, ui.say("first_sync.family")),
        key="family.checking",
        padding=ft.Padding.symmetric(vertical=Space.S),
    )
