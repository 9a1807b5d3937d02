"""The signed manifest of a snapshot: who may vouch, and what a parser refuses."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace

import pytest

from app.errors import (
    AppError,
    BadSignature,
    Malformed,
    NewerVersion,
    NotEntitled,
    Tampered,
    TooLarge,
    UnknownHead,
)
from app.protocol.ids import ChainId, StreamId
from app.protocol.membership import build_grant, build_stream_remove
from app.protocol.snapshot import (
    MAX_BLOCK_BYTES,
    ChainEnd,
    SnapshotManifest,
    body_of,
    build_body,
    open_body,
    parse_manifest,
    sign_manifest,
    verify_manifest,
)
from tests.vectors.agency_world import World
from tests.vectors.golden_cases import example_snapshot

BLOB = bytes(range(16))


def signed(manifest: SnapshotManifest, world: World) -> SnapshotManifest:
    """The manifest as the coordinator signs it."""
    return parse_manifest(sign_manifest(manifest, world.coordinator.sign))[0]


def test_manifest_says_what_was_signed() -> None:
    manifest, raw, records = example_snapshot()
    parsed, start = parse_manifest(raw)
    sorted_too = replace(manifest, vector=tuple(sorted(manifest.vector)))
    assert replace(parsed, signed=b"", signature=b"") == sorted_too
    assert b"".join(open_body(body_of(parsed, raw, start))) == b"".join(records)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"stream": StreamId(b"s" * 16)}, NotEntitled),
        ({"blob": b"b" * 16}, NotEntitled),
        ({"device": b"d" * 16}, NotEntitled),
        ({"control_head": b"h" * 32}, UnknownHead),
        ({"agency_head": b"h" * 32}, UnknownHead),
    ],
)
def test_manifest_of_something_else_is_refused(changes: dict[str, bytes], error: type[AppError]) -> None:
    world, (manifest, _, _) = World(), example_snapshot()
    verify_manifest(signed(manifest, world), BLOB, world.agency, world.stream)
    with pytest.raises(error):
        verify_manifest(
            signed(replace(manifest, **changes), world), BLOB, world.agency, world.stream  # type: ignore[arg-type]
        )


def test_only_who_was_a_member_then_and_is_one_now_may_vouch() -> None:
    world, (manifest, _, _) = World(), example_snapshot()
    before = world.stream.head
    author = world.coordinator.author
    world.tell_stream(
        build_grant(
            world.stream, world.agency, author, world.key, world.hlc(), world.draw, [world.colleague.person]
        )
    )
    during = world.stream.head

    def vouched(head: bytes) -> SnapshotManifest:
        by = replace(manifest, device=world.colleague.device, control_head=head)
        return parse_manifest(sign_manifest(by, world.colleague.sign))[0]

    verify_manifest(vouched(during), BLOB, world.agency, world.stream)
    with pytest.raises(NotEntitled):
        verify_manifest(vouched(before), BLOB, world.agency, world.stream)
    world.tell_stream(
        build_stream_remove(
            world.stream, world.agency, world.admin.author, world.colleague.person, (), world.hlc()
        )
    )
    with pytest.raises(NotEntitled):
        verify_manifest(vouched(during), BLOB, world.agency, world.stream)


def test_every_signed_bit_counts() -> None:
    world, (_, raw, _) = World(), example_snapshot()
    _, start = parse_manifest(raw)
    for bit in range(0, start * 8, 3):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(AppError):
            manifest, begins = parse_manifest(bytes(changed))
            verify_manifest(manifest, BLOB, world.agency, world.stream)
            body_of(manifest, bytes(changed), begins)


def test_signature_of_another_kind_of_thing_is_none() -> None:
    world, (manifest, raw, _) = World(), example_snapshot()
    parsed, _ = parse_manifest(raw)
    for tag in (b"", b"kt-seg-v1\0", b"kt-ctl-v1\0"):
        other = replace(parsed, signature=world.coordinator.sign.sign(tag + parsed.signed))
        with pytest.raises(BadSignature):
            verify_manifest(other, BLOB, world.agency, world.stream)
    assert manifest.stream == parsed.stream


def test_truncated_at_every_length_it_is_refused() -> None:
    _, raw, _ = example_snapshot()
    for length in range(len(raw)):
        with pytest.raises(AppError):
            manifest, start = parse_manifest(raw[:length])
            list(open_body(body_of(manifest, raw[:length], start)))
    manifest, start = parse_manifest(raw + b"\0")
    with pytest.raises(Tampered):
        body_of(manifest, raw + b"\0", start)


def test_version_and_vector_are_strict() -> None:
    world, (manifest, raw, _) = World(), example_snapshot()
    with pytest.raises(NewerVersion):
        parse_manifest(b"\x02" + raw[1:])
    with pytest.raises(Malformed):
        parse_manifest(b"\0" + raw[1:])
    end = ChainEnd(ChainId(b"c" * 16), 1, bytes(32))
    for vector in ((end, end), (end._replace(dseq=0),), (end._replace(dseq=2**63),)):
        with pytest.raises(Malformed):
            signed(replace(manifest, vector=vector), world)
    many = tuple(ChainEnd(ChainId(n.to_bytes(16, "big")), 1, bytes(32)) for n in range(1001))
    with pytest.raises(TooLarge):
        signed(replace(manifest, vector=many), world)


def test_body_is_cut_into_blocks_and_joined_again() -> None:
    records = [bytes([n % 251]) * 5000 for n in range(200)]
    body = b"".join(build_body(records))
    blocks = list(open_body(memoryview(body)))
    assert len(blocks) > 1 and b"".join(blocks) == b"".join(records)
    assert list(open_body(memoryview(b""))) == []


@pytest.mark.parametrize("size", [MAX_BLOCK_BYTES + 1, 64 * 1024 * 1024])
def test_block_that_inflates_too_far_is_refused(size: int) -> None:
    packed = zlib.compress(bytes(size))
    with pytest.raises(TooLarge):
        list(open_body(memoryview(struct.pack(">I", len(packed)) + packed)))


def test_snapshot_that_inflates_too_far_in_many_blocks_is_refused() -> None:
    packed = zlib.compress(bytes(MAX_BLOCK_BYTES))
    block = struct.pack(">I", len(packed)) + packed
    with pytest.raises(TooLarge):
        for inflated in open_body(memoryview(block * 17)):
            assert len(inflated) == MAX_BLOCK_BYTES


@pytest.mark.parametrize("body", [b"\0", b"\0\0\0\x09x", b"\0\0\0\x01x", b"\0\0\0\0"])
def test_broken_blocks_are_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        list(open_body(memoryview(body)))
    packed = zlib.compress(b"words")
    for wrong in (packed[:-1], packed + b"!", zlib.compress(b"")):
        with pytest.raises(Malformed):
            list(open_body(memoryview(struct.pack(">I", len(wrong)) + wrong)))
