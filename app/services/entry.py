"""How a keyring is got out of a locked home: by passphrase, by kit, by finger or face.

Owns the order of things: what a blob asks for is checked before anything is derived, a device
secret is read before a passphrase is tried, and every try is on the disk before it is made. Gives
a keyring to its caller and keeps none. Spec: docs/crypto.md, "Keyring".
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.crypto.kdf import check_params
from app.crypto.keyring import (
    DEVICE_SECRET_BYTES,
    Keyring,
    UnlockTimes,
    keyring_owner,
    keyring_params,
    needs_device_secret,
    unwrap_keyring,
    unwrap_keyring_with_kit,
    unwrap_keyring_with_unlock_key,
    wrap_keyring,
    wrap_keyring_for_unlock,
)
from app.errors import (
    AppError,
    DeviceSecretLost,
    InvalidInput,
    LogDamaged,
    PassphraseDue,
    PersonNotConfirmed,
    SecretsUnavailable,
    StoreError,
    WrongPassphrase,
)
from app.store.keyfile import read_keyring, read_kit, read_unlock, write_unlock
from app.store.tries import Tries, read_tries, write_tries

from .device_port import secret_names

if TYPE_CHECKING:
    from .surroundings import Surroundings

log = logging.getLogger(__name__)

FREE_TRIES = 5
LONGEST_WAIT_SECONDS = 60.0
REFUSALS = 5
"""Prompts for finger or face refused in a row, after which only the passphrase opens the tablet."""
PASSPHRASE_EVERY_SECONDS = 14 * 24 * 3600.0
CLOCK_SLACK_MS = 5 * 60 * 1000
UNLOCK_KEY_BYTES = 32


@dataclass(frozen=True)
class Protection:
    """What protects this tablet besides the passphrase.

    secure: the system keeps a secret for the app. may: somebody could turn finger or face on.
    by_person: they open this tablet.
    """

    secure: bool
    may: bool
    by_person: bool


class Entry:
    """The ways into one home. Tries are made one after another."""

    def __init__(self, home: Path, around: Surroundings) -> None:
        """Whoever starts the app after wrong tries begins with the whole wait again."""
        self._home = home
        self._around = around
        self._one_at_a_time = asyncio.Lock()
        self.failed = 0
        self.restart()

    def restart(self) -> None:
        """Take the count from the disk, as at the start of the app."""
        self._tries = read_tries(self._home)
        self._given: float | None = None
        self._wait_from_now()

    # -- trying -----------------------------------------------------------------------------

    def retry_after_seconds(self) -> float:
        """Seconds until the next try is taken; 0 when it may be made now."""
        return max(0.0, self._wait_until - self._around.time.monotonic())

    def _wait_from_now(self) -> None:
        over = self._tries.wrong - FREE_TRIES + 1
        wait = min(LONGEST_WAIT_SECONDS, 2.0 ** min(over, 10)) if over > 0 else 0.0
        self._wait_until = self._around.time.monotonic() + wait

    def _count(self, tries: Tries) -> None:
        self._tries = tries
        try:
            write_tries(self._home, tries)
        except StoreError as error:
            # A full disk must keep nobody out; in memory the count goes on.
            log.error("tries not written: %s", error.code)

    async def _tried(self, unwrap: Callable[[], Keyring]) -> Keyring:
        async with self._one_at_a_time:
            if self.retry_after_seconds() > 0:
                raise InvalidInput(
                    "Wait a moment before you try again.", field="passphrase", code="too_many_tries"
                )
            before = self._tries
            self._count(replace(before, wrong=before.wrong + 1, untold=before.untold + 1))
            try:
                keyring = await asyncio.to_thread(unwrap)
            except WrongPassphrase:
                self._wait_from_now()
                raise
            except AppError:
                self._count(before)  # nothing was guessed
                raise
            self._count(replace(before, wrong=0))
            return keyring

    def got_in(self) -> None:
        """Somebody is in: what was tried in vain before is told once, as `failed`."""
        self.failed = self._tries.untold
        if self._tries != Tries():
            self._count(Tries())

    # -- passphrase and kit -----------------------------------------------------------------

    async def by_passphrase(self, passphrase: str) -> Keyring:
        """The keyring. Raises WrongPassphrase, DeviceSecretLost, SecretsUnavailable, WeakKdf,
        UnknownFormat, InvalidInput (asked too fast)."""
        blob = self._blob()
        # Before anything is derived or asked of the system.
        check_params(keyring_params(blob), self._around.kdf_floor)
        secret = await self._secret_for(blob)
        floor = self._around.kdf_floor
        keyring = await self._tried(lambda: unwrap_keyring(blob, passphrase, secret, floor=floor))
        self._given = self._around.time.monotonic()
        return keyring

    async def by_kit(self, kit: bytes) -> Keyring:
        """The keyring, whatever became of passphrase and device secret.

        Raises WrongPassphrase, also for a kit's blob that was put here from another home.
        """
        blob = read_kit(self._home, self._around.random)
        if blob is None:
            raise WrongPassphrase("no kit")
        if not self._same_owner(blob):
            raise WrongPassphrase("kit of another device")
        return await self._tried(lambda: unwrap_keyring_with_kit(blob, kit))

    def _same_owner(self, kit_blob: bytes) -> bool:
        try:
            return keyring_owner(kit_blob) == keyring_owner(self._blob())
        except LogDamaged:
            return True  # of a damaged log the kit's blob may be all that is left

    def _blob(self) -> bytes:
        blob = read_keyring(self._home, self._around.random)
        if blob is None:
            raise WrongPassphrase("no keyring")
        return blob

    async def _secret_for(self, blob: bytes) -> bytes:
        if not needs_device_secret(blob):
            return b""
        value = await self._around.secrets.read(secret_names(keyring_owner(blob)[1])[0])
        if value is None or len(value) != DEVICE_SECRET_BYTES:
            raise DeviceSecretLost
        return value

    async def wrap(self, keyring: Keyring, passphrase: str) -> bytes:
        """The keyring under a passphrase at this machine's cost, and under the device secret where
        there can be one. Raises SecretsUnavailable; then nothing was written."""
        around = self._around
        secret = b""
        if await around.secrets.kind() == "secure":
            secret = await self._kept(secret_names(keyring.device)[0], DEVICE_SECRET_BYTES)
        params = await asyncio.to_thread(around.kdf_params)
        return await asyncio.to_thread(
            wrap_keyring, keyring, passphrase, params, around.random, secret
        )

    async def _kept(self, name: str, size: int) -> bytes:
        """What secure storage has under a name; made, written and read back when it has nothing."""
        secrets = self._around.secrets
        found = await secrets.read(name)
        if found is None:
            await secrets.write(name, self._around.random(size))
            found = await secrets.read(name)
        if found is None or len(found) != size:
            raise SecretsUnavailable("not what was written")
        return found

    async def lacks_secret(self) -> bool:
        """Whether the keyring's blob could have a device secret and has none."""
        return await self._around.secrets.kind() == "secure" and not needs_device_secret(self._blob())

    # -- finger or face -----------------------------------------------------------------------

    async def protection(self) -> Protection:
        """What protects this tablet besides the passphrase. A storage that fails counts as none now."""
        secrets = self._around.secrets
        try:
            secure = await secrets.kind() == "secure"
            may = secure and await secrets.biometric()
        except SecretsUnavailable:
            secure = may = False
        return Protection(secure, may, may and read_unlock(self._home) is not None)

    async def by_person(self, reason: str) -> Keyring:
        """The keyring, when the system knows the person. reason: a sentence for its prompt.

        Raises PassphraseDue, PersonNotConfirmed, PersonAskedOtherwise, SecretsUnavailable.
        """
        blob = read_unlock(self._home)
        if blob is None:
            raise PassphraseDue("off")
        async with self._one_at_a_time:
            await self._confirm(reason)
            key = await self._around.secrets.read(secret_names(keyring_owner(blob)[1])[1])
            try:
                keyring, times = unwrap_keyring_with_unlock_key(blob, key or b"")
            except AppError as error:
                log.info("unlock key: %s", error.code)
                await self.turn_off()
                raise PassphraseDue("unlock key") from None
            now = self._around.time.now_ms()
            self._check_times(times, now)
            seen = UnlockTimes(times.given_ms, max(times.seen_ms, now))
            write_unlock(self._home, wrap_keyring_for_unlock(keyring, key or b"", seen, self._around.random))
            return keyring

    async def _confirm(self, reason: str) -> None:
        before = self._tries
        refused = before.refused + 1
        self._count(replace(before, refused=refused))
        try:
            await self._around.secrets.confirm_person(reason)
        except PersonNotConfirmed:
            if refused >= REFUSALS:
                await self.turn_off()
            raise
        except BaseException:
            self._count(before)
            raise

    def _check_times(self, times: UnlockTimes, now: int) -> None:
        since = (now - times.given_ms) / 1000
        if self._given is not None:
            since = max(since, self._around.time.monotonic() - self._given)
        if since >= PASSPHRASE_EVERY_SECONDS or now < times.seen_ms - CLOCK_SLACK_MS:
            raise PassphraseDue

    async def turn_on(self, passphrase: str) -> None:
        """Let finger or face open this tablet. Raises WrongPassphrase, SecretsUnavailable…"""
        keyring = await self.by_passphrase(passphrase)
        if not (await self.protection()).may:
            raise SecretsUnavailable("no finger or face")
        key = await self._kept(secret_names(keyring.device)[1], UNLOCK_KEY_BYTES)
        self._write_times(keyring, key)
        self._count(replace(self._tries, refused=0))

    async def turn_off(self) -> None:
        """Destroy blob and unlock key; the passphrase alone opens the tablet. Raises StoreError."""
        blob = read_unlock(self._home)
        write_unlock(self._home, None)
        self._count(replace(self._tries, refused=0))
        if blob is not None:
            try:
                await self._around.secrets.erase(secret_names(keyring_owner(blob)[1])[1])
            except AppError as error:
                log.info("unlock key not erased: %s", error.code)  # it opens nothing any more

    async def passphrase_given(self, keyring: Keyring) -> None:
        """The fortnight begins anew. Raises StoreError, SecretsUnavailable."""
        blob = read_unlock(self._home)
        if blob is None:
            return
        key = await self._around.secrets.read(secret_names(keyring.device)[1])
        if key is None:
            await self.turn_off()
        else:
            self._write_times(keyring, key)

    def _write_times(self, keyring: Keyring, key: bytes) -> None:
        now = self._around.time.now_ms()
        blob = wrap_keyring_for_unlock(keyring, key, UnlockTimes(now, now), self._around.random)
        write_unlock(self._home, blob)
