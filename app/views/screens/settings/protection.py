"""What protects this tablet: in words, and finger or face where the tablet has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import flet as ft

from app.errors import AppError, WrongPassphrase
from app.services.entry import Protection
from app.views.error_words import words_for
from app.views.hooks import use_query, use_tablet
from app.views.newest import use_newest
from app.views.widgets.boundary import component
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line
from app.views.widgets.states import progress
from app.views.widgets.text import SOFT, text
from app.views.widgets.ui import Ui, use_ui


@dataclass(frozen=True)
class ProtectionForm:
    """The question for the passphrase. turn: how often something was changed here."""

    open: bool = False
    passphrase: str = ""
    error: str = ""
    busy: bool = False
    turn: int = 0


def protection_part(
    ui: Ui,
    found: Protection,
    form: ProtectionForm,
    failed: int,
    *,
    change: Callable[..., object],
    on_go: Callable[[], object],
    on_off: Callable[[], object],
) -> ft.Control:
    """Facts first, then the switch and its question.

    Args:
        ui: settings in force.
        found: what protects the tablet.
        form: what was typed.
        failed: tries in vain before this person got in.
        change: fields of the form by name.
        on_go: turns finger or face on.
        on_off: turns it off.
    """
    say = ui.say
    parts: list[ft.Control] = [
        fact_line(
            ui,
            ft.Icons.VERIFIED_USER_OUTLINED if found.secure else ft.Icons.GPP_MAYBE_OUTLINED,
            say("protection.secure" if found.secure else "protection.none"),
        ),
        text(ui, say("protection.secure_line" if found.secure else "protection.none_line"),
             ui.type.body, SOFT),
    ]
    if failed:
        said = "protection.failed_one" if failed == 1 else "protection.failed"
        parts.append(note_line(ui, say(said, count=failed), key="protection.failed"))
    if not found.may:
        return ft.Column(parts, spacing=8, tight=True)
    parts += [
        ft.Container(height=4),
        text(ui, say("protection.person"), ui.type.label),
        text(ui, say("protection.person_on" if found.by_person else "protection.person_off"),
             ui.type.body, SOFT),
    ]
    if found.by_person:
        parts.append(ft.Row([outlined(ui, say("protection.turn_off"), on_off, key="protection.off")],
                            wrap=True))
    elif not form.open:
        parts.append(ft.Row([outlined(ui, say("protection.turn_on"), lambda: change(open=True),
                                      key="protection.on", symbol=ft.Icons.FINGERPRINT)], wrap=True))
    else:
        parts += [
            field(ui, say("protection.passphrase"), form.passphrase,
                  lambda words: change(passphrase=words), key="protection.passphrase", secret=True,
                  error=form.error or None, disabled=form.busy, autofocus=True, on_submit=on_go),
            *([progress(ui, say("protection.working"), None, key="protection.progress")]
              if form.busy else []),
            ft.Row(
                [outlined(ui, say("protection.turn_on"), on_go, key="protection.go",
                          disabled=form.busy),
                 quiet(ui, say("protection.leave"), lambda: change(open=False, passphrase=""),
                       key="protection.leave", disabled=form.busy)],
                wrap=True, spacing=8, run_spacing=8,
            ),
        ]
    if form.error and not form.open:
        parts.append(note_line(ui, form.error, error=True, key="protection.error"))
    return ft.Column(parts, spacing=8, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


@component
def ProtectionSection() -> ft.Control:
    """What protects this tablet; says that it is looking while the system is asked."""
    ui = use_ui()
    tablet = use_tablet()
    access = tablet.open.access
    form, set_form, newest = use_newest(ProtectionForm())
    found = use_query(access.protection, (form.turn,))

    def change(**changes: Any) -> None:
        set_form(lambda now: replace(now, error="", **changes))

    def tell(problem: AppError) -> None:
        words = (
            ui.say("settings.pass.old_wrong")
            if isinstance(problem, WrongPassphrase)
            else words_for(ui, problem)
        )
        set_form(lambda now: replace(now, error=words, busy=False))

    async def go() -> None:
        form = newest()
        if form.busy:
            return
        if not form.passphrase:
            set_form(lambda now: replace(now, error=ui.say("settings.pass.old_missing")))
            return
        change(busy=True)
        await access.turn_on(form.passphrase)
        set_form(lambda now: ProtectionForm(turn=now.turn + 1))

    async def off() -> None:
        await access.turn_off()
        set_form(lambda now: ProtectionForm(turn=now.turn + 1))

    return protection_part(
        ui,
        found.value or Protection(False, False, False),
        form,
        access.failed_tries,
        change=change,
        on_go=guarded(go, tell),
        on_off=guarded(off, tell),
    ) if found.value is not None else progress(
        ui, ui.say("protection.looking"), None, key="protection.looking"
    )
