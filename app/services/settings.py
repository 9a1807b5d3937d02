"""What a person chose on this tablet, sealed in its log: text size, colours, language, lock."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from app.errors import InvalidInput

from .desk import Desk

Rewrap = Callable[[str, str], Awaitable[None]]
KIND = "settings"
NAME = "tablet"
TEXT_SCALES = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
LOCK_CHOICES = (60, 120, 300, 600, 1800)
"""Seconds without a touch until the tablet locks itself."""


@dataclass(frozen=True)
class Preferences:
    """One person's choices. lock_after: seconds."""

    text_scale: float = 1.0
    dark: bool = False
    less_motion: bool = False
    language: str = "en"
    lock_after: int = 300


class Settings:
    """Preferences of this tablet; loaded once at unlock."""

    def __init__(self, desk: Desk, chosen: Preferences, rewrap: Rewrap) -> None:
        self._desk = desk
        self._rewrap = rewrap
        self.chosen = chosen

    @classmethod
    async def load(cls, desk: Desk, rewrap: Rewrap) -> Settings:
        """Read the sealed preferences; unknown ones are left alone, missing ones take defaults.

        rewrap: wraps the keyring anew, (old passphrase, new passphrase).
        """
        raw = await desk.vault.load_local(KIND, NAME)
        known = {field.name for field in fields(Preferences)}
        kept = json.loads(raw) if raw else {}
        return cls(desk, Preferences(**{k: v for k, v in kept.items() if k in known}), rewrap)

    @property
    def lock_after_seconds(self) -> float:
        """Seconds without a touch until the tablet locks itself."""
        kept = self.chosen.lock_after
        # What is kept was written by this app or by a newer one: only what is on offer counts.
        return float(kept if kept in LOCK_CHOICES else Preferences.lock_after)

    async def change_passphrase(self, old: str, new: str) -> None:
        """Only the keyring is wrapped again; nothing else changes.

        Raises WrongPassphrase (the old one), InvalidInput (the new one).
        """
        await self._rewrap(old, new)

    async def choose(self, **changes: Any) -> Preferences:
        """Change and keep some preferences. Raises InvalidInput for what is not on offer."""
        after = replace(self.chosen, **changes)
        if after.text_scale not in TEXT_SCALES or after.lock_after not in LOCK_CHOICES:
            raise InvalidInput("Choose one of the sizes on offer.", code="size_not_offered")
        if after.language not in ("en", "es"):
            raise InvalidInput("This language is not here yet.", code="language_not_here")
        await self._desk.vault.save_local(KIND, NAME, json.dumps(asdict(after)).encode())
        self.chosen = after
        return after
