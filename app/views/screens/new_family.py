"""Add a family: what is known on the first day; only the youth's first name is needed.

Owns the form. Nothing is kept until *Add this family*; going back with something typed asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from app.errors import AppError
from app.services.opening import NewFamily
from app.views import dates
from app.views.error_words import words_for
from app.views.hooks import use_nav, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.guarded import guarded
from app.views.widgets.header import header
from app.views.widgets.shell import room_for
from app.views.widgets.text import text
from app.views.widgets.ui import Ui, use_ui

_FORM = 560
_OLDEST = 120
_CENTURY = 100
_DAY = re.compile(r"^\s*(\d{1,4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})\s*$")


def read_day(typed: str, today: date) -> date | None:
    """A day of birth as people write it: 4/12/2013, 4-12-13 (month first), or 2013-04-12.

    None when it is no day of the calendar, or not one of a living person's birth.
    """
    found = _DAY.match(typed)
    if found is None:
        return None
    first, second, third = (int(part) for part in found.groups())
    year, month, day = (first, second, third) if len(found[1]) > 2 else (third, first, second)
    if year < _CENTURY:
        century = today.year - today.year % _CENTURY
        year += century if year <= today.year % _CENTURY else century - _CENTURY
    try:
        born = date(year, month, day)
    except ValueError:
        return None
    return born if born <= today and today.year - born.year <= _OLDEST else None


def age(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True)
class FamilyForm:
    """What was typed. born: as typed. field: where `error` belongs, "" for the page."""

    youth: str = ""
    surname: str = ""
    born: str = ""
    caregiver: str = ""
    language: str = "en"
    phone: str = ""
    address: str = ""
    town: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False
    leaving: bool = False

    @property
    def typed(self) -> bool:
        """Something would be forgotten by going back."""
        kept = (self.youth, self.surname, self.born, self.caregiver, self.phone, self.address)
        return any(words.strip() for words in (*kept, self.town))


def new_family_screen(
    ui: Ui,
    form: FamilyForm,
    today: date,
    *,
    change: Callable[..., Any],
    on_save: Callable[[], object],
    on_back: Callable[[], object],
    on_cover: Callable[[], object],
) -> ft.Control:
    """The form, with its one button at the end (at the foot on a phone)."""
    say = ui.say

    def line(
        name: str, value: str, service_name: str = "", *, help: str | None = None, **more: Any
    ) -> ft.Control:
        place = service_name or name
        return field(
            ui, say(f"new_family.{name}"), value,
            lambda words: change(**{name: words}), key=f"new_family.{name}", help=help,
            error=form.error if form.error and form.field == place else None,
            disabled=form.busy, expand=True, **more,
        )

    born = read_day(form.born, today)
    told = (
        say("new_family.born_is", day=dates.plain_day(ui.settings.language, born, today),
            age=age(born, today))
        if born is not None
        else say("new_family.born_help")
    )
    languages = [Choice(code, say(f"new_family.language.{code}")) for code in ("en", "es", "other")]
    save = filled(ui, say("new_family.save"), on_save, key="new_family.save", fill=True,
                  disabled=form.busy)
    parts: list[ft.Control] = [
        _pair(ui, line("youth", form.youth, "youth_name", autofocus=True),
              line("surname", form.surname, "family_name")),
        line("born", form.born, "born_on", help=told, keyboard=ft.KeyboardType.DATETIME),
        line("caregiver", form.caregiver, help=say("new_family.caregiver_help")),
        ft.Column(
            [text(ui, say("new_family.language_title"), ui.type.label),
             choice_chips(ui, languages, form.language,
                          lambda code: change(language=code), key="new_family.language")],
            spacing=8, tight=True,
        ),
        line("phone", form.phone, keyboard=ft.KeyboardType.PHONE),
        line("address", form.address, keyboard=ft.KeyboardType.STREET_ADDRESS),
        line("town", form.town),
        *([note_line(ui, form.error, error=True, key="new_family.error")]
          if form.error and not form.field else []),
    ]
    above = (
        [said_again(ui, form.error, key="new_family.error_above")]
        if form.error and form.field
        else []
    )
    narrow = ui.layout.narrow
    width = room_for(ui, _FORM)
    body = ft.ListView(
        [
            ft.Row(
                [ft.Container(
                    ft.Column([*parts, *([] if narrow else [*above, save])], spacing=18, tight=True,
                              horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                    width=None if narrow else width, expand=narrow or None,
                )]
            ),
            ft.Container(height=24),
        ],
        expand=True,
        key="new_family.form",
        padding=ft.Padding.only(top=18),
    )
    foot: list[ft.Control] = []
    if narrow:
        foot = [
            ft.Container(
                ft.Column([*above, save], spacing=8, tight=True,
                          horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                padding=ft.Padding.symmetric(vertical=10),
            )
        ]
    return ft.Column(
        [
            header(ui, say("new_family.title"), key="new_family", line=say("new_family.line"),
                   on_back=on_back, on_cover=on_cover),
            body,
            *foot,
        ],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pair(ui: Ui, first: ft.Control, second: ft.Control) -> ft.Control:
    """Two fields side by side, or under each other."""
    cells: list[ft.Control] = [first, second]
    if ui.layout.stacked:
        return ft.Column([ft.Row([cell]) for cell in cells], spacing=18, tight=True)
    return ft.Row(cells, spacing=14, vertical_alignment=ft.CrossAxisAlignment.START)


@component
def OpenFamily(_place: Place) -> ft.Control:
    """Open a family and go to its home."""
    ui = use_ui()
    tablet = use_tablet()
    nav = use_nav()
    form, set_form, newest = use_newest(FamilyForm())
    today = tablet.open.desk.today()

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", field="", **changes))

    def wrong(place: str, words: str) -> None:
        set_form(lambda now: replace(now, error=words, field=place, busy=False))

    def tell(problem: AppError) -> None:
        known = {"youth_name", "family_name", "born_on", "caregiver", "phone", "address", "town"}
        place = getattr(problem, "field", "")
        wrong(place if place in known else "", words_for(ui, problem))

    async def save() -> None:
        form = newest()
        if form.busy:
            return
        if not form.youth.strip():
            wrong("youth_name", ui.say("new_family.youth_missing"))
            return
        born = read_day(form.born, today) if form.born.strip() else None
        if form.born.strip() and born is None:
            wrong("born_on", ui.say("new_family.born_wrong"))
            return
        change(busy=True)
        family_id = await tablet.open.opening.open_family(
            NewFamily(
                youth_name=form.youth, family_name=form.surname,
                born_on=born.isoformat() if born else "", caregiver=form.caregiver,
                spoken_language=form.language, phone=form.phone, address=form.address,
                town=form.town, language=ui.settings.language,
            )
        )
        nav.swap(Place("family", family_id))

    def back() -> None:
        if newest().typed:
            set_form(lambda now: replace(now, leaving=True))
        else:
            nav.back()

    ft.use_dialog(
        confirm_dialog(
            ui, ui.say("new_family.leave_question"), ui.say("new_family.leave_line"),
            key="new_family.leave", act=ui.say("new_family.leave"), on_act=nav.back,
            keep=ui.say("new_family.stay"),
            on_keep=lambda: set_form(lambda now: replace(now, leaving=False)),
        )
        if form.leaving
        else None
    )
    return new_family_screen(
        ui, form, today, change=change, on_save=guarded(save, tell), on_back=back,
        on_cover=lambda: nav.go(Place("cover")),
    )
