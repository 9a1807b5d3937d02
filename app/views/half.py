"""A half-filled form that is not the form of one record: sealed after each pause, found again, let go of.

The form of a record has all this in `use_record_form`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import flet as ft

from app.views.hooks import use_tablet
from app.views.screens.people.keeping import FormKeeping, use_sealing

Draft = TypeVar("Draft")


@dataclass(frozen=True)
class Half(Generic[Draft]):
    """kept: what was typed before, or None. later: keep this after the next pause. drop: it is not wanted."""

    kept: Callable[[], Awaitable[Draft | None]]
    later: Callable[[Draft], None]
    drop: Callable[[], Awaitable[None]]


def use_half(name: str, kind: type[Draft]) -> Half[Draft]:
    """Hook. name: under which it is sealed on this tablet. kind: a dataclass that JSON can hold."""
    tablet = use_tablet()
    drafts = tablet.open.form_drafts
    keeper: Any = ft.use_ref(None)
    if keeper.current is None:
        keeper.current = FormKeeping(lambda draft: drafts.keep(name, draft), lambda _error: None)
    use_sealing(tablet, keeper)

    def later(draft: Draft) -> None:
        keeper.current.later(draft)

    async def drop() -> None:
        await keeper.current.forget()
        await drafts.drop(name)

    return Half(lambda: drafts.kept(name, kind), later, drop)
