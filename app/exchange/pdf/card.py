"""The crisis card: one page with what helps, what to do in order, and whom to call."""

from __future__ import annotations

from typing import Final

from app.wraparound.family_page import CrisisLine, FamilyPage

from .blocks import INDENT, dot, number_disc
from .ink import (
    BODY,
    GENTLE,
    LABEL,
    LEAF,
    LEAF_TINT,
    NUMBER,
    SMALL,
    STRONG,
    TITLE,
    TOLD,
    WARM,
    WARM_TINT,
    Letters,
)  # fmt: skip
from .paper import TOP, Paper, PaperFacts, PaperWish, made
from .speech import Lookup, Speech, leave_line

SECTIONS: Final = (
    "early_sign", "trigger", "helps", "hurts", "proactive", "reactive", "call", "safe_place", "medical",
)  # fmt: skip
"""What stands on the card, in the order of a bad evening."""
_STEPS: Final = ("reactive", "call")
"""Sections whose order matters: their lines are numbered."""
_SCALES: Final = (1.4, 1.32, 1.24, 1.15, 1.05, 1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58)
PUBLIC_NUMBERS: Final = ("911", "988", "211")


def crisis_card(page: FamilyPage, words: Lookup, wish: PaperWish) -> tuple[bytes, int]:
    """The card by itself, and its pages: one, unless it is far too long for one at a size to be read."""
    speech = Speech(words, page.language, wish.made_on)
    foot = speech.say("crisis.foot", reader=wish.reader, day=speech.whole_day(wish.made_on))
    facts = PaperFacts(wish, page.language, speech.say("crisis.title"), foot, speech.say("page"))
    leave = leave_line(speech, wish)
    return made(facts, lambda sheet: draw(sheet, speech, page, leave))


def draw(paper: Paper, speech: Speech, page: FamilyPage, leave: str = "") -> None:
    """The card from the top of this page: the largest letters with which it fits on one."""
    if leave:
        paper.text(leave, SMALL)
    card = _Card(paper, speech, page)
    room = paper.bottom - paper.y
    for scale in _SCALES:
        card.scale = scale
        if card.height() <= room:
            break
    card.draw()


class _Card:
    def __init__(self, paper: Paper, speech: Speech, page: FamilyPage) -> None:
        self._paper = paper
        self._speech = speech
        self._page = page
        self._by_section = {
            name: [line for line in page.crisis if line.section == name and (line.text or line.who)]
            for name in SECTIONS
        }
        self.scale = 1.0

    def height(self) -> float:
        """How high it will be, in millimetres."""
        paper = self._paper
        total = self._title().line + SMALL.line + 4
        for name, lines in self._by_section.items():
            if lines:
                total += self._of(LABEL).line + 4 * self.scale
                total += sum(self._line_height(name, line) for line in lines)
        if not self._page.crisis:
            total += GENTLE.line
        return total + self._numbers_height() + (paper.y - TOP)

    def draw(self) -> None:
        """Everything."""
        paper, speech = self._paper, self._speech
        paper.outline(speech.say("crisis.title"))
        paper.text(speech.say("crisis.title"), self._title(), tag="H1")
        paper.text(self._page.name, SMALL)
        paper.y += 4
        if not self._page.crisis:
            paper.text(speech.say("crisis.empty"), GENTLE)
        for name, lines in self._by_section.items():
            if not lines:
                continue
            label = self._of(LABEL).times(1.12).inked(WARM if name == "hurts" else LEAF)
            paper.room(label.line + self._line_height(name, lines[0]))
            paper.text(speech.say(f"crisis.{name}"), label, tag="H2")
            for number, line in enumerate(lines, start=1):
                self._line(name, number, line)
            paper.y += 3 * self.scale
        self._numbers()

    def _title(self) -> Letters:
        return TITLE.times(min(1.0, self.scale))

    def _of(self, letters: Letters) -> Letters:
        return letters.times(self.scale)

    @property
    def _width(self) -> float:
        return self._paper.right - self._paper.left - INDENT

    def _words(self, line: CrisisLine) -> list[tuple[str, Letters]]:
        parts = []
        if line.text:
            text, letters = self._speech.told(line.text, self._of(TOLD), self._of(GENTLE))
            parts.append((text, letters))
        called = " · ".join(part for part in (line.who, line.phone) if part)
        if called:
            parts.append((called, self._of(STRONG if line.section != "call" else STRONG.times(1.15))))
        return parts[::-1] if line.section == "call" else parts

    def _line_height(self, name: str, line: CrisisLine) -> float:
        return sum(self._paper.tall(text, letters, self._width) for text, letters in self._words(line)) + (
            1.2 * self.scale
        )

    def _line(self, name: str, number: int, line: CrisisLine) -> None:
        paper = self._paper
        words = self._words(line)
        paper.room(self._line_height(name, line))
        first = words[0][1].line / 2
        if name in _STEPS:
            with paper.tag("P"):
                number_disc(paper, paper.left + 2.9, paper.y + first, 2.7 * min(1, self.scale), number,
                            letters=NUMBER.times(0.52 * min(1, self.scale)))  # fmt: skip
        else:
            dot(paper, paper.left + 2.9, paper.y + first, WARM if name == "hurts" else LEAF)
        for text, letters in words:
            paper.text(text, letters, paper.left + INDENT, self._width)
        paper.y += 1.2 * self.scale

    def _numbers_height(self) -> float:
        each = self._of(BODY)
        width = self._paper.right - self._paper.left - 12 - 17 * self.scale
        lines = sum(
            len(self._paper.cut(self._speech.say(f"crisis.{one}"), each, width)) for one in PUBLIC_NUMBERS
        )
        return lines * each.line + 10 * self.scale + 4

    def _numbers(self) -> None:
        paper = self._paper
        height = self._numbers_height() - 4
        paper.room(height)
        top = max(paper.y, paper.bottom - height)
        with paper.decoration():
            paper.box(paper.left, top, paper.right - paper.left, height, WARM_TINT, radius=6)
        paper.y = top + 5 * self.scale
        number = 17 * self.scale
        for one in PUBLIC_NUMBERS:
            lines = paper.cut(
                self._speech.say(f"crisis.{one}"), self._of(BODY), paper.right - paper.left - 12 - number
            )
            with paper.tag("P"):
                paper.at(paper.left + 6, paper.y, [one], self._of(STRONG.times(1.05)))
                paper.at(paper.left + 6 + number, paper.y, lines, self._of(BODY))
            paper.y += len(lines) * self._of(BODY).line
        paper.y = top + height


__all__ = ["LEAF_TINT", "SECTIONS", "crisis_card", "draw"]
