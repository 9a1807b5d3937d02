"""Parsing at the edge: what a person typed becomes a clean value, or a refusal in plain words.

Nothing is cut or changed silently. Text is kept exactly as typed, NUL, emoji and
right-to-left letters included; only what cannot be stored at all is refused.
"""

from __future__ import annotations

from datetime import date

from app.errors import InvalidInput

NOTE_BYTES = 100_000
"""UTF-8 bytes of one note: about 30 pages. Signed at once it travels twice in one envelope (as
text and inside the signature) and still fits 256 KiB if nothing in it can be compressed."""
LINE_BYTES = 2_000
PARAGRAPH_BYTES = 20_000


def text(
    value: str,
    field: str,
    *,
    limit: int = LINE_BYTES,
    required: str = "",
    blank: str = "blank",
) -> str:
    """The text as typed. limit: UTF-8 bytes. required: the words when it is blank, `blank` its code.

    Raises InvalidInput naming `field` when it is blank but required, too long, or holds
    half a character (a lone surrogate), which no file could hold.
    """
    try:
        size = len(value.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise InvalidInput(
            "One character here is broken and cannot be saved. Your words are still here: "
            "delete the odd character, often a torn emoji, and save again.",
            field=field,
            code="broken_character",
        ) from error
    if required and not value.strip():
        raise InvalidInput(required, field=field, code=blank)
    if size > limit:
        raise InvalidInput(
            f"This is too long for one piece: {size // 1000} of {limit // 1000} thousand letters. "
            "Your words are still here. Split them in two.",
            field=field,
            code="too_long",
            values={"size": size // 1000, "limit": limit // 1000},
        )
    return value


def day(value: str, field: str) -> str:
    """An ISO day or nothing. Raises InvalidInput for anything else."""
    if not value:
        return ""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise InvalidInput("That is not a day of the calendar.", field=field, code="bad_day") from error


def choice(value: str, allowed: tuple[str, ...], field: str) -> str:
    """One of the codes on offer. Raises InvalidInput for anything else."""
    if value not in allowed:
        raise InvalidInput("Choose one of the answers on offer.", field=field, code="bad_choice")
    return value
