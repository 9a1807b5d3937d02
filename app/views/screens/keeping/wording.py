"""How requests for the record are said."""

from __future__ import annotations

from datetime import date

from app.services.keeping_requests import RequestView
from app.views.deadlines import deadline_words
from app.views.screens.more.places import iso_day
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import REQUEST_AUTHORITIES, REQUEST_HOW, REQUEST_KINDS, REQUEST_OUTCOMES


def kind_words(ui: Ui, kind: str) -> str:
    """What is asked for: "A copy of the record"."""
    return ui.say(f"request.kind.{kind}") if kind in REQUEST_KINDS else kind


def authority_words(ui: Ui, authority: str) -> str:
    """On what authority: "A parent"."""
    return ui.say(f"request.authority.{authority}") if authority in REQUEST_AUTHORITIES else authority


def how_words(ui: Ui, how: str) -> str:
    """How it was given: "By mail"."""
    return ui.say(f"request.how.{how}") if how in REQUEST_HOW else how


def state_words(ui: Ui, view: RequestView, today: date) -> str:
    """When it is due, or what became of it."""
    if view.open:
        return deadline_words(ui, view.clock, today)
    outcome = view.outcome if view.outcome in REQUEST_OUTCOMES else "withdrawn"
    return ui.say(f"request.outcome.{outcome}", day=iso_day(ui, view.decided_on, today))
