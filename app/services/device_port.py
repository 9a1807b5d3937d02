"""What a tablet's own system can keep for the app: small secrets, and a look at who holds it.

Owns the port only. The real one stands in app/views/platform; tests have their own. A device
without secure storage has `NoSecrets`, and Settings says in plain words that this is weaker.
Spec: docs/crypto.md, "Keyring".
"""

from __future__ import annotations

from typing import Literal, Protocol

from app.errors import SecretsUnavailable

Kind = Literal["secure", "none"]


class DeviceSecrets(Protocol):
    """Named secrets in the system's secure storage, and its prompt for a finger or a face.

    Every method raises SecretsUnavailable when the system does not answer as it should; the caller
    then changes nothing and says so. "Not there" is an answer (None), an error never is.
    """

    async def kind(self) -> Kind:
        """Whether this device has a secure storage."""

    async def read(self, name: str) -> bytes | None:
        """What was kept under a name; None when nothing ever was, or when it is gone."""

    async def write(self, name: str, value: bytes) -> None:
        """Keep a value under a name."""

    async def erase(self, name: str) -> None:
        """Forget what was kept under a name; harmless when there is nothing."""

    async def biometric(self) -> bool:
        """Whether somebody can prove with a finger or a face that the device is theirs."""

    async def confirm_person(self, reason: str) -> None:
        """Ask for finger or face. reason: a sentence for the person.

        Raises PersonNotConfirmed (refused) or PersonAskedOtherwise (cancelled, no guess was made).
        """


class NoSecrets:
    """A device without a secure storage: the passphrase alone protects the keyring."""

    async def kind(self) -> Kind:
        """There is none."""
        return "none"

    async def read(self, name: str) -> bytes | None:
        """Nothing is ever there."""
        return None

    async def write(self, name: str, value: bytes) -> None:
        """Raises SecretsUnavailable."""
        raise SecretsUnavailable("none")

    async def erase(self, name: str) -> None:
        """There is nothing to forget."""

    async def biometric(self) -> bool:
        """Nobody can."""
        return False

    async def confirm_person(self, reason: str) -> None:
        """Raises SecretsUnavailable."""
        raise SecretsUnavailable("none")


def secret_names(device: bytes) -> tuple[str, str]:
    """Under which names secure storage keeps a device's secret and its unlock key."""
    return f"kt.secret.{device.hex()}", f"kt.unlock.{device.hex()}"
