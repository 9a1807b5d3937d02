"""Who of the agency reads a family, why, and letting a family or youth partner in.

Names come from the agency's data stream, membership from the streams' control chains. Refuses to
let anybody into a restricted stream: that follows roles (labels.py). Spec: docs/roles.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.protocol.ids import PersonId, StreamId
from app.protocol.membership import Label, Role, who_must_read
from app.store.vault import Change
from app.wraparound.records import Cover, Family, StaffMember

from .audit import Audit
from .desk import Desk
from .permissions import require
from .syncing import Syncing


@dataclass(frozen=True)
class Reader:
    """Somebody who works here and reads the family. roles: codes of wraparound.roles.

    restricted: also what is restricted. stands_in_until: ISO day of a running cover, or empty.
    may_leave: a supervisor may take them out.
    """

    person_id: str
    name: str
    title: str
    roles: tuple[str, ...]
    leads: bool
    restricted: bool
    stands_in_until: str
    may_leave: bool


@dataclass(frozen=True)
class Partner:
    """A family or youth partner who does not read the family yet."""

    person_id: str
    name: str
    title: str


class FamilyStaff:
    """The people of the agency around one family."""

    def __init__(self, desk: Desk, syncing: Syncing) -> None:
        self._desk = desk
        self._syncing = syncing

    async def readers(self, family_id: str) -> tuple[Reader, ...]:
        """Everybody who reads the family, who leads first. Raises InvalidInput (not here)."""
        team = await self._desk.team_stream(family_id)
        vault, agency = self._desk.vault, self._desk.vault.agency
        today = self._desk.today().isoformat()

        def find(session: Session) -> tuple[dict[str, StaffMember], str, dict[str, str]]:
            staff = {row.id: row for row in session.exec(select(StaffMember))}
            lead = session.exec(select(Family.lead_coordinator).where(Family.family_id == family_id)).first()
            covers = session.exec(
                select(Cover).where(Cover.family_id == family_id).where(col(Cover.ended_on) == "")
            )
            return staff, lead or "", {one.person_id: one.until_on for one in covers if one.until_on >= today}

        staff, lead, covers = await vault.read(find)
        state = vault.stream_state(team)
        members = state.members if state is not None else frozenset()
        inner = self._restricted(family_id)
        found = []
        for person in members:
            known = staff.get(person.hex())
            needed = any(person in who_must_read(agency, other) for other in members - {person})
            found.append(
                Reader(
                    person.hex(),
                    known.name if known else "",
                    known.title if known else "",
                    tuple(map(str, agency.roles_at(person, agency.index))),
                    person.hex() == lead,
                    person in inner,
                    covers.get(person.hex(), ""),
                    may_leave=person.hex() not in (lead, self._desk.me.person) and not needed,
                )
            )
        return tuple(sorted(found, key=lambda one: (not one.leads, one.name.casefold())))

    def _restricted(self, family_id: str) -> frozenset[PersonId]:
        vault = self._desk.vault
        found: set[PersonId] = set()
        for stream, label in vault.streams_of(bytes.fromhex(family_id)).items():
            state = vault.stream_state(stream)
            if label is Label.RESTRICTED and state is not None:
                found |= state.members
        return frozenset(found)

    async def partners(self, family_id: str) -> tuple[Partner, ...]:
        """Partners with a tablet who could be let in, by name."""
        state = self._desk.vault.stream_state(await self._desk.team_stream(family_id))
        agency = self._desk.vault.agency
        staff = await self._desk.vault.read(
            lambda session: {row.id: row for row in session.exec(select(StaffMember))}
        )
        found = [
            Partner(person.hex(), known.name, known.title)
            for person in agency.persons
            if state is not None
            and person not in state.members
            and Role.PARTNER in agency.roles_at(person, agency.index)
            and agency.live_devices([person])
            and (known := staff.get(person.hex())) is not None
        ]
        return tuple(sorted(found, key=lambda one: one.name.casefold()))

    async def let_in(self, family_id: str, person_id: str) -> None:
        """Let a partner read the family's team stream, with its history. Raises InvalidInput."""
        require(self._desk.me, "family.edit")
        if person_id not in {one.person_id for one in await self.partners(family_id)}:
            raise InvalidInput(
                "Choose a partner who has a tablet.", field="person", code="cannot_be_let_in"
            )
        stream = await self._desk.team_stream(family_id)
        await self._desk.vault.let_in(stream, [PersonId(bytes.fromhex(person_id))])
        self._syncing.now()

    async def take_out(self, family_id: str, person_id: str) -> None:
        """Take somebody out of the family, with a new key. What they had read, they have read.

        Raises PermissionRefused, InvalidInput (who leads, or must read because of others).
        """
        require(self._desk.me, "cover.give")
        readers = {one.person_id: one for one in await self.readers(family_id)}
        known = readers.get(person_id)
        if known is None:
            return
        if not known.may_leave:
            raise InvalidInput(
                "This person has to be able to read the family. Hand it over first.", code="must_read"
            )
        person = PersonId(bytes.fromhex(person_id))
        vault = self._desk.vault
        for stream in self._all_of(family_id):
            state = vault.stream_state(stream)
            if state is not None and person in state.members:
                await vault.take_out(stream, person)
        await self._close_covers(family_id, person_id)
        await Audit(self._desk).note("family.leave", family_id, StaffMember.TYPE, person_id)
        self._syncing.now()

    def _all_of(self, family_id: str) -> tuple[StreamId, ...]:
        return tuple(self._desk.vault.streams_of(bytes.fromhex(family_id)))

    async def _close_covers(self, family_id: str, person_id: str) -> None:
        chosen = (
            select(Cover)
            .where(Cover.family_id == family_id)
            .where(Cover.person_id == person_id)
            .where(Cover.ended_on == "")
        )
        open_ones = await self._desk.vault.read(lambda session: list(session.exec(chosen)))
        stream = await self._desk.team_stream(family_id)
        fields = {"ended_on": self._desk.today().isoformat()}
        changes = [Change(stream, Cover.TYPE, row.id, fields) for row in open_ones]
        if changes:
            await self._desk.vault.commit(changes)
