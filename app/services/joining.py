"""One family that was opened twice: found, and made one with nothing lost.

Owns the proposal and the act. What is in the one record is written again in the one that stays, under ids
that follow from where it was, so that two tablets which join at once write the same, and joining
again brings over only what has come since. The other record is closed and stays readable: whatever
was signed (signatures, releases, plan versions) stays where it was signed.
Spec: docs/howto/same-family.md; design 04, "Streams".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.errors import AppError, InvalidInput
from app.protocol.ids import PersonId, StreamId, derived_id, singleton_id
from app.protocol.membership import Label
from app.store.vault import Change
from app.wraparound.duplicates import Reason, folded, likenesses
from app.wraparound.records import (
    RECORD_TYPES,
    EnteredInError,
    Family,
    FamilyLink,
    MovedItem,
    Note,
    Record,
    StaffMember,
    fields_of,
)

from .desk import Desk
from .joining_rules import (
    DERIVED,
    FILLED,
    ORDER,
    SAME,
    Difference,
    Side,
    agree,
    differences_of,
    facts_of,
    filled,
    follow,
    mark_of,
    new_id,
    sides_of,
    singles,
    singletons,
    whole,
)
from .labels import Labels
from .moved import home_stream
from .permissions import allows, require


@dataclass(frozen=True)
class Proposal:
    """Two that may be one. keep: the one with more in it. may_join: whether this person can decide."""

    keep: Side
    other: Side
    reasons: tuple[Reason, ...]
    may_join: bool


@dataclass(frozen=True)
class Joined:
    """A record that was joined into another. left: what has come since and can be brought over now.

    others: notes that only their author can bring over, by the author's name.
    """

    family_id: str
    into_id: str
    into_name: str
    left: int
    others: tuple[tuple[str, int], ...] = ()


@dataclass
class _Over:
    """What goes over. ids: old → new; rows in an order in which what something hangs on comes first."""

    ids: dict[str, str]
    rows: list[Record] = field(default_factory=list)
    same: list[tuple[Record, Record]] = field(default_factory=list)
    not_mine: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class Joining:
    """Families that were opened twice, on this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._labels = Labels(desk)

    # -- finding them -------------------------------------------------------------------------

    async def proposals(self) -> tuple[Proposal, ...]:
        """Pairs of open families that may be one and of which nobody has said that they are two."""

        def find(session: Session) -> list[tuple[Side, Side, tuple[Reason, ...]]]:
            facts = facts_of(session)
            decided = {
                frozenset((link.family_id, link.other_id)) for link in session.exec(select(FamilyLink))
            }
            return [
                (*sides_of(session, one), one.reasons)
                for one in likenesses(facts)
                if frozenset((one.first, one.second)) not in decided
            ]

        found = await self._desk.vault.read(find)
        may = allows(self._desk.me, "family.join")
        return tuple(Proposal(keep, other, reasons, may) for keep, other, reasons in found)

    async def proposal(self, one: str, two: str) -> Proposal:
        """The pair of these two families. Raises InvalidInput when it is none any more."""
        for found in await self.proposals():
            if {found.keep.family_id, found.other.family_id} == {one, two}:
                return found
        raise InvalidInput("Somebody has decided this already.", code="join_decided")

    # -- deciding -----------------------------------------------------------------------------

    async def different(self, one: str, two: str) -> None:
        """They are two families: nobody is asked again. Raises PermissionRefused, InvalidInput."""
        require(self._desk.me, "family.join")
        changes = [await self._link(here, there, "different") for here, there in ((one, two), (two, one))]
        await self._desk.vault.commit(changes)

    async def join(self, keep: str, other: str) -> Joined:
        """Make `other` part of `keep`; the people of both read along in `keep` from now on.

        Works without a network. Raises PermissionRefused, InvalidInput (not here, or decided already).
        """
        require(self._desk.me, "family.join")
        if keep == other:
            raise InvalidInput("Somebody has decided this already.", code="join_decided")
        for link in await self._links():
            if link.kind == "joined" and {keep, other} & {link.family_id}:
                raise InvalidInput("Somebody has decided this already.", code="join_decided")
        await self._let_in(keep, other)
        closed = {
            "status": "closed", "status_on": self._desk.today().isoformat(), "status_reason": "",
        }  # fmt: skip
        stream = await self._desk.team_stream(other)
        own = singleton_id(stream, Family.TYPE).hex()
        await self._desk.vault.commit(
            [
                *(await self._changes(keep, other)),
                Change(stream, Family.TYPE, own, closed),
                await self._link(other, keep, "joined"),
            ]
        )
        return await self._state(other, keep)

    async def bring_over(self, family_id: str) -> Joined:
        """Bring over what has come into a joined record since, and one's own unsigned notes.

        Raises PermissionRefused, InvalidInput (it was not joined, or the other is not here).
        """
        require(self._desk.me, "note.write")
        into = await self._into(family_id)
        if into is None:
            raise InvalidInput("This is not on this tablet any more.", code="gone")
        changes = await self._changes(into, family_id)
        if changes:
            await self._desk.vault.commit(changes)
        return await self._state(family_id, into)

    async def of_family(self, family_id: str) -> Joined | None:
        """Where a family was joined into, and what is left in it; None for any other."""
        into = await self._into(family_id)
        return None if into is None else await self._state(family_id, into)

    async def differences(self, family_id: str) -> tuple[Difference, ...]:
        """What the record that was joined says differently, as both stand now."""
        into = await self._into(family_id)
        if into is None:
            return ()
        keep = into
        return tuple(await self._desk.vault.read(lambda session: differences_of(session, keep, family_id)))

    # -- the act ------------------------------------------------------------------------------

    async def _changes(self, keep: str, other: str) -> list[Change]:
        """What is to be written in the family that stays; nothing for what is there already."""
        target = await self._desk.team_stream(keep)
        restricted = None
        if await self._desk.vault.read(lambda s: self._needs_restricted(s, keep, other)):
            restricted = await self._labels.home(keep, "sud")

        def make(session: Session) -> list[Change]:
            over = self._gather(session, keep, other)
            for kind, record in singles(session, other):
                over.ids.setdefault(record, singleton_id(target, kind).hex())
            ends = {row.id: restricted if restricted and self._is_restricted(row) else target
                    for row in over.rows}  # fmt: skip
            for row in over.rows:
                over.ids[row.id] = new_id(row, ends[row.id], over.ids)
            changes: list[Change] = []
            for row in over.rows:
                changes += self._again(session, row, ends[row.id], over.ids)
            for new, old in (*over.same, *singletons(session, keep, other)):
                changes += filled(new, old, over.ids)
                if new.TYPE in SAME:
                    changes += mark_of(session, old, new.id, home_stream(new), written=False)
            for kind in FILLED:
                changes += whole(session, kind, target, other, over.ids)
            return changes

        return await self._desk.vault.read(make)

    def _gather(self, session: Session, keep: str, other: str) -> _Over:
        """What is in `other` and not in `keep` yet. `same` are people who are in both."""
        marks = select(MovedItem).where(MovedItem.family_id == keep, MovedItem.why == "joined")
        over = _Over({mark.item_id: mark.to_id for mark in session.exec(marks)})
        over.ids |= {other: keep, **{old.id: new.id for new, old in singletons(session, keep, other)}}
        wrong = set(session.exec(select(EnteredInError.item_id)).all())
        for name in ORDER:
            kind = RECORD_TYPES[name]
            rows = session.exec(select(kind).where(kind.family_id == other).order_by(col(kind.id))).all()
            there = {
                tuple(folded(str(getattr(row, part))) for part in SAME.get(name, ())): row
                for row in session.exec(select(kind).where(kind.family_id == keep).order_by(col(kind.id)))
            } if name in SAME else {}  # fmt: skip
            for row in rows:
                if row.id in over.ids:
                    continue
                twin = there.get(tuple(folded(str(getattr(row, part))) for part in SAME.get(name, ())))
                if name in SAME and twin is not None and agree(row, twin):
                    over.ids[row.id] = twin.id
                    over.same.append((twin, row))
                elif row.id not in wrong and self._may_write(session, row, over):
                    over.rows.append(row)
        return over

    def _may_write(self, session: Session, row: Record, over: _Over) -> bool:
        """Unsigned words go over with their author alone: whoever writes a note anew is its author."""
        if row.TYPE == "addendum":
            return getattr(row, "note_id", "") in over.ids or any(
                getattr(row, "note_id", "") == one.id for one in over.rows
            )
        if not isinstance(row, Note) or row.signed or row.created_by == self._desk.me.person:
            return True
        over.not_mine[row.created_by] += 1
        return False

    def _again(
        self, session: Session, row: Record, target: StreamId, ids: Mapping[str, str]
    ) -> list[Change]:
        values = {
            name: follow(value, ids)
            for name in fields_of(type(row))
            if (value := getattr(row, name)) is not None
        }
        written = Change(target, row.TYPE, ids[row.id], values, restore=row.TYPE in DERIVED)
        return [written, *mark_of(session, row, ids[row.id], target, written=True)]

    def _needs_restricted(self, session: Session, keep: str, other: str) -> bool:
        return any(self._is_restricted(row) for row in self._gather(session, keep, other).rows)

    def _is_restricted(self, row: Record) -> bool:
        state = self._desk.vault.stream_state(bytes.fromhex(row.stream))
        return state is not None and state.label is Label.RESTRICTED

    # -- around it ----------------------------------------------------------------------------

    async def _let_in(self, keep: str, other: str) -> None:
        """The people of both read along in the one that stays; whoever may not is passed over."""
        here, there = await self._desk.team_stream(keep), await self._desk.team_stream(other)
        vault = self._desk.vault
        mine, theirs = vault.stream_state(here), vault.stream_state(there)
        if mine is None or theirs is None:
            raise InvalidInput("This family is not on this tablet.", code="family_not_here")
        lacking = sorted(PersonId(one) for one in theirs.members - mine.members)
        if lacking:
            await vault.let_in(here, lacking)

    async def _link(self, family_id: str, other_id: str, kind: str) -> Change:
        stream = await self._desk.team_stream(family_id)
        record = derived_id(stream, FamilyLink.TYPE, other_id).hex()
        fields = {"other_id": other_id, "kind": kind, "on_day": self._desk.today().isoformat()}
        return Change(stream, FamilyLink.TYPE, record, fields)

    async def _links(self) -> Sequence[FamilyLink]:
        return await self._desk.vault.read(lambda session: session.exec(select(FamilyLink)).all())

    async def _into(self, family_id: str) -> str | None:
        for link in await self._links():
            if link.kind == "joined" and link.family_id == family_id:
                try:
                    await self._desk.team_stream(link.other_id)
                except AppError:
                    return None  # this person does not read along there
                return link.other_id
        return None

    async def _state(self, family_id: str, into: str) -> Joined:
        def look(session: Session) -> Joined:
            over = self._gather(session, into, family_id)
            names = {one.id: one.name for one in session.exec(select(StaffMember))}
            others = sorted((names.get(person, ""), count) for person, count in over.not_mine.items())
            family = session.exec(select(Family).where(Family.family_id == into)).first()
            name = (family.list_name or family.name) if family is not None else ""
            return Joined(family_id, into, name, len(over.rows), tuple(others))

        return await self._desk.vault.read(look)
