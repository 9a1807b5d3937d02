"""Papers of the plan that leave: what they may say is decided by the gate, and drawn here.

What the paper may say is decided by the page of exactly that reader (family_page.py); who may have
it, by the gate, which writes the log before the bytes are handed out. Spec: docs/family-copy.md,
docs/releases.md.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, select

from app.errors import InvalidInput
from app.exchange.paper_wish import PAPERS, PaperWish
from app.wraparound.family_page import FamilyPage
from app.wraparound.records import Family
from app.wraparound.vocabulary import CONTENT_LANGUAGES

from . import edge
from .audience import Reader, readers_of
from .copies import CopyWish, Facts, Made, check_password, gaps_of
from .desk import Desk
from .disclosures import CopyGiven, Disclosures
from .family_page import FamilyPages
from .gate import Drawn, Gate, Leave, Lookup, unsafe_of
from .labels import Labels
from .releases import Releases
from .versions import Versions

FONTS: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"


class Sharing:
    """Copies that leave. releases, log, gate: see releases.py, disclosures.py and gate.py."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = FamilyPages(desk)
        self._versions = Versions(desk)
        labels = Labels(desk)
        self.releases = Releases(desk, labels)
        self.gate = Gate(desk, self.releases, labels)
        self.log = Disclosures(desk, self.gate, self.releases, FONTS)

    async def readers(self, family_id: str) -> tuple[Reader, ...]:
        """Who may have a copy without a release: the family, and everybody on the team today."""

        def find(session: Session) -> tuple[Reader, ...]:
            unsafe = unsafe_of(session, family_id)
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
        return await self.log.all(family_id)

    async def facts(self, wish: CopyWish, words: Lookup) -> Facts:
        """What a copy would be, without making one: nothing leaves and nothing is logged.

        Raises InvalidInput when it may not be made.
        """
        self._check(wish)
        leave = await self.gate.ask(wish.leaving, words)
        page = await self._page(wish, leave)
        drawn = await self._draw(wish, leave, page, words)
        gaps = gaps_of(page.gaps, leave.parts)
        return Facts(replace(wish, password=""), leave.name, drawn.pages, gaps, leave.notices)

    async def copy_for(self, wish: CopyWish, words: Lookup) -> Made:
        """Make one copy for one reader; the gate logs that it left.

        words: a phrase by its key in the language of the copy. Raises InvalidInput, in plain words,
        when the reader may not have it or the password is too weak.
        """
        self._check(wish)

        async def make(leave: Leave) -> Drawn:
            return await self._draw(wish, leave, await self._page(wish, leave), words)

        return await self.gate.let_out(wish.leaving, words, make)

    def _check(self, wish: CopyWish) -> None:
        edge.choice(wish.paper, tuple(PAPERS), "paper")
        check_password(wish.password)

    # -- the paper --------------------------------------------------------------------------------

    async def _page(self, wish: CopyWish, leave: Leave) -> FamilyPage:
        document = await self._versions.content(wish.version_id) if wish.version_id else None
        return await self._pages.page(wish.family_id, leave.audience, wish.language, document)

    async def _draw(self, wish: CopyWish, leave: Leave, page: FamilyPage, words: Lookup) -> Drawn:
        made_on = self._desk.today()
        of_day = await self._frozen_on(wish)
        inside = await self._pages.labels(wish.family_id, leave.audience)
        until = leave.release.until_on if leave.release else ""

        def draw() -> tuple[bytes, int]:
            # Only now: the tablet starts without it.
            from app.exchange.pdf import crisis_card, family_copy, version_paper

            notices = tuple(one.text for one in leave.notices)
            how = PaperWish(wish.paper, leave.name, made_on, FONTS, wish.password, until, notices)
            if wish.crisis_only:
                return crisis_card(page, words, how)
            if of_day is not None:
                return version_paper(page, words, how, of_day=of_day, parts=leave.parts)
            return family_copy(page, words, how, parts=leave.parts)

        # Tenths of a second of work: the screen must not stand still.
        content, pages = await asyncio.to_thread(draw)
        kind = "crisis.file" if wish.crisis_only else "file"
        name = f"{words(f'family_copy.{kind}')}-{made_on.isoformat()}.pdf"
        return Drawn(content, name, pages, inside)

    async def _frozen_on(self, wish: CopyWish) -> date | None:
        if not wish.version_id:
            return None
        version = await self._versions.version(wish.version_id)
        if version.family_id != wish.family_id:
            raise InvalidInput("This version is not on this tablet.", code="version_not_here")
        return datetime.fromtimestamp(version.frozen_at_ms / 1000).date()


__all__ = ["CopyGiven", "CopyWish", "Facts", "Lookup", "Made", "Sharing"]
