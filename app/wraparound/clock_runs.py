"""Works out a family's clocks from what happened and the versions of the rules. Pure.

A clock begins with its start event under the rules of that day, and goes on under them whatever is
decided later. It ends with the first stop event; while it runs, further start events change nothing. An
event that is told late is put where it belongs, and everything is worked out anew: nothing is remembered
but the events. Days are days at the tablet's place, hours are instants. Format and meaning: docs/rules.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from .clocks import ClockStanding, FamilyClock
from .rules.clocks import ClockRule, ClockRules

HOUR_MS: Final = 3_600_000


class Event(NamedTuple):
    """Something that happened, or that will (release_ends). on: the day at the tablet's place.

    at_ms: UTC milliseconds, 0 when only the day is known. subject: the note, request, release… (hex) that
    it is about; "" for the family. about: whom or what it concerns, in words.
    due: a day that was agreed and takes the place of the rule's; date.min when there is none.
    """

    on: date
    at_ms: int
    code: str
    subject: str = ""
    about: str = ""
    due: date = date.min


@dataclass(frozen=True)
class Version:
    """One version of the rules and the first day on which it counts. version_id: "" for the shipped one."""

    from_on: date
    version_id: str
    rules: ClockRules


@dataclass(frozen=True)
class Place:
    """What a family is today, and who looks: which of the clocks that are not met concern them."""

    status: str = "open"
    phase: int = 1
    tier: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Now:
    """The present. today: at the tablet's place; now_ms: UTC milliseconds."""

    today: date
    now_ms: int


def work_out(
    events: Iterable[Event], versions: Sequence[Version], place: Place, now: Now
) -> tuple[FamilyClock, ...]:
    """Every clock of a family: first those that are not met, the one to act on first at the front; then
    those that were met, the latest first.

    versions: the oldest first. What lies more than a day ahead has not happened: a clock that is wrong by
    years must not meet or begin anything.
    """
    tomorrow = _shift(now.today, 1)
    happened: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for one in events:
        if one.on <= tomorrow or one.code == "release_ends":
            happened[one.subject, one.code].append(one)
    subjects: dict[str, list[str]] = defaultdict(list)
    for subject, code in happened:
        subjects[code].append(subject)
    found: list[FamilyClock] = []
    for code in dict.fromkeys(rule.code for version in versions for rule in version.rules.clocks):
        kept = [(version, version.rules.clock(code)) for version in versions]
        starting = {start for _, rule in kept if rule is not None for start in rule.start}
        for subject in sorted({one for start in starting for one in subjects[start]}):
            found += _of_one(kept, happened, subject, place, now)
    waiting = [one for one in found if one.met_on is None]
    met = [one for one in found if one.met_on is not None]
    waiting.sort(key=lambda one: (one.days_left, one.due_at_ms, one.started_on, one.code, one.record_id))
    met.sort(key=lambda one: (one.met_on or date.min, one.code, one.record_id, one.due_on), reverse=True)
    return (*waiting, *met)


Kept = Sequence[tuple[Version, ClockRule | None]]


def _of_one(
    kept: Kept, happened: Mapping[tuple[str, str], Sequence[Event]], subject: str, place: Place, now: Now
) -> list[FamilyClock]:
    """The runs of one clock, for the family or for one thing of its own, in order."""
    begun: dict[Event, tuple[Version, ClockRule]] = {}
    for number, (version, rule) in enumerate(kept):
        if rule is None:
            continue
        until = _ends(kept, number)
        for code in rule.start:
            for event in happened.get((subject, code), ()):
                first = _begins(event, rule)
                # What counts back from a day may have to begin when the rule does.
                counts = rule.unit == "before" or version.from_on <= first
                if counts and (until is None or first < until):
                    begun.setdefault(event, (version, rule))
    found: list[FamilyClock] = []
    last_start: Event | None = None
    last_stop: Event | None = None
    for event, (version, rule) in sorted(begun.items(), key=lambda one: one[0]):
        if last_start is not None and (last_stop is None or not _after(event, last_stop, rule)):
            continue  # it is running, or it was running when this came
        stop = _stopped(event, rule, happened, subject, last_start)
        made = _stand(event, stop, version, rule, now)
        last_start, last_stop = event, stop
        if made is not None and (stop is not None or _concerns(made, rule, place)):
            found.append(made)
    return found


def _ends(kept: Kept, number: int) -> date | None:
    """The day on which another version begins to count; None for the last."""
    return kept[number + 1][0].from_on if number + 1 < len(kept) else None


def _begins(event: Event, rule: ClockRule) -> date:
    return _shift(event.on, -rule.amount) if rule.unit == "before" else event.on


def _after(event: Event, stop: Event, rule: ClockRule) -> bool:
    """Whether a start comes after the stop that ended the run before it, or is that stop itself."""
    if rule.unit == "hours":
        return _instant(event, late=False) >= _instant(stop, late=True) or event == stop
    return event.on > stop.on or (event.on == stop.on and event >= stop)


def _stopped(
    start: Event,
    rule: ClockRule,
    happened: Mapping[tuple[str, str], Sequence[Event]],
    subject: str,
    before: Event | None,
) -> Event | None:
    """The event that met it. before: the start of the run before it."""
    stops = sorted(event for code in rule.stop for event in happened.get((subject, code), ()))
    for stop in stops:
        if stop == start:
            continue
        if rule.unit == "before" or _reaches(stop, start, rule):
            return stop
        if rule.earlier and (before is None or stop > before):
            return stop
    return None


def _reaches(stop: Event, start: Event, rule: ClockRule) -> bool:
    """Whether a stop is not before the start. On one day the order is not known, and it counts."""
    if rule.repeats:
        return stop > start
    if rule.unit == "hours":
        return _instant(stop, late=True) >= _instant(start, late=False)
    return stop.on >= start.on


def _stand(
    start: Event, stop: Event | None, version: Version, rule: ClockRule, now: Now
) -> FamilyClock | None:
    """How a run stands now; None for one that has not begun or is left out by now."""
    begun = _begins(start, rule)
    due_at_ms = _instant(start, late=False) + rule.amount * HOUR_MS if rule.unit == "hours" else 0
    due_on = _due(start, rule, version, due_at_ms)
    if stop is None:
        if rule.unit == "before" and begun > now.today:
            return None
        if rule.gone_after >= 0 and now.today > _shift(due_on, rule.gone_after):
            return None
        left = (due_on - now.today).days
        late = now.now_ms > due_at_ms if due_at_ms else left < 0
        if due_at_ms and late:
            left = min(left, -1)
        soon = left <= rule.soon or bool(due_at_ms and left <= 0)
        standing: ClockStanding = "overdue" if late else "due_soon" if soon else "running"
        share = _share(begun, due_on, start, due_at_ms, now)
    else:
        met_late = _instant(stop, late=False) > due_at_ms if due_at_ms else stop.on > due_on
        if rule.unit == "before":
            met_late = False  # what ends on its day is not done late by following it afterwards
        standing, left, share = "met_late" if met_late else "met", (due_on - stop.on).days, 1.0
    return FamilyClock(
        rule.code, rule.name, standing, begun, due_on, left, share, due_at_ms, stop.on if stop else None,
        rule.reason, rule.how, rule.source, rule.place, start.subject, start.about, version.version_id,
        rule.restricted,
    )  # fmt: skip


def _concerns(clock: FamilyClock, rule: ClockRule, place: Place) -> bool:
    """Whether a run that is not met counts for this family today, and for who looks."""
    return (
        place.status in rule.statuses
        and (not rule.phases or place.phase in rule.phases)
        and (not rule.tiers or place.tier in rule.tiers)
        and (not rule.roles or not set(rule.roles).isdisjoint(place.roles))
    )


def _due(start: Event, rule: ClockRule, version: Version, due_at_ms: int) -> date:
    if rule.unit == "hours":
        return day_of(due_at_ms) or start.on
    if start.due != date.min:
        return max(start.due, start.on)
    if rule.unit == "working_days":
        return version.rules.calendar.after(start.on, rule.amount)
    return start.on if rule.unit == "before" else _shift(start.on, rule.amount)


def _share(begun: date, due_on: date, start: Event, due_at_ms: int, now: Now) -> float:
    if due_at_ms:
        first = _instant(start, late=False)
        used = (now.now_ms - first) / max(due_at_ms - first, 1)
    else:
        used = (now.today - begun).days / max((due_on - begun).days, 1)
    return min(max(used, 0.0), 1.0)


def _shift(day: date, days: int) -> date:
    """So many days on; the first or last day there is when that is beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _instant(event: Event, *, late: bool) -> int:
    """When it happened. late: of a day without an hour, its end; else its beginning."""
    if event.at_ms:
        return event.at_ms
    moment = datetime.combine(event.on, time(23, 59, 59) if late else time())
    try:
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0


def day_of(at_ms: int) -> date | None:
    """The day of an instant at the tablet's place; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(at_ms / 1000).date() if at_ms > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
