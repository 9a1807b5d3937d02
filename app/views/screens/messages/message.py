"""One message with a clinic: which of its two looks it has, and the way between them.

place.record_id: a message that was kept; empty for a new one.
"""

from __future__ import annotations

import flet as ft

from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.messages.sent import SentMessage
from app.views.screens.messages.writing import MessageForm
from app.views.screens.more.frame import frame, waiting
from app.views.widgets.boundary import component
from app.views.widgets.ui import use_ui


@component
def MessagePlace(place: Place) -> ft.Control:
    """Of place.family_id."""
    return KnownMessage(place) if place.record_id else MessageForm(place)


@component
def KnownMessage(place: Place) -> ft.Control:
    """A message that was kept: a draft is written on, one that has left is read."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)
    answer = use_query(
        lambda: tablet.open.messages.one(place.record_id), (place.record_id, tries),
        types=frozenset({"provider_message"}), family_id=place.family_id,
    )  # fmt: skip
    if answer.value is None:
        part = waiting(ui, answer, "message", lambda: set_tries(lambda now: now + 1))
        return frame(ui, nav, place.family_id, ui.say("messages.title"), [part], key="message")
    if answer.value.status == "draft":
        return MessageForm(place)
    return SentMessage(place, answer.value)
