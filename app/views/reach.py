"""Reaching somebody: the marks that go with a number, and calls and texts that obey them.

Owns the one way in which worker screens offer a number. A call or text that is not allowed is
refused with the reason and what to use instead; one with a caution says it first; a marked number
stands behind a question. Never used on a screen that a family sees (design 02, ContactSafety).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import flet as ft

from app.errors import AppError
from app.services.contacts_views import ContactView, Way
from app.views.calling import use_call
from app.views.error_words import words_for
from app.views.hooks import use_tablet
from app.views.theme.tokens import Radius
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.guarded import guarded
from app.views.widgets.pressable import Act
from app.views.widgets.text import icon, text
from app.views.widgets.ui import Ui, use_ui

SYMBOLS = {
    "no_contact": ft.Icons.DO_NOT_DISTURB_ON_OUTLINED,
    "no_call": ft.Icons.PHONE_DISABLED_OUTLINED,
    "no_text": ft.Icons.SPEAKER_NOTES_OFF_OUTLINED,
    "no_message": ft.Icons.VOICEMAIL_OUTLINED,
    "no_agency": ft.Icons.VISIBILITY_OFF_OUTLINED,
    "protected_address": ft.Icons.LOCATION_OFF_OUTLINED,
}
GRAVE = frozenset({"no_contact", "no_call"})
"""Marks under which nobody calls: on the error tint."""


@dataclass(frozen=True)
class _Asking:
    """What is being asked. step: "", "refused", "caution", "number", "failed"."""

    step: str = ""
    name: str = ""
    phone: str = ""
    way: Way = "call"
    contact: ContactView = ContactView("")
    problem: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Reach:
    """What a screen can do with a number.

    call, text: (name, phone, contact). call_about: (family id, whom it is about, name, phone), for a
    screen that has not read the marks; it reads them before anything is dialled.
    """

    call: Callable[[str, str, ContactView], None]
    text: Callable[[str, str, ContactView], None]
    call_about: Callable[[str, str, str, str], None]


def use_reach() -> Reach:
    """Hook: ways to reach people; it shows its own questions. Call it once in a component."""
    ui = use_ui()
    page = ft.context.page
    tablet = use_tablet()
    dial, write = use_call()
    asking, ask = ft.use_state(_Asking())

    def go(one: _Asking) -> None:
        (dial if one.way == "call" else write)(one.phone)

    def start(way: Way, name: str, phone: str, contact: ContactView) -> None:
        one = _Asking("", name, phone, way, contact)
        if contact.refuses(way):
            ask(replace(one, step="refused"))
        elif contact.cautions:
            ask(replace(one, step="caution"))
        else:
            go(one)

    def call_about(family_id: str, about_id: str, name: str, phone: str) -> None:
        async def look() -> None:
            start("call", name, phone, await tablet.open.contacts.about(family_id, about_id))

        def tell(error: AppError) -> None:
            # Without the marks nobody knows whether a call is safe: so there is none.
            ask(_Asking("failed", name, problem=words_for(ui, error)))

        page.run_task(guarded(look, tell))

    def close() -> None:
        ask(_Asking())

    def on() -> None:
        close()
        go(asking)

    ft.use_dialog(_dialog(ui, asking, close, on, lambda: ask(replace(asking, shown=True))))
    return Reach(
        lambda name, phone, contact: start("call", name, phone, contact),
        lambda name, phone, contact: start("text", name, phone, contact),
        call_about,
    )


def _dialog(
    ui: Ui, asking: _Asking, close: Act, on: Act, show: Act
) -> ft.AlertDialog | None:
    if asking.step == "failed":
        return _box(ui, ui.say("reach.failed", name=asking.name),
                    [text(ui, asking.problem)], [outlined(ui, ui.say("people.close"), close,
                                                          key="reach.close")], close)  # fmt: skip
    if asking.step == "caution":
        return _box(
            ui,
            ui.say(f"reach.before_{asking.way}", name=asking.name),
            [mark_list(ui, asking.contact, asking.contact.cautions), *_why(ui, asking.contact)],
            [
                outlined(ui, ui.say("reach.not_now"), close, key="reach.close"),
                filled(ui, ui.say(f"reach.{asking.way}"), on, key="reach.act", main=False,
                       symbol=ft.Icons.CALL_OUTLINED if asking.way == "call" else ft.Icons.SMS_OUTLINED),
            ],
            close,
        )  # fmt: skip
    if asking.step == "refused":
        parts = [mark_list(ui, asking.contact), *_why(ui, asking.contact)]
        if asking.shown:
            parts.append(text(ui, asking.phone, ui.type.h3))
        acts = [outlined(ui, ui.say("people.close"), close, key="reach.close")]
        if not asking.shown:
            acts.append(outlined(ui, ui.say("people.show_number"), show, key="reach.show"))
        return _box(ui, ui.say(f"reach.refused_{asking.way}", name=asking.name), parts, acts, close)
    return None


def _box(
    ui: Ui, title: str, parts: list[ft.Control], acts: list[ft.Control], close: Act
) -> ft.AlertDialog:
    return ft.AlertDialog(
        # No key: Flet takes a dialog for the one before it with the same key, if that still closes.
        title=text(ui, title, ui.type.h2, heading=1),
        content=ft.Container(
            ft.Column(parts, spacing=14, tight=True),
            width=min(480 * ui.scale, ui.layout.width - 80),
        ),
        actions=[
            ft.Row(acts, wrap=True, spacing=12, run_spacing=10, alignment=ft.MainAxisAlignment.END)
        ],
        on_dismiss=close,
        scrollable=True,
    )


def _why(ui: Ui, contact: ContactView) -> list[ft.Control]:
    parts: list[ft.Control] = []
    if contact.why:
        parts.append(text(ui, contact.why, ui.type.body))
    elif contact.do_not_contact:
        parts.append(text(ui, ui.say("people.no_reason"), ui.type.body))
    if contact.substitute:
        parts.append(
            text(ui, ui.say("reach.instead", substitute=contact.substitute), ui.type.strong)
        )
    return parts


def mark_words(ui: Ui, code: str) -> str:
    """One mark: "Do not leave a message"."""
    return ui.say(f"reach.mark.{code}")


def mark_pills(ui: Ui, contact: ContactView) -> ft.Control:
    """The marks in a row of a list: icon and words on the error's tint, so that nobody misses them."""
    ink = ft.Colors.ON_ERROR_CONTAINER
    return ft.Row(
        [
            ft.Container(
                ft.Row(
                    [
                        icon(ui, SYMBOLS[code], 20, ink),
                        text(ui, mark_words(ui, code), ui.type.chip, ink, loose=True),
                    ],
                    spacing=8,
                    tight=True,
                ),
                padding=ft.Padding.symmetric(horizontal=12, vertical=6),
                bgcolor=ft.Colors.ERROR_CONTAINER,
                border_radius=Radius.FIELD,
            )
            for code in contact.marks
        ],
        wrap=True,
        spacing=6,
        run_spacing=6,
    )


def mark_list(
    ui: Ui, contact: ContactView, codes: tuple[str, ...] | None = None
) -> ft.Control:
    """The marks, each with its icon and words; the grave ones in the error's ink."""
    rows: list[ft.Control] = []
    for code in contact.marks if codes is None else codes:
        ink = ft.Colors.ERROR if code in GRAVE else ft.Colors.ON_SURFACE
        rows.append(
            ft.Row(
                [
                    icon(ui, SYMBOLS[code], 22, ink),
                    text(ui, mark_words(ui, code), ui.type.strong, ink, expand=True),
                ],
                spacing=10,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
    return ft.Column(rows, spacing=8, tight=True)


def number_question(
    ui: Ui, name: str, contact: ContactView, on_show: Act, on_keep: Act, *, key: str
) -> ft.AlertDialog:
    """Asks before a marked number is shown: "This number is marked … Show it anyway?"."""
    marks = ", ".join(mark_words(ui, one) for one in contact.marks)
    why = contact.why or (ui.say("people.no_reason") if contact.do_not_contact else "")
    instead = ui.say("reach.instead", substitute=contact.substitute) if contact.substitute else ""
    means = ui.say("reach.marked", marks=marks)
    return confirm_dialog(
        ui,
        ui.say("people.number_title", name=name),
        "\n\n".join(part for part in (means, why, instead) if part),
        key=key,
        act=ui.say("people.show_number"),
        on_act=on_show,
        keep=ui.say("people.keep_hidden"),
        on_keep=on_keep,
    )
