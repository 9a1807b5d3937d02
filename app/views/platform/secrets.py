"""Secure storage and the prompt for finger or face, as Android and iOS give them.

Owns the translation between the services' port and flet-secure-storage and flet-local-auth. Never
lets either delete anything by itself (`reset_on_error`), and turns every failure into
SecretsUnavailable: "there is none" is said only when the system says so.
Follows docs/crypto.md, "Device secret".
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable
from typing import Final, Literal, TypeVar

import flet as ft
from flet_local_auth import (
    BiometricType,
    LocalAuthentication,
    LocalAuthErrorCode,
    LocalAuthException,
)
from flet_secure_storage import (
    AndroidOptions,
    IOSOptions,
    KeychainAccessibility,
    SecureStorage,
)

from app.errors import AppError, PersonAskedOtherwise, PersonNotConfirmed, SecretsUnavailable

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")

SECONDS: Final = 20.0
PROMPT_SECONDS: Final = 120.0

REFUSED: Final = frozenset(
    {LocalAuthErrorCode.TEMPORARY_LOCKOUT, LocalAuthErrorCode.BIOMETRIC_LOCKOUT}
)
CLOSED: Final = frozenset(
    {
        LocalAuthErrorCode.USER_CANCELED, LocalAuthErrorCode.SYSTEM_CANCELED,
        LocalAuthErrorCode.USER_REQUESTED_FALLBACK, LocalAuthErrorCode.TIMEOUT,
        LocalAuthErrorCode.AUTH_IN_PROGRESS, LocalAuthErrorCode.UI_UNAVAILABLE,
    }
)  # fmt: skip
"""The prompt went away and nobody was refused."""

TABLETS: Final = frozenset({ft.PagePlatform.ANDROID, ft.PagePlatform.IOS})


def storage_for_the_app() -> SecureStorage:
    """Secure storage that erases nothing by itself and leaves this device with no backup."""
    return SecureStorage(
        android_options=AndroidOptions(reset_on_error=False),
        ios_options=IOSOptions(accessibility=KeychainAccessibility.UNLOCKED_THIS_DEVICE),
    )


class SystemSecrets:
    """The services' `DeviceSecrets` on a tablet; `attach` it to each window that opens."""

    def __init__(self) -> None:
        self._storage: SecureStorage | None = None
        self._person: LocalAuthentication | None = None
        self._secure = False

    def attach(
        self,
        page: ft.Page,
        storage: SecureStorage | None = None,
        person: LocalAuthentication | None = None,
    ) -> None:
        """Speak through this window from now on. Called where the window is current."""
        self._secure = not page.web and page.platform in TABLETS
        if self._secure:
            self._storage = storage or storage_for_the_app()
            self._person = person or LocalAuthentication()

    async def kind(self) -> Literal["secure", "none"]:
        """Whether this device has a secure storage."""
        return "secure" if self._secure else "none"

    async def read(self, name: str) -> bytes | None:
        """What was kept under a name, or None."""
        kept = await _answer(self._there().get(name))
        if kept is None:
            return None
        try:
            return base64.b64decode(kept, validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise SecretsUnavailable("not what was written") from None

    async def write(self, name: str, value: bytes) -> None:
        """Keep a value."""
        await _answer(self._there().set(name, base64.b64encode(value).decode()))

    async def erase(self, name: str) -> None:
        """Forget a value."""
        await _answer(self._there().remove(name))

    async def biometric(self) -> bool:
        """Whether a finger or face is enrolled that the system itself calls strong enough."""
        if not self._secure or self._person is None:
            return False
        if not await _answer(self._person.can_check_biometrics()):
            return False
        known = await _answer(self._person.get_available_biometrics())
        return any(one is not BiometricType.WEAK for one in known)

    async def confirm_person(self, reason: str) -> None:
        """Ask for finger or face; the device's own code is no answer."""
        if self._person is None:
            raise SecretsUnavailable("no window")
        prompt = self._person.authenticate(reason, biometric_only=True)
        if not await _answer(prompt, PROMPT_SECONDS):
            raise PersonNotConfirmed

    def _there(self) -> SecureStorage:
        if self._storage is None:
            raise SecretsUnavailable("no window")
        return self._storage


async def _answer(asked: Awaitable[_Answer], seconds: float = SECONDS) -> _Answer:
    """The system's answer. Raises SecretsUnavailable for anything that is none."""
    try:
        async with asyncio.timeout(seconds):
            return await asked
    except LocalAuthException as error:
        raise _refusal(error) from None
    except Exception as error:
        # Flet hands on what the platform said as a message that may quote anything.
        _log.error("secure storage: %s", type(error).__name__)
        raise SecretsUnavailable(type(error).__name__) from None


def _refusal(error: LocalAuthException) -> AppError:
    if error.code in REFUSED:
        return PersonNotConfirmed(error.code.value)
    if error.code in CLOSED:
        return PersonAskedOtherwise(error.code.value)
    return SecretsUnavailable(error.code.value)
