"""Which dialog of the editor is open, and what choosing in it does to the draft.

Owns the arithmetic of times: a day and a time of day, a length, a time it ended. Follows design
page 06, "Dialog": only signing asks before; all others simply take the choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import flet as ft

from app.views import dates
from app.views.screens.keeping.label_dialog import move_dialog
from app.views.screens.notes.clock_words import at_time, days_before, read_time
from app.views.screens.notes.counting import counts_dialog
from app.views.screens.notes.dialogs import (
    DAYS_BACK,
    length_dialog,
    links_dialog,
    people_dialog,
    readers_dialog,
    when_dialog,
)
from app.views.screens.notes.editor_look import EditorLook
from app.views.screens.notes.wording import kind_words, place_words
from app.views.widgets.chips import Choice, choose_sheet
from app.views.widgets.dialogs import confirm_dialog
from app.views.widgets.pressable import Act
from app.views.widgets.ui import Ui
from app.wraparound.labels import crosses
from app.wraparound.vocabulary import NOTE_KINDS, PLACES

_MINUTE_MS = 60_000


@dataclass(frozen=True)
class OpenDialog:
    """The dialog that is open ("" for none) and what has been typed in it so far."""

    name: str = ""
    days_ago: int = 0
    all_days: bool = False
    typed: str = ""
    error: str = ""


def opening(ui: Ui, name: str, look: EditorLook) -> OpenDialog:
    """The dialog as it opens, prefilled from the draft."""
    draft = look.draft
    at_ms = draft.started_at_ms or look.now_ms
    if name == "when":
        ago = days_before(at_ms, look.now_ms)
        return OpenDialog(name, ago, ago > 2, dates.time_of_day(ui.settings.language, at_ms, short=True))
    if name == "length" and draft.stopped_at_ms:
        return OpenDialog(name, typed=dates.time_of_day(
            ui.settings.language, draft.stopped_at_ms, short=True
        ))
    return OpenDialog(name)


def note_dialog(
    ui: Ui,
    look: EditorLook,
    now_open: OpenDialog,
    show: Callable[[OpenDialog], object],
    change: Callable[..., object],
    tick: Callable[[str, bool], object],
    on_new_person: Act,
    on_sign: Act,
) -> ft.AlertDialog | None:
    """The open dialog, for `ft.use_dialog`; None when none is open.

    show: opens another or, with an empty one, closes. change: takes fields of the draft.
    """

    def close() -> None:
        show(OpenDialog())

    def take(**values: Any) -> None:
        change(**values)
        close()

    draft = look.draft
    match now_open.name:
        case "kind":
            return choose_sheet(
                ui,
                ui.say("note.kind_title"),
                _kinds(ui, look),
                draft.kind,
                lambda kind: take(kind=kind, made=kind != "attempt"),
                close,
                key="note.kind",
            )
        case "where":
            return choose_sheet(
                ui,
                ui.say("note.where"),
                [Choice(one, place_words(ui, one)) for one in PLACES],
                draft.place,
                lambda place: take(place=place),
                close,
                key="note.where",
            )
        case "counts" if look.counted is not None:
            return counts_dialog(ui, look.counted, change, close)
        case "readers":

            def choose(label: str) -> None:
                # A saved note goes to other readers, and that is said first; a new one has none yet.
                if draft.based_on_saved and crosses(draft.label, label):
                    show(OpenDialog("move", typed=label))
                else:
                    take(label=label)

            return readers_dialog(ui, look.labels, draft.label, choose, close)
        case "move":
            return move_dialog(ui, now_open.typed, lambda: take(label=now_open.typed), close)
        case "people":
            return people_dialog(
                ui, look.people, look.there, tick, lambda: _then(close, on_new_person), close
            )
        case "links":

            def link(record: str, on: bool) -> None:
                about = [one for one in look.about if one != record] + ([record] if on else [])
                change(concerns=",".join(about))

            return links_dialog(ui, look.subjects, look.about, link, close)
        case "when":
            return _when(ui, look, now_open, show, take, close)
        case "length":
            return _length(ui, look, now_open, show, take, close)
        case "sign":

            return confirm_dialog(
                ui,
                ui.say("note.sign_title"),
                ui.say("note.sign_means"),
                key="note.sign_dialog",
                act=ui.say("note.sign"),
                on_act=lambda: _then(close, on_sign),
                keep=ui.say("note.sign_not_yet"),
                on_keep=close,
            )
        case _:
            return None


def _kinds(ui: Ui, look: EditorLook) -> list[Choice]:
    """The kinds on offer; one that the note has and the agency offers no more stays."""
    offered = look.kinds or tuple((one, kind_words(ui, one)) for one in NOTE_KINDS)
    kind = look.draft.kind
    more = [] if kind in dict(offered) else [(kind, kind_words(ui, kind))]
    return [Choice(code, words) for code, words in (*offered, *more)]


def _then(close: Act, act: Act) -> None:
    close()
    act()


def _when(
    ui: Ui,
    look: EditorLook,
    form: OpenDialog,
    show: Callable[[OpenDialog], object],
    take: Callable[..., object],
    close: Act,
) -> ft.AlertDialog:
    today = dates.local(look.now_ms).date()
    offered = sorted({*range(DAYS_BACK), form.days_ago})
    days = [
        Choice(
            str(ago),
            dates.begin(dates.day(ui.settings.language, today - timedelta(days=ago), today)),
        )
        for ago in offered
        if ago >= 0
    ]

    def done() -> None:
        at = read_time(form.typed)
        if at is None:
            show(replace(form, error=ui.say("note.bad_time")))
            return
        day = datetime.combine(today - timedelta(days=form.days_ago), datetime.min.time())
        started = at_time(day, *at)
        if started > look.now_ms + 5 * _MINUTE_MS:
            show(replace(form, error=ui.say("note.in_future")))
            return
        draft = look.draft
        moved: dict[str, int] = {"started_at_ms": started}
        if draft.stopped_at_ms and draft.started_at_ms:
            moved["stopped_at_ms"] = draft.stopped_at_ms + started - draft.started_at_ms
        take(**moved)

    return when_dialog(
        ui,
        days=days,
        day=str(form.days_ago),
        all_days=form.all_days,
        time=form.typed,
        error=form.error,
        on_day=lambda ago: show(replace(form, days_ago=int(ago), error="")),
        on_more=lambda: show(replace(form, all_days=True)),
        on_time=lambda typed: show(replace(form, typed=typed, error="")),
        on_done=done,
        on_close=close,
    )


def _length(
    ui: Ui,
    look: EditorLook,
    form: OpenDialog,
    show: Callable[[OpenDialog], object],
    take: Callable[..., object],
    close: Act,
) -> ft.AlertDialog:
    draft = look.draft
    started = draft.started_at_ms or look.now_ms

    def choose(minutes: int) -> None:
        take(started_at_ms=started, stopped_at_ms=started + minutes * _MINUTE_MS)

    def done() -> None:
        at = read_time(form.typed)
        if at is None:
            show(replace(form, error=ui.say("note.bad_time")))
            return
        stopped = at_time(dates.local(started), *at)
        if stopped < started:
            show(replace(form, error=ui.say("note.ended_before")))
            return
        take(started_at_ms=started, stopped_at_ms=stopped)

    chosen = (draft.stopped_at_ms - started) // _MINUTE_MS if draft.stopped_at_ms else 0
    return length_dialog(
        ui,
        chosen=chosen,
        ended=form.typed,
        error=form.error,
        on_length=choose,
        on_ended=lambda typed: show(replace(form, typed=typed, error="")),
        on_done=done,
        on_close=close,
    )
