"""The home directory and its keys: how a tablet is opened, first made, and got back into.

Owns the way from a passphrase to an open tablet. The heavy derivation runs off the event loop. What
only an open tablet needs is imported where it is used: Unlock stands there before it.
Spec: docs/crypto.md, "Keyring"; docs/protocol.md, "Local files".
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from app.crypto.keyring import Keyring, wrap_keyring_for_kit
from app.errors import AppError, StoreError
from app.protocol.ids import PersonId
from app.protocol.membership import Role
from app.store.keyfile import has_keyring, write_first
from app.store.lockfile import HomeLock, take_home
from app.store.wiping import finish_moves, removed

from .entry import Entry, Protection
from .leaving import Leaving
from .surroundings import Surroundings

if TYPE_CHECKING:
    from sqlmodel import Session

    from app.store.vault import Vault
    from app.wraparound.records import StaffMember

    from .desk import Me
    from .open_tablet import OpenTablet

log = logging.getLogger(__name__)

SERVER_KIND, SERVER_NAME = "tablet", "server"


class HomeKeyholder(Leaving):
    """One home directory, held by this process from its making until `release`."""

    def __init__(self, home: Path, around: Surroundings, held: HomeLock | None = None) -> None:
        """held: the home's lock, where it was taken before. Raises HomeInUse when another process has it."""
        self.home = home
        self.around = around
        self._process_lock = held or take_home(home)
        finish_moves(home)
        self.entry = Entry(home, around)

    def release(self) -> None:
        """Let another process have the home."""
        self._process_lock.release()

    def exists(self) -> bool:
        """True when this home has been set up."""
        return removed(self.home) is None and has_keyring(self.home, self.around.random)

    @property
    def last_failed_tries(self) -> int:
        """How many wrong passphrases and kits were tried since somebody last got in; for the audit."""
        return self.entry.failed

    # -- getting in -----------------------------------------------------------------------

    def retry_after_seconds(self) -> float:
        """Seconds until the next try is taken; 0 when it may be made now."""
        return self.entry.retry_after_seconds()

    async def unlock(self, passphrase: str, progress: Callable[[int, int], None]) -> OpenTablet:
        """Open the home with its passphrase.

        Raises WrongPassphrase (after five, each try waits longer), DeviceSecretLost, StoreError.
        """
        keyring = await self.entry.by_passphrase(passphrase)
        opened = await self._open(keyring, progress)
        try:
            if await self.entry.lacks_secret():
                await opened.desk.vault.save_keyring(await self.entry.wrap(keyring, passphrase))
            await self.entry.passphrase_given(keyring)
        except AppError as error:
            log.warning("not renewed: %s", error.code)  # as it was; the next unlock tries again
        return opened

    def suggest_passphrase(self, language: str) -> str:
        """Five random words (55 bits), easy to type on glass. language: the person's, as a code."""
        from .passphrases import suggest_passphrase

        return suggest_passphrase(self.around.random, language)

    async def protection(self) -> Protection:
        """What protects this tablet besides the passphrase, and whether finger or face open it."""
        return await self.entry.protection()

    async def unlock_by_person(
        self, reason: str, progress: Callable[[int, int], None]
    ) -> OpenTablet:
        """Open the home by finger or face. reason: a sentence for the system's prompt.

        Raises PassphraseDue, PersonNotConfirmed, PersonAskedOtherwise, SecretsUnavailable.
        """
        return await self._open(await self.entry.by_person(reason), progress)

    async def recover(self, words: str, passphrase: str, progress: Callable[[int, int], None]) -> OpenTablet:
        """Open the home with its recovery kit and give it a new passphrase.

        words: the kit's 24. Raises WordsNotValid, WrongPassphrase (another kit's words).
        """
        await self._whole()
        from .passphrases import check_passphrase
        from .recovery import kit_of, kit_used

        kit = kit_of(words)
        await asyncio.to_thread(check_passphrase, passphrase)
        keyring = await self.entry.by_kit(kit)
        opened = await self._open(keyring, progress)
        try:
            await opened.desk.vault.save_keyring(await self.entry.wrap(keyring, passphrase))
            await self.entry.turn_off()
            await kit_used(opened.desk.vault, self.around.time.now_ms())
            await opened.audit.note("kit.used")
        except BaseException:
            await opened.close()
            raise
        return opened

    async def try_kit(self, kit: bytes) -> None:
        """Return only for this home's recovery kit; changes nothing. Counts as a try.

        Raises WrongPassphrase, InvalidInput (asked too fast).
        """
        await self.entry.by_kit(kit)

    async def change_passphrase(self, vault: Vault, old: str, new: str) -> None:
        """Wrap the same keyring under a new passphrase. Raises WrongPassphrase, InvalidInput."""
        from .passphrases import check_passphrase, names_here

        await asyncio.to_thread(check_passphrase, new, await names_here(vault))
        keyring = await self.entry.by_passphrase(old)
        await vault.save_keyring(await self.entry.wrap(keyring, new))
        await self.entry.passphrase_given(keyring)

    async def confirm_passphrase(self, passphrase: str) -> None:
        """Return only for this home's passphrase; changes nothing.

        Raises WrongPassphrase, InvalidInput (asked too fast: these tries are counted as at unlock).
        """
        await self.entry.by_passphrase(passphrase)

    # -- making ---------------------------------------------------------------------------

    async def make_home(
        self, keyring: Keyring, passphrase: str, kit: bytes, fill: Callable[[Vault], Awaitable[None]]
    ) -> Vault:
        """Make a home: open its vault, `fill` it, and only then keep the keyring.

        Without a keyring a home does not exist, so whatever interrupts this is begun again from
        the start. The keyring is kept under the passphrase and under its recovery kit. Returns the
        open vault. Raises StoreError, and what `fill` raises; then nothing is left open.
        """
        if self.exists():
            raise StoreError("home is set up already")
        self.forget_home()
        wrapped = await self.entry.wrap(keyring, passphrase)
        random = self.around.random
        vault = await self.open_vault(keyring)
        try:
            await fill(vault)
            write_first(self.home, wrapped, wrap_keyring_for_kit(keyring, kit, random), random)
        except BaseException:
            await vault.close()
            self.forget_home()
            raise
        return vault

    def forget_home(self) -> None:
        """Remove a home whose keys were never certified, so that first run can start again."""
        for path in self.home.iterdir():
            if path.name.startswith(("log.sqlite", "image.bin")):
                path.unlink(missing_ok=True)

    async def open_vault(
        self, keyring: Keyring, progress: Callable[[int, int], None] | None = None
    ) -> Vault:
        """The vault of this home."""
        await self._whole()
        from app.store.vault import Vault

        return await Vault.open(
            self.home, keyring, self.around.time.now_ms, self.around.random, progress
        )

    async def _whole(self) -> None:
        """Wait, off the loop, until all that an open tablet needs has been imported."""
        await asyncio.to_thread(import_module, "app.services.assembling")

    async def _open(self, keyring: Keyring, progress: Callable[[int, int], None]) -> OpenTablet:
        vault = await self.open_vault(keyring, progress)
        from .arrival import finish_arriving

        try:
            await finish_arriving(self.around, vault, keyring)
        except BaseException:
            await vault.close()
            raise
        opened = await self.assemble(vault, keyring)
        self.entry.got_in()
        if self.last_failed_tries and vault.has_agency:
            await opened.audit.note("unlock.failed", count=self.last_failed_tries)
        return opened

    async def assemble(self, vault: Vault, keyring: Keyring) -> OpenTablet:
        """All services over an open vault, and the engine started."""
        from .arrival import first_round
        from .assembling import Base, assembled
        from .desk import Desk
        from .settings import Settings
        from .syncing import Syncing

        around = self.around
        try:
            raw = await vault.load_local(SERVER_KIND, SERVER_NAME)
            # What this start was told wins: an agency's server may move.
            server_url = around.default_server or (json.loads(raw)["url"] if raw else "")
            wire = around.wire(server_url) if server_url else None
            desk = Desk(
                vault,
                around.time.now_ms,
                lambda: around.random(16).hex(),
                await self._me(vault, keyring),
            )
            engine = around.engine(vault, wire) if wire is not None else None
            if engine is not None and not desk.me.name:
                await first_round(engine)
                desk = replace(desk, me=await self._me(vault, keyring))
            syncing = Syncing(desk, engine, server_url)
            settings = await Settings.load(
                desk, lambda old, new: self.change_passphrase(vault, old, new)
            )
        except BaseException:
            await vault.close()
            raise

        return assembled(
            Base(
                self.home, around, vault, desk, syncing, wire, server_url, settings, self.entry,
                self.confirm_passphrase, self.try_kit,
            )
        )  # fmt: skip

    async def _me(self, vault: Vault, keyring: Keyring) -> Me:
        from app.wraparound.records import StaffMember

        from .desk import Me

        person = keyring.person.hex()

        def find(session: Session) -> StaffMember | None:
            return session.get(StaffMember, person)

        row = await vault.read(find)
        roles: tuple[Role, ...] = ()
        if vault.has_agency:
            roles = vault.agency.roles_at(PersonId(keyring.person), vault.agency.index)
        return Me(
            person,
            keyring.device.hex(),
            row.name if row else "",
            row.title if row else "",
            tuple(str(role) for role in roles),
        )
