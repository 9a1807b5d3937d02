"""Operations go into envelopes and come out as they were, or not at all."""

from __future__ import annotations

import math
import struct
import zlib
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.primitives import Aead
from app.errors import (
    AppError,
    BrokenChain,
    Malformed,
    TooLarge,
    UnencodableText,
    UnsupportedValue,
)
from app.protocol.canonical import pack
from app.protocol.envelope import (
    KeySchedule,
    Operation,
    chain_cipher,
    frame,
    inflate,
    open_envelope,
    pack_operation,
    parse_header,
    seal,
    unframe,
    unpack_operation,
)
from app.protocol.ids import NO_HASH, ChainId, OpRef, RecordId, StreamId, singleton_id
from app.protocol.limits import MAX_ENVELOPE_BYTES, MAX_INFLATED_BYTES
from tests.vectors.agency_world import drawn_from

STREAM, CHAIN, RECORD = StreamId(b"s" * 16), ChainId(b"c" * 16), RecordId(b"r" * 16)
KEY = b"k" * 32

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
refs = st.builds(
    OpRef, st.binary(min_size=16, max_size=16).map(ChainId), st.integers(1, 2**63 - 1)
)


@st.composite
def operations(draw: Any) -> Operation:
    fields = draw(st.dictionaries(st.text(min_size=1), values, max_size=5))
    pred = {
        name: tuple(sorted(draw(st.sets(refs, min_size=1, max_size=3))))
        for name in fields
        if draw(st.booleans())
    }
    schema = draw(st.integers(0, 2**31 - 1))
    record = RecordId(draw(st.binary(min_size=16, max_size=16)))
    return Operation(record, draw(st.text(min_size=1)), fields, pred, schema)


def note(value: object = "text", **more: object) -> Operation:
    return Operation(RECORD, "note", {"body": value, **more}, {})


def sealed(operation: Operation, **changes: Any) -> bytes:
    place: dict[str, Any] = {"epoch": 1, "dseq": 1, "hlc": 5, "prev": NO_HASH} | changes
    return seal(
        operation,
        STREAM,
        place["epoch"],
        CHAIN,
        place["dseq"],
        place["hlc"],
        place["prev"],
        KEY,
        drawn_from("nonce"),
    )


def packed(**changes: object) -> bytes:
    document = {"record": RECORD, "type": "note", "fields": {}, "pred": {}, "schema": 1}
    return msgpack.packb(document | changes)  # type: ignore[no-any-return]


@given(operations(), st.integers(1, 2**32 - 1), st.integers(2, 2**63 - 1))
def test_what_is_sealed_is_what_is_opened(operation: Operation, epoch: int, dseq: int) -> None:
    envelope = sealed(operation, epoch=epoch, dseq=dseq, prev=b"p" * 32)
    header, opened = open_envelope(envelope, KEY)
    assert opened == operation
    assert (header.epoch, header.dseq, header.prev) == (epoch, dseq, b"p" * 32)
    assert header.ref == OpRef(CHAIN, dseq)
    assert len(envelope) % 128 == (88 + 12 + 16) % 128


@given(st.binary(max_size=400))
def test_random_bytes_raise_only_our_errors(data: bytes) -> None:
    for parse in (parse_header, unpack_operation, inflate, unframe):
        try:
            parse(data)
        except AppError:
            continue


def test_true_stays_true_and_is_not_one() -> None:
    _, opened = open_envelope(sealed(note(True, count=1)), KEY)
    assert opened.fields["body"] is True
    assert opened.fields["count"] == 1 and opened.fields["count"] is not True


def test_a_tuple_travels_as_a_list_and_nul_is_text() -> None:
    _, opened = open_envelope(sealed(note(("a", "b\0"))), KEY)
    assert opened.fields["body"] == ["a", "b\0"]


@pytest.mark.parametrize("where", ["value", "name", "nested", "type"])
def test_a_lone_surrogate_is_refused_with_a_clear_word(where: str) -> None:
    broken = "caf\ud800"
    operation = {
        "value": note(broken),
        "name": Operation(RECORD, "note", {broken: 1}, {}),
        "nested": note([{"a": broken}]),
        "type": Operation(RECORD, broken, {}, {}),
    }[where]
    with pytest.raises(UnencodableText) as refusal:
        sealed(operation)
    assert "broken character" in refusal.value.user_message


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**63,
        -(2**63) - 1,
        {1: "key"},
        {b"key": 1},
        object(),
        {1, 2},
        [math.nan],
        {"a": {"b": 2**64}},
        nested(16),
        [None] * 65_537,
    ],
)
def test_values_that_do_not_travel_are_refused(value: object) -> None:
    with pytest.raises(UnsupportedValue):
        sealed(note(value))


def test_packing_what_was_not_checked_raises_only_our_errors() -> None:
    for value in (object(), 2**64, [object()]):
        with pytest.raises(UnsupportedValue):
            pack(value)


def test_the_deepest_allowed_value_travels() -> None:
    _, opened = open_envelope(sealed(note(nested(15))), KEY)
    assert opened.fields["body"] == nested(15)


@pytest.mark.parametrize(
    "operation",
    [
        Operation(RecordId(b"short"), "note", {}, {}),
        Operation(RECORD, "", {}, {}),
        Operation(RECORD, "note", {}, {}, -1),
        Operation(RECORD, "note", {}, {}, 2**31),
        Operation(RECORD, "note", {}, {"body": (OpRef(CHAIN, 1),)}),
    ],
)
def test_an_operation_that_makes_no_sense_is_not_sealed(operation: Operation) -> None:
    with pytest.raises(UnsupportedValue):
        pack_operation(operation)


def test_predecessors_are_written_once_and_in_order() -> None:
    one, two = OpRef(CHAIN, 1), OpRef(CHAIN, 2)
    operation = Operation(RECORD, "note", {"body": "x", "kind": "y"}, {"body": (two, one, two), "kind": ()})
    assert unpack_operation(pack_operation(operation)).pred == {"body": (one, two)}


@pytest.mark.parametrize(
    "data",
    [
        packed(record=b"short"),
        packed(record="r" * 16),
        packed(type=""),
        packed(type=b"note"),
        packed(fields=[]),
        packed(fields={"a": math.nan}),
        packed(fields={"a": 2**63}),
        packed(fields={b"a": 1}),
        packed(fields={"a": nested(16)}),
        packed(fields={"a": msgpack.Timestamp(1)}),
        packed(fields={"a": msgpack.ExtType(5, b"x")}),
        packed(pred=[]),
        packed(pred={"body": b"x" * 24}),
        packed(fields={"a": 1}, pred={"a": b""}),
        packed(fields={"a": 1}, pred={"a": b"x" * 23}),
        packed(fields={"a": 1}, pred={"a": [b"x"]}),
        packed(fields={"a": 1}, pred={"a": CHAIN + struct.pack(">Q", 0)}),
        packed(fields={"a": 1}, pred={"a": CHAIN + struct.pack(">Q", 2**63)}),
        packed(fields={"a": 1}, pred={"a": (CHAIN + struct.pack(">Q", 2)) * 2}),
        packed(fields={"a": 1}, pred={"a": CHAIN + struct.pack(">Q", 2) + CHAIN + struct.pack(">Q", 1)}),
        packed(schema=-1),
        packed(schema=2**31),
        packed(schema=True),
        packed(schema=1.0),
        packed(more=1),
        msgpack.packb({"type": "note", "record": RECORD, "fields": {}, "pred": {}, "schema": 1}),
        msgpack.packb([1]),
        msgpack.packb(1),
        packed() + b"\0",
        packed()[:-1],
        b"",
    ],
)
def test_only_one_form_of_an_operation_is_read(data: bytes) -> None:
    with pytest.raises(Malformed):
        unpack_operation(data)


def test_other_spellings_of_the_same_value_are_refused() -> None:
    good = packed(fields={"a": 1})
    assert unpack_operation(good)
    long_int = good.replace(b"\xa1a\x01", b"\xa1a\xcc\x01")
    twice = good.replace(b"\x81\xa1a\x01", b"\x82\xa1a\x01\xa1a\x01")
    single = packed(fields={"a": 1.5}).replace(
        b"\xcb" + struct.pack(">d", 1.5), b"\xca" + struct.pack(">f", 1.5)
    )
    bad_utf8 = packed(fields={"a": "zz"}).replace(b"\xa2zz", b"\xa2\xff\xff")
    surrogate = packed(fields={"a": "zzz"}).replace(b"\xa3zzz", b"\xa3\xed\xa0\x80")
    for data in (long_int, twice, single, bad_utf8, surrogate):
        assert data != good
        with pytest.raises(Malformed):
            unpack_operation(data)


def test_a_map_that_claims_more_than_it_holds_is_refused() -> None:
    for data in (b"\xdf\xff\xff\xff\xff", b"\xdd\x7f\xff\xff\xff" * 50, b"\x91" * 4000):
        with pytest.raises(Malformed):
            unpack_operation(data)


def test_padding_has_one_end() -> None:
    framed = frame(b"deflated")
    assert len(framed) == 128
    assert unframe(framed) == b"deflated"
    assert len(frame(bytes(124))) == 128
    assert len(frame(bytes(125))) == 256
    for wrong in (
        framed[:-1] + b"\x01",
        framed + bytes(128),
        struct.pack(">I", 125) + bytes(124),
        struct.pack(">I", 2**32 - 1) + bytes(124),
        b"\0\0\0",
        b"",
    ):
        with pytest.raises(Malformed):
            unframe(wrong)


def test_a_deflate_bomb_stops_at_the_cap() -> None:
    bomb = zlib.compress(bytes(MAX_INFLATED_BYTES + 1), 9)
    with pytest.raises(TooLarge):
        inflate(bomb)
    assert len(inflate(zlib.compress(bytes(MAX_INFLATED_BYTES), 9))) == MAX_INFLATED_BYTES


@pytest.mark.parametrize(
    "data",
    [zlib.compress(b"x") + b"y", zlib.compress(b"x")[:-1], b"not zlib", b"", zlib.compress(b"x" * 99)[:-4]],
)
def test_only_one_whole_zlib_stream_is_read(data: bytes) -> None:
    with pytest.raises(Malformed):
        inflate(data)


def test_too_much_is_refused_before_it_is_sealed() -> None:
    with pytest.raises(TooLarge):
        sealed(note(b"x" * MAX_INFLATED_BYTES))
    with pytest.raises(TooLarge):
        sealed(note(drawn_from("noise")(MAX_ENVELOPE_BYTES)))
    with pytest.raises(TooLarge):
        frame(bytes(MAX_ENVELOPE_BYTES - 100))
    with pytest.raises(TooLarge):
        parse_header(bytes(MAX_ENVELOPE_BYTES + 1))


def test_an_envelope_fills_whole_buckets() -> None:
    envelope = sealed(note())
    parse_header(envelope)
    for wrong in (envelope[:-1], envelope + b"\0", envelope[:-128], envelope[:88], envelope[:87]):
        with pytest.raises(Malformed):
            parse_header(wrong)


def test_the_largest_envelope_is_accepted() -> None:
    fits = drawn_from("noise")(MAX_ENVELOPE_BYTES - 600)
    envelope = sealed(note(fits))
    assert len(envelope) <= MAX_ENVELOPE_BYTES
    assert open_envelope(envelope, KEY)[1].fields["body"] == fits


@pytest.mark.parametrize(("dseq", "prev"), [(1, b"p" * 32), (2, NO_HASH)])
def test_only_the_first_envelope_has_no_predecessor(dseq: int, prev: bytes) -> None:
    with pytest.raises(BrokenChain):
        sealed(note(), dseq=dseq, prev=prev)


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 0},
        {"epoch": 2**32},
        {"dseq": 2**63, "prev": b"p" * 32},
        {"dseq": 2**64, "prev": b"p" * 32},
        {"dseq": 0, "prev": b"p" * 32},
        {"hlc": 2**63},
        {"hlc": -1},
        {"dseq": 2, "prev": b"short"},
    ],
)
def test_numbers_out_of_range_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        sealed(note(), **change)


def test_a_key_schedule_keeps_each_cipher_and_never_gives_anothers() -> None:
    schedule = KeySchedule(limit=2)
    first = schedule.cipher(KEY, STREAM, 1, CHAIN)
    assert schedule.cipher(KEY, STREAM, 1, CHAIN) is first
    assert schedule.cipher(b"o" * 32, STREAM, 1, CHAIN) is not first
    assert isinstance(schedule.cipher(KEY, STREAM, 2, CHAIN), Aead)
    assert repr(schedule) == "KeySchedule(1 ciphers)"
    schedule.forget()
    assert repr(schedule) == "KeySchedule(0 ciphers)"


def test_a_schedule_changes_no_byte() -> None:
    schedule = KeySchedule()
    with_schedule = seal(
        note(), STREAM, 1, CHAIN, 1, 5, NO_HASH, KEY, drawn_from("nonce"), schedule=schedule
    )
    assert with_schedule == sealed(note())
    assert open_envelope(with_schedule, KEY, schedule)[1] == note()


def test_every_place_has_its_own_key() -> None:
    places = {
        (STREAM, 1, CHAIN),
        (StreamId(b"t" * 16), 1, CHAIN),
        (STREAM, 2, CHAIN),
        (STREAM, 1, ChainId(b"d" * 16)),
    }
    ciphertexts = {chain_cipher(KEY, *place).seal(bytes(12), b"same", b"") for place in places}
    assert len(ciphertexts) == len(places)


def test_a_singleton_has_one_id_in_its_stream() -> None:
    assert singleton_id(STREAM, "vision") == singleton_id(STREAM, "vision")
    assert singleton_id(STREAM, "vision") != singleton_id(STREAM, "crisis_plan")
    assert singleton_id(STREAM, "vision") != singleton_id(StreamId(b"t" * 16), "vision")
