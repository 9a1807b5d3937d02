"""Who could look at the screen, and what is kept from whom.

Owns reading and writing NotFor records and naming the readers of a family. What follows from it is
decided by the pure rule in wraparound/audience.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import derived_id
from app.store.vault import Change
from app.wraparound.audience import Rules
from app.wraparound.records import RECORD_TYPES, NaturalSupport, NotFor, Person, TeamMember

from .desk import Desk
from .permissions import require


@dataclass(frozen=True)
class Reader:
    """Somebody who could sit at the table. kind: family, natural, community, formal.

    on_team: supports and professionals who take part today; the others are offered further down.
    """

    id: str
    name: str
    role: str
    kind: str
    is_youth: bool
    on_team: bool


class Audiences:
    """Readers and what is kept from them, for the families on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def readers(self, family_id: str) -> tuple[Reader, ...]:
        """Everybody the records know: family first, then natural supports, then professionals."""
        return await self._desk.vault.read(lambda session: readers_of(session, family_id))

    async def kept_from(self, family_id: str) -> dict[str, frozenset[str]]:
        """Item id → ids of the people it is kept from. Workers only."""
        rules = await self._desk.vault.read(lambda session: rules_of(session, family_id))
        return dict(rules.not_for)

    async def keep_from(
        self, family_id: str, item_type: str, item_id: str, people: frozenset[str]
    ) -> None:
        """Keep an item from exactly these people (an empty set: from nobody).

        item_type, item_id: what is kept; it may be a person. One act, one transaction.
        """
        require(self._desk.me, "audience.edit")
        if item_type not in RECORD_TYPES or not item_id:
            raise InvalidInput("This cannot be kept from anybody.", code="bad_item")
        before = (await self.kept_from(family_id)).get(item_id, frozenset())
        stream = await self._desk.stream_of(family_id, item_type, item_id)
        changes = []
        for person in sorted(people ^ before):
            record = derived_id(stream, NotFor.TYPE, item_id, person).hex()
            if person in before:
                changes.append(Change(stream, NotFor.TYPE, record, {}, delete=True))
                continue
            fields = {"item_id": item_id, "item_type": item_type, "person_id": person}
            # The same pair may have been kept apart before: then its record comes back.
            changes.append(Change(stream, NotFor.TYPE, record, fields, restore=True))
        if changes:
            await self._desk.vault.commit(changes)


def readers_of(session: Session, family_id: str) -> tuple[Reader, ...]:
    """See Audiences.readers; for functions that already read."""
    family = session.exec(
        select(Person).where(Person.family_id == family_id).order_by(col(Person.order), col(Person.name))
    )
    supports = session.exec(
        select(NaturalSupport)
        .where(NaturalSupport.family_id == family_id)
        .order_by(col(NaturalSupport.closeness).desc(), col(NaturalSupport.name))
    )
    team = session.exec(
        select(TeamMember).where(TeamMember.family_id == family_id).order_by(col(TeamMember.name))
    )
    return (
        *(Reader(p.id, p.called or p.name, p.role, "family", p.is_youth, True) for p in family),
        *(
            Reader(s.id, s.name, s.relation, "natural", False, s.status in ("on_team", "leading"))
            for s in supports
        ),
        *(Reader(m.id, m.name, m.role, m.kind, False, m.status == "on_team") for m in team),
    )


def rules_of(session: Session, family_id: str) -> Rules:
    """What is kept from whom in a family, and the names its people go by."""
    barred: dict[str, set[str]] = defaultdict(set)
    for pair in session.exec(select(NotFor).where(NotFor.family_id == family_id)):
        barred[pair.item_id].add(pair.person_id)
    names: dict[str, tuple[str, ...]] = {}
    for person in session.exec(select(Person).where(Person.family_id == family_id)):
        names[person.id] = tuple({person.name, person.called} - {""})
    for support in session.exec(select(NaturalSupport).where(NaturalSupport.family_id == family_id)):
        names[support.id] = (support.name,)
    for member in session.exec(select(TeamMember).where(TeamMember.family_id == family_id)):
        names[member.id] = (member.name,)
    return Rules({item: frozenset(people) for item, people in barred.items()}, names)
