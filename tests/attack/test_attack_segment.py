"""A hostile server or a cloned tablet cannot add, drop, reorder or re-sign: 0 accepted."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.crypto.primitives import SigningKey
from app.errors import (
    AppError,
    BadCertificate,
    BadSignature,
    BrokenChain,
    Malformed,
    NewerVersion,
    NotEntitled,
    TooLarge,
)
from app.protocol.ids import ChainId
from app.protocol.membership import check_segment_entitled
from app.protocol.segment import (
    Seen,
    issue_chain_cert,
    parse_chain_cert,
    parse_segment,
    verify_chain_cert,
)
from tests.vectors.agency_world import World

WORLD = World("attack segments")
LINE = WORLD.line(WORLD.coordinator)
for _ in range(3):
    LINE.write(WORLD.note())
HEAD = WORLD.stream.head
SEEN = [Seen(ChainId(b"o" * 16), 4, b"h" * 32)]
SEGMENT = LINE.segment(HEAD, seen=SEEN)
REFUSALS = (
    BadCertificate,
    BadSignature,
    BrokenChain,
    Malformed,
    NewerVersion,
    NotEntitled,
    TooLarge,
)


def accept(raw: bytes) -> None:
    check_segment_entitled(parse_segment(raw), LINE.cert, WORLD.agency, WORLD.stream)


def reframed(envelopes: Sequence[bytes], trailer: bytes, signature: bytes) -> bytes:
    """Frame anything as a segment, without checks."""
    parts = [struct.pack(">BH", 1, len(envelopes))]
    for envelope in envelopes:
        parts += [struct.pack(">I", len(envelope)), envelope]
    return b"".join([*parts, struct.pack(">H", len(trailer)), trailer, signature])


def test_the_segment_itself_is_accepted() -> None:
    accept(SEGMENT.raw)
    assert reframed(SEGMENT.envelopes, SEGMENT.trailer, SEGMENT.signature) == SEGMENT.raw


def test_every_single_bit_flip_is_refused() -> None:
    raw = SEGMENT.raw
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(REFUSALS):
            accept(bytes(changed))


def test_truncation_at_every_length_and_trailing_bytes_are_refused() -> None:
    raw = SEGMENT.raw
    for length in range(len(raw)):
        with pytest.raises(REFUSALS):
            accept(raw[:length])
    for tail in (b"\0", bytes(64), raw):
        with pytest.raises(REFUSALS):
            accept(raw + tail)


def test_dropping_repeating_and_reordering_are_refused() -> None:
    one, two, three = SEGMENT.envelopes
    for envelopes in (
        (one, two),
        (two, three),
        (one, three),
        (one, three, two),
        (one, one, two),
        (one, two, three, three),
        (three,),
    ):
        with pytest.raises(REFUSALS):
            accept(reframed(envelopes, SEGMENT.trailer, SEGMENT.signature))


def test_an_envelope_of_another_chain_does_not_slip_in() -> None:
    other = WORLD.line(WORLD.coordinator)
    for _ in range(3):
        other.write(WORLD.note())
    for place in range(3):
        envelopes = list(SEGMENT.envelopes)
        envelopes[place] = other.envelopes[place]
        with pytest.raises(REFUSALS):
            accept(reframed(envelopes, SEGMENT.trailer, SEGMENT.signature))


def test_a_trailer_of_another_segment_does_not_fit() -> None:
    other = LINE.segment(HEAD, 1, 2)
    for envelopes, donor in ((SEGMENT.envelopes, other), (other.envelopes, SEGMENT)):
        with pytest.raises(REFUSALS):
            accept(reframed(envelopes, donor.trailer, donor.signature))
    with pytest.raises(BadSignature):
        accept(reframed(SEGMENT.envelopes, SEGMENT.trailer, other.signature))


def test_another_control_head_or_seen_list_needs_the_signer() -> None:
    trailer = bytearray(SEGMENT.trailer)
    for position in (76, 107, len(trailer) - 1):
        changed = bytearray(trailer)
        changed[position] ^= 1
        with pytest.raises(REFUSALS):
            accept(reframed(SEGMENT.envelopes, bytes(changed), SEGMENT.signature))


@pytest.mark.parametrize("signer", ["device", "colleague", "stranger"])
def test_a_forged_signer_is_refused(signer: str) -> None:
    keys = {
        "device": WORLD.coordinator.sign,
        "colleague": WORLD.supervisor.sign,
        "stranger": SigningKey(b"\x09" * 32),
    }
    forged = replace(LINE, key=keys[signer]).segment(HEAD)
    with pytest.raises(BadSignature):
        accept(forged.raw)


def test_a_signature_of_another_kind_of_message_is_refused() -> None:
    for tag in (b"", b"kt-ctl-v1\0", b"kt-chain-v1\0", b"kt-seg-v2\0"):
        signature = LINE.key.sign(tag + SEGMENT.trailer)
        with pytest.raises(BadSignature):
            accept(reframed(SEGMENT.envelopes, SEGMENT.trailer, signature))


def test_a_swapped_certificate_is_refused() -> None:
    mallory, other_key = WORLD.supervisor, SigningKey(b"\x08" * 32)
    place = LINE.stream, LINE.chain
    for cert in (
        issue_chain_cert(*place, other_key, mallory.device, mallory.sign),
        issue_chain_cert(*place, LINE.key, WORLD.coordinator.device, mallory.sign),
        WORLD.line(WORLD.coordinator).cert.raw,
        World("elsewhere").line(WORLD.coordinator).cert.raw,
    ):
        with pytest.raises(REFUSALS):
            check_segment_entitled(
                SEGMENT, parse_chain_cert(cert), WORLD.agency, WORLD.stream
            )


def test_nobody_claims_a_colleagues_notes_by_certifying_her_chain() -> None:
    mallory, place = WORLD.supervisor, (LINE.stream, LINE.chain)
    claimed = b"".join((b"\x01", *place, LINE.key.public, mallory.device))
    by_device = mallory.sign.sign(b"kt-chain-v1\0" + claimed)
    own = issue_chain_cert(*place, LINE.key, mallory.device, mallory.sign)
    assert own.startswith(claimed + by_device)
    for consent in (
        LINE.cert.consent,
        LINE.cert.signature,
        mallory.sign.sign(b"kt-chain-own-v1\0" + claimed),
        SEGMENT.signature,
        bytes(64),
    ):
        forged = parse_chain_cert(claimed + by_device + consent)
        with pytest.raises(BadSignature):
            verify_chain_cert(forged, mallory.sign.public)
        with pytest.raises(BadSignature):
            check_segment_entitled(SEGMENT, forged, WORLD.agency, WORLD.stream)


def test_every_single_bit_flip_of_a_certificate_is_refused() -> None:
    raw = LINE.cert.raw
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(REFUSALS):
            check_segment_entitled(
                SEGMENT, parse_chain_cert(bytes(changed)), WORLD.agency, WORLD.stream
            )


def test_a_segment_replayed_into_another_stream_is_refused() -> None:
    other = World("another stream")
    with pytest.raises(AppError):
        check_segment_entitled(SEGMENT, LINE.cert, other.agency, other.stream)
