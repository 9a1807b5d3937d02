"""Writes the example agency for real: keys from the operating system, every record through a vault,
everything on the server through the wire.

Content is invented and repeatable (app.demo.content); nothing else is. Five people get a home
each: the coordinator's and the supervisor's run as tablets, the others lie under `others/`. A
server process of its own takes what they push, exactly as later.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from app.config import EXAMPLE_PASSPHRASE, LOOPBACK, make_private
from app.crypto.kdf import DESKTOP_FLOOR
from app.crypto.keyring import Keyring, make_recovery_kit, wrap_keyring, wrap_keyring_for_kit
from app.crypto.seed import AgencySeed, root_fingerprint
from app.demo import trust
from app.demo.content import (
    ExampleAgency,
    ExampleFamily,
    ExampleRecord,
    ExampleStaff,
    Placing,
    Size,
    generate,
)
from app.demo.content.ledger import derived_id as example_id
from app.errors import ExampleAgencyProblem
from app.protocol.bodies import Label
from app.protocol.hlc import stamp
from app.protocol.ids import DeviceId, PersonId, StreamId, TeamId, singleton_id
from app.protocol.membership import Role, build_device, build_person, build_team
from app.services.founding import found_agency
from app.store.keyfile import write_first
from app.store.vault import Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.status import SyncState
from app.wraparound.records import AgencyProfile, StaffMember
from app.wraparound.roles import may_write

SEED = 7
SECONDS_FOR_SERVER = 30.0
COMMIT_AT_MOST = 100


@dataclass
class Clock:
    """The clock of the homes while the example's two years are written."""

    at_ms: int

    def now_ms(self) -> int:
        """UTC milliseconds in the example's time."""
        return self.at_ms

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)


@dataclass
class Home:
    """One person's home while it is written."""

    staff: ExampleStaff
    path: Path
    keyring: Keyring
    vault: Vault


def build(root: Path, today: date, say: Callable[[str], None], size: Size | None = None) -> None:
    """Write the example agency into root (`server`, `coordinator`, `supervisor`, `others`).

    today: the day after the last one that anything is written about. say: told what is going on.
    Raises ExampleAgencyProblem when the server does not come up.
    """
    say("Writing the example agency. This takes about half a minute, once.")
    # Times of day are those of this machine, so that a visit at four stands as four on the screen.
    zone = datetime.now().astimezone().tzinfo
    content = generate(SEED, today, size or Size.example(), zone)
    with _server(root / "server") as address:
        asyncio.run(_Writer(root, content, address, say).write())


class _Writer:
    def __init__(self, root: Path, content: ExampleAgency, address: str, say: Callable[[str], None]) -> None:
        self._root = root
        self._content = content
        self._address = address
        self._say = say
        first = min(record.at_ms for family in content.families for record in family.records)
        self._clock = Clock(first - 1000)
        self._streams: dict[str, StreamId] = {}
        self._shown = {
            "coordinator": next(f.coordinator_key for f in content.families),
            "supervisor": next(s.key for s in content.staff if "supervisor" in s.roles),
        }

    async def write(self) -> None:
        """All homes, in the order in which people would have come."""
        homes = [await self._open(staff) for staff in self._content.staff]
        try:
            founder = next(home for home in homes if "administrator" in home.staff.roles)
            await self._found(founder, homes)
            for home in homes:
                families = [f for f in self._content.families if f.coordinator_key == home.staff.key]
                if families:
                    self._say(f"  {home.staff.name}: {len(families)} families")
                    await self._write_families(home, families)
                    await self._sync(home)
            by_key = {home.staff.key: home for home in homes}
            await self._write_decisions(by_key)
            await self._write_trust(by_key)
            for home in homes:
                await self._sync(home)
                await home.vault.save_image()
        finally:
            for home in homes:
                await home.vault.close()

    async def _open(self, staff: ExampleStaff) -> Home:
        shown = {key: name for name, key in self._shown.items()}
        path = make_private(self._root / shown.get(staff.key, f"others/{staff.key}"))
        keyring = Keyring.generate(bytes.fromhex(staff.person_id), os.urandom(16), os.urandom)
        blob = wrap_keyring(keyring, EXAMPLE_PASSPHRASE, DESKTOP_FLOOR, os.urandom)
        kit = wrap_keyring_for_kit(keyring, make_recovery_kit(os.urandom), os.urandom)
        write_first(path, blob, kit, os.urandom)
        return Home(staff, path, keyring, await Vault.open(path, keyring, self._clock.now_ms, os.urandom))

    async def _found(self, founder: Home, homes: Sequence[Home]) -> None:
        roles = tuple(Role(role) for role in founder.staff.roles)
        hlc = stamp(self._clock.now_ms())
        seed = AgencySeed.generate(os.urandom)
        new = found_agency(seed, founder.keyring, hlc, os.urandom, roles)
        await founder.vault.found_agency(new.agency_ops)
        await founder.vault.create_stream(new.data_genesis, new.data_key)
        teams = {team: TeamId(os.urandom(16)) for team in {home.staff.team for home in homes}}
        for home in homes:
            if home is not founder:
                await _certify(founder.vault, home, teams[home.staff.team])
        stream = new.data_stream
        profile = singleton_id(stream, AgencyProfile.TYPE).hex()
        await founder.vault.commit(
            [
                Change(stream, AgencyProfile.TYPE, profile, {"name": self._content.name}),
                *(
                    Change(
                        stream,
                        StaffMember.TYPE,
                        home.staff.person_id,
                        {
                            "name": home.staff.name,
                            "title": home.staff.title,
                            "phone": home.staff.phone,
                            "languages": home.staff.languages,
                        },
                    )
                    for home in homes
                ),
            ]
        )
        await founder.vault.give_keys()
        await self._sync(founder)
        ops = await founder.vault.control_ops(new.agency, 0)
        fingerprint = root_fingerprint(seed.root_key().public)
        for home in homes:
            if home is not founder:
                await home.vault.adopt_agency(ops, fingerprint)
                await self._sync(home)

    async def _write_families(self, home: Home, families: Sequence[ExampleFamily]) -> None:
        streams: dict[str, tuple[StreamId, Placing]] = {}
        theirs = home.staff.roles
        writes = sorted(
            (
                (record, family.key)
                for family in families
                for record in family.records
                if may_write(record.type, Label.TEAM, theirs)
            ),
            key=lambda item: item[0].at_ms,
        )
        for (at_ms, family), group in groupby(writes, key=lambda item: (item[0].at_ms, item[1])):
            self._clock.at_ms = max(self._clock.at_ms, at_ms)
            if family not in streams:
                stream = await home.vault.open_stream(Label.TEAM, os.urandom(16))
                streams[family] = stream, Placing(stream)
                self._streams[family] = stream
            stream, placing = streams[family]
            await self._commit(home, stream, [placing.place(record) for record, _ in group])

    async def _write_decisions(self, homes: dict[str, Home]) -> None:
        """What only a supervisor writes: each in her own name, as every tablet asks of it."""
        for home in homes.values():
            await self._sync(home)
        for family in self._content.families:
            told = homes[family.coordinator_key].staff.roles
            hers = [one for one in family.records if not may_write(one.type, Label.TEAM, told)]
            for key in {one.author_key for one in hers}:
                mine = [one for one in hers if one.author_key == key]
                await self._commit(homes[key], self._streams[family.key], mine)

    async def _write_trust(self, homes: dict[str, Home]) -> None:
        """A partner who reads some families, and a note that few may read."""
        lead, partner = homes["marisol"], homes["paz"]
        now = self._clock.now_ms()
        await trust.let_in(lead.vault, PersonId(partner.keyring.person))
        ids = self._ids(lead.staff.key)
        await trust.write_restricted_notes(lead.vault, lead.staff.title, now, ids("coordinator"))
        await self._sync(lead)
        await self._sync(partner)
        ids = self._ids(partner.staff.key)
        await trust.write_partner_notes(partner.vault, partner.staff.title, now, ids("partner"))
        await self._sync(partner)

    def _ids(self, key: str) -> Callable[[str], list[str]]:
        return lambda who: [example_id(SEED, "trust", key, str(n)) for n, _ in enumerate(trust.notes_of(who))]

    async def _commit(self, home: Home, stream: StreamId, records: Sequence[ExampleRecord]) -> None:
        changes = [Change(stream, r.type, r.id, r.fields) for r in records]
        for start in range(0, len(changes), COMMIT_AT_MOST):
            await home.vault.commit(changes[start : start + COMMIT_AT_MOST])

    async def _sync(self, home: Home) -> None:
        wire = HttpTransport(self._address)
        engine = SyncEngine(home.vault, wire, self._clock, secrets.SystemRandom().random)
        try:
            status = await engine.run_once()
            if status.state is not SyncState.IDLE:
                raise ExampleAgencyProblem(
                    f"The example agency could not be written: its server answered {status.problem}."
                )
        finally:
            await engine.stop()
            await wire.aclose()


async def _certify(vault: Vault, home: Home, team: TeamId) -> None:
    person, device = PersonId(home.keyring.person), DeviceId(home.keyring.device)
    roles = tuple(Role(role) for role in home.staff.roles)
    sign, kem = home.keyring.signing_key().public, home.keyring.kem_key().public
    await vault.write_agency(
        lambda state, author, hlc, _random: build_person(state, author, person, roles, hlc, team)
    )
    await vault.write_agency(
        lambda state, author, hlc, _random: build_device(state, author, person, device, sign, kem, hlc)
    )
    if Role.SUPERVISOR in roles:
        await vault.write_agency(
            lambda state, author, hlc, _random: build_team(state, author, team, person, hlc)
        )


class _server:
    """A server process on a free port of this machine, for as long as the example is written."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app", "server", "--data", str(self._data), "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        for _ in _waiting(SECONDS_FOR_SERVER):
            if self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((LOOPBACK, port)) == 0:
                    return f"http://{LOOPBACK}:{port}"
        self.__exit__()
        raise ExampleAgencyProblem("The example agency's server did not start.")

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


def _waiting(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.05)
