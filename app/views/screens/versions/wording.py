"""How a change is said: one whole sentence for each line of a diff, to be read aloud.

Pure functions of `Ui` and the values of wraparound/plan_changes.py. The sentence of a line is the
phrase `changes.<code>`; where the line knows who and when, the phrase that says so too.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import flet as ft

from app.services.versions import VersionView
from app.views import dates
from app.views.widgets.ui import Ui
from app.wraparound.plan_changes import Line, Phrase, Reading
from app.wraparound.vocabulary import CRISIS_SECTIONS, LIFE_DOMAINS, PRINCIPLES, codes

WITH_FACTS: Final = {
    "action_step.added": ("who", "day"),
    "action_step.done": ("who", "day"),
    "transition_item.done": ("who", "day"),
    "transition_item.added": ("who",),
    "crisis_item.added": ("who",),
}
"""Lines whose phrase comes in one form for each fact that may be known."""
_WORKERS_WHY: Final = ("need", "strategy")

_DONE = (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.TERTIARY)
_NEW = (ft.Icons.ADD_CIRCLE_OUTLINE, ft.Colors.TERTIARY)
_OFF = (ft.Icons.REMOVE_CIRCLE_OUTLINE, ft.Colors.ON_SURFACE_VARIANT)
_CHANGED = (ft.Icons.EDIT_OUTLINED, ft.Colors.PRIMARY)
_MEASURED = (ft.Icons.TIMELINE, ft.Colors.TERTIARY)
_BY_EVENT: Final = {
    "added": _NEW, "idea": (ft.Icons.LIGHTBULB_OUTLINE, ft.Colors.PRIMARY), "chosen": _NEW,
    "joined": (ft.Icons.PERSON_ADD_ALT_OUTLINED, ft.Colors.TERTIARY),
    "leading": (ft.Icons.STAR_OUTLINE, ft.Colors.TERTIARY),
    "left": (ft.Icons.PERSON_REMOVE_OUTLINED, ft.Colors.ON_SURFACE_VARIANT),
    "done": _DONE, "met": _DONE, "reached": _DONE,
    "removed": _OFF, "set_aside": _OFF, "dropped": _OFF, "not_chosen": _OFF, "cleared": _OFF,
    "moved": (ft.Icons.SWAP_VERT, ft.Colors.PRIMARY),
    "open_again": (ft.Icons.HISTORY, ft.Colors.PRIMARY),
    "not_done": (ft.Icons.HISTORY, ft.Colors.PRIMARY),
}  # fmt: skip


def symbol_of(line: Line) -> tuple[ft.IconData, ft.ColorValue]:
    """The icon before a line; it only repeats what the words say."""
    if line.code.startswith("rating.") or line.code.startswith("outcome.current."):
        return _MEASURED
    return _BY_EVENT.get(line.code.rsplit(".", 1)[-1], _CHANGED)


def sentence(ui: Ui, line: Line, reading: Reading, today: date) -> str:
    """The line in one sentence. today: the day on the wall, for the year of days."""
    key = line.code
    if key.endswith(".moved") and line.value == "words" and not line.old:
        key += "_plain"
    known = {"who": line.who, "day": line.on}
    key += "".join(f"_{fact}" for fact in WITH_FACTS.get(line.code, ()) if known[fact])
    return ui.say(
        f"changes.{key}",
        words=_said(ui, line.words, reading),
        old=_value(ui, line, line.old, reading, today),
        new=_value(ui, line, line.new, reading, today),
        who=line.who or ui.say("versions.somebody"),
        day=_day(ui, line.on, today),
    )


def reason(ui: Ui, line: Line, reading: Reading) -> str:
    """What somebody wrote about it, as a second sentence; empty when there is nothing to say.

    The workers' own reasons stand on the workers' screen only (reading.language is empty there).
    """
    kind, event = line.code.split(".")[:2]
    if not line.why or (reading.language and kind in _WORKERS_WHY):
        return ""
    words = reading.words(line.why)
    if words.gap:
        return ""
    if kind == "rating":
        return ui.say(
            "changes.said", who=line.who or ui.say("versions.somebody"), words=words.text
        )
    if kind == "action_step" and event == "done":
        return ui.say("changes.what_happened", words=words.text)
    return ui.say("changes.why", words=words.text)


def heading(ui: Ui, phrase: Phrase, reading: Reading) -> str:
    """The words of a need, an outcome or a strategy above its lines."""
    return _said(ui, phrase, reading)


def _said(ui: Ui, phrase: Phrase, reading: Reading) -> str:
    words = reading.words(phrase)
    return ui.say("changes.gap") if words.gap else words.text


def _value(ui: Ui, line: Line, phrase: Phrase, reading: Reading, today: date) -> str:
    code, kind = phrase.text, line.value
    if not phrase:
        return ""
    if kind == "words":
        return _said(ui, phrase, reading)
    if kind == "day":
        return _day(ui, code, today)
    if kind == "life_domain" and code in LIFE_DOMAINS:
        return ui.say(f"plan.domain.{code}")
    if kind == "measure_kind" and code in ("rating", "count", "yes_no", "instrument"):
        return ui.say(f"conflict.value.measure.{code}")
    if kind == "better" and code in ("up", "down"):
        return ui.say(f"conflict.value.better.{code}")
    if kind == "kind" and code in ("natural", "community", "formal"):
        return ui.say(f"plan.kind.{code}")
    if kind == "principles":
        known = [ui.say(f"conflict.value.principle.{one}") for one in codes(code) if one in PRINCIPLES]
        return ", ".join(known) or code
    if kind == "crisis_section" and code in CRISIS_SECTIONS:
        return ui.say(f"conflict.value.crisis_section.{code}")
    if kind == "transition_section" and code in ("readiness", "carries", "adult_service"):
        return ui.say(f"transition.{code}")
    return code


def _day(ui: Ui, iso: str, today: date) -> str:
    try:
        return dates.plain_day(ui.language, date.fromisoformat(iso), today)
    except ValueError:
        return iso


def frozen_day(ui: Ui, version: VersionView, today: date) -> str:
    """The day a version was kept."""
    return dates.plain_day(ui.language, dates.local(version.frozen_at_ms).date(), today)


def version_line(ui: Ui, version: VersionView, today: date) -> str:
    """Why and when a version was kept."""
    why = version.reason if version.reason in ("meeting", "signature") else "meeting"
    return ui.say(f"versions.{why}", day=frozen_day(ui, version, today))


def marks_line(ui: Ui, version: VersionView) -> str:
    """How many signed, and whether they still signed the plan of today."""
    count = len(version.signatures)
    if not count:
        return ui.say("versions.no_marks")
    said = ui.say("versions.one_mark" if count == 1 else "versions.marks", count=count)
    states = {mark.state for mark in version.signatures}
    worst = next(one for one in ("does_not_match", "earlier", "current") if one in states)
    return f"{said}, {ui.say(f'versions.short.{worst}')}"
