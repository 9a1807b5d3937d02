"""The crisis plan: its lines in order, and the card that everybody can read.

Two cards: the safe one holds what is hidden from nobody, and opens at once; the full one is for the
worker alone, who asks for it. Spec: docs/audience.md, "The crisis card".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import singleton_id
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.family_page import CrisisLine
from app.wraparound.records import (
    ContactSafety,
    CrisisItem,
    CrisisPlan,
    NaturalSupport,
    NotFor,
    Person,
    TeamMember,
)
from app.wraparound.vocabulary import CONTENT_LANGUAGES, CRISIS_SECTIONS
from app.wraparound.wording import Words

from . import edge
from .desk import Desk
from .family_page import FamilyPages
from .permissions import require

ON_THE_CARD = ("early_sign", "helps", "hurts", "proactive", "reactive", "call", "safe_place", "medical")
"""Sections that the card shows; the others are for making the plan."""


@dataclass(frozen=True)
class LineView:
    """One line in the editor. hidden_from: how many people it is kept from."""

    line_id: str
    section: str
    text: str
    who: str
    who_id: str
    phone: str
    has_conflict: bool
    hidden_from: int


@dataclass(frozen=True)
class CrisisView:
    """The whole plan for workers. lines: in the order of the card. reviewed_on: ISO day or ""."""

    family_id: str
    lines: tuple[LineView, ...]
    reviewed_on: str

    def of(self, section: str) -> tuple[LineView, ...]:
        """The lines of one section, in order."""
        return tuple(line for line in self.lines if line.section == section)


@dataclass(frozen=True)
class Callee:
    """Somebody whom the plan may name. may_call: False hides the number and says so."""

    person_id: str
    name: str
    role: str
    phone: str
    may_call: bool


@dataclass(frozen=True)
class Contact:
    """A natural support who helps in a crisis and may be called."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class Card:
    """The crisis card. safe: it holds what is hidden from nobody. made: the family has a plan."""

    lines: tuple[CrisisLine, ...]
    contacts: tuple[Contact, ...]
    reviewed_on: str
    safe: bool
    made: bool
    others: frozenset[str]
    """Ids of lines whose words are in the other language, as they are in no other."""


class CrisisPlans:
    """Crisis plans of the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)

    # -- the card -----------------------------------------------------------------------------

    async def card(self, family_id: str, language: str, *, everything: bool = False) -> Card:
        """The card in a language. everything: also what is kept from somebody, for a worker alone.

        A line that is not in the language is shown as it was written: in a crisis other words are
        better than none. Raises InvalidInput when the family is not here.
        """
        spoken = language if language in CONTENT_LANGUAGES else CONTENT_LANGUAGES[0]
        least = Audience(strangers=True)
        safe = await self._pages.page(family_id, least, spoken)
        hidden = frozenset() if everything else await self._pages.hidden(family_id, least)
        contacts = await self._contacts(family_id, hidden)
        if everything:
            view = await self.plan(family_id)
            barred = await self._barred(family_id)
            known = {line.item_id: line for line in safe.crisis}
            told = {gap.item_id: gap.text for gap in safe.gaps if gap.field == "text"}
            lines = tuple(
                CrisisLine(
                    one.line_id,
                    one.section,
                    _known_words(known.get(one.line_id), told) or Words(one.text),
                    one.who,
                    "" if one.who_id in barred else one.phone,
                )
                for one in view.lines
            )
            return Card(lines, contacts, view.reviewed_on, False, bool(view.lines), frozenset(told))
        lines, others = with_originals(safe.crisis, {gap.item_id: gap.text for gap in safe.gaps})
        made = bool(safe.crisis)
        return Card(lines, contacts, safe.crisis_reviewed_on if made else "", True, made, others)

    async def _contacts(self, family_id: str, hidden: frozenset[str]) -> tuple[Contact, ...]:
        barred = await self._barred(family_id)

        def find(session: Session) -> list[NaturalSupport]:
            return list(
                session.exec(
                    select(NaturalSupport)
                    .where(NaturalSupport.family_id == family_id)
                    .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
                )
            )

        return tuple(
            Contact(one.name, one.relation, one.phone)
            for one in await self._desk.vault.read(find)
            if "crisis" in one.how_they_help.split(",") and one.phone and one.id not in barred | hidden
        )

    async def _barred(self, family_id: str) -> frozenset[str]:
        """Ids of people whose number may not be called."""

        def find(session: Session) -> frozenset[str]:
            flagged = session.exec(
                select(NaturalSupport.id)
                .where(NaturalSupport.family_id == family_id)
                .where(col(NaturalSupport.do_not_contact).is_(True))
            )
            unsafe = session.exec(
                select(ContactSafety.about_id)
                .where(ContactSafety.family_id == family_id)
                .where(col(ContactSafety.may_call).is_(False))
            )
            return frozenset([*flagged, *unsafe])

        return await self._desk.vault.read(find)

    # -- the plan, for workers ------------------------------------------------------------------

    async def plan(self, family_id: str) -> CrisisView:
        """All lines, section by section, in order."""

        def find(session: Session) -> CrisisView:
            rows = session.exec(select(CrisisItem).where(CrisisItem.family_id == family_id)).all()
            plan = session.exec(select(CrisisPlan).where(CrisisPlan.family_id == family_id)).first()
            kept: dict[str, int] = {}
            for pair in session.exec(select(NotFor).where(NotFor.family_id == family_id)):
                kept[pair.item_id] = kept.get(pair.item_id, 0) + 1
            return CrisisView(
                family_id,
                tuple(
                    LineView(
                        row.id, row.section, row.text, row.who, row.who_id, row.phone,
                        row.has_conflict, kept.get(row.id, 0),
                    )
                    for row in sorted(rows, key=_place)
                    if row.section in CRISIS_SECTIONS
                ),
                plan.reviewed_on if plan else "",
            )  # fmt: skip

        return await self._desk.vault.read(find)

    async def callees(self, family_id: str) -> tuple[Callee, ...]:
        """Everybody of the family and the team whom a line may name, with their number."""
        barred = await self._barred(family_id)

        def find(session: Session) -> list[Callee]:
            def of(found: Sequence[Person | NaturalSupport | TeamMember]) -> list[Callee]:
                return [
                    Callee(
                        row.id,
                        (row.called if isinstance(row, Person) else "") or row.name,
                        row.relation if isinstance(row, NaturalSupport) else row.role,
                        "" if row.id in barred else row.phone,
                        row.id not in barred,
                    )
                    for row in sorted(found, key=lambda one: one.name)
                ]

            return [
                *of(session.exec(select(Person).where(Person.family_id == family_id)).all()),
                *of(session.exec(select(NaturalSupport).where(NaturalSupport.family_id == family_id)).all()),
                *of(session.exec(select(TeamMember).where(TeamMember.family_id == family_id)).all()),
            ]

        return tuple(await self._desk.vault.read(find))

    async def save_line(
        self, family_id: str, section: str, text: str, *, line_id: str = "", who: str = "",
        who_id: str = "", phone: str = "", language: str = "",
    ) -> str:  # fmt: skip
        """Add or change a line; a new one goes last in its section. Returns its id.

        language: of the words; a changed line keeps its own when empty. Raises InvalidInput.
        """
        require(self._desk.me, "crisis.edit")
        edge.choice(section, CRISIS_SECTIONS, "section")
        name = edge.text(who, "who")
        needs_words = not (section == "call" and name.strip())
        values: dict[str, object] = {
            "section": section,
            "text": edge.text(
                text,
                "crisis_line",
                limit=edge.PARAGRAPH_BYTES,
                required="Write the line first." if needs_words else "",
                blank="no_crisis_line",
            ),
            "who": name,
            "who_id": who_id,
            "phone": edge.text(phone, "phone"),
        }
        if language:
            values["language"] = edge.choice(language, CONTENT_LANGUAGES, "language")
        target = line_id or self._desk.new_id()
        before = await self._desk.vault.read(lambda session: session.get(CrisisItem, target))
        if before is None:
            if line_id:
                raise InvalidInput("This line is gone.", code="crisis_line_gone")
            changed = values | {"order": self._desk.now_ms() // 1000}
        else:
            changed = {key: value for key, value in values.items() if getattr(before, key) != value}
        if changed:
            await self._commit(family_id, target, changed)
        return target

    async def move_line(self, family_id: str, line_id: str, up: bool) -> None:
        """Swap a line with its neighbour in the section."""
        require(self._desk.me, "crisis.edit")
        view = await self.plan(family_id)
        line = next((one for one in view.lines if one.line_id == line_id), None)
        if line is None:
            return
        order = [one.line_id for one in view.of(line.section)]
        at = order.index(line_id)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit(
            [
                Change(stream, CrisisItem.TYPE, one, {"order": place})
                for place, one in enumerate(order, start=1)
            ]
        )

    async def remove_line(self, family_id: str, line_id: str) -> None:
        """Take a line off. A change made elsewhere meanwhile brings it back."""
        require(self._desk.me, "crisis.edit")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, CrisisItem.TYPE, line_id, {}, delete=True)])

    async def put_back(self, family_id: str, line_id: str) -> None:
        """Undo a removal: the line is as it was."""
        require(self._desk.me, "crisis.edit")
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, CrisisItem.TYPE, line_id, {}, restore=True)])

    async def reviewed(self, family_id: str, meeting_id: str = "") -> None:
        """The plan was looked at today and is right. meeting_id: the meeting where."""
        require(self._desk.me, "crisis.edit")
        stream = await self._desk.team_stream(family_id)
        fields = {"reviewed_on": self._desk.today().isoformat(), "reviewed_at_meeting": meeting_id}
        record = singleton_id(stream, CrisisPlan.TYPE).hex()
        await self._desk.vault.commit([Change(stream, CrisisPlan.TYPE, record, fields)])

    async def _commit(self, family_id: str, record: str, fields: dict[str, object]) -> None:
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.commit([Change(stream, CrisisItem.TYPE, record, dict(fields))])


def with_originals(
    lines: tuple[CrisisLine, ...], told: dict[str, str]
) -> tuple[tuple[CrisisLine, ...], frozenset[str]]:
    """Lines whose words are missing in a language get their original ones, and their ids.

    told: item id → original words, of the gaps of the same page.
    """
    missing = frozenset(line.item_id for line in lines if line.text.gap)
    return (
        tuple(
            CrisisLine(line.item_id, line.section, Words(told.get(line.item_id, "")), line.who, line.phone)
            if line.item_id in missing
            else line
            for line in lines
        ),
        missing,
    )


def _known_words(line: CrisisLine | None, told: dict[str, str]) -> Words:
    if line is None:
        return Words()
    return Words(told.get(line.item_id, "")) if line.text.gap else line.text


def _place(row: CrisisItem) -> tuple[int, int, str]:
    section = CRISIS_SECTIONS.index(row.section) if row.section in CRISIS_SECTIONS else 99
    return (section, row.order, row.id)
