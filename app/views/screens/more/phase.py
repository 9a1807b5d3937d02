"""Phase: where the family is, what the phase still asks for, and closing it with a reason.

Owns which phase is shown, the dialogs and the calls. The reason is kept in a ref while it is typed.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.errors import AppError
from app.services.phases import PhasesView
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.families.rows import phase_name
from app.views.screens.more.frame import frame, waiting
from app.views.screens.more.phase_view import PhaseActs, history, phase_foot, phase_page
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog, form_dialog
from app.views.widgets.fields import field
from app.views.widgets.guarded import guarded, start
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui

_LAST = 4


@component
def PhasePlace(place: Place) -> ft.Control:
    """The phases of one family."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    shown, show = ft.use_state(0)
    asking, ask_for = ft.use_state("")
    trouble, set_trouble = ft.use_state("")
    refused, set_refused = ft.use_state("")
    tries, set_tries = ft.use_state(0)
    typed: Any = ft.use_ref("")

    async def ask() -> tuple[PhasesView, int]:
        return await tablet.open.phases.phases(place.family_id), tablet.open.desk.now_ms()

    answer = use_query(ask, (place.family_id, tries), family_id=place.family_id)

    def tell(error: AppError) -> None:
        words = words_for(ui, error)
        if asking:
            set_refused(words)
        else:
            set_trouble(words)

    def close_dialog() -> None:
        ask_for("")
        set_refused("")

    def open_dialog(which: str) -> None:
        typed.current = ""
        set_trouble("")
        ask_for(which)

    async def tick(item: str, on: bool) -> None:
        set_trouble("")
        await tablet.open.phases.tick(place.family_id, item, on)

    async def close_phase() -> None:
        await tablet.open.phases.close(place.family_id, view.current, typed.current or "")
        close_dialog()
        show(0)

    async def go_back() -> None:
        await tablet.open.phases.go_back(place.family_id, here.number)
        close_dialog()
        show(0)

    def write(words: str) -> None:
        typed.current = words

    title = ui.say("phases.title")
    if answer.value is None or answer.error:
        ft.use_dialog(None)
        body: list[ft.Control] = [
            waiting(ui, answer, "phase", lambda: set_tries(lambda now: now + 1))
        ]
        return frame(ui, nav, place.family_id, title, body, key="phase")
    view, now_ms = answer.value
    here = view.phases[(shown or view.current) - 1]
    today = dates.local(now_ms).date()
    dialog: ft.AlertDialog | None = None
    if asking == "close":
        dialog = close_dialog_of(
            ui, view, typed.current or "", refused, write, guarded(close_phase, tell), close_dialog
        )
    elif asking == "go_back":
        dialog = confirm_dialog(
            ui,
            ui.say("phases.go_back_title", number=here.number, name=phase_name(ui, here.number)),
            refused or ui.say("phases.go_back_means", number=here.number),
            key="phase.back_dialog", act=ui.say("phases.go_back", number=here.number),
            on_act=guarded(go_back, tell), keep=ui.say("phases.not_yet"), on_keep=close_dialog,
        )  # fmt: skip
    ft.use_dialog(dialog)
    acts = PhaseActs(
        show=lambda number: show(int(number)),
        tick=lambda item, on: start(guarded(lambda: tick(item, on), tell)),
        close=lambda: open_dialog("close"),
        go_back=lambda: open_dialog("go_back"),
    )
    foot = phase_foot(ui, view, here, acts)
    narrow = ui.layout.narrow
    parts = phase_page(ui, view, here, today, acts, trouble)
    if foot is not None and not narrow:
        parts.append(foot)
    parts.append(history(ui, view.closings, today))
    return frame(
        ui, nav, place.family_id, title, parts, key="phase",
        line=ui.say("phases.line", number=view.current, name=phase_name(ui, view.current)),
        foot=foot if narrow else None,
    )  # fmt: skip


def close_dialog_of(
    ui: Ui, view: PhasesView, reason: str, refused: str, on_write: Any, on_act: Any, on_close: Any
) -> ft.AlertDialog:
    """Asks once more, and for the reason when items are open."""
    number, left = view.current, len(view.here.open_items)
    title = ui.say("phases.close_title", number=number, name=phase_name(ui, number))
    if not left:
        said = (
            ui.say("phases.close_done_last")
            if number == _LAST
            else ui.say("phases.close_done", next=number + 1, name=phase_name(ui, number + 1))
        )
        return confirm_dialog(
            ui, title, refused or said, key="phase.dialog", act=ui.say("phases.close"),
            on_act=on_act, keep=ui.say("phases.not_yet"), on_keep=on_close,
        )  # fmt: skip
    said = ui.say("phases.close_open_one" if left == 1 else "phases.close_open", count=left)
    content = ft.Column(
        [
            text(ui, said, ui.type.body),
            field(
                ui, ui.say("phases.reason"), reason, on_write, key="phase.reason", lines=3,
                error=refused or None, autofocus=True,
            ),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return form_dialog(
        ui, title, content, key="phase.dialog", act=ui.say("phases.close"), on_act=on_act,
        close=ui.say("phases.not_yet"), on_close=on_close,
    )  # fmt: skip
