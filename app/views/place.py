"""Where in the app a person is: a small stack of places, each a frozen value.

Owns places and the stack; draws nothing. Places hold ids only, so nothing a family said can end
up in an address bar or a history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Place:
    """One screen. name: which. The ids say of what; empty when not needed.

    Names: the keys of `routes.PLACES`; family has the tabs plan, people, notes, more.
    """

    name: str
    family_id: str = ""
    tab: str = ""
    record_id: str = ""
    detail: str = ""


HOME = Place("today")


@dataclass(frozen=True)
class Trail:
    """The places behind the current one. Immutable; every act gives a new trail."""

    places: tuple[Place, ...] = (HOME,)

    @property
    def here(self) -> Place:
        """The place that is shown."""
        return self.places[-1]

    def go(self, place: Place) -> Trail:
        """Open a place on top of this one."""
        return self if place == self.here else Trail((*self.places, place))

    def swap(self, place: Place) -> Trail:
        """Show a place instead of this one (a tab, a saved note instead of its editor)."""
        return Trail((*self.places[:-1], place))

    def back(self) -> Trail:
        """One step back; home stays home."""
        return Trail(self.places[:-1]) if len(self.places) > 1 else Trail()

    def root(self, place: Place) -> Trail:
        """Start again from a place of the rail."""
        return Trail((place,))


@dataclass(frozen=True)
class Nav:
    """What screens use to move. All four take effect at once.

    left: what a screen was set to when one went on from it, for the way back; `use_left` reads and writes
    it. Gone with the next place of the rail, and when the tablet locks.
    """

    here: Place
    go: Callable[[Place], None]
    swap: Callable[[Place], None]
    back: Callable[[], None]
    root: Callable[[Place], None]
    left: dict[Place, Any] = field(default_factory=dict)
