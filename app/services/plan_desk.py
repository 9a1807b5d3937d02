"""What this tablet alone remembers of a plan: forms that are being written, and what was put off.

Both are sealed on the tablet and never travel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .desk import Desk

FORM_KIND: Final = "plan_draft"
NOT_NOW_KIND: Final = "coach_not_now"
NOT_NOW_MS: Final = 14 * 24 * 3600 * 1000
"""How long the coach stays silent about one thing after *Not now*."""


@dataclass(frozen=True)
class KeptForm:
    """A form as it was left. values: what stands in it; opened: what stood in the record then."""

    family_id: str
    kind: str
    record_id: str
    parent_id: str
    values: Mapping[str, str] = field(default_factory=dict)
    opened: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What tells it from others on this tablet: ids only."""
        return ".".join((self.family_id, self.kind, self.record_id, self.parent_id))


class PlanDesk:
    """Forms and silences of this tablet."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep_form(self, form: KeptForm) -> None:
        """Seal a form on this tablet, whatever was typed. Raises StoreError."""
        data = {
            name: dict(getattr(form, name)) if name in _WORDS else getattr(form, name)
            for name in ("family_id", "kind", "record_id", "parent_id", *_WORDS)
        }
        await self._desk.vault.save_local(FORM_KIND, form.name, json.dumps(data).encode())

    async def drop_form(self, form: KeptForm) -> None:
        """Forget a form."""
        await self._desk.vault.save_local(FORM_KIND, form.name, None)

    async def kept_forms(self, family_id: str) -> tuple[KeptForm, ...]:
        """The forms of a family that were left unsaved."""
        found = []
        for name in await self._desk.vault.list_local(FORM_KIND):
            if name.startswith(f"{family_id}."):
                form = _form(await self._desk.vault.load_local(FORM_KIND, name))
                if form is not None:
                    found.append(form)
        return tuple(found)

    async def not_now(self, family_id: str, code: str, record_id: str) -> None:
        """Let the coach be silent about this for fourteen days, on this tablet."""
        until = str(self._desk.now_ms() + NOT_NOW_MS).encode()
        await self._desk.vault.save_local(NOT_NOW_KIND, f"{family_id}.{code}.{record_id}", until)

    async def put_off(self, family_id: str) -> frozenset[tuple[str, str]]:
        """(code, record id) of everything that the coach is silent about today."""
        silent = set()
        for name in await self._desk.vault.list_local(NOT_NOW_KIND):
            whose, code, record_id = (*name.split("."), "", "")[:3]
            if whose == family_id:
                raw = await self._desk.vault.load_local(NOT_NOW_KIND, name)
                if raw is not None and raw.isdigit() and int(raw) > self._desk.now_ms():
                    silent.add((code, record_id))
        return frozenset(silent)


_WORDS: Final = ("values", "opened", "first")


def _form(raw: bytes | None) -> KeptForm | None:
    """A sealed form; None when another version of the app wrote it in another way."""
    if raw is None:
        return None
    try:
        data: Any = json.loads(raw)
        values, opened, first = ({str(k): str(v) for k, v in data[name].items()} for name in _WORDS)
        return KeptForm(
            str(data["family_id"]), str(data["kind"]), str(data["record_id"]), str(data["parent_id"]),
            values, opened, first,
        )  # fmt: skip
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
