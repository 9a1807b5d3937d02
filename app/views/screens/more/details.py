"""Family details: the form, and closing or opening a family. Owns what is typed and the calls.

What is typed stays in a ref: a drawing that came between two letters must never set an older text.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.family_details import FamilyDraft
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.more.details_view import (
    DAYS,
    DetailsActs,
    DetailsLook,
    details_foot,
    details_page,
    turn_dialog,
)
from app.views.screens.more.frame import frame
from app.views.screens.more.places import typed_day
from app.views.widgets.boundary import component
from app.views.widgets.day_picker import read_day
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import Ui, use_ui


@component
def FamilyDetailsPlace(place: Place) -> ft.Control:
    """What is known of one family as a whole."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    held: Any = ft.use_ref(None)
    """[draft, days as typed]; the draft's `shown` is what it was when the form was opened."""
    typed_days: Any = ft.use_ref(None)
    first_days: Any = ft.use_ref(None)
    why: Any = ft.use_ref("")
    failed, set_failed = ft.use_state("")
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    saving, set_saving = ft.use_state(False)
    saved, set_saved = ft.use_state(False)
    asking, ask_for = ft.use_state("")
    safety_shown, show_safety = ft.use_state(False)
    refused, set_refused = ft.use_state("")
    _turn, set_turn = ft.use_state(0)

    def again() -> None:
        set_turn(lambda now: now + 1)

    async def load() -> None:
        draft = await tablet.open.family_details.form(place.family_id)
        held.current = draft
        typed_days.current = days_of(ui, draft)
        first_days.current = typed_days.current
        again()

    def today() -> date:
        return dates.local(tablet.open.desk.now_ms()).date()

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])

    def changed() -> bool:
        draft: FamilyDraft | None = held.current
        if draft is None:
            return False
        return replace(draft, shown=None) != draft.shown or typed_days.current != first_days.current

    def change(**values: Any) -> None:
        held.current = replace(held.current, **values)
        set_saved(False)
        again()

    def write(name: str, typed: str) -> None:
        if name in DAYS:
            typed_days.current = {**typed_days.current, name: typed}
        else:
            held.current = replace(held.current, **{name: typed})
        if saved:
            set_saved(False)

    def tell(error: AppError) -> None:
        set_saving(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        shown = where if where in typed_days.current or hasattr(held.current, where) else ""
        set_errors({shown: words_for(ui, error)})

    async def save() -> None:
        set_errors({})
        draft = read_days(held.current, typed_days.current, ui.language, today())
        set_saving(True)
        await tablet.open.family_details.save(draft)
        await load()
        set_saving(False)
        set_saved(True)

    async def turn() -> None:
        details = tablet.open.family_details
        act = details.close if held.current.status == "open" else details.reopen
        await act(place.family_id, why.current or "")
        now = await details.form(place.family_id)
        kept = {name: getattr(now, name) for name in ("status", "status_on", "status_reason")}
        # What is typed and not saved yet stays as it is.
        held.current = replace(held.current, **kept, shown=replace(held.current.shown, **kept))
        close()
        again()

    def write_why(words: str) -> None:
        why.current = words

    def ask_turn() -> None:
        why.current = ""
        ask_for("turn")

    def close() -> None:
        ask_for("")
        set_refused("")

    def back() -> None:
        if changed():
            ask_for("leave")
        else:
            nav.back()

    dialog: ft.AlertDialog | None = None
    if asking == "leave":
        dialog = confirm_dialog(
            ui, ui.say("details.leave_title"), ui.say("details.leave_means"), key="details.leave",
            act=ui.say("details.leave"), on_act=nav.back, keep=ui.say("details.stay"), on_keep=close,
        )  # fmt: skip
    elif asking == "turn" and held.current is not None:
        dialog = turn_dialog(
            ui, held.current.status != "open", why.current or "", refused, write_why,
            guarded(turn, lambda error: set_refused(words_for(ui, error))), close,
        )  # fmt: skip
    ft.use_dialog(dialog)

    title = ui.say("details.title")
    if failed:
        return error_state(ui, failed, key="details.failed", act=ui.say("nav.back"), on_act=nav.back)
    if held.current is None:
        loading: list[ft.Control] = [Loading(control="details.loading")]
        return frame(ui, nav, place.family_id, title, loading, key="details")
    look = DetailsLook(held.current, typed_days.current, errors, saving, saved, safety_shown)
    acts = DetailsActs(
        change=change,
        write=write,
        save=guarded(save, tell),
        turn=ask_turn,
        settle=lambda: nav.go(Place("conflict", place.family_id)),
        show_safety=lambda: show_safety(True),
    )
    return frame(
        ui, nav, place.family_id, title, details_page(ui, look, today(), acts), key="details",
        line=held.current.list_name or held.current.name, foot=details_foot(ui, look, acts),
        on_back=back, spacing=28,
    )  # fmt: skip


def days_of(ui: Ui, draft: FamilyDraft) -> dict[str, str]:
    """The days of a family as words in their fields."""
    return {name: typed_day(ui, getattr(draft, name)) for name in DAYS}


def read_days(draft: FamilyDraft, typed: dict[str, str], language: str, today: date) -> FamilyDraft:
    """The draft with the days as they were typed. Raises InvalidInput naming the field."""
    read: dict[str, Any] = {}
    for name, words in typed.items():
        day = read_day(language, words.strip(), today) if words.strip() else None
        if words.strip() and day is None:
            raise InvalidInput("That is not a day of the calendar.", field=name, code="bad_day")
        read[name] = day.isoformat() if day else ""
    return replace(draft, **read)
