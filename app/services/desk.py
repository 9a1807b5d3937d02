"""What every service needs at hand while the tablet is open: vault, clock, ids, and who I am."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.protocol.ids import StreamId
from app.store.vault import Vault
from app.wraparound.records import RECORD_TYPES, Family

_FIRST_DAY_MS, _LAST_DAY_MS = 0, 253_000_000_000_000
"""Days that a calendar has, however wrong a clock is: 1970 to 9987."""


@dataclass(frozen=True)
class Me:
    """The person this tablet is unlocked for. Ids are 32 hex characters."""

    person: str
    device: str
    name: str
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """The open tablet. now_ms: UTC milliseconds. new_id: 32 random hex characters."""

    vault: Vault
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    me: Me

    def today(self) -> date:
        """The day on the wall where the tablet is."""
        return _day(self.now_ms())

    def surely_today(self) -> date:
        """The earlier of the days by this tablet's clock and by the server's, as last measured.

        What ends or may be destroyed on a day waits until both clocks agree that it has come.
        """
        now = self.now_ms()
        return min(_day(now), _day(now + self.vault.clock_offset_ms))

    def perhaps_today(self) -> date:
        """The later of the two: what somebody has allowed counts while both clocks say so."""
        now = self.now_ms()
        return max(_day(now), _day(now + self.vault.clock_offset_ms))

    async def team_stream(self, family_id: str) -> StreamId:
        """The team stream of a family.

        Raises InvalidInput when the family is not here, and when more than one stream claims to be
        it: nothing is written where the wrong people might read.
        """

        def find(session: Session) -> set[str]:
            chosen = select(Family.stream).where(Family.family_id == family_id)
            return set(session.exec(chosen))

        found = await self.vault.read(find)
        if not found:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        if len(found) > 1:
            raise InvalidInput(
                "Two records claim to be this family. Nothing was written. Ask your supervisor.",
                code="family_twice",
            )
        return StreamId(bytes.fromhex(found.pop()))

    async def stream_of(self, family_id: str, type_name: str, record_id: str) -> StreamId:
        """The stream in which a record lies; the team's for one that is not here.

        Raises InvalidInput as `team_stream` does.
        """
        found = await self.vault.read(lambda session: stream_of(session, type_name, record_id))
        return found or await self.team_stream(family_id)


def stream_of(session: Session, type_name: str, record_id: str) -> StreamId | None:
    """The stream in which a shown record lies, or None."""
    row = session.get(RECORD_TYPES[type_name], record_id)
    return StreamId(bytes.fromhex(row.stream)) if row is not None else None


def _day(at_ms: int) -> date:
    return datetime.fromtimestamp(min(max(at_ms, _FIRST_DAY_MS), _LAST_DAY_MS) / 1000).date()
