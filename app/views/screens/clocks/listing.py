"""A family's clocks as a list: each with its dial, its words, why it runs, and a way to where it is done.

Pure. Those that were met are folded away. docs/rules.md tells where clocks come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import flet as ft

from app.services.caseload_views import CaseFamily
from app.views import dates
from app.views.deadlines import STATE, own_words
from app.views.routes import PLACES
from app.views.screens.more.places import is_there
from app.views.theme.tokens import Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.clock import dial
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import text_edge
from app.views.widgets.text import SOFT, hairline, icon, text
from app.views.widgets.ui import Ui
from app.wraparound.clocks import FamilyClock, running

HOUSE_DEFAULT: Final = "house default"
"""What a rule says of a clock that no published practice asks for."""
_DIAL, _GAP = 32, 14
_MOST_MET = 30
"""Met clocks that are listed: a year of signed notes helps nobody."""
_GOES: Final = frozenset(
    {
        "note", "note_editor", "visits", "crisis_editor", "phase", "meetings", "measures", "release",
        "request", "disclosures", "episodes", "safety", "documents", "referral", "message", "screening",
    }
)  # fmt: skip
"""Places for which the button has words of its own."""


def clocks_list(
    ui: Ui,
    family: CaseFamily,
    now_ms: int,
    on_go: Callable[[FamilyClock], object],
    unfolded: bool,
    on_fold: Act,
) -> list[ft.Control]:
    """Everything below the header. What a safety report asks for stands on its own screen alone."""
    due = [one for one in family.clocks if not one.restricted]
    met = [one for one in family.met if not one.restricted]
    parts: list[ft.Control] = [
        text(ui, ui.say("clocks.explain"), ui.type.body, SOFT, key="clocks.explain")
    ]
    if family.status != "open":
        parts.append(_plain(ui, "clocks.closed"))
    elif not due:
        parts.append(_plain(ui, "clocks.none"))
    parts += [_group(ui, some, now_ms, on_go) for some in _groups(due)]
    if met:
        count = len(met)
        said = ui.say("clocks.hide_met") if unfolded else ui.say("clocks.show_met", count=count)
        symbol = ft.Icons.EXPAND_LESS if unfolded else ft.Icons.EXPAND_MORE
        parts.append(ft.Row([quiet(ui, said, on_fold, key="clocks.met", symbol=symbol)], wrap=True))
        if unfolded:
            parts.append(_met_list(ui, met[:_MOST_MET], dates.local(now_ms).date()))
    return parts


def _plain(ui: Ui, key: str) -> ft.Control:
    said = text(ui, ui.say(key), ui.type.body_l)
    return quiet_panel(ft.Row([icon(ui, ft.Icons.CHECK_CIRCLE_OUTLINE, 24, SOFT), _wide(said)],
                              spacing=Space.M), key=key)  # fmt: skip


def _wide(content: ft.Control) -> ft.Control:
    return ft.Container(content, expand=True)


def _groups(due: Sequence[FamilyClock]) -> list[list[tuple[int, FamilyClock]]]:
    """Clocks of one rule together, where the most urgent of them stands: five notes are one thing to do."""
    found: dict[str, list[tuple[int, FamilyClock]]] = {}
    for number, one in enumerate(due):
        found.setdefault(one.code, []).append((number, one))
    return list(found.values())


def _group(
    ui: Ui, some: Sequence[tuple[int, FamilyClock]], now_ms: int, on_go: Callable[[FamilyClock], object]
) -> ft.Control:
    """What it is and why, said once; then each with its dial, its day and the way to it."""
    one = some[0][1]
    if len(some) == 1:
        parts = [_clock(ui, one, some[0][0], now_ms, on_go, _why(ui, one))]
    else:
        title = ui.say("clocks.several", what=own_words(ui, one.name), count=len(some))
        head = [text(ui, title, ui.type.h3, heading=2), *_why(ui, one), _source(ui, one)]
        parts = [ft.Container(_stack(head), padding=ft.Padding.only(left=text_edge(ui, _DIAL)))]
        parts += [_clock(ui, each, number, now_ms, on_go) for number, each in some]
    parts.append(ft.Container(hairline(text_edge(ui, _DIAL)), padding=ft.Padding.only(top=Space.S)))
    return ft.Column(
        parts, spacing=Space.XS, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        key=f"clocks.group.{one.code}",
    )  # fmt: skip


def _why(ui: Ui, one: FamilyClock) -> list[ft.Control]:
    told = (own_words(ui, one.reason), own_words(ui, one.how))
    return [text(ui, said, ui.type.body) for said in told if said]


def _source(ui: Ui, one: FamilyClock, began: str = "") -> ft.Control:
    said = " · ".join(part for part in (began, source_words(ui, one)) if part)
    return text(ui, said, ui.type.cap, SOFT)


def _stack(lines: Sequence[ft.Control], expand: bool | None = None) -> ft.Column:
    return ft.Column(list(lines), spacing=4, tight=True, expand=expand)


def _clock(
    ui: Ui, one: FamilyClock, number: int, now_ms: int, on_go: Callable[[FamilyClock], object],
    why: Sequence[ft.Control] | None = None,
) -> ft.Control:  # fmt: skip
    """When it is due, since when it runs, and the way to where it is done. why: of one that stands alone."""
    shown = running(one)
    ink = ft.Colors.ERROR if one.standing == "overdue" else ft.Colors.ON_SURFACE
    began = dates.plain_day(ui.settings.language, one.started_on, dates.local(now_ms).date())
    since = ui.say("clocks.since", day=began)
    due = text(ui, due_words(ui, one, now_ms), ui.type.strong, ink)
    said: list[ft.Control]
    if why is not None:
        said = [text(ui, title_of(ui, one), ui.type.h3, heading=2), due, *why, _source(ui, one, since)]
    else:
        about = [text(ui, one.about, ui.type.body)] if one.about else []
        said = [*about, due, text(ui, since, ui.type.cap, SOFT)]
    beside: list[ft.Control] = []
    if one.goes_to in PLACES and is_there(one.goes_to):
        known = one.goes_to if one.goes_to in _GOES else "there"
        go = outlined(
            ui, ui.say(f"clocks.go.{known}"), bind(on_go, one), key=f"clocks.go.{number}", small=True
        )
        if ui.layout.stacked:
            said.append(ft.Row([go], wrap=True))
        else:
            beside.append(go)
    line = ft.Row(
        [dial(ui, STATE[shown.state], one.share_used, size=_DIAL), _stack(said, expand=True), *beside],
        spacing=_GAP,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Container(
        line, key=f"clocks.{number}",
        padding=ft.Padding.symmetric(vertical=4, horizontal=0 if ui.layout.narrow else Space.XS),
    )  # fmt: skip


def title_of(ui: Ui, one: FamilyClock) -> str:
    """What the rule calls it, and whom or what it concerns."""
    name = own_words(ui, one.name)
    return f"{name}: {one.about}" if one.about else name


def due_words(ui: Ui, one: FamilyClock, now_ms: int) -> str:
    """When it is due: "In 5 days, by Wed 2 Dec", "3 days over. It was due Fri 20 Nov".

    now_ms: UTC milliseconds; a clock that is counted in hours is due at a time of day.
    """
    language = ui.settings.language
    today = dates.local(now_ms).date()
    if one.due_at_ms:
        day = dates.moment(language, one.due_at_ms, now_ms)
        over = one.standing == "overdue"
        return dates.begin(ui.say("clocks.hour_over" if over else "clocks.hour_due", moment=day))
    left = dates.begin(dates.days_left(language, one.days_left))
    day = dates.plain_day(language, one.due_on, today)
    known = "was_due" if one.days_left < 0 else "due" if one.days_left else "due_today"
    return ui.say(f"clocks.{known}", when=left, day=day)


def source_words(ui: Ui, one: FamilyClock) -> str:
    """Where the clock comes from."""
    if one.source.startswith(HOUSE_DEFAULT):
        rest = one.source.removeprefix(HOUSE_DEFAULT)
        return ui.say("clocks.house_default") + rest
    return ui.say("clocks.source", source=one.source)


def _met_list(ui: Ui, met: Sequence[FamilyClock], today: date) -> ft.Control:
    rows: list[ft.Control] = []
    for one in met:
        day = dates.plain_day(ui.settings.language, one.met_on or one.due_on, today)
        said = ui.say("clocks.met_late" if one.standing == "met_late" else "clocks.met_on", day=day)
        mark = ft.Icons.CHECK if one.standing == "met" else ft.Icons.SCHEDULE
        words = ft.Column(
            [text(ui, title_of(ui, one), ui.type.body), text(ui, said, ui.type.cap, SOFT)],
            spacing=2, tight=True, expand=True,
        )  # fmt: skip
        rows.append(ft.Row([icon(ui, mark, 22, SOFT), words], spacing=Space.M))
    return ft.Column(rows, spacing=10, tight=True, key="clocks.met_list")
