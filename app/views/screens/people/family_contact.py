"""How the family as a whole may be reached: marks about its own phone and its address.

The same box as in the forms for people; the number and the address themselves are the family's
details. Follows design 02, ContactSafety.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.contacts import ContactDraft, contact_draft
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.people.form_parts import (
    FormActs,
    FormLook,
    form_frame,
)
from app.views.screens.people.reaching import CONTACT_TYPED, reaching
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui


@dataclass(frozen=True)
class _Draft:
    """What the frame reads of a draft."""

    contact: ContactDraft


def use_family_contact(place: Place) -> ft.Control:
    """Hook: the place for a family's own marks."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    held: Any = ft.use_ref(None)
    before: Any = ft.use_ref(None)
    name, set_name = ft.use_state("")
    failed, set_failed = ft.use_state("")
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    busy, set_busy = ft.use_state(False)
    leaving, set_leaving = ft.use_state(False)
    _turn, set_turn = ft.use_state(0)

    async def load() -> None:
        opened = tablet.open
        set_name((await opened.casebook.header(place.family_id)).name)
        view = await opened.contacts.about(place.family_id, place.family_id)
        held.current = before.current = contact_draft(view)
        set_turn(lambda now: now + 1)

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])

    def tell(error: AppError) -> None:
        set_busy(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        set_errors({where if where in CONTACT_TYPED else "": words_for(ui, error)})

    def mark(**values: Any) -> None:
        held.current = replace(held.current, **values)
        set_turn(lambda now: now + 1)

    def write_mark(field: str, typed: str) -> None:
        held.current = replace(held.current, **{field: typed})

    async def save() -> None:
        set_busy(True)
        await tablet.open.contacts.save(place.family_id, place.family_id, held.current)
        nav.back()

    def back() -> None:
        if held.current != before.current:
            set_leaving(True)
        else:
            nav.back()

    def stay() -> None:
        set_leaving(False)

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("people.leave_title"), ui.say("people.leave_means"), key="contact.leave",
            act=ui.say("people.leave"), on_act=nav.back, keep=ui.say("people.stay"), on_keep=stay,
        )
        if leaving
        else None
    )  # fmt: skip
    if failed:
        return error_state(ui, failed, key="contact.failed", act=ui.say("nav.back"), on_act=nav.back)
    if held.current is None:
        return Loading(control="contact.loading")
    look = FormLook(
        key="contact", draft=_Draft(held.current), family_name=name, fresh=True, errors=errors,
        today=dates.local(tablet.open.desk.now_ms()).date(), saving=busy, several=False,
    )  # fmt: skip
    acts = FormActs(
        change=_nothing, write=_nothing, mark=mark, write_mark=write_mark, day=_nothing,
        reach=_nothing, kind=_nothing, back=back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        cover=lambda: nav.go(Place("cover")), compare=_nothing, show_number=_nothing,
        fresh=_nothing, move=_nothing, save=guarded(save, tell), remove=_nothing,
    )  # fmt: skip
    return form_frame(
        ui, look, acts, [reaching(ui, look, acts, [])], [],
        title=ui.say("people.family_contact"), save="people.save",
    )  # fmt: skip


def _nothing(*_values: object, **_named: object) -> None:
    """This place has no such act."""
