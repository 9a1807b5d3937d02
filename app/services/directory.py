"""The directory of services: finding one offline, seeing it whole, and saying what is right about it.

Owns the join of three things: the imported directory (or the one that ships), the agency's own entries
beside it, and what somebody of the agency found out by asking. Spec: docs/directory.md.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.store.directory_index import IndexHit, Wanted
from app.store.vault import Change
from app.wraparound.practice_codes import CHECK_RESULTS
from app.wraparound.records import LocalService, Person, ServiceCheck, StaffMember
from app.wraparound.service_domains import folded

from . import edge
from .attachments import Attachments
from .caseload_glance import age_on
from .desk import Desk
from .directory_import import DirectoryImports
from .directory_own import OwnServices, own_rows, own_view
from .directory_rows import name_in, service_view
from .directory_shelf import STARTER, DirectoryShelf
from .directory_views import STALE_DAYS, CheckView, EditionView, Found, Search, ServiceRow, ServiceView
from .permissions import require
from .referral_rates import rates_of

PAGE = 50
"""So many rows at a time."""
Checks = dict[str, list[CheckView]]


class Directory:
    """What screens ask of the directory. own: the agency's entries. imports: bringing one in."""

    def __init__(self, desk: Desk, attachments: Attachments, starter: Path = STARTER) -> None:
        """starter: the directory that ships; tests give another."""
        self._desk = desk
        self.shelf = DirectoryShelf(desk, attachments, starter)
        self.own = OwnServices(desk)
        self.imports = DirectoryImports(desk, attachments, self.shelf)

    # -- finding --------------------------------------------------------------------------------

    async def search(self, search: Search, language: str = "en", limit: int = PAGE) -> Found:
        """Services that fit, the agency's own first."""
        held = await self.shelf.at_hand()
        day, minute = wall_time(self._desk.now_ms())
        wanted = Wanted(
            search.text, search.domains, folded(search.town), search.age, search.language, search.free,
            search.open_now, day, minute, limit=limit,
        )  # fmt: skip
        own, checks = await self._desk.vault.read(
            lambda session: (own_rows(session, search), _checks(session))
        )
        rows = [self._fresh(one, checks) for one in own]
        hits, total = await asyncio.to_thread(held.index.find, wanted)
        for hit in hits[: max(0, limit - len(rows))]:
            rows.append(self._fresh(self._row(hit, held.index.body(hit.id), language), checks))
        source = "edition" if held.edition else "waiting" if held.waiting else "starter"
        return Found(tuple(rows), total + len(own), held.services, source, held.edition)

    def _row(self, hit: IndexHit, body: bytes | None, language: str) -> ServiceRow:
        name, what = hit.name, hit.what
        if language != "en" and body is not None:
            name, what = name_in(json.loads(body), language)
        return ServiceRow(
            hit.id, name, hit.organization, what, hit.town, hit.phone, hit.domains, hit.languages, hit.low,
            hit.high, hit.free, False, hit.verified_on, False,
        )  # fmt: skip

    def _fresh(self, row: ServiceRow, checks: Checks) -> ServiceRow:
        """The row with what somebody found out, and the mark of what nobody has looked at for long."""
        asked = checks.get(row.service_id, [])
        right = [one.checked_on for one in asked if one.result in ("right", "changed")]
        checked = max([row.checked_on, *right])
        stale = not checked or checked < (self._desk.today() - timedelta(days=STALE_DAYS)).isoformat()
        said = asked[0].result if asked and asked[0].result != "right" else ""
        return replace(row, checked_on=checked, stale=stale, said=said)

    async def towns(self, beginning: str) -> tuple[str, ...]:
        """Towns of the directory that begin so."""
        plain = folded(beginning)
        return (await self.shelf.at_hand()).index.towns(plain) if plain else ()

    async def service(self, service_id: str, language: str = "en") -> ServiceView | None:
        """One service whole, or None when neither the directory nor the agency has it."""

        def find(session: Session) -> tuple[LocalService | None, Checks, Any]:
            own = session.get(LocalService, service_id)
            return own, _checks(session, service_id), rates_of(session).get(service_id)

        own, checks, rate = await self._desk.vault.read(find)
        asked = tuple(checks.get(service_id, ()))
        if own is not None:
            view = own_view(own)
            return replace(view, row=self._fresh(view.row, checks), checks=asked, rate=rate)
        held = await self.shelf.at_hand()
        body = held.index.body(service_id)
        if body is None:
            return None
        service = json.loads(body)
        hits, _ = held.index.find(Wanted(only=service_id, limit=1))
        row = self._fresh(self._row(hits[0], body, language), checks)
        view = service_view(service, row, language)
        return replace(
            view, checks=asked, rate=rate, edition=held.edition, starter=held.edition is None
        )

    async def age_of_youth(self, family_id: str) -> int | None:
        """The age of a family's youth in years, when one birthday is known; of several, the oldest."""

        def find(session: Session) -> list[str]:
            rows = session.exec(
                select(Person).where(Person.family_id == family_id, col(Person.is_youth).is_(True))
            )
            return [row.born_on for row in rows]

        ages = [age_on(one, self._desk.today()) for one in await self._desk.vault.read(find)]
        known = [one for one in ages if one is not None]
        return max(known) if known else None

    async def edition(self) -> EditionView | None:
        """The imported directory that is asked, if there is one."""
        return (await self.shelf.at_hand()).edition

    # -- saying ---------------------------------------------------------------------------------

    async def check(self, service_id: str, name: str, result: str, note: str = "") -> None:
        """Somebody asked a service today. result: a code of CHECK_RESULTS."""
        require(self._desk.me, "directory.keep")
        edge.choice(result, CHECK_RESULTS, "result")
        if not service_id:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        fields = {
            "service_id": service_id, "service_name": edge.text(name, "name"), "result": result,
            "checked_on": self._desk.today().isoformat(), "note": edge.text(note, "note"),
        }  # fmt: skip
        await self._desk.vault.commit(
            [Change(self._desk.vault.data_stream, ServiceCheck.TYPE, self._desk.new_id(), fields)]
        )


def wall_time(now_ms: int) -> tuple[date, int]:
    """The day and the minute of the day on the wall where the tablet is."""
    moment = datetime.fromtimestamp(now_ms / 1000)
    return moment.date(), moment.hour * 60 + moment.minute


def _checks(session: Session, service_id: str = "") -> Checks:
    """By service, the latest first."""
    chosen = select(ServiceCheck).order_by(
        col(ServiceCheck.checked_on).desc(), col(ServiceCheck.created_at_ms).desc(), col(ServiceCheck.id)
    )
    if service_id:
        chosen = chosen.where(ServiceCheck.service_id == service_id)
    staff = {row.id: row.name for row in session.exec(select(StaffMember))}
    found: Checks = {}
    for row in session.exec(chosen):
        view = CheckView(row.result, row.checked_on, staff.get(row.created_by, ""), row.note)
        found.setdefault(row.service_id, []).append(view)
    return found
