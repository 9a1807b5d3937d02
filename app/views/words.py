"""The kit's words: one catalogue per language, one function to look a phrase up.

Owns reading `assets/locales/<language>/<part>.mo` (gettext, compiled from the `.po` beside it by
`scripts/words.py`) and filling in values. Refuses to guess: a missing key raises, so that a test
finds it. Whole sentences are translated, never pieces. Follows design page 06, "Words".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "es")
"""The languages the interface speaks; the first is the fallback for an unknown one."""

_LOCALES = Path(__file__).resolve().parents[2] / "assets" / "locales"


class MissingWords(KeyError):
    """A phrase was asked for that the catalogue does not have."""


class _Part(GNUTranslations):
    """One compiled catalogue, whose phrases can be listed."""

    _catalog: dict[object, str]  # By key; by (key, number) for a plural form.

    def phrases(self) -> dict[str, str]:
        """Every phrase by its key; the header, under the empty key, is not one."""
        return {key: phrase for key, phrase in self._catalog.items() if isinstance(key, str) and key}


def known(language: str) -> str:
    """The language itself when the interface speaks it, otherwise the fallback."""
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All phrases of one language by dotted key.

    Every part below `assets/locales/<language>` is read, so that a screen may keep its phrases in
    a file of its own.

    Raises:
        MissingWords: nothing is compiled for this language.
    """
    flat: dict[str, str] = {}
    for file in sorted((_LOCALES / language).glob("*.mo")):
        with file.open("rb") as compiled:
            flat.update(_Part(compiled).phrases())
    if not flat:
        raise MissingWords(f"{language}: no words; scripts/words.py compiles them")
    return flat


def say(language: str, key: str, **values: object) -> str:
    """The phrase for a key in a language, with `{name}` places filled in.

    Raises:
        MissingWords: the catalogue has no such key.
    """
    spoken = known(language)
    try:
        phrase = catalogue(spoken)[key]
    except KeyError:
        raise MissingWords(f"{spoken}: {key}") from None
    return phrase.format(**values) if values else phrase
