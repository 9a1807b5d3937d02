"""Whatever the order, the same operations lead to the same state, and no value is lost.

The same properties are run with two wrong merges in place of ours (plain last-writer-wins, by
arrival and by clock), to show that they would find one.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from app.protocol.envelope import Operation
from app.protocol.ids import ChainId, OpRef, RecordId
from app.store import merge
from app.store.memory import Memory
from app.store.merge import DELETED, Heads, Live, Ref, Write
from app.store.reducer import Delivery, Reducer, as_write
from tests.property.histories import ONCE, STREAM, TYPES, Tablet, orders, steps, written

RECORD = RecordId(b"r" * 16)
SKEWS = st.lists(st.sampled_from((0, 0, 1, -1, 60_000, -3_600_000, 86_400_000)), min_size=3, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Delivery], list[Delivery], frozenset[Ref]]:
    """A history, another order of it, and what of it is set aside."""
    history = written(draw(steps()), draw(SKEWS))
    refs = [(one.chain, one.dseq) for one in history]
    aside = draw(st.sets(st.sampled_from(refs), max_size=2)) if refs else set()
    return history, draw(orders(history)), frozenset(aside)


def converges(case: tuple[list[Delivery], list[Delivery], frozenset[Ref]], merging: merge.Merge) -> bool:
    history, order, aside = case
    one, two = Tablet(merging, aside), Tablet(merging, aside)
    one.receive(history)
    two.receive(order, batch=3)
    try:
        return one.digest() == two.digest() and one.reducer.waiting == two.reducer.waiting == 0
    finally:
        one.memory.close()
        two.memory.close()


def keeps_everything(history: list[Delivery], merging: merge.Merge) -> bool:
    """Every value is shown, superseded by one that saw it, in a conflict, or was deleted."""
    tablet = Tablet(merging)
    tablet.receive(history)
    replaced: set[tuple[str, Ref]] = set()
    for one in history:
        assert one.operation is not None
        for name, refs in one.operation.pred.items():
            replaced.update((name, (bytes(ref[0]), ref[1])) for ref in refs)
        for name in one.operation.fields:
            # What a chain writes replaces what it wrote before.
            replaced.update(
                (name, (one.chain, other.dseq))
                for other in history
                if other.chain == one.chain and other.dseq < one.dseq
                and other.operation is not None and other.operation.record == one.operation.record
            )  # fmt: skip
    try:
        return all(
            (name, (one.chain, one.dseq)) in replaced or _held(tablet, one, name)
            for one in history
            if one.operation is not None
            for name in one.operation.fields
            if name != DELETED and name not in ONCE
        )
    finally:
        tablet.memory.close()


def _held(tablet: Tablet, one: Delivery, name: str) -> bool:
    assert one.operation is not None
    memory, record = tablet.memory, bytes(one.operation.record)
    value = one.operation.fields[name]
    kind = memory.kinds["note"]
    rows = [list(row) for row in memory.rows(kind, [record.hex()])]
    rids = [found[0] for found in memory.heads([record])]
    rows += [row for _, row in memory.buried(rids)]
    shown = any(row[kind.position[name]] == value for row in rows)
    beside = any(c[0] == name and c[4] == value for rid in rids for c in memory.conflicts(rid))
    return shown or beside


@given(cases())
def test_any_order_and_duplicates_lead_to_the_same_state(
    case: tuple[list[Delivery], list[Delivery], frozenset[Ref]],
) -> None:
    assert converges(case, merge.apply)


@given(st.builds(written, steps(), SKEWS))
def test_no_value_is_lost(history: list[Delivery]) -> None:
    assert keeps_everything(history, merge.apply)


@given(cases())
def test_quarantine_learnt_late_equals_quarantine_known_before(
    case: tuple[list[Delivery], list[Delivery], frozenset[Ref]],
) -> None:
    history, order, aside = case
    before, after = Tablet(quarantine=aside), Tablet()
    before.receive(history)
    after.receive(order)
    after.around.quarantine = aside
    after.reducer.forget(history[0].stream if history else b"", {one.chain for one in history})
    after.receive(order)
    assert before.digest() == after.digest()
    before.memory.close()
    after.memory.close()


@given(cases())
def test_a_state_taken_up_from_an_image_goes_on_as_if_nothing_had_happened(
    case: tuple[list[Delivery], list[Delivery], frozenset[Ref]],
) -> None:
    history, order, _ = case
    whole, parts = Tablet(), Tablet()
    whole.receive(history)
    half = len(order) // 2
    parts.receive(order[:half])
    parts.reducer.save_progress()
    again = Tablet()
    again.memory.close()
    again.memory = Memory(TYPES, parts.memory.serialise())
    again.around.log.update(parts.around.log)
    again.reducer = Reducer(again.memory, again.around)
    again.receive(order[half:])
    assert again.digest() == whole.digest()
    for tablet in (whole, parts, again):
        tablet.memory.close()


def by_arrival(heads: Heads | None, write: Write) -> Heads:
    """Last writer wins, the last being whoever comes last."""
    own = Live(write.hlc, write.chain, write.dseq, write.fields, write.observed)
    if heads is None:
        return Heads(own.stamp, own.stamp, (own,))
    kept = [
        Live(h.hlc, h.chain, h.dseq, left, h.observed)
        for h in heads.live
        if (left := tuple(name for name in h.fields if name not in write.fields))
    ]
    return Heads(min(heads.first, own.stamp), max(heads.last, own.stamp), (*kept, own))


def by_clock(heads: Heads | None, write: Write) -> Heads:
    """Last writer wins, the last being whoever has the highest stamp."""
    own = Live(write.hlc, write.chain, write.dseq, write.fields, write.observed)
    live = (*(heads.live if heads else ()), own)
    first = min(h.stamp for h in live) if heads is None else min(heads.first, own.stamp)
    last = own.stamp if heads is None else max(heads.last, own.stamp)
    best = {name: max((h for h in live if name in h.fields), key=lambda h: h.stamp) for h in live
            for name in h.fields}  # fmt: skip
    kept = [
        Live(h.hlc, h.chain, h.dseq, left, h.observed)
        for h in live
        if (left := tuple(name for name in h.fields if best[name] is h))
    ]
    return Heads(first, last, tuple(kept))


SEARCH = settings(max_examples=1000, derandomize=True, deadline=None, database=None, phases=[Phase.generate])


def test_the_property_finds_last_writer_by_arrival() -> None:
    find(cases(), lambda case: not converges(case, by_arrival), settings=SEARCH)


def test_the_property_finds_last_writer_by_clock() -> None:
    history = st.builds(written, steps(), SKEWS)
    find(history, lambda one: not keeps_everything(one, by_clock), settings=SEARCH)


def test_the_search_itself_finds_nothing_wrong_with_our_merge() -> None:
    with pytest.raises(NoSuchExample):
        few = settings(SEARCH, max_examples=30)
        find(cases(), lambda case: not converges(case, merge.apply), settings=few)


def test_an_edit_that_saw_another_supersedes_it_whatever_the_clocks_say() -> None:
    late, early = 2_000, 1_000
    first = merge.apply(None, Write(late, b"a" * 16, 1, ("body",), {}))
    second = merge.apply(first, Write(early, b"b" * 16, 1, ("body",), {"body": [(b"a" * 16, 1)]}))
    winner = second.winner("body")
    assert winner is not None and winner.ref == (b"b" * 16, 1)
    assert second.contested() == ()


def test_an_operation_waits_for_the_one_it_replaces() -> None:
    first = Delivery(STREAM, b"a" * 16, 1, 5, Operation(RECORD, "note", {"body": "first"}, {}))
    seen: dict[str, tuple[OpRef, ...]] = {"body": (OpRef(ChainId(b"a" * 16), 1),)}
    second = Delivery(STREAM, b"b" * 16, 1, 4, Operation(RECORD, "note", {"body": "second"}, seen))
    tablet, other = Tablet(), Tablet()
    tablet.receive([second])
    assert tablet.reducer.waiting == 1 and list(tablet.memory.heads([RECORD])) == []
    tablet.receive([first])
    assert tablet.reducer.waiting == 0
    other.receive([first, second])
    assert tablet.digest() == other.digest()
    for one in (tablet, other):
        one.memory.close()


def test_a_value_cannot_be_removed_with_nothing_in_its_place() -> None:
    seen: dict[str, tuple[OpRef, ...]] = {"body": (OpRef(ChainId(b"a" * 16), 1),)}
    sly = Delivery(STREAM, b"b" * 16, 1, 4, Operation(RECORD, "note", {"place": "x"}, seen))
    assert sly.operation is not None and as_write(sly, sly.operation).pred == {}


def _one(
    chain: bytes, dseq: int, hlc: int, fields: dict[str, object], stream: bytes = STREAM, **seen: Ref
) -> Delivery:
    pred: dict[str, tuple[OpRef, ...]] = {
        name: (OpRef(ChainId(ref[0]), ref[1]),) for name, ref in seen.items()
    }
    return Delivery(stream, chain * 16, dseq, hlc, Operation(RECORD, "note", fields, pred))


def _shown(tablet: Tablet, name: str) -> object:
    kind = tablet.memory.kinds["note"]
    (row,) = tablet.memory.rows(kind, [RECORD.hex()])
    return row[kind.columns.index(name)]


SIGNING = [
    _one(b"a", 1, 20, {"body": "calm"}),
    _one(b"a", 2, 30, {"signed": {"words": "calm"}}),
    _one(b"b", 1, 90, {"signed": {"words": "he threatened"}}, signed=(b"a" * 16, 2)),
    _one(b"b", 2, 91, {"signed": {"words": "blindly"}}),
    _one(b"a", 3, 92, {"signed": {"words": "again"}}),
    _one(b"c", 1, 25, {"signed": {"words": "earlier"}, "_seen": [[b"a" * 16, 1]]}),
]


@given(orders(SIGNING))
def test_only_the_authors_first_signature_stands(order: list[Delivery]) -> None:
    tablet = Tablet()
    tablet.receive(order, batch=2)
    try:
        assert _shown(tablet, "signed") == '{"words":"calm"}'
        assert _shown(tablet, "has_conflict") == 0
        assert _shown(tablet, "created_by") == (b"a" * 16).hex()
    finally:
        tablet.memory.close()


def test_who_knew_a_record_did_not_begin_it_whatever_the_clocks_say() -> None:
    tablet = Tablet()
    slow = _one(b"b", 1, 5, {"place": "school", "_seen": [[b"a" * 16, 1]]})
    tablet.receive([_one(b"a", 1, 900, {"body": "mine"}), slow])
    assert _shown(tablet, "created_by") == (b"a" * 16).hex() and _shown(tablet, "place") == "school"
    tablet.memory.close()


def test_blind_writes_of_one_chain_do_not_pile_up() -> None:
    heads: Heads | None = None
    for dseq in range(1, 5_000):
        heads = merge.apply(heads, Write(dseq, b"a" * 16, dseq, ("body",), {}))
    assert heads is not None and len(heads.live) == 1 and not heads.past


TWO_STREAMS = [
    _one(b"a", 1, 10, {"body": "one"}, b"1" * 16),
    _one(b"b", 1, 20, {"body": "two"}, b"2" * 16),
    _one(b"b", 2, 30, {"place": "home"}, b"2" * 16),
    _one(b"a", 2, 40, {"place": "school"}, b"1" * 16),
]


@given(orders(TWO_STREAMS), st.integers(1, 4))
def test_of_two_streams_that_use_one_id_all_tablets_show_the_same(order: list[Delivery], batch: int) -> None:
    tablet = Tablet()
    tablet.receive(order, batch)
    try:
        assert (_shown(tablet, "stream"), _shown(tablet, "body")) == ((b"1" * 16).hex(), "one")
        assert _shown(tablet, "place") == "school"
    finally:
        tablet.memory.close()
