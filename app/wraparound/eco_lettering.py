"""How much room words take on the eco-map, without drawing them: pure arithmetic.

Widths are those of the semi-bold text face, rounded up, so that a label is never wider than its
place whatever draws it. Used by the geometry of the eco-map on the screen and on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

NAME_SIZE, NAME_LINE = 15.0, 1.3
DETAIL_SIZE, DETAIL_LINE = 14.0, 1.35
"""Sizes in logical pixels at 100 % and their line heights: the type tokens chip and cap."""

_EM = {
    **dict.fromkeys(" '|!(),.:;[]`fijl", 0.33),
    **dict.fromkeys("\"-/1I\\_rt{}", 0.44),
    **dict.fromkeys("*7?JLacksvxyz~", 0.55),
    **dict.fromkeys("$+2345689<=>BEFPRSTVYZ^bdeghnopqu", 0.64),
    **dict.fromkeys("#&0ACDGHKNOQUXw", 0.74),
    **dict.fromkeys("@MmW%", 0.97),
}
_ACCENTED, _OTHER_SCRIPT = 0.7, 1.05
_LATIN_ENDS = 0x250


@dataclass(frozen=True)
class Lettering:
    """The room of a label in logical pixels at 100 %: its widest line, and all its lines."""

    width: float
    height: float


def lettering(name: str, detail: str, widest: float) -> Lettering:
    """The room that a name with a line of detail below takes, wrapped at `widest`."""
    name_lines = _wrapped(name, NAME_SIZE, widest)
    detail_lines = _wrapped(detail, DETAIL_SIZE, widest) if detail else []
    return Lettering(
        max([*name_lines, *detail_lines]),
        len(name_lines) * NAME_SIZE * NAME_LINE + len(detail_lines) * DETAIL_SIZE * DETAIL_LINE,
    )


def width_of(words: str, size: float) -> float:
    """The width of one unbroken line at a size in logical pixels."""
    return size * sum(_em(sign) for sign in words)


def _em(sign: str) -> float:
    known = _EM.get(sign)
    if known is not None:
        return known
    return _ACCENTED if ord(sign) < _LATIN_ENDS else _OTHER_SCRIPT


def _wrapped(words: str, size: float, widest: float) -> list[float]:
    """Widths of the lines; a word wider than a line is broken where it ends."""
    space = width_of(" ", size)
    lines = [0.0]
    for word in words.split() or [""]:
        width = width_of(word, size)
        if lines[-1] and lines[-1] + space + width <= widest:
            lines[-1] += space + width
            continue
        if lines[-1]:
            lines.append(0.0)
        while width > widest:
            lines[-1] = widest
            lines.append(0.0)
            width -= widest
        lines[-1] = width
    return lines
