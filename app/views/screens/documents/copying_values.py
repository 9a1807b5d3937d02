"""What the screen of a copy holds: what was chosen, what there is to choose from, and its acts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.services.audience import Reader
from app.services.releases import ReleaseView


@dataclass(frozen=True)
class CopyForm:
    """What was chosen. who: "reader:<id>" or "release:<id>"; empty until chosen.

    field: where `error` belongs, "" for the page. done: what to say after a copy was made.
    """

    who: str = ""
    language: str = "en"
    crisis_only: bool = False
    paper: str = "letter"
    lock: bool = False
    password: str = ""
    error: str = ""
    field: str = ""
    busy: bool = False
    done: str = ""


@dataclass(frozen=True)
class Choices:
    """What there is to choose from. version_day: ISO day of the frozen version that is copied."""

    family_name: str
    readers: tuple[Reader, ...]
    releases: tuple[ReleaseView, ...]
    today: date
    version_day: str = ""


@dataclass(frozen=True)
class CopyActs:
    """What the screen can do."""

    change: Callable[..., Any]
    make: Callable[[], object]
    translate: Callable[[], object]
    release: Callable[[], object]
    back: Callable[[], object]
    crisis: Callable[[], object]
    cover: Callable[[], object]
    retry: Callable[[], object]
