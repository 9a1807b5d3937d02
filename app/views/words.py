"""The kit's words: one catalogue per language, one function to look a phrase up.

Owns reading `assets/locales/<language>.toml` and filling in values. Refuses to guess: a missing
key raises, so that a test finds it. Whole sentences are translated, never pieces.
Follows design page 06, "Words".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "es")
"""The languages the interface speaks; the first is the fallback for an unknown one."""

_LOCALES = Path(__file__).resolve().parents[2] / "assets" / "locales"


class MissingWords(KeyError):
    """A phrase was asked for that the catalogue does not have."""


def _flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Turn nested tables into dotted keys."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat.update(_flatten(value, f"{prefix}{name}."))
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All phrases of one language by dotted key.

    Every `<language>.toml` and `<language>/<part>.toml` below `assets/locales` is read, so that
    a screen may keep its phrases in a file of its own.
    """
    files = [_LOCALES / f"{language}.toml", *sorted((_LOCALES / language).glob("*.toml"))]
    flat: dict[str, str] = {}
    for file in files:
        flat.update(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))
    return flat


def say(language: str, key: str, **values: object) -> str:
    """The phrase for a key in a language, with `{name}` places filled in.

    Raises:
        MissingWords: the catalogue has no such key.
    """
    known = language if language in LANGUAGES else LANGUAGES[0]
    try:
        phrase = catalogue(known)[key]
    except KeyError:
        raise MissingWords(f"{known}: {key}") from None
    return phrase.format(**values) if values else phrase
