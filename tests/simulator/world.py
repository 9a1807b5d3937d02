"""The agency of the simulation: people, their tablets, the server, and how somebody joins or leaves.

Its beginning is made directly (keys without passphrases, invitations without paper): what is tried here
is what comes after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from app.crypto.keyring import Keyring
from app.crypto.primitives import KemKey, SigningKey
from app.errors import AppError
from app.protocol.bodies import Label, Role
from app.protocol.builders import (
    build_agency_genesis,
    build_device,
    build_person,
    build_stream_genesis,
    build_team,
)
from app.protocol.control import Author
from app.protocol.hlc import stamp
from app.protocol.ids import DeviceId, PersonId, StreamId, TeamId
from app.protocol.membership import AgencyState
from app.store.vault import Change, Vault
from app.sync.http import HttpTransport
from app.wraparound.records import StaffMember
from tests.fakes.clock import FakeRandom
from tests.simulator.history import History
from tests.simulator.loop import VirtualLoop
from tests.simulator.server import ORIGIN, Server
from tests.simulator.tablet import SimTablet

BEGAN_MS = 1_780_000_000_000
FIRST = ("ruth", "omar")
"""Two supervisors; the first is the administrator, too."""


@dataclass
class World:
    """Everything there is. chance: of what happens; lines and people have their own."""

    root: Path
    loop: VirtualLoop
    seed: str
    tablets: list[SimTablet] = field(default_factory=list)
    history: History = field(default_factory=History)
    left: dict[tuple[bytes, bytes], dict[bytes, int]] = field(default_factory=dict)
    jobs: dict[asyncio.Task[None], str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What must not happen: exceptions that are none of ours."""
    logged: list[str] = field(default_factory=list)
    teams: list[TeamId] = field(default_factory=list)
    agency: StreamId = field(init=False)
    restores: int = 0
    most_restores: int = 2
    clones: int = 0
    most_clones: int = 1
    twins: bool = False
    """Some device has two histories: it was copied, or put back."""
    removals: int = 0
    most_removals: int = 2
    turns: int = 0
    most_turns: int = 2
    turned: set[bytes] = field(default_factory=set)
    """Persons who were given another role."""
    hires: int = 0
    most_hires: int = 3
    keep: tuple[str, ...] = FIRST
    """Who is never taken out."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.random = FakeRandom(f"{self.seed}-world")
        self.server = Server(self.root, self.now_ms, FakeRandom(f"{self.seed}-server"))

    def now(self) -> float:
        """Virtual seconds."""
        return self.loop.time()

    def now_ms(self) -> int:
        """The true time."""
        return BEGAN_MS + int(self.loop.time() * 1000)

    def tell(self, line: str) -> None:
        """Note one step of the story."""
        self.history.tell(self.now(), line)

    @property
    def living(self) -> list[SimTablet]:
        """Tablets that are still in the game."""
        return [one for one in self.tablets if not one.gone]

    @property
    def open(self) -> list[SimTablet]:
        """Those of them that are open."""
        return [one for one in self.living if one.on]

    # -- the beginning -----------------------------------------------------------------------------

    async def begin(self, size: int) -> None:
        """An agency of two supervisors and `size` - 2 others, each with an open tablet."""
        self.server.start()
        random, root = self.random, SigningKey.generate(self.random)
        self.agency, data = StreamId(random(16)), StreamId(random(16))
        recovery, author, hlc = KemKey.generate(random), Author.root(root), stamp(BEGAN_MS)
        ops = [build_agency_genesis(author, self.agency, recovery.public, data, hlc)]
        self.teams = [TeamId(random(16)) for _ in FIRST]
        for number in range(size):
            tablet = self._tablet(*who(number))
            person, device = PersonId(tablet.keyring.person), DeviceId(tablet.keyring.device)
            roles, team = tuple(Role(role) for role in tablet.roles), self.teams[number % 2]
            ops.append(build_person(AgencyState.replay(ops), author, person, roles, hlc, team))
            if number < 2:
                ops.append(build_team(AgencyState.replay(ops), author, team, person, hlc))
            ops.append(
                build_device(
                    AgencyState.replay(ops), author, person, device,
                    tablet.keyring.signing_key().public, tablet.keyring.kem_key().public, hlc,
                )
            )  # fmt: skip
        key, keys = random(32), self.tablets[0].keyring
        genesis = build_stream_genesis(
            AgencyState.replay(ops), Author(DeviceId(keys.device), keys.signing_key()), data, Label.DATA,
            self.agency, key, hlc, random, [PersonId(one.keyring.person) for one in self.tablets],
        )  # fmt: skip
        wire = HttpTransport(ORIGIN, carrier=self.server)
        await wire.found_agency(self.agency, ops)
        await wire.aclose()

        async def fill(vault: Vault) -> None:
            await vault.apply_control(self.agency, ops)

        async def fill_first(vault: Vault) -> None:
            await fill(vault)
            await vault.create_stream(genesis, key)

        for number, tablet in enumerate(self.tablets):
            await tablet.start(fill if number else fill_first)
            await self.name(tablet)

    def _tablet(self, name: str, roles: tuple[str, ...], keyring: Keyring | None = None) -> SimTablet:
        random = FakeRandom(f"{self.seed}-{name}-keys")
        tablet = SimTablet(
            name, keyring or Keyring.generate(PersonId(random(16)), DeviceId(random(16)), random), self.root,
            self.server, self.now, self.now_ms, self.history, self.seed, roles,
        )  # fmt: skip
        tablet.left = self.left
        self.tablets.append(tablet)
        return tablet

    def twin(self, of: SimTablet) -> SimTablet:
        """A second tablet with the same keys, whose home is still to come."""
        return self._tablet(f"{of.name}x", of.roles, of.keyring)

    def held_when_down(self) -> dict[bytes, int]:
        """What the server holds while nobody serves it."""
        self.server.start()
        held = self.server.held()
        self.server.stop()
        return held

    async def name(self, tablet: SimTablet) -> None:
        """Everybody writes their own name once the data stream is there."""
        vault = tablet.vault
        if vault.stream_state(vault.data_stream) is None:
            return
        fields = {"name": self.history.mark(tablet.name), "title": "Staff"}
        try:
            await vault.commit([Change(vault.data_stream, StaffMember.TYPE, tablet.person, fields)])
        except AppError as error:
            self.tell(f"{tablet.name} cannot be named yet: {error.code}")

    # -- later -------------------------------------------------------------------------------------

    async def hire(self, by: SimTablet, name: str, roles: tuple[str, ...]) -> None:
        """Somebody new, certified by an administrator's tablet; their own tablet begins with the chain."""
        tablet = self._tablet(name, roles)
        tablet.gone = "not let in"
        person, device = PersonId(tablet.keyring.person), DeviceId(tablet.keyring.device)
        team, held = self.chance.choice(self.teams), tuple(Role(role) for role in roles)
        keys = tablet.keyring
        await by.open.syncing.contact()
        await by.vault.write_agency(
            lambda state, author, hlc, _: build_person(state, author, person, held, hlc, team)
        )
        await by.vault.write_agency(
            lambda state, author, hlc, _: build_device(
                state, author, person, device, keys.signing_key().public, keys.kem_key().public, hlc
            )
        )
        await by.open.syncing.contact()
        await self._arrive(by, tablet)

    async def second_tablet(self, by: SimTablet, of: SimTablet) -> None:
        """One more tablet of somebody who works here."""
        keys = Keyring.generate(of.keyring.person, DeviceId(self.random(16)), self.random)
        tablet = self._tablet(f"{of.name}2", of.roles, keys)
        tablet.gone = "not let in"
        person, device = PersonId(keys.person), DeviceId(keys.device)
        await by.open.syncing.contact()
        await by.vault.write_agency(
            lambda state, author, hlc, _: build_device(
                state, author, person, device, keys.signing_key().public, keys.kem_key().public, hlc
            )
        )
        await by.open.syncing.contact()
        await self._arrive(by, tablet)

    async def _arrive(self, by: SimTablet, tablet: SimTablet) -> None:
        ops = await by.vault.agency_ops()

        async def fill(vault: Vault) -> None:
            await vault.apply_control(self.agency, ops)

        await tablet.start(fill)
        tablet.gone = ""
        self.tell(f"{tablet.name} has joined")
        await self.name(tablet)

    # -- work in the background --------------------------------------------------------------------

    def do(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        """Begin something that takes its time."""

        async def attempt() -> None:
            try:
                await work
                self.tell(f"done: {what}")
            except AppError as error:
                self.tell(f"refused: {what}: {error.code}")
            except asyncio.CancelledError:
                self.tell(f"cut short: {what}")
                raise
            except Exception as error:
                self.faults.append(f"{what}: {error!r}")
                raise

        self.tell(what)
        task = self.loop.create_task(attempt())
        self.jobs[task] = what
        task.add_done_callback(lambda done: self.jobs.pop(done, None) and None)

    async def rest(self) -> None:
        """Wait until nothing is under way any more."""
        while self.jobs:
            await asyncio.wait(set(self.jobs))


def who(number: int) -> tuple[str, tuple[str, ...]]:
    """Name and roles of the first people: two supervisors, every fifth a partner, coordinators."""
    if number < len(FIRST):
        return FIRST[number], ("administrator", "supervisor") if number == 0 else ("supervisor",)
    role = "partner" if number % 5 == 4 else "coordinator"
    return f"{role[0]}{number}", (role,)
