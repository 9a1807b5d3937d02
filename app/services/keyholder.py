"""The home directory and its keys: how a tablet is opened, first made, and got back into.

Owns the way from a passphrase to an open tablet. The heavy derivation runs off the event loop.
Spec: docs/crypto.md, "Keyring"; docs/protocol.md, "Local files".
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from sqlmodel import Session

from app.crypto.kdf import FLOOR, KdfParams
from app.crypto.keyring import (
    Keyring,
    keyring_params,
    unwrap_keyring,
    unwrap_keyring_with_kit,
    wrap_keyring,
    wrap_keyring_for_kit,
)
from app.crypto.primitives import Random
from app.crypto.words import from_words
from app.errors import AppError, InvalidInput, StoreError, WrongPassphrase
from app.protocol.ids import PersonId
from app.protocol.membership import Role
from app.store.keyfile import has_keyring, read_keyring, read_kit, write_first
from app.store.lockfile import HomeLock
from app.store.vault import Vault
from app.store.wiping import Removed, bring_back, finish_moves, kept, put_aside, removed, unmark_removed
from app.sync.engine import SyncEngine
from app.sync.ports import StorePort, Transport
from app.wraparound.records import StaffMember

from .arrival import EnrolmentWire, finish_arriving, first_round
from .audience import Audiences
from .audit import Audit
from .casebook import Casebook
from .conflicts import Conflicts
from .contacts import Contacts
from .coordinators import Coordinators
from .crisis import CrisisPlans
from .desk import Desk, Me
from .device_port import DeviceSecrets, NoSecrets
from .enrolment import Enrolment
from .family_details import FamilyDetails
from .family_page import FamilyPages
from .handing import Handing
from .keeping import Keeping
from .labels import Labels
from .language import Translations
from .leaving import Between, nothing, wipe_home
from .meetings import Meetings
from .notes import Notes
from .opening import Opening
from .phases import Phases
from .plan import Plan
from .recovery import Recovery
from .removal import Removal
from .settings import Settings
from .sharing import Sharing
from .staff import Staff
from .supports import Supports
from .syncing import Syncing
from .table import FamilyTable
from .tablet import OpenTablet, Time
from .transition import Transition
from .versions import Versions

log = logging.getLogger(__name__)

SERVER_KIND, SERVER_NAME = "tablet", "server"
FREE_TRIES = 5
LONGEST_WAIT_SECONDS = 60.0


class Wire(EnrolmentWire, Transport, Protocol):
    """The whole wire to one server."""


@dataclass(frozen=True)
class Surroundings:
    """What a tablet has around it; bootstrap gives the real ones, tests give others.

    kdf_params: cost of a new passphrase on this machine. wire: opens a wire to a server's URL.
    engine: joins a store and a wire. default_server: the address this start was told, or "": it is
    proposed by first run and wins over the one kept in the home. secrets: what the system keeps.
    """

    time: Time
    random: Random
    kdf_params: Callable[[], KdfParams]
    wire: Callable[[str], Wire]
    engine: Callable[[StorePort, Wire], SyncEngine]
    default_server: str = ""
    kdf_floor: KdfParams = FLOOR
    secrets: DeviceSecrets = field(default_factory=NoSecrets)


class HomeKeyholder:
    """One home directory, held by this process from its making until `release`."""

    def __init__(self, home: Path, around: Surroundings) -> None:
        """Raises HomeInUse when another process holds the home."""
        self.home = home
        self.around = around
        self._process_lock = HomeLock(home, "process.lock")
        self._process_lock.acquire()
        finish_moves(home)
        self._wrong = 0
        self._wait_until = 0.0
        self._told = 0

    def _forget_tries(self) -> None:
        self._wrong, self._wait_until = 0, 0.0

    def release(self) -> None:
        """Let another process have the home."""
        self._process_lock.release()

    def exists(self) -> bool:
        """True when this home has been set up."""
        return removed(self.home) is None and has_keyring(self.home, self.around.random)

    # -- leaving --------------------------------------------------------------------------

    @property
    def last_failed_tries(self) -> int:
        """How many wrong passphrases and kits were tried since somebody last got in; for the audit."""
        return self._told

    def removed(self) -> Removed | None:
        """Why this tablet was taken out of its agency, and whether all is wiped; None if it was not."""
        return removed(self.home)

    async def wipe(self, lost: bool, between: Between = nothing) -> None:
        """Destroy keyring, kit, unlock key, device secret, image and log, in this order.

        The vault must be closed. Harmless when it is done already; cut short, the next call ends it
        (`removed` says so until then). lost: reported lost or stolen. Raises StoreError,
        SecretsUnavailable after having destroyed what could be.
        """
        await wipe_home(self.home, lost, self.around.secrets, self.around.random, between)

    def begin_anew(self) -> None:
        """After a wipe: forget that there was one; first run comes next. Raises StoreError.

        Refused while something is left to wipe.
        """
        mark = removed(self.home)
        if mark is not None and not mark.done:
            raise StoreError("not wiped yet")
        unmark_removed(self.home)

    def start_over(self) -> None:
        """Put this home aside, sealed and untouched, and have none: first run comes next.

        The vault must be closed. Raises StoreError; interrupted, the next start ends it.
        """
        put_aside(self.home, f"{self.around.time.now_ms():013d}")
        self._forget_tries()

    def can_bring_back(self) -> bool:
        """Whether a home was put aside and none has taken its place."""
        return bool(kept(self.home)) and not self.exists()

    def bring_back(self) -> None:
        """Take the home that was put aside last, in place of the one that was not set up.

        Raises StoreError when there is none, or when this home has been set up since.
        """
        if not self.can_bring_back():
            raise StoreError("nothing to bring back")
        self.forget_home()
        bring_back(self.home, kept(self.home)[-1])
        self._forget_tries()

    # -- getting in -----------------------------------------------------------------------

    def retry_after_seconds(self) -> float:
        """Seconds until the next try is taken; 0 when it may be made now."""
        return max(0.0, self._wait_until - self.around.time.monotonic())

    async def unlock(self, passphrase: str, progress: Callable[[int, int], None]) -> OpenTablet:
        """Open the home with its passphrase.

        Raises WrongPassphrase (after five, each try waits longer), StoreError.
        """
        blob = read_keyring(self.home, self.around.random)
        if blob is None:
            raise WrongPassphrase("no keyring")
        return await self._open(await self._tried(lambda: self._unwrap(blob, passphrase)), progress)

    async def recover(self, words: str, passphrase: str, progress: Callable[[int, int], None]) -> OpenTablet:
        """Open the home with its recovery kit and give it a new passphrase.

        words: the kit's 24. Raises WordsNotValid, WrongPassphrase (another kit's words).
        """
        kit = from_words(words)
        blob = read_kit(self.home, self.around.random)
        if blob is None:
            raise WrongPassphrase("no kit")
        check_passphrase(passphrase)
        keyring = await self._tried(lambda: unwrap_keyring_with_kit(blob, kit))
        opened = await self._open(keyring, progress)
        try:
            await opened.desk.vault.save_keyring(await self.wrap(keyring, passphrase))
        except BaseException:
            await opened.close()
            raise
        return opened

    async def change_passphrase(self, vault: Vault, old: str, new: str) -> None:
        """Wrap the same keyring under a new passphrase. Raises WrongPassphrase, InvalidInput."""
        check_passphrase(new)
        blob = read_keyring(self.home, self.around.random)
        if blob is None:
            raise WrongPassphrase("no keyring")
        keyring = await self._tried(lambda: self._unwrap(blob, old))
        await vault.save_keyring(await self.wrap(keyring, new))

    async def confirm_passphrase(self, passphrase: str) -> None:
        """Return only for this home's passphrase; changes nothing.

        Raises WrongPassphrase, InvalidInput (asked too fast: these tries are counted as at unlock).
        """
        blob = read_keyring(self.home, self.around.random)
        if blob is None:
            raise WrongPassphrase("no keyring")
        await self._tried(lambda: self._unwrap(blob, passphrase))

    def _unwrap(self, blob: bytes, passphrase: str) -> Keyring:
        keyring_params(blob)
        return unwrap_keyring(blob, passphrase, floor=self.around.kdf_floor)

    async def _tried(self, unwrap: Callable[[], Keyring]) -> Keyring:
        if self.retry_after_seconds() > 0:
            raise InvalidInput(
                "Wait a moment before you try again.", field="passphrase", code="too_many_tries"
            )
        try:
            keyring = await asyncio.to_thread(unwrap)
        except WrongPassphrase:
            self._wrong += 1
            if self._wrong >= FREE_TRIES:
                wait = min(LONGEST_WAIT_SECONDS, 2.0 ** (self._wrong - FREE_TRIES + 1))
                self._wait_until = self.around.time.monotonic() + wait
            raise
        self._wrong = 0
        return keyring

    # -- making ---------------------------------------------------------------------------

    async def wrap(self, keyring: Keyring, passphrase: str) -> bytes:
        """The keyring under a passphrase, at this machine's cost."""
        params = await asyncio.to_thread(self.around.kdf_params)
        return await asyncio.to_thread(
            wrap_keyring, keyring, passphrase, params, self.around.random
        )

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
        wrapped = await self.wrap(keyring, passphrase)
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
        return await Vault.open(
            self.home, keyring, self.around.time.now_ms, self.around.random, progress
        )

    async def _open(self, keyring: Keyring, progress: Callable[[int, int], None]) -> OpenTablet:
        vault = await self.open_vault(keyring, progress)
        try:
            await finish_arriving(self.around, vault, keyring)
        except BaseException:
            await vault.close()
            raise
        return await self.assemble(vault, keyring)

    async def assemble(self, vault: Vault, keyring: Keyring) -> OpenTablet:
        """All services over an open vault, and the engine started."""
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

        async def close() -> None:
            try:
                await syncing.stop()
                if wire is not None:
                    await wire.aclose()
            finally:
                await vault.close()

        opened = OpenTablet(
            desk=desk,
            casebook=Casebook(desk),
            family_details=FamilyDetails(desk),
            opening=Opening(desk),
            notes=Notes(desk),
            supports=Supports(desk),
            plan=Plan(desk),
            versions=Versions(desk),
            phases=Phases(desk),
            transition=Transition(desk),
            contacts=Contacts(desk),
            coordinators=Coordinators(desk),
            meetings=Meetings(desk),
            crisis=CrisisPlans(desk),
            audiences=Audiences(desk),
            translations=Translations(desk),
            pages=FamilyPages(desk),
            table=FamilyTable(desk, self.confirm_passphrase),
            sharing=Sharing(desk),
            conflicts=Conflicts(desk),
            settings=settings,
            syncing=syncing,
            enrolment=Enrolment(desk, syncing, wire, server_url, around.random),
            staff=Staff(desk, syncing, wire),
            removal=Removal(desk, syncing, wire),
            handing=Handing(desk, syncing),
            recovery=Recovery(desk, syncing),
            labels=Labels(desk),
            keeping=Keeping(desk),
            audit=Audit(desk),
            close=close,
        )
        syncing.start(lambda: _share(vault))
        return opened

    async def _me(self, vault: Vault, keyring: Keyring) -> Me:
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


async def _share(vault: Vault) -> None:
    """After each contact: somebody new may be waiting for keys that this tablet can give."""
    try:
        await vault.give_keys()
    except AppError as error:
        log.info("keys not given: %s", error.code)


def check_passphrase(passphrase: str) -> None:
    """At least 15 characters (NIST SP 800-63B). Raises InvalidInput in plain words."""
    if len(passphrase) < 15:
        raise InvalidInput(
            "Make it longer: at least 15 letters. Five words with spaces are good.",
            field="passphrase",
            code="short_passphrase",
        )
