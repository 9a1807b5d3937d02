"""Which blobs attachments and directories on this tablet name, as far as their records can be read."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session, select

from app.protocol.blob import BlobKind, BlobPlace, Manifest, chunk_count
from app.protocol.ids import HASH_BYTES, ID_BYTES, StreamId
from app.wraparound.records import Attachment, DirectoryEdition

_MAX_BYTES = 2**28
_MAX_EPOCH = 2**32


class Living(NamedTuple):
    """What a record says of its blob."""

    stream: bytes
    epoch: int
    chunks: int


def manifest_of(row: Attachment | DirectoryEdition) -> Manifest | None:
    """The whole that a record names, or None when it names none.

    A record may come from a tablet that writes what it likes: nothing of it is believed that does
    not fit together.
    """
    try:
        stream, blob, digest = (bytes.fromhex(text) for text in (row.stream, row.blob, row.sha256))
    except (TypeError, ValueError):
        return None
    numbers = (row.size, row.chunks, row.epoch)
    if not all(type(number) is int for number in numbers) or not 0 < row.size <= _MAX_BYTES:
        return None
    if row.chunks != chunk_count(row.size) or not 0 < row.epoch < _MAX_EPOCH:
        return None
    if (len(stream), len(blob), len(digest)) != (ID_BYTES, ID_BYTES, HASH_BYTES):
        return None
    place = BlobPlace(BlobKind.ATTACHMENT, StreamId(stream), blob, row.epoch)
    return Manifest(place, row.chunks, row.size, digest)


def living_blobs(session: Session) -> dict[bytes, Living]:
    """By blob, of every attachment and directory that is not deleted."""
    rows = [*session.exec(select(Attachment)), *session.exec(select(DirectoryEdition))]
    named = [manifest_of(row) for row in rows]
    return {
        one.place.blob: Living(one.place.stream, one.place.epoch, one.count)
        for one in named
        if one is not None
    }
