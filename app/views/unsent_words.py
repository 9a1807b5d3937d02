"""The sentence before anything that could destroy unsent work: how many changes, how many photos."""

from __future__ import annotations

from app.services.departures import Unsent
from app.views.widgets.ui import Ui


def unsent_words(ui: Ui, held: Unsent | None) -> str:
    """ "Never sent from this tablet: up to 12 changes and 2 photos or papers."; None: not known."""
    if held is None:
        return ui.say("unsent.unknown")
    if not held.anything:
        return ui.say("unsent.nothing")
    changes = _part(ui, "changes", held.changes)
    photos = _part(ui, "photos", held.attachments)
    if changes and photos:
        return ui.say("unsent.both", changes=changes, photos=photos)
    return ui.say("unsent.one", what=changes or photos)


def _part(ui: Ui, name: str, count: int) -> str:
    if not count:
        return ""
    return ui.say(f"unsent.{name}_one") if count == 1 else ui.say(f"unsent.{name}", count=count)
