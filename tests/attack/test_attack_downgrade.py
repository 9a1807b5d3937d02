"""Weaker or unknown parameters, suites, kinds and versions are refused before any key is used.

`Machinery` counts every use of a primitive: key derivation, HKDF or HMAC, opening a seal, agreeing on
a secret, verifying a signature. A refusal here leaves every count at zero.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.crypto import invitation as invitations
from app.crypto import kdf, primitives
from app.crypto.invitation import decode_invitation, encode_invitation
from app.crypto.kdf import CEILING, DESKTOP_FLOOR, FLOOR, KdfParams
from app.crypto.keyring import Keyring, unwrap_keyring, unwrap_keyring_with_kit, wrap_keyring_for_kit
from app.crypto.local import open_local, seal_local
from app.crypto.primitives import Aead, KemKey
from app.errors import (
    AppError,
    ImageUnusable,
    InvitationForged,
    InvitationNotValid,
    Malformed,
    NewerVersion,
    UnknownFormat,
    WeakKdf,
)
from app.protocol.envelope import KeySchedule, open_envelope
from app.protocol.membership import AgencyState, StreamState, check_segment_entitled
from app.protocol.segment import parse_chain_cert, parse_segment
from app.services.arrival import read_join, write_join
from app.store.image import IMAGE_NAME, Tie, read_image, write_image
from tests.vectors.agency_world import World, drawn_from
from tests.vectors.golden_cases import PASSPHRASE, example_invitation, example_keyring, frozen

OTHER_VERSIONS = [*range(1), *range(2, 256)]


@dataclass
class Machinery:
    """How often each primitive was asked."""

    uses: int = 0

    def counted(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **more: Any) -> Any:
            self.uses += 1
            return work(*args, **more)

        return called


@pytest.fixture
def machinery(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machinery]:
    found = Machinery()
    for where, name in (
        (kdf, "hash_secret_raw"),
        (hmac, "digest"),
        (Aead, "open"),
        (Aead, "__init__"),
        (KemKey, "exchange"),
    ):
        monkeypatch.setattr(where, name, found.counted(getattr(where, name)))

    class Watched:
        from_public_bytes = staticmethod(found.counted(Ed25519PublicKey.from_public_bytes))

    monkeypatch.setattr(primitives, "Ed25519PublicKey", Watched)
    yield found
    monkeypatch.undo()


def refused(machinery: Machinery, work: Callable[[], object], *errors: type[AppError]) -> None:
    before = machinery.uses
    with pytest.raises(errors):
        work()
    assert machinery.uses == before, "a key was used before the refusal"


WORLD = World("attack downgrade")
LINE = WORLD.line(WORLD.coordinator)
ENVELOPE = LINE.write(WORLD.note())
SEGMENT = LINE.segment(WORLD.stream.head)


def test_the_machinery_counts(machinery: Machinery) -> None:
    """Every accepted form uses what the others are asked to leave alone."""
    open_envelope(ENVELOPE, WORLD.key)
    assert machinery.uses == 4  # HKDF's two HMACs, the cipher, its opening
    before = machinery.uses
    check_segment_entitled(SEGMENT, LINE.cert, WORLD.agency, WORLD.stream)
    assert machinery.uses - before == 3  # device, chain key's consent, segment
    before = machinery.uses
    unwrap_keyring(frozen()["keyring_passphrase"], PASSPHRASE)
    assert machinery.uses > before


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_another_version_of_an_envelope_is_not_opened(machinery: Machinery, version: int) -> None:
    raw = bytes((version,)) + ENVELOPE[1:]
    refused(machinery, lambda: open_envelope(raw, WORLD.key), Malformed, NewerVersion)
    refused(machinery, lambda: open_envelope(raw, WORLD.key, KeySchedule()), Malformed, NewerVersion)


@pytest.mark.parametrize(("place", "good"), [(1, {1}), (2, {1, 2}), (3, {0})], ids=["suite", "kind", "flags"])
def test_another_suite_kind_or_flag_of_an_envelope_is_not_opened(
    machinery: Machinery, place: int, good: set[int]
) -> None:
    for value in range(256):
        if value not in good:
            raw = ENVELOPE[:place] + bytes((value,)) + ENVELOPE[place + 1 :]
            refused(machinery, partial(open_envelope, raw, WORLD.key), Malformed)


def test_other_versions_and_kinds_of_what_is_signed_are_refused_unverified(machinery: Machinery) -> None:
    agency, stream = WORLD.agency, WORLD.stream
    control, genesis = WORLD.agency_ops[0], WORLD.stream_ops[0]
    for version in OTHER_VERSIONS:
        head = bytes((version,))
        segment, cert = head + SEGMENT.raw[1:], head + LINE.cert.raw[1:]
        for work in (
            lambda raw=segment: check_segment_entitled(parse_segment(raw), LINE.cert, agency, stream),
            lambda raw=cert: check_segment_entitled(SEGMENT, parse_chain_cert(raw), agency, stream),
            partial(AgencyState.replay, [head + control[1:]]),
            partial(StreamState.replay, [head + genesis[1:]], agency),
        ):
            refused(machinery, work, Malformed, NewerVersion)
    for kind in range(256):
        if kind not in {1, 2, 3, 4, 5, 6, 16, 17, 18, 19}:
            raw = control[:1] + bytes((kind,)) + control[2:]
            refused(machinery, partial(AgencyState.replay, [raw]), Malformed)


def test_every_kind_but_its_own_is_refused_for_a_body(machinery: Machinery) -> None:
    """A body says nothing of its kind: read as another it is another form, or it is not signed."""
    for raw in (*WORLD.agency_ops, *WORLD.stream_ops):
        for kind in (1, 2, 3, 4, 5, 6, 16, 17, 18, 19):
            if kind == raw[1]:
                continue
            changed = raw[:1] + bytes((kind,)) + raw[2:]
            with pytest.raises(AppError):
                if raw in WORLD.agency_ops:
                    AgencyState.replay([*WORLD.agency_ops[: WORLD.agency_ops.index(raw)], changed])
                else:
                    StreamState.replay([changed], WORLD.agency)


def weaker() -> Iterator[KdfParams]:
    """Every parameter at, just under and far from its bounds, in all combinations."""
    memories = (0, 1, 8, 1024, FLOOR.memory_kib - 1, FLOOR.memory_kib, CEILING.memory_kib,
                CEILING.memory_kib + 1, 2**32 - 1)  # fmt: skip
    passes = (0, 1, FLOOR.iterations, CEILING.iterations, CEILING.iterations + 1, 2**32 - 1)
    lanes = (0, 1, CEILING.parallelism, CEILING.parallelism + 1, 255)
    for memory, count, lane in product(memories, passes, lanes):
        good = (
            FLOOR.memory_kib <= memory <= CEILING.memory_kib
            and FLOOR.iterations <= count <= CEILING.iterations
            and 1 <= lane <= CEILING.parallelism
        )
        if not good:
            yield KdfParams(memory, count, lane)


def test_every_weaker_or_dearer_kdf_is_refused_before_it_is_computed(machinery: Machinery) -> None:
    blob = frozen()["keyring_passphrase"]
    count = 0
    for params in weaker():
        asked = struct.pack(">IIB", params.memory_kib, params.iterations, params.parallelism)
        raw = blob[:34] + asked + blob[43:]
        refused(machinery, partial(unwrap_keyring, raw, PASSPHRASE), WeakKdf)
        refused(machinery, partial(kdf.derive, PASSPHRASE, bytes(16), params), WeakKdf)
        count += 1
    assert count > 200


def test_every_kdf_between_the_two_floors_is_refused_where_the_desktops_is_asked(
    machinery: Machinery,
) -> None:
    blob = frozen()["keyring_passphrase"]
    for memory in range(FLOOR.memory_kib, DESKTOP_FLOOR.memory_kib, 4096):
        for passes in (2, 3, 64):
            raw = blob[:34] + struct.pack(">II", memory, passes) + blob[42:]
            refused(
                machinery,
                partial(unwrap_keyring, raw, PASSPHRASE, floor=DESKTOP_FLOOR),
                WeakKdf,
            )
    raw = blob[:34] + struct.pack(">II", DESKTOP_FLOOR.memory_kib, 2) + blob[42:]
    refused(machinery, lambda: unwrap_keyring(raw, PASSPHRASE, floor=DESKTOP_FLOOR), WeakKdf)
    # A caller cannot put the floor under the compiled one either.
    low = blob[:34] + struct.pack(">II", 8, 1) + blob[42:]
    refused(machinery, lambda: unwrap_keyring(low, PASSPHRASE, floor=KdfParams(8, 1)), WeakKdf)


def test_other_versions_and_kinds_of_a_keyring_are_refused_underived(machinery: Machinery) -> None:
    blob = frozen()["keyring_passphrase"]
    kit = bytes(range(32))
    kit_blob = wrap_keyring_for_kit(example_keyring(), kit, drawn_from("kit"))
    for value in range(256):
        for place in (0, 1):
            if value != blob[place]:
                raw = blob[:place] + bytes((value,)) + blob[place + 1 :]
                refused(machinery, partial(unwrap_keyring, raw, PASSPHRASE), UnknownFormat)
            if value != kit_blob[place]:
                raw = kit_blob[:place] + bytes((value,)) + kit_blob[place + 1 :]
                refused(machinery, partial(unwrap_keyring_with_kit, raw, kit), UnknownFormat)
    refused(machinery, lambda: unwrap_keyring(kit_blob, PASSPHRASE), UnknownFormat)
    refused(machinery, lambda: unwrap_keyring_with_kit(blob, kit), UnknownFormat)


def test_other_versions_of_what_rests_on_the_tablet_are_refused_unopened(
    machinery: Machinery, tmp_path: Path
) -> None:
    key, draw = bytes(range(32)), drawn_from("local downgrade")
    blob = seal_local(key, "draft", b"n", b"words", draw)
    tie = Tie(b"s" * 16, b"l" * 16, 7, b"h" * 32, 0)
    assert write_image(tmp_path, key, tie, b"words", draw)
    image = (tmp_path / IMAGE_NAME).read_bytes()
    for version in OTHER_VERSIONS:
        head = bytes((version,))
        refused(machinery, partial(open_local, key, "draft", b"n", head + blob[1:]), UnknownFormat)
        (tmp_path / IMAGE_NAME).write_bytes(image[:4] + head + image[5:])
        refused(machinery, lambda: read_image(tmp_path, key, tie.schema, tie.log_id), ImageUnusable)


def test_other_versions_of_invitation_and_join_are_refused(machinery: Machinery) -> None:
    good = example_invitation()
    join = write_join(WORLD.coordinator.device, bytes(32), bytes(32), bytes(32))
    text = encode_invitation(good)
    data = invitations._from_base32(text.replace("-", "")[2:])[:-4]
    assert invitations._to_base32(data + invitations._check(data)) == text.replace("-", "")[2:]
    for version in OTHER_VERSIONS:
        other = bytes((version,)) + data[1:]
        typed = "KT" + invitations._to_base32(other + invitations._check(other))
        refused(machinery, partial(decode_invitation, typed), InvitationNotValid)
        if version < 128:
            refused(machinery, partial(read_join, join[:1] + bytes((version,)) + join[2:]), InvitationForged)


def test_a_keyring_asks_for_its_device_secret_before_it_derives(machinery: Machinery) -> None:
    """Whether there is one stands in the clear; nothing is computed with the wrong kind."""
    vectors = frozen()
    secret = bytes(range(32))
    for blob, given in (
        (vectors["keyring_passphrase"], secret),
        (vectors["keyring_device_secret"], b""),
    ):
        before = machinery.uses
        with pytest.raises(AppError):
            unwrap_keyring(blob, PASSPHRASE, given)
        assert machinery.uses == before
    assert isinstance(unwrap_keyring(vectors["keyring_device_secret"], PASSPHRASE, secret), Keyring)
