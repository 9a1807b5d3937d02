"""A release that was signed: how it stands, its paper for whoever signed, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.releases import ReleaseView
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.release_shown_view import Acts, Asking, revoke_form, shown_screen
from app.views.screens.documents.saving import save
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue


@dataclass(frozen=True)
class Shown:
    """What was read. to_tell: who should hear that it is over."""

    release: ReleaseView
    to_tell: tuple[str, ...]
    agency: str


@component
def SignedRelease(place: Place) -> ft.Control:
    """A release that was signed."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    asking, set_asking, newest = use_newest(Asking())
    releases = tablet.open.sharing.releases

    async def read() -> Shown:
        release = await releases.release(place.record_id)
        facts = await releases.facts(place.family_id)
        told = await releases.to_tell(place.record_id)
        return Shown(release, told, release.terms.discloser or facts.agency)

    asked = use_query(
        read, (place.record_id,), types=frozenset({"release", "disclosure", "family"}),
        family_id=place.family_id,
    )  # fmt: skip

    def tell(problem: AppError) -> None:
        set_asking(lambda now: replace(now, error=words_for(ui, problem), open=False, busy=False))

    def change(**changes: Any) -> None:
        set_asking(lambda now: replace(now, error="", **changes))

    def ask() -> None:
        who = asked.value.release.signer if asked.value else ""
        set_asking(replace(newest(), open=True, by=who, error=""))

    def close() -> None:
        set_asking(replace(newest(), open=False))

    async def revoke() -> None:
        now = newest()
        close()
        await releases.revoke(place.record_id, now.by, now.how)

    async def told() -> None:
        await releases.tell(place.record_id, newest().told)

    async def ended() -> None:
        await releases.ended(place.record_id)

    async def copy() -> None:
        if newest().busy or asked.value is None:
            return
        set_asking(replace(newest(), busy=True, error=""))
        language = asked.value.release.terms.language or "en"
        who = asked.value.release.signer
        log = tablet.open.sharing.log
        made = await log.print_release(place.record_id, who, language, catalogue(language).__getitem__)
        done = await save(tablet, made, bool(page.web))
        set_asking(replace(newest(), busy=False, done=ui.say(f"documents.copy.{done}")))

    ft.use_dialog(
        form_dialog(
            ui, ui.say("documents.release.revoke_title"), revoke_form(ui, asking, change),
            key="release.revoke_dialog", act=ui.say("documents.release.revoke"),
            on_act=guarded(revoke, tell), close=ui.say("documents.release.keep"), on_close=close,
        )
        if asking.open
        else None
    )  # fmt: skip
    desk = tablet.open.desk
    shown = asked.value
    return shown_screen(
        ui,
        shown.release if shown else None,
        shown.to_tell if shown else (),
        shown.agency if shown else "",
        asked.error,
        desk.today(),
        desk.now_ms(),
        asking,
        Acts(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            copy=lambda: nav.go(Place("family_copy", place.family_id, detail=place.record_id)),
            say=lambda: nav.go(Place("telling", place.family_id, record_id=place.record_id)),
            anew=lambda: nav.go(Place("release", place.family_id)),
            print=guarded(copy, tell),
            ended=guarded(ended, tell),
            revoke=ask,
            told=guarded(told, tell),
            change=change,
        ),
    )
