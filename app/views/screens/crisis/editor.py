"""Making the crisis plan: its lines section by section, who is called, and who may see each line.

Owns the state of the screen; `form.py` draws it. A removed line can be put back for ten seconds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.crisis import LineView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.crisis.form import EditorActs, LineForm, editor_view, line_dialog
from app.views.screens.crisis.screen import CARD_TYPES
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import undo_bar
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui


@component
def CrisisEditorPlace(place: Place) -> ft.Control:
    """The crisis plan of place.family_id, for workers."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    no_form: LineForm | None = None
    form, set_form, newest = use_newest(no_form)
    trouble, set_trouble = ft.use_state("")
    asked = use_query(
        lambda: tablet.open.crisis.plan(place.family_id),
        (place.family_id,),
        types=CARD_TYPES,
        family_id=place.family_id,
    )
    people = use_query(
        lambda: tablet.open.crisis.callees(place.family_id),
        (place.family_id,),
        types=CARD_TYPES,
        family_id=place.family_id,
    )

    def tell(error: AppError) -> None:
        set_trouble(words_for(ui, error))

    def tell_form(error: AppError) -> None:
        now = newest()
        if now is None:
            tell(error)
        else:
            set_form(replace(now, busy=False, error=words_for(ui, error)))

    def change(**values: Any) -> None:
        now = newest()
        if now is not None:
            set_form(replace(now, **values))

    async def save() -> None:
        now = newest()
        if now is None or now.busy:
            return
        set_form(replace(now, busy=True, error=""))
        await tablet.open.crisis.save_line(
            place.family_id, now.section, now.text, line_id=now.line_id, who=now.who,
            who_id=now.who_id, phone=now.phone,
        )  # fmt: skip
        set_form(None)

    def move(line: LineView, up: bool) -> None:
        async def go() -> None:
            await tablet.open.crisis.move_line(place.family_id, line.line_id, up)

        ft.context.page.run_task(guarded(go, tell))

    def remove(line: LineView) -> None:
        crisis, family_id, line_id = tablet.open.crisis, place.family_id, line.line_id
        page = ft.context.page

        async def undo() -> None:
            await crisis.put_back(family_id, line_id)

        async def go() -> None:
            await crisis.remove_line(family_id, line_id)
            # The bar outlives this place, and a lock: so it holds no words of the plan.
            page.show_dialog(undo_bar(ui, ui.say("crisis.removed"), guarded(undo, _say_nothing)))

        page.run_task(guarded(go, tell))

    async def reviewed() -> None:
        await tablet.open.crisis.reviewed(place.family_id)

    ft.use_dialog(
        line_dialog(ui, form, people.value or (), change, guarded(save, tell_form), lambda: set_form(None))
        if form is not None
        else None
    )
    if asked.error:
        return error_state(
            ui, asked.error, key="crisis_editor.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    if asked.value is None:
        return Loading(control="crisis_editor.loading")
    acts = EditorActs(
        back=nav.back,
        cover=lambda: nav.go(Place("cover")),
        add=lambda section: set_form(LineForm(section)),
        edit=lambda line: set_form(
            LineForm(line.section, line.line_id, line.text, line.who, line.who_id, line.phone)
        ),
        move=move,
        remove=remove,
        who=lambda line: nav.go(
            Place("audience", place.family_id, record_id=line.line_id, detail="crisis_item")
        ),
        reviewed=guarded(reviewed, tell),
    )
    return editor_view(ui, asked.value, trouble, acts)


def _say_nothing(_error: AppError) -> None:
    """The tablet has been locked, or the line is back already: nothing to say."""
