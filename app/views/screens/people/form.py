"""The form for a natural support, as a pure function of the draft.

Owns the order of questions: who, how they help, when, how far asking has come, safety. Follows
design page 06, "Field", and design 02, "Natural supports".
"""

from __future__ import annotations

import flet as ft

from app.services.supports import SupportDraft
from app.views import dates
from app.views.screens.people.form_parts import (
    FormActs,
    FormLook,
    asked,
    column,
    day_box,
    day_words,
    form_frame,
    line,
    phone,
    release_choice,
)
from app.views.screens.people.reaching import mark_icon, reaching
from app.views.screens.people.wording import closeness_words, help_words, status_words
from app.views.widgets.buttons import quiet
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.pressable import bind, pressable
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES

TYPED = frozenset(
    {"name", "relation", "phone", "languages", "availability", "note", "safety_reason", "agreed_on"}
)
"""Fields that show an error below themselves."""


def support_form(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """The whole place."""
    draft: SupportDraft = look.draft
    return form_frame(
        ui,
        look,
        acts,
        [_who(ui, look, acts), _helping(ui, look, acts)],
        [_asking(ui, look, acts), _safety(ui, look, acts)],
        title=ui.say("people.add") if look.fresh else (draft.name or ui.say("people.edit")),
        save="people.add_save" if look.fresh else "people.save",
    )


def _who(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    parts = [
        line(ui, look, acts, "name", help=True),
        line(ui, look, acts, "relation", help=True),
        asked(
            ui,
            "people.field.closeness",
            choice_chips(
                ui,
                [Choice(str(one), dates.begin(closeness_words(ui, one))) for one in (1, 2, 3)],
                str(look.draft.closeness),
                lambda one: acts.change(closeness=int(one)),
                key="support.closeness",
            ),
        ),
    ]
    if look.family:
        choices = [Choice(one.person_id, one.called) for one in look.family]
        parts.append(
            asked(
                ui,
                "people.field.close_to",
                choice_chips(
                    ui,
                    [*choices, Choice("", ui.say("people.close_to_all"))],
                    look.draft.close_to,
                    lambda one: acts.change(close_to=one),
                    key="support.close_to",
                ),
            )
        )
    parts += [phone(ui, look, acts), line(ui, look, acts, "languages")]
    return column(parts, 18)


def _helping(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    return column(
        [
            asked(
                ui,
                "people.field.how_they_help",
                many_chips(
                    ui,
                    [Choice(code, dates.begin(help_words(ui, code))) for code in HELP_KINDS],
                    frozenset(look.draft.how_they_help),
                    lambda chosen: acts.change(
                        how_they_help=tuple(code for code in HELP_KINDS if code in chosen)
                    ),
                    key="support.help",
                ),
            ),
            line(ui, look, acts, "availability", help=True),
            line(ui, look, acts, "note", lines=3),
        ],
        18,
    )


def _asking(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    return column(
        [
            asked(ui, "people.field.status", _path(ui, look, acts), help="people.path_help"),
            day_box(ui, look, acts, "agreed_on"),
            release_choice(ui, look, acts),
        ],
        18,
    )


def _path(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """Named, asked, willing, on the team, leading: one tap each, with the day beside it."""
    now = SUPPORT_STATUSES.index(look.draft.status)
    rows: list[ft.Control] = []
    for place, status in enumerate(SUPPORT_STATUSES):
        here, reached = place == now, place <= now
        ink = ft.Colors.TERTIARY if reached else SOFT
        step = pressable(
            ui,
            ft.Row(
                [
                    icon(
                        ui,
                        ft.Icons.CHECK_CIRCLE if reached else ft.Icons.RADIO_BUTTON_UNCHECKED,
                        24,
                        ink,
                    ),
                    text(
                        ui,
                        status_words(ui, status),
                        ui.type.strong if here else ui.type.body,
                        ft.Colors.ON_SURFACE if reached else SOFT,
                        expand=True,
                    ),
                ],
                spacing=12,
            ),
            bind(acts.reach, status),
            key=f"support.status.{status}",
            selected=here,
            padding=ft.Padding.symmetric(horizontal=12, vertical=12),
            bgcolor=ft.Colors.TERTIARY_CONTAINER if here else None,
            expand=True,
        )
        rows.append(ft.Row([step, *_path_day(ui, look, acts, status, reached)], spacing=4))
    return column(rows, 0)


def _path_day(
    ui: Ui, look: FormLook, acts: FormActs, status: str, reached: bool
) -> list[ft.Control]:
    chosen = day_words(ui, getattr(look.draft, f"{status}_on"), look.today)
    if not (chosen or reached):
        return []
    words = dates.begin(chosen) if chosen else ui.say("people.add_day")
    button = quiet(ui, words, bind(acts.day, f"{status}_on"), key=f"support.{status}_on", ink=bool(chosen))
    return [ft.MergeSemantics(content=ft.Semantics(label=status_words(ui, status), content=button))]


def _safety(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    on = look.draft.do_not_contact
    parts: list[ft.Control] = [
        tick_row(
            ui,
            ui.say("people.do_not_contact"),
            on,
            lambda ticked: acts.change(do_not_contact=ticked),
            key="support.do_not_contact",
            lead=mark_icon(ui, "no_contact", on),
            box_last=True,
        )
    ]
    if on:
        parts.append(line(ui, look, acts, "safety_reason", lines=2, help=True))
    return reaching(ui, look, acts, parts)
