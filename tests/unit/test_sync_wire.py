"""Bodies are parsed strictly, and what is wrong with them is said without repeating them."""

from __future__ import annotations

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sync import wire
from app.sync.wire import (
    Body,
    ChallengeBody,
    ErrorReply,
    HeadsBody,
    PositionBody,
    Reply,
    SegmentBody,
    WireInvalid,
    decode,
    encode,
)

MODELS = [
    item
    for item in vars(wire).values()
    if isinstance(item, type) and issubclass(item, (Body, Reply)) and item not in (Body, Reply)
]


def test_round_trip_keeps_every_field() -> None:
    body = HeadsBody(
        streams=[PositionBody(stream=bytes(16), control_head=bytes(32), control_count=3, cursor=9)]
    )
    assert decode(HeadsBody, encode(body)) == body
    assert decode(ErrorReply, encode(ErrorReply(code="gap", expect=4))).expect == 4


@pytest.mark.parametrize("model", MODELS)
@given(raw=st.binary(max_size=200))
def test_no_bytes_break_the_parser(model: type[Body], raw: bytes) -> None:
    try:
        decode(model, raw)
    except WireInvalid as error:
        assert error.type


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "not_msgpack"),
        (b"\xc1", "not_msgpack"),
        (b"\x80\x80", "not_msgpack"),
        (b"\x91" * 3_000, "not_msgpack"),
        (b"\x81\xa1a\xa3\xed\xa0\x80", "not_msgpack"),
        (b"\x81\x01\x02", "not_msgpack"),
        (b"\xd4\x00\x00", "not_msgpack"),
        (b"\xd6\xff\x00\x00\x00\x00", "not_a_map"),
        (b"\xdd\xff\xff\xff\xff", "not_msgpack"),
        (b"\x90", "not_a_map"),
        (msgpack.packb(float("nan")), "not_a_map"),
    ],
)
def test_malformed_bytes_have_a_name(raw: bytes, kind: str) -> None:
    with pytest.raises(WireInvalid) as refused:
        decode(ChallengeBody, raw)
    assert refused.value.type == kind


def test_unknown_keys_are_refused_from_clients_and_passed_over_from_servers() -> None:
    with pytest.raises(WireInvalid) as refused:
        decode(ChallengeBody, msgpack.packb({"device": bytes(16), "evil": 1}))
    assert (refused.value.type, refused.value.loc) == ("extra_forbidden", ())
    assert decode(ErrorReply, msgpack.packb({"code": "x", "newer": 1})).code == "x"


def test_nothing_is_coerced_and_the_place_is_named() -> None:
    position = {"stream": bytes(16), "control_head": bytes(32), "control_count": "3", "cursor": 0}
    with pytest.raises(WireInvalid) as refused:
        decode(HeadsBody, msgpack.packb({"streams": [position]}))
    assert (refused.value.type, refused.value.loc) == ("int_type", ("streams", 0, "control_count"))
    position["control_count"] = True
    with pytest.raises(WireInvalid):
        decode(HeadsBody, msgpack.packb({"streams": [position]}))


def test_caps_are_enforced() -> None:
    with pytest.raises(WireInvalid):
        decode(SegmentBody, msgpack.packb({"segment": bytes(wire.SEGMENT_BODY), "cert": b"c"}))
    with pytest.raises(WireInvalid):
        decode(ChallengeBody, msgpack.packb({"device": bytes(17)}))
