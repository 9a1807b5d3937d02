"""A safety report as it is typed: days and times in words instead of instants. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from app.errors import InvalidInput
from app.services.safety_reports import Countdown, SafetyDraft
from app.views import dates
from app.views.screens.notes.clock_words import at_time, read_time
from app.views.widgets.ui import Ui

INSTANTS: Final = {
    "suspected": "suspected_at_ms", "oral": "oral_at_ms", "written": "written_at_ms",
    "told": "supervisor_told_at_ms",
}  # fmt: skip
"""Stem of the two fields → the instant they stand for."""
DAYS: Final = tuple(f"{stem}_on" for stem in INSTANTS)
_MINUTE_MS: Final = 60_000
_HOUR: Final = 60


@dataclass(frozen=True)
class SafetyTyped:
    """The form as typed. …_on: ISO days while it is read and kept, words in the field. …_time: words."""

    family_id: str
    report_id: str = ""
    person_id: str = ""
    kind: str = ""
    about: str = ""
    suspected_on: str = ""
    suspected_time: str = ""
    oral_on: str = ""
    oral_time: str = ""
    oral_to: str = ""
    reference: str = ""
    written_on: str = ""
    written_time: str = ""
    written_how: str = ""
    supervisor_id: str = ""
    told_on: str = ""
    told_time: str = ""
    not_made_why: str = ""
    note: str = ""
    shown: SafetyTyped | None = None


_SAME: Final = tuple(
    one.name for one in fields(SafetyDraft)
    if one.name not in (*INSTANTS.values(), "shown")
)  # fmt: skip


def typed_of(ui: Ui, draft: SafetyDraft) -> SafetyTyped:
    """A draft as it stands in the fields."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in _SAME}
    for stem, name in INSTANTS.items():
        at_ms = getattr(draft, name)
        if at_ms:
            values[f"{stem}_on"] = dates.local(at_ms).date().isoformat()
            values[f"{stem}_time"] = dates.time_of_day(ui.language, at_ms, short=True)
    shown = typed_of(ui, draft.shown) if draft.shown is not None else None
    return SafetyTyped(**values, shown=shown)


def draft_of(ui: Ui, typed: SafetyTyped) -> SafetyDraft:
    """What was typed as a draft. Raises InvalidInput naming the field of a time that is none."""
    values: dict[str, Any] = {name: getattr(typed, name) for name in _SAME}
    for stem, name in INSTANTS.items():
        values[name] = _instant(ui, stem, getattr(typed, f"{stem}_on"), getattr(typed, f"{stem}_time"))
    shown = draft_of(ui, typed.shown) if typed.shown is not None else None
    return SafetyDraft(**values, shown=shown)


def field_of(name: str) -> str:
    """The field of the form that stands for a field of the draft."""
    return next((f"{stem}_on" for stem, instant in INSTANTS.items() if instant == name), name)


def _instant(ui: Ui, stem: str, day: str, time: str) -> int:
    if not day.strip() and not time.strip():
        return 0
    if not day.strip():
        raise InvalidInput(ui.say("safety_form.bad_day"), field=f"{stem}_on")
    found = read_time(time)
    if found is None:
        raise InvalidInput(ui.say("safety_form.bad_time"), field=f"{stem}_time")
    return at_time(datetime.combine(date.fromisoformat(day), datetime.min.time()), *found)


def left_words(ui: Ui, one: Countdown, now_ms: int) -> str:
    """How long is left: "in 3 h 20 min", "1 h 5 min over"."""
    left = one.left_ms(now_ms)
    minutes = abs(left) // _MINUTE_MS
    hours, rest = divmod(minutes, _HOUR)
    way = "left" if left >= 0 else "over"
    key = f"safety.{way}_hours" if hours else f"safety.{way}_minutes"
    return ui.say(key, hours=hours, minutes=rest)


def countdown_words(ui: Ui, one: Countdown, now_ms: int) -> str:
    """One report in words: by when, or when it was made, and whether that was late."""
    if not one.done_ms:
        return ui.say(f"safety.{one.part}_due", left=left_words(ui, one, now_ms))
    words = ui.say(f"safety.{one.part}_done", moment=dates.moment(ui.language, one.done_ms, now_ms))
    return ui.say("safety.late", words=words) if one.left_ms(now_ms) < 0 else words
