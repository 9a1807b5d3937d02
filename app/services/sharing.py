"""What leaves the tablet: one copy for one named reader, and the log of what was given to whom.

The only door through which a paper leaves. What the paper may say is decided by the page of exactly
that reader (family_page.py); who may have it, here. The log entry is written before the bytes are
handed out, so that nothing leaves unrecorded, even when the save is then cancelled.
Spec: docs/family-copy.md.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from app.errors import InvalidInput
from app.exchange.paper_wish import PAPERS, PARTS, PaperWish
from app.store.vault import Change
from app.wraparound.audience import Audience
from app.wraparound.family_page import FamilyPage
from app.wraparound.records import Disclosure, Family, NaturalSupport
from app.wraparound.vocabulary import CONTENT_LANGUAGES, join_codes

from . import edge
from .audience import Reader, readers_of
from .copies import CopyGiven, CopyWish, Facts, Made, check_password, copies_of, gaps_of
from .desk import Desk
from .family_page import FamilyPages
from .permissions import require
from .releases import Releases, ReleaseView
from .versions import Versions

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
Lookup = Callable[[str], str]
"""Key → phrase in the language of the copy."""


@dataclass(frozen=True)
class _Leave:
    """Who reads, and what they may have."""

    name: str
    audience: Audience
    parts: frozenset[str]
    release: ReleaseView | None = None


class Sharing:
    """Copies that leave, and the log of those that did. releases: see releases.py."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)
        self._versions = Versions(desk)
        self.releases = Releases(desk)

    async def readers(self, family_id: str) -> tuple[Reader, ...]:
        """Who may have a copy without a release: the family, and everybody on the team today."""

        def find(session: Session) -> tuple[Reader, ...]:
            unsafe = _unsafe(session, family_id)
            return tuple(
                one for one in readers_of(session, family_id) if one.on_team and one.id not in unsafe
            )

        return await self._desk.vault.read(find)

    async def language(self, family_id: str) -> str:
        """The language in which the family reads; English when no paper speaks theirs."""
        found = await self._desk.vault.read(
            lambda session: session.exec(
                select(Family.written_language).where(Family.family_id == family_id)
            ).first()
        )
        return found if found in CONTENT_LANGUAGES else "en"

    async def copies(self, family_id: str) -> tuple[CopyGiven, ...]:
        """What was given to whom, newest first."""

        return await self._desk.vault.read(lambda session: copies_of(session, family_id))

    async def facts(self, wish: CopyWish, words: Lookup) -> Facts:
        """What a copy would be, without making one: nothing leaves and nothing is logged.

        Raises InvalidInput when it may not be made.
        """
        leave = await self._leave(wish)
        page = await self._page(wish, leave)
        _, pages = await self._draw(wish, leave, page, words)
        return Facts(replace(wish, password=""), leave.name, pages, gaps_of(page.gaps, leave.parts))

    async def copy_for(self, wish: CopyWish, words: Lookup) -> Made:
        """Make one copy for one reader and log that it left.

        words: a phrase by its key in the language of the copy. Raises InvalidInput, in plain words,
        when the reader is not on the team and no release covers it, or the password is too weak.
        """
        leave = await self._leave(wish)
        page = await self._page(wish, leave)
        content, pages = await self._draw(wish, leave, page, words)
        digest = hashlib.sha256(content).hexdigest()
        stream = await self._desk.team_stream(wish.family_id)
        entry = {
            "recipient": leave.name,
            "recipient_id": wish.reader_id,
            "release_id": wish.release_id,
            "what": join_codes([part for part in PARTS if part in leave.parts]),
            "how": "file",
            "language": wish.language,
            "digest": digest,
            "at_ms": self._desk.now_ms(),
        }
        await self._desk.vault.commit([Change(stream, Disclosure.TYPE, self._desk.new_id(), entry)])
        kind = "crisis.file" if wish.crisis_only else "file"
        name = f"{words(f'family_copy.{kind}')}-{self._desk.today().isoformat()}.pdf"
        return Made(content, name, digest, pages)

    # -- who may have what ----------------------------------------------------------------------

    async def _leave(self, wish: CopyWish) -> _Leave:
        require(self._desk.me, "copy.make")
        edge.choice(wish.paper, tuple(PAPERS), "paper")
        if bool(wish.reader_id) == bool(wish.release_id):
            raise InvalidInput("Choose who the copy is for.", field="reader", code="no_reader")
        check_password(wish.password)
        if wish.release_id:
            leave = await self._released(wish)
        else:
            leave = await self._on_team(wish)
        if not wish.crisis_only:
            return leave
        if "crisis_card" not in leave.parts:
            raise InvalidInput("The release does not cover the crisis card.", code="release_not_covering")
        return _Leave(leave.name, leave.audience, frozenset(("crisis_card",)), leave.release)

    async def _on_team(self, wish: CopyWish) -> _Leave:
        def find(session: Session) -> Reader:
            found = [one for one in readers_of(session, wish.family_id) if one.id == wish.reader_id]
            if not found or not found[0].on_team:
                raise InvalidInput(
                    "This person is not on the team. A copy for them needs a release first.",
                    field="reader",
                    code="reader_not_on_team",
                )
            if wish.reader_id in _unsafe(session, wish.family_id):
                raise InvalidInput(
                    "The team must not contact this person, so there is no copy for them.",
                    field="reader",
                    code="reader_unsafe",
                )
            return found[0]

        reader = await self._desk.vault.read(find)
        return _Leave(reader.name, Audience(frozenset({reader.id})), frozenset(PARTS))

    async def _released(self, wish: CopyWish) -> _Leave:
        release = await self.releases.release(wish.release_id)
        if release.family_id != wish.family_id:
            raise InvalidInput("This release is not on this tablet.", code="release_gone")
        if release.state == "revoked":
            raise InvalidInput(
                "This release was taken back. Nothing leaves under it.", code="release_revoked"
            )
        if release.state == "expired":
            raise InvalidInput("This release is over. Write a new one.", code="release_expired")
        if not release.holds:
            raise InvalidInput(
                "This release is not what was signed. Write a new one.", code="release_unsigned"
            )
        # The records do not know this person: they get the least (design 02, Audience).
        return _Leave(release.recipient, Audience(strangers=True), frozenset(release.what), release)

    # -- the paper --------------------------------------------------------------------------------

    async def _page(self, wish: CopyWish, leave: _Leave) -> FamilyPage:
        document = await self._versions.content(wish.version_id) if wish.version_id else None
        return await self._pages.page(wish.family_id, leave.audience, wish.language, document)

    async def _draw(
        self, wish: CopyWish, leave: _Leave, page: FamilyPage, words: Lookup
    ) -> tuple[bytes, int]:
        made_on = self._desk.today()
        of_day = await self._frozen_on(wish)
        until = leave.release.until_on if leave.release else ""

        def draw() -> tuple[bytes, int]:
            # Only now: the tablet starts without it.
            from app.exchange.pdf import crisis_card, family_copy, version_paper

            how = PaperWish(wish.paper, leave.name, made_on, FONTS, wish.password, until)
            if wish.crisis_only:
                return crisis_card(page, words, how)
            if of_day is not None:
                return version_paper(page, words, how, of_day=of_day, parts=leave.parts)
            return family_copy(page, words, how, parts=leave.parts)

        # Tenths of a second of work: the screen must not stand still.
        return await asyncio.to_thread(draw)

    async def _frozen_on(self, wish: CopyWish) -> date | None:
        if not wish.version_id:
            return None
        version = await self._versions.version(wish.version_id)
        if version.family_id != wish.family_id:
            raise InvalidInput("This version is not on this tablet.", code="version_not_here")
        return datetime.fromtimestamp(version.frozen_at_ms / 1000).date()


def _unsafe(session: Session, family_id: str) -> frozenset[str]:
    return frozenset(
        session.exec(
            select(NaturalSupport.id)
            .where(NaturalSupport.family_id == family_id)
            .where(col(NaturalSupport.do_not_contact).is_(True))
        )
    )


__all__ = ["CopyGiven", "CopyWish", "Facts", "Lookup", "Made", "Sharing"]
