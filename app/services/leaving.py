"""How a home ends: wiped because the tablet was taken out of the agency, or put aside.

Owns the order of a wipe: the mark that survives a restart, the keys on the disk, the secrets in
the system's secure storage, then the files. Each step may be repeated and none needs the one
before it, so a wipe that is cut short is ended by the next start. A copy that somebody made of the
disk earlier opens with passphrase and device secret only; erasing that secret is what ends it.
Spec: docs/crypto.md, "Wiping and setting aside".
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.crypto.keyring import keyring_owner
from app.crypto.primitives import Random
from app.errors import AppError, CryptoError, StoreError
from app.store.keyfile import read_keyring
from app.store.unsent import Unsent, unsent_in
from app.store.wiping import (
    Removed,
    bring_back,
    homes,
    kept,
    mark_removed,
    put_aside,
    removed,
    unmark_removed,
    wipe_steps,
)

from .device_port import DeviceSecrets, secret_names
from .entry import Entry

if TYPE_CHECKING:
    from .surroundings import Surroundings

log = logging.getLogger(__name__)

Between = Callable[[str], None]
"""Called before each step with its name; a test ends the process there."""


def nothing(_step: str) -> None:
    """Between two steps nothing happens."""


async def wipe_home(
    home: Path, lost: bool, secrets: DeviceSecrets, random: Random, between: Between = nothing
) -> None:
    """Destroy keys, secrets and files of a closed home and of what was put aside in it.

    lost: why, for the screen that comes afterwards. Goes on after an error, so that as much as can
    be destroyed is, and raises the first one at the end; the mark then says that it is not done.
    """
    earlier = removed(home)
    devices = dict.fromkeys(earlier.devices if earlier else ())
    for one in homes(home):
        devices |= dict.fromkeys(_device_of(one, random))
    mark = Removed("lost" if lost else "removed", False, tuple(devices))
    problems: list[AppError] = []

    def attempt(name: str, act: Callable[[], None]) -> None:
        between(name)
        try:
            act()
        except AppError as error:
            log.error("wiping: %s: %s", name, error.code)
            problems.append(error)

    attempt("mark", lambda: mark_removed(home, mark))
    steps = list(wipe_steps(home))
    for name, act in [one for one in steps if one[0] == "keys"]:
        attempt(name, act)
    for device in mark.devices:
        for name in secret_names(device):
            between("secret")
            try:
                await secrets.erase(name)
            except AppError as error:
                log.error("wiping: secret: %s", error.code)
                problems.append(error)
    for name, act in [one for one in steps if one[0] != "keys"]:
        attempt(name, act)
    if problems:
        attempt("mark", lambda: mark_removed(home, mark))  # the disk may have had no room before
        raise problems[0]
    attempt("done", lambda: mark_removed(home, Removed(mark.reason, True)))


def _device_of(home: Path, random: Random) -> tuple[bytes, ...]:
    try:
        blob = read_keyring(home, random)
        return (keyring_owner(blob)[1],) if blob is not None else ()
    except (AppError, CryptoError) as error:
        log.info("wiping: no device known: %s", error.code)
        return ()


class Leaving(ABC):
    """The part of a keyholder that ends its home. The vault must be closed."""

    home: Path
    around: Surroundings
    entry: Entry

    @abstractmethod
    def exists(self) -> bool:
        """True when this home has been set up."""

    @abstractmethod
    def forget_home(self) -> None:
        """Remove a home that was never set up."""

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
        self.entry.restart()

    def unsent(self) -> Unsent | None:
        """What this home has that was never sent; None when that cannot be read.

        The vault must be closed.
        """
        return unsent_in(self.home)

    def start_over(self) -> None:
        """Put this home aside, sealed and untouched, and have none: first run comes next.

        The vault must be closed. Raises StoreError; interrupted, the next start ends it.
        """
        put_aside(self.home, f"{self.around.time.now_ms():013d}")
        self.entry.restart()

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
        self.entry.restart()
