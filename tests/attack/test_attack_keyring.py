"""A stolen disk, a rewritten blob, a changed bit: nothing opens, and nothing cheap is computed."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.crypto import keyring as keyring_module
from app.crypto.kdf import CEILING, DESKTOP_FLOOR, FLOOR, KdfParams
from app.crypto.keyring import (
    Keyring,
    UnlockTimes,
    keyring_params,
    unwrap_keyring,
    unwrap_keyring_with_kit,
    unwrap_keyring_with_unlock_key,
    wrap_keyring,
    wrap_keyring_for_kit,
    wrap_keyring_for_unlock,
)
from app.errors import (
    AppError,
    DeviceSecretLost,
    UnknownFormat,
    WeakKdf,
    WrongPassphrase,
)
from app.services.device_port import NoSecrets
from app.services.entry import Entry
from app.services.surroundings import Surroundings
from app.store.keyfile import read_keyring
from tests.fakes.secrets import FakeSecrets
from tests.services.office import PASSPHRASE
from tests.services.test_entry import one
from tests.vectors.agency_world import drawn_from

DRAW = drawn_from("attack keyring")
KEYRING = Keyring.generate(DRAW(16), DRAW(16), DRAW)
SECRET, KIT, UNLOCK = b"s" * 32, b"k" * 32, b"u" * 32
PLAIN = wrap_keyring(KEYRING, PASSPHRASE, FLOOR, DRAW)
BOUND = wrap_keyring(KEYRING, PASSPHRASE, FLOOR, DRAW, SECRET)
BY_KIT = wrap_keyring_for_kit(KEYRING, KIT, DRAW)
BY_UNLOCK = wrap_keyring_for_unlock(KEYRING, UNLOCK, UnlockTimes(1, 2), DRAW)

OPENERS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "passphrase": (PLAIN, lambda blob: unwrap_keyring(blob, PASSPHRASE)),
    "device secret": (BOUND, lambda blob: unwrap_keyring(blob, PASSPHRASE, SECRET)),
    "kit": (BY_KIT, lambda blob: unwrap_keyring_with_kit(blob, KIT)),
    "unlock key": (BY_UNLOCK, lambda blob: unwrap_keyring_with_unlock_key(blob, UNLOCK)),
}


def derived_for_nothing(passphrase: str, salt: bytes, params: KdfParams, **_more: object) -> bytes:
    """A derivation that does not even depend on its parameters: the seal alone must bind them."""
    return hashlib.sha256(passphrase.encode() + salt).digest()


@pytest.mark.parametrize("kind", OPENERS)
def test_every_bit_of_every_keyring_blob_is_bound(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    blob, opened = OPENERS[kind]
    monkeypatch.setattr(keyring_module, "derive", derived_for_nothing)
    if "kit" not in kind and "unlock" not in kind:
        blob = wrap_keyring(KEYRING, PASSPHRASE, FLOOR, DRAW, SECRET if kind == "device secret" else b"")
    assert opened(blob)
    refused = 0
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((WrongPassphrase, UnknownFormat, WeakKdf)):
            opened(bytes(changed))
        refused += 1
    assert refused == len(blob) * 8
    for length in range(len(blob)):
        with pytest.raises(UnknownFormat):
            opened(blob[:length])


def test_no_blob_opens_as_another_kind() -> None:
    for mine, (blob, _) in OPENERS.items():
        for other, (_, opened) in OPENERS.items():
            if {mine, other} == {"passphrase", "device secret"}:
                with pytest.raises(WrongPassphrase):
                    opened(blob)
            elif mine != other:
                with pytest.raises(UnknownFormat):
                    opened(blob)


def weakened(blob: bytes) -> list[bytes]:
    """The blob with every other version and kind, and with every kind of cheaper parameters."""
    found = [bytes((v,)) + blob[1:] for v in range(256) if v != 1]
    found += [blob[:1] + bytes((k,)) + blob[2:] for k in range(256) if k != 1]
    for memory in (0, 8, 1024, FLOOR.memory_kib - 1, CEILING.memory_kib + 1, 2**32 - 1):
        found.append(blob[:34] + memory.to_bytes(4, "big") + blob[38:])
    for passes in (0, 1, CEILING.iterations + 1, 2**32 - 1):
        found.append(blob[:38] + passes.to_bytes(4, "big") + blob[42:])
    for lanes in (0, CEILING.parallelism + 1, 255):
        found.append(blob[:42] + bytes((lanes,)) + blob[43:])
    found += [blob[:43] + bytes((flag,)) + blob[44:] for flag in (2, 255)]
    return [*found, b"", blob[:-1], blob + b"\0", BY_KIT, BY_UNLOCK]


@pytest.mark.parametrize("blob", [PLAIN, BOUND], ids=["plain", "bound"])
def test_weaker_parameters_and_other_formats_are_refused_before_anything_is_derived(
    blob: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(
        "app.crypto.kdf.hash_secret_raw", lambda **_given: calls.append("derived") or bytes(32)
    )
    for changed in weakened(blob):
        with pytest.raises((UnknownFormat, WeakKdf)):
            unwrap_keyring(changed, PASSPHRASE, SECRET if blob is BOUND else b"")
    on_a_desk = blob[:34] + (DESKTOP_FLOOR.memory_kib - 1).to_bytes(4, "big") + blob[38:]
    with pytest.raises(WeakKdf):
        unwrap_keyring(on_a_desk, PASSPHRASE, SECRET if blob is BOUND else b"", floor=DESKTOP_FLOOR)
    assert calls == []
    assert keyring_params(blob) == FLOOR


def write_keyring(home: Path, blob: bytes) -> None:
    """As somebody does who has the disk."""
    with closing(sqlite3.connect(home / "log.sqlite")) as log:
        log.execute("UPDATE keyring SET blob = ?", (blob,))
        log.execute("UPDATE meta SET value = ? WHERE key = 'keyring'", (blob,))
        log.commit()


async def test_a_rewritten_keyring_on_the_disk_is_refused_before_passphrase_or_secret_are_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        good = read_keyring(here.home, lambda size: bytes(size))
        assert good is not None
        calls: list[str] = []
        read = here.secrets.read

        async def noted(name: str) -> bytes | None:
            calls.append(name)
            return await read(name)

        here.secrets.read = noted  # type: ignore[method-assign]
        monkeypatch.setattr(
            "app.crypto.kdf.hash_secret_raw", lambda **_given: calls.append("derived") or bytes(32)
        )
        for changed in weakened(good)[::9]:
            write_keyring(here.home, changed)
            with pytest.raises((UnknownFormat, WeakKdf)):
                await here.tablet.unlock(PASSPHRASE)
        assert calls == []


async def test_a_stolen_disk_without_the_device_secret_opens_with_nothing(tmp_path: Path) -> None:
    async with one(tmp_path, FakeSecrets()) as here:
        stolen = tmp_path / "stolen"
        shutil.copytree(here.home, stolen)
        around = here.holder.around
        elsewhere = Surroundings(
            around.time, around.random, around.kdf_params, around.wire, around.engine, secrets=NoSecrets()
        )
        with pytest.raises(DeviceSecretLost):
            await Entry(stolen, elsewhere).by_passphrase(PASSPHRASE)
        blob = read_keyring(stolen, lambda size: bytes(size))
        assert blob is not None
        (secret,) = here.secrets.values.values()
        tried = [
            (blob, b""),
            (blob, bytes(32)),
            (blob, secret[::-1]),
            (blob[:43] + b"\0" + blob[44:], b""),
            (blob[:43] + b"\0" + blob[44:], secret),
        ]
        for bytes_, with_secret in tried:
            with pytest.raises(AppError):
                unwrap_keyring(bytes_, PASSPHRASE, with_secret)
        for name in ("log.sqlite", "image.bin", "tries", "unlock.bin"):
            path = stolen / name
            assert not path.exists() or secret not in path.read_bytes()
        # The same disk with its secret: it was the secret that was missing, and nothing else.
        assert unwrap_keyring(blob, PASSPHRASE, secret).device == blob[18:34]


async def test_a_disk_from_before_the_secret_does_not_stay_open_beside_the_new_one(tmp_path: Path) -> None:
    """Once the keyring is bound to the secret, no blob without one is left in the log."""
    secrets = FakeSecrets(there=False)
    async with one(tmp_path, secrets) as here:
        old = read_keyring(here.home, lambda size: bytes(size))
        assert old is not None
        secrets.there = True
        await here.tablet.unlock(PASSPHRASE)
        await here.tablet.lock("test")
        for path in here.home.glob("log.sqlite*"):
            assert old[60:] not in path.read_bytes(), path.name
