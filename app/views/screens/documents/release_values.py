"""What the form of a release holds on the screen, and what it can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.services.release_form import ReleaseDraft, ReleaseFacts
from app.views.widgets.day_picker import read_day
from app.views.widgets.ui import Ui

TYPED = (
    "recipient", "organisation", "purpose", "described", "until_on", "signer", "signer_role", "ground",
    "second", "second_role", "second_ground",
)  # fmt: skip
"""Fields with an error line of their own."""
CHOSEN = ("about", "what", "labels", "authority", "second_authority", "signature")
"""Choices with an error line under them."""


@dataclass(frozen=True)
class ReleaseForm:
    """The form. draft.until_on: as typed. field: where `error` belongs, "" for the page.

    signing: whose name is being written: "signer", "second" or nobody's. event: the words of another
    event are asked for. another: somebody else signs, too.
    """

    draft: ReleaseDraft
    facts: ReleaseFacts = field(default_factory=lambda: ReleaseFacts("", ()))
    error: str = ""
    field: str = ""
    busy: bool = False
    restored: bool = False
    signing: str = ""
    event: bool = False
    another: bool = False

    @property
    def about(self) -> str:
        """The name of the person whose record it is."""
        found = [one.name for one in self.facts.people if one.person_id == self.draft.about_id]
        return found[0] if found else ""


@dataclass(frozen=True)
class ReleaseActs:
    """What the screens can do."""

    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    change: Callable[..., Any] = field(default=lambda **_: None)
    show: Callable[..., Any] = field(default=lambda **_: None)
    go: Callable[[int], object] = field(default=lambda _: None)
    sign: Callable[[str], object] = field(default=lambda _: None)
    save: Callable[[], object] = field(default=lambda: None)
    fresh: Callable[[], object] = field(default=lambda: None)


def until_of(ui: Ui, draft: ReleaseDraft, today: date) -> date | None:
    """The day that was typed, or None."""
    return read_day(ui.settings.language, draft.until_on, today) if draft.until_on.strip() else None


def may_be_said_aloud(draft: ReleaseDraft) -> bool:
    """Whether a yes said aloud is enough: for a relative or a friend, and nothing private."""
    return not (draft.labels or draft.organisation.strip() or draft.direction != "out")
