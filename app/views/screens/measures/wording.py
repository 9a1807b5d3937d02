"""Scores in words: totals, change since last time, bands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.services.measure_reading import MeasureView, ScoreView
from app.views import dates
from app.views.screens.more.places import iso_day
from app.views.widgets.ui import Ui
from app.wraparound.rules.measures import Band, Measure
from app.wraparound.scoring import bounds, shown

_SOON = 14
"""Days that people still count."""


def ruled(ui: Ui, words: Mapping[str, str] | None) -> str:
    """Words of a rule file in the language of the screen; in English where there are no others."""
    return "" if not words else words.get(ui.language) or words["en"]


def licensed(ui: Ui, texts: Mapping[int, Mapping[str, str]] | None, number: int) -> str:
    """Licensed words in the language of the screen; "" where the agency has none in this one."""
    return (texts or {}).get(number, {}).get(ui.language, "")


def answer_said(ui: Ui, measure: Measure, answer: int) -> str:
    """An answer: its number, and its words where the agency has them."""
    words = licensed(ui, measure.answer_texts, answer)
    return f"{answer} {words}" if words else str(answer)


def measure_name(ui: Ui, one: MeasureView) -> str:
    """The name of a measure, also of one that the rules no longer have."""
    return ruled(ui, one.measure.name) if one.measure is not None else one.name


def score_name(ui: Ui, one: ScoreView) -> str:
    """The name of what was filled in."""
    return ruled(ui, one.measure.name) if one.measure is not None else one.name


def number_words(ui: Ui, value: Decimal) -> str:
    """A score with the language's own decimal sign."""
    plain = shown(value)
    return plain.replace(".", ",") if ui.language == "es" else plain


def total_words(ui: Ui, one: ScoreView) -> str:
    """The total with the highest one there is: "31 of 100"."""
    if one.total is None:
        return ui.say("measure.not_scored")
    if one.measure is None:
        return number_words(ui, one.total)
    most = bounds(one.measure)[1]
    return ui.say("measure.of", total=number_words(ui, one.total), most=number_words(ui, most))


def better_words(ui: Ui, measure: Measure) -> str:
    """Which way is better."""
    return ui.say(f"measure.better_{measure.better}")


def change_words(ui: Ui, one: ScoreView, today: date) -> str:
    """What became of it since the last time by the same person; empty without a last time."""
    before = one.before
    if before is None or one.total is None or before.total is None or not one.since:
        return ""
    day = iso_day(ui, before.on_day, today)
    apart = one.total - before.total
    if not apart:
        return ui.say("measure.equal", day=day)
    way = "up" if apart > 0 else "down"
    points = number_words(ui, abs(apart))
    moved = ui.say(f"measure.{way}", points=points, day=day)
    return f"{moved} {ui.say(f'measure.since_{one.since}')}"


def short_change(ui: Ui, one: ScoreView) -> str:
    """The same in one or two words, for lists."""
    return ui.say(f"measure.short_{one.since}") if one.since else ""


def band_words(ui: Ui, band: Band) -> str:
    """What the total is called, and that only the manual says so."""
    said = ruled(ui, band.words)
    return ui.say("measure.confirm", words=said) if band.confirm else f"{said}."


def who_words(ui: Ui, one: ScoreView) -> str:
    """Who answered: "Rosa, caregiver"."""
    kind = ui.say(f"practice.informant.{one.informant}")
    return f"{one.by_name}, {kind.lower()}" if one.by_name else kind


def row_words(ui: Ui, one: MeasureView, today: date) -> str:
    """The soft line of a measure in the list."""
    if not one.scores:
        return ui.say("measure.never")
    said = []
    for last in one.latest[:3]:
        total = number_words(ui, last.total) if last.total is not None else ui.say("measure.not_scored")
        change = short_change(ui, last)
        who = last.by_name or ui.say(f"practice.informant.{last.informant}")
        said.append(f"{who}: {total}, {change}" if change else f"{who}: {total}")
    return "; ".join(said)


def due_words(ui: Ui, one: MeasureView, today: date) -> str:
    """When it is asked again; empty when nobody says."""
    try:
        left = (date.fromisoformat(one.due_on) - today).days
    except ValueError:
        return ""
    if left > _SOON:
        # Far off, a day of the calendar says more than a number of days.
        return ui.say("measure.due_day", day=iso_day(ui, one.due_on, today))
    key = "measure.due_today" if not left else "measure.due" if left > 0 else "measure.late"
    return ui.say(key, when=dates.days_left(ui.language, left))


def is_late(one: MeasureView, today: date) -> bool:
    """Whether it should have been asked again by now."""
    return bool(one.due_on) and one.due_on < today.isoformat()
