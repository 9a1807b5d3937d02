"""The values of attachments that screens draw, and the plain words of what is not kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

StateKind = Literal["only_here", "sending", "on_server", "refused", "not_here"]

REFUSALS: Final = {
    "empty": "There is nothing in this file.",
    "too_big": "This file is larger than 10 MB. Take a smaller picture, or save the PDF in parts.",
    "too_many_pixels": "This picture is too large to be opened safely. Take a smaller one.",
    "not_a_picture": "Only photos and PDF files can be added. This file is something else.",
}
"""By the code of exchange.pictures.PictureRefused."""


@dataclass(frozen=True)
class AttachmentDraft:
    """What is said of something that is added. kind: photo, scan or pdf; the file decides about PDF."""

    family_id: str
    note_id: str = ""
    person_id: str = ""
    kind: str = "photo"
    caption: str = ""
    label: str = "general"
    taken_on: str = ""


@dataclass(frozen=True)
class AttachmentState:
    """Where the bytes are. sent of total: chunks the server has. code: why it does not take them."""

    kind: StateKind
    sent: int = 0
    total: int = 0
    code: str = ""


@dataclass(frozen=True)
class AttachmentView:
    """One photo or paper. person, by: names. may_remove: whether this person may take it away."""

    record_id: str
    family_id: str
    note_id: str
    person: str
    kind: str
    caption: str
    label: str
    taken_on: str
    added_at_ms: int
    by: str
    mine: bool
    may_remove: bool
    size: int
    width: int
    height: int
    thumb: bytes = field(repr=False)
    state: AttachmentState = AttachmentState("not_here")
