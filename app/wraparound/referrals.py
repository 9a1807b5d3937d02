"""The life of a referral: which step may follow which, on which days, and where it stands.

Owns the order of the steps. A step has a day; it can be corrected, and the last one taken back. Pure.
Spec: docs/directory.md, "Referrals".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Final, Literal

from .practice_codes import REFERRAL_STATUSES, REFERRALS_OVER

FOLLOW_UP_DAYS: Final = 14
"""So many days after a step somebody asks again, unless the form says otherwise."""
NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("sent",),
    "sent": ("accepted", "waiting", "connected", "declined", "not_connected"),
    "accepted": ("waiting", "connected", "declined", "not_connected"),
    "waiting": ("accepted", "connected", "declined", "not_connected"),
    "connected": ("completed", "not_connected"),
    "completed": (), "declined": (), "not_connected": (),
}  # fmt: skip
"""Where a referral stands → what may come next."""
NEEDS_REASON: Final = frozenset({"declined", "not_connected"})
DAY_OF: Final[Mapping[str, str]] = {
    step: f"{step}_on" if step != "draft" else "drafted_on" for step in REFERRAL_STATUSES
}
"""Step → the field that holds its day."""
Wrong = Literal["future", "before", "after", "not_next", "not_there"]
Days = Mapping[str, str]
"""Step → ISO day, "" for a step that has not been."""


@dataclass(frozen=True)
class StepWrong(Exception):
    """A step that cannot be so. what: why. other, day: the step that it crosses, and its day."""

    what: Wrong
    other: str = ""
    day: str = ""


def taken(days: Days) -> tuple[str, ...]:
    """The steps that have been, in the order of their days and, of one day, of the life."""
    been = [step for step in REFERRAL_STATUSES if days.get(step)]
    return tuple(sorted(been, key=lambda step: (days[step], REFERRAL_STATUSES.index(step))))


def check_step(status: str, days: Days, step: str, day: date, today: date) -> None:
    """Raise StepWrong unless `step` may be taken on `day`."""
    if step not in NEXT.get(status, ()):
        raise StepWrong("not_next")
    if day > today:
        raise StepWrong("future")
    for other in taken(days):
        if other != step and days[other] > day.isoformat():
            raise StepWrong("before", other, days[other])


def check_day(days: Days, step: str, day: date, today: date) -> None:
    """Raise StepWrong unless a step that was taken may have been on another day."""
    if not days.get(step):
        raise StepWrong("not_there")
    if day > today:
        raise StepWrong("future")
    order = taken(days)
    place = order.index(step)
    for other in order[:place]:
        if days[other] > day.isoformat():
            raise StepWrong("before", other, days[other])
    for other in order[place + 1 :]:
        if days[other] < day.isoformat():
            raise StepWrong("after", other, days[other])


def before(status: str, days: Days) -> tuple[str, str]:
    """(The last step, where the referral stands without it).

    Raises StepWrong for a draft, and for a step that this app does not know.
    """
    if status == "draft" or status not in DAY_OF:
        raise StepWrong("not_there")
    rest = [step for step in taken(days) if step != status]
    return status, rest[-1] if rest else "draft"


def is_over(status: str) -> bool:
    """Whether nothing more will come."""
    return status in REFERRALS_OVER


def is_due(status: str, follow_up_on: str, today: date) -> bool:
    """Whether somebody should ask today or should have."""
    return bool(follow_up_on) and not is_over(status) and follow_up_on <= today.isoformat()


@dataclass(frozen=True)
class Outcome:
    """One sent referral for the rates. sent_on, connected_on: ISO days."""

    status: str
    sent_on: str
    connected_on: str


@dataclass(frozen=True)
class Share:
    """What became of some referrals. days: median from sending to connection, None without one."""

    sent: int
    connected: int
    ended: int
    days: float | None


def share_of(outcomes: list[Outcome]) -> Share:
    """The rates of sent referrals; drafts are left out."""
    sent = [one for one in outcomes if one.sent_on and one.status != "draft"]
    connected = [one for one in sent if one.connected_on]
    waits = [days for one in connected if (days := _waited(one)) is not None]
    ended = [one for one in sent if one.status in NEEDS_REASON and not one.connected_on]
    return Share(len(sent), len(connected), len(ended), float(median(waits)) if waits else None)


def _waited(one: Outcome) -> int | None:
    """Days from sending to connection; None where another tablet wrote what is no day."""
    try:
        return (date.fromisoformat(one.connected_on) - date.fromisoformat(one.sent_on)).days
    except ValueError:
        return None
