"""The agency's own entries in the directory: kept by hand, always beside what was imported.

Owns their form, their checks, and which of them fit a search. Their hours are free words, so none of
them is ever said to be open now. Spec: docs/directory.md, "Our own entries".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.vault import Change
from app.wraparound.practice_codes import SERVICE_DOMAINS
from app.wraparound.records import LocalService
from app.wraparound.service_domains import folded
from app.wraparound.vocabulary import codes, join_codes

from . import edge
from .desk import Desk
from .directory_rows import web_address
from .directory_views import HoursLine, PlaceOfService, Search, ServiceRow, ServiceView
from .permissions import require
from .supports_forms import changes

OLDEST: Final = 120
_FREE_WORDS: Final = frozenset({"free", "gratis", "0"})


@dataclass(frozen=True)
class OwnDraft:
    """An entry as it stands in the form. service_id: empty for a new one. Ages as typed.

    shown: the entry as it was when the form was opened.
    """

    service_id: str = ""
    name: str = ""
    organization: str = ""
    what: str = ""
    domains: tuple[str, ...] = ()
    min_age: str = ""
    max_age: str = ""
    towns: str = ""
    address: str = ""
    phone: str = ""
    url: str = ""
    languages: tuple[str, ...] = ()
    eligibility: str = ""
    cost: str = ""
    hours: str = ""
    shown: OwnDraft | None = None


class OwnServices:
    """Entries that the agency keeps itself."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def form(self, service_id: str) -> OwnDraft:
        """An entry as a form. Raises InvalidInput when it is not here."""
        row = await self._row(service_id)
        draft = OwnDraft(
            row.id, row.name, row.organization, row.what, codes(row.domains), str(row.min_age or ""),
            str(row.max_age or ""), row.towns, row.address, row.phone, row.url, codes(row.languages),
            row.eligibility, row.cost, row.hours,
        )  # fmt: skip
        return replace(draft, shown=draft)

    async def save(self, draft: OwnDraft) -> str:
        """Add or change one; whoever saves it has just looked at it. Returns the record id."""
        require(self._desk.me, "directory.keep")
        values = _checked(draft)
        values["verified_on"] = self._desk.today().isoformat()
        record = draft.service_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(LocalService, record))
        seen = _checked(draft.shown) if draft.shown is not None else None
        changed = changes(before, values, seen and {**seen, "verified_on": ""})
        if changed:
            stream = self._desk.vault.data_stream
            await self._desk.vault.commit([Change(stream, LocalService.TYPE, record, changed)])
        return record

    async def retire(self, service_id: str) -> None:
        """Take one out of the lists; referrals to it keep its name."""
        await self._retired(service_id, self._desk.today().isoformat())

    async def bring_back(self, service_id: str) -> None:
        """Undo `retire`."""
        await self._retired(service_id, "")

    async def _retired(self, service_id: str, day: str) -> None:
        require(self._desk.me, "directory.keep")
        row = await self._row(service_id)
        stream = self._desk.vault.data_stream
        await self._desk.vault.commit([Change(stream, LocalService.TYPE, row.id, {"retired_on": day})])

    async def _row(self, service_id: str) -> LocalService:
        row = await self._desk.vault.read(lambda session: session.get(LocalService, service_id))
        if row is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        return row


def own_rows(session: Session, search: Search) -> list[ServiceRow]:
    """The agency's entries that fit, by name."""
    rows = session.exec(
        select(LocalService)
        .where(LocalService.retired_on == "")
        .order_by(col(LocalService.name), col(LocalService.id))
    )
    return [own_row(row) for row in rows if _fits(row, search)]


def own_row(row: LocalService) -> ServiceRow:
    """One entry in a list."""
    return ServiceRow(
        row.id, row.name, row.organization, row.what, row.towns, row.phone, codes(row.domains),
        codes(row.languages), float(row.min_age) if row.min_age else None,
        float(row.max_age) if row.max_age else None, _free(row.cost), True, row.verified_on, False,
    )  # fmt: skip


def own_view(row: LocalService) -> ServiceView:
    """One entry whole."""
    return ServiceView(
        row=own_row(row), description=row.what, alert="", url=web_address(row.url), email="",
        phones=((row.phone, ""),) if row.phone else (),
        places=(PlaceOfService("", (row.address,)),) if row.address else (),
        hours=(HoursLine((), "", "", row.hours),) if row.hours else (),
        areas=codes(row.towns), language_words=codes(row.languages), interpreter="",
        eligibility=row.eligibility, how_to_apply="", documents=(), cost=(row.cost,) if row.cost else (),
        funding=(), contacts=(), terms=(), wait="", changed_on="",
        status="retired" if row.retired_on else "active",
    )  # fmt: skip


def _fits(row: LocalService, search: Search) -> bool:
    if search.open_now:
        return False
    if search.domains and not search.domains & set(codes(row.domains)):
        return False
    if search.language and search.language not in codes(row.languages):
        return False
    if search.free and not _free(row.cost):
        return False
    if search.age is not None and not row.min_age <= search.age <= (row.max_age or OLDEST):
        return False
    town = folded(search.town)
    if town and row.towns and not any(folded(one).startswith(town) for one in codes(row.towns)):
        return False
    said = folded(" ".join((row.name, row.organization, row.what, row.towns, row.eligibility))).split()
    return all(any(word.startswith(typed) for word in said) for typed in folded(search.text).split())


def _free(cost: str) -> bool:
    return bool(_FREE_WORDS & set(folded(cost).split()[:1]))


def _checked(draft: OwnDraft) -> dict[str, Any]:
    for domain in draft.domains:
        edge.choice(domain, SERVICE_DOMAINS, "domains")
    low, high = _age(draft.min_age, "min_age"), _age(draft.max_age, "max_age")
    if high and low > high:
        raise InvalidInput("The oldest age is below the youngest.", field="max_age", code="ages_crossed")
    if draft.url.strip() and not web_address(draft.url):
        raise InvalidInput("That is not a web address.", field="url", code="bad_web_address")
    return {
        "name": edge.text(
            draft.name, "name", required="What is this service called?", blank="service_unnamed"
        ),
        "organization": edge.text(draft.organization, "organization"),
        "what": edge.text(draft.what, "what", limit=edge.PARAGRAPH_BYTES),
        "domains": join_codes(draft.domains),
        "min_age": low,
        "max_age": high,
        "towns": ",".join(one.strip() for one in draft.towns.split(",") if one.strip()),
        "address": edge.text(draft.address, "address"),
        "phone": edge.text(draft.phone, "phone"),
        "url": edge.text(draft.url, "url").strip(),
        "languages": join_codes(draft.languages),
        "eligibility": edge.text(draft.eligibility, "eligibility"),
        "cost": edge.text(draft.cost, "cost"),
        "hours": edge.text(draft.hours, "hours"),
        "retired_on": "",
    }


def _age(typed: str, field: str) -> int:
    if not typed.strip():
        return 0
    if not typed.strip().isdecimal() or int(typed) > OLDEST:
        raise InvalidInput("An age is a number of years.", field=field, code="service_age")
    return int(typed)
