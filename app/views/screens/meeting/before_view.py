"""How the form before a meeting looks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import flet as ft

from app.services.meeting_plans import MeetingPlan, Prepared
from app.views import dates
from app.views.screens.meeting.look import column, quote_line
from app.views.screens.meeting.step_last import HOURS, MINUTES, PLACES
from app.views.screens.meeting.step_who import QUALIFICATIONS, child_warning
from app.views.screens.meeting.wording import place_words
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, outlined, quiet
from app.views.widgets.chips import Choice, choice_chips, many_chips
from app.views.widgets.day_picker import month_grid
from app.views.widgets.fields import field, note_line
from app.views.widgets.header import header
from app.views.widgets.panels import quiet_panel
from app.views.widgets.pressable import Act
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.tickbox import tick_row
from app.views.widgets.ui import Ui
from app.wraparound.vocabulary import CONTENT_LANGUAGES, MEDIUMS, MEETING_FLOWS, PREPARATION_KINDS

_LARGE_TEXT = 1.5


@dataclass(frozen=True)
class BeforeLook:
    """The form as it stands. words: typed and not added yet, by kind. at: the field of the trouble."""

    plan: MeetingPlan
    words: Mapping[str, str]
    today: date
    month: date
    trouble: str = ""
    at: str = ""


@dataclass(frozen=True)
class BeforeActs:
    """What can be done."""

    back: Act
    crisis: Act
    cover: Act
    change: Callable[..., object]
    type: Callable[[str, str], object]
    day: Callable[[date], object]
    month: Callable[[date], object]
    time: Callable[[int, int], object]
    add: Callable[[str], object]
    share: Callable[[str, bool], object]
    remove: Callable[[str], object]
    save: Act
    begin: Act
    cancel: Act


def before_view(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    """The whole page."""
    plan = look.plan
    main = column([_what(ui, look, acts), _when(ui, look, acts), _who(ui, look, acts),
                   _language(ui, look, acts)], Space.XL)  # fmt: skip
    private = _private(ui, look, acts)
    body: ft.Control = column([main, private], Space.XL)
    if ui.layout.wide:
        body = ft.Row(
            [ft.Container(main, expand=True), ft.Container(private, width=ui.grow(360))],
            spacing=Space.XXL,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    acts_row: list[ft.Control] = [
        filled(ui, ui.say("before.begin"), acts.begin, key="before.begin"),
        outlined(ui, ui.say("before.save"), acts.save, key="before.save", main=True),
    ]
    if plan.meeting_id:
        acts_row.append(quiet(ui, ui.say("before.cancel"), acts.cancel, key="before.cancel", ink=True))
    foot = ft.Container(
        ft.Row(acts_row, wrap=True, spacing=Space.S, run_spacing=Space.XS),
        padding=ft.Padding.only(bottom=Space.S),
    )
    # With large words on a small screen the acts would cover half of it.
    tight = ui.layout.narrow and ui.scale >= _LARGE_TEXT
    return ft.Column(
        [
            header(ui, ui.say("before.title"), key="before",
                   line=None if ui.layout.narrow else ui.say("before.line"), on_back=acts.back,
                   on_crisis=acts.crisis, on_cover=acts.cover),
            ft.Column(
                [body, *([foot] if tight else []), ft.Container(height=Space.XL)],
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            *([note_line(ui, look.trouble, error=True, key="before.problem")] if look.trouble else []),
            *([] if tight else [foot]),
        ],
        spacing=Space.S,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip


def _what(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    return column(
        [
            section_header(ui, ui.say("before.flow"), large=True),
            choice_chips(
                ui, [Choice(one, ui.say(f"meeting.flow.{one}")) for one in MEETING_FLOWS],
                look.plan.flow, lambda flow: acts.change(flow=flow), key="before.flow",
            ),
            text(ui, ui.say(f"before.flow_line.{look.plan.flow}"), ui.type.body, SOFT),
        ],
        Space.S,
    )  # fmt: skip


def _when(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    at = datetime.fromtimestamp(look.plan.starts_at_ms / 1000) if look.plan.starts_at_ms else None
    said = ""
    if at is not None:
        said = dates.begin(
            ui.say(
                "dates.moment", day=dates.day(ui.language, at.date(), look.today),
                time=dates.time_of_day(ui.language, look.plan.starts_at_ms),
            )
        )  # fmt: skip
    hour, minute = (f"{at.hour:02d}", f"{at.minute:02d}") if at else ("16", "00")
    return column(
        [
            section_header(ui, said or ui.say("before.when"), large=True),
            ft.Row([ft.Container(month_grid(ui, look.month, at.date() if at else None, look.today, acts.day,
                                            acts.month, key="before.month"),
                                 width=min(420 * ui.scale, ui.layout.width - 48))]),
            choice_chips(
                ui, [Choice(f"{one:02d}", dates.hour_words(ui.language, one)) for one in HOURS],
                hour if at else None, lambda one: acts.time(int(one), int(minute)), key="before.hour",
            ),
            choice_chips(
                ui, [Choice(one, f":{one}") for one in MINUTES], minute if at else None,
                lambda one: acts.time(int(hour), int(one)), key="before.minute",
            ),
            text(ui, ui.say("before.where"), ui.type.label),
            choice_chips(
                ui, [Choice(one, place_words(ui, one)) for one in PLACES], look.plan.place,
                lambda one: acts.change(place=one), key="before.place",
            ),
            choice_chips(
                ui, [Choice(one, ui.say(f"before.medium.{one}")) for one in MEDIUMS], look.plan.medium,
                lambda one: acts.change(medium=one), key="before.medium",
            ),
        ],
        Space.S,
    )  # fmt: skip


def _who(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    people = [
        Choice(one.id, f"{one.name}, {one.role}" if one.role else one.name) for one in look.plan.readers
    ]
    alone = not any(one.kind == "family" and one.id in look.plan.invited for one in look.plan.readers)
    return column(
        [
            section_header(ui, ui.say("before.invited"), large=True),
            many_chips(ui, people, look.plan.invited, lambda chosen: acts.change(invited=chosen),
                       key="before.invited"),
            *([text(ui, ui.say("meeting.professionals"), key="before.alone")] if alone else []),
        ],
        Space.S,
    )  # fmt: skip


def _language(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    plan = look.plan
    parts: list[ft.Control] = [
        section_header(ui, ui.say("before.languages"), large=True),
        many_chips(
            ui, [Choice(one, ui.say(f"meeting.language.{one}")) for one in CONTENT_LANGUAGES],
            frozenset(plan.languages),
            lambda chosen: acts.change(
                languages=tuple(one for one in CONTENT_LANGUAGES if one in chosen) or ("en",)
            ),
            key="before.languages",
        ),
        field(
            ui, ui.say("meeting.interpreter_name"), plan.interpreter,
            lambda value: acts.change(interpreter=value), key="before.interpreter",
        ),
        choice_chips(
            ui, [Choice(one, ui.say(f"meeting.qualified.{one}")) for one in QUALIFICATIONS],
            plan.interpreter_qualification,
            lambda one: acts.change(
                interpreter_qualification="" if plan.interpreter_qualification == one else one
            ),
            key="before.qualified",
        ),
    ]  # fmt: skip
    if plan.interpreter_qualification == "child":
        parts.append(child_warning(ui))
    return column(parts, Space.S)


def _private(ui: Ui, look: BeforeLook, acts: BeforeActs) -> ft.Control:
    """What only workers see."""
    head = ft.Row(
        [
            icon(ui, ft.Icons.LOCK_OUTLINE, 26),
            text(ui, ui.say("before.private"), ui.type.h2, heading=2, expand=True),
        ],
        spacing=Space.S,
    )
    parts: list[ft.Control] = [head, text(ui, ui.say("before.private_line"), ui.type.body, SOFT)]
    for kind in PREPARATION_KINDS:
        mine = [one for one in look.plan.prepared if one.kind == kind]
        parts.append(
            column(
                [
                    text(ui, ui.say(f"before.kind.{kind}"), ui.type.h3, heading=3),
                    *(_prepared(ui, one, acts) for one in mine),
                    field(
                        ui, ui.say(f"before.ask.{kind}"), look.words.get(kind, ""),
                        _Typing(acts, kind), key=f"before.{kind}", lines=1, most_lines=4,
                    ),
                    ft.Row([quiet(ui, ui.say("meeting.add"), _Adding(acts, kind), key=f"before.{kind}.add",
                                  symbol=ft.Icons.ADD)], wrap=True),
                ],
                Space.XS,
            )
        )  # fmt: skip
    return quiet_panel(column(parts, Space.L), key="before.private")


class _Typing:
    """Letters in one field."""

    def __init__(self, acts: BeforeActs, kind: str) -> None:
        self._acts, self._kind = acts, kind

    def __call__(self, value: str) -> object:
        return self._acts.type(self._kind, value)


class _Adding:
    """Add what stands in one field."""

    def __init__(self, acts: BeforeActs, kind: str) -> None:
        self._acts, self._kind = acts, kind

    def __call__(self) -> object:
        return self._acts.add(self._kind)


def _prepared(ui: Ui, one: Prepared, acts: BeforeActs) -> ft.Control:
    parts: list[ft.Control] = [quote_line(ui, one.text)]
    if one.kind == "youth_agenda":
        parts.append(
            tick_row(
                ui, ui.say("before.share"), one.shared, lambda on: acts.share(one.preparation_id, on),
                key=f"before.share.{one.preparation_id}",
            )
        )  # fmt: skip
    parts.append(
        ft.Row([quiet(ui, ui.say("before.remove"), lambda: acts.remove(one.preparation_id),
                      key=f"before.remove.{one.preparation_id}", ink=True)], wrap=True)
    )  # fmt: skip
    return column(parts, 2)


__all__ = ["Any", "BeforeActs", "BeforeLook", "before_view"]
