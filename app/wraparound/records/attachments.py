"""Photos, scanned pages and PDF files: what is said about each. Their bytes are blobs beside the log."""

from __future__ import annotations

from typing import ClassVar

from .base import Record


class Attachment(Record, table=True):
    """A photo or paper of a family. Its bytes lie in a blob of the same stream (protocol.md, "Blobs").

    No family page, copy or table ever shows one: whatever leaves the tablet is chosen by a person.
    """

    __tablename__ = "attachment"
    TYPE: ClassVar[str] = "attachment"
    SEARCH_TITLE: ClassVar[tuple[str, ...]] = ("caption",)
    SEARCH_TEXT: ClassVar[tuple[str, ...]] = ("caption",)
    WRITE_ONCE: ClassVar[tuple[str, ...]] = ("sha256",)

    note_id: str = ""
    """The note it was added to (hex); empty when it belongs to the family."""
    person_id: str = ""
    """The person it is of or about (hex); empty when nobody in particular."""
    kind: str = "photo"
    """A code of vocabulary.ATTACHMENT_KINDS."""
    caption: str = ""
    label: str = "general"
    taken_on: str = ""
    """The day it was taken or dated, as a person said; never read from the file."""
    added_at_ms: int = 0
    size: int = 0
    """Bytes, of what is kept."""
    width: int = 0
    height: int = 0
    """Pixels; 0 for a PDF file."""
    sha256: str = ""
    """Of the bytes (hex)."""
    blob: str = ""
    """Id (hex) of the blob that holds them; another one after it was sealed anew."""
    chunks: int = 0
    epoch: int = 0
    """The epoch under whose key the blob is sealed."""
    thumb: str = ""
    """A small JPEG picture in base64; empty when there is none."""
