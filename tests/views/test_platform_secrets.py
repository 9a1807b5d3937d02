"""The system's secure storage and prompt, as their packages behave, behind the services' port."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import flet as ft
import pytest
from flet_local_auth import BiometricType, LocalAuthErrorCode, LocalAuthException

from app.errors import PersonAskedOtherwise, PersonNotConfirmed, SecretsUnavailable
from app.services.device_port import DeviceSecrets
from app.views.platform.secrets import SystemSecrets, storage_for_the_app


class FakeStorage:
    """flet_secure_storage.SecureStorage: strings by key; errors are Flet's."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.error: Exception | None = None

    def _answer(self) -> None:
        if self.error is not None:
            raise self.error

    async def get(self, key: str) -> str | None:
        self._answer()
        return self.kept.get(key)

    async def set(self, key: str, value: str) -> None:
        self._answer()
        self.kept[key] = value

    async def remove(self, key: str) -> None:
        self._answer()
        self.kept.pop(key, None)


class FakePrompt:
    """flet_local_auth.LocalAuthentication."""

    def __init__(self) -> None:
        self.known = [BiometricType.STRONG]
        self.hardware = True
        self.answer: bool | Exception = True
        self.asked: list[tuple[str, bool]] = []

    async def can_check_biometrics(self) -> bool:
        return self.hardware

    async def get_available_biometrics(self) -> list[BiometricType]:
        return self.known

    async def authenticate(self, reason: str, *, biometric_only: bool = False) -> bool:
        self.asked.append((reason, biometric_only))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def page(platform: ft.PagePlatform = ft.PagePlatform.ANDROID, web: bool = False) -> Any:
    return SimpleNamespace(platform=platform, web=web)


def attached() -> tuple[SystemSecrets, FakeStorage, FakePrompt]:
    secrets, storage, prompt = SystemSecrets(), FakeStorage(), FakePrompt()
    secrets.attach(page(), storage, prompt)  # type: ignore[arg-type]
    return secrets, storage, prompt


async def test_any_bytes_come_back_and_only_text_is_stored() -> None:
    secrets, storage, _ = attached()
    port: DeviceSecrets = secrets
    value = bytes(range(256))
    assert await port.kind() == "secure"
    assert await port.read("a") is None
    await port.write("a", value)
    assert storage.kept["a"].isascii() and await port.read("a") == value
    await port.erase("a")
    await port.erase("a")
    assert await port.read("a") is None


async def test_a_failure_is_never_taken_for_nothing_there() -> None:
    secrets, storage, _ = attached()
    for error in (RuntimeError("quotes KT-SECRET"), TimeoutError(), ft.FletException("x")):
        storage.error = error
        for act in (secrets.read("a"), secrets.write("a", b"x"), secrets.erase("a")):
            with pytest.raises(SecretsUnavailable) as refused:
                await act
            assert "KT-SECRET" not in str(refused.value)
    storage.error = None
    storage.kept["a"] = "not base64 !"
    with pytest.raises(SecretsUnavailable):
        await secrets.read("a")


async def test_the_packages_may_erase_nothing_by_themselves() -> None:
    made = storage_for_the_app()
    assert made.android_options.reset_on_error is False
    assert made.ios_options.accessibility.value == "unlocked_this_device"
    assert made.ios_options.synchronizable is False


@pytest.mark.parametrize(
    ("platform", "web"),
    [(ft.PagePlatform.ANDROID, True), (ft.PagePlatform.LINUX, False), (ft.PagePlatform.WINDOWS, False)],
)
async def test_elsewhere_there_is_none(platform: ft.PagePlatform, web: bool) -> None:
    secrets = SystemSecrets()
    secrets.attach(page(platform, web))
    assert await secrets.kind() == "none" and not await secrets.biometric()
    with pytest.raises(SecretsUnavailable):
        await secrets.read("a")
    with pytest.raises(SecretsUnavailable):
        await secrets.confirm_person("Open")


async def test_only_a_finger_or_face_that_the_system_calls_strong_counts() -> None:
    secrets, _, prompt = attached()
    assert await secrets.biometric()
    for known in ([], [BiometricType.WEAK]):
        prompt.known = known
        assert not await secrets.biometric()
    prompt.known, prompt.hardware = [BiometricType.FACE], False
    assert not await secrets.biometric()


async def test_the_prompt_asks_for_finger_or_face_and_not_for_the_devices_code() -> None:
    secrets, _, prompt = attached()
    await secrets.confirm_person("Open Kitchen Table")
    assert prompt.asked == [("Open Kitchen Table", True)]
    prompt.answer = False
    with pytest.raises(PersonNotConfirmed):
        await secrets.confirm_person("Open")


@pytest.mark.parametrize("code", list(LocalAuthErrorCode))
async def test_every_way_in_which_the_prompt_ends_is_told_apart(code: LocalAuthErrorCode) -> None:
    secrets, _, prompt = attached()
    prompt.answer = LocalAuthException(code)
    refused = {LocalAuthErrorCode.TEMPORARY_LOCKOUT, LocalAuthErrorCode.BIOMETRIC_LOCKOUT}
    broken = {
        LocalAuthErrorCode.NO_CREDENTIALS_SET, LocalAuthErrorCode.NO_BIOMETRICS_ENROLLED,
        LocalAuthErrorCode.NO_BIOMETRIC_HARDWARE, LocalAuthErrorCode.DEVICE_ERROR,
        LocalAuthErrorCode.BIOMETRIC_HARDWARE_TEMPORARILY_UNAVAILABLE,
        LocalAuthErrorCode.UNKNOWN_ERROR,
    }  # fmt: skip
    other = SecretsUnavailable if code in broken else PersonAskedOtherwise
    with pytest.raises(PersonNotConfirmed if code in refused else other):
        await secrets.confirm_person("Open")
