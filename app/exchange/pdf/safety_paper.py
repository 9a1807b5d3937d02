"""An adult's safety plan on paper: a plain page that names nobody, no agency and no danger in its head."""

from __future__ import annotations

from collections.abc import Sequence

from app.exchange.paper_wish import PaperWish

from .blocks import GAP
from .ink import BODY, LABEL, TITLE
from .paper import Paper, PaperFacts, made
from .speech import Lookup


def safety_paper(
    lines: Sequence[tuple[str, str]], words: Lookup, wish: PaperWish, language: str
) -> tuple[bytes, int]:
    """The paper and its pages. lines: (field of the plan, its words); what is empty is left out."""
    title = words("safety.paper.title")
    facts = PaperFacts(wish, language, title, title, words("family_copy.page"))

    def draw(paper: Paper) -> None:
        paper.text(title, TITLE, tag="H1")
        for name, said in lines:
            if not said.strip():
                continue
            paper.space(GAP)
            paper.room(LABEL.line + BODY.line)
            paper.text(words(f"safety.paper.{name}"), LABEL, tag="H2")
            paper.text(said.strip(), BODY)

    return made(facts, draw)
