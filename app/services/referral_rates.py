"""What became of referrals, by service: over the families on this tablet and nobody else's.

Small numbers are said as "a few" by the screens (`Rate.few`): a share of two would point at a family.
"""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import Session, select

from app.wraparound.records import Referral
from app.wraparound.referrals import Outcome, share_of
from app.wraparound.service_domains import folded

from .desk import Desk
from .directory_views import Rate
from .permissions import require


class ReferralRates:
    """The overview of supervisors."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self) -> tuple[Rate, ...]:
        """Every service that somebody was referred to, the most used first."""
        require(self._desk.me, "referral.write")
        rates = await self._desk.vault.read(rates_of)
        return tuple(sorted(rates.values(), key=lambda one: (-one.sent, one.name.casefold())))


def rates_of(session: Session) -> dict[str, Rate]:
    """By service id, or by the folded name of one that was written in free words."""
    groups: dict[str, list[Referral]] = defaultdict(list)
    for row in session.exec(select(Referral).where(Referral.sent_on != "")):
        groups[row.service_id or folded(row.service_name)].append(row)
    found = {}
    for key, rows in groups.items():
        share = share_of([Outcome(row.status, row.sent_on, row.connected_on) for row in rows])
        if share.sent:
            newest = max(rows, key=lambda row: row.sent_on)
            found[key] = Rate(
                newest.service_id, newest.service_name, newest.organization, share.sent, share.connected,
                share.ended, share.days,
            )  # fmt: skip
    return found
