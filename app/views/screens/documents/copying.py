"""A copy to take home: for one reader, in one language, saved where the person says.

The bytes go from the service straight into the system's own save dialog (in a browser: a download).
They never touch a temporary file. place.record_id: a version of the plan, empty for today's;
place.detail: a release to copy under; place.tab: "crisis" for the card alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.copies import CopyWish, Facts
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.copying_values import Choices, CopyActs, CopyForm
from app.views.screens.documents.copying_view import copy_screen
from app.views.screens.documents.saving import save
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue


def wish_of(place: Place, form: CopyForm, *, locked: bool = True) -> CopyWish:
    """What the form asks for. locked: with its password."""
    kind, _, record = form.who.partition(":")
    return CopyWish(
        place.family_id,
        reader_id=record if kind == "reader" else "",
        release_id=record if kind == "release" else "",
        language=form.language,
        paper="a4" if form.paper == "a4" else "letter",
        password=form.password if locked and form.lock else "",
        crisis_only=form.crisis_only,
        version_id=place.record_id,
    )


@component
def FamilyCopyPlace(place: Place) -> ft.Control:
    """Make one copy of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    turn, set_turn = ft.use_state(0)
    start = CopyForm(who=f"release:{place.detail}" if place.detail else "", crisis_only=place.tab == "crisis")
    form, set_form, newest = use_newest(start)
    chosen: Any = ft.use_ref(False)

    async def read() -> Choices:
        header = await tablet.open.casebook.header(place.family_id)
        day = ""
        if place.record_id:
            version = await tablet.open.versions.version(place.record_id)
            day = datetime.fromtimestamp(version.frozen_at_ms / 1000).date().isoformat()
        choices = Choices(
            header.name,
            await tablet.open.sharing.readers(place.family_id),
            await tablet.open.sharing.releases.all(place.family_id),
            tablet.open.desk.today(),
            day,
        )
        if not chosen.current:
            chosen.current = True
            language = await tablet.open.sharing.language(place.family_id)
            set_form(lambda now: replace(now, language=language))
        return choices

    asked = use_query(
        read,
        (place.family_id, turn),
        types=frozenset({"release", "person", "natural_support", "team_member"}),
        family_id=place.family_id,
    )
    shape = replace(wish_of(place, form), password="")

    async def look() -> Facts | None:
        if not form.who:
            return None
        return await tablet.open.sharing.facts(shape, catalogue(form.language).__getitem__)

    # The last answer belongs to another wish until this one has come.
    facts = use_query(look, (shape, turn), family_id=place.family_id)
    right = facts.value if facts.value is not None and facts.value.wish == shape else None

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", done="", **changes))

    def tell(problem: AppError) -> None:
        where = getattr(problem, "field", "")
        set_form(lambda now: replace(now, error=words_for(ui, problem), field=where, busy=False))

    async def make() -> None:
        now = newest()
        if now.busy:
            return
        set_form(lambda now: replace(now, error="", field="", done="", busy=True))
        wish = wish_of(place, now)
        if now.lock and not now.password:
            wish = replace(wish, password=" ")  # Refused in words: a lock without a key is no lock.
        made = await tablet.open.sharing.copy_for(wish, catalogue(now.language).__getitem__)
        done = await save(tablet, made, bool(page.web))
        set_form(lambda now: replace(now, busy=False, password="", done=ui.say(f"documents.copy.{done}")))

    return copy_screen(
        ui,
        asked.value,
        form,
        right,
        "" if facts.loading or not form.who else facts.error,
        asked.error,
        CopyActs(
            change=change,
            make=guarded(make, tell),
            translate=lambda: nav.go(Place("translations", place.family_id, detail=form.language)),
            release=lambda: nav.go(Place("release", place.family_id)),
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            retry=lambda: set_turn(turn + 1),
        ),
    )
