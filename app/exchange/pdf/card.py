"""The crisis card: one page with what helps, what to do in order, and whom to call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.exchange.paper_wish import PaperWish
from app.wraparound.family_page import CrisisLine, FamilyPage

from . import notice
from .blocks import INDENT, dot, number_disc
from .ink import (
    BODY,
    GENTLE,
    LABEL,
    LEAF,
    NUMBER,
    SMALL,
    STRONG,
    TITLE,
    TOLD,
    WARM,
    WARM_TINT,
    Letters,
)  # fmt: skip
from .paper import Paper, PaperFacts, made
from .speech import Lookup, Speech, leave_line

SECTIONS: Final = (
    "early_sign", "trigger", "helps", "hurts", "proactive", "reactive", "call", "safe_place", "medical",
)  # fmt: skip
"""What stands on the card, in the order of a bad evening."""
_STEPS: Final = ("reactive", "call")
"""Sections whose order matters: their lines are numbered."""
_SIZES: Final = (
    (1.4, 1), (1.3, 1), (1.2, 1), (1.1, 1), (1.0, 1), (0.92, 1), (0.86, 1), (0.8, 1),
    (0.86, 2), (0.8, 2), (0.74, 2), (0.68, 2), (0.62, 2), (0.56, 2),
)  # fmt: skip
"""Size of the letters and number of columns, in the order in which they are tried."""
_BETWEEN: Final = 8.0
"""Millimetres between columns."""
PUBLIC_NUMBERS: Final = ("911", "988", "211")


def crisis_card(page: FamilyPage, words: Lookup, wish: PaperWish) -> tuple[bytes, int]:
    """The card by itself, and its pages: one, unless it is far too long for one at a size to be read."""
    speech = Speech(words, page.language, wish.made_on)
    foot = speech.say("crisis.foot", reader=wish.reader, day=speech.whole_day(wish.made_on))
    facts = PaperFacts(wish, page.language, speech.say("crisis.title"), foot, speech.say("page"))
    leave = leave_line(speech, wish)

    def both(sheet: Paper) -> None:
        draw(sheet, speech, page, leave)
        notice.draw(sheet, wish.notices, words)

    return made(facts, both)


def draw(paper: Paper, speech: Speech, page: FamilyPage, leave: str = "") -> None:
    """The card from the top of this page: the largest letters with which it fits on one."""
    paper.outline(speech.say("crisis.title"))
    paper.text(speech.say("crisis.title"), TITLE, tag="H1")
    paper.text(page.name, SMALL)
    if leave:
        paper.text(leave, SMALL)
    paper.y += 4
    for scale, columns in _SIZES:
        card = _Card(paper, speech, page, scale, columns)
        if card.fits():
            break
    card.draw()


@dataclass(frozen=True)
class _Block:
    """What stays together: a line, or a heading with its first line. heading: empty for a line."""

    heading: str
    section: str
    number: int
    line: CrisisLine
    height: float


class _Card:
    """The card at one size. It stands where the paper is now."""

    def __init__(self, paper: Paper, speech: Speech, page: FamilyPage, scale: float, columns: int) -> None:
        self._paper = paper
        self._speech = speech
        self._scale = scale
        self._columns = columns
        self._column = (paper.right - paper.left - _BETWEEN * (columns - 1)) / columns
        self._indent = INDENT * min(1.0, scale)
        self._top = paper.y
        self._blocks = self._made_of(page)
        self._room = paper.bottom - paper.y - self._numbers_height() - 4

    def fits(self) -> bool:
        """Whether everything stands on this page."""
        return len(self._placed()) == len(self._blocks)

    def draw(self) -> None:
        """Everything; what does not fit even at the smallest size goes on over the page."""
        paper = self._paper
        if not self._blocks:
            paper.text(self._speech.say("crisis.empty"), GENTLE)
        placed = self._placed()
        for block, (x, y) in zip(self._blocks, placed, strict=False):
            paper.y = y
            self._block(block, x)
        for block in self._blocks[len(placed) :]:
            paper.room(block.height)
            self._block(block, paper.left)
        self._numbers()

    def _placed(self) -> list[tuple[float, float]]:
        """Where each block stands, as far as there is room."""
        places: list[tuple[float, float]] = []
        column, used = 0, 0.0
        for block in self._blocks:
            if used + block.height > self._room:
                column, used = column + 1, 0.0
            if column == self._columns or block.height > self._room:
                break
            gap = 3.2 * self._scale if block.heading and used else 0.0
            x = self._paper.left + column * (self._column + _BETWEEN)
            places.append((x, self._top + used + gap))
            used += gap + block.height
            if used > self._room:
                places.pop()
                break
        return places

    def _made_of(self, page: FamilyPage) -> list[_Block]:
        blocks = []
        for name in SECTIONS:
            lines = [line for line in page.crisis if line.section == name and (line.text or line.who)]
            for number, line in enumerate(lines, start=1):
                heading = self._speech.say(f"crisis.{name}") if number == 1 else ""
                height = sum(
                    self._paper.tall(text, letters, self._column - self._indent)
                    for text, letters in self._words(line)
                )
                if heading:
                    height += self._paper.tall(heading, self._label(name), self._column)
                blocks.append(_Block(heading, name, number, line, height + 1.2 * self._scale))
        return blocks

    def _of(self, letters: Letters) -> Letters:
        return letters.times(self._scale)

    def _label(self, section: str) -> Letters:
        return self._of(LABEL).times(1.12).inked(WARM if section == "hurts" else LEAF)

    def _words(self, line: CrisisLine) -> list[tuple[str, Letters]]:
        called = " · ".join(part for part in (line.who, line.phone) if part)
        if line.section == "call" or not line.text:
            strong = (called, self._of(STRONG.times(1.15)))
            told = self._speech.told(line.text, self._of(TOLD), self._of(GENTLE))
            return [one for one in (strong, told) if one[0]]
        text, letters = self._speech.told(line.text, self._of(TOLD), self._of(GENTLE))
        return [(f"{text} ({called})" if called else text, letters)]

    def _block(self, block: _Block, x: float) -> None:
        paper = self._paper
        if block.heading:
            paper.text(block.heading, self._label(block.section), x, self._column, tag="H2")
        words = self._words(block.line)
        first = paper.y + words[0][1].line / 2
        small = min(1.0, self._scale)
        figure = NUMBER.times(0.52 * small)
        if block.section in _STEPS:
            with paper.tag("P"):
                number_disc(
                    paper,
                    x + 2.9 * small,
                    first,
                    2.7 * small,
                    block.number,
                    letters=figure,
                )
        else:
            dot(paper, x + 2.9 * small, first, WARM if block.section == "hurts" else LEAF)
        for text, letters in words:
            paper.text(text, letters, x + self._indent, self._column - self._indent)

    # -- the public numbers ----------------------------------------------------------------------

    def _number_lines(self) -> list[tuple[str, list[str]]]:
        width = self._paper.right - self._paper.left - 12 - 17 * self._scale
        return [
            (one, self._paper.cut(self._speech.say(f"crisis.{one}"), self._of(BODY), width))
            for one in PUBLIC_NUMBERS
        ]

    def _numbers_height(self) -> float:
        lines = sum(len(words) for _, words in self._number_lines())
        return lines * self._of(BODY).line + 8 * self._scale

    def _numbers(self) -> None:
        paper = self._paper
        height = self._numbers_height()
        paper.room(height)
        top = paper.bottom - height
        with paper.decoration():
            paper.box(paper.left, top, paper.right - paper.left, height, WARM_TINT, radius=6)
        paper.y = top + 4 * self._scale
        for number, lines in self._number_lines():
            with paper.tag("P"):
                paper.at(paper.left + 6, paper.y, [number], self._of(STRONG.times(1.05)))
                paper.at(paper.left + 6 + 17 * self._scale, paper.y, lines, self._of(BODY))
            paper.y += len(lines) * self._of(BODY).line
        paper.y = paper.bottom
