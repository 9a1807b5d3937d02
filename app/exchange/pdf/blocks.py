"""Pieces that several papers share: headings that repeat, panels, tick boxes, faces, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .ink import (
    BODY,
    EDGE,
    HAIR,
    LABEL,
    LEAF,
    LEAF_TINT,
    NUMBER,
    PAPER,
    QUIET,
    SECTION,
    SMALL,
    TITLE,
    WARM,
    WARM_TINT,
    Ink,
    Letters,
)  # fmt: skip
from .paper import TOP, Paper

GAP = 3.0
"""Between a label and what it names, and between lines of a list."""
INDENT = 9.0


def brand(paper: Paper, x: float, y: float) -> None:
    """The table seen from above, with four seats; one of them is green."""
    with paper.decoration():
        paper.disc(x + 6, y + 6, 4.1, WARM)
        for across, down, ink in ((1.3, 1.3, WARM), (10.7, 1.3, LEAF), (1.3, 10.7, WARM), (10.7, 10.7, WARM)):
            paper.disc(x + across, y + down, 1.3, ink)


def masthead(paper: Paper, title: str, lines: Sequence[str]) -> None:
    """The head of a document: mark, title, and soft lines under it."""
    brand(paper, paper.left, paper.y)
    x = paper.left + 17
    paper.outline(title)
    paper.text(title, TITLE, x, tag="H1")
    for line in lines:
        paper.text(line, SMALL.times(1.1), x)
    paper.y = max(paper.y, TOP + 13) + 6


def section(paper: Paper, title: str, least: float, again: str) -> None:
    """A heading with room for what follows it; again: what stands over the rest on a next page.

    least: height of the first piece under it, in millimetres.
    """
    paper.on_new_page = lambda: None
    paper.space(8)
    paper.room(SECTION.line + GAP + least)
    paper.outline(title)
    paper.text(title, SECTION, tag="H2")
    paper.y += GAP * 0.6

    def repeat() -> None:
        with paper.decoration():
            paper.at(paper.left, paper.y, [again], SMALL)
        paper.y += SMALL.line + GAP

    paper.on_new_page = repeat


def panel(
    paper: Paper, label: str, text: str, letters: Letters, *,
    tint: Ink = WARM_TINT, label_ink: Ink = WARM, after: str = "",
) -> None:  # fmt: skip
    """A tinted box with one thing that must stand out. A text too long for a page flows without a box."""
    pad, width = 6.0, paper.right - paper.left
    lines = paper.cut(text, letters, width - 2 * pad)
    rest = paper.cut(after, BODY, width - 2 * pad) if after else []
    height = 2 * pad + LABEL.line + 1.2 + len(lines) * letters.line + len(rest) * BODY.line
    if height > paper.bottom - 40:
        paper.text(label, LABEL.inked(label_ink))
        paper.write(lines, letters, paper.left)
        paper.write(rest, BODY, paper.left)
        return
    paper.room(height)
    top = paper.y
    with paper.decoration():
        paper.box(paper.left, top, width, height, tint, radius=6)
    paper.y = top + pad
    paper.text(label, LABEL.inked(label_ink), paper.left + pad)
    paper.y += 1.2
    paper.write(lines, letters, paper.left + pad)
    paper.write(rest, BODY, paper.left + pad)
    paper.y = top + height


def tickbox(paper: Paper, x: float, y: float, done: bool) -> None:
    """A box to tick: ticked on a dark ground when done."""
    side = 4.6
    with paper.decoration():
        paper.box(x, y, side, side, LEAF if done else PAPER, radius=1.2, edge=LEAF if done else EDGE)
        if done:
            points = [(x + 1.0, y + 2.4), (x + 2.0, y + 3.4), (x + 3.7, y + 1.3)]
            paper.strokes(points, PAPER, 0.6)


def dot(paper: Paper, x: float, y: float, ink: Ink = LEAF) -> None:
    """The sign before a line of a list."""
    with paper.decoration():
        paper.disc(x, y, 0.9, ink)


def bullets(paper: Paper, lines: Sequence[tuple[str, Letters]], ink: Ink = LEAF) -> None:
    """A list."""
    for text, letters in lines:
        paper.room(letters.line * min(2, len(paper.cut(text, letters, paper.right - paper.left - INDENT))))
        dot(paper, paper.left + 2, paper.y + letters.line / 2, ink)
        paper.text(text, letters, paper.left + INDENT * 0.8)
        paper.space(1.2)


def number_disc(
    paper: Paper, x: float, y: float, radius: float, number: int, *, letters: Letters = NUMBER
) -> None:
    """A number, white in a dark disc. x, y: its middle. Draw inside a tag."""
    paper.disc(x, y, radius, LEAF)
    paper.at(x - radius, y - letters.line / 2, [str(number)], letters, width=2 * radius)


def face(paper: Paper, x: float, y: float, size: float, kind: str) -> None:
    """The shape of a person: circle for family, leaf for natural supports, rounded square for others.

    x, y: its middle. The shape carries the kind, the tint only repeats it.
    """
    half = size / 2
    if kind == "family":
        paper.disc(x, y, half, WARM_TINT, WARM)
    elif kind == "natural":
        turns = [math.pi * (step / 24) for step in range(37)]  # Three quarters, from the right downwards.
        around = [(x + half * math.cos(turn), y + half * math.sin(turn)) for turn in turns]
        paper.shape([*around, (x + half, y - half)], LEAF_TINT, LEAF)
    else:
        paper.box(x - half, y - half, size, size, QUIET, radius=half * 0.4, edge=EDGE)


def rule(paper: Paper) -> None:
    """A hairline across the page."""
    paper.line((paper.left, paper.y), (paper.right, paper.y), HAIR, 0.25)


def initials(name: str) -> str:
    """Up to two first letters."""
    parts = [part for part in name.split() if part[:1].isalnum()]
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()
