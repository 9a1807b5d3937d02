"""The family's words in their other language: what is missing first, the original always beside it.

People translate and people check; no machine does. For workers alone. What is typed is kept sealed on
the tablet until it is saved. Source: design 02, Two languages of content.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.plan import KeptForm
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.plan.keeping import FormKeeper
from app.views.screens.translations_view import (
    Entry,
    TranslationsActs,
    TranslationsLook,
    Typed,
    translations_view,
)
from app.views.widgets.boundary import component
from app.views.widgets.guarded import guarded, start
from app.views.widgets.header import header
from app.views.widgets.states import Loading, error_state
from app.views.widgets.ui import use_ui
from app.wraparound.vocabulary import CONTENT_LANGUAGES

FORM = "translation"
"""Kind of the sealed form, among those of the plan."""


@dataclass(frozen=True)
class _Asked:
    """language → what is missing, and what is there."""

    gaps: Mapping[str, tuple[Entry, ...]]
    done: Mapping[str, tuple[Entry, ...]]
    kept: tuple[KeptForm, ...]
    me: str


@component
def TranslationsPlace(place: Place) -> ft.Control:
    """Words of one family. place.record_id: begin with this item; place.detail: its record type."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    chosen, set_chosen = ft.use_state("")
    trouble, set_trouble = ft.use_state("")
    saving, set_saving = ft.use_state(False)
    _turn, set_turn = ft.use_state(0)
    typed: Any = ft.use_ref(None)
    unsaved: Any = ft.use_ref(None)
    keeper: Any = ft.use_ref(None)
    locking: Any = ft.use_ref(None)
    family_id = place.family_id
    if keeper.current is None:
        keeper.current = FormKeeper(
            lambda form: tablet.open.plan.keep_form(form), lambda form: tablet.open.plan.drop_form(form)
        )

    async def ask() -> _Asked:
        opened = tablet.open
        gaps: dict[str, tuple[Entry, ...]] = {}
        done: dict[str, tuple[Entry, ...]] = {}
        for language in CONTENT_LANGUAGES:
            there = await opened.plan.translated(family_id, language)
            said = {(one.item_id, one.field): one for one in there}
            missing = await opened.pages.gaps(family_id, language)
            gaps[language] = tuple(
                Entry.of_gap(one, language, said.get((one.item_id, one.field))) for one in missing
            )
            names = {one.name for one in gaps[language]}
            done[language] = tuple(
                entry for entry in map(Entry.of_view, there) if entry.name not in names
            )
        kept = tuple(one for one in await opened.plan.kept_forms(family_id) if one.kind == FORM)
        return _Asked(gaps, done, kept, opened.desk.me.name)

    answer = use_query(ask, (family_id,), family_id=family_id)

    def redraw() -> None:
        set_turn(lambda now: now + 1)

    def watch_lock() -> None:
        window = contextvars.copy_context()

        async def seal() -> None:
            loop = asyncio.get_running_loop()
            await loop.create_task(keeper.current.flush(), context=window.copy())

        locking.current = tablet.before_lock(seal)

    async def leave() -> None:
        if locking.current is not None:
            locking.current()
            locking.current = None
        await keeper.current.flush()

    ft.use_effect(watch_lock, [], leave)

    def sealed(now: Typed) -> KeptForm:
        item_id, field, language = now.entry.name
        values = {"text": now.text, "translated_by": now.translated_by, "checked_by": now.checked_by}
        return KeptForm(family_id, FORM, item_id, f"{field}-{language}", values)

    def open_entry(entry: Entry) -> None:
        fresh = Typed.begin(entry, shown.me)
        for one in (*shown.kept, *(unsaved.current or {}).values()):
            if (one.record_id, one.parent_id) == (entry.name[0], f"{entry.name[1]}-{entry.name[2]}"):
                fresh = fresh.with_values(one.values)
        typed.current = fresh
        set_trouble("")
        redraw()

    def close() -> None:
        typed.current = None
        redraw()

    def write(name: str, value: str) -> None:
        if typed.current is None:
            return
        before: Typed = typed.current
        typed.current = before.with_values({name: value})
        form = sealed(typed.current)
        unsaved.current = {**(unsaved.current or {}), form.name: form}
        keeper.current.later(form)
        if trouble:
            set_trouble("")
        # The button beside it follows from whether anybody has checked it.
        if name == "checked_by" and bool(value.strip()) != bool(before.checked_by.strip()):
            redraw()

    def tell(error: AppError) -> None:
        field = error.field if isinstance(error, InvalidInput) else ""
        set_trouble(f"{field}\n{words_for(ui, error)}")

    async def save() -> None:
        now: Typed | None = typed.current
        if now is None:
            return
        set_saving(True)
        set_trouble("")
        item_id, field, language = now.entry.name
        try:
            await tablet.open.translations.save(
                family_id, now.entry.item_type, item_id, field, language, now.text,
                translated_by=now.translated_by, checked_by=now.checked_by,
            )  # fmt: skip
        finally:
            set_saving(False)
        form = sealed(now)
        unsaved.current = {
            name: one for name, one in (unsaved.current or {}).items() if name != form.name
        }
        await keeper.current.forget(form)
        close()

    if answer.value is None:
        body: ft.Control = (
            error_state(
                ui, answer.error, key="translations.failed", act=ui.say("nav.back"), on_act=nav.back
            )
            if answer.error
            else Loading(control="translations.loading")
        )
    else:
        shown = answer.value
        language = chosen or _begin_with(shown, place.record_id)
        body = translations_view(
            ui,
            TranslationsLook(
                language, shown.gaps[language], shown.done[language], typed.current, trouble, saving,
                place.record_id,
            ),
            TranslationsActs(
                language=set_chosen,
                open=open_entry,
                close=close,
                write=write,
                save=lambda: start(guarded(save, tell)),
            ),
        )  # fmt: skip
    return ft.Column(
        [
            header(
                ui, ui.say("translations.title"), key="translations", on_back=nav.back,
                on_crisis=lambda: nav.go(Place("crisis", family_id)),
                on_cover=lambda: nav.go(Place("cover")),
            ),
            body,
        ],
        spacing=14,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _begin_with(asked: _Asked, item_id: str) -> str:
    """The language that lacks the item that was asked for; else the one that lacks fewer words.

    A family writes in one language, so nearly everything of it is missing in none but the other.
    """
    for language in CONTENT_LANGUAGES:
        if item_id and any(one.name[0] == item_id for one in (*asked.gaps[language], *asked.done[language])):
            return language
    if any(asked.done.values()):
        return max(CONTENT_LANGUAGES, key=lambda one: len(asked.done[one]))
    return max(CONTENT_LANGUAGES, key=lambda one: len(asked.gaps[one]))
