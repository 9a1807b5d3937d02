"""Releases that end soon, as clocks of the family list: "Release for Dr. Tan ends in 12 days"."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlmodel import Session, select

from app.wraparound import clocks
from app.wraparound.clocks import RunningClock
from app.wraparound.records import Disclosure, Release

from .releases import ReleaseView, view_of


def release_clocks(session: Session, family_id: str, today: date) -> dict[str, list[RunningClock]]:
    """Family id → a clock for each release that ends within 30 days or has ended a few days ago.

    family_id: one family, or "" for all. One that a later release for the same person follows rests.
    """
    chosen = select(Release).where(Release.revoked_on == "")
    if family_id:
        chosen = chosen.where(Release.family_id == family_id)
    views: dict[str, list[ReleaseView]] = defaultdict(list)
    for row in session.exec(chosen):
        views[row.family_id].append(view_of(row, today))
    return {family: _of_family(found, today) for family, found in views.items()}


def unseen_since(session: Session) -> dict[str, int]:
    """Family id → when the first thing left without a release that no supervisor has seen (UTC ms)."""
    found: dict[str, int] = {}
    chosen = select(Disclosure.family_id, Disclosure.at_ms).where(Disclosure.basis != "")
    for family, at_ms in session.exec(chosen.where(Disclosure.seen_at_ms == 0)):
        found[family] = min(found.get(family, at_ms), at_ms)
    return found


def _of_family(views: list[ReleaseView], today: date) -> list[RunningClock]:
    found = []
    for one in views:
        end = one.standing.ends_on
        if one.state not in ("soon", "expired") or end is None or one.missing:
            continue
        who = one.recipient.casefold()
        if any(
            other.holds and other.recipient.casefold() == who and _later(other, end)
            for other in views
            if other is not one
        ):
            continue
        running = clocks.release_ends(_day(one.from_on), end, one.recipient, today)
        if running is not None:
            found.append(running)
    return sorted(found, key=lambda clock: clock.days_left)


def _later(one: ReleaseView, end: date) -> bool:
    return one.standing.ends_on is None or one.standing.ends_on > end


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
