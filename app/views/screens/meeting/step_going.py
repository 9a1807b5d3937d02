"""How is it going? One goal at a time, each person's own 0–10, covered until its giver shows it.

Owns the rows and the words beneath. A number that was tapped is covered at once: only *Show it*
uncovers it, and *Pass* is always there. Follows the picture meeting-how-is-it-going of design 06.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import flet as ft

from app.services import meeting_draft as acts_of
from app.services.meeting_draft import GivenRating, MeetingDraft, Presence
from app.views import dates
from app.views.screens.meeting.look import Acts, Look, column, person_line, told
from app.views.screens.meeting.wording import before, goal_dots, goal_measure
from app.views.theme.tokens import TARGET, Radius, Space
from app.views.widgets.buttons import outlined, quiet
from app.views.widgets.fields import field
from app.views.widgets.panels import vision
from app.views.widgets.rating import change_line, rating, rating_legend
from app.views.widgets.text import SOFT, hairline, icon, text, words
from app.views.widgets.thread import dots
from app.views.widgets.ui import Ui
from app.wraparound.family_page import GoalShown

SCALE = 11 * TARGET + 4
TREND = 112
_NAME_LEAST = 200
_LARGE_TEXT = 1.5


def going_step(ui: Ui, look: Look, acts: Acts) -> ft.Control:
    """One goal with everybody's row."""
    goals = look.table.goals
    if not goals:
        return text(ui, ui.say("meeting.no_goals"), ui.type.body_l, SOFT)
    place = min(look.draft.position.part, len(goals) - 1)
    goal = goals[place]
    rows: list[ft.Control] = []
    wide = _is_wide(ui, look)
    if wide:
        rows.append(_heads(ui, look))
    else:
        rows.append(_ends(ui))
    for one in look.people:
        rows += [_row(ui, look, acts, goal, one, wide), hairline()]
    said = _words(ui, look, acts, goal)
    return column(
        [goal_panel(ui, look, goal, place, len(goals)), column(rows, Space.S), *said,
         *([] if wide else [rating_legend(ui)])],
        Space.M,
    )  # fmt: skip


def goal_panel(ui: Ui, look: Look, goal: GoalShown, place: int, count: int) -> ft.Control:
    """The goal on the cinnamon tint, with its measure at the right."""
    ink = ft.Colors.ON_PRIMARY_CONTAINER
    measure = goal_measure(ui, goal)
    shown = goal_dots(goal)
    side: list[ft.Control] = []
    if shown is not None:
        side.append(dots(ui, shown[0], shown[1], ink, 22))
    if measure:
        side.append(text(ui, measure, ui.type.chip, ink))
    return vision(
        ui,
        told(ui, goal.text),
        caption=ui.say("meeting.goal_of", number=place + 1, count=count),
        side=ft.Column(
            side,
            spacing=Space.XS,
            tight=True,
            horizontal_alignment=(
                ft.CrossAxisAlignment.START if ui.layout.stacked else ft.CrossAxisAlignment.END
            ),
        )
        if side
        else None,
        quoted=False,
        size="words" if ui.layout.narrow else "words_l",
        key="meeting.goal",
    )


def _is_wide(ui: Ui, look: Look) -> bool:
    return not ui.layout.stacked and look.width >= SCALE + TREND + 2 * Space.S + _NAME_LEAST


def _heads(ui: Ui, look: Look) -> ft.Control:
    """What the two ends mean, and since when the change is."""
    last = look.table.page.last_meeting_ms
    since = ""
    if last:
        day = dates.local(last).date()
        since = ui.say("meeting.since", day=_day_month(ui, day))
    return ft.Row(
        [
            ft.Container(rating_legend(ui), expand=True),
            ft.Container(
                ft.Row(
                    [
                        text(ui, ui.say("meeting.not_at_all"), ui.type.chip, SOFT),
                        text(ui, ui.say("meeting.really_well"), ui.type.chip, SOFT),
                    ],
                    alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
                ),
                width=SCALE,
                padding=ft.Padding.symmetric(horizontal=6),
            ),
            ft.Container(text(ui, since, ui.type.chip, SOFT), width=TREND, padding=ft.Padding.only(left=4)),
        ],
        spacing=Space.S,
    )


def _day_month(ui: Ui, day: date) -> str:
    """"5 Nov": a day without its weekday."""
    return ui.say("meeting.day_month", day=day.day, month=ui.say("dates.months_short").split()[day.month - 1])


def _ends(ui: Ui) -> ft.Control:
    return ft.Row(
        [
            text(ui, ui.say("meeting.zero_means"), ui.type.chip, SOFT),
            text(ui, ui.say("meeting.ten_means"), ui.type.chip, SOFT),
        ],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        wrap=True,
    )


def _row(ui: Ui, look: Look, acts: Acts, goal: GoalShown, one: Presence, wide: bool) -> ft.Control:
    given = look.draft.rating(goal.outcome_id, one.person_id)
    if given is not None and not look.seen(given.rating_id):
        given = None
    last = before(goal, one.person_id)
    key = f"meeting.rate.{goal.outcome_id}.{one.person_id}"

    def put(**values: object) -> None:
        def act(draft: MeetingDraft) -> MeetingDraft:
            fresh = GivenRating(acts.new_id(), goal.outcome_id, one.person_id)
            now = draft.rating(goal.outcome_id, one.person_id) or fresh
            return acts_of.put_rating(draft, replace(now, **values))  # type: ignore[arg-type]

        acts.do(act)

    person = person_line(ui, one)
    covered = given is not None and given.value >= 0 and not given.shown and not given.passed
    passed = given is not None and given.passed
    width = SCALE if wide else look.width
    now = given.value if given is not None and given.value >= 0 and given.shown and not passed else None
    middle: ft.Control
    if covered:
        middle = _covered(ui, one, key, lambda: put(value=-1))
    elif passed:
        middle = _passed(ui, one, lambda: put(passed=False), key)
    else:
        middle = rating(
            ui, one.name, last.value if last else None, now,
            lambda value: put(value=value, passed=False), key=key, width=width,
        )  # fmt: skip
    right: ft.Control
    if covered:
        right = outlined(
            ui, ui.say("meeting.show"), lambda: put(shown=True), key=f"{key}.show", small=True
        )
    elif passed:
        right = ft.Container()
    elif now is None:
        right = quiet(ui, ui.say("meeting.pass"), lambda: put(passed=True, value=-1), key=f"{key}.pass")
    else:
        right = change_line(ui, last.value if last else None, now)
    if wide:
        return ft.Row(
            [
                ft.Container(person, expand=True),
                ft.Container(middle, width=SCALE),
                ft.Container(right, width=TREND, alignment=ft.Alignment.CENTER_LEFT),
            ],
            spacing=Space.S,
        )
    return column([ft.Row([ft.Container(person, expand=True), right], spacing=Space.S), middle], Space.S)


def _strip(ui: Ui, parts: list[ft.Control]) -> ft.Control:
    """The shape of the scale with something else in it."""
    large = ui.scale >= _LARGE_TEXT
    inside: ft.Control = ft.Row(parts, spacing=Space.S)
    if large:
        # Large words need the width: what can be done goes under them.
        inside = column([ft.Row(parts[:-1], spacing=Space.S), ft.Row(parts[-1:], wrap=True)], 0)
    return ft.Container(
        inside,
        bgcolor=ft.Colors.SURFACE_CONTAINER,
        border_radius=Radius.SHEET if large else Radius.ROUND,
        padding=ft.Padding.only(left=Space.L, right=Space.XS, top=Space.XS if large else 0),
    )


def _covered(ui: Ui, one: Presence, key: str, again: Callable[[], None]) -> ft.Control:
    """A number that only its giver knows."""
    return _strip(
        ui,
        [
            icon(ui, ft.Icons.VISIBILITY_OFF_OUTLINED, 22, SOFT),
            text(ui, ui.say("meeting.covered", name=one.name), ui.type.strong, expand=True),
            quiet(ui, ui.say("meeting.change"), again, key=f"{key}.change", ink=True),
        ],
    )


def _passed(ui: Ui, one: Presence, again: Callable[[], None], key: str) -> ft.Control:
    """Somebody who gives no number now."""
    return _strip(
        ui,
        [
            text(ui, ui.say("meeting.passed", name=one.name), ui.type.strong, SOFT, expand=True),
            quiet(ui, ui.say("meeting.give_number"), again, key=f"{key}.unpass", ink=True),
        ],
    )


def _words(ui: Ui, look: Look, acts: Acts, goal: GoalShown) -> list[ft.Control]:
    """What people said with their numbers; the newest asks what made it that."""
    shown = [
        (one, given)
        for given in look.draft.ratings
        for one in look.people
        if given.goal_id == goal.outcome_id
        and given.person_id == one.person_id
        and given.shown
        and given.value >= 0
        and look.seen(given.rating_id)
    ]
    name = look.sheet.removeprefix("words:") if look.sheet.startswith("words:") else ""
    asked = next(((one, given) for one, given in shown if given.rating_id == name), None)
    # Those being written stand in the field alone, so that nothing moves under the finger.
    parts: list[ft.Control] = [
        _said(ui, acts, one, given) for one, given in shown if given.words and given.rating_id != name
    ]
    if asked is not None:
        parts.append(_ask(ui, acts, *asked))
    elif shown and not shown[-1][1].words:
        one, given = shown[-1]
        parts.append(
            ft.Row(
                [
                    text(
                        ui, ui.say("meeting.what_made", name=one.name, value=given.value),
                        ui.type.strong, ft.Colors.TERTIARY, expand=True,
                    ),
                    quiet(
                        ui, ui.say("meeting.add_words"), lambda: acts.open(f"words:{given.rating_id}"),
                        key="meeting.add_words", symbol=ft.Icons.ADD,
                    ),
                ],
                spacing=Space.S,
            )
        )  # fmt: skip
    return parts


def _said(ui: Ui, acts: Acts, one: Presence, given: GivenRating) -> ft.Control:
    return ft.Row(
        [
            icon(ui, ft.Icons.FORMAT_QUOTE, 30, ft.Colors.TERTIARY),
            ft.Column(
                [
                    text(
                        ui, ui.say("meeting.what_made", name=one.name, value=given.value),
                        ui.type.chip, ft.Colors.TERTIARY,
                    ),
                    words(ui, given.words, "words"),
                ],
                spacing=0,
                tight=True,
                expand=True,
            ),
            quiet(
                ui, ui.say("meeting.change"), lambda: acts.open(f"words:{given.rating_id}"),
                key=f"meeting.words.{given.person_id}",
            ),
        ],
        spacing=Space.S,
    )  # fmt: skip


def _ask(ui: Ui, acts: Acts, one: Presence, given: GivenRating) -> ft.Control:
    def put(value: str) -> None:
        def act(draft: MeetingDraft) -> MeetingDraft:
            now = draft.rating(given.goal_id, given.person_id)
            return draft if now is None else acts_of.put_rating(draft, replace(now, words=value))

        acts.write(act)

    def close() -> None:
        acts.open("")

    entry = field(
        ui, ui.say("meeting.what_made", name=one.name, value=given.value), given.words, put,
        key="meeting.words", on_submit=close, autofocus=True,
    )  # fmt: skip
    done = outlined(ui, ui.say("meeting.keep_words"), close, key="meeting.words.keep")
    if ui.layout.stacked:
        return column([entry, ft.Row([done], wrap=True)], Space.XS)
    return ft.Row(
        [ft.Container(entry, expand=True), done],
        spacing=Space.S,
        vertical_alignment=ft.CrossAxisAlignment.END,
    )
