"""What must be true when everybody is calm again. Reads what people see, and the server's own tables.

It knows nothing of how operations merge: only that a value is lost when nobody who replaced it had seen
it, and that the same work looks the same to everybody who may read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, select

from app.errors import MissingKey
from app.protocol.entitlement import cut_for
from app.protocol.ids import ChainId, OpRef, StreamId
from app.sync.ports import IncomingSegment
from app.wraparound.records import RECORD_TYPES
from app.wraparound.roles import may_write
from tests.simulator.history import Place, Shown, Write, marked, shown
from tests.simulator.tablet import SimTablet
from tests.simulator.world import World

Field = tuple[Place, str]


def lost_values(writes: Sequence[Write], now: Mapping[Place, Shown]) -> list[str]:
    """Certain values that are neither shown nor replaced by somebody who had seen them; and values that
    are shown although nobody wrote them, twice, or after somebody who had seen them replaced them."""
    found: list[str] = []
    by_field: dict[Field, list[Write]] = {}
    for write in writes:
        for name in write.values:
            by_field.setdefault((write.place, name), []).append(write)
    for (place, name), here in by_field.items():
        if name in RECORD_TYPES[place[1]].WRITE_ONCE:
            continue
        visible = now[place].values.get(name, []) if place in now else []
        where = f"{place[1]} {place[2][:8]} {name}"
        landed = {one.values[name] for one in here if one.certain} | set(visible)
        grown = True
        while grown:  # who saw a value, and whose own value was seen, has been there
            seen = {old for one in here if one.values[name] in landed for old in one.saw[name]}
            grown = not seen <= landed
            landed |= seen
        replaced = {old for one in here if one.values[name] in landed for old in one.saw[name]
                    if old != one.values[name]}  # fmt: skip
        for one in here:
            value = one.values[name]
            if one.certain and value not in visible and value not in replaced:
                found.append(f"lost: {where} = {value!r} written by {one.tablet} at {one.at:.1f}")
        known = {one.values[name] for one in here}
        for value, count in Counter(visible).items():
            if count > 1:
                found.append(f"twice: {where} = {value!r}")
            if value not in known:
                found.append(f"from nowhere: {where} = {value!r}")
        certain = {old for one in here if one.certain for old in one.saw[name] if old != one.values[name]}
        for value in visible:
            again = [one for one in here if one.values[name] == value]
            if len(visible) > 1 and value in certain and len(again) == 1:
                found.append(f"came back: {where} = {value!r} was replaced by somebody who had seen it")
    return found


def wrong_deletes(writes: Sequence[Write], now: Mapping[Place, Shown]) -> list[str]:
    """Records that are gone although somebody wrote what no delete had seen."""
    found = []
    for place in {one.place for one in writes}:
        here = [one for one in writes if one.place == place]
        deletes = [one for one in here if one.delete]
        there = now.get(place)
        if there is None or there.there or not any(one.certain and one.values for one in here):
            continue
        if not deletes:
            found.append(f"gone without a delete: {place[1]} {place[2][:8]}")
            continue
        for value in there.all:
            if not any(value in one.all_seen for one in deletes):
                found.append(f"deleted unseen: {place[1]} {place[2][:8]} {value}")
    return found


class Checker:
    """Checks a world at rest."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.found: list[str] = []

    async def check(self) -> list[str]:
        """Everything that is wrong, in words."""
        world = self.world
        self.found += [f"fault: {one}" for one in (*world.faults, *world.loop.errors, *world.logged)]
        self._once_on_the_server()
        await self._set_aside_as_expected()
        for stream in sorted(world.server.members()):
            await self._stream(stream)
        for tablet in world.open:
            await self._status(tablet)
        for tablet in world.tablets:
            if tablet.on and tablet.gone:
                await self._reads_nothing_newer(tablet)
        return self.found

    def _once_on_the_server(self) -> None:
        for place, count in Counter(self.world.server.places()).items():
            if count > 1:
                self.found.append(f"held twice by the server: {place[1].hex()[:6]} {place[2]}")

    async def _set_aside_as_expected(self) -> None:
        """Whoever was taken out: what is beyond the signed cut may be set aside, and nothing else."""
        ruth = self.world.tablets[0].vault
        history = self.world.history
        # A copied tablet writes under the same number as its twin: whose words the cut means, nobody knows.
        writers: dict[OpRef, set[tuple[str, float]]] = {}
        for write in history.writes:
            for ref in write.refs:
                writers.setdefault(ref, set()).add((write.tablet, write.at))

        def beyond(write: Write, ends: Mapping[ChainId, int]) -> bool:
            return any(ref.dseq > ends.get(ref.chain, 0) or len(writers[ref]) > 1 for ref in write.refs)

        for person in self.world.turned:
            for write in history.by(person=bytes(person)):
                if self._not_for_both(write):
                    write.doubt("its author's role has changed")
        for removal in ruth.agency.removals:
            for device in removal.devices:
                for write in history.by(device=bytes(device)):
                    stream = StreamId(write.place[0])
                    ends = {ref.chain: cut_for(removal.cuts, stream, ref.chain).dseq for ref in write.refs}
                    if beyond(write, ends):
                        write.doubt("beyond the cut of its author's removal")
        for tablet in self.world.open:
            for position in await tablet.vault.positions():
                state = tablet.vault.stream_state(position.stream)
                for left in state.removals if state is not None else ():
                    ends = {cut.chain: cut.dseq for cut in left.cuts}
                    for write in history.by(person=bytes(left.person), stream=bytes(position.stream)):
                        # Who knew of it, and could write all the same, had been let in again.
                        if write.knew_control < left.index and beyond(write, ends):
                            write.doubt("its author was taken out of the stream")

    def _not_for_both(self, write: Write) -> bool:
        """Whether a coordinator or a partner may not write this: which of them its author was when it went
        out is in the signed segment, and decides."""
        states = (one.vault.stream_state(write.place[0]) for one in self.world.open)
        label = next((str(state.label) for state in states if state is not None), "restricted")
        return not all(may_write(write.place[1], label, [role]) for role in ("coordinator", "partner"))

    async def _stream(self, stream: bytes) -> None:
        """Everybody who may read it sees the same, and nothing is missing in it."""
        world, persons = self.world, self.world.server.members()[stream]
        members = [one for one in world.open if bytes(one.keyring.person) in persons]
        if not members:
            return
        name = stream.hex()[:6]
        digests: dict[bytes, list[str]] = {}
        for tablet in members:
            digests.setdefault(await tablet.vault.digest(stream), []).append(tablet.name)
            if tablet.vault.stream_state(stream) is None:
                self.found.append(f"stream {name} is not on {tablet.name}")
            try:
                state = tablet.vault.stream_state(stream)
                if state is not None:
                    tablet.vault.stream_key(stream, state.epoch.number)
            except MissingKey:
                self.found.append(f"no key of {name} on {tablet.name}")
            held = {line.chain: line.last for line in await tablet.vault.held_chains(StreamId(stream))}
            for chain, last in world.server.chains(stream).items():
                if held.get(ChainId(chain), 0) < last:
                    self.found.append(
                        f"missing on {tablet.name}: {name} chain {chain.hex()[:6]} "
                        f"{held.get(ChainId(chain), 0)} of {last}"
                    )
        if len(digests) > 1:
            self.found.append(f"divergence in {name}: {sorted(digests.values())}")
        writes = [one for one in world.history.writes if one.place[0] == stream]
        now = await shown(members[0].vault, {one.place for one in writes})
        self.found += lost_values(writes, now)
        self.found += wrong_deletes(writes, now)
        self.found += await self._made_twice(members[0], stream, {one.place for one in writes})

    async def _made_twice(self, tablet: SimTablet, stream: bytes, known: set[Place]) -> list[str]:
        """Words that stand in two records, and records that nobody made."""
        found, where = [], {}

        def rows(session: Session) -> list[tuple[str, str, str, str]]:
            return [
                (kind.TYPE, row.id, name, value)
                for kind in RECORD_TYPES.values()
                for row in session.exec(select(kind).where(kind.stream == stream.hex()))
                for name, value in row.model_dump().items()
                if marked(value)
            ]

        for type_name, record, name, value in await tablet.vault.read(rows):
            if (stream, type_name, record) not in known:
                found.append(f"nobody made: {type_name} {record[:8]} {name} = {value!r}")
            first = where.setdefault((type_name, name, value), record)
            if first != record and value not in self.world.history.moved:
                found.append(f"made twice: {type_name} {first[:8]} {record[:8]} {name} = {value!r}")
        return found

    async def _status(self, tablet: SimTablet) -> None:
        """Nothing waits any more, and what counts as sent is there."""
        status, vault = tablet.open.syncing.status, tablet.vault
        if status.problem:
            self.found.append(f"{tablet.name} still says {status.problem}")
        if status.withheld:
            self.found.append(f"{tablet.name} misses {status.withheld} operations")
        # One that holds what the server kept back is rightly distrusted: it says more than the history.
        if not tablet.weather.hid and (alarms := await vault.snapshot_alarms()):
            self.found.append(f"{tablet.name} distrusts {len(alarms)} snapshots of honest tablets")
        arrival = await vault.arrival()
        if late := arrival.arriving | arrival.checking:
            self.found.append(f"{tablet.name} has not checked the history of {len(late)} families")
        held, persons = self.world.server.held(), self.world.server.members()
        for chain in await vault.own_chains():
            member = bytes(tablet.keyring.person) in persons.get(bytes(chain.stream), set())
            if chain.acked > held.get(bytes(chain.chain), 0):
                self.found.append(f"{tablet.name} calls sent what the server has not: {chain.acked}")
            if chain.pending and member:
                self.found.append(f"{tablet.name} still has {chain.pending} operations of its own")
        for position in await vault.positions():
            state = vault.stream_state(position.stream)
            if state is None or bytes(tablet.keyring.person) in persons.get(bytes(position.stream), set()):
                continue
            if not any(one.stream == position.stream and one.pending for one in await vault.own_chains()):
                self.found.append(f"{tablet.name} still holds {position.stream.hex()[:6]}")

    async def _reads_nothing_newer(self, tablet: SimTablet) -> None:
        """Everything that a leaking server could hand to a tablet that is out, and what it shows then."""
        vault = tablet.vault
        for position in await vault.positions():
            stream = position.stream
            if vault.stream_state(stream) is None:
                continue
            rows = self.world.server.segments(stream)
            leaked = [IncomingSegment(*row) for row in rows]
            await vault.receive_segments(stream, leaked, position.cursor)
            writes = [one for one in self.world.history.writes if one.place[0] == bytes(stream)]
            now = await shown(vault, {one.place for one in writes})
            for write in writes:
                if tablet.device in write.knew:
                    for name, value in write.values.items():
                        if value in now[write.place].values.get(name, ()):
                            self.found.append(f"{tablet.name} is out and reads {value!r}")


async def sent_is_there(world: World, tablets: Iterable[SimTablet]) -> list[str]:
    """Whether what tablets call sent is on the server now."""
    held, found = world.server.held(), []
    for tablet in tablets:
        for chain in await tablet.vault.own_chains():
            if chain.acked > held.get(bytes(chain.chain), 0):
                found.append(f"{tablet.name} calls {chain.acked} sent of {held.get(bytes(chain.chain), 0)}")
    return found

