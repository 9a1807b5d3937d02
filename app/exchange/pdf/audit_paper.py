"""Who did what with a family's record, on paper: lines in words under their days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from app.exchange.paper_wish import PaperWish

from .blocks import masthead, rule
from .ink import BODY, GENTLE, LABEL, SMALL
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech, begin

Line = tuple[int, str]
"""When (UTC milliseconds), and the line in words."""


def audit_paper(lines: Sequence[Line], words: Lookup, wish: PaperWish, language: str) -> tuple[bytes, int]:
    """The paper and its pages. lines: newest first."""
    speech = Speech(words, language, wish.made_on)
    title = words("audit.paper_title")
    facts = PaperFacts(
        wish, language, title, words("audit.paper_foot").format(name=wish.reader), words("family_copy.page")
    )

    def draw(paper: Paper) -> None:
        head = words("audit.paper_for").format(name=wish.reader, day=speech.whole_day(wish.made_on))
        masthead(paper, title, [head])
        paper.text(words("audit.paper_how"), GENTLE)
        paper.y += 4
        if not lines:
            paper.text(words("audit.paper_none"), GENTLE)
        for day, of_day in groupby(lines, key=lambda line: datetime.fromtimestamp(line[0] / 1000).date()):
            _day(paper, day, list(of_day), words, speech)

    return made(facts, draw)


def _day(paper: Paper, day: date, lines: list[Line], words: Lookup, speech: Speech) -> None:
    paper.room(LABEL.line + 2 * BODY.line + 6)
    rule(paper)
    paper.y += 2
    paper.text(begin(speech.whole_day(day)), LABEL, tag="H2")
    for at_ms, said in lines:
        paper.room(BODY.line)
        with paper.tag("P"):
            paper.at(paper.left, paper.y + (BODY.line - SMALL.line) / 2, [_time(words, at_ms)], SMALL)
        paper.text(said, BODY, paper.left + _TIME, paper.right - paper.left - _TIME)
    paper.y += 3


_TIME = 26.0
"""Millimetres for the time at the left."""
_NOON, _NIGHT = 12, 20


def _time(words: Lookup, at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000)
    half = "night" if at.hour >= _NIGHT else "pm" if at.hour >= _NOON else "am"
    return words(f"dates.time_short_{half}").format(hour=at.hour % _NOON or _NOON, minute=f"{at.minute:02d}")
