"""The last page of a paper that leaves the team: what its reader may not do with it."""

from __future__ import annotations

from .blocks import GAP
from .ink import BODY, SECTION
from .paper import Paper
from .speech import Lookup


def draw(paper: Paper, notices: tuple[str, ...], words: Lookup) -> None:
    """Every notice as a paragraph of its own, on a page of its own; nothing when there is none."""
    if not notices:
        return
    paper.on_new_page = lambda: None
    paper.new_page()
    title = words("release.notice.title")
    paper.outline(title)
    paper.text(title, SECTION, tag="H2")
    for text in notices:
        paper.space(GAP)
        paper.text(text, BODY)
