"""Secrets that are printed: as a screen shows them, and as a file for the printer.

Owns the values between service and screen. What it makes is in memory only; whoever saves the file
says where. Spec: docs/crypto.md, "Printed secrets".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date

from app.crypto.paper_text import PaperSecret, write_paper
from app.crypto.seed import AgencySeed, Share, root_fingerprint
from app.exchange.paper_secret import SecretPage
from app.exchange.paper_wish import PaperSize, PaperWish
from app.exchange.qr import QUIET, runs, squares

from .arrival import spoken_fingerprint
from .sharing import FONTS

__all__ = ["QUIET", "SecretPage", "kit_page", "papers_file", "runs", "seed_pages", "squares"]

FILE_NAME = "kitchen-table.pdf"
"""Neutral: a list of recent files must not tell what this is."""


def kit_page(kit: bytes, whose: str = "") -> SecretPage:
    """The page of a recovery kit, 32 bytes."""
    paper = PaperSecret("kit", kit)
    return SecretPage("kit", paper.words, write_paper(paper), whose=whose)


def seed_pages(
    seed: AgencySeed, shares: Sequence[Share] = (), whose: str = ""
) -> tuple[SecretPage, ...]:
    """The page of a whole seed; with its shares, one page for each of them instead."""
    mark = root_fingerprint(seed.root_key().public)
    papers = [PaperSecret("share", one.secret, mark, one.number) for one in shares]
    return tuple(
        SecretPage(
            one.kind, one.words, write_paper(one), one.number, spoken_fingerprint(mark), whose
        )
        for one in papers or [PaperSecret("seed", seed.secret, mark)]
    )


async def papers_file(
    pages: Sequence[SecretPage],
    words: Callable[[str], str],
    language: str,
    today: date,
    paper: PaperSize = "letter",
) -> bytes:
    """A PDF with one page for each secret. words: key → phrase."""
    from app.exchange.pdf.secrets import secret_papers  # Only now: the tablet starts without it.

    wish = PaperWish(paper, "", today, FONTS)
    content, _ = await asyncio.to_thread(secret_papers, tuple(pages), words, language, wish)
    return content
