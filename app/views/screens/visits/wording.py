"""How visits are said. Pure."""

from __future__ import annotations

from app.services.visits import VisitView
from app.views import dates
from app.views.screens.notes.wording import kind_words, names_joined, place_words
from app.views.widgets.ui import Ui


def visit_title(ui: Ui, one: VisitView) -> str:
    """"Home visit with Nia and Rosa"."""
    what = kind_words(ui, one.kind)
    if not one.with_whom:
        return what
    return ui.say("today.with", what=what, names=names_joined(ui, one.with_whom.split(", ")))


def visit_when(ui: Ui, one: VisitView, now_ms: int) -> str:
    """"Today, 10:00 am, 60 minutes"."""
    moment = dates.begin(dates.moment(ui.language, one.starts_at_ms, now_ms))
    return ui.say("visits.when_long", moment=moment, minutes=one.minutes)


def visit_line(ui: Ui, one: VisitView) -> str:
    """The soft line of a list: where, and how it stands when it is not simply planned."""
    parts = [place_words(ui, one.place)] if one.place else []
    if one.status != "planned":
        parts.append(ui.say(f"practice.visit.{one.status}"))
    if one.status_reason:
        parts.append(one.status_reason)
    return " · ".join(parts)
