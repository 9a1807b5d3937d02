"""Printed secrets as pages: what it is, the picture, 24 words, and what to do with the sheet.

One page for each secret, so that three shares lie in three places. Spec: docs/crypto.md, "Printed
secrets".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.exchange import qr
from app.exchange.paper_secret import SecretPage
from app.exchange.paper_wish import PaperWish

from .blocks import bullets, rule
from .ink import BODY, GENTLE, HEAD, INK, SECTION, SMALL, STRONG, TITLE, Letters
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech

Say = Callable[..., str]
"""(key, values) → phrase."""
_PICTURE: Final = 62.0
"""Side of the picture with its quiet margin, in millimetres: a camera reads it at arm's length."""
_COLUMNS: Final = 3
_NUMBER: Final = 9.0
_WORD: Final = Letters("firm", 13.5, 1.55)
_COUNT: Final = Letters("plain", 10.5, 1.9, GENTLE.ink)


def secret_papers(
    pages: Sequence[SecretPage], words: Lookup, language: str, wish: PaperWish
) -> tuple[bytes, int]:
    """The file and its pages, one for each secret. words: key → phrase (`recovery.paper.…`)."""
    speech = Speech(words, language, wish.made_on)

    def say(key: str, **values: object) -> str:
        phrase = words(f"recovery.paper.{key}")
        return phrase.format(**values) if values else phrase

    facts = PaperFacts(wish, language, say("title"), say("foot"), words("family_copy.page"))

    def draw(paper: Paper) -> None:
        for place, page in enumerate(pages):
            if place:
                paper.new_page()
            _page(paper, page, say, speech.whole_day(wish.made_on))

    return made(facts, draw)


def _page(paper: Paper, page: SecretPage, say: Say, day: str) -> None:
    title = say(f"{page.kind}_title", number=page.number)
    paper.outline(title)
    paper.text(title, TITLE, tag="H1")
    if page.whose:
        paper.text(page.whose, SECTION)
    paper.text(say("made", day=day), SMALL)
    paper.y += 4
    paper.text(say(f"{page.kind}_line"), BODY)
    paper.y += 5
    top = paper.y
    _picture(paper, page.picture, say("picture"))
    beside = paper.left + _PICTURE + 8
    paper.y = top + 4
    if page.fingerprint:
        paper.text(say("fingerprint"), HEAD, beside, tag="H2")
        paper.text(page.fingerprint, STRONG, beside)
        paper.y += 3
    paper.text(say("scan"), GENTLE, beside)
    paper.y = max(paper.y, top + _PICTURE) + 3
    _words(paper, page.words, say("words", count=len(page.words)))
    paper.y += 3
    rule(paper)
    paper.y += 4
    paper.text(say("do"), HEAD, tag="H2")
    paper.y += 1
    bullets(paper, [(line, BODY) for line in say(f"{page.kind}_do").split("\n")])


def _picture(paper: Paper, text: str, alt: str) -> None:
    size = len(qr.squares(text)) + 2 * qr.QUIET
    side = _PICTURE / size
    with paper.tag("Figure", alt):
        for row, column, count in qr.runs(text):
            x = paper.left + column * side  # its light margin lies in the page's own
            y = paper.y + (row + qr.QUIET) * side
            # A hair wider and higher, so that no printer leaves a light line between two squares.
            right, below = x + count * side + 0.02, y + side + 0.02
            paper.shape([(x, y), (right, y), (right, below), (x, below)], INK)


def _words(paper: Paper, words: Sequence[str], title: str) -> None:
    paper.text(title, HEAD, tag="H2")
    paper.y += 2
    rows = -(-len(words) // _COLUMNS)
    width = (paper.right - paper.left) / _COLUMNS
    top = paper.y
    for place, word in enumerate(words):
        column, row = divmod(place, rows)
        x, y = paper.left + column * width, top + row * _WORD.line
        with paper.tag("P"):
            paper.at(x, y, [f"{place + 1}"], _COUNT)
            paper.at(x + _NUMBER, y, [word], _WORD)
    paper.y = top + rows * _WORD.line

