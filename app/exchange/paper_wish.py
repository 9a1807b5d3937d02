"""Which paper is wanted: plain values. Importing this does not load what draws it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Literal

from app.wraparound.vocabulary import PAPER_PARTS

PaperSize = Literal["a4", "letter"]
PAPERS: Final[dict[str, tuple[float, float]]] = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
"""Width and height in millimetres."""

PARTS: Final = PAPER_PARTS
"""What a copy may hold, in the order in which it is read."""


@dataclass(frozen=True)
class PaperWish:
    """How a paper is made. paper: a key of PAPERS. reader: for whom, as printed.

    fonts: the folder with the font files. password: empty for none. until: ISO day on which the
    family's leave ends, for a reader outside the team; empty for the others. notices: what the law
    wants told with it, one paragraph each, on the last page.
    """

    paper: PaperSize
    reader: str
    made_on: date
    fonts: Path
    password: str = field(default="", repr=False)
    until: str = ""
    notices: tuple[str, ...] = ()
