"""What a passphrase must be, as the screens check it before the service does."""

from __future__ import annotations

SHORTEST = 15
FEWEST_WORDS = 5


def strong_enough(passphrase: str) -> bool:
    """At least 15 characters, or five words."""
    return len(passphrase) >= SHORTEST or len(passphrase.split()) >= FEWEST_WORDS
