"""How a day is said: its title, the greeting, where one goes, what is due. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.services.caseload_views import FamilyClock
from app.services.today_views import Going, Loose
from app.views import dates
from app.views.screens.notes.wording import kind_words, names_joined, place_words
from app.views.widgets.ui import Ui

_NOON, _EVENING = 12, 18
_NAMED = 2
"""Names that a line about several things carries."""


def day_title(ui: Ui, when: date) -> str:
    """"Tuesday 1 December"; "Tue 1 Dec" on a phone, where it must leave room for two buttons."""
    if ui.layout.narrow:
        return dates.begin(dates.plain_day(ui.language, when, when, short=True))
    said = ui.say(
        "today.title", weekday=ui.say("day.weekdays").split()[when.weekday()], day=when.day,
        month=ui.say("day.months").split()[when.month - 1],
    )  # fmt: skip
    return dates.begin(said)


def greeting(ui: Ui, name: str, now_ms: int, places: int) -> str:
    """"Good morning, Marisol. Three places to be."."""
    hour = dates.local(now_ms).hour
    part = "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"
    first = name.split()[0] if name.split() else ""
    hello = ui.say(f"today.hello_{part}", name=first) if first else ui.say(f"today.hello_{part}_all")
    numbers = ui.say("today.numbers").split()
    if not places:
        return hello
    if places == 1:
        return f"{hello} {ui.say('today.place_one')}"
    count = numbers[places] if places < len(numbers) else str(places)
    return f"{hello} {dates.begin(ui.say('today.places', count=count))}"


def what_words(ui: Ui, one: Going) -> str:
    """"Home visit with Nia and Rosa"; "Team meeting, review"."""
    if one.kind == "meeting":
        return ui.say("today.meeting", flow=inside(ui.say(f"meeting.flow.{one.what}")))
    what = kind_words(ui, one.what)
    if not one.with_whom:
        return what
    return ui.say("today.with", what=what, names=names_joined(ui, one.with_whom.split(", ")))


def inside(words: str) -> str:
    """A phrase as it stands inside a sentence."""
    return words[:1].lower() + words[1:]


def where_words(ui: Ui, one: Going) -> str:
    """Where: the address when one goes there, that it is protected, or the place; "" when not told."""
    if one.protected:
        return ui.say("today.protected")
    if one.address:
        return one.address
    return place_words(ui, one.place) if one.place else ""


def clock_name(ui: Ui, clock: FamilyClock) -> str:
    """What runs, and whom it concerns: "Release for Dr. Tan"."""
    name = clock.name.get(ui.language) or clock.name["en"]
    return ui.say("today.clock_about", name=name, about=clock.about) if clock.about else name


def due_words(ui: Ui, clock: FamilyClock, today: date) -> str:
    """"Overdue since Sat 28 Nov", "Due tomorrow, Wed 2 Dec", "Due Sun 6 Dec, in 5 days"; hours: the time."""
    day = dates.plain_day(ui.language, clock.due_on, today, short=True)
    if clock.standing == "overdue":
        return ui.say("today.overdue", day=day)
    if clock.due_at_ms:
        # Counted in hours: the time matters.
        day = dates.day(ui.language, clock.due_on, today, short=True)
        return ui.say("today.due_at", day=day, time=dates.time_of_day(ui.language, clock.due_at_ms))
    if clock.days_left <= 0:
        return ui.say("today.due_today")
    if clock.days_left == 1:
        return ui.say("today.due_tomorrow", day=day)
    return ui.say("today.due", day=day, left=dates.days_left(ui.language, clock.days_left))


def loose_title(ui: Ui, kind: str, count: int) -> str:
    """"2 notes to finish"."""
    return ui.say(f"today.{kind}_one") if count == 1 else ui.say(f"today.{kind}_many", count=count)


def loose_item(ui: Ui, one: Loose, today: date) -> str:
    """"Nia, yesterday", with whom it concerns: "Nia Delgado, Food bank, Fri 27 Nov"."""
    day = dates.day(ui.language, one.at, today, short=True) if one.at is not None else ""
    return ", ".join(part for part in (one.name, one.about, day) if part)


def loose_line(ui: Ui, items: Sequence[Loose], today: date) -> str:
    """The soft line under several: the first two, and how many more."""
    if not items[0].name:
        return ui.say("today.co_sign_line")
    said = [loose_item(ui, one, today) for one in items[:_NAMED]]
    if len(items) > _NAMED:
        said.append(ui.say("today.more", count=len(items) - _NAMED))
    return " · ".join(said)
