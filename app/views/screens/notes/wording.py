"""How notes are said: kinds, places, lengths, who was there, and the badges of a row.

Pure functions of `Ui` and frozen values. Codes without words of their own (an agency's own
places) are shown as they are. Follows design page 06, "Words".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flet as ft

from app.services.cosign_reading import Round
from app.services.notes import NoteView
from app.views import dates
from app.views.widgets.ui import Ui
from app.wraparound.labels import is_restricted
from app.wraparound.vocabulary import LABELS, NOTE_KINDS, PLACES

_MINUTE = 60_000
_HOUR = 60
_PREVIEW = 220

KIND_ICONS = {
    "home_visit": ft.Icons.HOME_OUTLINED,
    "phone": ft.Icons.CALL_OUTLINED,
    "text": ft.Icons.CHAT_BUBBLE_OUTLINE,
    "school": ft.Icons.SCHOOL_OUTLINED,
    "collateral": ft.Icons.GROUPS_OUTLINED,
    "team_meeting": ft.Icons.TABLE_RESTAURANT_OUTLINED,
    "crisis": ft.Icons.SUPPORT_OUTLINED,
    "supervision": ft.Icons.PSYCHOLOGY_ALT_OUTLINED,
    "attempt": ft.Icons.DOOR_FRONT_DOOR_OUTLINED,
}
PLACE_ICONS = {
    "home": ft.Icons.HOME_OUTLINED,
    "school": ft.Icons.SCHOOL_OUTLINED,
    "office": ft.Icons.MEETING_ROOM_OUTLINED,
    "phone": ft.Icons.CALL_OUTLINED,
    "video": ft.Icons.VIDEOCAM_OUTLINED,
    "community": ft.Icons.PARK_OUTLINED,
    "court": ft.Icons.GAVEL_OUTLINED,
    "hospital": ft.Icons.LOCAL_HOSPITAL_OUTLINED,
}


def kind_words(ui: Ui, kind: str) -> str:
    """The kind of a note: "Home visit"."""
    return ui.say(f"note.kind.{kind}") if kind in NOTE_KINDS else kind


def kind_icon(kind: str) -> ft.IconData:
    """The icon that stands beside the kind's words."""
    return KIND_ICONS.get(kind, ft.Icons.DESCRIPTION_OUTLINED)


def place_words(ui: Ui, place: str) -> str:
    """Where it was: "At home"; an agency's own place as it is."""
    if not place:
        return ui.say("note.not_told")
    return ui.say(f"note.place.{place}") if place in PLACES else place


def place_icon(place: str) -> ft.IconData:
    """The icon beside the place."""
    return PLACE_ICONS.get(place, ft.Icons.PLACE_OUTLINED)


def label_words(ui: Ui, label: str) -> str:
    """Who may read it: "General"."""
    return ui.say(f"note.label.{label}") if label in LABELS else label


def label_icon(label: str) -> ft.IconData:
    """A closed lock for what only some of the team may read."""
    return ft.Icons.LOCK_OUTLINE if is_restricted(label) else ft.Icons.LOCK_OPEN_OUTLINED


def minutes_words(ui: Ui, minutes: int) -> str:
    """A length: "50 minutes", "1 hour", "1 hour 15 minutes"."""
    hours, rest = divmod(max(minutes, 0), _HOUR)
    if not hours:
        return ui.say("note.minute" if rest == 1 else "note.minutes", count=rest)
    whole = ui.say("note.hour" if hours == 1 else "note.hours", count=hours)
    return whole if not rest else f"{whole} {ui.say('note.minutes', count=rest)}"


def length_words(ui: Ui, started_at_ms: int, stopped_at_ms: int) -> str:
    """How long it took, or that it was not told."""
    if not started_at_ms or not stopped_at_ms:
        return ui.say("note.not_told")
    return minutes_words(ui, (stopped_at_ms - started_at_ms) // _MINUTE)


def when_words(ui: Ui, at_ms: int, now_ms: int) -> str:
    """Day and time at the beginning of a cell: "Today, 10:05 am"."""
    if not at_ms:
        return ui.say("note.not_told")
    return dates.begin(dates.moment(ui.settings.language, at_ms, now_ms, short=True))


def names_joined(ui: Ui, names: Sequence[str]) -> str:
    """Names in one phrase: "Nia, Rosa and Uncle Teo"."""
    if len(names) < 2:
        return "".join(names)
    return ui.say("note.and", first=", ".join(names[:-1]), last=names[-1])


def byline(author: str, title: str) -> str:
    """The author with the title held when it was written."""
    return ", ".join(part for part in (author, title) if part)


def preview(body: str) -> str:
    """The beginning of a note in one paragraph, for a row that shows two lines of it."""
    flat = " ".join(body[: 2 * _PREVIEW].split())
    if len(flat) <= _PREVIEW:
        return flat
    return flat[:_PREVIEW].rsplit(" ", 1)[0] + " …"


_CO_SIGN = {
    "co_signed": (ft.Icons.VERIFIED_OUTLINED, ft.Colors.TERTIARY),
    "added_since": (ft.Icons.VERIFIED_OUTLINED, ft.Colors.ON_SURFACE_VARIANT),
    "returned": (ft.Icons.REPLY, ft.Colors.PRIMARY),
    "answered": (ft.Icons.MARK_CHAT_READ_OUTLINED, ft.Colors.ON_SURFACE_VARIANT),
}
"""Icon and colour of what a supervisor said of a note, by its standing."""


@dataclass(frozen=True)
class Badge:
    """One state of a note in words with its icon."""

    code: str
    words: str
    symbol: ft.IconData
    color: ft.ColorValue = ft.Colors.ON_SURFACE_VARIANT


def badges(ui: Ui, view: NoteView, now_ms: int) -> tuple[Badge, ...]:
    """What a reader must know of a note before opening it. now_ms: the present, UTC milliseconds."""
    found: list[Badge] = []
    if view.has_conflict:
        found.append(
            Badge("conflict", ui.say("sync.conflict"), ft.Icons.CALL_SPLIT, ft.Colors.PRIMARY)
        )
    if view.restricted:
        words = ui.say("label.locked", label=label_words(ui, view.label))
        found.append(Badge("restricted", words, ft.Icons.LOCK_PERSON_OUTLINED))
    if view.came_back:
        found.append(Badge("back", ui.say("note.came_back_short"), ft.Icons.UNDO))
    supervised = co_sign_badge(ui, view, now_ms)
    if supervised is not None:
        found.append(supervised)
    elif view.signed_at_ms:
        found.append(
            Badge("signed", ui.say("note.signed"), ft.Icons.LOCK_OUTLINE, ft.Colors.TERTIARY)
        )
    else:
        found.append(Badge("draft", ui.say("note.draft"), ft.Icons.EDIT_NOTE))
    if view.late_entry:
        found.append(Badge("late", ui.say("note.late_entry"), ft.Icons.HISTORY))
    if view.sync_state != "on_server":
        found.append(Badge("unsent", ui.say("sync.not_on_server"), ft.Icons.CLOUD_OUTLINED))
    return tuple(found)


def co_sign_badge(ui: Ui, view: NoteView, now_ms: int) -> Badge | None:
    """What a supervisor said of a note, in a few words; None where nobody has said anything."""
    standing, last = view.co_sign.standing, view.co_sign.last
    if last is None or standing not in _CO_SIGN:
        return None
    symbol, color = _CO_SIGN[standing]
    day = dates.plain_day(
        ui.language, dates.local(last.at_ms).date(), dates.local(now_ms).date(), short=True
    )
    name = last.by.split(" ")[0] or last.title
    return Badge(standing, ui.say(f"cosign.badge_{standing}", name=name, day=day), symbol, color)


def standing_words(ui: Ui, view: NoteView, now_ms: int) -> tuple[str, ft.IconData, ft.ColorValue] | None:
    """How a signed note stands with supervisors, in one line; None when nobody is asked."""
    standing, last = view.co_sign.standing, view.co_sign.last
    if not standing:
        return None
    if last is None:
        return ui.say("cosign.standing_waiting"), ft.Icons.HOURGLASS_EMPTY, ft.Colors.ON_SURFACE_VARIANT
    when = dates.moment(ui.language, last.at_ms, now_ms)
    symbol, color = _CO_SIGN[standing]
    return ui.say(f"cosign.standing_{standing}", name=last.by, when=when), symbol, color


def round_words(ui: Ui, one: Round, now_ms: int) -> str:
    """Who decided what, and when."""
    when = dates.moment(ui.language, one.at_ms, now_ms)
    return ui.say(f"cosign.round_{one.decision}", name=one.by, when=when)
