"""Messages with clinics of one family: what waits for an answer first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import flet as ft

from app.services.permissions import allows
from app.services.provider_message_views import MessageView
from app.views import dates
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import frame, waiting
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled
from app.views.widgets.pressable import bind
from app.views.widgets.rows import Column, list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.provider_form import days_left

TYPES = frozenset({"provider_message", "person"})
_MARK = 26
_DUE = 220
_SYMBOLS = {
    "draft": ft.Icons.EDIT_OUTLINED, "sent": ft.Icons.HOURGLASS_EMPTY,
    "answered": ft.Icons.MARK_EMAIL_READ_OUTLINED, "closed": ft.Icons.CHECK_CIRCLE_OUTLINED,
}  # fmt: skip


@component
def MessagesPlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    family_id = place.family_id
    today = dates.local(tablet.open.desk.now_ms()).date()
    answer = use_query(
        lambda: tablet.open.messages.all(family_id), (family_id, tries), types=TYPES, family_id=family_id
    )
    title = ui.say("messages.title")

    def opened(record: str = "") -> None:
        nav.go(Place("message", family_id, record_id=record))

    if answer.value is None:
        part = waiting(ui, answer, "messages", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, family_id, title, [part], key="messages")
    may = allows(tablet.open.desk.me, "message.write")
    new = ui.say("messages.new")
    if not answer.value:
        empty = empty_state(
            ui, ui.say("messages.none"), ui.say("messages.teach"), key="messages.new",
            act=new if may else None, on_act=lambda: opened(),
        )  # fmt: skip
        return frame(ui, nav, family_id, title, [empty], key="messages")
    waits = [one for one in answer.value if one.waiting]
    others = [one for one in answer.value if not one.waiting]
    parts: list[ft.Control] = [text(ui, ui.say("messages.line"), ui.type.body, SOFT)]
    for name, found in (("waiting", waits), ("others", others)):
        if found:
            rows = [_row(ui, one, today, bind(opened, one.message_id)) for one in found]
            head = section_header(ui, ui.say(f"messages.{name}"))
            parts.append(
                ft.Column([head, *rows], spacing=2, tight=True,
                          horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
            )  # fmt: skip
    foot = None
    if may:
        write = filled(ui, new, lambda: opened(), key="messages.new", symbol=ft.Icons.EDIT_OUTLINED,
                       expand=ui.layout.narrow or None)  # fmt: skip
        foot = ft.Row([write])
    return frame(ui, nav, family_id, title, parts, key="messages", foot=foot, spacing=Space.L)


def due_words(ui: Ui, one: MessageView, today: date) -> str:
    """When an answer is wanted, in words; empty when none is, or no day was said."""
    left = days_left(one.due_on, today)
    return "" if left is None else dates.days_left(ui.language, left)


def _row(ui: Ui, one: MessageView, today: date, on_open: Callable[[], object]) -> ft.Control:
    status = ui.say(f"practice.message.{one.status}")
    line = ui.say("messages.row" if one.about else "messages.row_plain", status=status, name=one.about)
    left = days_left(one.due_on, today) if one.waiting else None
    late = left is not None and left < 0
    columns: tuple[Column, ...] = ()
    if left is not None:
        words = ui.say("messages.due", when=due_words(ui, one, today))
        columns = (Column(text(ui, words, ui.type.strong, ft.Colors.ERROR if late else SOFT), _DUE),)
    return list_row(
        ui, ", ".join(part for part in (one.to_name, one.to_organisation) if part), on_open,
        key=f"messages.row.{one.message_id}",
        lead=icon(ui, _SYMBOLS.get(one.status, ft.Icons.MAIL_OUTLINE), _MARK,
                  ft.Colors.ERROR if late else SOFT),
        lead_size=_MARK, line=line, columns=columns, chevron=True, tall=64,
    )  # fmt: skip
