"""*More of our plan*: what went well, strengths, needs and ways in plain words, our people.

Pure drawing of a `FamilyPage`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.views import dates
from app.views.screens.table.gone import gone_button
from app.views.screens.table.look import (
    HeadActs,
    chosen_size,
    head,
    large_text,
    page_of,
    shape_of,
    table_name,
    words_line,
)
from app.views.screens.table.view import promise_row
from app.views.widgets.buttons import outlined
from app.views.widgets.face import face, initials
from app.views.widgets.pressable import Act, bind
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import FamilyPage, GoalShown, NeedShown, Someone, TransitionShown, WayShown
from app.wraparound.wording import Words


def more_page(
    ui: Ui,
    page: FamilyPage,
    acts: HeadActs,
    back: Act,
    now_ms: int,
    gone: Callable[[str], object],
    people: ft.Control | None = None,
) -> ft.Control:
    """The whole second page. gone: outcome id. people: the family's own eco-map, in place of the list
    of names."""
    today = dates.local(now_ms).date()
    parts: list[ft.Control] = []
    if page.good_news:
        parts.append(_section(ui, "table.went_well", [_point(ui, w, _GOOD) for w in page.good_news]))
    if page.strengths:
        parts.append(
            _section(
                ui,
                "table.strengths",
                [_point(ui, one.text, _STRONG, one.whose) for one in page.strengths],
            )
        )
    if page.needs:
        parts.append(_section(ui, "table.working_on", [_need(ui, one, gone) for one in page.needs]))
    if page.promises:
        rows = [promise_row(ui, one, today) for one in page.promises]
        parts.append(_section(ui, "table.promises", rows))
    if page.mission or page.ground_rules:
        parts.append(_agreed(ui, page))
    if page.circle:
        parts.append(_section(ui, "table.people", [people or people_list(ui, page.circle)]))
    parts += _later(ui, page.transition)
    if page.crisis:
        parts.append(
            ft.Row(
                [
                    outlined(
                        ui, ui.say("table.crisis"), acts.crisis, key="table.more.crisis",
                        symbol=ft.Icons.SUPPORT_OUTLINED, danger=True,
                    )
                ],
                wrap=True,
            )
        )  # fmt: skip
    if not parts:
        parts.append(text(ui, ui.say("table.nothing_yet"), ui.type.body_l, SOFT))
    top = head(ui, ui.say("table.more"), table_name(ui, page.name), acts, back=back)
    return page_of(ui, top, parts, None, "table.more_page")


_GOOD = ft.Icons.CELEBRATION_OUTLINED
_STRONG = ft.Icons.STAR_OUTLINE


def _section(ui: Ui, title: str, rows: Sequence[ft.Control]) -> ft.Control:
    return _column([section_header(ui, ui.say(title), large=True), *rows], 16)


def _column(parts: Sequence[ft.Control], spacing: float) -> ft.Control:
    return ft.Column(
        list(parts), spacing=spacing, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )


def _point(ui: Ui, words: Words, symbol: ft.IconData, whose: str = "") -> ft.Control:
    said = [words_line(ui, words, ui.type.body_l)]
    if whose:
        said.insert(0, text(ui, whose, ui.type.h3))
    return ft.Row(
        [
            icon(ui, symbol, 26, ft.Colors.TERTIARY),
            ft.Column(said, spacing=0, tight=True, expand=True),
        ],
        spacing=16,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _need(ui: Ui, need: NeedShown, gone: Callable[[str], object]) -> ft.Control:
    plain = chosen_size(ui)
    parts: list[ft.Control] = [words_line(ui, need.text, plain.type.words)]
    if need.status == "met":
        parts.append(_tick(ui, ui.say("table.need_met")))
    parts += [_goal(ui, one, gone) for one in need.goals]
    return _column(parts, 10)


def _tick(ui: Ui, words: str) -> ft.Control:
    return ft.Row(
        [
            icon(ui, ft.Icons.CHECK_CIRCLE, 24, ft.Colors.TERTIARY),
            text(ui, words, ui.type.body, ft.Colors.TERTIARY, expand=True),
        ],
        spacing=10,
    )


def _goal(ui: Ui, goal: GoalShown, gone: Callable[[str], object]) -> ft.Control:
    """The outcome and its ways on the family's thread."""
    parts: list[ft.Control] = [
        text(ui, ui.say("table.goal"), ui.type.body, ft.Colors.TERTIARY),
        words_line(ui, goal.text, ui.type.body_l),
    ]
    measure = _measure(ui, goal)
    if measure:
        parts.append(text(ui, measure, ui.type.body, SOFT))
    if goal.status == "reached":
        parts.append(_tick(ui, ui.say("table.goal_reached")))
    if goal.history:
        parts.append(gone_button(ui, goal, bind(gone, goal.outcome_id)))
    if goal.ways:
        parts.append(ft.Container(height=2))
        parts.append(text(ui, ui.say("table.ways"), ui.type.body, ft.Colors.TERTIARY))
        parts += [_way(ui, one) for one in goal.ways]
    return ft.Container(
        _column(parts, 4),
        padding=ft.Padding.only(left=16, top=2, bottom=2),
        border=ft.Border.only(left=ft.BorderSide(3, ft.Colors.TERTIARY)),
    )


def _measure(ui: Ui, goal: GoalShown) -> str:
    """Then, now, hoped for: only what is written down."""
    parts = [
        ui.say(f"table.measure_{name}", value=value)
        for name, value in (("then", goal.baseline), ("now", goal.current), ("hope", goal.target))
        if value
    ]
    return " ".join(parts)


def _way(ui: Ui, way: WayShown) -> ft.Control:
    return ft.Row(
        [
            icon(ui, ft.Icons.ARROW_RIGHT_ALT, 24, ft.Colors.TERTIARY),
            ft.Column([words_line(ui, way.text, ui.type.body_l)], expand=True, tight=True),
        ],
        spacing=10,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _agreed(ui: Ui, page: FamilyPage) -> ft.Control:
    parts: list[ft.Control] = [section_header(ui, ui.say("table.agreed"), large=True)]
    for key, words in (("table.mission", page.mission), ("table.rules", page.ground_rules)):
        if words:
            parts.append(
                _column(
                    [text(ui, ui.say(key), ui.type.h3), words_line(ui, words, ui.type.body_l)], 2
                )
            )
    return _column(parts, 14)


def people_list(ui: Ui, circle: Sequence[Someone]) -> ft.Control:
    """Everybody who agreed to be shown, by name and what they are; no closeness."""
    plain = chosen_size(ui)
    two = ui.layout.wide and not large_text(ui)
    width = (ui.layout.width - 2 * 44 - 24) / 2 if two else None
    rows = [
        ft.Container(
            ft.Row(
                [
                    face(plain, initials(one.name), shape_of(one.kind), size=52),
                    ft.Column(
                        [
                            text(ui, one.name, ui.type.h3),
                            *([text(ui, one.role, ui.type.body, SOFT)] if one.role else []),
                        ],
                        spacing=0,
                        tight=True,
                        expand=True,
                    ),
                ],
                spacing=14,
            ),
            width=width,
        )
        for one in circle
    ]
    return ft.Row(list(rows), wrap=True, spacing=24, run_spacing=14) if two else _column(rows, 14)


def _later(ui: Ui, plan: TransitionShown) -> list[ft.Control]:
    """How the team lets go, once somebody has written about it."""
    parts: list[ft.Control] = []
    for key, words in (("table.celebration", plan.celebration), ("table.way_back", plan.way_back)):
        if words:
            said = [text(ui, ui.say(key), ui.type.h3), words_line(ui, words, ui.type.body_l)]
            parts.append(_column(said, 2))
    for _section_code, words, who, done in plan.items:
        parts.append(
            _point(ui, words, ft.Icons.CHECK_CIRCLE if done else ft.Icons.CIRCLE_OUTLINED, who)
        )
    if not parts:
        return []
    return [_column([hairline(), section_header(ui, ui.say("table.later"), large=True), *parts], 14)]


__all__ = ["more_page", "people_list"]
