"""Three real tablets of one family: its supervisor, its coordinator, and a family partner.

A small server stands between them: it takes control operations in order, and gives every stream to
its members alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from app.protocol.bodies import Role
from app.protocol.control import parse_control
from app.protocol.ids import PersonId, StreamId, singleton_id
from app.protocol.membership import StreamState
from app.services.desk import Desk, Me
from app.services.keeping import Keeping
from app.services.labels import Labels
from app.store.vault import Change
from app.wraparound.records import Family, StaffMember
from tests.fakes.agency import FakeAgency, FakeFamily, exchange
from tests.services.rig import Person

NAMES = ("Ruth Abara", "Marisol Vega", "Dina Ortiz")
ROLES = (("administrator", "supervisor"), ("coordinator",), ("partner",))


@dataclass
class Worker(Person):
    """One person's open tablet, with the services of this issue."""

    labels: Labels = field(init=False)
    keeping: Keeping = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.labels = Labels(self.desk)
        self.keeping = Keeping(self.desk)


@dataclass
class Trio:
    """Three tablets. family: read by all three; other: by the supervisor and the coordinator."""

    agency: FakeAgency
    family: FakeFamily
    other: FakeFamily
    workers: list[Worker]
    control: dict[StreamId, list[bytes]] = field(default_factory=dict)

    @property
    def supervisor(self) -> Worker:
        return self.workers[0]

    @property
    def coordinator(self) -> Worker:
        return self.workers[1]

    @property
    def partner(self) -> Worker:
        return self.workers[2]

    async def meet(self, *only: Worker) -> None:
        """All tablets (or some) send and receive everything they may have."""
        there = only or tuple(self.workers)
        for worker in there:
            await self._push_control(worker)
        for worker in there:
            await self._pull_control(worker)
        for stream in list(self.control):
            members = [worker for worker in there if self._reads(stream, worker)]
            for _ in range(2):  # what the first pass acknowledged is sent again, and changes nothing
                await exchange(stream, *(worker.vault for worker in members))

    def _reads(self, stream: StreamId, worker: Worker) -> bool:
        state = StreamState.replay(self.control[stream], self.agency.state)
        return PersonId(bytes.fromhex(worker.desk.me.person)) in state.members

    async def _push_control(self, worker: Worker) -> None:
        for _ in range(5):
            waiting = [one for one in await worker.vault.outgoing_control() if one.ops]
            if not waiting:
                return
            for one in waiting:
                held = self.control.setdefault(one.stream, [])
                head = parse_control(held[-1]).hash if held else bytes(32)
                if one.prev == head:
                    held.extend(one.ops)
                await worker.vault.apply_control(one.stream, held)
        raise AssertionError("control operations do not settle")

    async def _pull_control(self, worker: Worker) -> None:
        for stream, ops in self.control.items():
            if self._reads(stream, worker):
                await worker.vault.apply_control(stream, ops)

    def restricted(self, worker: Worker, family: FakeFamily | None = None) -> list[StreamId]:
        """The restricted streams of a family that a tablet knows."""
        known = worker.vault.streams_of(bytes.fromhex((family or self.family).id))
        return sorted(stream for stream, label in known.items() if label == "restricted")


@asynccontextmanager
async def trio(home: Path, roles: Sequence[Role] = (Role.COORDINATOR, Role.PARTNER)) -> AsyncIterator[Trio]:
    """Nia's family on three tablets, Sam's on two."""
    agency = FakeAgency(3, roles=roles)
    family = agency.family(opener=1, members=[0, 2])
    other = agency.family(opener=1, members=[0])
    data = agency.data()
    workers: list[Worker] = []
    try:
        for number in range(3):
            own = [data, family] if number == 2 else [data, family, other]
            vault = await agency.vault(number, home / str(number), own)
            workers.append(Worker(agency.members[number], vault, _desk(agency, number, vault, roles)))
        place = Trio(agency, family, other, workers)
        place.control = {one.stream: [one.genesis] for one in (data, family, other)}
        await _introduce(place, data)
        await place.meet()
        yield place
    finally:
        for worker in workers:
            await worker.vault.close()


def _desk(agency: FakeAgency, number: int, vault: object, roles: Sequence[Role]) -> Desk:
    member, numbers = agency.members[number], count(1)
    held = ROLES[0] if number == 0 else (str(roles[number - 1]),)
    me = Me(member.person.hex(), member.keyring.device.hex(), NAMES[number], "Worker", held)
    return Desk(vault, member.clock.now_ms, lambda: f"{number + 1:02x}{next(numbers):030x}", me)  # type: ignore[arg-type]


async def _introduce(place: Trio, data: FakeFamily) -> None:
    for family, name in ((place.family, "Nia Delgado"), (place.other, "Sam Rivers")):
        record = singleton_id(family.stream, Family.TYPE).hex()
        fields = {"name": name, "list_name": name}
        await place.coordinator.vault.commit([Change(family.stream, Family.TYPE, record, fields)])
    for worker in place.workers:
        me = worker.desk.me
        change = Change(data.stream, StaffMember.TYPE, me.person, {"name": me.name, "title": me.title})
        await worker.vault.commit([change])
