"""What protects this tablet besides the passphrase, for Settings; and who tried in vain.

Owns no key: each act asks for the passphrase anew.
"""

from __future__ import annotations

from .entry import Entry, Protection


class Access:
    """The ways into this tablet while it is open."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._told = False

    @property
    def failed_tries(self) -> int:
        """How many wrong passphrases and kits were tried since somebody got in before this time."""
        return self._entry.failed

    def tell_once(self) -> int:
        """`failed_tries` the first time it is asked, then 0: it is said once."""
        told, self._told = self._told, True
        return 0 if told else self.failed_tries

    async def protection(self) -> Protection:
        """What protects this tablet besides the passphrase, and whether finger or face open it."""
        return await self._entry.protection()

    async def turn_on(self, passphrase: str) -> None:
        """Let finger or face open this tablet. Raises WrongPassphrase, SecretsUnavailable."""
        await self._entry.turn_on(passphrase)

    async def turn_off(self) -> None:
        """The passphrase alone opens this tablet. Raises StoreError."""
        await self._entry.turn_off()
