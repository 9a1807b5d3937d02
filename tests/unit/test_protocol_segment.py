"""Segments and chain certificates have one form and one signer."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.primitives import SigningKey
from app.errors import (
    AppError,
    BadCertificate,
    BadSignature,
    BrokenChain,
    Malformed,
    NewerVersion,
    TooLarge,
)
from app.protocol.ids import NO_HASH, ChainId, DeviceId, StreamId
from app.protocol.limits import MAX_ENVELOPE_BYTES, MAX_SEEN, MAX_SEGMENT_BYTES
from app.protocol.segment import (
    Seen,
    build_segment,
    check_cert_names,
    how_many_fit,
    issue_chain_cert,
    parse_chain_cert,
    parse_segment,
    verify_chain_cert,
    verify_segment,
)
from tests.vectors.agency_world import Line, World

WORLD = World("segments")
LINE = WORLD.line(WORLD.coordinator)
for count in range(5):
    LINE.write(WORLD.note(f"note {count}"))
HEAD = WORLD.stream.head
SEEN = [Seen(ChainId(bytes([n]) * 16), n + 1, bytes(32)) for n in range(3)]


def small(line: Line = LINE) -> bytes:
    return line.segment(HEAD, seen=SEEN).raw


def test_a_segment_is_read_as_it_was_built() -> None:
    segment = LINE.segment(HEAD, 2, 4, list(reversed(SEEN)))
    assert segment.envelopes == tuple(LINE.envelopes[1:4])
    assert (segment.first, segment.last, segment.prev) == (2, 4, LINE.hashes[0])
    assert segment.last_hash == LINE.hashes[3]
    assert segment.seen == tuple(SEEN)
    assert segment.control_head == HEAD
    assert not segment.has_newer
    verify_segment(segment, LINE.key.public)
    assert LINE.segment(HEAD).prev == NO_HASH


def test_only_the_chain_key_signs_a_segment() -> None:
    with pytest.raises(BadSignature):
        verify_segment(LINE.segment(HEAD), WORLD.coordinator.sign.public)


def test_envelopes_that_do_not_follow_are_refused() -> None:
    other = WORLD.line(WORLD.coordinator)
    for _ in range(3):
        other.write(WORLD.note())
    one, two, three = LINE.envelopes[:3]
    for wrong in (
        [one, three],
        [two, one],
        [one, one],
        [one, other.envelopes[1]],
        [one, two, other.envelopes[2]],
    ):
        with pytest.raises(BrokenChain):
            build_segment(wrong, LINE.key, HEAD)


def test_a_chain_does_not_start_in_the_middle() -> None:
    first, second = bytearray(LINE.envelopes[0]), bytearray(LINE.envelopes[1])
    first[56:88] = b"p" * 32
    second[56:88] = bytes(32)
    for wrong in (first, second):
        with pytest.raises(BrokenChain):
            build_segment([bytes(wrong)], LINE.key, HEAD)


def test_a_segment_holds_1_to_500_envelopes() -> None:
    line = WORLD.line(WORLD.coordinator)
    for _ in range(501):
        line.write(WORLD.note())
    assert len(line.segment(HEAD, 1, 500).envelopes) == 500
    assert how_many_fit(line.envelopes) == 500
    for wrong in ([], line.envelopes):
        with pytest.raises(TooLarge):
            build_segment(wrong, line.key, HEAD)
    raw = small()
    with pytest.raises(TooLarge):
        parse_segment(raw[:1] + b"\x00\x00" + raw[3:])
    with pytest.raises(TooLarge):
        parse_segment(raw[:1] + struct.pack(">H", 501) + raw[3:])


def test_large_envelopes_are_spread_over_segments() -> None:
    large = bytes(MAX_ENVELOPE_BYTES)
    count = how_many_fit([large] * 500)
    assert count == 31
    assert count * MAX_ENVELOPE_BYTES < MAX_SEGMENT_BYTES
    with pytest.raises(TooLarge):
        parse_segment(bytes(MAX_SEGMENT_BYTES + 1))


def test_the_seen_list_is_sorted_short_and_of_other_chains() -> None:
    many = [Seen(ChainId(struct.pack(">QQ", 0, n)), 1, bytes(32)) for n in range(MAX_SEEN + 1)]
    assert len(LINE.segment(HEAD, seen=many[:-1]).seen) == MAX_SEEN
    with pytest.raises(TooLarge):
        build_segment(LINE.envelopes, LINE.key, HEAD, many)
    for wrong in (
        [Seen(LINE.chain, 1, bytes(32))],
        [SEEN[0], SEEN[0]],
        [SEEN[0]._replace(dseq=0)],
        [SEEN[0]._replace(dseq=2**63)],
        [SEEN[0]._replace(chain=ChainId(b"short"))],
        [SEEN[0]._replace(hash=b"short")],
    ):
        with pytest.raises(Malformed):
            build_segment(LINE.envelopes, LINE.key, HEAD, wrong)
    with pytest.raises(Malformed):
        build_segment(LINE.envelopes, LINE.key, HEAD[:31])


def resigned(trailer: bytes, raw: bytes) -> bytes:
    """Return raw with another trailer, signed by the right key."""
    old = parse_segment(raw)
    front = raw[: -len(old.trailer) - 64 - 2]
    signature = LINE.key.sign(b"kt-seg-v1\0" + trailer)
    return front + struct.pack(">H", len(trailer)) + trailer + signature


@pytest.mark.parametrize(
    ("position", "error"),
    [
        (0, BrokenChain),
        (16, BrokenChain),
        (39, BrokenChain),
        (41, Malformed),
        (42, BrokenChain),
        (107, Malformed),
    ],
)
def test_a_trailer_cannot_say_what_is_not_in_the_segment(
    position: int, error: type[Exception]
) -> None:
    raw = small()
    trailer = bytearray(parse_segment(raw).trailer)
    assert resigned(bytes(trailer), raw) == raw
    trailer[position] ^= 1
    with pytest.raises(error):
        parse_segment(resigned(bytes(trailer), raw))


def test_seen_out_of_order_is_refused_though_signed() -> None:
    raw = small()
    trailer = parse_segment(raw).trailer
    start = len(trailer) - 3 * 56
    swapped = trailer[:start] + trailer[start + 56 : start + 112] + trailer[start : start + 56]
    with pytest.raises(Malformed):
        parse_segment(resigned(swapped + trailer[start + 112 :], raw))


def test_a_newer_envelope_is_kept_and_a_newer_segment_is_told_apart() -> None:
    newer = bytearray(LINE.envelopes[0])
    newer[0] = 2
    segment = parse_segment(build_segment([bytes(newer)], LINE.key, HEAD))
    assert segment.has_newer
    verify_segment(segment, LINE.key.public)
    raw = small()
    with pytest.raises(NewerVersion):
        parse_segment(b"\x02" + raw[1:])
    with pytest.raises(Malformed):
        parse_segment(b"\x00" + raw[1:])


def test_an_envelope_over_its_cap_is_refused_inside_a_segment() -> None:
    raw = small()
    with pytest.raises(TooLarge):
        parse_segment(raw[:3] + struct.pack(">I", MAX_ENVELOPE_BYTES + 1) + raw[7:])


@given(st.binary(max_size=300))
def test_random_bytes_raise_only_our_errors(data: bytes) -> None:
    for parse in (parse_segment, parse_chain_cert):
        for start in (b"", b"\x01\x00\x01"):
            with pytest.raises(AppError):
                parse(start + data)


@given(st.integers(0, len(small()) - 1), st.binary(min_size=1, max_size=8))
def test_a_segment_written_over_raises_only_our_errors(position: int, patch: bytes) -> None:
    raw = small()
    changed = raw[:position] + patch + raw[position + len(patch) :]
    if changed == raw:
        return
    with pytest.raises(AppError):
        verify_segment(parse_segment(changed), LINE.key.public)


def test_a_certificate_is_of_one_device_for_one_chain() -> None:
    cert = LINE.cert
    device = WORLD.coordinator
    verify_chain_cert(cert, device.sign.public)
    assert (cert.stream, cert.chain, cert.device) == (LINE.stream, LINE.chain, device.device)
    assert cert.chain_public == LINE.key.public
    with pytest.raises(BadSignature):
        verify_chain_cert(cert, WORLD.colleague.sign.public)
    check_cert_names(cert, LINE.segment(HEAD))
    with pytest.raises(BadCertificate):
        check_cert_names(WORLD.line(device).cert, LINE.segment(HEAD))


def test_a_certificate_has_one_length_and_version() -> None:
    raw = LINE.cert.raw
    assert len(raw) == 209
    for length in range(len(raw)):
        with pytest.raises(Malformed):
            parse_chain_cert(raw[:length])
    with pytest.raises(Malformed):
        parse_chain_cert(raw + b"\0")
    with pytest.raises(Malformed):
        parse_chain_cert(b"\0" + raw[1:])
    with pytest.raises(NewerVersion):
        parse_chain_cert(b"\x02" + raw[1:])


@pytest.mark.parametrize("sizes", [(15, 16, 16), (16, 15, 16), (16, 16, 15)])
def test_a_certificate_takes_whole_ids(sizes: tuple[int, int, int]) -> None:
    stream, chain, device = sizes
    key = SigningKey(b"\x01" * 32)
    with pytest.raises(Malformed):
        issue_chain_cert(
            StreamId(bytes(stream)), ChainId(bytes(chain)), key, DeviceId(bytes(device)), key
        )
