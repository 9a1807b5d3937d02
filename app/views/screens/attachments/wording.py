"""What attachments are called and where their bytes are, in words. Pure."""

from __future__ import annotations

import flet as ft

from app.services.attachments import AttachmentState, AttachmentView
from app.views import dates
from app.views.widgets.ui import Ui

_KILO = 1000
_MEGA = 1_000_000

ICONS = {
    "only_here": ft.Icons.CLOUD_OUTLINED, "sending": ft.Icons.SYNC, "on_server": ft.Icons.CLOUD_DONE_OUTLINED,
    "refused": ft.Icons.WARNING_AMBER_OUTLINED, "not_here": ft.Icons.CLOUD_DOWNLOAD_OUTLINED,
}  # fmt: skip


def title_of(ui: Ui, view: AttachmentView) -> str:
    """The caption, or what it is."""
    return view.caption.strip() or ui.say(f"attachments.kind.{view.kind}")


def size_words(ui: Ui, size: int) -> str:
    """Bytes in words: "340 KB", "2.4 MB"."""
    if size < _MEGA:
        return ui.say("attachments.kilobytes", count=max(1, round(size / _KILO)))
    return ui.say("attachments.megabytes", count=f"{size / _MEGA:.1f}")


def state_words(ui: Ui, state: AttachmentState) -> str:
    """Where the bytes are, as far as is known."""
    if state.kind == "sending":
        return ui.say("attachments.state.sending", sent=state.sent, total=state.total)
    if state.kind == "refused":
        known = state.code in ("no_blob_space", "access_closed")
        return ui.say(f"attachments.refused.{state.code if known else 'other'}")
    return ui.say(f"attachments.state.{state.kind}")


def added_words(ui: Ui, view: AttachmentView, now_ms: int) -> str:
    """Who added it and when: "Maya Chen, today, 10:52 am"."""
    when = dates.moment(ui.language, view.added_at_ms, now_ms)
    return ui.say("attachments.added", name=view.by, when=when) if view.by else dates.begin(when)
