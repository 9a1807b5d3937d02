"""A release on paper, for whoever signed it: what was agreed, their rights, and the signatures.

Words are phrases of release.po and what was typed; nothing else of the record is in reach here.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.exchange.paper_wish import PaperWish
from app.wraparound.releases import WRAPAROUND_ENDS, Signer, Terms, rights_of

from .blocks import GAP, bullets, masthead
from .ink import BODY, GENTLE, INK, LABEL, SECTION, SMALL, STRONG
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech

Strokes = Sequence[Sequence[tuple[int, int]]]
_WIDE, _HIGH, _UNITS = 80.0, 32.0, 1000
"""A signature on paper, in millimetres, and the width of the pad in its own units."""


def release_paper(
    terms: Terms, strokes: Sequence[Strokes], words: Lookup, wish: PaperWish, language: str
) -> tuple[bytes, int]:
    """The paper and its pages. strokes: of each signer, in order; empty for a yes said aloud."""
    speech = Speech(words, language, wish.made_on)
    title = words("release.paper.title")
    facts = PaperFacts(wish, language, title, title, words("family_copy.page"))
    return made(facts, _Release(terms, strokes, words, speech).draw)


class _Release:
    def __init__(self, terms: Terms, strokes: Sequence[Strokes], words: Lookup, speech: Speech) -> None:
        self._terms = terms
        self._strokes = tuple(strokes)
        self._words = words
        self._speech = speech

    def draw(self, paper: Paper) -> None:
        say, terms = self._words, self._terms
        masthead(paper, say("release.paper.title"), [terms.about])
        who = terms.recipient + (f", {terms.organisation}" if terms.organisation else "")
        way = say(f"release.way.{terms.direction}").format(us=terms.discloser, them=who)
        self._fact(paper, "who", way)
        parts = [say(f"release.part.{part}") for part in terms.parts]
        special = [say(f"release.label.{label}") for label in terms.labels]
        if parts or special:
            self._label(paper, "what")
            bullets(paper, [(line, BODY) for line in (*parts, *special)])
        self._fact(paper, "described", terms.described)
        self._fact(paper, "purpose", terms.purpose)
        self._fact(paper, "ends", self._end())
        paper.space(GAP * 2)
        paper.room(SECTION.line + BODY.line * 3)
        paper.text(say("release.paper.rights"), SECTION, tag="H2")
        rights = [say(f"release.right.{one}") for one in rights_of(terms)]
        bullets(paper, [(line, BODY) for line in rights])
        for number, signer in enumerate(terms.signers):
            self._sign(paper, signer, self._strokes[number] if number < len(self._strokes) else ())

    def _end(self) -> str:
        terms = self._terms
        if terms.until_on:
            return self._words("release.paper.until").format(day=self._speech.day(terms.until_on))
        if terms.until_event == WRAPAROUND_ENDS:
            return self._words("release.event.wraparound_ends")
        return terms.until_event or self._words("release.paper.no_end")

    def _label(self, paper: Paper, key: str) -> None:
        paper.space(GAP)
        paper.room(LABEL.line + BODY.line)
        paper.text(self._words(f"release.paper.{key}"), LABEL)

    def _fact(self, paper: Paper, key: str, value: str) -> None:
        if value.strip():
            self._label(paper, key)
            paper.text(value.strip(), BODY)

    def _sign(self, paper: Paper, one: Signer, strokes: Strokes) -> None:
        paper.space(GAP * 2)
        paper.room(_HIGH + STRONG.line + SMALL.line * 2)
        if strokes:
            top = paper.y
            with paper.tag("Figure", self._words("release.paper.signature").format(name=one.name)):
                for stroke in strokes:
                    if len(stroke) > 1:
                        scale = _WIDE / _UNITS
                        points = [(paper.left + x * scale, top + y * scale) for x, y in stroke]
                        paper.strokes(points, INK, 0.5)
            paper.y = top + _HIGH
        else:
            paper.text(self._words("release.paper.aloud"), GENTLE)
        paper.text(f"{one.name}, {one.role}", STRONG)
        ground = self._words(f"release.authority.{one.authority}") if one.authority else ""
        facts = (ground, one.ground, self._speech.day(self._terms.signed_on))
        paper.text(". ".join(part for part in facts if part), SMALL)
