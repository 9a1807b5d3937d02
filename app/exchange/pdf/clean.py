"""Text as it can be printed: no control signs, and in the order in which it is seen. Pure."""

from __future__ import annotations

import unicodedata

from fpdf.bidi import BidiParagraph, auto_detect_base_direction


def clean(text: str) -> str:
    """Text that can be printed: composed accents, no control signs, no half letters.

    The joiners of emoji go, as letters here are not shaped: each part is drawn by itself.
    """
    composed = unicodedata.normalize("NFC", text).replace("\t", " ").replace("\r\n", "\n")
    return "".join(
        sign
        for sign in composed
        if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Mn")
        or (unicodedata.category(sign) == "Mn" and sign not in "\ufe0e\ufe0f\u20e3")
    )  # fmt: skip


def as_seen(line: str) -> str:
    """A line in the order in which it is seen: right-to-left letters come from right to left."""
    if not any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in line):
        return line
    return BidiParagraph(line, base_direction=auto_detect_base_direction(line)).get_reordered_string()
