"""Making an audit packet: for whom and on what ground, family by family, one file and a line for each.

Nothing is written down or handed out before the whole packet is drawn; somebody may stop until then.
What goes in is chosen in audit_packet_reading.py; what leaves is asked of the gate.
Spec: docs/audit-packet.md; design 02, Reports.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.exchange.packet_file import Part, pack
from app.exchange.paper_wish import PaperWish
from app.wraparound.lawful import Ground
from app.wraparound.packet import FamilyPacket, judge
from app.wraparound.records import AgencyProfile, Family, Note
from app.wraparound.rules.packet import PacketRules

from . import edge
from .audit_packet_reading import (
    disclosures_of,
    evidence_of,
    family_of,
    newest_version,
    notes_of,
    releases_of,
    signed_notes,
    versions_of,
    within,
)
from .desk import Desk
from .disclosures import lines_of
from .family_page import FamilyPages
from .gate import Drawn, Handed, Leave, Leaving, Lookup
from .note_views import NoteView
from .notes import Notes
from .permissions import require
from .practice_rules import PracticeRules
from .releases import views_of
from .sharing import Sharing
from .versions import Versions

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
MOST_FAMILIES: Final = 250
MOST_BYTES: Final = 200_000_000
"""More does not go into one packet: it is held in memory until it is saved."""
TOO_MUCH: Final = "That is too much for one packet. Choose fewer families."
LABELS: Final = ("school", "sud")
"""Labels that an audit may cover when whoever makes the packet says that they are needed."""

Progress = Callable[[int, int], None]
"""(families drawn, all of them)."""


@dataclass(frozen=True)
class PacketWish:
    """Which packet. families: ids (hex). since, until: ISO days, both included.

    recipient, organisation, reference, reason, least: what the law wants written down for an audit.
    labels: of LABELS, what the audit needs besides.
    """

    families: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    recipient: str = ""
    organisation: str = ""
    reference: str = ""
    reason: str = ""
    least: str = ""
    labels: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True)
class PacketFamily:
    """A family that may be chosen. enrolled_on: ISO day."""

    family_id: str
    name: str
    enrolled_on: str
    open: bool


class AuditPackets:
    """Packets of the families on this tablet; supervisors make them."""

    def __init__(self, desk: Desk, sharing: Sharing, rules: PracticeRules) -> None:
        self._desk = desk
        self._gate = sharing.gate
        self._rules = rules
        self._notes = Notes(desk)
        self._pages = FamilyPages(desk)
        self._versions = Versions(desk)

    async def families(self) -> tuple[PacketFamily, ...]:
        """Families on this tablet by name, those that are open first. Raises PermissionRefused."""
        require(self._desk.me, "packet.make")

        def find(session: Session) -> tuple[PacketFamily, ...]:
            rows = session.exec(select(Family).order_by(col(Family.list_name), col(Family.id))).all()
            found = [
                PacketFamily(row.family_id, row.list_name or row.name, row.enrolled_on, row.status == "open")
                for row in rows
            ]
            return tuple(sorted(found, key=lambda one: not one.open))

        return await self._desk.vault.read(find)

    async def make(
        self, wish: PacketWish, words: Lookup, progress: Progress = lambda _done, _all: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Handed:  # fmt: skip
        """One packet. stopped: asked between families; then nothing leaves and nothing is noted.

        Raises InvalidInput in plain words, PermissionRefused.
        """
        require(self._desk.me, "packet.make")
        since, until = self._checked(wish)
        ground = Ground(
            "audit", wish.recipient, wish.organisation, wish.reason, wish.least, wish.reference,
            parts=("plan",), labels=wish.labels,
        )  # fmt: skip
        families = tuple(sorted(dict.fromkeys(wish.families)))
        leavings = [
            Leaving(one, frozenset({"plan"}), ground=ground, language=wish.language, paper="packet")
            for one in families
        ]
        version, rules = (await self._rules.book("packet")).version_on(self._desk.today())

        async def draw(leaves: Sequence[Leave]) -> tuple[Drawn, Sequence[Drawn]]:
            parts: list[Part] = []
            drawn: list[Drawn] = []
            agency = await self._agency()
            for number, (family_id, leave) in enumerate(zip(families, leaves, strict=True), start=1):
                if stopped():
                    raise InvalidInput("Stopped. Nothing left, and nothing was noted.", code="packet_stopped")
                progress(number - 1, len(families))
                papers, one = await self._family(
                    number, family_id, leave, wish, (since, until), rules, agency, words
                )
                parts += papers
                drawn.append(one)
                if sum(len(part.content) for part in parts) > MOST_BYTES:
                    raise InvalidInput(TOO_MUCH, code="packet_too_large")
            progress(len(families), len(families))
            if stopped():
                raise InvalidInput("Stopped. Nothing left, and nothing was noted.", code="packet_stopped")
            facts = {
                "agency": agency, "made_on": self._desk.today().isoformat(), "since": wish.since,
                "until": wish.until, "recipient": wish.recipient, "reference": wish.reference,
                "labels": sorted(leaves[0].labels), "families": len(families), "rules": version.version_id,
            }  # fmt: skip
            content = await asyncio.to_thread(pack, parts, facts)
            name = f"{words('packet.file')}-{self._desk.today().isoformat()}.zip"
            return Drawn(content, name, sum(one.pages for one in drawn)), drawn

        return await self._gate.let_out_together(leavings, words, draw)

    async def _family(
        self, number: int, family_id: str, leave: Leave, wish: PacketWish, days: tuple[date, date],
        rules: PacketRules, agency: str, words: Lookup,
    ) -> tuple[list[Part], Drawn]:  # fmt: skip
        since, until = days
        labels, language = leave.labels, wish.language
        notes = signed_notes(await self._all_notes(family_id), labels)
        today = self._desk.perhaps_today()

        def gather(session: Session) -> tuple[FamilyPacket, tuple[str, date] | None]:
            row = family_of(session, family_id)
            releases = views_of(session, family_id, today)
            log = [one for one in lines_of(session, family_id) if within(one.at_ms, since, until)]
            enrolled = row.enrolled_on if row is not None else ""
            evidence = evidence_of(session, family_id, notes, releases, labels)
            judged = judge(rules.standards, evidence, _day(enrolled), since, until)
            found = FamilyPacket(
                number, (row.list_name or row.name) if row is not None else "", enrolled, judged,
                notes_of(session, notes, since, until), versions_of(session, family_id, since, until),
                releases_of(releases, labels, since, until), disclosures_of(log, labels),
            )  # fmt: skip
            return found, newest_version(session, family_id, since, until)

        family, newest = await self._desk.vault.read(gather)
        wanted = PaperWish(
            "letter", leave.name, self._desk.today(), FONTS, notices=tuple(one.text for one in leave.notices)
        )
        draw_record = partial(_draw_record, family, leave, wish, days, agency, words, wanted)
        record, pages = await asyncio.to_thread(draw_record)
        parts = [Part(f"family-{number:02d}/record.pdf", record)]
        inside = {note.label for note in notes} | {"general"}
        if newest is not None:
            version_id, of_day = newest
            document = await self._versions.content(version_id)
            page = await self._pages.page(family_id, leave.audience, language, document)
            inside |= await self._pages.labels(family_id, leave.audience, document)

            def draw_plan() -> tuple[bytes, int]:
                from app.exchange.pdf import version_paper

                return version_paper(page, words, wanted, of_day=of_day, parts=leave.parts)

            plan, more = await asyncio.to_thread(draw_plan)
            parts.append(Part(f"family-{number:02d}/plan.pdf", plan))
            pages += more
        return parts, Drawn(record, "", pages, frozenset(inside))

    async def _all_notes(self, family_id: str) -> tuple[NoteView, ...]:
        count = await self._desk.vault.read(
            lambda session: len(session.exec(select(Note.id).where(Note.family_id == family_id)).all())
        )
        return await self._notes.of_family(family_id, limit=max(1, count))

    async def _agency(self) -> str:
        def find(session: Session) -> str:
            row = session.exec(select(AgencyProfile)).first()
            return row.name if row is not None else ""

        return await self._desk.vault.read(find)

    def _checked(self, wish: PacketWish) -> tuple[date, date]:
        if not wish.families:
            raise InvalidInput("Choose at least one family.", field="families", code="packet_no_family")
        if len(wish.families) > MOST_FAMILIES:
            raise InvalidInput(
                TOO_MUCH, field="families",
                code="packet_too_large",
            )  # fmt: skip
        for name in ("since", "until"):
            if not edge.day(getattr(wish, name), name):
                raise InvalidInput("Write a day.", field=name, code="packet_no_day")
        since, until = date.fromisoformat(wish.since), date.fromisoformat(wish.until)
        if until < since:
            raise InvalidInput("It ends before it begins.", field="until", code="packet_backwards")
        for label in wish.labels:
            edge.choice(label, LABELS, "labels")
        for name in ("recipient", "organisation", "reference", "reason", "least"):
            edge.text(getattr(wish, name), name)
        return since, until


def _draw_record(
    family: FamilyPacket, leave: Leave, wish: PacketWish, days: tuple[date, date], agency: str,
    words: Lookup, wanted: PaperWish,
) -> tuple[bytes, int]:  # fmt: skip
    from app.exchange.pdf.packet_paper import PacketHead, packet_paper

    head = PacketHead(
        agency, leave.name, wish.organisation, wish.reference, wish.reason, wish.least, *days
    )
    return packet_paper(family, head, words, wanted, wish.language)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


__all__ = ["LABELS", "AuditPackets", "PacketFamily", "PacketWish"]
