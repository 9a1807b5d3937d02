"""A message that has left: what was asked, by when an answer is wanted, and what came back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import flet as ft

from app.errors import AppError, InvalidInput
from app.services.permissions import allows
from app.services.provider_message_views import Answer, MessageView
from app.views import dates
from app.views.error_words import words_for
from app.views.half import use_half
from app.views.hooks import use_nav, use_tablet
from app.views.newest import use_newest
from app.views.place import Place
from app.views.screens.messages.listing import due_words
from app.views.screens.more.frame import frame
from app.views.screens.more.places import iso_day
from app.views.screens.more.record_form import restored_notice
from app.views.theme.tokens import Space
from app.views.widgets.boundary import component
from app.views.widgets.buttons import filled, outlined
from app.views.widgets.day_picker import read_day
from app.views.widgets.fields import field, note_line
from app.views.widgets.guarded import guarded
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.provider_form import ANSWERED, ASKED

_FIELDS = (*ANSWERED, "answered_by", "answered_on")


@component
def SentMessage(place: Place, view: MessageView) -> ft.Control:
    """One message. place.detail: what came of saving its paper just now, "" otherwise."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    start: tuple[Answer, dict[str, str]] | None = None
    form, set_form, newest = use_newest(start)
    restored, set_restored = ft.use_state(False)
    half = use_half(f"answer.{view.message_id}", Answer)
    open_still = view.status in ("sent", "answered")
    messages = tablet.open.messages
    today = dates.local(tablet.open.desk.now_ms()).date()

    async def load() -> None:
        kept = await half.kept()
        if kept is not None and open_still:
            set_form((kept, {}))
            set_restored(True)

    ft.use_effect(guarded(load, lambda _error: None), [view.message_id])

    def tell(error: AppError) -> None:
        now = newest()
        where = error.field if isinstance(error, InvalidInput) else ""
        said = {where if where in _FIELDS else "": words_for(ui, error)}
        set_form((now[0] if now else Answer(), said))

    def write(name: str, words: str) -> None:
        now = newest()
        if now is not None:
            answer = replace(now[0], **{name: words})
            set_form((answer, {}))
            half.later(answer)

    async def keep() -> None:
        now = newest()
        if now is None:
            return
        typed = now[0].answered_on.strip()
        day = read_day(ui.language, typed, today) if typed else today
        await messages.answered(
            view.message_id, replace(now[0], answered_on=day.isoformat() if day else typed)
        )
        await fresh()

    async def fresh() -> None:
        await half.drop()
        set_restored(False)
        set_form(None)

    async def close() -> None:
        await messages.close(view.message_id)

    def begin() -> None:
        known = {name: getattr(view, name) for name in (*ANSWERED, "answered_by")}
        set_form((Answer(**known), {}))

    parts: list[ft.Control] = []
    if place.detail in ("made", "not_saved", "no_save"):
        parts.append(fact_line(ui, ft.Icons.OUTBOX_OUTLINED, ui.say(f"message.{place.detail}"),
                               key="message.done"))  # fmt: skip
    parts += [_standing(ui, view, today), *_theirs(ui, view, today)]
    may = allows(tablet.open.desk.me, "message.write")
    if form is not None:
        if restored:
            parts.append(restored_notice(ui, guarded(fresh, tell), key="message"))
        parts += _answering(ui, form[0], form[1], write)
    parts.append(_ours(ui, view))
    acts: list[ft.Control] = []
    narrow = ui.layout.narrow
    if may and form is not None:
        acts = [filled(ui, ui.say("message.keep_answer"), guarded(keep, tell), key="message.keep_answer",
                       symbol=ft.Icons.CHECK, fill=narrow)]  # fmt: skip
    elif may and open_still:
        first = ui.say("message.theirs" if view.waiting else "message.more_answer")
        last = ui.say("message.close" if view.waiting else "message.close_done")
        acts = [
            filled(ui, first, begin, key="message.answer", symbol=ft.Icons.MARK_EMAIL_READ_OUTLINED,
                   fill=narrow),
            outlined(ui, last, guarded(close, tell), key="message.close", fill=narrow),
        ]
    foot: ft.Control | None = None
    if acts and narrow:
        foot = ft.Column(
            acts, spacing=Space.S, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        )
    elif acts:
        foot = ft.Row(acts, wrap=True, spacing=Space.M, run_spacing=Space.S)
    title = ui.say("message.title", name=view.to_name)
    return frame(
        ui, nav, place.family_id, title, parts, key="message", line=view.to_organisation or None, foot=foot,
        sticky=True,
    )  # fmt: skip


def _standing(ui: Ui, view: MessageView, today: Any) -> ft.Control:
    day = iso_day(ui, view.sent_on, today)
    when = due_words(ui, view, today) if view.waiting else ""
    words = ui.say("message.sent", day=day, when=when) if when else ui.say("message.sent_plain", day=day)
    status = ui.say(f"practice.message.{view.status}")
    return ft.Column(
        [text(ui, status, ui.type.h3), text(ui, words, ui.type.body, SOFT)], spacing=2, tight=True,
        key="message.standing",
    )  # fmt: skip


def _theirs(ui: Ui, view: MessageView, today: Any) -> list[ft.Control]:
    said = [(name, getattr(view, name)) for name in ANSWERED if getattr(view, name).strip()]
    if not said:
        return []
    day = iso_day(ui, view.answered_on, today)
    who = ui.say("message.answered_line", name=view.answered_by, day=day)
    lines: list[ft.Control] = [
        section_header(ui, ui.say("message.theirs")),
        text(ui, who, ui.type.body, SOFT),
        *(_said(ui, name, words) for name, words in said),
    ]
    column = ft.Column(
        lines, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    return [sheet(column, key="message.came_back")]


def _ours(ui: Ui, view: MessageView) -> ft.Control:
    rows = [("about_id", view.about), *((name, getattr(view, name)) for name in ASKED)]
    lines: list[ft.Control] = [section_header(ui, ui.say("message.ours"))]
    lines += [_said(ui, name, words) for name, words in rows if words.strip()]
    if view.by:
        lines.append(text(ui, ui.say("message.by", name=view.by), ui.type.body, SOFT))
    return ft.Column(lines, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _said(ui: Ui, name: str, words: str) -> ft.Control:
    return ft.Column(
        [text(ui, ui.say(f"message.{name}"), ui.type.label, SOFT), text(ui, words, ui.type.body_l)],
        spacing=2, tight=True,
    )  # fmt: skip


def _answering(ui: Ui, answer: Answer, errors: dict[str, str], write: Any) -> list[ft.Control]:
    def line(name: str) -> ft.Control:
        return field(
            ui, ui.say(f"message.{name}"), getattr(answer, name), lambda typed: write(name, typed),
            key=f"message.{name}", lines=3 if name == "answer" else 2 if name in ANSWERED else 1,
            error=errors.get(name) or None,
            help=ui.say("details.day_help") if name == "answered_on" else None,
        )  # fmt: skip

    parts = [line(name) for name in _FIELDS]
    if errors.get(""):
        parts.append(note_line(ui, errors[""], error=True, key="message.problem"))
    return parts
