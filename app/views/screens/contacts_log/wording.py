"""How contacts, totals and the month's check are said. Pure."""

from __future__ import annotations

from datetime import date

from app.services.contact_log import FamilyCheck, LogMonth, Total
from app.views import dates
from app.views.screens.notes.counting import medium_words
from app.views.screens.notes.wording import kind_words, minutes_words
from app.views.screens.people.share_panel import month_name
from app.views.widgets.ui import Ui
from app.wraparound.contacts import LoggedContact, MonthStanding
from app.wraparound.practice_codes import ACTIVITIES


def month_words(ui: Ui, month: date) -> str:
    """A month with its year: "November 2026"."""
    return dates.begin(ui.say("log.month", month=month_name(ui, f"{month:%Y-%m}"), year=month.year))


def count_words(ui: Ui, stem: str, count: int) -> str:
    """A count with its noun: "1 contact", "3 contacts"."""
    return ui.say(f"{stem}_one" if count == 1 else stem, count=count)


def made_words(ui: Ui, total: Total) -> str:
    """How many were made and tried, and how long they took: "2 contacts, 1 tried, 55 minutes"."""
    parts = [count_words(ui, "log.contacts", total.made)]
    if total.attempted:
        parts.append(count_words(ui, "log.tried", total.attempted))
    if total.minutes:
        parts.append(minutes_words(ui, total.minutes))
    return ", ".join(parts)


def need_words(ui: Ui, stands: MonthStanding) -> str:
    """What is needed, and what is done: "1 of 2 contacts, 1 of 1 in person"."""
    needs, done = stands.needs, stands.tally
    parts = [ui.say("log.done_of", done=done.done, needed=needs.contacts)]
    if needs.in_person:
        parts.append(ui.say("log.in_person_of", done=done.in_person, needed=needs.in_person))
    return ", ".join(parts)


def missing_words(ui: Ui, stands: MonthStanding) -> str:
    """What is still missing: "1 more contact in person", "2 more contacts, 1 of them in person"."""
    missing, face = stands.missing, stands.missing_in_person
    if face and face == missing:
        return count_words(ui, "log.more_in_person", missing)
    words = count_words(ui, "log.more", missing)
    return ui.say("log.more_of", more=words, face=face) if face else words


def check_words(ui: Ui, one: FamilyCheck, funder: str, today: date) -> str:
    """How a month stands with its funder, in one sentence."""
    if one.check is None:
        key = "log.check_unknown" if one.funder else "log.check_nobody"
        return ui.say(key, funder=one.funder)
    check, stands = one.check, one.check.stands
    month = month_name(ui, f"{check.month:%Y-%m}")
    if check.standing == "not_billed":
        return ui.say("log.check_not_billed", funder=funder)
    if check.standing == "met":
        return dates.begin(ui.say("log.check_met", month=month, funder=funder))
    if check.standing == "missed":
        return dates.begin(ui.say("log.check_missed", month=month, funder=funder))
    day = dates.plain_day(ui.language, stands.last_day, today)
    return ui.say("log.check_open", missing=missing_words(ui, stands), day=day, month=month, funder=funder)


def line_words(ui: Ui, one: LoggedContact, who: str, funder: str) -> str:
    """The soft line of a contact: how, how long, who, who pays, and what to know of it."""
    parts = [medium_words(ui, one.medium)] if one.medium else []
    if one.minutes:
        parts.append(minutes_words(ui, one.minutes))
    if who:
        parts.append(who)
    if one.funder:
        parts.append(funder)
    if one.billable in ("yes", "no"):
        parts.append(ui.say(f"practice.billable.{one.billable}"))
    return " · ".join(parts)


def cell_words(ui: Ui, what: str, code: str) -> str:
    """One cell of the file in words; "" stays empty."""
    if not code:
        return ""
    match what:
        case "kind":
            return kind_words(ui, code)
        case "medium":
            return medium_words(ui, code)
        case "activity":
            return ui.say(f"practice.activity.{code}") if code in ACTIVITIES else code
        case "billable":
            return ui.say(f"practice.billable.{code}") if code in ("yes", "no") else code
        case _:
            return ui.say(f"log.cell_{code}")


HEADS = (
    "day", "time", "family", "kind", "made", "medium", "minutes", "who", "funder", "billable", "signed",
    "late", "activities",
)  # fmt: skip


def heads(ui: Ui) -> list[str]:
    """The titles of the file's columns."""
    return [ui.say(f"log.head_{name}") for name in HEADS]


def title_of_total(ui: Ui, what: str, one: Total, funders: dict[str, str]) -> str:
    """The code of a total in words."""
    if what == "kinds":
        return kind_words(ui, one.code)
    if what == "funders":
        return funders.get(one.code, one.code) or ui.say("log.no_funder")
    return ui.say(f"practice.billable.{one.code}") if one.code in ("yes", "no") else ui.say("note.not_told")


def unsigned_words(ui: Ui, found: LogMonth) -> str:
    """That some do not count yet; "" when all are signed."""
    return count_words(ui, "log.unsigned", found.unsigned) if found.unsigned else ""
