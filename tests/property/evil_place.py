"""Three real tablets at the mercy of an evil server, and what must hold of them whatever it does."""

from __future__ import annotations

import copy
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlmodel import select

from app.errors import ProtocolError
from app.protocol.builders import build_grant
from app.protocol.ids import ChainId, DeviceId, StreamId
from app.store.vault import Vault
from app.sync.engine import SyncEngine
from app.sync.status import SyncState, SyncStatus
from app.wraparound.records import RECORD_TYPES, Note, Record
from tests.fakes.agency import FakeAgency, FakeFamily, Member, record_id
from tests.property.evil import EvilServer, EvilWire, Shelf

TYPES: dict[str, type[Record]] = {
    name: RECORD_TYPES[name] for name in ("note", "family", "audit_entry", "audit_seal")
}
"""Few tables: a home is opened in half the time."""
UNFORESEEN = "app_error"
"""The code under which the engine reports an error that nobody foresaw."""


@dataclass(frozen=True)
class Move:
    """One thing that happens to or by tablet `who`; `much` where a number is needed."""

    what: str
    who: int
    much: int


@dataclass
class Tablet:
    """One member's open tablet."""

    member: Member
    vault: Vault
    engine: SyncEngine
    wrote: dict[str, list[str]] = field(default_factory=dict)
    """Record → everything this tablet wrote into its body, in order."""
    problems: set[str] = field(default_factory=set)

    @property
    def device(self) -> DeviceId:
        return DeviceId(self.member.keyring.device)

    async def sync(self) -> SyncStatus:
        status = await self.engine.run_once()
        self.problems.add(status.problem)
        return status

    async def shown(self, family: str) -> dict[str, str]:
        found = await self.vault.read(lambda s: list(s.exec(select(Note).where(Note.family_id == family))))
        return {note.id: note.body for note in found}


class Place:
    """Three tablets, two families, one server."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.chance = Random(seed)
        self.agency = FakeAgency(size=3, seed=f"evil {seed}")
        self.family = self.agency.family(opener=1, members=[0])
        self.other = self.agency.family(opener=2, members=[0, 1])
        self.server = EvilServer(self.chance)
        self.tablets: list[Tablet] = []
        self.count = 0

    async def open(self) -> None:
        agency, truth = self.agency, self.server.truth
        truth[agency.id] = Shelf(list(agency.ops))
        for family in (self.family, self.other):
            truth[family.stream] = Shelf([family.genesis])
        for number in range(3):
            families = [self.other] if number == 2 else [self.family, self.other]
            member = agency.members[number]
            vault = await agency.vault(number, self.root / str(number), families, record_types=TYPES)
            wire = EvilWire(self.server, DeviceId(member.keyring.device))
            engine = SyncEngine(vault, wire, member.clock, FakeChance(self.chance))
            self.tablets.append(Tablet(member, vault, engine))
        for tablet in self.tablets:
            await self.write(tablet, self.other, 1)
            await tablet.sync()
        self.server.past.append(self.server.snapshot())

    async def close(self) -> None:
        for tablet in self.tablets:
            await tablet.vault.close()
        shutil.rmtree(self.root, ignore_errors=True)

    async def write(self, tablet: Tablet, family: FakeFamily, count: int) -> None:
        for _ in range(count):
            self.count += 1
            record, body = record_id(self.count), f"{tablet.member.person.hex()[:6]} wrote {self.count}"
            await self.change(tablet, family, record, body)

    async def change(self, tablet: Tablet, family: FakeFamily, record: str, body: str) -> None:
        try:
            await tablet.vault.commit([family.change("note", record, {"body": body})])
        except ProtocolError:
            return  # not a member (yet): nothing was promised
        tablet.wrote.setdefault(record, []).append(body)
        tablet.member.clock.advance(1)

    def families(self, tablet: Tablet) -> Sequence[FakeFamily]:
        known = tablet.vault.stream_state
        return [f for f in (self.family, self.other) if known(f.stream) is not None]

    async def play(self, move: Move) -> None:
        tablet, server = self.tablets[move.who], self.server
        spell = server.spell(tablet.device)
        families = self.families(tablet)
        family = families[move.much % len(families)]
        if move.what == "write":
            await self.write(tablet, family, 1 + move.much % 2)
        elif move.what == "edit":
            shown = sorted(await tablet.shown(family.id))
            if shown:
                self.count += 1
                await self.change(tablet, family, shown[move.much % len(shown)], f"edit {self.count}")
        elif move.what == "sync":
            await tablet.sync()
            if move.much == 3:
                server.past.append(server.snapshot())
        elif move.what == "grant":
            await self.grant(tablet)
        elif move.what in ("drop", "tamper"):
            setattr(spell, move.what, 1 + move.much)
        elif move.what in ("shuffle", "double", "swap"):
            setattr(spell, move.what, not getattr(spell, move.what))
        elif move.what == "receipts":
            spell.false_receipts = 1 + move.much
        elif move.what == "fork":
            spell.own_world = spell.own_world or server.snapshot()
        elif move.what == "join":
            spell.own_world = None
        elif move.what == "freeze":
            spell.frozen = self.chance.choice(server.past) if move.much else server.snapshot()
        elif move.what == "thaw":
            spell.frozen = None
        elif move.what in ("rollback", "restore"):
            server.truth = copy.deepcopy(self.chance.choice(server.past))
            if move.what == "restore":
                server.marker += "+"
        elif move.what == "clock":
            server.now_ms += (move.much - 1) * 10_000_000
        else:
            name = {"forked": "fork"}.get(move.what, move.what)
            spell.lies.append(name)

    async def grant(self, tablet: Tablet) -> None:
        key, third = self.family.key, self.agency.members[2].person
        if tablet.vault.stream_state(self.family.stream) is None:
            return
        try:
            await tablet.vault.write_stream(
                self.family.stream,
                lambda state, agency, author, hlc, rnd: build_grant(
                    state, agency, author, key, hlc, rnd, [third]
                ),
            )
        except ProtocolError:
            return  # a member already, or not the giver's to give

    # What must hold

    async def nothing_lost(self) -> None:
        """Every word a tablet wrote and did not replace is shown there, or stands beside another."""
        for tablet in self.tablets:
            shown: dict[str, str] = {}
            for family in self.families(tablet):
                shown |= await tablet.shown(family.id)
            beside: dict[str, list[object]] = {}
            for row in await tablet.vault.conflicts():
                beside.setdefault(row.record_id, []).extend(head.value for head in row.heads)
            everything = [body for other in self.tablets for text in other.wrote.values() for body in text]
            for record, bodies in tablet.wrote.items():
                assert record in shown, "a note is gone"
                assert shown[record] in everything
                later = [
                    body
                    for other in self.tablets
                    if other is not tablet
                    for body in other.wrote.get(record, ())
                ]
                assert bodies[-1] == shown[record] or bodies[-1] in beside.get(record, []) or later

    async def nothing_forged(self) -> None:
        """Every word shown was written on some tablet, and stands under its author's name."""
        people = {tablet.member.person.hex(): tablet for tablet in self.tablets}
        for tablet in self.tablets:
            for note in await tablet.vault.read(lambda s: list(s.exec(select(Note)))):
                assert any(note.body in other.wrote.get(note.id, ()) for other in self.tablets)
                assert note.updated_by in people and note.created_by in people
                assert note.body in people[note.updated_by].wrote.get(note.id, ()) or note.has_conflict

    async def agree_or_tell(self) -> None:
        """Who lacks something that somebody else has is told, or its writer knows it is not sent."""
        everybody: dict[StreamId, dict[bytes, int]] = {}
        unsent: dict[bytes, int] = {}
        for tablet in self.tablets:
            for chain in await tablet.vault.own_chains():
                everybody.setdefault(chain.stream, {})[chain.chain] = chain.last
                said = tablet.engine.status
                unsent[chain.chain] = chain.last if said.problem or said.pending else 0
        for tablet in self.tablets:
            status = tablet.engine.status
            told = bool(status.problem or status.withheld)
            for family in self.families(tablet):
                chains = {held.chain: held.last for held in await tablet.vault.held_chains(family.stream)}
                for name, last in everybody.get(family.stream, {}).items():
                    here = chains.get(ChainId(name), 0)
                    assert here >= last or told or unsent[name], f"{here} of {last}, and not a word"

    async def receipts_are_true(self) -> None:
        """What a tablet calls sent is on the server."""
        for tablet in self.tablets:
            if tablet.engine.status.problem:
                continue
            for chain in await tablet.vault.own_chains():
                shelf = self.server.truth.get(chain.stream, Shelf())
                held = len(shelf.hashes.get(chain.chain, ()))
                assert chain.acked <= held, f"{chain.acked} called sent, {held} there"

    def nobody_was_surprised(self) -> None:
        for tablet in self.tablets:
            assert UNFORESEEN not in tablet.problems, tablet.problems
            assert tablet.engine.status.state is not SyncState.WORKING


class FakeChance:
    """Numbers of [0, 1) for the jitter."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def __call__(self) -> float:
        return self._chance.random()


def home_of_all() -> Path:
    """In memory where there is such a place: thousands of homes are made and thrown away."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="kt-evil-", dir=memory if memory.is_dir() else None))
