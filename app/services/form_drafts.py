"""Half-filled forms, sealed on this tablet only and never synced: a lock or a flat battery loses no word.

A form is a frozen dataclass whose `shown` is what its record said when the form was opened; both are
kept, or the words of a colleague that came meanwhile would be overwritten.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any, Final, TypeVar

from .desk import Desk

DRAFT_KIND: Final = "form_draft"

Draft = TypeVar("Draft")


class FormDrafts:
    """One half-filled form for each name, such as `care.<person>`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def keep(self, name: str, draft: Any) -> None:
        """Seal a form as it stands, whatever was typed. Raises StoreError; nothing is lost."""
        await self._desk.vault.save_local(DRAFT_KIND, name, json.dumps(asdict(draft)).encode())

    async def kept(self, name: str, kind: type[Draft]) -> Draft | None:
        """The kept form, or None when there is none of this kind."""
        raw = await self._desk.vault.load_local(DRAFT_KIND, name)
        if raw is None:
            return None
        try:
            found: Draft = _made(kind, json.loads(raw))
            return found
        except (ValueError, TypeError, AttributeError):
            return None  # Another version of the app kept it, in another form.

    async def drop(self, name: str) -> None:
        """Forget a form: it was saved, or is not wanted."""
        await self._desk.vault.save_local(DRAFT_KIND, name, None)


def _made(kind: Any, raw: Any) -> Any:
    known = {one.name for one in fields(kind)}
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
        if name in known
    }
    if isinstance(values.get("shown"), dict):
        values["shown"] = _made(kind, values["shown"])
    return kind(**values)
