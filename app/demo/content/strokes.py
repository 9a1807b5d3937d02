"""A name drawn by a finger: strokes as shares of a 1000 by 400 box. No letters, only a hand's swing."""

from __future__ import annotations

from math import cos, pi, sin
from random import Random

Stroke = list[list[int]]

_POINTS_A_LETTER = 7
_LEFT, _RIGHT = 90, 900
_TOP, _BOTTOM = 20, 380


def signature(name: str, rng: Random) -> list[Stroke]:
    """The mark of a name: a first sweep, a running line with a loop for each letter, often a last one."""
    letters = max(3, min(9, len(name.split()[0])))
    slant, high, wide = rng.uniform(0.1, 0.5), rng.uniform(55, 95), rng.uniform(9, 20)
    base = rng.randint(215, 255)
    step = (_RIGHT - _LEFT) / (letters + 1)
    first = [
        _point(
            _LEFT + 70 * (1 - cos(turn)) + slant * 40 * sin(turn),
            base - 150 * sin(turn * 0.8) + rng.gauss(0, 2),
        )
        for turn in (pi * index / 8 for index in range(10))
    ]
    line = []
    for index in range(letters * _POINTS_A_LETTER):
        share = index / _POINTS_A_LETTER
        turn = 2 * pi * share
        size = high * (0.35 if int(share) % 3 else 0.8) * (1 - 0.45 * share / letters)
        across = _LEFT + 60 + step * share + wide * sin(turn) + slant * size * cos(turn)
        line.append(_point(across, base - size * (1 - cos(turn)) / 2 + rng.gauss(0, 2.5)))
    strokes = [first, line]
    if rng.random() < 0.5:
        start, drop = rng.randint(120, 300), rng.randint(50, 85)
        strokes.append(
            [
                _point(start + 55 * index, base + drop - 18 * sin(pi * index / 9) + rng.gauss(0, 1.5))
                for index in range(10)
            ]
        )
    return strokes


def _point(across: float, down: float) -> list[int]:
    return [round(min(max(across, 10), 990)), round(min(max(down, _TOP), _BOTTOM))]
