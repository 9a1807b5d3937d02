"""How a home ends: wiped because the tablet was taken out of the agency, or put aside.

Owns the order of a wipe: the mark that survives a restart, the keys on the disk, the secrets in
the system's secure storage, then the files. Each step may be repeated and none needs the one
before it, so a wipe that is cut short is ended by the next start. A copy that somebody made of the
disk earlier opens with passphrase and device secret only; erasing that secret is what ends it.
Spec: docs/crypto.md, "Wiping and setting aside".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from app.crypto.keyring import keyring_owner
from app.crypto.primitives import Random
from app.errors import AppError, CryptoError
from app.store.keyfile import read_keyring
from app.store.wiping import Removed, homes, mark_removed, removed, wipe_steps

from .device_port import DeviceSecrets

log = logging.getLogger(__name__)

Between = Callable[[str], None]
"""Called before each step with its name; a test ends the process there."""


def secret_names(device: bytes) -> tuple[str, str]:
    """Under which names secure storage keeps a device's secret and its unlock key."""
    return f"kt.secret.{device.hex()}", f"kt.unlock.{device.hex()}"


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
