"""A copy to take home as controls: who reads it, in which language, what is missing, and the button."""

from __future__ import annotations

import flet as ft

from app.services.copies import Facts
from app.views.screens.documents.copying_values import Choices, CopyActs, CopyForm
from app.views.screens.documents.listing_view import framed, has_foot
from app.views.screens.documents.wording import day_words, release_name
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, chip, chip_row, choice_chips, switch_of
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import bind
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, icon, section_header, text, words
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import PAPER_PARTS

GAPS_SHOWN = 4
_SIDE = 320


def copy_screen(
    ui: Ui,
    choices: Choices | None,
    form: CopyForm,
    facts: Facts | None,
    facts_error: str,
    failed: str,
    acts: CopyActs,
) -> ft.Control:
    """The screen. choices: None while they are read. facts: what the copy would be, None until known."""
    head = header(
        ui, ui.say("documents.copy.title"), key="copy",
        line=choices.family_name if choices else None,
        on_back=acts.back, on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    if failed:
        body: ft.Control = error_state(
            ui, failed, key="copy.failed", act=ui.say("state.try_again"), on_act=acts.retry
        )
        return framed(ui, head, body, [], key="copy.form")
    if choices is None:
        return framed(ui, head, Loading(control="copy.loading"), [], key="copy.form")
    narrow, beside = has_foot(ui), ui.layout.wide and not ui.layout.stacked
    make = filled(
        ui, ui.say("documents.copy.make"), acts.make, key="copy.make", symbol=ft.Icons.DOWNLOAD_OUTLINED,
        fill=narrow or beside, disabled=form.busy or not form.who or bool(facts_error),
    )  # fmt: skip
    missing, told = _missing(ui, form, facts, acts), _facts(ui, form, facts, facts_error)
    end = [*_result(ui, form), ft.Row([make], wrap=True) if not (narrow or beside) else make]
    parts: list[ft.Control] = [
        *_version(ui, choices),
        _who(ui, choices, form, acts),
        *([] if beside else missing),
        _language(ui, form, acts),
        _what(ui, form, acts),
        _paper(ui, form, acts),
        *([] if beside else [_lock(ui, form, acts), told]),
        *([] if beside or narrow else end),
    ]
    column = _stack(parts, Space.XL)
    if beside:
        return _beside(head, column, _stack([*missing, _lock(ui, form, acts), told], Space.L), end)
    foot = [ft.Container(_stack(end, Space.S), padding=ft.Padding.symmetric(vertical=10))] if narrow else []
    return framed(ui, head, column, list(foot), key="copy.form")


def _stack(parts: list[ft.Control], spacing: int) -> ft.Column:
    return ft.Column(parts, spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _beside(head: ft.Control, form: ft.Control, side: ft.Column, end: list[ft.Control]) -> ft.Control:
    """What is chosen, and beside it, always in sight, what will come of it and the button."""
    top = ft.Padding.only(top=18)
    side.scroll, side.expand = ft.ScrollMode.AUTO, True
    whole = ft.Column(
        [side, *end, ft.Container(height=Space.L)],
        spacing=Space.M,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    main = ft.ListView([form, ft.Container(height=Space.XXL)], expand=True, key="copy.form", padding=top)
    return ft.Column(
        [
            head,
            ft.Row(
                [main, ft.Container(whole, width=_SIDE, padding=top)],
                spacing=Space.XXL,
                expand=True,
                vertical_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _group(ui: Ui, title: str, *parts: ft.Control) -> ft.Control:
    return ft.Column([section_header(ui, title), *parts], spacing=10, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _version(ui: Ui, choices: Choices) -> list[ft.Control]:
    if not choices.version_day:
        return []
    day = day_words(ui, choices.version_day, choices.today)
    return [note_line(ui, ui.say("documents.copy.version", day=day), key="copy.version")]


def _who(ui: Ui, choices: Choices, form: CopyForm, acts: CopyActs) -> ft.Control:
    def choose(who: str) -> None:
        acts.change(who=who)

    chips = [
        chip(
            ui,
            ui.say("documents.copy.role", name=one.name, role=one.role) if one.role else one.name,
            bind(choose, f"reader:{one.id}"),
            key=f"copy.reader.{one.id}",
            selected=form.who == f"reader:{one.id}",
        )
        for one in choices.readers
    ]
    chips += [
        chip(
            ui,
            ui.say("documents.copy.released", name=release_name(ui, one)),
            bind(choose, f"release:{one.release_id}"),
            key=f"copy.release.{one.release_id}",
            selected=form.who == f"release:{one.release_id}",
        )
        for one in choices.releases
        if one.lets_out and set(one.what) & set(PAPER_PARTS)
    ]
    parts: list[ft.Control] = [
        text(ui, ui.say("documents.copy.who_line"), ui.type.body, SOFT),
        chip_row(chips),
        ft.Row(
            [
                quiet(
                    ui, ui.say("documents.copy.somebody_else"), acts.release, key="copy.somebody_else",
                    symbol=ft.Icons.PERSON_ADD_ALT_OUTLINED,
                )
            ],
            wrap=True,
        ),
    ]  # fmt: skip
    if form.error and form.field == "reader":
        parts.append(note_line(ui, form.error, error=True, key="copy.reader_error"))
    return _group(ui, ui.say("documents.copy.who"), *parts)


def _language(ui: Ui, form: CopyForm, acts: CopyActs) -> ft.Control:
    return _group(
        ui,
        ui.say("documents.copy.language"),
        ft.Row(
            [
                switch_of(
                    ui, (Choice("en", "English"), Choice("es", "Español")), form.language,
                    lambda code: acts.change(language=code), key="copy.language",
                )
            ],
            wrap=True,
        ),
    )  # fmt: skip


def _missing(ui: Ui, form: CopyForm, facts: Facts | None, acts: CopyActs) -> list[ft.Control]:
    """What is not in the language yet: before the copy is made, not after."""
    if facts is None or not facts.gaps:
        return []
    language = ui.say(f"documents.copy.in.{form.language}")
    count = len(facts.gaps)
    one = "documents.copy.gaps_one" if count == 1 else "documents.copy.gaps"
    title = ui.say(one, count=count, tongue=language)
    more = count - GAPS_SHOWN
    return [
        quiet_panel(
            ft.Column(
                [
                    ft.Row(
                        [
                            icon(ui, ft.Icons.TRANSLATE_OUTLINED, 24),
                            text(ui, title, ui.type.strong, expand=True),
                        ],
                        spacing=10,
                    ),
                    text(ui, ui.say("documents.copy.gaps_line"), ui.type.body),
                    *(words(ui, gap.text, "words_s") for gap in facts.gaps[:GAPS_SHOWN]),
                    *(
                        [text(ui, ui.say("documents.copy.gaps_more", count=more), ui.type.body, SOFT)]
                        if more > 0
                        else []
                    ),
                    ft.Row(
                        [
                            outlined(
                                ui, ui.say("documents.copy.translate", tongue=language), acts.translate,
                                key="copy.translate", small=True,
                            )
                        ],
                        wrap=True,
                    ),
                ],
                spacing=8,
                tight=True,
            ),
            key="copy.gaps",
        )
    ]  # fmt: skip


def _what(ui: Ui, form: CopyForm, acts: CopyActs) -> ft.Control:
    choices = (
        Choice("whole", ui.say("documents.copy.whole")),
        Choice("card", ui.say("documents.copy.card")),
    )
    return _group(
        ui,
        ui.say("documents.copy.what"),
        choice_chips(
            ui, choices, "card" if form.crisis_only else "whole",
            lambda value: acts.change(crisis_only=value == "card"), key="copy.what",
        ),
    )  # fmt: skip


def _paper(ui: Ui, form: CopyForm, acts: CopyActs) -> ft.Control:
    choices = [Choice(one, ui.say(f"documents.copy.{one}")) for one in ("letter", "a4")]
    return _group(
        ui,
        ui.say("documents.copy.paper"),
        choice_chips(ui, choices, form.paper, lambda value: acts.change(paper=value), key="copy.paper"),
    )


def _lock(ui: Ui, form: CopyForm, acts: CopyActs) -> ft.Control:
    parts: list[ft.Control] = [
        tick_row(
            ui, ui.say("documents.copy.lock"), form.lock, lambda on: acts.change(lock=on),
            key="copy.lock", line=ui.say("documents.copy.lock_line"),
        )
    ]  # fmt: skip
    if form.lock:
        parts.append(
            field(
                ui, ui.say("documents.copy.password"), form.password,
                lambda typed: acts.change(password=typed), key="copy.password", secret=True,
                help=ui.say("documents.copy.password_help"),
                error=form.error if form.error and form.field == "password" else None,
                disabled=form.busy,
            )
        )  # fmt: skip
    return ft.Column(parts, spacing=10, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _facts(ui: Ui, form: CopyForm, facts: Facts | None, error: str) -> ft.Control:
    if error:
        return note_line(ui, error, error=True, key="copy.refused")
    if not form.who:
        return note_line(ui, ui.say("documents.copy.choose_first"), key="copy.choose_first")
    if facts is None:
        return ft.Container(height=ui.grow(24))
    pages = (
        ui.say("documents.copy.page")
        if facts.pages == 1
        else ui.say("documents.copy.pages", count=facts.pages)
    )
    released = bool(facts.wish.release_id)
    said = (
        ui.say("documents.copy.released_facts", pages=pages)
        if released
        else ui.say("documents.copy.facts", pages=pages, name=facts.reader)
    )
    if facts.notices:
        said = f"{said} {ui.say('documents.copy.notices')}"
    return ft.Row(
        [
            icon(ui, ft.Icons.SHIELD_OUTLINED, 24, ft.Colors.TERTIARY),
            text(ui, said, ui.type.body, expand=True),
        ],
        spacing=10,
        vertical_alignment=ft.CrossAxisAlignment.START,
        key="copy.facts",
    )


def _result(ui: Ui, form: CopyForm) -> list[ft.Control]:
    if form.error and form.field != "password":
        return [note_line(ui, form.error, error=True, key="copy.error")]
    if form.error:
        return [said_again(ui, form.error, key="copy.error_above")]
    if form.done:
        done = ft.Row(
            [
                icon(ui, ft.Icons.CHECK_CIRCLE_OUTLINED, 24, ft.Colors.TERTIARY),
                text(ui, form.done, ui.type.strong, ft.Colors.TERTIARY, expand=True),
            ],
            spacing=10,
            vertical_alignment=ft.CrossAxisAlignment.START,
            key="copy.done",
        )
        return [ft.Semantics(live_region=True, content=done)]
    return []
