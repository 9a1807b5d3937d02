"""A former employee with a whole unlocked disk and the server's database: nothing new opens, nothing counts.

Four real tablets and the real server. One person is removed; a copy of her home is kept as it was,
with its keyring open. `Thief` tries every key that can be had from that copy on everything that the
server holds.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from app.crypto.keyring import Keyring
from app.crypto.local import open_local
from app.errors import AppError, NotEntitled, RuleBroken
from app.protocol.bodies import Grant, Label, NewEpoch, StreamGenesis, Wrap
from app.protocol.builders import build_agency_remove, build_epoch, build_grant
from app.protocol.control import parse_control, sign_control
from app.protocol.envelope import open_envelope, parse_header
from app.protocol.ids import NO_HASH, RECOVERY, ROOT, DeviceId, PersonId, StreamId
from app.protocol.membership import StreamState
from app.protocol.segment import parse_segment
from app.protocol.stream_keys import kid, open_previous, open_wrap, wrap_key
from app.store.log import Log
from app.store.vault import Change, Vault
from app.sync.engine import SyncEngine
from app.sync.http import HttpTransport
from app.sync.ports import IncomingSegment
from app.sync.status import SyncStatus
from app.wraparound.records import Note
from server.config import Config
from server.desk import Desk
from server.main import create_app
from tests.fakes.agency import FakeAgency, Member, record_id
from tests.fakes.clock import FakeClock, FakeRandom
from tests.property.evil_place import TYPES

ORIGIN = "http://localhost"
BOSS, FORMER, COLLEAGUE, OTHER = range(4)


@dataclass
class Tablet:
    """One member's open tablet."""

    member: Member
    home: Path
    vault: Vault
    engine: SyncEngine

    async def sync(self) -> SyncStatus:
        return await self.engine.run_once()

    async def bodies(self) -> set[str]:
        return set(await self.vault.read(lambda s: [note.body for note in s.exec(select(Note))]))


@dataclass
class Bureau:
    """The server, the agency and its tablets; one family of the first three."""

    root: Path
    app: FastAPI
    clock: FakeClock
    agency: FakeAgency = field(default_factory=lambda: FakeAgency(size=4))
    tablets: list[Tablet] = field(default_factory=list)
    wires: list[HttpTransport] = field(default_factory=list)
    stream: StreamId = StreamId(bytes(16))
    count: int = 0

    async def open(self) -> None:
        await self.wire().found_agency(self.agency.id, self.agency.ops)
        for number in range(4):
            self.tablets.append(await self.tablet(number, self.root / str(number)))
        members = [self.agency.members[n].person for n in (BOSS, COLLEAGUE)]
        self.stream = await self.tablets[FORMER].vault.open_stream(Label.TEAM, b"f" * 16, members)
        await self.all_sync()
        for number in (FORMER, BOSS, COLLEAGUE):
            await self.write(number, 3)
        await self.all_sync()

    async def tablet(self, number: int, home: Path) -> Tablet:
        vault = await self.agency.vault(number, home, record_types=TYPES)
        engine = SyncEngine(vault, self.wire(), self.clock, lambda: 0.5)
        return Tablet(self.agency.members[number], home, vault, engine)

    def wire(self) -> HttpTransport:
        self.wires.append(HttpTransport(ORIGIN, carrier=httpx.ASGITransport(app=self.app)))
        return self.wires[-1]

    async def all_sync(self, times: int = 2) -> None:
        for _ in range(times):
            for number in (FORMER, BOSS, COLLEAGUE, OTHER):
                await self.tablets[number].sync()

    async def write(self, number: int, count: int, tablet: Tablet | None = None) -> list[str]:
        wrote = []
        for _ in range(count):
            self.count += 1
            wrote.append(f"note {self.count}")
            change = Change(self.stream, "note", record_id(self.count), {"body": wrote[-1]})
            await (tablet or self.tablets[number]).vault.commit([change])
        return wrote

    def state(self, number: int = BOSS) -> StreamState:
        found = self.tablets[number].vault.stream_state(self.stream)
        assert found is not None
        return found

    async def dismiss(self, *, lost_device: bool = False) -> None:
        """The administrator takes the former employee out, cut where her chain is."""
        boss, former = self.tablets[BOSS].vault, self.agency.members[FORMER]
        cuts = await boss.chain_ends(former.person)
        device = DeviceId(former.keyring.device)
        await boss.write_agency(
            lambda state, author, hlc, _random: build_agency_remove(
                state, author, hlc,
                person=None if lost_device else former.person,
                device=device if lost_device else None,
                cuts=cuts,
            )
        )  # fmt: skip
        await self.tablets[BOSS].sync()

    def database(self) -> tuple[list[bytes], list[bytes]]:
        """Every control operation and every envelope that the server holds, quarantine included."""
        desk: Desk = self.app.state.desk
        with desk.database.read() as connection:
            found = connection.exec_driver_sql("SELECT raw FROM control_op ORDER BY stream, position")
            ops = [row[0] for row in found]
            segments = [r[0] for r in connection.exec_driver_sql("SELECT raw FROM segment")]
        return ops, [raw for segment in segments for raw in parse_segment(segment).envelopes]

    async def close(self) -> None:
        for tablet in self.tablets:
            await tablet.vault.close()
        for wire in self.wires:
            await wire.aclose()
        self.app.state.desk.database.close()


@pytest.fixture
async def bureau(tmp_path: Path) -> AsyncIterator[Bureau]:
    clock = FakeClock()
    config = Config(
        data_dir=tmp_path / "server", origins=(ORIGIN,), now_ms=clock.now_ms, random=FakeRandom("server")
    )
    (tmp_path / "server").mkdir()
    found = Bureau(tmp_path, create_app(config), clock)
    await found.open()
    yield found
    await found.close()


@contextmanager
def _log(home: Path) -> Iterator[Log]:
    log = Log.open(home, FakeRandom("thief"))
    yield log
    log.close()


@dataclass
class Thief:
    """Every key to be had from a copied home whose keyring is open, and from what a server holds."""

    keyring: Keyring
    home: Path
    keys: set[bytes] = field(default_factory=set)

    def read_disk(self) -> None:
        with _log(self.home) as log:
            for stream, epoch, _, sealed in log.control.keys():
                name = stream + epoch.to_bytes(4, "big")
                self.keys.add(open_local(self.keyring.log_key, "stream-key", name, sealed))

    def read_control(self, ops: list[bytes]) -> None:
        """Try the private key on every wrap, for every recipient and granter, and climb every rung."""
        parsed = [parse_control(raw) for raw in ops]
        kem, mine = self.keyring.kem_key(), {DeviceId(self.keyring.device), RECOVERY, ROOT}
        kids = [op.body.kid for op in parsed if isinstance(op.body, StreamGenesis | NewEpoch)]
        for op in parsed:
            body = op.body
            if not isinstance(body, StreamGenesis | NewEpoch | Grant):
                continue
            epoch = 1 if isinstance(body, StreamGenesis) else body.epoch
            sealed = [(wrap.device, wrap.sealed) for wrap in body.wraps]
            if not isinstance(body, Grant):
                sealed.append((RECOVERY, body.recovery))
            for device, raw in sealed:
                for name, promised in product(mine | {device}, kids):
                    self._try(partial(open_wrap, raw, op.stream, epoch, name, kem, op.author, promised))
        for op in parsed:
            if isinstance(op.body, NewEpoch):
                sealed_key, epoch = op.body.prev_sealed, op.body.epoch
                for key, promised in product(tuple(self.keys), kids):
                    self._try(partial(open_previous, key, sealed_key, op.stream, epoch, promised))

    def _try(self, work: Callable[[], bytes]) -> None:
        try:
            self.keys.add(work())
        except AppError:
            return

    def opened(self, envelopes: list[bytes]) -> dict[int, int]:
        """How many envelopes of each epoch open with any key, at any epoch's label."""
        found: dict[int, int] = {}
        for raw in envelopes:
            for key in self.keys:
                try:
                    open_envelope(raw, key)
                except AppError:
                    continue
                epoch = parse_header(raw).epoch
                found[epoch] = found.get(epoch, 0) + 1
        return found


async def stolen(bureau: Bureau) -> Thief:
    """A copy of the former employee's home as it is now, and her open keyring."""
    former = bureau.tablets[FORMER]
    home = bureau.root / "stolen"
    await former.vault.close()
    shutil.copytree(former.home, home)
    member = bureau.agency.members[FORMER]
    bureau.tablets[FORMER] = await bureau.tablet(FORMER, former.home)
    keyring = member.keyring
    return Thief(
        Keyring(keyring.log_key, keyring.sign_seed, keyring.kem_seed, keyring.person, keyring.device), home
    )


@pytest.mark.parametrize("lost_device", [False, True])
async def test_not_one_envelope_of_the_epochs_opened_after_her_removal_opens(
    bureau: Bureau, lost_device: bool
) -> None:
    thief = await stolen(bureau)
    await bureau.dismiss(lost_device=lost_device)
    for round_ in range(2):
        # Each time a colleague opens a new epoch and writes under it.
        giver = (BOSS, COLLEAGUE)[round_]
        await bureau.all_sync()
        if round_ == 0:
            assert await bureau.tablets[giver].vault.give_keys() == 1
        else:
            await fresh_epoch(bureau, giver)
        await bureau.all_sync()
        for number in (BOSS, COLLEAGUE):
            await bureau.write(number, 4)
        await bureau.all_sync()
    ops, envelopes = bureau.database()
    thief.read_disk()
    assert thief.keys, "the copied disk holds the old keys"
    thief.read_control(ops)
    opened = thief.opened(envelopes)
    under = {parse_header(raw).epoch for raw in envelopes if parse_header(raw).stream == bureau.stream}
    assert under == {1, 2, 3}
    # Every old note opens, so the tries are real; not one new one does.
    assert opened.get(1, 0) >= 9
    assert [epoch for epoch in opened if epoch > 1] == []


async def fresh_epoch(bureau: Bureau, by: int) -> None:
    """One more key, for no reason but to have one."""
    vault = bureau.tablets[by].vault
    now, new = vault.stream_key(bureau.stream, bureau.state(by).epoch.number), FakeRandom("epoch")(32)
    await vault.write_stream(
        bureau.stream,
        lambda state, agency, author, hlc, rnd: build_epoch(state, agency, author, new, now, hlc, rnd),
    )


async def test_what_a_removed_tablet_writes_counts_on_no_tablet(bureau: Bureau) -> None:
    thief = await stolen(bureau)
    await bureau.dismiss()
    await bureau.all_sync()
    await bureau.tablets[BOSS].vault.give_keys()
    await bureau.all_sync()
    before = {n: await bureau.tablets[n].bodies() for n in (BOSS, COLLEAGUE)}
    # The copy knows nothing of the removal and goes on writing, also when it hears of it.
    copied = await bureau.tablet(FORMER, thief.home)
    try:
        wrote = await bureau.write(FORMER, 3, copied)
        for _ in range(3):
            await copied.sync()
            await bureau.all_sync(1)
        for number in (BOSS, COLLEAGUE):
            found = await bureau.tablets[number].bodies()
            assert not found & set(wrote)
            assert found >= before[number]
        digests = {await bureau.tablets[n].vault.digest(bureau.stream) for n in (BOSS, COLLEAGUE)}
        assert len(digests) == 1
    finally:
        await copied.vault.close()


async def test_her_segments_do_not_count_even_when_an_accomplice_carries_them(bureau: Bureau) -> None:
    """A colleague who may push hands in what the removed tablet wrote after its cut."""
    thief = await stolen(bureau)
    await bureau.dismiss()
    copied = await bureau.tablet(FORMER, thief.home)
    wrote = await bureau.write(FORMER, 2, copied)
    (chain,) = [c for c in await copied.vault.own_chains() if c.stream == bureau.stream]
    segment = await copied.vault.segment_from(bureau.stream, chain.chain, chain.acked + 1)
    await copied.vault.close()
    assert segment is not None
    await bureau.all_sync()
    wire = bureau.wire()
    accomplice = bureau.tablets[COLLEAGUE]
    await wire.login(DeviceId(accomplice.member.keyring.device), accomplice.vault.sign_login)
    try:
        receipt = await wire.push(segment)
        assert receipt.quarantined
    except AppError:
        pass  # refused is as good
    await bureau.all_sync()
    # And handed to a tablet directly, past the server.
    boss = bureau.tablets[BOSS].vault
    await boss.receive_segments(bureau.stream, [IncomingSegment(99, segment.raw, segment.cert)], 99)
    for number in (BOSS, COLLEAGUE):
        assert not await bureau.tablets[number].bodies() & set(wrote)


def grant_back(bureau: Bureau, authority: bytes, key: bytes) -> bytes:
    """A grant of the current key to the removed device, by a member, on whatever authority."""
    former, colleague = bureau.agency.members[FORMER], bureau.agency.members[COLLEAGUE]
    state, device = bureau.state(), DeviceId(former.keyring.device)
    author = colleague.author
    sealed = wrap_key(
        key, bureau.stream, state.epoch.number, device, former.keyring.kem_key().public, author.device,
        FakeRandom("grant back"),
    )  # fmt: skip
    members = () if former.person in state.members else (PersonId(former.person),)
    body = Grant(state.epoch.number, members, (Wrap(device, sealed),))
    return sign_control(
        body, stream=bureau.stream, prev=state.head, author=author, hlc=1, authority=authority
    )


async def test_an_accomplice_cannot_grant_her_back(bureau: Bureau) -> None:
    before = bureau.tablets[BOSS].vault.agency.head
    await bureau.dismiss()
    await bureau.all_sync()
    assert await bureau.tablets[BOSS].vault.give_keys() == 1
    await bureau.all_sync()
    now = bureau.tablets[BOSS].vault.agency.head
    state = bureau.state()
    key = bureau.tablets[BOSS].vault.stream_key(bureau.stream, state.epoch.number)
    wire = bureau.wire()
    accomplice = bureau.tablets[COLLEAGUE]
    await wire.login(DeviceId(accomplice.member.keyring.device), accomplice.vault.sign_login)
    for authority in (before, now, NO_HASH):
        raw = grant_back(bureau, authority, key)
        for number in (BOSS, COLLEAGUE):
            with pytest.raises(AppError):
                await bureau.tablets[number].vault.apply_control(bureau.stream, [raw])
        with pytest.raises(AppError):
            await wire.append_control(bureau.stream, state.head, [raw])
    assert bureau.state().head == state.head


async def test_granted_back_on_the_old_authority_nobody_seals_under_that_key(bureau: Bureau) -> None:
    """Before the stream's chain knows of the removal such a grant is well formed (docs/protocol.md,
    "Removal"). It stands in the chain for everybody, and forces a new epoch."""
    thief = await stolen(bureau)
    before = bureau.tablets[BOSS].vault.agency.head
    key = bureau.tablets[BOSS].vault.stream_key(bureau.stream, 1)
    await bureau.dismiss()
    await bureau.all_sync()
    state = bureau.state()
    former = bureau.agency.members[FORMER]
    colleague = bureau.agency.members[COLLEAGUE]
    # She holds epoch 1 already: what the accomplice can do is open an epoch that includes her.
    old = bureau.tablets[COLLEAGUE].vault.agency
    device = DeviceId(former.keyring.device)
    new = FakeRandom("accomplice")(32)
    body = parse_control(
        build_epoch(state, old, colleague.author, new, key, 1, FakeRandom("accomplice"))
    ).body
    assert isinstance(body, NewEpoch)
    hers = wrap_key(
        new, bureau.stream, 2, device, former.keyring.kem_key().public, colleague.author.device,
        FakeRandom("hers"),
    )  # fmt: skip
    wraps = tuple(sorted((*body.wraps, Wrap(device, hers))))
    forged = sign_control(
        NewEpoch(2, kid(new), body.prev_sealed, wraps, body.recovery),
        stream=bureau.stream, prev=state.head, author=colleague.author, hlc=1, authority=before,
    )  # fmt: skip
    wire = bureau.wire()
    await wire.login(DeviceId(colleague.keyring.device), bureau.tablets[COLLEAGUE].vault.sign_login)
    try:
        await wire.append_control(bureau.stream, state.head, [forged])
    except AppError:
        pytest.fail("a well-formed operation on an older authority is not the server's to refuse")
    await bureau.all_sync()
    # On every tablet alike: it is there to see, and the next giver changes the key before all else.
    for number in (BOSS, COLLEAGUE):
        assert bureau.state(number).epoch.number == 2
        assert device in bureau.state(number).epoch.holders()
    await bureau.write(BOSS, 2)  # sealed for this tablet only, until there is a new epoch
    await bureau.tablets[BOSS].sync()
    assert await bureau.tablets[BOSS].vault.give_keys() == 1
    await bureau.all_sync()
    await bureau.write(COLLEAGUE, 2)
    await bureau.all_sync()
    ops, envelopes = bureau.database()
    thief.read_disk()
    thief.read_control(ops)
    assert new in thief.keys
    newer = [raw for raw in envelopes if parse_header(raw).stream == bureau.stream]
    assert {parse_header(raw).epoch for raw in newer} == {1, 3}
    assert [epoch for epoch in thief.opened(newer) if epoch > 1] == []


async def test_her_own_grant_to_herself_and_her_own_epoch_are_refused(bureau: Bureau) -> None:
    thief = await stolen(bureau)
    await bureau.dismiss()
    await bureau.all_sync()
    await bureau.tablets[BOSS].vault.give_keys()
    await bureau.all_sync()
    state, agency = bureau.state(), bureau.tablets[BOSS].vault.agency
    author = bureau.agency.members[FORMER].author
    thief.read_disk()
    for authority in (agency.head, *agency.heads):
        for body in (
            Grant(state.epoch.number, (PersonId(bureau.agency.members[OTHER].person),), ()),
            NewEpoch(state.epoch.number + 1, kid(b"m" * 32), bytes(60), (), bytes(80)),
        ):
            raw = sign_control(
                body, stream=bureau.stream, prev=state.head, author=author, hlc=1, authority=authority
            )
            with pytest.raises((NotEntitled, RuleBroken)):
                await bureau.tablets[COLLEAGUE].vault.apply_control(bureau.stream, [raw])
    raw = build_agency_remove(agency, author, 1, person=bureau.agency.members[BOSS].person)
    with pytest.raises(NotEntitled):
        await bureau.tablets[COLLEAGUE].vault.apply_control(agency.agency, [raw])


async def test_a_grant_that_she_made_before_stands_and_reaches_no_new_key(bureau: Bureau) -> None:
    """What she gave a colleague while she might is not taken away; the new key is made without her."""
    other = bureau.agency.members[OTHER].person
    key = bureau.tablets[FORMER].vault.stream_key(bureau.stream, 1)
    await bureau.tablets[FORMER].vault.write_stream(
        bureau.stream,
        lambda state, agency, author, hlc, rnd: build_grant(state, agency, author, key, hlc, rnd, [other]),
    )
    await bureau.all_sync()
    await bureau.dismiss()
    await bureau.all_sync()
    await bureau.tablets[BOSS].vault.give_keys()
    await bureau.all_sync()
    wrote = await bureau.write(COLLEAGUE, 1)
    await bureau.all_sync()
    assert set(wrote) <= await bureau.tablets[OTHER].bodies()
    assert bureau.agency.members[FORMER].person not in {
        bureau.tablets[BOSS].vault.agency.person_of(device) for device in bureau.state().epoch.holders()
    }
