"""The agency's rule files: what counts today of each, and what is coming."""

from __future__ import annotations

from datetime import date
from typing import Final

import flet as ft

from app.services.practice_rules import RuleVersion
from app.views.hooks import use_nav, use_query, use_tablet
from app.views.place import Place
from app.views.screens.more.frame import waiting
from app.views.screens.rules.page import TYPES, coming, counting, day_words, page, since_words
from app.views.widgets.boundary import component
from app.views.widgets.pressable import bind
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, text
from app.views.widgets.ui import Ui, use_ui
from app.wraparound.rules import RULE_FILES

_ICON = 28
_SYMBOLS: Final = {
    "clocks": ft.Icons.TIMER_OUTLINED, "tiers": ft.Icons.LAYERS_OUTLINED,
    "contacts": ft.Icons.CALL_OUTLINED, "notes": ft.Icons.DESCRIPTION_OUTLINED,
    "domains": ft.Icons.CATEGORY_OUTLINED, "labels": ft.Icons.LABEL_OUTLINED,
    "measures": ft.Icons.SHOW_CHART, "screening": ft.Icons.CHECKLIST, "packet": ft.Icons.INVENTORY_2_OUTLINED,
}  # fmt: skip

Versions = dict[str, tuple[RuleVersion, ...]]


@component
def RulesPlace(_place: Place) -> ft.Control:
    """For everybody: rules that people work by are no secret. Administrators change them."""
    ui = use_ui()
    nav = use_nav()
    tablet = use_tablet()
    tries, set_tries = ft.use_state(0)

    async def ask() -> tuple[Versions, date]:
        opened = tablet.open
        found = {name: await opened.rules.versions(name) for name in RULE_FILES}
        return found, opened.desk.today()

    answer = use_query(ask, (tries,), types=TYPES)

    def go(name: str) -> None:
        nav.go(Place("rule_file", detail=name))

    parts: list[ft.Control] = [text(ui, ui.say("rules.explain"), ui.type.body, SOFT)]
    if answer.value is None:
        parts.append(waiting(ui, answer, "rules", lambda: set_tries(lambda now: now + 1)))
    else:
        versions, today = answer.value
        rows: list[ft.Control] = [
            list_row(
                ui, ui.say(f"practice.rules.{name}"), bind(go, name),
                key=f"rules.{name}", lead=icon(ui, _SYMBOLS[name], _ICON, SOFT), lead_size=_ICON,
                line=_line(ui, versions[name], today), chevron=True,
            )
            for name in RULE_FILES
        ]  # fmt: skip
        parts.append(
            ft.Column(rows, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
        )
    return page(ui, nav, ui.say("rules.title"), parts, key="rules")


def _line(ui: Ui, versions: tuple[RuleVersion, ...], today: date) -> str:
    said = since_words(ui, counting(versions, today), today)
    later = coming(versions, today)
    if later is not None:
        said = f"{said}\n{ui.say('rules.coming', day=day_words(ui, later.from_on, today))}"
    if any(one.wrong is not None for one in versions):
        said = f"{said}\n{ui.say('rules.one_unread')}"
    return said
