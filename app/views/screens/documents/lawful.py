"""Sharing without a release: the ground the law gives, written down before anything leaves.

Works without a network. What is typed stays until it is saved; a lock drops it, as a form about a
threat should not wait sealed on the tablet for the next person at it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.copies import CopyWish
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.lawful_view import FIELDS, LawfulActs, LawfulForm, lawful_screen
from app.views.screens.documents.saving import save
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui
from app.views.words import catalogue
from app.wraparound.lawful import Ground


@component
def WithoutReleasePlace(place: Place) -> ft.Control:
    """Share something of place.family_id without a release."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    page = ft.context.page
    form, set_form, newest = use_newest(LawfulForm())
    family = use_query(
        lambda: tablet.open.casebook.header(place.family_id), (place.family_id,),
        types=frozenset({"family"}), family_id=place.family_id,
    )  # fmt: skip

    def tell(problem: AppError) -> None:
        where = problem.field if isinstance(problem, InvalidInput) else ""
        known = where if where in FIELDS else ""
        set_form(lambda now: replace(now, error=words_for(ui, problem), field=known, busy=False))

    def change(**changes: Any) -> None:
        def changed(now: LawfulForm) -> LawfulForm:
            paper = changes.pop("paper", now.paper)
            return replace(now, ground=replace(now.ground, **changes), paper=paper, error="", field="")

        set_form(changed)

    def whole(now: LawfulForm) -> Ground:
        """Words or a paper, never both."""
        return replace(now.ground, told="") if now.paper else replace(now.ground, parts=())

    async def give() -> None:
        now = newest()
        if now.busy:
            return
        set_form(lambda now: replace(now, busy=True, error="", field=""))
        sharing, language = tablet.open.sharing, ui.settings.language
        words = catalogue(language).__getitem__
        ground = whole(now)
        if now.paper:
            made = await sharing.copy_for(CopyWish(place.family_id, ground=ground, language=language), words)
            done = await save(tablet, made, bool(page.web))
        else:
            made = await sharing.log.tell(place.family_id, ground, language, words)
            done = "told"
        notices = tuple(one.text for one in made.notices)
        set_form(lambda now: replace(now, busy=False, done=done, notices=notices))

    return lawful_screen(
        ui,
        form,
        family.value.name if family.value else "",
        LawfulActs(
            back=nav.back,
            crisis=lambda: nav.go(Place("crisis", place.family_id)),
            cover=lambda: nav.go(Place("cover")),
            change=change,
            give=guarded(give, tell),
            again=lambda: set_form(LawfulForm()),
        ),
    )
