"""A system's secure storage and prompt, as a test wants them."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.errors import AppError, SecretsUnavailable
from app.services.device_port import Kind


@dataclass
class FakeSecrets:
    """Keeps values in memory. failing: the system does not answer. prompts: what the next prompts
    end with, None for a person who is known; a prompt without an answer is one."""

    values: dict[str, bytes] = field(default_factory=dict)
    failing: bool = False
    there: bool = True
    enrolled: bool = True
    prompts: list[AppError | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    lossy: bool = False

    def _answer(self) -> None:
        if self.failing:
            raise SecretsUnavailable("fake")

    async def kind(self) -> Kind:
        """Secure, unless it is not there."""
        return "secure" if self.there else "none"

    async def read(self, name: str) -> bytes | None:
        """What was kept."""
        self._answer()
        return self.values.get(name)

    async def write(self, name: str, value: bytes) -> None:
        """Keep, unless it is lossy."""
        self._answer()
        self.writes.append(name)
        if not self.lossy:
            self.values[name] = value

    async def erase(self, name: str) -> None:
        """Forget."""
        self._answer()
        self.values.pop(name, None)

    async def biometric(self) -> bool:
        """Whether a finger is known."""
        self._answer()
        return self.enrolled

    async def confirm_person(self, reason: str) -> None:
        """The next answer."""
        self._answer()
        self.asked.append(reason)
        answer = self.prompts.pop(0) if self.prompts else None
        if answer is not None:
            raise answer
