"""What was given to whom, on paper: the accounting that a family may ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.exchange.paper_wish import PaperWish

from .blocks import masthead, rule
from .ink import BODY, GENTLE, SMALL, STRONG
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech, begin

Line = tuple[int, str, str, tuple[str, ...], str, str, str]
"""When (UTC milliseconds), for whom, their office, parts, ground, what for, by whom."""


def accounting_paper(
    lines: Sequence[Line], words: Lookup, wish: PaperWish, since: date, until: date, language: str
) -> tuple[bytes, int]:
    """The paper and its pages. since, until: the days it covers."""
    speech = Speech(words, language, wish.made_on)
    title = words("release.accounting.title")
    foot = words("release.accounting.foot").format(name=wish.reader)
    facts = PaperFacts(wish, language, title, foot, words("family_copy.page"))

    def draw(paper: Paper) -> None:
        span = words("release.accounting.span").format(
            since=speech.whole_day(since), until=speech.whole_day(until)
        )
        made_for = words("release.accounting.for").format(
            name=wish.reader, day=speech.whole_day(wish.made_on)
        )
        masthead(paper, title, [made_for, span])
        if not lines:
            paper.text(words("release.accounting.none"), GENTLE)
        for line in lines:
            _line(paper, line, words, speech)

    return made(facts, draw)


def _line(paper: Paper, line: Line, words: Lookup, speech: Speech) -> None:
    at_ms, who, office, parts, basis, purpose, by = line
    said = [words(f"release.part.{part}") for part in parts]
    facts = [
        "; ".join(said),
        purpose,
        words(f"release.basis.{basis}") if basis else "",
        words("release.accounting.by").format(name=by) if by else "",
    ]
    shown = [one for one in facts if one]
    paper.room(STRONG.line + SMALL.line + BODY.line * (1 + len(shown)))
    rule(paper)
    paper.y += 2
    paper.text(", ".join(one for one in (who, office) if one), STRONG)
    paper.text(begin(speech.moment(at_ms)), SMALL)
    for text in shown:
        paper.text(text, BODY)
    paper.y += 3
