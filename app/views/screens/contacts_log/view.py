"""The contact log drawn: how the month stands first, then the contacts, then the sums. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.activity_counts import PersonCount
from app.services.contact_log import FamilyCheck, LogLine, LogMonth, Total
from app.views import dates
from app.views.screens.contacts_log.wording import (
    check_words,
    count_words,
    line_words,
    made_words,
    month_words,
    need_words,
    title_of_total,
    unsigned_words,
)
from app.views.screens.notes.rows import kind_tile
from app.views.screens.notes.wording import kind_words
from app.views.screens.people.form_parts import column
from app.views.theme.tokens import Space
from app.views.widgets.buttons import filled, icon_button, outlined, quiet
from app.views.widgets.fields import note_line
from app.views.widgets.panels import fact_line, sheet
from app.views.widgets.pressable import Act, bind
from app.views.widgets.rows import list_row
from app.views.widgets.states import empty_state
from app.views.widgets.text import SOFT, icon, section_header, text
from app.views.widgets.ui import Ui

_FIRST = 40
"""So many contacts are drawn at once."""
_ICON = 28
_COUNT = 44
"""Room for the numbers, so that all titles begin in one line."""


@dataclass(frozen=True)
class LogLook:
    """What the log shows. whose: family, person, all. funders: name → words.

    counts: trauma-informed activities by person, for a log of all. said: what became of the file.
    """

    found: LogMonth
    whose: str
    funders: dict[str, str]
    counts: tuple[PersonCount, ...]
    today: date
    now_ms: int
    may_file: bool = False
    may_see_all: bool = False
    may_episode: bool = False
    all_lines: bool = False
    said: str = ""


@dataclass(frozen=True)
class LogActs:
    """What can be done on the log. note: takes the line."""

    earlier: Act
    later: Act
    note: Callable[[LogLine], object]
    family: Callable[[str], object]
    episodes: Act
    write: Act
    mine: Act
    everybody: Act
    file: Act
    more: Act


def log_parts(ui: Ui, look: LogLook, acts: LogActs) -> list[ft.Control]:
    """Everything below the header."""
    found = look.found
    parts: list[ft.Control] = [_months(ui, look, acts)]
    parts += _checks(ui, look, acts)
    if not found.lines:
        after = found.month > look.today.replace(day=1)
        teach = ui.say("log.teach_after" if after else "log.teach")
        may_write = look.whose == "family" and not after
        parts.append(
            empty_state(
                ui, ui.say("log.none"), teach, key="log.write",
                act=ui.say("log.write") if may_write else None, on_act=acts.write,
            )
        )  # fmt: skip
        return [*parts, *_ways(ui, look, acts)]
    parts.append(_lines(ui, look, acts))
    parts += _sums(ui, look)
    parts += _activities(ui, look)
    return [*parts, *_ways(ui, look, acts)]


def _months(ui: Ui, look: LogLook, acts: LogActs) -> ft.Control:
    month = look.found.month
    last = month >= look.today.replace(day=1)
    return ft.Row(
        [
            icon_button(ui, ft.Icons.CHEVRON_LEFT, ui.say("log.earlier"), acts.earlier, key="log.earlier"),
            ft.Semantics(
                live_region=True,
                content=text(ui, month_words(ui, month), ui.type.h2, heading=2, key="log.month"),
            ),
            # The month that runs is the last one there is.
            *([] if last else [icon_button(ui, ft.Icons.CHEVRON_RIGHT, ui.say("log.later"), acts.later,
                                           key="log.later")]),
        ],
        spacing=8,
        wrap=True,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _checks(ui: Ui, look: LogLook, acts: LogActs) -> list[ft.Control]:
    """How the month stands: one sheet for a family, rows for several."""
    if look.whose == "family":
        return [_check_sheet(ui, look, one, acts) for one in look.found.checks]
    if not look.found.checks:
        return []
    open_ones = sum(one.check is not None and one.check.standing == "open" for one in look.found.checks)
    count = ui.say("log.checks_open_one" if open_ones == 1 else "log.checks_open", count=open_ones)
    rows = [
        list_row(
            ui, one.family, bind(acts.family, one.family_id), key=f"log.check.{number}",
            lead=_mark(ui, one), lead_size=_ICON, line=_check_line(ui, look, one), chevron=True, tall=64,
        )
        for number, one in enumerate(look.found.checks)
    ]  # fmt: skip
    return [column([section_header(ui, ui.say("log.checks"), count=count), *rows], 0)]


def _check_line(ui: Ui, look: LogLook, one: FamilyCheck) -> str:
    funder = look.funders.get(one.funder, one.funder)
    return check_words(ui, one, funder, look.today)


def _mark(ui: Ui, one: FamilyCheck) -> ft.Control:
    """Shape first, colour besides: a tick, a timer, a warning, a question."""
    standing = one.check.standing if one.check is not None else ""
    symbol, color = {
        "met": (ft.Icons.CHECK_CIRCLE_OUTLINE, ft.Colors.TERTIARY),
        "open": (ft.Icons.HOURGLASS_BOTTOM, ft.Colors.PRIMARY),
        "missed": (ft.Icons.ERROR_OUTLINE, ft.Colors.ERROR),
        "not_billed": (ft.Icons.REMOVE_CIRCLE_OUTLINE, SOFT),
    }.get(standing, (ft.Icons.HELP_OUTLINE, SOFT))
    return icon(ui, symbol, _ICON, color)


def _check_sheet(ui: Ui, look: LogLook, one: FamilyCheck, acts: LogActs) -> ft.Control:
    said = text(ui, _check_line(ui, look, one), ui.type.strong, key="log.check", expand=True)
    head = ft.Row(
        [_mark(ui, one), said], spacing=14, vertical_alignment=ft.CrossAxisAlignment.START
    )
    parts: list[ft.Control] = [head]
    check = one.check
    if check is None:
        if look.may_episode:
            act = outlined(
                ui, ui.say("log.to_episodes"), acts.episodes, key="log.episodes", small=True
            )
            parts.append(ft.Row([act], wrap=True))
        return sheet(column(parts, 12), padding=Space.L, key="log.check_sheet")
    if check.stands.needs.contacts:
        parts.append(text(ui, need_words(ui, check.stands), ui.type.body))
        done = min(1.0, check.stands.tally.done / check.stands.needs.contacts)
        bar = ft.ProgressBar(
            value=done, bar_height=8, border_radius=4, color=ft.Colors.TERTIARY,
            bgcolor=ft.Colors.SURFACE_CONTAINER_HIGHEST,
        )  # fmt: skip
        parts.append(ft.Semantics(exclude_semantics=True, content=bar))
    if check.stands.tally.unsigned:
        words = count_words(ui, "log.would_count", check.stands.tally.unsigned)
        parts.append(fact_line(ui, ft.Icons.EDIT_NOTE, words, soft=True))
    return sheet(column(parts, 12), padding=Space.L, key="log.check_sheet")


def _lines(ui: Ui, look: LogLook, acts: LogActs) -> ft.Control:
    found = look.found
    shown = found.lines if look.all_lines else found.lines[:_FIRST]
    parts: list[ft.Control] = [
        section_header(ui, ui.say("log.lines"), count=made_words(ui, found.whole), large=True)
    ]
    if found.unsigned:
        line = fact_line(ui, ft.Icons.EDIT_NOTE, unsigned_words(ui, found), key="log.unsigned")
        parts.append(ft.Container(line, padding=ft.Padding.symmetric(vertical=Space.XS)))
    parts += [_row(ui, look, line, acts) for line in shown]
    left = len(found.lines) - len(shown)
    if left:
        parts.append(
            ft.Row(
                [quiet(ui, ui.say("log.show_more", count=left), acts.more, key="log.more")], wrap=True
            )
        )
    return column(parts, 2)


def _row(ui: Ui, look: LogLook, line: LogLine, acts: LogActs) -> ft.Control:
    one = line.contact
    kind = kind_words(ui, one.kind)
    # The kind "attempted contact" says it already.
    tried = ui.say("log.title_tried", kind=kind) if not one.made and one.kind != "attempt" else kind
    title = tried if look.whose == "family" else ui.say("log.title", family=line.family, kind=tried)
    marks = [dates.begin(dates.moment(ui.language, one.at_ms, look.now_ms, short=True))]
    if not one.signed:
        marks.append(ui.say("log.not_signed"))
    if one.late:
        marks.append(ui.say("note.late_entry"))
    who = line.who if look.whose != "person" else ""
    facts = line_words(ui, one, who, look.funders.get(one.funder, one.funder))
    return list_row(
        ui, title, bind(acts.note, line), key=f"log.line.{one.note_id}", lead=kind_tile(ui, one.kind),
        line="\n".join(part for part in (" · ".join(marks), facts) if part), chevron=True,
    )  # fmt: skip


def _sums(ui: Ui, look: LogLook) -> list[ft.Control]:
    """By kind, by who pays, by billable: a small table each, in words."""
    found = look.found
    groups: list[ft.Control] = []
    for what, totals in (("kinds", found.kinds), ("funders", found.funders), ("billable", found.billable)):
        if totals:
            rows = [_sum_row(ui, title_of_total(ui, what, one, look.funders), one) for one in totals]
            groups.append(column([text(ui, ui.say(f"log.by_{what}"), ui.type.h3, heading=3), *rows], 6))
    if not groups:
        return []
    body: ft.Control = column(groups, Space.XL)
    if ui.layout.wide and ui.scale < 1.3:
        body = ft.Row(
            [ft.Container(group, expand=True) for group in groups], spacing=Space.XL,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )  # fmt: skip
    return [column([section_header(ui, ui.say("log.sums"), large=True), body], Space.M)]


def _sum_row(ui: Ui, title: str, one: Total) -> ft.Control:
    return ft.Column(
        [text(ui, title, ui.type.strong), text(ui, made_words(ui, one), ui.type.body, SOFT)],
        spacing=0, tight=True,
    )  # fmt: skip


def _activities(ui: Ui, look: LogLook) -> list[ft.Control]:
    """Trauma-informed activities: how often each was noted; for all, by person besides."""
    head = section_header(ui, ui.say("log.activities"), large=True)
    counted = look.found.activities
    if not counted:
        return [column([head, text(ui, ui.say("log.activities_none"), ui.type.body, SOFT)], Space.S)]
    rows: list[ft.Control] = [text(ui, ui.say("log.activities_line"), ui.type.body, SOFT)]
    for code, count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        by = ", ".join(
            ui.say("log.by_person", name=one.who, count=one.counts[code])
            for one in look.counts
            if one.counts.get(code)
        )
        number = ft.Container(text(ui, str(count), ui.type.h2), width=ui.grow(_COUNT))
        rows.append(
            list_row(
                ui, ui.say(f"practice.activity.{code}"), None, key=f"log.activity.{code}", lead=number,
                lead_size=_COUNT, line=by or None, tall=56,
            )
        )  # fmt: skip
    return [column([head, *rows], 4)]


def _ways(ui: Ui, look: LogLook, acts: LogActs) -> list[ft.Control]:
    """The file of a month, and the way to one's own month of all families."""
    parts: list[ft.Control] = []
    if look.whose == "family":
        parts.append(
            ft.Row([quiet(ui, ui.say("log.mine"), acts.mine, key="log.mine",
                          symbol=ft.Icons.CALENDAR_MONTH_OUTLINED)], wrap=True)
        )  # fmt: skip
    elif look.may_file and look.found.lines:
        parts.append(text(ui, ui.say("log.file_line"), ui.type.body, SOFT))
        parts.append(
            ft.Row([filled(ui, ui.say("log.file"), acts.file, key="log.file",
                           symbol=ft.Icons.DOWNLOAD_OUTLINED)], wrap=True)
        )  # fmt: skip
    if look.whose == "person" and look.may_see_all:
        parts.append(
            ft.Row([quiet(ui, ui.say("log.title_all"), acts.everybody, key="log.everybody",
                          symbol=ft.Icons.GROUPS_OUTLINED)], wrap=True)
        )  # fmt: skip
    if look.said:
        parts.append(ft.Semantics(live_region=True, content=note_line(ui, look.said, key="log.said")))
    return [column(parts, 10)] if parts else []
