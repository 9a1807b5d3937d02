"""The people around the family, drawn from those who agreed to be shown. No closeness, no rings.

Where everybody stands is decided in app/wraparound/eco_layout.py, as on the screen; here it is
drawn in millimetres. The figure carries a sentence that names everybody.
"""

from __future__ import annotations

from dataclasses import replace

from app.wraparound.eco_family import FamilyMap, draw_family, family_map
from app.wraparound.eco_layout import Drawing, Placed
from app.wraparound.family_page import FamilyPage

from .blocks import face, initials
from .ink import BODY, EDGE, LEAF, SMALL, STRONG, TOLD, WARM_INK, WARM_TINT, Ink, Letters
from .paper import Paper
from .speech import Speech

MM_PER_PIXEL = 25.4 / 96
_NAME = Letters("firm", 15 * 0.75, 1.3)
_DETAIL = Letters("plain", 14 * 0.75, 1.35, SMALL.ink)
_TALLEST = 205.0
"""Millimetres: what a page holds under its heading."""
_LEGEND = 5 + SMALL.line + 2
_KINDS = ("family", "natural", "community", "formal")


class Circle:
    """The map of a page: measured first, then drawn; a list when there are too many for a page."""

    def __init__(self, paper: Paper, page: FamilyPage) -> None:
        self._page = page
        self._shown = _map(page)
        wide, tall = (paper.right - paper.left) / MM_PER_PIXEL, _TALLEST / MM_PER_PIXEL
        found = draw_family(self._shown, wide, tallest=tall) if self._shown.around else None
        self._drawing = None if found is None or found.words == "none" else found

    @property
    def least(self) -> float:
        """What must fit under the heading, in millimetres."""
        if self._drawing is None:
            return STRONG.line + 2 * BODY.line
        return self._drawing.height * MM_PER_PIXEL + _LEGEND

    def draw(self, paper: Paper, speech: Speech) -> None:
        """The map with its legend, or the list."""
        if self._drawing is None:
            _listed(paper, speech, self._page)
        else:
            _drawn(paper, speech, self._page, self._shown, self._drawing)


def _drawn(paper: Paper, speech: Speech, page: FamilyPage, shown: FamilyMap, drawing: Drawing) -> None:
    paper.room(drawing.height * MM_PER_PIXEL + _LEGEND)
    names = ", ".join(one.name for one in shown.around)
    centre = " · ".join(name for name in (shown.centre, shown.beside) if name) or page.name
    with paper.tag("Figure", speech.say("circle_alt", name=centre, people=names)):
        _figure(paper, drawing, shown)
    paper.y += drawing.height * MM_PER_PIXEL + 5
    _legend(paper, speech, {one.kind for one in shown.around})


def _map(page: FamilyPage) -> FamilyMap:
    shown = family_map(page.circle)
    if page.language == "en":
        return shown
    # Roles carry no translation: in another language they would mix in without a word.
    return replace(shown, around=tuple(replace(one, detail="") for one in shown.around))


def _figure(paper: Paper, drawing: Drawing, shown: FamilyMap) -> None:
    left, top = paper.left, paper.y
    x, y = left + drawing.middle.x * MM_PER_PIXEL, top + drawing.middle.y * MM_PER_PIXEL
    for one in drawing.people:
        points = [(left + p.x * MM_PER_PIXEL, top + p.y * MM_PER_PIXEL) for p in one.line.points()]
        paper.strokes(points, _ink(one), one.line_width * MM_PER_PIXEL)
    radius = drawing.radius * MM_PER_PIXEL
    paper.disc(x, y, radius, WARM_TINT)
    _middle(paper, x, y, radius, shown)
    for one in drawing.people:
        _person(paper, one, left, top)


def _middle(paper: Paper, x: float, y: float, radius: float, shown: FamilyMap) -> None:
    room = 1.7 * radius
    first = TOLD.times(1.15).inked(WARM_INK)
    lines = [(line, first) for line in paper.cut(shown.centre, first, room)[:2]]
    lines += [(line, _NAME.inked(WARM_INK)) for line in paper.cut(shown.beside, _NAME, room)[:1] if line]
    top = y - sum(letters.line for _, letters in lines) / 2
    for line, letters in lines:
        paper.at(x - radius, top, [line], letters, width=2 * radius)
        top += letters.line


def _person(paper: Paper, one: Placed, left: float, top: float) -> None:
    size = one.face.width * MM_PER_PIXEL
    x, y = left + one.face.x * MM_PER_PIXEL, top + one.face.y * MM_PER_PIXEL
    face(paper, x + size / 2, y + size / 2, size, one.who.kind)
    letters = STRONG
    paper.at(x, y + size / 2 - letters.line / 2, [initials(one.who.name)], letters, width=size)
    if one.label is None:
        return
    width = one.label.width * MM_PER_PIXEL
    lx, ly = left + one.label.x * MM_PER_PIXEL, top + one.label.y * MM_PER_PIXEL
    name = paper.cut(one.who.name, _NAME, width + 1)
    paper.at(lx, ly, name, _NAME, width=width)
    if one.who.detail:
        detail = paper.cut(one.who.detail, _DETAIL, width + 1)
        paper.at(lx, ly + len(name) * _NAME.line, detail, _DETAIL, width=width)


def _ink(one: Placed) -> Ink:
    return LEAF if one.who.natural else EDGE


def _legend(paper: Paper, speech: Speech, kinds: set[str]) -> None:
    x = paper.left
    shown = [kind for kind in _KINDS if kind in kinds]
    paper.room(SMALL.line + 2)
    with paper.tag("P"):
        for kind in shown:
            words = speech.say(f"circle_{kind}")
            face(paper, x + 2.2, paper.y + SMALL.line / 2, 4.4, kind)
            paper.at(x + 6.2, paper.y, [words], SMALL)
            x += 6.2 + paper.measure(words, SMALL) + 8
    paper.y += SMALL.line


def _listed(paper: Paper, speech: Speech, page: FamilyPage) -> None:
    for kind in _KINDS:
        people = [one for one in page.circle if one.kind == kind]
        if not people:
            continue
        paper.room(STRONG.line + 2 * BODY.line)
        paper.text(speech.say(f"circle_{kind}"), STRONG)
        for one in people:
            with paper.decoration():
                face(paper, paper.left + 2.2, paper.y + BODY.line / 2, 4.0, kind)
            paper.text(one.name, BODY, paper.left + 7)
        paper.space(3)
