"""A 32-byte secret as 24 printed words (BIP-39, English), and back; lists to draw words from.

Owns nothing but the translation; the eight check bits are BIP-39's. Spec: docs/crypto.md, "Words".
"""

from __future__ import annotations

from mnemonic import Mnemonic

from app.errors import WordsMissing, WordsNotValid, WordUnknown

SECRET_BYTES = 32
WORD_COUNT = 24

LISTS = {"en": "english", "es": "spanish"}
"""Languages with a list of their own for generated passphrases; English for every other."""


def to_words(secret: bytes) -> str:
    """Return 24 words for 32 bytes."""
    if len(secret) != SECRET_BYTES:
        raise WordsNotValid("secret length")
    words: str = Mnemonic("english").to_mnemonic(secret)
    return words


def from_words(words: str) -> bytes:
    """Return the 32 bytes of 24 words; case and spacing do not matter.

    Raises WordsMissing, WordUnknown (naming the place), WordsNotValid (each is a word of the list,
    and together they are not what was printed).
    """
    parts = words.lower().split()
    if len(parts) != WORD_COUNT:
        raise WordsMissing(len(parts))
    known = Mnemonic("english")
    listed = frozenset(known.wordlist)
    for number, word in enumerate(parts, start=1):
        if word not in listed:
            raise WordUnknown(number)
    try:
        return bytes(known.to_entropy(parts))
    except (ValueError, LookupError):
        raise WordsNotValid("check") from None


def word_list(language: str) -> list[str]:
    """The 2048 words from which a passphrase in a language is drawn. language: its code."""
    words: list[str] = Mnemonic(LISTS.get(language, LISTS["en"])).wordlist
    return words
