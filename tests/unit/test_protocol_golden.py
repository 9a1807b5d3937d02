"""Every format decodes its frozen vector and writes it again, byte for byte."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from app.crypto.invitation import decode_invitation, encode_invitation, mac_keys
from app.crypto.keyring import (
    UnlockTimes,
    unwrap_keyring,
    unwrap_keyring_with_kit,
    unwrap_keyring_with_unlock_key,
)
from app.crypto.local import open_local
from app.crypto.paper_text import read_paper, write_paper
from app.crypto.primitives import sha256
from app.errors import WrongPassphrase
from app.exchange import audit_file
from app.protocol.blob import open_blob
from app.protocol.bodies import Kind, decode_body, encode_body
from app.protocol.control import parse_control
from app.protocol.envelope import (
    HEADER_BYTES,
    chain_cipher,
    frame,
    inflate,
    open_envelope,
    pack_operation,
    parse_header,
    unframe,
    unpack_operation,
)
from app.protocol.login import login_message
from app.protocol.membership import AgencyState, StreamState, check_segment_entitled
from app.protocol.segment import build_segment, parse_chain_cert, parse_segment
from app.protocol.snapshot import body_of, open_body, parse_manifest, verify_manifest
from app.services.audit_verify import examine
from app.store.tries import Tries, unpack
from app.store.wiping import MARKER, Removed, removed
from app.sync.bundle import read_bundle, write_bundle
from app.wraparound.audit import hold_against
from tests.vectors.agency_world import World, drawn_from, example_operation
from tests.vectors.golden_cases import (
    PASSPHRASE,
    build_all,
    example_audit,
    example_blob,
    example_invitation,
    example_keyring,
    example_papers,
    example_snapshot,
    frozen,
)

DOCS = Path(__file__).parents[2] / "docs"
VECTORS = frozen()
# These hold deflated bytes; another zlib may pack the same operation differently.
OF_ZLIB = {"operation_deflated", "envelope", "envelope_second", "segment", "bundle"}
OF_ZLIB |= {"control_agency_remove_device"}  # names the hash of an envelope


def same_zlib() -> bool:
    return zlib.compress(VECTORS["operation_packed"], 3) == VECTORS["operation_deflated"]


def test_every_vector_is_built_again_byte_for_byte() -> None:
    built = build_all()
    assert built.keys() == VECTORS.keys()
    skip = set() if same_zlib() else OF_ZLIB
    different = [name for name in built if name not in skip and built[name] != VECTORS[name]]
    assert different == []


def test_the_operation_vector() -> None:
    operation = example_operation(drawn_from("operation"))
    assert unpack_operation(VECTORS["operation_packed"]) == operation
    assert pack_operation(operation) == VECTORS["operation_packed"]
    assert inflate(VECTORS["operation_deflated"]) == VECTORS["operation_packed"]


def test_the_envelope_vector_opens_and_seals_again_whatever_the_zlib() -> None:
    world, envelope = World(), VECTORS["envelope"]
    header, operation = open_envelope(envelope, world.key)
    assert operation == example_operation(drawn_from("operation"))
    assert (header.ver, header.suite, header.kind, header.flags) == (1, 1, 1, 0)
    assert (header.epoch, header.dseq, header.stream) == (1, 1, world.stream_id)
    cipher = chain_cipher(world.key, header.stream, header.epoch, header.chain)
    clear, nonce = envelope[:HEADER_BYTES], envelope[HEADER_BYTES : HEADER_BYTES + 12]
    plaintext = frame(VECTORS["operation_deflated"])
    assert clear + nonce + cipher.seal(nonce, plaintext, b"kt-op-v1\0" + clear) == envelope
    assert unframe(plaintext) == VECTORS["operation_deflated"]


def test_the_segment_vector_is_parsed_verified_and_built_again() -> None:
    world = World()
    segment = parse_segment(VECTORS["segment"])
    line = world.line(world.coordinator)
    assert segment.envelopes == (VECTORS["envelope"], VECTORS["envelope_second"])
    assert build_segment(segment.envelopes, line.key, segment.control_head, segment.seen) == segment.raw
    cert = parse_chain_cert(VECTORS["chain_certificate"])
    assert cert.raw == line.cert.raw
    check_segment_entitled(segment, cert, world.agency, world.stream)


def test_the_blob_vector_opens() -> None:
    manifest, _ = example_blob()
    opened = list(open_blob([VECTORS["blob_chunk"]], manifest, bytes(range(32))))
    assert opened == [b"not really a photograph"]
    assert VECTORS["blob_chunk"][:8].hex() == "0101010100000002"


def test_the_snapshot_vector_is_parsed_verified_and_opened() -> None:
    world, (expected, _, records) = World(), example_snapshot()
    manifest, start = parse_manifest(VECTORS["snapshot"])
    assert replace(manifest, signed=b"", signature=b"") == replace(
        expected, vector=tuple(sorted(expected.vector))
    )
    verify_manifest(manifest, bytes(range(16)), world.agency, world.stream)
    assert list(open_body(body_of(manifest, VECTORS["snapshot"], start))) == [b"".join(records)]
    assert sha256(b"".join(records)) == manifest.digest


def test_the_bundle_vector_is_read_and_written_again() -> None:
    bundle = read_bundle(VECTORS["bundle"])
    world = World()
    assert bundle.streams == (world.agency.agency, world.stream_id)
    assert bundle.segments[world.stream_id][0].raw == VECTORS["segment"]
    assert write_bundle(bundle) == VECTORS["bundle"]


def test_the_control_vectors_replay() -> None:
    genesis = [f"control_agency_{n}" for n in range(10)]
    later = ["control_agency_roles", "control_agency_remove_device", "control_agency_remove_person"]
    agency = AgencyState.replay([VECTORS[name] for name in genesis + later])
    names = ["genesis", "grant", "remove", "epoch"]
    stream = StreamState.replay([VECTORS[f"control_stream_{name}"] for name in names], agency)
    assert stream.epoch.number == 2
    assert len(agency.removals) == 2


def test_there_is_a_control_vector_of_every_kind() -> None:
    controls = [data for name, data in VECTORS.items() if name.startswith("control_")]
    assert {parse_control(raw).kind for raw in controls} == set(Kind)


@pytest.mark.parametrize("name", sorted(name for name in VECTORS if name.startswith("control_")))
def test_a_control_body_has_one_form(name: str) -> None:
    op = parse_control(VECTORS[name])
    body = encode_body(op.body)
    assert body in op.raw
    assert decode_body(op.kind, body) == op.body


def test_the_keyring_vectors_open() -> None:
    keyring = example_keyring()
    assert unwrap_keyring(VECTORS["keyring_passphrase"], PASSPHRASE) == keyring
    assert unwrap_keyring(VECTORS["keyring_device_secret"], PASSPHRASE, bytes(range(32))) == keyring
    assert unwrap_keyring_with_kit(VECTORS["keyring_kit"], bytes(range(32))) == keyring
    unlocked = unwrap_keyring_with_unlock_key(VECTORS["keyring_unlock_key"], bytes(range(32)))
    assert unlocked == (keyring, UnlockTimes(1_764_600_000_000, 1_764_700_000_000))
    with pytest.raises(WrongPassphrase):
        unwrap_keyring(VECTORS["keyring_device_secret"], PASSPHRASE)


def test_the_local_invitation_and_login_vectors() -> None:
    assert open_local(bytes(range(32)), "draft", b"note-1", VECTORS["local_blob"]) == b"Half a thought"
    text = VECTORS["invitation_text"].decode()
    invitation = decode_invitation(text)
    assert invitation == example_invitation()
    assert encode_invitation(invitation) == text
    keys = bytes(range(32)), bytes(range(32, 64))
    assert mac_keys(invitation.code, invitation.person, bytes(16), *keys) == VECTORS["invitation_mac"]
    world = World()
    message = login_message("https://table.example", world.coordinator.device, bytes(range(32)))
    assert message == VECTORS["login_message"]


def test_the_texts_of_the_pictures_read_and_write() -> None:
    for name, paper in example_papers().items():
        text = VECTORS[name].decode()
        assert read_paper(text) == paper
        assert write_paper(paper) == text


def test_the_vectors_of_tries_and_marker(tmp_path: Path) -> None:
    assert unpack(VECTORS["tries"]) == Tries(wrong=6, untold=9, refused=2)
    (tmp_path / MARKER).write_bytes(VECTORS["removed_marker"])
    device = example_keyring().device
    assert removed(tmp_path) == Removed("lost", False, (device, bytes(range(16))))


def documented() -> dict[str, tuple[int, str]]:
    rows: dict[str, tuple[int, str]] = {}
    for name in ("protocol.md", "crypto.md"):
        text = (DOCS / name).read_text()
        for row in re.findall(r"^\| `(\w+)` \| (\d+) \| `([0-9a-f]{64})` \|$", text, re.M):
            rows[row[0]] = (int(row[1]), row[2])
    return rows


def test_the_documents_name_exactly_the_frozen_vectors() -> None:
    digests = {name: (len(d), hashlib.sha256(d).hexdigest()) for name, d in VECTORS.items()}
    assert documented() == digests


def test_the_header_of_the_vector_reads_as_the_documents_say() -> None:
    clear = VECTORS["envelope"][:HEADER_BYTES]
    header = parse_header(VECTORS["envelope"])
    assert clear[:4] == b"\x01\x01\x01\x00"
    assert int.from_bytes(clear[4:8], "big") == header.epoch
    assert clear[8:24] == header.stream
    assert clear[24:40] == header.chain
    assert int.from_bytes(clear[40:48], "big") == header.dseq
    assert int.from_bytes(clear[48:56], "big") == header.hlc
    assert clear[56:88] == header.prev


def test_the_audit_vectors_follow_one_another_and_the_seal_names_the_last() -> None:
    first, second, seal = example_audit()
    assert VECTORS["audit_entry_second"].endswith(hashlib.sha256(VECTORS["audit_entry"]).digest())
    held = {(first.stream, first.device): {1: first.hash, 2: second.hash}}
    assert hold_against([seal], held) == []
    assert hold_against([seal], {(first.stream, first.device): {1: first.hash}}) != []


def test_the_audit_file_vector_holds_up_to_its_root() -> None:
    verdict = examine(VECTORS["audit_file"])
    assert (verdict.wrong, verdict.entries, verdict.hidden, verdict.kind) == ([], 1, 1, "copy")
    said = audit_file.parse(VECTORS["audit_file"])
    assert said.header["root"] == verdict.root.hex()
