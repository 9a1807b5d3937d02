"""The values of a copy that leaves: which one, and what it would be. The log's lines: disclosures.py."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.errors import InvalidInput
from app.exchange.paper_wish import PARTS, PaperSize
from app.wraparound.lawful import Ground
from app.wraparound.notices import Notice
from app.wraparound.wording import Gap

from .gate import Handed, Leaving, OwnRecord


@dataclass(frozen=True)
class CopyWish:
    """Which copy. Exactly one of reader_id (somebody on the team), release_id (anybody else), ground
    (without a release) and own (the family asks for its record).

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
    ground: Ground | None = field(default=None, repr=False)
    own: OwnRecord | None = field(default=None, repr=False)

    @property
    def leaving(self) -> Leaving:
        """What the gate is asked."""
        parts = frozenset(("crisis_card",)) if self.crisis_only else frozenset(PARTS)
        return Leaving(
            self.family_id, parts, self.reader_id, self.release_id, self.ground, self.own,
            language=self.language,
        )  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a copy would be. gaps: words that are not in its language, of what this reader may see.

    wish: which copy, without its password. notices: what is printed at its end.
    """

    wish: CopyWish
    reader: str
    pages: int
    gaps: tuple[Gap, ...]
    notices: tuple[Notice, ...] = ()


Made = Handed
"""A copy that may leave."""


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
