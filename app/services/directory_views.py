"""The directory as screens draw it: what is looked for, rows, one service whole. Values alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

STALE_DAYS: Final = 365
"""After so many days without a check an entry is marked."""


@dataclass(frozen=True)
class Search:
    """What somebody looks for; empty fields ask nothing. age: in years. language: a code."""

    text: str = ""
    domains: frozenset[str] = field(default_factory=frozenset)
    town: str = ""
    age: int | None = None
    language: str = ""
    free: bool = False
    open_now: bool = False

    @property
    def asks(self) -> bool:
        """Whether anything is asked."""
        return self != Search()


@dataclass(frozen=True)
class CheckView:
    """Somebody asked this service. result: a code of CHECK_RESULTS. by: their name."""

    result: str
    checked_on: str
    by: str
    note: str = ""


@dataclass(frozen=True)
class ServiceRow:
    """One service in a list. own: the agency's own entry. low, high: years, None when not said.

    checked_on: the last day on which it was right, ISO or "". stale: longer than STALE_DAYS ago, or
    never. said: the last check, when it said something else than right.
    """

    service_id: str
    name: str
    organization: str
    what: str
    town: str
    phone: str
    domains: tuple[str, ...]
    languages: tuple[str, ...]
    low: float | None
    high: float | None
    free: bool
    own: bool
    checked_on: str
    stale: bool
    said: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found. total: of how many the rows are the first. services: in the whole directory."""

    rows: tuple[ServiceRow, ...]
    total: int
    services: int
    source: str
    """Code of what is searched: "edition", "starter" or "waiting" (an edition is not here yet)."""
    edition: EditionView | None = None


@dataclass(frozen=True)
class EditionView:
    """One imported directory. here: its content is on this tablet."""

    edition_id: str
    name: str
    source: str
    licence: str
    imported_on: str
    services: int
    organizations: int
    locations: int
    by: str
    here: bool
    sent: bool


@dataclass(frozen=True)
class PlaceOfService:
    """One place: its name, address in lines, hours in the words of the directory, phones."""

    name: str
    address: tuple[str, ...]
    phones: tuple[tuple[str, str], ...] = ()
    access: tuple[str, ...] = ()
    travel: str = ""


@dataclass(frozen=True)
class HoursLine:
    """When it is open. days: 0 Monday, in order; empty: words alone. words: what it says besides."""

    days: tuple[int, ...]
    opens: str
    closes: str
    words: str = ""


@dataclass(frozen=True)
class Rate:
    """What became of the referrals to one service that this tablet knows.

    sent: all that were sent. connected: of these, those that connected. ended: declined or not connected.
    days: median from sending to connection, None when nobody connected.
    """

    service_id: str
    name: str
    organization: str
    sent: int
    connected: int
    ended: int
    days: float | None

    @property
    def few(self) -> bool:
        """Too few to say a share without pointing at a family."""
        return self.sent < FEW


FEW: Final = 5
"""Fewer than so many are said as "a few"."""


@dataclass(frozen=True)
class ServiceView:
    """One service whole. Texts are in the language asked for where the directory has it.

    phones: (number, what for). alert: a warning of the directory's own. edition: what it comes from.
    """

    row: ServiceRow
    description: str
    alert: str
    url: str
    email: str
    phones: tuple[tuple[str, str], ...]
    places: tuple[PlaceOfService, ...]
    hours: tuple[HoursLine, ...]
    areas: tuple[str, ...]
    language_words: tuple[str, ...]
    interpreter: str
    eligibility: str
    how_to_apply: str
    documents: tuple[str, ...]
    cost: tuple[str, ...]
    funding: tuple[str, ...]
    contacts: tuple[str, ...]
    terms: tuple[str, ...]
    wait: str
    changed_on: str
    status: str
    checks: tuple[CheckView, ...] = ()
    rate: Rate | None = None
    edition: EditionView | None = None
    starter: bool = False
