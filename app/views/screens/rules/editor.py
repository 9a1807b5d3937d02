"""Changing a rule file: the text, what is wrong with it and where, what would change, from when, and why.

What was typed is kept sealed on this tablet until it is saved or left. docs/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.permissions import allows
from app.services.practice_rules import RuleVersion
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.screens.more.places import typed_day
from app.views.screens.rules.changes_view import changes_list
from app.views.screens.rules.one import BACK_TO_SHIPPED
from app.views.screens.rules.page import newest as newest_of
from app.views.screens.rules.page import page
from app.views.screens.rules.text_block import around_line
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.guarded import guarded
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import use_ui
from app.wraparound.rules.changes import RuleChange, changes_of
from app.wraparound.rules.reading import RuleError

LINES, MOST_LINES = 12, 22


@dataclass(frozen=True)
class RuleForm:
    """The form as it stands. words: the text. was: what counted when it was opened. day: as typed."""

    words: str = ""
    was: str = ""
    day: str = ""
    why: str = ""


@dataclass(frozen=True)
class _State:
    """form: None until it is read. errors: field → words. line: where the text is wrong, 0 for nowhere.

    changes: what would change; None until somebody asks.
    """

    form: RuleForm | None = None
    errors: tuple[tuple[str, str], ...] = ()
    line: int = 0
    changes: tuple[RuleChange, ...] | None = None
    busy: bool = False

    def error(self, name: str) -> str | None:
        """What is wrong with a field."""
        return dict(self.errors).get(name)


@component
def RuleEditorPlace(place: Place) -> ft.Control:
    """Of place.detail; with place.tab "shipped" it begins with the text of the app. Administrators."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    state, put, newest = use_newest(_State())
    name, draft_name = place.detail, f"rules.{place.detail}.{place.tab}"

    async def ask() -> date:
        opened = tablet.open
        versions = await opened.rules.versions(name)
        today = opened.desk.today()
        kept = await opened.form_drafts.kept(draft_name, RuleForm)
        put(lambda now: now if now.form else replace(now, form=kept or _begin(versions, today)))
        return today

    def _begin(versions: tuple[RuleVersion, ...], today: date) -> RuleForm:
        was = newest_of(versions).text
        words = versions[-1].text if place.tab == BACK_TO_SHIPPED else was
        tomorrow = typed_day(ui, (today + timedelta(days=1)).isoformat())
        return RuleForm(words, was, tomorrow)

    answer = use_query(ask, (name, tries), types=frozenset({"staff_member"}))

    def tell(error: AppError) -> None:
        where = "words" if isinstance(error, RuleError) else getattr(error, "field", "")
        known = where if where in ("words", "from_on", "why") else ""
        line = error.line if isinstance(error, RuleError) else 0
        put(lambda now: replace(now, errors=((known, words_for(ui, error)),), line=line, busy=False))

    def write(**fields: Any) -> None:
        def changed(now: _State) -> _State:
            form = replace(now.form or RuleForm(), **fields)
            return replace(now, form=form, errors=(), line=0, changes=None)

        put(changed)

    async def keep() -> None:
        form = newest().form
        if form is not None:
            await tablet.open.form_drafts.keep(draft_name, form)

    async def check() -> None:
        form = newest().form or RuleForm()
        put(lambda now: replace(now, errors=(), line=0, changes=None))
        tablet.open.rules.check(name, form.words)
        found = changes_of(form.was, form.words)
        put(lambda now: replace(now, changes=found))

    async def save() -> None:
        form = newest().form or RuleForm()
        if newest().busy:
            return
        day = read_day(ui.language, form.day, tablet.open.desk.today())
        if day is None:
            raise InvalidInput("That is not a day of the calendar.", field="from_on", code="bad_day")
        put(lambda now: replace(now, busy=True, errors=(), line=0))
        await tablet.open.rules.save(name, form.words, day, form.why)
        await tablet.open.form_drafts.drop(draft_name)
        nav.back()

    async def leave() -> None:
        await tablet.open.form_drafts.drop(draft_name)
        nav.back()

    title = ui.say("rules.edit_title", name=ui.say(f"practice.rules.{name}"))
    form = state.form
    if form is None:
        part = waiting(ui, answer, "rule_editor", lambda: set_tries(lambda now: now + 1))
        return page(ui, nav, title, [part], key="rule_editor")
    if not allows(tablet.open.desk.me, "rules.set"):
        return page(ui, nav, title, [note_line(ui, ui.say("rules.read_only"))], key="rule_editor")

    parts: list[ft.Control] = [
        text(ui, ui.say("rules.edit_explain"), ui.type.body, SOFT),
        field(
            ui, ui.say("rules.text"), form.words, lambda words: write(words=words), key="rule_editor.words",
            lines=LINES, most_lines=MOST_LINES, error=state.error("words"), on_blur=guarded(keep, tell),
            style=ui.type.body, disabled=state.busy,
        ),
    ]  # fmt: skip
    if state.line:
        parts.append(around_line(ui, form.words, state.line, key="rule_editor.line"))
    parts.append(
        ft.Row([outlined(ui, ui.say("rules.check"), guarded(check, tell), key="rule_editor.check",
                         symbol=ft.Icons.FACT_CHECK_OUTLINED)], wrap=True)
    )  # fmt: skip
    if state.changes is not None:
        parts.append(changes_list(ui, state.changes))
    parts += [
        section_header(ui, ui.say("rules.when_title"), large=True),
        field(
            ui, ui.say("rules.from_on"), form.day, lambda words: write(day=words), key="rule_editor.from_on",
            help=ui.say("rules.from_on_help"), error=state.error("from_on"), on_blur=guarded(keep, tell),
            disabled=state.busy,
        ),
        field(
            ui, ui.say("rules.why"), form.why, lambda words: write(why=words), key="rule_editor.why", lines=2,
            help=ui.say("rules.why_help"), error=state.error("why"), on_blur=guarded(keep, tell),
            disabled=state.busy,
        ),
        *[
            said_again(ui, said, key="rule_editor.error") if name
            else note_line(ui, said, error=True, key="rule_editor.error")
            for name, said in state.errors
        ],
        ft.Row(
            [
                filled(ui, ui.say("rules.save"), guarded(save, tell), key="rule_editor.save",
                       disabled=state.busy),
                quiet(ui, ui.say("rules.leave"), guarded(leave, tell), key="rule_editor.leave"),
            ],
            wrap=True, spacing=12, run_spacing=8,
        ),
    ]  # fmt: skip
    return page(ui, nav, title, parts, key="rule_editor")
