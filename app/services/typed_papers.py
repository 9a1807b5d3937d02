"""What somebody types or pastes from a sheet of paper: words, or the text of its picture (QR)."""

from __future__ import annotations

from app.crypto.paper_text import looks_like_paper


def is_picture(text: str) -> bool:
    """Whether a text claims to be that of a printed picture (QR), and not just words."""
    return looks_like_paper(text)
