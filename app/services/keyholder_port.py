"""What a tablet needs of whoever holds its home; bootstrap provides the real one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from app.store.unsent import Unsent
from app.store.wiping import Removed

if TYPE_CHECKING:
    from .entry import Protection
    from .open_tablet import OpenTablet


class Keyholder(Protocol):
    """What bootstrap provides: how this home is opened and first made."""

    def exists(self) -> bool:
        """True when this home has a keyring."""

    async def unlock(
        self, passphrase: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home. Raises WrongPassphrase, StoreError…"""

    async def recover(
        self, words: str, passphrase: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home with the recovery kit's words and set a new passphrase."""

    async def unlock_by_person(
        self, reason: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home by finger or face; reason: words for the system's prompt."""

    async def protection(self) -> Protection:
        """What protects this tablet besides the passphrase."""

    def suggest_passphrase(self, language: str) -> str:
        """Five words to take as a passphrase."""

    def retry_after_seconds(self) -> float:
        """Seconds until the next try is taken."""

    def removed(self) -> Removed | None:
        """Why this tablet was taken out of its agency; None if it was not."""

    async def wipe(self, lost: bool) -> None:
        """Destroy keys and files of the closed home."""

    def begin_anew(self) -> None:
        """After a wipe: the next thing is first run."""

    def unsent(self) -> Unsent | None:
        """What the closed home has that was never sent; None when that cannot be read."""

    def start_over(self) -> None:
        """Put the closed home aside; the next thing is first run."""

    def can_bring_back(self) -> bool:
        """Whether a home was put aside and none has taken its place."""

    def bring_back(self) -> None:
        """Take the home that was put aside last."""
