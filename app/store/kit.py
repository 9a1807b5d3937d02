"""The recovery kit's copy of the keyring in an open vault: replaced in one transaction.

Spec: docs/crypto.md, "Recovery kit".
"""

from __future__ import annotations

from app.crypto.keyring import wrap_keyring_for_kit

from .log_shelves import KIT
from .vault import Vault


async def renew_kit(vault: Vault, kit: bytes) -> None:
    """Wrap the keyring for another kit (32 bytes); the old one opens this home no more.

    Raises DiskFull, StoreFailed; then the old one still does.
    """

    def work() -> None:
        core = vault._core
        blob = wrap_keyring_for_kit(core.keyring, kit, core.random)
        with core.log.writing():
            core.log.local.put(KIT, b"", blob)

    await vault._run(work)
