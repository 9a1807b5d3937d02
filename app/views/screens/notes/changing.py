"""Changing who may read a note, from where it is read: choose, be told what follows, do it."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.errors import AppError
from app.services.notes import NoteView
from app.views.hooks import use_nav, use_tablet
from app.views.offered import use_offer
from app.views.place import Place
from app.views.screens.keeping.label_dialog import move_dialog, offered
from app.views.screens.notes.dialogs import readers_dialog
from app.views.widgets.guarded import guarded, start
from app.views.widgets.ui import Ui
from app.wraparound.labels import crosses

READERS, NOTHING = "readers", ""


def use_relabel(
    ui: Ui, view: NoteView | None, tell: Callable[[AppError], object]
) -> Callable[[], None]:
    """Hook: the dialogs; returns what opens them. view: the note that is read, None while it loads."""
    nav = use_nav()
    tablet = use_tablet()
    on_offer = use_offer("labels")
    chosen, show = ft.use_state(NOTHING)

    def close() -> None:
        show(NOTHING)

    def change(label: str) -> None:
        close()
        if view is None:
            return
        note = view

        async def go() -> None:
            done = await tablet.open.labels.relabel("note", note.note_id, label)
            if done.record_id != note.note_id:
                nav.swap(Place("note", note.family_id, record_id=done.record_id))

        start(guarded(go, tell))

    def choose(label: str) -> None:
        if view is None or label == view.label:
            close()
        elif crosses(view.label, label) or view.came_back:
            show(label)
        else:
            change(label)

    dialog: ft.AlertDialog | None = None
    if view is not None and chosen == READERS:
        labels = offered(on_offer, tablet.open.desk.me.roles, view.label)
        dialog = readers_dialog(ui, labels, view.label, choose, close)
    elif view is not None and chosen:
        dialog = move_dialog(ui, chosen, lambda: change(chosen), close)
    ft.use_dialog(dialog)
    return lambda: show(READERS)
