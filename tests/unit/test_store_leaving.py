"""Somebody is taken out of one family: what their tablet, and the others', do then."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from app.errors import NotEntitled, ProtocolError
from app.protocol.ids import StreamId, singleton_id
from app.store.image import IMAGE_NAME
from app.store.vault import Vault
from app.sync.ports import IncomingSegment
from app.wraparound.records import Family, Need, Note
from tests.fakes.agency import FakeAgency, FakeFamily, exchange, record_id

SUPERVISOR, ANA, BEN = 0, 1, 2


class Three:
    """A supervisor and two coordinators with one family on all three tablets."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.agency = FakeAgency(3)
        self.family: FakeFamily = self.agency.family(opener=ANA, members=[SUPERVISOR, BEN])
        self.vaults: list[Vault] = []

    async def open(self) -> None:
        for number in range(3):
            self.vaults.append(await self.agency.vault(number, self.home / str(number), [self.family]))
        named = {"name": "Nia and the Delgado family", "list_name": "Nia Delgado"}
        record = singleton_id(self.family.stream, Family.TYPE).hex()
        await self.vaults[ANA].commit([self.family.change(Family.TYPE, record, named)])
        await self.write(BEN, 1, "Ben was here")
        await self.meet()

    async def write(self, who: int, number: int, body: str) -> None:
        change = self.family.change(Note.TYPE, record_id(number), {"body": body})
        await self.vaults[who].commit([change])

    async def meet(self, *who: int) -> None:
        await exchange(self.family.stream, *(self.vaults[number] for number in who or (0, 1, 2)))

    async def bodies(self, who: int) -> list[str]:
        return await self.vaults[who].read(
            lambda session: sorted(note.body for note in session.exec(select(Note)))
        )

    async def take_out_ben(self) -> list[bytes]:
        stream, vault = self.family.stream, self.vaults[SUPERVISOR]
        await vault.take_out(stream, self.agency.members[BEN].person)
        ops = list(await vault.stream_ops(stream))
        await vault.control_accepted(stream, vault.stream_state(stream).head)  # type: ignore[union-attr]
        return ops


@pytest.fixture
async def three(tmp_path: Path) -> AsyncIterator[Three]:
    here = Three(tmp_path)
    await here.open()
    yield here
    for vault in here.vaults:
        await vault.close()


async def test_what_was_written_until_then_stays_and_nothing_more_can_be_written(three: Three) -> None:
    ops = await three.take_out_ben()
    await three.vaults[BEN].apply_control(three.family.stream, ops)
    with pytest.raises((NotEntitled, ProtocolError)):
        await three.write(BEN, 2, "and still here")
    await three.vaults[ANA].apply_control(three.family.stream, ops)
    assert await three.bodies(ANA) == await three.bodies(SUPERVISOR) == ["Ben was here"]


async def test_the_key_is_another_one_afterwards(three: Three) -> None:
    ops = await three.take_out_ben()
    await three.vaults[ANA].apply_control(three.family.stream, ops)
    await three.write(ANA, 3, "after Ben")
    await three.meet(SUPERVISOR, ANA)
    assert "after Ben" in await three.bodies(SUPERVISOR)
    state = three.vaults[ANA].stream_state(three.family.stream)
    assert state is not None
    assert state.epoch.number == 2
    ben = three.agency.members[BEN].keyring.device
    assert ben not in {wrap.device for wrap in state.epoch.wraps}


async def test_an_honest_tablet_forgets_the_family_keys_first(three: Three) -> None:
    stream, vault, home = three.family.stream, three.vaults[BEN], three.home / str(BEN)
    assert await vault.save_image()
    await vault.apply_control(stream, await three.take_out_ben())
    await vault.let_go()
    assert await three.bodies(BEN) == []
    assert vault.stream_state(stream) is None
    assert not (home / IMAGE_NAME).exists()
    with closing(sqlite3.connect(home / "log.sqlite")) as db:
        for table in ("stream_key", "control_op", "stream"):
            asked = f"SELECT COUNT(*) FROM {table} WHERE stream = ?"
            (count,) = db.execute(asked, (bytes(stream),)).fetchone()
            assert count == 0, table
    await vault.close()
    three.vaults[BEN] = await three.agency.vault(BEN, home)
    assert await three.bodies(BEN) == []


async def test_a_tablet_with_unsent_work_in_the_family_keeps_it_readable(three: Three) -> None:
    await three.write(BEN, 4, "written in the car")
    vault = three.vaults[BEN]
    await vault.apply_control(three.family.stream, await three.take_out_ben())
    await vault.let_go()
    assert "written in the car" in await three.bodies(BEN)


async def test_only_the_streams_own_chain_makes_a_tablet_forget(three: Three) -> None:
    await three.vaults[BEN].let_go()
    assert await three.bodies(BEN) == ["Ben was here"]


async def test_a_removal_that_the_server_has_not_accepted_makes_nobody_forget(three: Three) -> None:
    stream, vault = three.family.stream, three.vaults[SUPERVISOR]
    await vault.take_out(stream, three.agency.members[BEN].person)
    await vault.let_go()
    assert await three.bodies(SUPERVISOR) == ["Ben was here"]


async def everything_of(giver: Vault, stream: StreamId, taker: Vault) -> None:
    """As from the server: the segments of all chains, the taker's own included."""
    found: list[IncomingSegment] = []
    for held in await giver.held_chains(stream):
        dseq = 1
        while segment := await giver.segment_from(stream, held.chain, dseq):
            found.append(IncomingSegment(len(found) + 1, segment.raw, segment.cert))
            dseq = segment.last + 1
    await taker.receive_segments(stream, found, len(found))


async def test_let_in_again_everything_is_there_again(three: Three) -> None:
    stream, ben = three.family.stream, three.vaults[BEN]
    await ben.apply_control(stream, await three.take_out_ben())
    await ben.let_go()
    await three.write(SUPERVISOR, 5, "meanwhile")
    supervisor = three.vaults[SUPERVISOR]
    await supervisor.let_in(stream, [three.agency.members[BEN].person])
    ops = await supervisor.stream_ops(stream)
    await supervisor.control_accepted(stream, supervisor.stream_state(stream).head)  # type: ignore[union-attr]
    for who in (ANA, BEN):
        await three.vaults[who].apply_control(stream, ops)
    assert next(place for place in await ben.positions() if place.stream == stream).wants_own
    await everything_of(supervisor, stream, ben)
    assert await three.bodies(BEN) == ["Ben was here", "meanwhile"]
    await three.vaults[BEN].commit(
        [three.family.change(Need.TYPE, record_id(6), {"text": "to be heard"})]
    )
    await three.meet(SUPERVISOR, ANA, BEN)
    digests = [await vault.digest(stream) for vault in three.vaults]
    assert len(set(digests)) == 1


async def test_let_in_again_a_tablet_whose_chain_was_cut_unnamed_begins_a_new_one(tmp_path: Path) -> None:
    agency = FakeAgency(3)
    family = agency.family(opener=ANA, members=[SUPERVISOR, BEN])
    boss = await agency.vault(SUPERVISOR, tmp_path / "0", [family])
    ben = await agency.vault(BEN, tmp_path / "2", [family])
    try:
        person = agency.members[BEN].person
        await ben.commit([family.change(Note.TYPE, record_id(1), {"body": "sent, and unknown to the boss"})])
        (chain,) = await ben.own_chains()
        assert await ben.segment_from(family.stream, chain.chain, 1) is not None
        await boss.take_out(family.stream, person)
        await boss.let_in(family.stream, [person])
        state = boss.stream_state(family.stream)
        assert state is not None
        await boss.control_accepted(family.stream, state.head)
        await ben.apply_control(family.stream, await boss.stream_ops(family.stream))
        await ben.commit([family.change(Note.TYPE, record_id(2), {"body": "afterwards"})])
        bodies = await ben.read(lambda session: [note.body for note in session.exec(select(Note))])
        assert "afterwards" in bodies
        assert len(await ben.own_chains()) == 2
        await exchange(family.stream, ben, boss)
        seen = await boss.read(lambda session: [note.body for note in session.exec(select(Note))])
        assert "afterwards" in seen
    finally:
        await boss.close()
        await ben.close()


async def test_who_takes_herself_out_forgets_only_once_the_server_has_it(three: Three) -> None:
    stream, vault = three.family.stream, three.vaults[SUPERVISOR]
    await vault.take_out(stream, three.agency.members[SUPERVISOR].person)
    await vault.let_go()
    assert vault.stream_state(stream) is not None
    state = vault.stream_state(stream)
    assert state is not None
    await vault.control_accepted(stream, state.head)
    await vault.let_go()
    assert vault.stream_state(stream) is None
