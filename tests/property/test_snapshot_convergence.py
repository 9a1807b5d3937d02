"""A snapshot taken anywhere, shown, and the rest in any order: the same state on every tablet."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.catalogue import catalogue
from app.store.merge import Ref
from app.store.reducer import Delivery
from app.store.snapshot_rows import SnapshotReader, export, put
from tests.property.histories import STREAM, TYPES, Tablet, orders, steps, written

FAMILY = "f" * 32
SKEWS = st.lists(st.sampled_from((0, 1, -1, 60_000, -3_600_000)), min_size=3, max_size=3)
KINDS = catalogue(TYPES)

Case = tuple[list[Delivery], list[Delivery], dict[bytes, int], frozenset[Ref]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A history, another order of it, the vector of a snapshot in it, and what is set aside."""
    history = written(draw(steps()), draw(SKEWS))
    end = draw(st.integers(1, len(history))) if history else 0
    vector: dict[bytes, int] = {}
    for one in history[:end]:
        vector[one.chain] = max(one.dseq, vector.get(one.chain, 0))
    refs = [(one.chain, one.dseq) for one in history]
    aside = draw(st.sets(st.sampled_from(refs), max_size=1)) if refs else set()
    return history, draw(orders(history)), vector, frozenset(aside)


def exported(tablet: Tablet) -> bytes:
    return b"".join(export(tablet.memory, STREAM))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(cases())
def test_snapshot_taken_anywhere_leads_to_the_same_state_as_the_history(case: Case) -> None:
    history, order, vector, aside = case
    author, reader, plain, replay = (Tablet(quarantine=aside) for _ in range(4))
    try:
        author.receive([one for one in history if one.dseq <= vector.get(one.chain, 0)])
        body = exported(author)
        if body:
            put(reader.memory, STREAM, FAMILY, SnapshotReader(KINDS, vector).read(body))
        assert exported(reader) == body
        assert reader.digest() == author.digest()

        # The history up to the vector, in any order, gives the very bytes of the snapshot.
        replay.receive([one for one in order if one.dseq <= vector.get(one.chain, 0)], batch=3)
        assert sha256(exported(replay)).digest() == sha256(body).digest()

        # And what comes after it, in any order, leads from it to where the whole history leads.
        reader.reducer.jump(vector)
        reader.receive([one for one in order if one.dseq > vector.get(one.chain, 0)], batch=2)
        plain.receive(order)
        assert reader.reducer.waiting == plain.reducer.waiting == 0
        assert reader.digest() == plain.digest()
        assert exported(reader) == exported(plain)
    finally:
        for tablet in (author, reader, plain, replay):
            tablet.memory.close()
