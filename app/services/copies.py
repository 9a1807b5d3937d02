"""The values of a copy that leaves: which one, what it would be, what was made, and the log's lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.exchange.paper_wish import PaperSize
from app.wraparound.records import Disclosure, StaffMember
from app.wraparound.vocabulary import codes
from app.wraparound.wording import Gap


@dataclass(frozen=True)
class CopyWish:
    """Which copy. Exactly one of reader_id (somebody on the team) and release_id (anybody else).

    language: a code of CONTENT_LANGUAGES. password: empty for none. crisis_only: the card alone.
    version_id: a frozen version of the plan in place of today's.
    """

    family_id: str
    reader_id: str = ""
    release_id: str = ""
    language: str = "en"
    paper: PaperSize = "letter"
    password: str = field(default="", repr=False)
    crisis_only: bool = False
    version_id: str = ""


@dataclass(frozen=True)
class Facts:
    """What a copy would be. gaps: words that are not in its language, of what this reader may see.

    wish: which copy, without its password.
    """

    wish: CopyWish
    reader: str
    pages: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Made:
    """A copy that may leave. file_name: neutral. digest: SHA-256 (hex) of content."""

    content: bytes = field(repr=False)
    file_name: str
    digest: str
    pages: int


@dataclass(frozen=True)
class CopyGiven:
    """One line of the log. by: who made it. what: codes of RELEASE_PARTS."""

    disclosure_id: str
    recipient: str
    by: str
    what: tuple[str, ...]
    language: str
    release_id: str
    at_ms: int


def gaps_of(gaps: tuple[Gap, ...], parts: frozenset[str]) -> tuple[Gap, ...]:
    """Those of a page's gaps that stand in these parts of it."""
    own = {"crisis_item": "crisis_card", "action_step": "promises"}
    return tuple(
        gap
        for gap in gaps
        if own.get(gap.item_type, "plan") in parts
        # A promise that was kept is good news, too.
        or (gap.item_type == "action_step" and "plan" in parts)
    )


def copies_of(session: Session, family_id: str) -> tuple[CopyGiven, ...]:
    """What was given to whom, newest first."""
    names = {one.id: one.name for one in session.exec(select(StaffMember))}
    rows = session.exec(
        select(Disclosure)
        .where(Disclosure.family_id == family_id)
        .order_by(col(Disclosure.at_ms).desc(), col(Disclosure.id))
    )
    return tuple(
        CopyGiven(
            row.id, row.recipient, names.get(row.created_by, ""), codes(row.what), row.language,
            row.release_id, row.at_ms,
        )
        for row in rows
    )  # fmt: skip


def check_password(password: str) -> None:
    """Raise InvalidInput, in plain words, for a password that cannot be taken."""
    if not password:
        return
    from app.exchange.pdf import password_fault  # Only now: the tablet starts without it.

    fault = password_fault(password)
    if fault == "short_copy_password":
        raise InvalidInput(
            "The password needs 8 letters or more.", field="password", code="short_copy_password"
        )
    if fault == "weak_copy_password":
        raise InvalidInput(
            "That password is easy to guess. Take two or three words.", field="password",
            code="weak_copy_password",
        )  # fmt: skip
    if fault == "odd_copy_password":
        raise InvalidInput(
            "Some programs cannot take one of these signs. Use letters, digits and spaces.",
            field="password", code="odd_copy_password",
        )  # fmt: skip
    if fault:
        raise InvalidInput("That password is too long.", field="password", code="long_copy_password")
