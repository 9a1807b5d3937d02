"""The form for a natural support, as a pure function of the draft.

Owns the order of questions: who, how they help, when, how far asking has come, safety. Follows
design page 06, "Field", and design 02, "Natural supports".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import flet as ft

from app.services.supports import SupportDraft
from app.views import dates
from app.views.screens.people.wording import closeness_words, help_words, status_words
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.fields import field as text_field
from app.views.widgets.fields import note_line
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import HELP_KINDS, SUPPORT_STATUSES


@dataclass(frozen=True)
class FormActs:
    """What the form can be told. change takes fields of the draft."""

    change: Callable[..., object]
    write: Callable[[str, str], object]
    back: Act
    crisis: Act
    cover: Act
    compare: Act
    show_number: Act
    save: Act
    remove: Act


@dataclass(frozen=True)
class FormLook:
    """What the form shows. errors: field to words; "" for the form as a whole."""

    draft: SupportDraft
    family_name: str
    errors: dict[str, str] = field(default_factory=dict)
    number_hidden: bool = False
    two_versions: bool = False
    saving: bool = False


def form_view(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    """The whole place."""
    fresh = not look.draft.support_id
    head = header(
        ui,
        ui.say("people.add") if fresh else (look.draft.name or ui.say("people.edit")),
        key="support",
        line=look.family_name or None,
        on_back=acts.back,
        on_crisis=acts.crisis,
        on_cover=acts.cover,
    )
    left = _column([_who(ui, look, acts), _helping(ui, look, acts)], 28)
    right = _column([_asking(ui, look, acts), _safety(ui, look, acts)], 28)
    body: ft.Control = (
        ft.Row(
            [ft.Container(left, expand=True), ft.Container(right, expand=True)],
            spacing=36,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
        if ui.layout.wide
        else _column([left, right], 28)
    )
    notice = [_two_versions(ui, acts)] if look.two_versions else []
    parts: list[ft.Control] = [
        head,
        *notice,
        ft.Column(
            [body, ft.Container(height=12)],
            scroll=ft.ScrollMode.AUTO,
            expand=True,
            spacing=0,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    ]
    if look.errors.get(""):
        parts.append(note_line(ui, look.errors[""], error=True, key="support.problem"))
    parts.append(_foot(ui, look, acts))
    return ft.Column(
        parts, spacing=16, expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _two_versions(ui: Ui, acts: FormActs) -> ft.Control:
    return quiet_panel(
        ft.Row(
            [
                text(ui, ui.say("people.two_versions"), ui.type.strong),
                outlined(
                    ui, ui.say("people.compare"), acts.compare, key="support.compare",
                    symbol=ft.Icons.CALL_SPLIT, small=True,
                ),
            ],
            spacing=16,
            run_spacing=8,
            wrap=True,
        )
    )  # fmt: skip


def _column(parts: list[ft.Control], spacing: float) -> ft.Control:
    return ft.Column(
        parts, spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _line(
    ui: Ui,
    look: FormLook,
    acts: FormActs,
    name: str,
    *,
    help: bool = False,
    lines: int = 1,
    keyboard: ft.KeyboardType | None = None,
) -> ft.Control:
    return text_field(
        ui,
        ui.say(f"people.field.{name}"),
        str(getattr(look.draft, name)),
        lambda typed: acts.write(name, typed),
        key=f"support.{name}",
        help=ui.say(f"people.field_help.{name}") if help else None,
        error=look.errors.get(name),
        lines=lines,
        keyboard=keyboard,
    )


def _who(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    return _column(
        [
            _line(ui, look, acts, "name", help=True),
            _line(ui, look, acts, "relation", help=True),
            _asked(
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
            _phone(ui, look, acts),
            _line(ui, look, acts, "languages"),
        ],
        18,
    )


def _phone(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    if not look.number_hidden:
        return _line(ui, look, acts, "phone", keyboard=ft.KeyboardType.PHONE)
    return _asked(
        ui,
        "people.field.phone",
        ft.Row(
            [
                text(ui, ui.say("people.number_hidden"), ui.type.body, SOFT),
                outlined(
                    ui, ui.say("people.show_number"), acts.show_number, key="support.show_number",
                    small=True,
                ),
            ],
            spacing=16,
            run_spacing=8,
            wrap=True,
        ),
    )  # fmt: skip


def _helping(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    return _column(
        [
            _asked(
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
            _line(ui, look, acts, "availability", help=True),
        ],
        18,
    )


def _asking(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    return _column(
        [
            _asked(
                ui,
                "people.field.status",
                choice_chips(
                    ui,
                    [Choice(code, status_words(ui, code)) for code in SUPPORT_STATUSES],
                    look.draft.status,
                    lambda status: acts.change(status=status),
                    key="support.status",
                ),
            ),
            _line(ui, look, acts, "note", lines=3),
        ],
        18,
    )


def _safety(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    on = look.draft.do_not_contact
    parts: list[ft.Control] = [
        tick_row(
            ui,
            ui.say("people.do_not_contact"),
            on,
            lambda ticked: acts.change(do_not_contact=ticked),
            key="support.do_not_contact",
            line=ui.say("people.workers_only"),
        )
    ]
    if on:
        parts.append(_line(ui, look, acts, "safety_reason", lines=2, help=True))
    return ft.Container(
        _column(parts, 12),
        padding=12,
        border=ft.Border.all(2 if on else 1, ft.Colors.ERROR if on else ft.Colors.OUTLINE_VARIANT),
        border_radius=Radius.FIELD,
    )


def _asked(ui: Ui, label: str, content: ft.Control) -> ft.Control:
    return ft.Column([text(ui, ui.say(label), ui.type.label), content], spacing=8, tight=True)


def _foot(ui: Ui, look: FormLook, acts: FormActs) -> ft.Control:
    fresh = not look.draft.support_id
    narrow = ui.layout.narrow
    save = filled(
        ui, ui.say("people.add_save" if fresh else "people.save"), acts.save, key="support.save",
        symbol=ft.Icons.CHECK, disabled=look.saving, expand=narrow or None,
    )  # fmt: skip
    buttons: list[ft.Control] = [save]
    if not fresh:
        buttons.insert(
            0,
            quiet(
                ui, ui.say("people.remove"), acts.remove, key="support.remove",
                symbol=ft.Icons.PERSON_REMOVE_OUTLINED, disabled=look.saving,
            ),
        )  # fmt: skip
    if narrow:
        # Each on a line of its own, the main one in thumb reach and as wide as the screen.
        return ft.Container(
            _column([ft.Row([one]) for one in buttons], 4), padding=ft.Padding.only(bottom=12)
        )
    return ft.Container(
        ft.Row(
            buttons,
            spacing=12,
            run_spacing=8,
            wrap=True,
            alignment=ft.MainAxisAlignment.END,
        ),
        padding=ft.Padding.only(bottom=16),
    )
