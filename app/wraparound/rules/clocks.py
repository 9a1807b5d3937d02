"""The rule file clocks: which clocks run, from which event to which, and how long. Pure.

Owns reading `assets/rules/clocks.toml` and an agency's own versions. Format: docs/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from app.wraparound.clocks import Words
from app.wraparound.phases import BY_HAND
from app.wraparound.vocabulary import PHASES

from .calendar import Calendar, read_calendar
from .reading import Table, read, unique

FAMILY_EVENTS: Final = (
    "referred", "enrolled", "first_contact", "first_visit", "contact", "visit", "crisis_note",
    "crisis_plan_made", "crisis_plan_changed", "team_meeting", "plan_version", "plan_signed",
    "plan_reviewed", "transferred", "measure", "screening",
    *(f"check_{item}" for item in sorted(BY_HAND)),
)  # fmt: skip
"""What happens to a family as a whole."""
SUBJECT_EVENTS: Final = (
    "note_saved", "note_signed", "note_returned", "note_answered", "request_received", "request_answered",
    "release_ends", "release_over", "left_without_release", "seen_without_release",
    "episode_enrolled", "extension_asked", "episode_ended", "referral_sent", "referral_answered",
    "message_sent", "message_answered",
)  # fmt: skip
"""What happens to one note, request, release, episode…: such a clock runs for each of them."""
SAFETY_EVENTS: Final = ("suspected", "oral_report", "written_report", "report_not_made")
"""Of one safety report. A clock that names one is for people of the restricted stream alone."""
EVENTS: Final = (*FAMILY_EVENTS, *SUBJECT_EVENTS, *SAFETY_EVENTS)
UNITS: Final = ("days", "working_days", "hours", "before")
STATUSES: Final = ("open", "closed")
ROLES: Final = ("coordinator", "supervisor")
MOST_CLOCKS: Final = 200


@dataclass(frozen=True)
class ClockRule:
    """One clock. amount, unit: how long; `before` counts so many days back from the day of the start event.

    repeats: what stops it starts it again. earlier: what was done before the start counts too. soon: days
    before it is due at which it is due soon. gone_after: days after it was due at which it is left out; -1
    for never. phases, tiers: for whom; empty for all. roles: who is shown it; empty for all.
    """

    code: str
    name: Words
    start: tuple[str, ...]
    stop: tuple[str, ...]
    amount: int
    unit: str
    repeats: bool = False
    earlier: bool = False
    soon: int = 0
    gone_after: int = -1
    phases: tuple[int, ...] = ()
    tiers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("open",)
    roles: tuple[str, ...] = ()
    reason: Words | None = None
    how: Words | None = None
    source: str = ""
    place: str = ""

    @property
    def events(self) -> tuple[str, ...]:
        """Codes of all events that it names."""
        return (*self.start, *self.stop)

    @cached_property
    def restricted(self) -> bool:
        """Whether it tells of a safety report."""
        return not set(SAFETY_EVENTS).isdisjoint(self.events)


@dataclass(frozen=True)
class ClockRules:
    """The whole file."""

    calendar: Calendar
    clocks: tuple[ClockRule, ...]

    def clock(self, code: str) -> ClockRule | None:
        """A clock by its code."""
        return next((one for one in self.clocks if one.code == code), None)


def parse(text: str) -> ClockRules:
    """Read the file. Raises RuleError with the line."""
    top = read(text)
    calendar = read_calendar(top.table("calendar", needed=False))
    tables = top.tables("clock")
    top.done()
    if len(tables) > MOST_CLOCKS:
        raise tables[MOST_CLOCKS].wrong("", "too_many", "More than {most} clocks.", most=MOST_CLOCKS)
    unique(tables)
    return ClockRules(calendar, tuple(_clock(one) for one in tables))


def _clock(table: Table) -> ClockRule:
    code = table.text("code", most=60)
    start = table.choices("start", EVENTS, needed=True)
    stop = table.choices("stop", EVENTS, needed=True)
    apart = _subject(start[0])
    for name, events in (("start", start), ("stop", stop)):
        for one in events:
            if _subject(one) != apart:
                raise table.wrong(
                    name, "mixed_events", "“{value}” and “{other}” are events of different things.",
                    value=one, other=start[0],
                )  # fmt: skip
    units = [unit for unit in UNITS if table.has(unit)]
    if len(units) != 1:
        said = "One of these says how long: {known}."
        raise table.wrong("code", "one_length", said, known=", ".join(UNITS))
    amount = table.number(units[0], least=0 if units[0] == "days" else 1, most=3660)
    repeats = table.yes("repeats")
    if repeats and units[0] == "before":
        raise table.wrong("repeats", "no_repeats", "A clock that counts back from a day cannot repeat.")
    applies = table.table("applies", needed=False)
    found = ClockRule(
        code, table.words("name"), start, stop, amount, units[0], repeats, table.yes("earlier"),
        table.number("soon", 0, most=3660), table.number("gone_after", -1, least=-1, most=3660),
        _phases(applies), applies.choices("tiers"), applies.choices("status", STATUSES) or ("open",),
        table.choices("roles", ROLES), table.words("reason", needed=False) or None,
        table.words("how", needed=False) or None, table.text("source", "house default"),
        table.text("place", "", most=60),
    )  # fmt: skip
    applies.done()
    table.done()
    return found


def _phases(applies: Table) -> tuple[int, ...]:
    found = applies.raw("phases") or []
    wrong = [one for one in found if one not in PHASES] if isinstance(found, list) else [found]
    if wrong:
        known = ", ".join(str(one) for one in PHASES)
        raise applies.wrong("phases", "unknown_value", value=wrong[0], known=known)
    return tuple(found)


def _subject(event: str) -> str:
    """What an event happens to: the family ("") or a thing of its own, by the first word of its code."""
    if event in FAMILY_EVENTS:
        return ""
    if event in SAFETY_EVENTS:
        return "safety"
    return _THINGS[event.split("_", 1)[0]]


_THINGS: Final = {
    "note": "note", "request": "request", "release": "release", "left": "disclosure", "seen": "disclosure",
    "episode": "episode", "extension": "episode", "referral": "referral", "message": "message",
}  # fmt: skip
