"""Which blobs the attachments of this tablet name, as far as their records can be read."""

from __future__ import annotations

from typing import NamedTuple

from sqlmodel import Session, select

from app.wraparound.records import Attachment


class Living(NamedTuple):
    """What a record says of its blob."""

    stream: bytes
    epoch: int
    chunks: int


def living_blobs(session: Session) -> dict[bytes, Living]:
    """By blob, of every attachment that is not deleted."""
    rows = session.exec(
        select(Attachment.blob, Attachment.stream, Attachment.epoch, Attachment.chunks)
    ).all()
    return {bytes.fromhex(row[0]): Living(bytes.fromhex(row[1]), row[2], row[3]) for row in rows if row[0]}
