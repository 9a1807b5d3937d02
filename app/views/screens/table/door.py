"""The door to the table, on the worker's side: who can see it, the language, gaps, and the code.

Nothing of the worker's screens stays behind: open bars and dialogs are put away before the tablet
is turned round. Follows design 01, "Family table", and design 02, "Two languages of content".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.audience import Reader
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.table.handing import FIELD_OF, NewCode, choose_code, clear_bars, code_fields
from app.views.screens.table.look import LANGUAGES
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, quiet
from app.views.widgets.chips import Choice, switch_of
from app.views.widgets.fields import note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.pressable import Act
from app.views.widgets.readers import audience_of, who_can_see
from app.views.widgets.states import Loading, error_state
from app.views.widgets.text import SOFT, hairline, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.vocabulary import CONTENT_LANGUAGES
from app.wraparound.wording import Gap

MOST_GAPS = 5
"""Gaps listed at the door; all of them stand under *Translations*."""


@dataclass(frozen=True)
class DoorForm:
    """What was tapped and typed at the door. language: "" until known."""

    chosen: frozenset[str] = frozenset()
    strangers: bool = False
    language: str = ""
    code: str = ""
    again: str = ""
    new_code: bool = False
    busy: bool = False
    error: str = ""
    field: str = ""


@dataclass(frozen=True)
class DoorLook:
    """What the door knows. spent: the code was missed too often, so a new one is due."""

    readers: tuple[Reader, ...]
    has_code: bool
    spent: bool


@dataclass(frozen=True)
class DoorActs:
    """What the door does."""

    back: Act
    cover: Act
    toggle: Callable[[str], object]
    strangers: Callable[[bool], object]
    language: Callable[[str], object]
    code: Callable[[str], object]
    again: Callable[[str], object]
    change_code: Act
    translate: Act
    start: Act


def door_view(
    ui: Ui, look: DoorLook, form: DoorForm, gaps: Sequence[Gap], acts: DoorActs
) -> ft.Control:
    """The whole door."""
    parts: list[ft.Control] = [
        who_can_see(
            ui, look.readers, form.chosen, form.strangers, acts.toggle, acts.strangers, key="who"
        ),
        hairline(),
        section_header(ui, ui.say("table.which_language"), large=True),
        switch_of(
            ui, [Choice(code, name) for code, name in LANGUAGES.items()], form.language,
            acts.language, key="door.language",
        ),
    ]  # fmt: skip
    if gaps:
        parts.append(_gaps(ui, gaps, form.language, acts.translate))
    parts += [hairline(), *_code(ui, look, form, acts)]
    if form.error and not form.field:
        parts.append(note_line(ui, form.error, error=True, key="door.problem"))
    go = filled(
        ui, ui.say("table.open"), acts.start, key="door.start", symbol=ft.Icons.TABLE_RESTAURANT_OUTLINED,
        disabled=form.busy, fill=ui.layout.narrow, expand=True if ui.layout.narrow else None,
    )  # fmt: skip
    return ft.Column(
        [
            header(
                ui, ui.say("table.door_title"), key="door", line=ui.say("table.door_line"),
                on_back=acts.back, on_cover=acts.cover,
            ),
            ft.ListView(
                [
                    ft.Container(
                        ft.Column(
                            parts,
                            spacing=20,
                            tight=True,
                            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
                        ),
                        padding=ft.Padding.only(top=20, bottom=24),
                    )
                ],
                expand=True,
                key="door.list",
            ),
            ft.Container(ft.Row([go]), padding=ft.Padding.symmetric(vertical=12)),
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _gaps(ui: Ui, gaps: Sequence[Gap], language: str, translate: Act) -> ft.Control:
    """What will be missing at the table, before it opens. Going on is allowed."""
    count = len(gaps)
    key = "table.gaps_one" if count == 1 else "table.gaps"
    rows: list[ft.Control] = [
        section_header(ui, ui.say(key, count=count, tongue=LANGUAGES[language])),
        text(ui, ui.say("table.gaps_line"), ui.type.body, SOFT),
    ]
    for gap in gaps[:MOST_GAPS]:
        rows.append(
            ft.Container(
                ft.Column(
                    [
                        text(ui, gap.text, ui.type.words_s),
                        text(ui, ui.say(f"table.gap_{gap.why}"), ui.type.body, SOFT),
                    ],
                    spacing=0,
                    tight=True,
                ),
                padding=ft.Padding.only(left=14),
                border=ft.Border.only(left=ft.BorderSide(3, ft.Colors.PRIMARY)),
            )
        )
    if count > MOST_GAPS:
        rows.append(text(ui, ui.say("table.gaps_more", count=count - MOST_GAPS), ui.type.body, SOFT))
    rows.append(
        ft.Row([quiet(ui, ui.say("table.translate"), translate, key="door.translate")])
    )
    return ft.Column(rows, spacing=10, tight=True, key="door.gaps")


def _code(ui: Ui, look: DoorLook, form: DoorForm, acts: DoorActs) -> list[ft.Control]:
    """The code: chosen on first use, after three misses, and whenever somebody wants to."""
    parts: list[ft.Control] = [section_header(ui, ui.say("table.code"), large=True)]
    if look.has_code and not look.spent and not form.new_code:
        parts += [
            text(ui, ui.say("table.code_known"), ui.type.body, SOFT),
            ft.Row(
                [quiet(ui, ui.say("table.change_code"), acts.change_code, key="door.change_code")]
            ),
        ]
        return parts
    typed = NewCode(form.code, form.again, form.error, form.field)
    parts += code_fields(
        ui, typed, acts.code, acts.again, spent=look.spent, busy=form.busy, key="door"
    )
    return parts


@component
def TableDoor(place: Place) -> ft.Control:
    """The door of place.family_id's table."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    form, set_form, newest = use_newest(DoorForm())

    async def find() -> tuple[DoorLook, str]:
        opened = tablet.open
        header_of = await opened.casebook.header(place.family_id)
        spoken = header_of.languages
        look = DoorLook(
            await opened.audiences.readers(place.family_id),
            await opened.table.code.exists(),
            await opened.table.code.tries_left() == 0,
        )
        return look, spoken if spoken in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0]

    asked = use_query(find, (place.family_id,), family_id=place.family_id)
    language = form.language or (asked.value[1] if asked.value else CONTENT_LANGUAGES[0])
    audience = audience_of(form.chosen, form.strangers)
    gaps = use_query(
        lambda: tablet.open.table.gaps(place.family_id, audience, language),
        (place.family_id, form.chosen, form.strangers, language),
        family_id=place.family_id,
    )

    def change(**values: Any) -> None:
        set_form(lambda now: replace(now, **values))

    async def start() -> None:
        now = newest()
        if now.busy or asked.value is None:
            return
        look = asked.value[0]
        change(busy=True, error="", field="")
        table = tablet.open.table
        if now.new_code or look.spent or not look.has_code:
            await choose_code(ui, table, NewCode(now.code, now.again))
        clear_bars(ft.context.page)
        await table.begin(
            place.family_id, audience_of(now.chosen, now.strangers), now.language or asked.value[1]
        )

    def tell(error: AppError) -> None:
        named = FIELD_OF.get(getattr(error, "field", ""), "")
        change(busy=False, error=words_for(ui, error), field=named)

    if asked.error:
        return error_state(
            ui, asked.error, key="door.failed", act=ui.say("nav.back"), on_act=nav.back
        )
    if asked.value is None:
        return Loading(control="door.loading")
    acts = DoorActs(
        back=nav.back,
        cover=lambda: nav.go(Place("cover")),
        toggle=lambda one: change(chosen=newest().chosen ^ {one}),
        strangers=lambda on: change(strangers=on),
        language=lambda code: change(language=code),
        code=lambda typed: change(code=typed),
        again=lambda typed: change(again=typed),
        change_code=lambda: change(new_code=True),
        translate=lambda: nav.go(Place("translations", place.family_id, detail=language)),
        start=guarded(start, tell),
    )
    return door_view(
        ui, asked.value[0], replace(form, language=language), gaps.value or (), acts
    )
