"""Builds every golden vector from fixed keys. Run as a module to freeze those that are new:

    python -m tests.vectors.golden_cases

A frozen vector is never rewritten: a format that changes gets a new version byte and a new file.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from app.crypto.invitation import ControlHead, Invitation, encode_invitation, mac_keys
from app.crypto.kdf import FLOOR
from app.crypto.keyring import (
    Keyring,
    UnlockTimes,
    wrap_keyring,
    wrap_keyring_for_kit,
    wrap_keyring_for_unlock,
)
from app.crypto.local import seal_local
from app.crypto.paper_text import PaperSecret, write_paper
from app.crypto.primitives import sha256
from app.crypto.seed import root_fingerprint
from app.exchange import audit_file
from app.protocol.blob import BlobKind, BlobPlace, Manifest, seal_blob
from app.protocol.envelope import pack_operation
from app.protocol.ids import ChainId
from app.protocol.login import login_message
from app.protocol.membership import (
    Cut,
    Role,
    build_agency_remove,
    build_epoch,
    build_grant,
    build_roles,
    build_stream_remove,
)
from app.protocol.segment import Seen, build_segment
from app.protocol.snapshot import ChainEnd, SnapshotManifest, sign_manifest
from app.store.tries import Tries, pack
from app.store.wiping import Removed, pack_mark
from app.sync.bundle import Bundle, write_bundle
from app.sync.ports import IncomingSegment
from app.wraparound.audit import Entry, Seal, canonical, seal_bytes, signed_bytes
from tests.vectors.agency_world import World, drawn_from, example_operation

GOLDEN = Path(__file__).parent / "golden"
PASSPHRASE = "two cups of flour"


def example_keyring() -> Keyring:
    draw = drawn_from("keyring")
    return Keyring.generate(draw(16), draw(16), draw)


def example_invitation() -> Invitation:
    draw = drawn_from("invitation")
    world = World()
    return Invitation(
        code=draw(16),
        person=world.coordinator.person,
        root_fingerprint=root_fingerprint(world.agency.root_public),
        heads=(ControlHead(world.agency.agency, world.agency.head),),
        server_url="https://table.example",
    )


def example_papers() -> dict[str, PaperSecret]:
    mark = root_fingerprint(World().agency.root_public)
    return {
        "paper_kit": PaperSecret("kit", bytes(range(32))),
        "paper_seed": PaperSecret("seed", bytes(range(1, 33)), mark),
        "paper_share": PaperSecret("share", bytes(range(2, 34)), mark, 2),
    }


def example_audit() -> tuple[Entry, Entry, Seal]:
    """Two entries of the coordinator's device, and the colleague's seal of them."""
    world = World()
    stream, device = bytes(world.stream_id), bytes(world.coordinator.device)
    first = Entry(stream, device, 1, 1_764_600_000_000, "view", "plan", b"", "2025-12-01", 3)
    second = Entry(
        stream, device, 2, 1_764_600_060_000, "copy.print", "disclosure", bytes(range(16)), "", 1, first.hash
    )
    heads = ((device, 2, second.hash),)
    return first, second, Seal(stream, bytes(16), 1_764_700_000_000, heads, 9, bytes(range(32)))


def example_audit_file() -> bytes:
    """A copy for a reader: the first entry in words, the second by its hash alone."""
    world, (first, second, _) = World(), example_audit()
    author, agency = world.coordinator.author, world.agency
    sigs = [author.key.sign(signed_bytes(one.hash)).hex() for one in (first, second)]
    place = {"stream": first.stream.hex(), "device": first.device.hex()}
    header = {
        "format": "kitchentable-audit", "v": 1, "kind": "copy", "agency": agency.agency.hex(),
        "root": root_fingerprint(agency.root_public).hex(), "family": world.stream.group.hex(),
        "maker": author.device.hex(), "made_at_ms": 1_764_800_000_000,
        "streams": {first.stream.hex(): "team"}, "names": {world.coordinator.person.hex(): "Ana Díaz"},
    }  # fmt: skip
    rows: list[audit_file.Row] = [("agency", {"op": audit_file.pack(op)}) for op in world.agency_ops]
    rows += [("control", {"stream": place["stream"], "op": audit_file.pack(world.stream_ops[0])})]
    rows += [
        ("entry", {
            **place, "n": 1, "at_ms": first.at_ms, "action": "view", "item_type": "plan", "item_id": "",
            "detail": first.detail, "count": 3, "prev": "", "sig": sigs[0],
            "words": "Ana Díaz opened the plan",
        }),
        ("hidden", {**place, "n": 2, "hash": second.hash.hex(), "sig": sigs[1]}),
    ]  # fmt: skip
    return audit_file.write(header, rows, author.key.sign)


def example_blob() -> tuple[Manifest, tuple[bytes, ...]]:
    """A small photograph of the family stream, sealed under its second epoch."""
    place = BlobPlace(BlobKind.ATTACHMENT, World().stream_id, bytes(range(16)), 2)
    return seal_blob(b"not really a photograph", place, bytes(range(32)), drawn_from("blob"))


def example_snapshot() -> tuple[SnapshotManifest, bytes, list[bytes]]:
    """The family stream as the coordinator vouches for it: manifest, plaintext, records."""
    world = World()
    records = [b"\x96" + bytes([number]) * 40 for number in range(3)]
    # Stored, not deflated: the vector does not depend on a zlib.
    packed = zlib.compress(b"".join(records), 0)
    body = len(packed).to_bytes(4, "big") + packed
    line = world.line(world.coordinator)
    manifest = SnapshotManifest(
        world.stream_id, bytes(range(16)), world.coordinator.device, world.stream.head, world.agency.head,
        bytes(range(16, 32)), 7, len(records), len(body), sha256(b"".join(records)),
        (ChainEnd(line.chain, 2, bytes(range(32))), ChainEnd(ChainId(bytes(16)), 1, bytes(32))),
    )  # fmt: skip
    return manifest, sign_manifest(manifest, world.coordinator.sign) + body, records


def build_all() -> dict[str, bytes]:
    """Return every vector: {name: bytes}. Envelopes depend on the platform's zlib; see the test."""
    world = World()
    vectors = {f"control_agency_{n}": raw for n, raw in enumerate(world.agency_ops)}
    vectors["control_stream_genesis"] = world.stream_ops[0]
    line = world.line(world.coordinator)
    vectors["chain_certificate"] = line.cert.raw
    operation = example_operation(drawn_from("operation"))
    vectors["operation_packed"] = pack_operation(operation)
    vectors["operation_deflated"] = zlib.compress(pack_operation(operation), 3)
    vectors["envelope"] = line.write(operation)
    vectors["envelope_second"] = line.write(world.note())
    seen = [Seen(ChainId(bytes(range(16))), 3, bytes(range(32)))]
    vectors["segment"] = build_segment(line.envelopes, line.key, world.stream.head, seen)

    vectors["bundle"] = write_bundle(
        Bundle(
            {world.agency.agency: list(world.agency_ops), world.stream_id: [world.stream_ops[0]]},
            {world.stream_id: [IncomingSegment(0, vectors["segment"], line.cert.raw)]},
        )
    )
    (vectors["blob_chunk"],) = example_blob()[1]
    vectors["snapshot"] = example_snapshot()[1]

    author = world.coordinator.author
    world.tell_stream(
        build_grant(
            world.stream,
            world.agency,
            author,
            world.key,
            world.hlc(),
            world.draw,
            [world.colleague.person],
        )
    )
    world.tell_stream(
        build_stream_remove(
            world.stream,
            world.agency,
            world.admin.author,
            world.colleague.person,
            [Cut(world.stream_id, ChainId(bytes(range(16))), 3, bytes(range(32)))],
            world.hlc(),
        )
    )
    world.tell_stream(
        build_epoch(
            world.stream,
            world.agency,
            author,
            world.draw(32),
            world.key,
            world.hlc(),
            world.draw,
        )
    )
    for name, raw in zip(("grant", "remove", "epoch"), world.stream_ops[1:], strict=True):
        vectors[f"control_stream_{name}"] = raw
    world.tell(
        build_roles(
            world.agency,
            world.admin.author,
            world.supervisor.person,
            [Role.SUPERVISOR, Role.COORDINATOR],
            world.hlc(),
            world.team,
        )
    )
    vectors["control_agency_roles"] = world.agency_ops[-1]
    world.tell(
        build_agency_remove(
            world.agency,
            world.admin.author,
            world.hlc(),
            device=world.coordinator.device,
            lost=True,
            cuts=[line.cut(2)],
            reason="lost",
        )
    )
    vectors["control_agency_remove_device"] = world.agency_ops[-1]
    world.tell(
        build_agency_remove(
            world.agency, world.admin.author, world.hlc(), person=world.colleague.person
        )
    )
    vectors["control_agency_remove_person"] = world.agency_ops[-1]

    keyring = example_keyring()
    vectors["keyring_passphrase"] = wrap_keyring(
        keyring, PASSPHRASE, FLOOR, drawn_from("wrap")
    )
    vectors["keyring_device_secret"] = wrap_keyring(
        keyring, PASSPHRASE, FLOOR, drawn_from("wrap"), bytes(range(32))
    )
    vectors["keyring_kit"] = wrap_keyring_for_kit(keyring, bytes(range(32)), drawn_from("kit"))
    vectors["keyring_unlock_key"] = wrap_keyring_for_unlock(
        keyring, bytes(range(32)), UnlockTimes(1_764_600_000_000, 1_764_700_000_000), drawn_from("unlock")
    )
    vectors["tries"] = pack(Tries(wrong=6, untold=9, refused=2))
    vectors["removed_marker"] = pack_mark(Removed("lost", False, (keyring.device, bytes(range(16)))))
    vectors["local_blob"] = seal_local(
        bytes(range(32)), "draft", b"note-1", b"Half a thought", drawn_from("local")
    )
    invitation = example_invitation()
    vectors["invitation_text"] = encode_invitation(invitation).encode()
    vectors["invitation_mac"] = mac_keys(
        invitation.code, invitation.person, bytes(16), bytes(range(32)), bytes(range(32, 64))
    )
    first, second, seal = example_audit()
    vectors["audit_entry"], vectors["audit_entry_second"] = canonical(first), canonical(second)
    vectors["audit_seal"] = seal_bytes(seal)
    vectors["audit_file"] = example_audit_file()
    for name, paper in example_papers().items():
        vectors[name] = write_paper(paper).encode()
    vectors["login_message"] = login_message(
        "https://table.example", world.coordinator.device, bytes(range(32))
    )
    return vectors


def frozen() -> dict[str, bytes]:
    """Return every frozen vector: {name: bytes}."""
    return {
        path.stem: bytes.fromhex(json.loads(path.read_text())["hex"])
        for path in sorted(GOLDEN.glob("*.json"))
    }


def freeze_new() -> None:
    """Write the vectors that have no file yet."""
    GOLDEN.mkdir(exist_ok=True)
    for name, data in build_all().items():
        path = GOLDEN / f"{name}.json"
        if not path.exists():
            document = {"name": name, "version": 1, "hex": data.hex()}
            path.write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    freeze_new()
