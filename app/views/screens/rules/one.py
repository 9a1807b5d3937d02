"""One rule file: what counts today, word for word, and every version with its day, its author and why.

Only words that the agency has a licence for are left out: they are shown where a measure is filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.item_texts import readable
from app.services.permissions import allows
from app.services.practice_rules import SHIPPED, RuleVersion
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.screens.rules.page import TYPES, coming, counting, day_words, page, since_words
from app.views.screens.rules.text_block import rule_text
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import quiet_panel
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.rules.reading import RuleError

BACK_TO_SHIPPED = "shipped"
"""Place.tab of the editor that begins with the text of the app."""


@component
def RuleFilePlace(place: Place) -> ft.Control:
    """Of place.detail, a name of RULE_FILES."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    shown, show = ft.use_state("")
    name = place.detail

    async def ask() -> tuple[tuple[RuleVersion, ...], date]:
        return await tablet.open.rules.versions(name), tablet.open.desk.today()

    answer = use_query(ask, (name, tries), types=TYPES)
    title = ui.say(f"practice.rules.{name}")
    if answer.value is None:
        part = waiting(ui, answer, "rule_file", lambda: set_tries(lambda now: now + 1))
        return page(ui, nav, title, [part], key="rule_file", line=ui.say("rules.title"))
    versions, today = answer.value
    now = counting(versions, today)
    parts: list[ft.Control] = [
        text(ui, ui.say(f"rules.about.{name}"), ui.type.body_l),
        text(ui, since_words(ui, now, today), ui.type.strong, key="rule_file.counts"),
    ]
    if (later := coming(versions, today)) is not None:
        soon = ui.say("rules.coming", day=day_words(ui, later.from_on, today))
        parts.append(text(ui, soon, ui.type.body, key="rule_file.coming"))
    if allows(tablet.open.desk.me, "rules.set"):
        acts = [
            filled(ui, ui.say("rules.change"), lambda: nav.go(Place("rule_editor", detail=name)),
                   key="rule_file.change", symbol=ft.Icons.EDIT_OUTLINED)
        ]  # fmt: skip
        if now.text != versions[-1].text:
            acts.append(
                outlined(
                    ui, ui.say("rules.back"),
                    lambda: nav.go(Place("rule_editor", tab=BACK_TO_SHIPPED, detail=name)),
                    key="rule_file.back_to_shipped",
                )
            )  # fmt: skip
        if name == "measures":
            acts.append(
                outlined(ui, ui.say("item_texts.open"), lambda: nav.go(Place("item_texts")),
                         key="rule_file.item_texts", symbol=ft.Icons.FILE_OPEN_OUTLINED)
            )  # fmt: skip
        parts.append(ft.Row(acts, wrap=True, spacing=12, run_spacing=8))
    else:
        parts.append(note_line(ui, ui.say("rules.read_only"), key="rule_file.read_only"))

    def fold(version_id: str) -> None:
        show(lambda before: "" if before == version_id else version_id)

    parts.append(section_header(ui, ui.say("rules.versions"), large=True))
    parts += [_version(ui, one, now, today, shown, fold) for one in versions]
    return page(ui, nav, title, parts, key="rule_file", line=ui.say("rules.title"))


def _version(
    ui: Ui, one: RuleVersion, now: RuleVersion, today: date, shown: str, fold: Callable[[str], object]
) -> ft.Control:
    name = one.version_id or "shipped"
    lines: list[ft.Control] = [text(ui, since_words(ui, one, today), ui.type.strong)]
    if one.why:
        lines.append(text(ui, ui.say("rules.because", why=one.why), ui.type.body))
    if one.wrong is not None:
        unread = ui.say("rules.unread", why=words_for(ui, one.wrong))
        lines.append(note_line(ui, unread, error=True, key=f"rule_file.wrong.{name}"))
    elif one.version_id == now.version_id:
        lines.append(text(ui, ui.say("rules.counts_today"), ui.type.body, ft.Colors.TERTIARY))
    elif one.version_id != SHIPPED and one.from_on > today.isoformat():
        lines.append(text(ui, ui.say("rules.not_yet"), ui.type.body, SOFT))
    is_open = shown == name
    said = ui.say("rules.hide_text" if is_open else "rules.show_text")
    symbol = ft.Icons.EXPAND_LESS if is_open else ft.Icons.EXPAND_MORE
    lines.append(
        ft.Row([quiet(ui, said, lambda: fold(name), key=f"rule_file.text.{name}", symbol=symbol)], wrap=True)
    )
    if is_open:
        lines += _words(ui, one, key=f"rule_file.words.{name}")
    column = ft.Column(lines, spacing=4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    # The button below brings its own room.
    below = Space.L if is_open else Space.XS
    padding = ft.Padding.only(left=Space.L, top=Space.L, right=Space.L, bottom=below)
    return quiet_panel(column, padding=padding, key=f"rule_file.version.{name}")


def _words(ui: Ui, one: RuleVersion, *, key: str) -> list[ft.Control]:
    """The text of a version. Words that the agency has a licence for are shown where they are asked only."""
    try:
        words, left_out = readable(one.name, one.text)
    except RuleError:
        return [note_line(ui, ui.say("item_texts.unshown"), key=key)]
    said = [note_line(ui, ui.say("item_texts.elsewhere"), key=f"{key}.elsewhere")] if left_out else []
    return [*said, rule_text(ui, words, key=key)]
