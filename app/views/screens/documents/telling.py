"""Telling somebody something under a release that covers talking: on the list first, then aloud.

place.record_id: the release.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.documents.listing_view import framed, has_foot
from app.views.screens.documents.wording import release_name
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.views.words import catalogue


@dataclass(frozen=True)
class Telling:
    """What will be said. notices: what is said with it, once it is on the list."""

    said: str = ""
    error: str = ""
    busy: bool = False
    done: bool = False
    notices: tuple[str, ...] = ()


@component
def TellingPlace(place: Place) -> ft.Control:
    """Tell the recipient of one release something."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, set_form, newest = use_newest(Telling())
    asked = use_query(
        lambda: tablet.open.sharing.releases.release(place.record_id), (place.record_id,),
        types=frozenset({"release"}), family_id=place.family_id,
    )  # fmt: skip

    def tell(problem: AppError) -> None:
        set_form(lambda now: replace(now, error=words_for(ui, problem), busy=False))

    def change(said: str) -> None:
        set_form(lambda now: replace(now, said=said, error=""))

    async def save() -> None:
        if newest().busy:
            return
        set_form(lambda now: replace(now, busy=True, error=""))
        language = ui.settings.language
        made = await tablet.open.sharing.log.tell_released(
            place.record_id, newest().said, language, catalogue(language).__getitem__
        )
        notices = tuple(one.text for one in made.notices)
        set_form(lambda now: replace(now, busy=False, done=True, notices=notices))

    head = header(
        ui, ui.say("documents.tell.title"), key="telling",
        line=release_name(ui, asked.value) if asked.value else None, on_back=nav.back,
        on_crisis=lambda: nav.go(Place("crisis", place.family_id)), on_cover=lambda: nav.go(Place("cover")),
    )  # fmt: skip
    return telling_screen(ui, head, form, asked.error, change, guarded(save, tell), nav.back)


def telling_screen(
    ui: Ui,
    head: ft.Control,
    form: Telling,
    failed: str,
    change: Callable[[str], object],
    save: Callable[[], object],
    back: Callable[[], object],
) -> ft.Control:
    """The screen. failed: why the release cannot be read."""
    at_foot = has_foot(ui)
    if failed:
        return framed(ui, head, note_line(ui, failed, error=True, key="telling.failed"), [], key="telling")
    if form.done:
        main = filled(ui, ui.say("nav.back"), back, key="telling.back", fill=at_foot)
        parts: list[ft.Control] = [
            ft.Semantics(
                live_region=True,
                content=text(ui, ui.say("documents.tell.done"), ui.type.h3, ft.Colors.TERTIARY),
            ),
            text(ui, form.said, ui.type.body_l),
            *aloud(ui, form.notices),
        ]
    else:
        main = filled(
            ui, ui.say("documents.tell.save"), save, key="telling.save", fill=at_foot, disabled=form.busy
        )
        parts = [
            text(ui, ui.say("documents.tell.line"), ui.type.body_l, SOFT),
            text_field(
                ui, ui.say("documents.tell.words"), form.said, change, key="telling.said", lines=3,
                most_lines=8, error=form.error or None, disabled=form.busy, autofocus=True,
            ),
        ]  # fmt: skip
    foot: list[ft.Control] = []
    if at_foot:
        foot = [ft.Container(main, padding=ft.Padding.symmetric(vertical=10))]
    else:
        parts.append(ft.Row([main], wrap=True))
    column = ft.Column(parts, spacing=Space.L, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return framed(ui, head, column, foot, key="telling.form")


def aloud(ui: Ui, notices: tuple[str, ...]) -> list[ft.Control]:
    """The notices that are said along with it."""
    if not notices:
        return []
    lines = [text(ui, words, ui.type.body) for words in notices]
    return [
        quiet_panel(
            ft.Column([section_header(ui, ui.say("documents.tell.aloud")), *lines], spacing=10, tight=True),
            key="telling.notices",
        )
    ]
