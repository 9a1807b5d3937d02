"""Family details, drawn: names, languages, home and visits, referral, open or closed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import flet as ft

from app.services.family_details import FamilyDraft
from app.services.opening import LANGUAGES
from app.views.screens.more.places import iso_day
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.dialogs import form_dialog
from app.views.widgets.fields import field, note_line, said_again
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui

DAYS = ("referred_on", "enrolled_on")


@dataclass(frozen=True)
class DetailsLook:
    """What the form shows. days: as typed. errors: field → words, "" for the page."""

    draft: FamilyDraft
    days: Mapping[str, str]
    errors: Mapping[str, str]
    saving: bool
    saved: bool
    safety_shown: bool = False


@dataclass(frozen=True)
class DetailsActs:
    """What can be done on the form."""

    change: Callable[..., object]
    write: Callable[[str, str], object]
    save: Act
    turn: Act
    settle: Act
    show_safety: Act


def details_page(ui: Ui, look: DetailsLook, today: date, acts: DetailsActs) -> list[ft.Control]:
    """The whole form, without its button."""
    draft = look.draft

    def line(name: str, *, lines: int = 1, help: str | None = None, **more: Any) -> ft.Control:
        value = look.days[name] if name in DAYS else getattr(draft, name)
        return field(
            ui, ui.say(f"details.{name}"), value, lambda typed: acts.write(name, typed),
            key=f"details.{name}", lines=lines, help=help, error=look.errors.get(name) or None,
            disabled=look.saving, expand=True, **more,
        )  # fmt: skip

    parts: list[ft.Control] = []
    if draft.has_conflict:
        parts.append(
            ft.Row(
                [
                    quiet(
                        ui, ui.say("details.two_versions"), acts.settle, key="details.conflict",
                        symbol=ft.Icons.CALL_SPLIT,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    telephone = ft.KeyboardType.PHONE
    street = ft.KeyboardType.STREET_ADDRESS
    workers = ui.say("details.workers_only")
    day_help = ui.say("details.day_help")
    parts += [
        _group(
            ui, "names",
            [
                line("name"),
                _pair(ui, line("list_name"), line("with_whom_at_home",
                      help=ui.say("details.with_whom_at_home_help"))),
            ],
        ),
        _group(
            ui, "languages",
            [
                _languages(ui, "spoken_language", draft, acts),
                _languages(ui, "written_language", draft, acts),
                tick_row(
                    ui, ui.say("details.interpreter_needed"), draft.interpreter_needed,
                    lambda on: acts.change(interpreter_needed=on), key="details.interpreter_needed",
                ),
                line("culture", lines=2),
            ],
        ),
        _group(
            ui, "home",
            [
                _pair(ui, line("address", keyboard=street), line("town")),
                line("phone", keyboard=telephone),
                line("directions", lines=2),
                # Somebody of the family may be looking while their street is written down.
                line("visit_safety", lines=2, help=workers)
                if look.safety_shown
                else _closed_safety(ui, acts.show_safety),
            ],
        ),
        _group(
            ui, "referral",
            [
                line("referral_source"),
                _pair(ui, line("referred_on", help=day_help), line("enrolled_on", help=day_help)),
            ],
        ),
        _group(ui, "status", [_status(ui, draft, today, acts, look.saving)]),
    ]  # fmt: skip
    if look.errors.get(""):
        parts.append(note_line(ui, look.errors[""], error=True, key="details.problem"))
    return parts


def details_foot(ui: Ui, look: DetailsLook, acts: DetailsActs) -> ft.Control:
    """Save, with what is wrong or that it is saved beside it."""
    fill = ui.layout.narrow
    save = filled(
        ui, ui.say("details.save"), acts.save, key="details.save", symbol=ft.Icons.CHECK, fill=fill,
        disabled=look.saving,
    )  # fmt: skip
    above: list[ft.Control] = []
    wrong = [words for name, words in look.errors.items() if name]
    if wrong:
        above.append(said_again(ui, wrong[0], key="details.error_again"))
    elif look.saved:
        above.append(
            ft.Semantics(
                live_region=True,
                content=text(
                    ui, ui.say("details.saved"), ui.type.body, ft.Colors.TERTIARY, key="details.saved"
                ),
            )
        )
    button = ft.Row([ft.Container(save, expand=fill or None)], wrap=not fill)
    return ft.Column(
        [*above, button], spacing=Space.XS, tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _group(ui: Ui, name: str, parts: list[ft.Control]) -> ft.Control:
    return ft.Column(
        [
            section_header(ui, ui.say(f"details.{name}")),
            *[ft.Row([one]) if isinstance(one, ft.Column) and one.expand else one for one in parts],
        ],
        spacing=Space.M,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _closed_safety(ui: Ui, on_show: Act) -> ft.Control:
    return ft.Column(
        [
            text(ui, ui.say("details.visit_safety"), ui.type.label),
            ft.Row(
                [
                    outlined(
                        ui, ui.say("details.show_safety"), on_show, key="details.show_safety",
                        symbol=ft.Icons.LOCK_OUTLINE, small=True,
                    )
                ],
                wrap=True,
            ),
            text(ui, ui.say("details.workers_only"), ui.type.body, SOFT),
        ],
        spacing=Space.XS,
        tight=True,
    )  # fmt: skip


def _pair(ui: Ui, first: ft.Control, second: ft.Control) -> ft.Control:
    """Two fields side by side, or under each other."""
    cells = [first, second]
    if ui.layout.stacked:
        return ft.Column([ft.Row([cell]) for cell in cells], spacing=Space.M, tight=True)
    return ft.Row(cells, spacing=14, vertical_alignment=ft.CrossAxisAlignment.START)


def _languages(ui: Ui, name: str, draft: FamilyDraft, acts: DetailsActs) -> ft.Control:
    kept = getattr(draft, name)
    # A code that is not on offer here came from another tablet: shown as another language.
    chosen = kept if kept in LANGUAGES else "other"
    return ft.Column(
        [
            text(ui, ui.say(f"details.{name}"), ui.type.label),
            choice_chips(
                ui, [Choice(code, ui.say(f"details.language.{code}")) for code in LANGUAGES], chosen,
                lambda code: acts.change(**{name: code}), key=f"details.{name}",
            ),
        ],
        spacing=Space.XS,
        tight=True,
    )  # fmt: skip


def _status(ui: Ui, draft: FamilyDraft, today: date, acts: DetailsActs, saving: bool) -> ft.Control:
    closed = draft.status != "open"
    day = iso_day(ui, draft.status_on, today)
    key = "is_closed" if closed else "is_open"
    parts: list[ft.Control] = [
        text(ui, ui.say(f"details.{key}_since", day=day) if day else ui.say(f"details.{key}"),
             ui.type.body_l, key="details.status"),
    ]  # fmt: skip
    if draft.status_reason.strip():
        parts.append(text(ui, ui.say("details.because", words=draft.status_reason), ui.type.body, SOFT))
    button = outlined(
        ui, ui.say("details.reopen" if closed else "details.close"), acts.turn, key="details.turn",
        symbol=ft.Icons.LOCK_OPEN_OUTLINED if closed else ft.Icons.ARCHIVE_OUTLINED, small=True,
        disabled=saving,
    )  # fmt: skip
    parts.append(ft.Row([button], wrap=True))
    return ft.Column(parts, spacing=Space.XS, tight=True)


def turn_dialog(
    ui: Ui,
    closed: bool,
    reason: str,
    refused: str,
    on_write: Callable[[str], object],
    on_act: Act,
    on_close: Act,
) -> ft.AlertDialog:
    """Asks why before a family is closed, or opened again."""
    name = "reopen" if closed else "close"
    content = ft.Column(
        [
            text(ui, ui.say(f"details.{name}_means"), ui.type.body),
            field(
                ui, ui.say("details.reason"), reason, on_write, key="details.reason", lines=3,
                error=refused or None, autofocus=True,
            ),
        ],
        spacing=Space.M,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    return form_dialog(
        ui, ui.say(f"details.{name}_title"), content, key="details.turn_dialog",
        act=ui.say("details.reopen" if closed else "details.close_act"), on_act=on_act,
        close=ui.say("details.keep_closed" if closed else "details.keep_open"), on_close=on_close,
    )  # fmt: skip
