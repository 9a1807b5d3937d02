"""The first page of the table: vision, how it is going, what was promised, the next meeting.

Pure drawing of a `TableView`. Follows the family-table pictures of design page 06.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import flet as ft

from app.services.table import TableView
from app.views import dates
from app.views.screens.table.gone import gone_button
from app.views.screens.table.look import (
    HeadActs,
    chosen_size,
    head,
    large_text,
    page_of,
    said,
    shape_of,
    table_name,
    words_line,
)
from app.views.widgets.buttons import quiet
from app.views.widgets.face import face, initials
from app.views.widgets.panels import vision
from app.views.widgets.pressable import Act, bind, named, pressable
from app.views.widgets.readers import joined
from app.views.widgets.text import SOFT, hairline, icon, section_header, text
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown, NextMeeting, Promise, RatingShown, Someone
from app.wraparound.vocabulary import PLACES

MOST_OPEN, MOST_DONE = 5, 3
"""Promises on the first page; all of them are under *More of our plan*."""
_DISC, _DISC_NARROW = 104, 76
_AROUND = ft.Padding.symmetric(vertical=6)


@dataclass(frozen=True)
class TableActs:
    """What the pages of the table do. rate: outcome id, person id. gone: outcome id."""

    head: HeadActs
    rate: Callable[[str, str], object]
    gone: Callable[[str], object]
    more: Act


def seen_by(ui: Ui, view: TableView) -> str:
    """Who looks, in words; empty when nobody may be named."""
    names = [one.name for one in view.present]
    key = "table.seen_by_one" if len(names) == 1 else "table.seen_by"
    return ui.say(key, names=joined(ui, names)) if names else ""


def table_page(ui: Ui, view: TableView, acts: TableActs, now_ms: int) -> ft.Control:
    """The whole first page."""
    page = view.page
    today = dates.local(now_ms).date()
    goals = [goal for need in page.needs for goal in need.goals if goal.status == "open"]
    going = _going(ui, view, goals, acts)
    promised = _promised(ui, page.promises, today)
    body: list[ft.Control] = []
    if page.vision:
        body.append(
            vision(
                chosen_size(ui), said(ui, page.vision), table=True, quoted=not page.vision.gap,
                key="table.vision",
            )
        )  # fmt: skip
    if ui.layout.wide and not large_text(ui):
        body.append(
            ft.Row(
                [ft.Container(going, expand=1), ft.Container(promised, expand=1)],
                spacing=40,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        )
    else:
        body += [going, promised]
    foot: ft.Control | None = _foot(ui, page.next_meeting, acts.more, now_ms)
    if large_text(ui) and foot is not None:
        # Large text needs the whole height for itself: the foot scrolls along.
        body.append(foot)
        foot = None
    top = head(ui, table_name(ui, page.name), seen_by(ui, view), acts.head)
    return page_of(ui, top, body, foot, "table.page")


def _stack(parts: Sequence[ft.Control], spacing: float) -> ft.Control:
    return ft.Column(
        list(parts),
        spacing=spacing,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


# -- how it is going ------------------------------------------------------------------------


def _going(ui: Ui, view: TableView, goals: Sequence[GoalShown], acts: TableActs) -> ft.Control:
    parts: list[ft.Control] = [section_header(ui, ui.say("table.going"), large=True)]
    if not goals:
        parts.append(text(ui, ui.say("table.no_goals"), ui.type.body_l, SOFT))
    parts += [goal_discs(ui, goal, view.raters, acts) for goal in goals]
    return _stack([parts[0], _stack(parts[1:], 20)], 4)


def goal_discs(ui: Ui, goal: GoalShown, raters: Sequence[Someone], acts: TableActs) -> ft.Control:
    """One outcome with everybody's number. raters: those who tap one of their own here."""
    given = {one.by.id: one for one in goal.ratings if one.by.id}
    cells = [
        _disc(ui, goal, who, given.get(who.id), bind(acts.rate, goal.outcome_id, who.id)) for who in raters
    ]
    here = {one.id for one in raters}
    cells += [_disc(ui, goal, one.by, one, None) for one in goal.ratings if one.by.id not in here]
    return _stack(
        [
            words_line(ui, goal.text, ui.type.body_l, SOFT),
            ft.Row(
                cells,
                wrap=True,
                spacing=30 if not ui.layout.narrow else 8,
                run_spacing=16,
                vertical_alignment=ft.CrossAxisAlignment.START,
                alignment=(
                    ft.MainAxisAlignment.SPACE_AROUND
                    if ui.layout.narrow and len(cells) > 1
                    else ft.MainAxisAlignment.START
                ),
            ),
            *([gone_button(ui, goal, bind(acts.gone, goal.outcome_id))] if goal.history else []),
        ],
        4,
    )


def before_words(ui: Ui, given: RatingShown | None) -> str:
    """How a number compares: "before 4", "same"; what to do where there is none yet."""
    if given is None:
        return ui.say("table.tap")
    if given.before is None:
        return ""
    same = given.before == given.value
    return ui.say("table.same") if same else ui.say("table.before", value=given.before)


def _disc(
    ui: Ui, goal: GoalShown, who: Someone, given: RatingShown | None, tap: Act | None
) -> ft.Control:
    plain = chosen_size(ui)
    side = plain.grow(_DISC_NARROW if ui.layout.narrow else _DISC)
    number = plain.type.num if ui.layout.narrow else plain.type.num_l
    ink = ft.Colors.ON_TERTIARY if given else ft.Colors.TERTIARY
    inside: ft.Control = (
        ft.Text(str(given.value), style=number, color=ink, no_wrap=True)
        if given
        else icon(ui, ft.Icons.ADD, 30, ink)
    )
    disc = ft.Container(
        inside,
        width=side,
        height=side,
        border_radius=side / 2,
        bgcolor=ft.Colors.TERTIARY if given else None,
        border=None if given else ft.Border.all(2, ft.Colors.TERTIARY),
        alignment=ft.Alignment.CENTER,
    )
    before = before_words(ui, given)
    seen = ft.Container(
        ft.Column(
            [
                disc,
                text(ui, who.name, ui.type.h3, align=ft.TextAlign.CENTER),
                text(ui, before, ui.type.body_l, SOFT, align=ft.TextAlign.CENTER),
            ],
            spacing=4,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        width=side + (12 if ui.layout.narrow else 0),
    )
    number_words = (
        ui.say("table.disc", name=who.name, value=given.value)
        if given
        else ui.say("table.disc_none", name=who.name)
    )
    words = ", ".join(part for part in (number_words, before if given else "") if part)
    if tap is None:
        return ft.Container(named(seen, words), padding=_AROUND)
    return pressable(
        ui,
        seen,
        tap,
        key=f"table.rate.{goal.outcome_id}.{who.id}",
        name=f"{words}. {ui.say('table.tap_own')}",
        padding=_AROUND,
        radius=28,
    )


# -- what was promised ------------------------------------------------------------------------


def _promised(ui: Ui, promises: Sequence[Promise], today: date) -> ft.Control:
    # What was kept stands first, as in a good meeting.
    done = [one for one in promises if one.state == "done"][:MOST_DONE]
    still = [one for one in promises if one.state != "done"][:MOST_OPEN]
    parts: list[ft.Control] = [
        section_header(ui, ui.say("table.promised"), large=True),
    ]
    if not done and not still:
        parts.append(text(ui, ui.say("table.no_promises"), ui.type.body_l, SOFT))
    parts += [promise_row(ui, one, today) for one in (*done, *still)]
    return _stack(parts, 16)


def when_words(ui: Ui, promise: Promise, today: date) -> str:
    """By when; an old day is "still open", never more."""
    if promise.state == "still_open":
        return ui.say("table.still_open")
    if promise.state == "open" and promise.due_on:
        try:
            due = date.fromisoformat(promise.due_on)
        except ValueError:
            return ""
        return ui.say("table.by_day", day=dates.day(ui.language, due, today))
    return ""


def promise_row(ui: Ui, promise: Promise, today: date) -> ft.Control:
    """Whose, what, and a tick when it was kept."""
    plain = chosen_size(ui)
    size = 52 if ui.layout.narrow else 56
    when = when_words(ui, promise, today)
    owner = promise.owner or ui.say("table.nobody_yet")
    done = promise.state == "done"
    spoken = [owner, said(ui, promise.what), ui.say("table.done") if done else when]
    row = ft.Row(
        [
            face(plain, initials(owner) if promise.owner else "?", shape_of(promise.owner_kind), size=size),
            ft.Column(
                [
                    text(ui, owner, ui.type.h3),
                    words_line(ui, promise.what, ui.type.body_l),
                    *([text(ui, when, ui.type.body, SOFT)] if when else []),
                ],
                spacing=1,
                tight=True,
                expand=True,
            ),
            *([icon(ui, ft.Icons.CHECK_CIRCLE, 30, ft.Colors.TERTIARY)] if done else []),
        ],
        spacing=16,
    )
    return named(row, ". ".join(part for part in spoken if part))


# -- the foot ------------------------------------------------------------------------------


def place_words(ui: Ui, place: str) -> str:
    """Where a meeting is: a code in words, or as somebody wrote it."""
    return ui.say(f"table.place.{place}") if place in PLACES else place


def meeting_words(ui: Ui, meeting: NextMeeting, now_ms: int) -> str:
    """Day, time and place of the next meeting."""
    when = dates.begin(dates.moment(ui.language, meeting.starts_at_ms, now_ms))
    where = place_words(ui, meeting.place)
    return ui.say("table.when_where", when=when, where=where) if where else when


def _foot(ui: Ui, meeting: NextMeeting | None, more: Act, now_ms: int) -> ft.Control:
    words = ft.Column(
        [
            text(ui, ui.say("table.next_meeting"), ui.type.body, SOFT),
            text(
                ui,
                meeting_words(ui, meeting, now_ms) if meeting else ui.say("table.no_meeting"),
                ui.type.h3 if ui.layout.narrow or not meeting else ui.type.sans(21, 1.25, 600),
            ),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    act = quiet(
        ui, ui.say("table.more"), more, key="table.more", trailing=ft.Icons.ARROW_FORWARD
    )
    line = ft.Row([icon(ui, ft.Icons.EVENT_OUTLINED, 30, ft.Colors.TERTIARY), words], spacing=16)
    under = ui.layout.narrow or large_text(ui)
    together: ft.Control = (
        _stack([line, ft.Row([act])], 2)
        if under
        else ft.Row([ft.Container(line, expand=True), act], spacing=16)
    )
    pad = ft.Padding.symmetric(vertical=10 if ui.layout.narrow else 20)
    return _stack([hairline(), ft.Container(together, padding=pad)], 0)

