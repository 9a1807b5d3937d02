"""Crisis plan, next meeting, and what came of this one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import MeetingDraft
from app.views import dates
from app.views.screens.meeting.look import Acts, Look, column, family_words
from app.views.screens.meeting.wording import day_of, next_words
from app.views.theme.tokens import Space
from app.views.widgets.chips import Choice, choice_chips
from app.views.widgets.day_picker import month_grid
from app.views.widgets.fields import field
from app.views.widgets.panels import fact_line, quiet_panel
from app.views.widgets.text import SOFT, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui

HOURS = tuple(range(8, 20))
MINUTES = ("00", "15", "30", "45")
PLACES = ("home", "school", "office", "community", "video")
_SIDE_BY_SIDE = 860
_SHOWN = ("early_sign", "helps", "hurts", "reactive", "call", "safe_place")


def crisis_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """The crisis plan as those present may read it, and whether it is still right."""
    page, draft = look.table.page, look.draft
    blocks: list[ft.Control] = []
    for section in _SHOWN:
        lines = [one for one in page.crisis if one.section == section and (one.text or one.who)]
        if lines:
            rows: list[ft.Control] = [text(ui, ui.say(f"meeting.crisis.{section}"), ui.type.label, SOFT)]
            for one in lines:
                words = family_words(ui, one.text) if one.text else text(ui, one.who, ui.type.body_l)
                rows.append(words)
            blocks.append(column(rows, 2))
    if not blocks:
        blocks.append(text(ui, ui.say("meeting.no_crisis_plan"), ui.type.body_l, SOFT))

    def answer(chosen: str) -> None:
        acts.do(lambda draft: replace(draft, crisis="" if draft.crisis == chosen else chosen))

    parts: list[ft.Control] = [
        choice_chips(
            ui, [Choice(one, ui.say(f"meeting.crisis_{one}")) for one in ("right", "changed")],
            draft.crisis, answer, key="meeting.crisis",
        ),
    ]  # fmt: skip
    if draft.crisis == "changed":
        parts.append(
            field(
                ui, ui.say("meeting.crisis_what"), draft.crisis_words if look.seen("crisis") else "",
                lambda value: acts.write(lambda draft: replace(draft, crisis_words=value)),
                key="meeting.crisis_words", lines=2, help=ui.say("meeting.crisis_help"),
            )
        )  # fmt: skip
    parts.append(quiet_panel(column(blocks, Space.M), key="meeting.crisis_plan"))
    return column(parts, Space.L)


def next_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """Day, time and place of the next meeting; or that somebody will call."""
    draft = look.draft
    chosen = day_of(draft.next_on)
    shown = day_of(draft.typed.get("month", "")) or chosen or look.today

    def put(**values: Any) -> None:
        acts.do(lambda draft: replace(draft, **values))

    def on_day(day: date) -> None:
        put(next_on=day.isoformat(), next_at=draft.next_at or "16:00", next_later=False)

    grid = month_grid(
        ui, shown, chosen, look.today, on_day,
        lambda month: acts.do(lambda d: acts_of.put_typed(d, "month", month.isoformat())),
        key="meeting.month",
    )  # fmt: skip
    hour, _, minute = (draft.next_at or "16:00").partition(":")
    side = column(
        [
            text(ui, ui.say("meeting.what_time"), ui.type.label),
            choice_chips(
                ui, [Choice(f"{one:02d}", dates.hour_words(ui.language, one)) for one in HOURS],
                hour if draft.next_at else None, lambda one: put(next_at=f"{one}:{minute}"),
                key="meeting.hour",
            ),
            choice_chips(
                ui, [Choice(one, f":{one}") for one in MINUTES], minute if draft.next_at else None,
                lambda one: put(next_at=f"{hour}:{one}"), key="meeting.minute",
            ),
            text(ui, ui.say("meeting.where"), ui.type.label),
            choice_chips(
                ui, [Choice(one, ui.say(f"meeting.place.{one}")) for one in PLACES],
                draft.next_place, lambda one: put(next_place=one), key="meeting.place",
            ),
        ],
        Space.S,
    )  # fmt: skip
    said = next_words(ui, draft, look.today)
    top = ft.Semantics(
        live_region=True,
        content=text(
            ui, said or ui.say("meeting.no_day_yet"), ui.type.h2, ft.Colors.TERTIARY if said else SOFT,
            key="meeting.next_words",
        ),
    )  # fmt: skip
    later = tick_row(
        ui, ui.say("meeting.call_later"), draft.next_later,
        lambda on: put(next_later=on, **({"next_on": "", "next_at": ""} if on else {})),
        key="meeting.call_later",
    )  # fmt: skip
    if ui.layout.stacked or look.width < _SIDE_BY_SIDE:
        return column([top, grid, side, later], Space.L)
    return column(
        [
            top,
            ft.Row(
                [ft.Container(grid, width=400), ft.Container(side, expand=True)],
                spacing=Space.XXL,
                vertical_alignment=ft.CrossAxisAlignment.START,
            ),
            later,
        ],
        Space.M,
    )


def done_step(ui: Ui, look: Look, _acts: Acts) -> ft.Control:
    """What this meeting comes to, before it is all kept."""
    draft = look.draft
    chosen = sum(one.chosen for one in draft.ideas)
    numbers = len([one for one in draft.ratings if one.shown and one.value >= 0 and not one.passed])
    agreed = len([one for one in draft.agreements if one.agreement])
    when = next_words(ui, draft, look.today)
    lines: list[tuple[ft.IconData, str]] = [
        (ft.Icons.GROUPS_OUTLINED, _count(ui, "people", len(draft.taking_part))),
        (ft.Icons.TRENDING_UP, _count(ui, "numbers", numbers)),
        (ft.Icons.LIGHTBULB_OUTLINE, _count(ui, "ideas", chosen)),
        (ft.Icons.HANDSHAKE_OUTLINED, _count(ui, "promises", len(draft.steps))),
        (ft.Icons.DRAW_OUTLINED, _count(ui, "agreed", agreed)),
        (ft.Icons.EVENT_OUTLINED, ui.say("meeting.next_is", when=when) if when else ""),
    ]
    parts: list[ft.Control] = [
        fact_line(ui, symbol, words, icon_color=ft.Colors.TERTIARY) for symbol, words in lines if words
    ]
    if draft.professionals_only:
        parts.append(text(ui, ui.say("meeting.professionals"), ui.type.body_l))
    note = "meeting.done_again" if draft.ending == "asked" else "meeting.done_note"
    return column(
        [column(parts, Space.M), text(ui, ui.say(note), ui.type.body_l, SOFT)], Space.XL
    )


def _count(ui: Ui, what: str, number: int) -> str:
    if not number:
        return ""
    return ui.say(f"meeting.count.{what}_one" if number == 1 else f"meeting.count.{what}", count=number)


def kept_page(ui: Ui, draft: MeetingDraft, today: date) -> ft.Control:
    """After the end: it is all kept."""
    when = next_words(ui, draft, today)
    return column(
        [
            text(ui, ui.say("meeting.thanks"), ui.type.words_xl, heading=1),
            text(ui, ui.say("meeting.all_kept"), ui.type.body_l),
            text(ui, ui.say("meeting.next_is", when=when) if when else "", ui.type.h2, ft.Colors.TERTIARY),
        ],
        Space.L,
    )


__all__ = ["crisis_step", "dates", "done_step", "kept_page", "next_step", "section_header"]
