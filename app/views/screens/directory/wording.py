"""Words of the directory: ages, towns, marks, days of opening, rates. Pure."""

from __future__ import annotations

from app.services.directory_views import EditionView, HoursLine, Rate, ServiceRow
from app.views import dates
from app.views.screens.more.places import typed_day
from app.views.widgets.ui import Ui

LANGUAGES = ("en", "es", "pt", "pl", "ht", "fr", "ar", "zh", "vi", "sq", "ur", "ru", "uk", "ase")
"""Languages that the filter and the form offer; codes of ISO 639."""


_NOBODYS_AGE = 120


def ages(ui: Ui, low: float | None, high: float | None) -> str:
    """From which age to which; "" when nothing is said. Nobody's age is -4 or 999: that says nothing."""
    low = low if low and low > 0 else None
    high = high if high is not None and 0 <= high < _NOBODYS_AGE else None
    if low and high:
        return ui.say("directory.ages", low=f"{low:g}", high=f"{high:g}")
    if high is not None:
        return ui.say("directory.ages_up_to", high=f"{high:g}")
    return ui.say("directory.ages_from", low=f"{low:g}") if low else ""


def language_words(ui: Ui, code: str) -> str:
    """A language by its code; the code itself for one that has no words."""
    return ui.say(f"directory.language.{code}") if code in LANGUAGES else code


def marks(ui: Ui, row: ServiceRow) -> tuple[str, ...]:
    """What is good to know of a row, in a few words each."""
    said = [
        ui.say("directory.own_mark") if row.own else "",
        ages(ui, row.low, row.high),
        ui.say("directory.free") if row.free else "",
        ", ".join(language_words(ui, one) for one in row.languages if one != "en"),
    ]
    return tuple(one for one in said if one)


def warning(ui: Ui, row: ServiceRow) -> str:
    """What speaks against trusting a row, or ""."""
    if row.said in ("closed", "no_answer"):
        return ui.say(f"directory.said_{row.said}")
    if not row.stale:
        return ""
    if not row.checked_on:
        return ui.say("directory.never_checked")
    return ui.say("directory.stale", day=typed_day(ui, row.checked_on))


def checked_words(ui: Ui, row: ServiceRow) -> str:
    """When somebody last found it right."""
    if not row.checked_on:
        return ui.say("directory.never_checked")
    return ui.say("directory.checked_on", day=typed_day(ui, row.checked_on))


def hours_words(ui: Ui, line: HoursLine) -> str:
    """One line of hours."""
    names = ui.say("day.weekdays").split()
    if len(line.days) > 2 and line.days == tuple(range(line.days[0], line.days[-1] + 1)):
        days = ui.say("directory.days_to", first=names[line.days[0]], last=names[line.days[-1]])
    else:
        days = ", ".join(names[day] for day in line.days)
    clock = ""
    if line.opens and line.closes:
        clock = ui.say("directory.from_to", opens=_clock(ui, line.opens), closes=_clock(ui, line.closes))
    return " · ".join(part for part in (dates.begin(days), clock, line.words) if part)


def _clock(ui: Ui, time: str) -> str:
    hour, minute = int(time[:2]) % 24, int(time[3:5])
    words = dates.hour_words(ui.language, hour)
    return words if not minute else time[:5].lstrip("0")


def rate_words(ui: Ui, rate: Rate) -> str:
    """What became of the referrals that this tablet knows; small numbers stay unsaid."""
    if rate.few:
        return ui.say("directory.rate_few")
    said = ui.say("directory.rate", sent=rate.sent, connected=rate.connected)
    if rate.days is None:
        return said
    days = f"{rate.days:g}"
    return f"{said} {ui.say('directory.rate_days', days=days)}"


def edition_words(ui: Ui, edition: EditionView) -> str:
    """An imported directory in one line."""
    day = typed_day(ui, edition.imported_on)
    return ui.say("directory.edition_line", name=edition.name, count=f"{edition.services:,}", day=day)
