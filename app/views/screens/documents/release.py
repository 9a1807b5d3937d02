"""A release: filled in and signed together with the family, looked at later, and taken back.

The form is sealed on the tablet after every pause, before a lock, and when it is left, so that a
crash or a lock loses nothing. place.record_id: a release that was signed; empty for a new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.releases import ReleaseDraft
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.release_view import (
    TYPED,
    ReleaseActs,
    ReleaseForm,
    form_screen,
    shown_screen,
    signing_screen,
    typed,
    until_of,
)
from app.views.screens.documents.wording import parts_words
from app.views.screens.people.keeping import FormKeeping, use_sealing
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.shell import room_for
from app.views.widgets.signature_pad import SignaturePad
from app.views.widgets.ui import use_ui

_PAD = 900


@component
def ReleasePlace(place: Place) -> ft.Control:
    """One release of place.family_id."""
    return SignedRelease(place) if place.record_id else NewRelease(place)


@component
def SignedRelease(place: Place) -> ft.Control:
    """A release that was signed."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    asking, ask = ft.use_state(False)
    trouble, set_trouble = ft.use_state("")
    asked = use_query(
        lambda: tablet.open.sharing.releases.release(place.record_id),
        (place.record_id,),
        types=frozenset({"release"}),
        family_id=place.family_id,
    )

    async def revoke() -> None:
        ask(False)
        await tablet.open.sharing.releases.revoke(place.record_id)

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("documents.release.revoke_title"), ui.say("documents.release.revoke_line"),
            key="release.revoke_dialog", act=ui.say("documents.release.revoke"),
            on_act=guarded(revoke, lambda error: set_trouble(words_for(ui, error))),
            keep=ui.say("documents.release.keep"), on_keep=lambda: ask(False),
        )
        if asking
        else None
    )  # fmt: skip
    desk = tablet.open.desk
    return shown_screen(
        ui,
        asked.value,
        asked.error,
        desk.today(),
        desk.now_ms(),
        ReleaseActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            copy=lambda: nav.go(Place("family_copy", place.family_id, detail=place.record_id)),
            revoke=lambda: ask(True),
        ),
        trouble,
    )


@component
def NewRelease(place: Place) -> ft.Control:
    """The form."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    empty = ReleaseDraft(place.family_id)
    form, set_form, newest = use_newest(ReleaseForm(empty))
    family, set_family = ft.use_state("")
    keeper: Any = ft.use_ref(None)
    today = tablet.open.desk.today()

    def tell(problem: AppError) -> None:
        where = problem.field if isinstance(problem, InvalidInput) else ""
        known = where if where in (*TYPED, "what", "signature") else ""
        set_form(lambda now: replace(now, error=words_for(ui, problem), field=known, busy=False))

    releases = tablet.open.sharing.releases
    if keeper.current is None:
        keeper.current = FormKeeping(
            releases.keep_draft, lambda error: tell(error if isinstance(error, AppError) else AppError())
        )

    async def load() -> None:
        kept = await releases.draft(place.family_id)
        if kept is not None and kept != empty and newest().draft == empty:
            set_form(lambda now: replace(now, draft=kept, restored=True))
        set_family((await tablet.open.casebook.header(place.family_id)).name)

    ft.use_effect(guarded(load, tell), [])
    use_sealing(tablet, keeper)

    def change(**changes: Any) -> None:
        def changed(now: ReleaseForm) -> ReleaseForm:
            # A name stands under what it was written under, and under nothing else.
            signed = now.draft.strokes if "strokes" in changes else ()
            draft = replace(now.draft, **{"strokes": signed, **changes})
            return replace(now, draft=draft, error="", field="")

        set_form(changed)
        keeper.current.later(newest().draft)

    def whole() -> ReleaseDraft:
        """The form as the service takes it: the day is read from its words."""
        draft = newest().draft
        when = until_of(ui, draft, today)
        return draft if when is None else replace(draft, until_on=when.isoformat())

    def sign() -> None:
        releases.check(whole())
        set_form(lambda now: replace(now, signing=True, error="", field=""))

    async def save() -> None:
        if newest().busy:
            return
        set_form(lambda now: replace(now, busy=True, error="", field=""))
        await keeper.current.now()
        release_id = await releases.save(whole())
        await keeper.current.forget()
        nav.swap(Place("release", place.family_id, record_id=release_id))

    async def fresh() -> None:
        await keeper.current.forget()
        await releases.drop_draft(place.family_id)
        set_form(ReleaseForm(empty))

    def kept(strokes: Any) -> None:
        change(strokes=strokes)
        set_form(lambda now: replace(now, signing=False))

    def put_down() -> None:
        set_form(lambda now: replace(now, signing=False))

    acts = ReleaseActs(
        back=put_down if form.signing else nav.back,
        crisis=lambda: nav.go(Place("crisis", place.family_id)),
        cover=lambda: nav.go(Place("cover")),
        change=change,
        sign=guarded(sign, tell),
        save=guarded(save, tell),
        fresh=guarded(fresh, tell),
    )
    if form.signing:
        when = until_of(ui, form.draft, today)
        pad = SignaturePad(
            ui.say("documents.release.sign_title", name=form.draft.signer.strip()),
            ui.say(
                "documents.release.sign_line",
                what=parts_words(ui, form.draft.what),
                recipient=form.draft.recipient.strip(),
                day=typed(ui, when) if when else form.draft.until_on,
            ),
            form.draft.strokes,
            room_for(ui, _PAD),
            kept,
            put_down,
        )
        return signing_screen(ui, pad, acts)
    return form_screen(ui, form, today, family, acts)
