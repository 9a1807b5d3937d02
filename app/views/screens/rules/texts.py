"""Words of a measure that the agency is licensed for: choose a form, see what will be shown, use it.

Owns the steps and the calls. Nothing is kept before *Use these texts*; leaving the place drops the form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.services.item_texts import Questionnaire, language_of, likely
from app.services.permissions import allows
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.attachments.listing import pick
from app.views.screens.measures.wording import ruled
from app.views.screens.more.frame import waiting
from app.views.screens.rules.page import page
from app.views.screens.rules.texts_view import TextsActs, source_words, text_parts
from app.views.widgets.boundary import component
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.ui import use_ui

FIELDS = ("measure", "language", "licensed")


@dataclass(frozen=True)
class TextsForm:
    """Where a person stands. read: the form, before it is used. code: of the measure. said: what was done."""

    busy: str = ""
    read: Questionnaire | None = None
    code: str = ""
    language: str = ""
    licensed: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    said: str = ""


@component
def ItemTextsPlace(_place: Place) -> ft.Control:
    """Administrators."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    form, put, newest = use_newest(TextsForm())
    asked, ask_for = ft.use_state(("", ""))
    texts = tablet.open.item_texts
    answer = use_query(texts.measures, (tries,), types=frozenset({"practice_rules"}))
    measures = answer.value or ()
    names = {one.code: ruled(ui, one.name) for one in measures}

    def tell(error: AppError) -> None:
        where = getattr(error, "field", "")
        known = where if where in FIELDS else ""
        put(lambda now: replace(now, busy="", errors=((known, words_for(ui, error)),)))

    async def choose() -> None:
        put(TextsForm())
        try:
            data = await pick(tablet)
        except OSError:
            put(TextsForm(errors=(("", ui.say("item_texts.not_opened")),)))
            return
        if data is None:
            return
        put(TextsForm(busy="reading"))
        read = await texts.read(data)
        put(TextsForm(read=read, code=likely(read, measures), language=language_of(read)))

    async def use() -> None:
        now = newest()
        if now.read is None or now.busy:
            return
        missing = [name for name, given in (("measure", now.code), ("language", now.language)) if not given]
        if missing:
            said = tuple((name, ui.say(f"item_texts.no_{name}")) for name in missing)
            put(replace(now, errors=said))
            return
        put(replace(now, busy="keeping", errors=()))
        language = ui.say(f"item_texts.language.{now.language}")
        source = source_words(now.read) or ui.say("item_texts.untitled")
        why = ui.say("item_texts.why", measure=names[now.code], lang=language, source=source)
        await texts.use(now.read, now.code, now.language, why, licensed=now.licensed)
        put(TextsForm(said=ui.say("item_texts.used", measure=names[now.code], lang=language)))

    async def withdraw() -> None:
        code, language = asked
        ask_for(("", ""))
        known = {"measure": names.get(code, code), "lang": ui.say(f"item_texts.language.{language}")}
        await texts.withdraw(code, language, ui.say("item_texts.why_out", **known))
        put(TextsForm(said=ui.say("item_texts.taken_out", **known)))

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("item_texts.withdraw_title"), ui.say("item_texts.withdraw_means"),
            key="item_texts.withdraw", act=ui.say("item_texts.withdraw"), on_act=guarded(withdraw, tell),
            keep=ui.say("item_texts.keep"), on_keep=lambda: ask_for(("", "")),
        )
        if asked[0]
        else None
    )  # fmt: skip

    title, line = ui.say("item_texts.title"), ui.say("rules.title")
    if not allows(tablet.open.desk.me, "rules.set"):
        refused = note_line(ui, ui.say("rules.read_only"), key="item_texts.read_only")
        return page(ui, nav, title, [refused], key="item_texts", line=line)
    if answer.value is None:
        part = waiting(ui, answer, "item_texts", lambda: set_tries(lambda now: now + 1))
        return page(ui, nav, title, [part], key="item_texts", line=line)
    acts = TextsActs(
        choose=guarded(choose, tell),
        use=guarded(use, tell),
        drop=lambda: put(TextsForm()),
        measure=lambda code: put(lambda now: replace(now, code=code, errors=())),
        language=lambda one: put(lambda now: replace(now, language=one, errors=())),
        licensed=lambda on: put(lambda now: replace(now, licensed=on, errors=())),
        withdraw=lambda code, language: ask_for((code, language)),
    )
    return page(ui, nav, title, text_parts(ui, form, measures, acts), key="item_texts", line=line)
