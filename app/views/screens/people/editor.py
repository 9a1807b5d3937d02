"""Adding and changing a natural support; removing one, with ten seconds to undo it.

Owns the draft of the form and its calls. What is typed stays in a ref: a render that came between
two letters must never set an older text. Follows design page 06, "Field" and "Dialog".
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.supports import SupportDraft, SupportView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.place import Place
from app.views.screens.people.form import FormActs, FormLook, form_view
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog, undo_bar
from app.views.widgets.guarded import guarded
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui

_FORM_FIELDS = frozenset(one.name for one in fields(SupportDraft)) - {"shown", "contact"}


@component
def SupportEditorPlace(place: Place) -> ft.Control:
    """The form. place.record_id: whom to change; empty for somebody new."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    held: Any = ft.use_ref(None)
    before: Any = ft.use_ref(None)
    family_name, set_family_name = ft.use_state("")
    failed, set_failed = ft.use_state("")
    no_errors: dict[str, str] = {}
    errors, set_errors = ft.use_state(no_errors)
    two_versions, set_two_versions = ft.use_state(False)
    busy, set_busy = ft.use_state(False)
    seen, set_seen = ft.use_state(False)
    asking, ask = ft.use_state("")
    _turn, set_turn = ft.use_state(0)

    def again() -> None:
        set_turn(lambda now: now + 1)

    async def load() -> None:
        opened = tablet.open
        header = await opened.casebook.header(place.family_id)
        draft = SupportDraft(place.family_id)
        if place.record_id:
            view = await opened.supports.support(place.record_id)
            if view is None:
                raise InvalidInput(ui.say("people.gone"), code="support_not_here")
            draft = draft_of(view)
            set_two_versions(view.has_conflict)
        held.current = before.current = draft
        set_family_name(header.name)
        again()

    ft.use_effect(guarded(load, lambda error: set_failed(words_for(ui, error))), [])

    def tell(error: AppError) -> None:
        set_busy(False)
        where = error.field if isinstance(error, InvalidInput) else ""
        set_errors({where if where in _TYPED else "": words_for(ui, error)})

    def change(**values: Any) -> None:
        held.current = replace(held.current, **values)
        again()

    def write(name: str, typed: str) -> None:
        held.current = replace(held.current, **{name: typed})

    async def save() -> None:
        set_busy(True)
        set_errors({})
        await tablet.open.supports.save(held.current)
        nav.back()

    async def remove() -> None:
        set_busy(True)
        set_errors({})
        supports = tablet.open.supports
        support_id, family_id = place.record_id, place.family_id
        await supports.remove(support_id)
        page = ft.context.page

        async def undo() -> None:
            await supports.put_back(support_id, family_id)

        # The bar outlives this place, and a lock: so it holds no name.
        page.show_dialog(undo_bar(ui, ui.say("people.removed"), guarded(undo, _say_nothing)))
        nav.back()

    def back() -> None:
        if held.current is not None and held.current != before.current:
            ask("leave")
        else:
            nav.back()

    def close() -> None:
        ask("")

    def leave() -> None:
        ask("")
        nav.back()

    def reveal() -> None:
        ask("")
        set_seen(True)

    dialog: ft.AlertDialog | None = None
    if asking == "leave":
        dialog = confirm_dialog(
            ui, ui.say("people.leave_title"), ui.say("people.leave_means"), key="support.leave",
            act=ui.say("people.leave"), on_act=leave, keep=ui.say("people.stay"), on_keep=close,
        )  # fmt: skip
    elif asking == "number" and held.current is not None:
        dialog = confirm_dialog(
            ui,
            ui.say("people.number_title", name=held.current.name),
            held.current.safety_reason or ui.say("people.no_reason"),
            key="support.number_dialog",
            act=ui.say("people.show_number"),
            on_act=reveal,
            keep=ui.say("people.keep_hidden"),
            on_keep=close,
        )
    ft.use_dialog(dialog)

    if failed:
        return error_state(
            ui, failed, key="support.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    if held.current is None:
        return Loading(control="support.loading")
    draft: SupportDraft = held.current
    was_flagged = bool(place.record_id) and before.current.do_not_contact
    look = FormLook(
        draft=draft,
        family_name=family_name,
        errors=errors,
        number_hidden=was_flagged and bool(before.current.phone) and not seen,
        two_versions=two_versions,
        saving=busy,
    )
    acts = FormActs(
        change=change,
        write=write,
        back=back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        cover=lambda: nav.go(Place("cover")),
        compare=lambda: nav.go(
            Place("conflict", place.family_id, record_id=place.record_id, detail="natural_support")
        ),
        show_number=lambda: ask("number"),
        save=guarded(save, tell),
        remove=guarded(remove, tell),
    )
    return form_view(ui, look, acts)


_TYPED = frozenset(
    {"name", "relation", "phone", "languages", "availability", "note", "safety_reason"}
)
"""Fields that show an error below themselves."""


def draft_of(view: SupportView) -> SupportDraft:
    """The form's draft of a natural support as it is."""
    return SupportDraft(**{name: getattr(view, name) for name in _FORM_FIELDS}, shown=view)


def _say_nothing(_error: AppError) -> None:
    """The tablet has been locked, or the person is back already: nothing to say."""
