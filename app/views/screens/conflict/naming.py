"""How each field of each record is called.

Nobody ever sees a field's name or a code: a field that is not in the table (a newer app wrote it)
is called "something newer". The names themselves are in the locales, `conflict.name.<type>.<field>`.
"""

from __future__ import annotations

from app.views.screens.conflict.fields import FIELDS, FREE, PLAN, TITLES, Holds
from app.views.widgets.ui import Ui

__all__ = ["FIELDS", "FREE", "PLAN", "TITLES", "Holds", "field_name", "holds", "where_words"]


def holds(type_name: str, field: str) -> Holds | None:
    """What the field holds; None for one that this app does not know."""
    return FIELDS.get(type_name, {}).get(field)


def field_name(ui: Ui, type_name: str, field: str) -> str:
    """What has two versions: "Strategy", "By when a step is due"."""
    if holds(type_name, field) is None:
        return ui.say("conflict.something_newer")
    return ui.say(f"conflict.name.{type_name}.{field}")


def where_words(ui: Ui, type_name: str, field: str, family: str) -> str:
    """The same with whose it is: "Strategy in Nia and the Delgado family’s plan"."""
    what = field_name(ui, type_name, field)
    if not family:
        return what
    return ui.say("conflict.in_plan" if type_name in PLAN else "conflict.of_family", what=what, family=family)
