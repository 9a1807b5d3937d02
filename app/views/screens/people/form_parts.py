"""What the three forms of the People place are made of, as pure functions of the draft.

Owns the frame (header, notices, two columns, buttons), fields by name, days, and the link to a
release; the marks about reaching somebody are in `reaching`. Follows design page 06, "Field".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import flet as ft

from app.services.supports import PersonView, ReleaseChoice
from app.views import dates
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips, picker
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui


@dataclass(frozen=True)
class FormActs:
    """What a form can be told. change, mark: fields of the draft, of its marks; both show at once.

    write, write_mark: (field, typed words). day: opens the month for a field. reach: a step of asking.
    kind: another form for somebody new.
    """

    change: Callable[..., object]
    write: Callable[[str, str], object]
    mark: Callable[..., object]
    write_mark: Callable[[str, str], object]
    day: Callable[[str], object]
    reach: Callable[[str], object]
    kind: Callable[[str], object]
    back: Act
    crisis: Act
    cover: Act
    compare: Act
    show_number: Act
    fresh: Act
    move: Callable[[int], object]
    save: Act
    remove: Act


@dataclass(frozen=True)
class FormLook:
    """What a form shows. key: stem of its controls. errors: field to words; "" for the whole.

    restored: it goes on where it was left. place: (number, of how many) in the family's order.
    """

    key: str
    draft: Any
    family_name: str
    fresh: bool
    today: date
    errors: dict[str, str] = field(default_factory=dict)
    family: tuple[PersonView, ...] = ()
    releases: tuple[ReleaseChoice, ...] = ()
    place: tuple[int, int] = (0, 0)
    number_hidden: bool = False
    two_versions: bool = False
    restored: bool = False
    saving: bool = False
    several: bool = True
    """Somebody new may be one of several kinds."""


def form_frame(
    ui: Ui,
    look: FormLook,
    acts: FormActs,
    left: list[ft.Control],
    right: list[ft.Control],
    *,
    title: str,
    save: str,
) -> ft.Control:
    """The whole place: header, notices, both columns, and the buttons at the foot."""
    head = header(
        ui, title, key=look.key, line=look.family_name or None, on_back=acts.back,
        on_crisis=acts.crisis, on_cover=acts.cover,
    )  # fmt: skip
    body: ft.Control = (
        ft.Row(
            [
                ft.Container(column(left, 28), expand=True),
                ft.Container(column(right, 28), expand=True),
            ],
            spacing=36,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        if ui.layout.wide and right
        else column([*left, *right], 28)
    )
    parts: list[ft.Control] = [
        head,
        ft.Column(
            [
                *_notices(ui, look, acts),
                *_kinds(ui, look, acts),
                body,
                # On a phone the room at the foot is for the main act alone.
                *([ft.Row([one]) for one in _remove(ui, look, acts)] if ui.layout.narrow else []),
                ft.Container(height=12),
            ],
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            spacing=16,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    ]
    if look.errors.get(""):
        parts.append(note_line(ui, look.errors[""], error=True, key=f"{look.key}.problem"))
    parts.append(_foot(ui, look, acts, save))
    return ft.Column(
        parts, spacing=16, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _kinds(ui: Ui, look: FormLook, acts: FormActs) -> list[ft.Control]:
    """Somebody new: which form. Nothing is lost by changing, each form keeps its words."""
    if not (look.fresh and look.several):
        return []
    choices = [Choice(one, ui.say(f"people.who.{one}")) for one in ("support", "person", "member")]
    return [choice_chips(ui, choices, look.key, acts.kind, key=f"{look.key}.who")]


def column(parts: list[ft.Control], spacing: float) -> ft.Control:
    """Parts below each other, as wide as the room."""
    return ft.Column(
        parts, spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def line(
    ui: Ui,
    look: FormLook,
    acts: FormActs,
    name: str,
    *,
    help: bool = False,
    lines: int = 1,
    keyboard: ft.KeyboardType | None = None,
) -> ft.Control:
    """One text field of the draft. help: it has a line of help in the locales."""
    return text_field(
        ui,
        ui.say(f"people.field.{name}"),
        str(getattr(look.draft, name)),
        lambda typed: acts.write(name, typed),
        key=f"{look.key}.{name}",
        help=ui.say(f"people.field_help.{name}") if help else None,
        error=look.errors.get(name),
        lines=lines,
        keyboard=keyboard,
    )


def asked(ui: Ui, label: str, content: ft.Control, *, help: str | None = None) -> ft.Control:
    """A question with chips or another control below it. label: a key of the locales."""
    parts: list[ft.Control] = [text(ui, ui.say(label), ui.type.label)]
    if help is not None:
        parts.append(text(ui, ui.say(help), ui.type.body, SOFT))
    return ft.Column([*parts, content], spacing=8, tight=True)


def phone(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """The number, or the question before it."""
    if not look.number_hidden:
        return line(ui, look, acts, "phone", keyboard=ft.KeyboardType.PHONE)
    return asked(
        ui,
        "people.field.phone",
        ft.Row(
            [
                text(ui, ui.say("people.number_hidden"), ui.type.body, SOFT),
                outlined(
                    ui, ui.say("people.show_number"), acts.show_number,
                    key=f"{look.key}.show_number", small=True,
                ),
            ],
            spacing=16,
            run_spacing=8,
            wrap=True,
        ),
    )  # fmt: skip


def day_words(ui: Ui, iso: str, today: date) -> str:
    """A day in words; empty for none, and as it is for one that no calendar has."""
    try:
        return dates.day(ui.settings.language, date.fromisoformat(iso), today, short=True)
    except ValueError:
        return iso


def day_box(ui: Ui, look: FormLook, acts: FormActs, name: str) -> ft.Control:
    """A day that a month opens for."""
    chosen = day_words(ui, getattr(look.draft, name), look.today)
    box = picker(
        ui,
        ui.say(f"people.field.{name}"),
        dates.begin(chosen) if chosen else ui.say("people.no_day"),
        bind(acts.day, name),
        key=f"{look.key}.{name}",
        symbol=ft.Icons.EVENT_OUTLINED,
        error=name in look.errors,
    )
    if name not in look.errors:
        return box
    return column([box, note_line(ui, look.errors[name], error=True, key=f"{look.key}.{name}.error")], 6)


def release_choice(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """Which release goes with this person, where the family has signed one."""
    if not look.releases:
        return asked(ui, "people.field.release", text(ui, ui.say("people.no_release"), ui.type.body, SOFT))
    choices = [Choice("", ui.say("people.release_none"))]
    for one in look.releases:
        ended = bool(one.revoked_on) or ("" < one.until_on < look.today.isoformat())
        choices.append(
            Choice(
                one.release_id,
                ui.say("people.release_ended", recipient=one.recipient) if ended else one.recipient,
            )
        )
    return asked(
        ui,
        "people.field.release",
        choice_chips(
            ui, choices, look.draft.release_id, lambda chosen: acts.change(release_id=chosen),
            key=f"{look.key}.release",
        ),
    )  # fmt: skip


def _notices(ui: Ui, look: FormLook, acts: FormActs) -> list[ft.Control]:
    found: list[ft.Control] = []
    if look.two_versions:
        found.append(
            _notice(
                ui, "people.two_versions",
                outlined(ui, ui.say("people.compare"), acts.compare, key=f"{look.key}.compare",
                         symbol=ft.Icons.CALL_SPLIT, small=True),
            )
        )  # fmt: skip
    if look.restored:
        found.append(
            _notice(
                ui, "people.restored",
                outlined(ui, ui.say("people.start_again"), acts.fresh, key=f"{look.key}.fresh", small=True),
            )
        )  # fmt: skip
    return found


def _notice(ui: Ui, words: str, act: ft.Control) -> ft.Control:
    return quiet_panel(
        ft.Row(
            [text(ui, ui.say(words), ui.type.strong), act], spacing=16, run_spacing=8, wrap=True
        )
    )


def _remove(ui: Ui, look: FormLook, acts: FormActs) -> list[ft.Control]:
    if look.fresh:
        return []
    return [
        quiet(
            ui, ui.say("people.remove"), acts.remove, key=f"{look.key}.remove",
            symbol=ft.Icons.PERSON_REMOVE_OUTLINED, disabled=look.saving,
        )
    ]  # fmt: skip


def _foot(ui: Ui, look: FormLook, acts: FormActs, words: str) -> ft.Control:
    narrow = ui.layout.narrow
    save = filled(
        ui, ui.say(words), acts.save, key=f"{look.key}.save", symbol=ft.Icons.CHECK,
        disabled=look.saving, expand=narrow or None,
    )  # fmt: skip
    if narrow:
        # In thumb reach and as wide as the screen.
        return ft.Container(ft.Row([save]), padding=ft.Padding.only(bottom=12))
    buttons = [*_remove(ui, look, acts), save]
    return ft.Container(
        ft.Row(buttons, spacing=12, run_spacing=8, wrap=True, alignment=ft.MainAxisAlignment.END),
        padding=ft.Padding.only(bottom=16),
    )
