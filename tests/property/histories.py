"""Made-up histories: some devices write, delete, restore and hear of each other, clocks askew.

A history is the list of deliveries in an order in which they could have been written. Predecessors
come from what each device knew, exactly as the store computes them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st

from app.protocol.envelope import Operation
from app.protocol.hlc import stamp
from app.protocol.ids import ChainId, OpRef, RecordId
from app.store import merge
from app.store.memory import Memory
from app.store.merge import DELETED, Heads, Ref
from app.store.reducer import Delivery, Reducer, as_write, state_digest
from app.wraparound.records import Family, Note, Record

STREAM = b"S" * 16
TYPES: dict[str, type[Record]] = {"note": Note, "family": Family}
RECORDS = tuple(bytes([n]) * 16 for n in (1, 2))
FIELDS = ("body", "place", "signed")
ONCE = frozenset(Note.WRITE_ONCE)


@dataclass(frozen=True)
class Step:
    """One thing that happens: device `who` does `what` to a record, or hears of device `other`.

    A blind write names nothing that it has seen, as no honest tablet does.
    """

    who: int
    what: str
    record: int
    fields: tuple[str, ...]
    other: int


@dataclass
class _Device:
    heads: dict[bytes, Heads] = field(default_factory=dict)
    known: set[Ref] = field(default_factory=set)
    dseq: int = 0


def steps(devices: int = 3, size: int = 30) -> st.SearchStrategy[list[Step]]:
    """Sequences of steps."""
    who = st.integers(0, devices - 1)
    return st.lists(
        st.builds(
            Step,
            who,
            st.sampled_from(("write", "write", "blind", "hear", "hear", "hear", "delete", "restore")),
            st.integers(0, len(RECORDS) - 1),
            st.lists(st.sampled_from(FIELDS), min_size=1, max_size=2, unique=True).map(tuple),
            who,
        ),
        min_size=8,
        max_size=size,
    )


def written(story: Sequence[Step], skews: Sequence[int]) -> list[Delivery]:
    """The operations of a story. skews: how many milliseconds each device's clock is wrong."""
    devices = [_Device() for _ in skews]
    history: list[Delivery] = []
    for now, step in enumerate(story):
        device = devices[step.who]
        if step.what == "hear":
            for delivery in history:
                _learn(device, delivery, devices[step.other].known)
            continue
        record = RECORDS[step.record]
        heads = device.heads.get(record)
        fields: dict[str, object] = {
            name: {"words": f"{name} {now}"} if name in ONCE else f"{name} {now}" for name in step.fields
        }
        if step.what == "delete":
            seen = heads.content_refs() if heads else frozenset()
            fields = {DELETED: [list(ref) for ref in sorted(seen)]}
        elif step.what == "restore":
            fields = {DELETED: []}
        found = merge.predecessors(heads, fields) if step.what != "blind" else {}
        pred = {n: tuple(OpRef(ChainId(c), d) for c, d in refs) for n, refs in found.items()}
        operation = Operation(RecordId(record), "note", fields, pred)
        device.dseq += 1
        chain = bytes([0x10 + step.who]) * 16
        hlc = stamp(1_760_000_000_000 + now + skews[step.who])
        delivery = Delivery(STREAM, chain, device.dseq, hlc, operation)
        history.append(delivery)
        _learn(device, delivery, {(chain, device.dseq)})
    return history


def _learn(device: _Device, delivery: Delivery, among: Collection[Ref]) -> None:
    ref = (delivery.chain, delivery.dseq)
    if ref in among and ref not in device.known and delivery.operation is not None:
        device.known.add(ref)
        record = bytes(delivery.operation.record)
        write = as_write(delivery, delivery.operation, ONCE)
        device.heads[record] = merge.apply(device.heads.get(record), write)


@dataclass
class Around:
    """Surroundings of a reducer: everything delivered can be asked for again."""

    quarantine: frozenset[Ref] = frozenset()
    log: dict[Ref, Delivery] = field(default_factory=dict)

    def family_of(self, stream: bytes) -> str:
        return "f" * 32

    def author_of(self, chain: bytes) -> str:
        return chain.hex()

    def is_quarantined(self, chain: bytes, dseq: int) -> bool:
        return (chain, dseq) in self.quarantine

    def source(self, chain: bytes, dseq: int) -> Delivery:
        return self.log[chain, dseq]


@cache
def blank() -> bytes:
    """An empty memory database; copying it is faster than making one for every example."""
    memory = Memory(TYPES)
    try:
        return memory.serialise()
    finally:
        memory.close()


@dataclass
class Tablet:
    """A reducer with its memory and surroundings."""

    merging: merge.Merge = merge.apply
    quarantine: frozenset[Ref] = frozenset()

    def __post_init__(self) -> None:
        self.around = Around(self.quarantine)
        self.memory = Memory(TYPES, blank())
        self.reducer = Reducer(self.memory, self.around, self.merging)

    def receive(self, deliveries: Sequence[Delivery], batch: int = 5) -> None:
        """Apply deliveries in batches."""
        for delivery in deliveries:
            self.around.log.setdefault((delivery.chain, delivery.dseq), delivery)
        for start in range(0, len(deliveries), batch):
            self.reducer.apply(deliveries[start : start + batch])

    def digest(self) -> bytes:
        """What the operations have led to."""
        return state_digest(self.memory, STREAM)


@st.composite
def orders(draw: st.DrawFn, history: Sequence[Delivery]) -> list[Delivery]:
    """An order in which a history may arrive: dense per chain, otherwise any, some of it twice."""
    queues: dict[bytes, list[Delivery]] = {}
    for delivery in history:
        queues.setdefault(delivery.chain, []).append(delivery)
    chains = sorted(queues)
    arrived: list[Delivery] = []
    while any(queues.values()):
        chain = draw(st.sampled_from([c for c in chains if queues[c]]))
        arrived.append(queues[chain].pop(0))
        if draw(st.booleans()):
            arrived.append(draw(st.sampled_from(arrived)))
    return arrived
