"""Lines of the audit as controls: by day, filtered by person and kind. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import flet as ft

from app.services.audit_lines import Alarm, AuditPage, Line
from app.views import dates
from app.views.screens.audit.wording import name_of, sentence
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined
from app.views.widgets.chips import Choice, choice_chips, picker
from app.views.widgets.panels import quiet_panel
from app.views.widgets.rows import list_row
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.audit import Broken

KINDS = ("all", "looked", "wrote", "gave", "agency")
PAGE = 60
_MARK = 24
_SYMBOLS = {
    "looked": ft.Icons.VISIBILITY_OUTLINED,
    "wrote": ft.Icons.EDIT_OUTLINED,
    "gave": ft.Icons.OUTBOX_OUTLINED,
    "agency": ft.Icons.BADGE_OUTLINED,
}


@dataclass(frozen=True)
class Filter:
    """What is shown. person: id or "". kind: one of KINDS. count: how many lines at most."""

    person: str = ""
    kind: str = "all"
    count: int = PAGE


def shown_of(lines: Sequence[Line], chosen: Filter) -> tuple[Line, ...]:
    """The lines that a filter lets through."""
    return tuple(
        line
        for line in lines
        if (not chosen.person or line.person == chosen.person)
        and (chosen.kind == "all" or line.kind == chosen.kind)
    )


def filters(
    ui: Ui,
    page: AuditPage,
    chosen: Filter,
    on_kind: Callable[[str], object],
    on_who: Callable[[], object],
    *,
    kinds: Sequence[str] = KINDS,
) -> ft.Control:
    """Who and which kind. kinds: those on offer; one alone needs no chips."""
    who = dict(page.people).get(chosen.person, ui.say("audit.filter_all"))
    parts: list[ft.Control] = [
        picker(ui, ui.say("audit.filter_who"), who, on_who, key="audit.who", symbol=ft.Icons.PERSON_OUTLINE)
    ]
    if len(kinds) > 1:
        choices = [Choice(kind, ui.say(f"audit.kind.{kind}")) for kind in kinds]
        parts.append(choice_chips(ui, choices, chosen.kind, on_kind, key="audit.kind"))
    return ft.Column(
        parts, spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def days(
    ui: Ui, page: AuditPage, chosen: Filter, now_ms: int, on_more: Callable[[], object]
) -> list[ft.Control]:
    """The lines under the days on which they happened, and a way to older ones."""
    lines = shown_of(page.lines, chosen)
    if not lines:
        words = ui.say("audit.none_so" if page.lines else "audit.none")
        return [text(ui, words, ui.type.body, SOFT)]
    today = dates.local(now_ms).date()
    parts: list[ft.Control] = []
    for day, of_day in groupby(lines[: chosen.count], key=lambda line: dates.local(line.at_ms).date()):
        parts.append(_day(ui, day, today, list(of_day), page))
    if len(lines) > chosen.count:
        parts.append(ft.Row([outlined(ui, ui.say("audit.more"), on_more, key="audit.more")], wrap=True))
    return parts


def _day(ui: Ui, day: date, today: date, lines: list[Line], page: AuditPage) -> ft.Control:
    rows = [
        line_row(ui, line, page, key=f"audit.line.{day.isoformat()}.{number}", ruled=number < len(lines))
        for number, line in enumerate(lines, start=1)
    ]
    title = dates.begin(dates.day(ui.language, day, today))
    return ft.Column(
        [section_header(ui, title, large=True), *rows],
        spacing=Space.XS,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def line_row(ui: Ui, line: Line, page: AuditPage, *, key: str, ruled: bool = True) -> ft.Control:
    """One line: what, and when; how often, and that it is restricted, where that is so."""
    facts = [dates.time_of_day(ui.language, line.at_ms)]
    if line.times > 1 and line.code != "table.open":
        facts.append(ui.say("audit.times", count=line.times))
    if line.restricted:
        facts.append(ui.say("audit.restricted"))
    symbol = ft.Icons.LOCK_OUTLINE if line.restricted else _SYMBOLS[line.kind]
    return list_row(
        ui, sentence(ui.say, line, page.names), None, key=key,
        lead=icon(ui, symbol, _MARK, SOFT), lead_size=_MARK, line=" · ".join(facts), ruled=ruled, tall=60,
    )  # fmt: skip


def alarm_panel(ui: Ui, alarms: Sequence[Alarm], families: dict[str, str], *, key: str) -> list[ft.Control]:
    """What is missing, calmly and first; nothing when nothing is."""
    if not alarms:
        return []
    said: list[ft.Control] = [
        ft.Row(
            [icon(ui, ft.Icons.REPORT_OUTLINED, 26, ft.Colors.ERROR),
             text(ui, ui.say("audit.alarm_title"), ui.type.strong, expand=True)],
            spacing=12,
        )
    ]  # fmt: skip
    for family in dict.fromkeys(alarm.family_id for alarm in alarms):
        named = families.get(family, "")
        words = ui.say("audit.alarm_family", family=named) if named else ui.say("audit.alarm_agency")
        said.append(text(ui, words, ui.type.body))
        for alarm in [one for one in alarms if one.family_id == family][:5]:
            other = alarm.kind in (Broken.CHANGED, Broken.TWICE, Broken.OTHER)
            who = name_of(ui.say, alarm.person, {alarm.person: alarm.name})
            phrase = "audit.alarm_other" if other else "audit.alarm_what"
            said.append(text(ui, ui.say(phrase, who=who, n=alarm.n), ui.type.body, SOFT))
    panel = ft.Semantics(live_region=True, content=ft.Column(said, spacing=Space.S, tight=True))
    return [quiet_panel(panel, key=key)]
