"""Two real tablets of one family, without network: services over real vaults that swap segments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from app.protocol.ids import singleton_id
from app.services.casebook import Casebook
from app.services.caseload import Caseload
from app.services.conflicts import Conflicts
from app.services.desk import Desk, Me
from app.services.notes import Notes
from app.services.opening import Opening
from app.services.plan import Plan
from app.services.practice_rules import PracticeRules
from app.services.supports import Supports
from app.store.vault import Change, Vault
from app.wraparound.records import Family, StaffMember
from tests.fakes.agency import FakeAgency, FakeFamily, Member, exchange

NAMES = ("Ruth Abara", "Marisol Vega")
ROLES = (("administrator", "supervisor"), ("coordinator",))


@dataclass
class Person:
    """One person's open tablet."""

    member: Member
    vault: Vault
    desk: Desk
    notes: Notes = field(init=False)
    supports: Supports = field(init=False)
    plan: Plan = field(init=False)
    conflicts: Conflicts = field(init=False)
    casebook: Casebook = field(init=False)
    opening: Opening = field(init=False)

    def __post_init__(self) -> None:
        self.notes = Notes(self.desk)
        self.supports = Supports(self.desk)
        self.plan = Plan(self.desk)
        self.conflicts = Conflicts(self.desk)
        self.casebook = Casebook(self.desk, Caseload(self.desk, PracticeRules(self.desk)))
        self.opening = Opening(self.desk)

    def later(self, seconds: float) -> None:
        """Let this tablet's clock run."""
        self.member.clock.advance(seconds)


@dataclass
class Pair:
    """A supervisor and a coordinator who share one family."""

    family: FakeFamily
    supervisor: Person
    coordinator: Person

    async def meet(self) -> None:
        """Both tablets receive what the other has, as through the server."""
        await exchange(self.family.stream, self.supervisor.vault, self.coordinator.vault)
        # Twice: what the first pass acknowledged is resent, and must change nothing.
        await exchange(self.family.stream, self.supervisor.vault, self.coordinator.vault)


@asynccontextmanager
async def pair(home: Path) -> AsyncIterator[Pair]:
    """Two tablets with one family, "Nia Delgado", already on both."""
    agency = FakeAgency(2)
    family, data = agency.family(opener=1, members=[0]), agency.data()
    people: list[Person] = []
    try:
        for number in (0, 1):
            vault = await agency.vault(number, home / str(number), [data, family])
            people.append(Person(agency.members[number], vault, _desk(agency, number, vault)))
        await _introduce(people, family)
        both = Pair(family, people[0], people[1])
        await both.meet()
        yield both
    finally:
        for person in people:
            await person.vault.close()


def _desk(agency: FakeAgency, number: int, vault: Vault) -> Desk:
    member = agency.members[number]
    numbers = count(1)
    me = Me(
        member.person.hex(), member.keyring.device.hex(), NAMES[number], "Care coordinator", ROLES[number]
    )
    return Desk(vault, member.clock.now_ms, lambda: f"{number + 1:02x}{next(numbers):030x}", me)


async def _introduce(people: Sequence[Person], family: FakeFamily) -> None:
    named = {"name": "Nia and the Delgado family", "list_name": "Nia Delgado"}
    record = singleton_id(family.stream, Family.TYPE).hex()
    await people[1].vault.commit([Change(family.stream, Family.TYPE, record, named)])
    data = people[0].vault.data_stream
    for person in people:
        me = person.desk.me
        await person.vault.commit(
            [Change(data, StaffMember.TYPE, me.person, {"name": me.name, "title": me.title})]
        )
    await exchange(data, *(person.vault for person in people))
