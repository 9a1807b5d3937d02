"""The values of attachments that screens draw, and the plain words of what is not kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.errors import InvalidInput

StateKind = Literal["only_here", "sending", "on_server", "refused", "not_here"]


def refusal(code: str) -> InvalidInput:
    """The words for a file that is not kept. code: of exchange.pictures.PictureRefused."""
    return {
        "empty": InvalidInput("There is nothing in this file.", field="file", code="picture_empty"),
        "too_big": InvalidInput(
            "This file is larger than 10 MB. Take a smaller picture, or save the PDF in parts.",
            field="file", code="picture_too_big",
        ),
        "too_many_pixels": InvalidInput(
            "This picture is too large to be opened safely. Take a smaller one.",
            field="file", code="picture_too_many_pixels",
        ),
        "not_a_picture": InvalidInput(
            "Only photos and PDF files can be added. This file is something else.",
            field="file", code="picture_not_a_picture",
        ),
    }[code]  # fmt: skip


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
