"""The sealed image of the memory database: an accelerator, never the truth.

Owns `image.bin`. Layout: head ‖ chunks. head = "KTIM" ‖ version u8 ‖ schema 16 ‖ log id 16 ‖
last row u64 ‖ link 32 ‖ generation u64 ‖ salt 32. Each chunk is AES-256-GCM over 1 MiB of the
serialised database under HKDF(log key, "image-v1" ‖ salt); its nonce is its number (u64) with a
flag for the last one, its AAD the whole head. The key is fresh for each file (random salt), so
counting nonces is safe, and a chunk moved, missing or left over is refused. An image that is
missing, damaged or not of this log raises ImageUnusable, and the caller rebuilds.
Spec: protocol.md, "Local files".
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.crypto.primitives import TAG_BYTES, Aead, Random, hkdf_sha256
from app.errors import ImageUnusable, WrongKeyOrTampered

from .connection import storage_errors

IMAGE_NAME = "image.bin"
INDEX_NAME = "directory.bin"
CHUNK_BYTES = 1024 * 1024

_HEAD = struct.Struct(">4sB16s16sQ32sQ32s")
_NONCE = struct.Struct(">Q3xB")
_STEP = CHUNK_BYTES + TAG_BYTES
_MAGIC = b"KTIM"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tie:
    """What an image belongs to.

    schema: fingerprint of the memory schema, 16 B. row, link: the last row of the log that is in
    it. generation: how often quarantine or a fork has changed which rows count.
    """

    schema: bytes
    log_id: bytes
    row: int
    link: bytes
    generation: int


def write_image(
    home: Path,
    log_key: bytes,
    tie: Tie,
    data: bytes,
    random: Random,
    stopped: Callable[[], bool] = lambda: False,
    *,
    name: str = IMAGE_NAME,
) -> bool:
    """Seal `data` into the home's image: tmp, fsync, rename, fsync of the directory.

    stopped: asked before every chunk; True gives up and leaves the old image. name: of the file.
    Returns whether the image was written. Raises DiskFull, StoreFailed; then the old image stands.
    """
    salt = random(32)
    head = _HEAD.pack(_MAGIC, _VERSION, tie.schema, tie.log_id, tie.row, tie.link, tie.generation, salt)
    cipher = _cipher(log_key, salt)
    temporary = home / (name + ".tmp")
    count = max(1, -(-len(data) // CHUNK_BYTES))
    with storage_errors():
        try:
            with open(temporary, "wb") as file:
                os.chmod(temporary, 0o600)
                file.write(head)
                for number in range(count):
                    if stopped():
                        return False
                    chunk = data[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
                    file.write(cipher.seal(_NONCE.pack(number, number == count - 1), chunk, head))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, home / name)
            _sync_directory(home)
            return True
        finally:
            temporary.unlink(missing_ok=True)


def read_image(
    home: Path, log_key: bytes, schema: bytes, log_id: bytes, *, name: str = IMAGE_NAME
) -> tuple[Tie, bytearray]:
    """The tie and the database of the home's image.

    Raises ImageUnusable when there is none, when it is not of this schema and log, or when a
    single bit of it is not as it was written. The caller checks row, link and generation.
    """
    try:
        with open(home / name, "rb") as file:
            return _read(file, os.fstat(file.fileno()).st_size, log_key, schema, log_id)
    except OSError as error:
        raise ImageUnusable("missing") from error
    except WrongKeyOrTampered as error:
        raise ImageUnusable("seal") from error


def _read(file: BinaryIO, size: int, log_key: bytes, schema: bytes, log_id: bytes) -> tuple[Tie, bytearray]:
    head = file.read(_HEAD.size)
    count, rest = divmod(size - _HEAD.size, _STEP)
    if len(head) < _HEAD.size or size < _HEAD.size + TAG_BYTES or 0 < rest < TAG_BYTES:
        raise ImageUnusable("short")
    magic, version, its_schema, its_log, row, link, generation, salt = _HEAD.unpack(head)
    if magic != _MAGIC or version != _VERSION:
        raise ImageUnusable("version")
    if its_schema != schema or its_log != log_id:
        raise ImageUnusable("of another log or schema")
    cipher = _cipher(log_key, salt)
    count += rest > 0
    # One buffer, filled chunk by chunk: a caseload of 100,000 notes is opened without a copy more.
    data = bytearray(size - _HEAD.size - count * TAG_BYTES)
    for number in range(count):
        chunk = cipher.open(_NONCE.pack(number, number == count - 1), file.read(_STEP), head)
        data[number * CHUNK_BYTES : number * CHUNK_BYTES + len(chunk)] = chunk
    return Tie(its_schema, its_log, row, link, generation), data


def drop_image(home: Path, name: str = IMAGE_NAME) -> None:
    """Remove the image, if there is one."""
    with storage_errors():
        (home / name).unlink(missing_ok=True)
        (home / (name + ".tmp")).unlink(missing_ok=True)


def _cipher(log_key: bytes, salt: bytes) -> Aead:
    return Aead(hkdf_sha256(log_key, b"image-v1" + salt))


def _sync_directory(home: Path) -> None:
    if os.name == "posix":
        directory = os.open(home, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
